"""Bugs that the checker must find, put into a copy of the running application by replacing one function of it.

Each is a mistake that real exam systems have made. Nothing of this is in the product.
"""

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Any

from flask import current_app
from sqlalchemy import delete, event, func, insert, select, text, update

from quizapp import db as database
from quizapp.attempts import closing, door_views, endings, locking, operations, save_one, saving, views
from quizapp.attempts.models import Attempt, AttemptScore, ItemResponse
from quizapp.db import db, writing
from quizapp.domain.paper import MultipleRule, paper_to_json
from quizapp.quizzes.models import Quiz
from quizapp.quizzes.queries import pool_of
from quizapp.reports import tallies
from quizapp.web import clock


@dataclass(frozen=True)
class Bug:
    """``put_in`` replaces the function; ``found_by``: one of these invariants must name it.

    ``failpoints`` are needed where the bug shows only when a process dies at one place.
    """

    put_in: Callable[[], None]
    found_by: tuple[str, ...]
    failpoints: str = ""


def seed(name: str) -> None:
    """Put that bug into this process."""
    (BUGS | TRACED)[name].put_in()


def _by_the_full_way() -> None:
    save_one._takes = lambda *_what: False


def last_arrival_wins() -> None:
    """A save overwrites whatever is there, in the order of arrival."""

    def write(session: Any, attempt_id: int, change: Any, answer: list[str], saved_at: Any) -> bool:
        mine = (ItemResponse.attempt_id == attempt_id) & (ItemResponse.position == change.position)
        session.execute(delete(ItemResponse).where(mine))
        kept = {"answer": answer, "marked": change.marked, "operation": change.operation, "saved_at": saved_at}
        place = {"attempt_id": attempt_id, "position": change.position, "version": change.version + 1}
        session.execute(insert(ItemResponse).values(**place, **kept))
        return True

    saving._compare_and_set = write


def blob_merge() -> None:
    """The whole sheet is read, changed and written back, as where all answers are one JSON column."""

    def save(real: Callable[..., Any], attempt_id: int, **rest: Any) -> Any:
        columns = (ItemResponse.position, ItemResponse.answer, ItemResponse.version, ItemResponse.operation)
        mine = ItemResponse.attempt_id == attempt_id
        before = db.session.execute(select(*columns).where(mine)).all()
        saved = real(attempt_id=attempt_id, **rest)
        time.sleep(0.05)
        own = {change.position for change in rest["changes"]}
        with writing() as session:
            for position, answer, version, operation in before:
                if position not in own:
                    row = (ItemResponse.attempt_id == attempt_id) & (ItemResponse.position == position)
                    old = {"answer": answer, "version": version, "operation": operation}
                    session.execute(update(ItemResponse).where(row).values(**old))
        return saved

    views.save_responses = partial(save, views.save_responses)
    _by_the_full_way()


def acknowledge_before_commit() -> None:
    """The answer goes out at once; a thread commits a little later."""
    real = views.save_responses

    def save(*, attempt_id: int, changes: Any, **rest: Any) -> Any:
        app = current_app._get_current_object()  # type: ignore[attr-defined]
        deadline = db.session.get_one(Attempt, attempt_id).deadline

        def commit() -> None:
            time.sleep(0.05)
            with app.app_context():
                real(attempt_id=attempt_id, changes=changes, **rest)

        threading.Thread(target=commit, daemon=True).start()
        saved = [saving.Saved(change.position, change.version + 1, clock.now()) for change in changes]
        return saving.Outcome(saved, deadline)

    views.save_responses = save
    _by_the_full_way()


def accept_late_saves() -> None:
    """Nobody asks for the deadline as long as the clock has not closed the attempt."""
    locking.is_late = lambda *_moments: False


def refuse_too_early() -> None:
    """The deadline is three seconds earlier than it was told."""
    real = locking.is_late
    locking.is_late = lambda at, deadline, _grace: real(at, deadline - timedelta(seconds=3), timedelta(0))
    save_one.is_late = locking.is_late


def accept_saves_after_submission() -> None:
    """What was submitted can still be changed."""
    real = saving.require_savable

    def require(row: Any, arrived_at: Any) -> None:
        if row.ended_by != endings.BY_CANDIDATE:
            real(row, arrived_at)

    saving.require_savable = require


def trust_what_was_read() -> None:
    """The short way of a save looks at the attempt first, and writes whatever has become of it since."""

    def write(operation: str, statement: Any, values: Any) -> int:
        time.sleep(0.05)
        keys = {"attempt_id": values["attempt"], "position": values["place"]}
        written = {name: values[name] for name in ("answer", "marked", "operation", "saved_at")}
        seen = [getattr(ItemResponse, name) == value for name, value in keys.items()]
        with writing(operation) as session:
            if not values["seen"] and not session.scalar(select(func.count()).select_from(ItemResponse).where(*seen)):
                session.execute(insert(ItemResponse).values(**keys, version=1, **written))
                return 1
            seen.append(ItemResponse.version == values["seen"])
            changed = session.execute(update(ItemResponse).where(*seen).values(version=values["next"], **written))
            return int(changed.rowcount)  # type: ignore[attr-defined]

    save_one.write_row = write


def accept_stale_leases() -> None:
    """A page that was taken over from goes on saving."""
    saving._require_lease = lambda *_what: None


def two_attempts() -> None:
    """Two starts at once: check, then insert, and no index that would refuse the second."""

    def start(quiz_id: int, person_id: int, paper: Any, seed: int) -> int:
        del paper, seed
        with writing("start") as session:
            session.execute(text("DROP INDEX IF EXISTS uq_attempt_open"))
        time.sleep(0.05)
        with writing("start") as session:
            quiz, now, new = session.get_one(Quiz, quiz_id), clock.now(), random.getrandbits(30)
            limit = operations.deadline(now, quiz.minutes, quiz.closes_at, opens_at=quiz.opens_at)
            drawn = paper_to_json(pool_of(quiz).draw(new))
            row = Attempt(quiz_id=quiz_id, person_id=person_id, number=new, seed=new, paper=drawn)
            row.started_at, row.deadline = now, limit
            session.add(row)
            session.flush()
            return row.id

    operations._insert_attempt = start


def deadline_moves() -> None:
    """The time begins anew when somebody goes on with what they had started."""
    real = door_views.start_attempt

    def start(**what: Any) -> int:
        attempt_id: int = real(**what)
        with writing() as session:
            later = clock.now() + timedelta(seconds=13)
            session.execute(update(Attempt).where(Attempt.id == attempt_id).values(deadline=later))
        return attempt_id

    door_views.start_attempt = start


def double_score() -> None:
    """Check that there is no score, then insert one: two submissions at once both find none."""
    real, real_end, own = views.submit_attempt, closing.end_all, threading.local()

    def end(*what: Any) -> None:
        real_end(*what)
        own.scored = True

    def submit(*, attempt: Any, **rest: Any) -> None:
        attempt_id, own.scored = attempt.id, False
        query = select(AttemptScore).where(AttemptScore.attempt_id == attempt_id)
        had = db.session.scalars(query).first()
        time.sleep(0.05)
        real(attempt=attempt, **rest)
        if had is None and not own.scored:
            with writing("submit") as session:
                first = session.scalars(query).first()
                kept = {c.name: getattr(first, c.name) for c in AttemptScore.__table__.columns if c.name != "id"}
                newest = select(func.max(AttemptScore.edition)).where(AttemptScore.attempt_id == attempt_id)
                kept["edition"] = (session.scalar(newest) or 0) + 1
                session.execute(insert(AttemptScore).values(**kept))

    views.submit_attempt, closing.end_all = submit, end


def score_in_a_second_transaction() -> None:
    """First the attempt is ended, then, in a transaction of its own, it is scored."""
    _afterwards("_add_scores", lambda session, _old, *rest: (session, *rest))


def close_without_autosaves() -> None:
    """Where the clock ends an attempt, only what was submitted counts: nothing."""
    real, real_answers, by = closing.end_all, endings.saved_answers, threading.local()

    def end(session: Any, ended: Any) -> None:
        by.clock = ended[0].by == endings.BY_CLOCK
        real(session, ended)

    def answers(session: Any, attempt_ids: Any) -> Any:
        return {key: {} for key in attempt_ids} if getattr(by, "clock", False) else real_answers(session, attempt_ids)

    closing.end_all, endings.saved_answers = end, answers


def wrong_multiple_rule() -> None:
    """Incomplete answers earn half, whatever the test had announced."""
    real = endings.score_paper
    endings.score_paper = lambda bank, spec, *rest: real(bank, replace(spec, multiple_rule=MultipleRule.HALF), *rest)


def empty_fingerprint() -> None:
    """The receipt vouches for everything but the answers."""
    real = endings.fingerprint
    endings.fingerprint = lambda attempt, _answers, *rest: real(attempt, {}, *rest)


def record_outside_the_transaction() -> None:
    """The end of an attempt is committed, and entered into the record afterwards."""
    _afterwards("record_all", lambda _session, *rest: rest)


def _afterwards(name: str, words: Callable[..., tuple[Any, ...]]) -> None:
    """Let what `endings` does with that function be done in a second transaction, after the first."""
    left, real = threading.local(), getattr(endings, name)

    def later(*what: Any) -> None:
        left.calls = [*getattr(left, "calls", []), what]

    def twice(act: Callable[..., Any]) -> Callable[..., Any]:
        def acted(*what: Any, **more: Any) -> Any:
            left.calls = []
            found = act(*what, **more)
            with writing() as session:
                for call in left.calls:
                    real(*words(session, *call))
            return found

        return acted

    setattr(endings, name, later)
    views.submit_attempt, closing._end_due = twice(views.submit_attempt), twice(closing._end_due)


def report_without_the_overtaken() -> None:
    """The report counts those who submitted and forgets whom the clock closed."""
    real = tallies.counted_results

    def results(quiz: Quiz, people: Any) -> Any:
        mine = select(Attempt.person_id).where(Attempt.quiz_id == quiz.id, Attempt.ended_by == endings.BY_CANDIDATE)
        submitted = set(db.session.scalars(mine))
        return {person: result for person, result in real(quiz, people).items() if person in submitted}

    tallies.counted_results = results


def nobody_closes() -> None:
    """The clock passes over every third attempt."""
    real = closing._end_due

    def end(attempt_ids: Any, **more: Any) -> int:
        return int(real([key for key in attempt_ids if key % 3], **more))

    closing._end_due = end


def weak_sqlite() -> None:
    """A commit is not put on disk before it is acknowledged (found by `tests.faults.trace`, not by killing)."""
    _weaken("_prepare_sqlite", "PRAGMA synchronous=NORMAL")


def weak_postgresql() -> None:
    """The same on PostgreSQL."""
    _weaken("_prepare_postgresql", "SET synchronous_commit = off")


def _weaken(name: str, statement: str) -> None:
    real = getattr(database, name)

    def prepare(engine: Any) -> None:
        real(engine)

        def connect(connection: Any, _record: object) -> None:
            connection.execute(statement)
            connection.commit()

        event.listen(engine, "connect", connect)

    setattr(database, name, prepare)


TRACED = {"weak_sqlite": Bug(weak_sqlite, ()), "weak_postgresql": Bug(weak_postgresql, ())}
BUGS = {
    "last_arrival_wins": Bug(last_arrival_wins, ("I2",)),
    "blob_merge": Bug(blob_merge, ("I2",)),
    "acknowledge_before_commit": Bug(acknowledge_before_commit, ("I2",), "save.before_commit=0.05"),
    "accept_late_saves": Bug(accept_late_saves, ("I3",)),
    "refuse_too_early": Bug(refuse_too_early, ("I3",)),
    "accept_saves_after_submission": Bug(accept_saves_after_submission, ("I4",)),
    "accept_stale_leases": Bug(accept_stale_leases, ("I9",)),
    "trust_what_was_read": Bug(trust_what_was_read, ("I6",)),
    "two_attempts": Bug(two_attempts, ("I1",)),
    "deadline_moves": Bug(deadline_moves, ("I1",)),
    "double_score": Bug(double_score, ("I5",)),
    "score_in_a_second_transaction": Bug(
        score_in_a_second_transaction, ("I5",), "submit.after_commit=0.5,close.after_commit=0.3"
    ),
    "close_without_autosaves": Bug(close_without_autosaves, ("I6",)),
    "wrong_multiple_rule": Bug(wrong_multiple_rule, ("I6",)),
    "empty_fingerprint": Bug(empty_fingerprint, ("I6",)),
    "record_outside_the_transaction": Bug(
        record_outside_the_transaction, ("I8",), "submit.after_commit=0.7,close.after_commit=0.7"
    ),
    "report_without_the_overtaken": Bug(report_without_the_overtaken, ("I7",)),
    "nobody_closes": Bug(nobody_closes, ("I5",)),
}
