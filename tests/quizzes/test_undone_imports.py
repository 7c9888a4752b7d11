"""What rests on a bank keeps an import from being undone."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier
from typing import Any

from flask import Flask
from sqlalchemy import select

from quizapp.attempts.queries import drawn_from
from quizapp.banks.imports import Upload, accept_import, begin_import
from quizapp.banks.intake import read_upload
from quizapp.banks.undoing import HOLDERS, undo_import
from quizapp.db import db
from quizapp.domain.bank import ItemType
from quizapp.domain.bank_yaml import BankError
from quizapp.domain.paper_spec import PaperSpec, Section
from quizapp.quizzes import queries
from quizapp.quizzes.models import Quiz
from quizapp.quizzes.operations import PlanError, publish_quiz, withdraw_quiz
from tests.attempts.exam import make_exam
from tests.banks.imports import table
from tests.quizzes.plans import make_plan
from tests.support.cast import make_cast
from tests.support.time import MovableClock


def test_a_test_and_the_papers_drawn_for_it_hold_their_revision(app: Flask) -> None:
    exam = make_exam(app)
    assert app.extensions[HOLDERS] == [queries.tests_set_from, drawn_from]
    with app.app_context():
        revision_id = db.session.get_one(Quiz, exam.quiz_id).bank_revision_id
        assert queries.tests_set_from([revision_id]) is not None
        assert queries.tests_set_from([revision_id + 1]) is None
        assert drawn_from([revision_id]) is None
        withdraw_quiz(quiz_id=exam.quiz_id, reason="重设")
        assert queries.tests_set_from([revision_id]) is None, "a test that is withdrawn holds nothing"


def test_a_paper_holds_its_revision_for_good(app: Flask) -> None:
    exam = make_exam(app)
    with app.app_context():
        revision_id = db.session.get_one(Quiz, exam.quiz_id).bank_revision_id
        exam.start()
        assert drawn_from([revision_id]) is not None
        assert drawn_from([revision_id + 1]) is None


def test_an_undoing_and_a_publication_at_once_never_both_succeed(
    any_app: Flask, any_session: Any, clock: MovableClock
) -> None:
    cast = make_cast(any_app)
    organizer = cast.organizer.account_id
    rows = (f"判断,第{number}条讲的是纪律。,,,,,正确,\n" for number in range(4))
    upload = Upload("题目.csv", table(*rows))
    batch_id = begin_import(account_id=organizer, unit_id=cast.department, bank_id=None, title="", upload=upload).id
    read_upload(batch_id)
    revision_id = accept_import(batch_id=batch_id, account_id=organizer).revision_id
    assert revision_id
    section = Section("判断题", ItemType.TRUE_FALSE, 2, Decimal(10))
    spec = PaperSpec((section,), cut_score=Decimal(10), excellent_score=Decimal(10))
    plan = make_plan(cast, revision_id, spec=spec)
    acts: list[Callable[[], object]] = [
        lambda: undo_import(batch_id=batch_id, account_id=organizer),
        lambda: publish_quiz(publisher_id=organizer, plan=plan),
    ]
    db.session.rollback()
    gate = Barrier(len(acts))

    def run(act: Callable[[], object]) -> bool:
        with any_app.app_context():
            gate.wait()
            try:
                act()
            except (BankError, PlanError):
                return False
            finally:
                db.session.remove()
            return True

    with ThreadPoolExecutor(len(acts)) as pool:
        undone, published = pool.map(run, acts)
    assert undone != published
    assert bool(db.session.scalars(select(Quiz)).all()) == published
