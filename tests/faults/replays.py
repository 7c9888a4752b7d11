"""Requests that come after deadline and grace, on every route by which a candidate writes: none may change anything.

``python -m tests.faults.replays [COUNT]``; 10,000 without a number. Nothing waits here: the clock is moved.
"""

import random
import sys
import tempfile
import uuid
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from quizapp import create_app
from quizapp.attempts.closing import close_due
from quizapp.attempts.models import Attempt, AttemptScore, ItemResponse, ItemScoreRow
from quizapp.db import db
from quizapp.web import clock
from tests.attempts.exam import Exam, make_exam
from tests.support.cast import sign_in_as
from tests.support.client import SeparateClient
from tests.support.databases import make_sqlite_template, settings_for, sqlite_url
from tests.support.time import MovableClock

GRACE, YEAR = 10, timedelta(days=365)
JSON = {"Accept": "application/json"}
ROUTES = ("save", "save_sheet", "take_over", "submit", "start", "leave")
"""Every endpoint of the room that a candidate writes to about a running attempt; a test holds this to the routes."""


def run(app: Flask, moved: MovableClock, count: int, seed: int = 1) -> tuple[Counter[str], list[str]]:
    """Send so many requests late; how often each route was asked and what it said, and everything that changed.

    Half come after the grace before anybody has closed the attempt, half after the clock has.
    """
    rng, said, changed = random.Random(seed), Counter[str](), []
    exam, client = make_exam(app, attempts_allowed=count, closes_at=clock.now() + YEAR), app.test_client()
    attempt_id, saved = _next(app, client, exam)
    for number in range(count):
        if number == count // 2:
            moved.advance(seconds=60)
            with app.app_context():
                close_due()
        before = _state(app, attempt_id)
        if number < count // 2:
            _to_the_gap(moved, app, attempt_id, rng)
        route = ROUTES[number % len(ROUTES)]
        status = _send(client, route, exam, attempt_id, saved, rng)
        said[f"{route} {status}"] += 1
        assert status != 401, f"{number}: {route} was refused for want of a sign-in, and proves nothing"
        after = _state(app, attempt_id)
        if after != before and not _is_the_end(app, before, after):
            changed.append(f"{number}: {route} answered {status} and changed {before} to {after}")
        if number < count // 2 and after[0] is not None:
            attempt_id, saved = _next(app, client, exam)
    return said, changed


def _to_the_gap(moved: MovableClock, app: Flask, attempt_id: int, rng: random.Random) -> None:
    """Some moment after the grace and before the clock closes: from a microsecond to two seconds."""
    with app.app_context():
        limit = db.session.get_one(Attempt, attempt_id).deadline + timedelta(seconds=GRACE)
    moved.set(limit + timedelta(microseconds=rng.choice([1, 1000, 10**6, 1_999_999])))


def _next(app: Flask, client: FlaskClient, exam: Exam) -> tuple[int, dict[str, Any]]:
    """Another attempt: a late submission has let the clock end the one before, as it should."""
    sign_in_as(client, exam.cast.zhang.login)  # the moved clock has ended the sign-in too: that must not be the reason
    with app.app_context():
        attempt_id = exam.start().id
    return attempt_id, _saved(client, attempt_id)


def _saved(client: FlaskClient, attempt_id: int) -> dict[str, Any]:
    """One answer in time, and the very request, which is later sent again."""
    lease = client.put(f"/attempts/{attempt_id}/lease", json={"lease": 1}, headers=JSON).json["lease"]
    body = {"lease": lease, "responses": [_item(0, 0)]}
    assert client.put(f"/attempts/{attempt_id}/responses", json=body).json["results"][0]["version"] == 1
    return {"lease": lease}


def _item(position: int, version: int) -> dict[str, Any]:
    operation = str(uuid.uuid4())
    return {"position": position, "answer": ["A"], "marked": False, "version": version, "operation": operation}


def _send(
    client: FlaskClient, route: str, exam: Exam, attempt_id: int, saved: dict[str, Any], rng: random.Random
) -> int:
    base = f"/attempts/{attempt_id}"
    if route == "save":
        items = [_item(position, rng.choice([0, 1])) for position in rng.sample(range(7), rng.randint(1, 3))]
        return client.put(f"{base}/responses", json={"lease": saved["lease"], "responses": items}).status_code
    if route == "save_sheet":
        fields = {f"v{n}": str(rng.choice([0, 1])) for n in range(3)} | {f"a{n}": "B" for n in range(3)}
        return client.post(f"{base}/responses", data=fields).status_code
    if route == "leave":
        body = {"operation": str(uuid.uuid4()), "left_seconds_ago": 5, "seconds": 4, "cause": "call"}
        return client.post(f"{base}/leavings", json=body).status_code
    if route == "take_over":
        return client.put(f"{base}/lease", json={"lease": saved["lease"] + 1}, headers=JSON).status_code
    if route == "start":
        return client.post(f"/tests/{exam.quiz_id}/attempts", headers=JSON).status_code
    return client.post(f"{base}/submission", data={"lease": saved["lease"]}, headers=JSON).status_code


State = tuple[Any, ...]


def _state(app: Flask, attempt_id: int) -> State:
    """Everything of the attempt that a late request might change: its end, lease and deadline, answers, scores."""
    with app.app_context():
        row = db.session.execute(
            select(Attempt.submitted_at, Attempt.ended_by, Attempt.deadline, Attempt.lease).where(
                Attempt.id == attempt_id
            )
        ).one()
        answers = select(ItemResponse.position, ItemResponse.answer, ItemResponse.marked, ItemResponse.version)
        scores = select(AttemptScore.edition, AttemptScore.points).where(AttemptScore.attempt_id == attempt_id)
        kept = db.session.execute(answers.where(ItemResponse.attempt_id == attempt_id).order_by(ItemResponse.position))
        items = db.session.execute(select(ItemScoreRow.position).join(AttemptScore).where(
            AttemptScore.attempt_id == attempt_id))  # fmt: skip
        plain = [[str(value) for value in row] for row in kept]
        return (*row, plain, [tuple(score) for score in db.session.execute(scores)], len(items.all()))


def _is_the_end(app: Flask, before: State, after: State) -> bool:
    """Whether nothing happened but what the clock would have done: closed as of the deadline, scored once."""
    ended = after[:2] == (before[2], "clock") and len(after[5]) == 1
    return before[0] is None and ended and after[2:5] == before[2:5]


def main() -> None:
    """Print how often each route refused, and end with 1 where anything changed."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory(prefix="quizapp-replays-") as name:
        folder = Path(name)
        template = make_sqlite_template(folder)
        app = create_app(settings_for(sqlite_url(template), folder))
        app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
        app.test_client_class = SeparateClient
        moved = MovableClock(clock.now())
        with patch.object(clock, "now", moved.now):
            said, changed = run(app, moved, count)
    for line in changed[:20]:
        print(f"  {line}")
    print(f"{sum(said.values())} late requests {dict(sorted(said.items()))}: {len(changed)} accepted")
    sys.exit(bool(changed))


if __name__ == "__main__":
    main()
