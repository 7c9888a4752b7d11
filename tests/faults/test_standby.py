"""The machine of the database is lost for good: everything that was acknowledged stands on the second one."""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from quizapp import schema
from quizapp.attempts.closing import submit_attempt
from quizapp.attempts.models import Attempt, ItemResponse
from quizapp.db import db
from quizapp.verification import verify
from quizapp.web import clock
from tests.attempts.exam import Exam, make_exam
from tests.attempts.test_operations import save
from tests.faults.postgres import Postgres
from tests.faults.standby import Standby
from tests.support.databases import settings_for

SAVES_BEFORE_THE_LOSS = 20


@pytest.fixture
def servers() -> Iterator[tuple[Postgres, Standby]]:
    with ExitStack() as stack:
        primary = Postgres()
        stack.callback(primary.close)
        with primary.connect() as connection:
            assert connection.execute("SHOW wal_level").fetchone() == ("replica",)
        standby = Standby(primary)
        stack.callback(standby.close)
        yield primary, standby


def save_until_it_is_gone(exam: Exam, attempt_id: int, acknowledged: list[int], loss: threading.Event) -> None:
    """Save the second and the first option in turn, each a version of its own, and note what came back."""
    for version in range(10_000):
        save(exam, attempt_id, 0, ["AB"[(version + 1) % 2]], version=version)
        acknowledged.append(version + 1)
        if version + 1 == SAVES_BEFORE_THE_LOSS:
            loss.set()


@pytest.mark.postgres
def test_the_second_server_has_all_that_was_acknowledged(
    servers: tuple[Postgres, Standby], make_app: Callable[..., Flask], tmp_path: Path
) -> None:
    primary, standby = servers
    app = make_app(settings_for(primary.url, tmp_path))
    with app.app_context():
        schema.upgrade()
    standby.become_synchronous()
    acknowledged: list[int] = []
    with app.app_context():
        exam = make_exam(app)
        attempt_id = exam.start().id
        letters = exam.attempt(attempt_id).paper["items"][0]["letters"]
        loss = threading.Event()
        killer = threading.Thread(target=lambda: (loss.wait(), primary.kill()))
        killer.start()
        with pytest.raises(SQLAlchemyError):
            save_until_it_is_gone(exam, attempt_id, acknowledged, loss)
        killer.join()
        db.session.remove()
        db.engine.dispose()
    assert standby.is_read_only()
    standby.promote()
    with make_app(settings_for(standby.url, tmp_path)).app_context():
        version, stored = db.session.execute(select(ItemResponse.version, ItemResponse.answer)).one()
        last = max(acknowledged)
        assert last >= SAVES_BEFORE_THE_LOSS
        assert version in (last, last + 1)  # the one under way may have got through
        assert stored == [letters[version % 2]]
        submit_attempt(attempt=db.session.get_one(Attempt, attempt_id), arrived_at=clock.now())
        assert verify().finding is None
        db.session.remove()
        db.engine.dispose()
