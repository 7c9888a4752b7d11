"""What rests on a bank keeps an import from being undone."""

from flask import Flask

from quizapp.attempts.queries import drawn_from
from quizapp.banks.undoing import HOLDERS
from quizapp.db import db
from quizapp.quizzes import queries
from quizapp.quizzes.models import Quiz
from quizapp.quizzes.operations import withdraw_quiz
from tests.attempts.exam import make_exam


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
