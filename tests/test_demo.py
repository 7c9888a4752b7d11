"""The demonstration department: believable, the same for the same seed, and scored as real tests are."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from random import Random
from shutil import copyfile
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from quizapp import create_app, demo
from quizapp.attempts.models import Attempt, AttemptScore, ItemResponse, ItemScoreRow
from quizapp.banks.models import Bank, PracticeUse
from quizapp.banks.queries import bank_of
from quizapp.banks.rechecks import rechecks_of
from quizapp.config import Settings
from quizapp.db import db
from quizapp.demo.department import _shares
from quizapp.demo.register import shipped
from quizapp.domain.bank_yaml import read_bank
from quizapp.domain.paper import paper_from_json
from quizapp.domain.practice import MOST_PER_DAY
from quizapp.domain.scoring import score_paper
from quizapp.domain.timing import QuizState
from quizapp.practice.permits import permits_of
from quizapp.practice.queries import day_of, row_of_days, today_of
from quizapp.quizzes.models import Quiz
from quizapp.quizzes.queries import candidates, pool_state, spec_of, state_of
from quizapp.regulations.queries import register
from quizapp.reports.absentees import absentees
from quizapp.reports.queries import report_for_cli
from quizapp.roster.models import Person, Unit
from quizapp.web import clock as the_clock
from tests.support.client import SeparateClient
from tests.support.databases import settings_for, sqlite_url
from tests.support.time import MovableClock

PEOPLE = 300
NOW = datetime(2026, 3, 10, 1, 30, tzinfo=UTC)


def made(folder: Path, template: Path, seed: int, people: int = PEOPLE) -> Flask:
    """The demonstration of that seed over a database of its own."""
    path = folder / f"{seed}-{len(list(folder.iterdir()))}.sqlite3"
    copyfile(template, path)
    settings: Settings = settings_for(sqlite_url(path), folder, QUIZAPP_DEMO="1")
    app = create_app(settings)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    app.test_client_class = SeparateClient
    with app.app_context():
        demo.make(people=people, seed=seed)
    return app


@pytest.fixture(scope="module")
def still() -> Iterator[MovableClock]:
    """The clock of the module, standing still: what is made twice is made at the same moment."""
    clock = MovableClock(NOW)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(the_clock, "now", clock.now)
        yield clock


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path, still: MovableClock) -> Iterator[Flask]:
    """The demonstration of seed 1, read by every test of this module."""
    app = made(tmp_path_factory.mktemp("demo"), sqlite_template, 1)
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def inside(shown: Flask) -> Iterator[Flask]:
    with shown.app_context():
        yield shown


def quizzes() -> dict[QuizState, Quiz]:
    """The newest test of each state."""
    rows = db.session.scalars(select(Quiz)).all()
    assert len(rows) == 5
    return {state_of(row, the_clock.now()): row for row in sorted(rows, key=lambda row: row.opens_at)}


def test_the_department_has_its_size(inside: Flask) -> None:
    kinds = dict(db.session.execute(select(Unit.kind, func.count()).group_by(Unit.kind)).all())
    assert kinds["department"] == 1
    assert kinds["unit"] == 10
    assert 85 <= kinds["branch"] <= 100
    assert db.session.scalar(select(func.count()).select_from(Person)) == PEOPLE


@pytest.mark.parametrize("people", [100, 300, 2000, 5000])
def test_everybody_has_a_branch_and_every_branch_somebody(people: int) -> None:
    random = Random(1)
    shares = _shares(people, [random.lognormvariate(0, 0.45) for _branch in range(89)])
    assert len(shares) == people
    assert set(shares) == set(range(89))
    assert shares == sorted(shares)


def test_there_is_a_test_in_every_state(inside: Flask) -> None:
    assert set(quizzes()) == {QuizState.SCHEDULED, QuizState.OPEN, QuizState.CLOSED}
    assert len({quiz.title for quiz in quizzes().values()}) == 3
    for quiz in quizzes().values():
        assert quiz.published_at <= the_clock.now()
        assert len(candidates(quiz)) == PEOPLE


def test_the_shipped_banks_are_there_and_the_tests_draw_from_them(inside: Flask) -> None:
    titles = {read_bank(path.read_bytes()).title for path in shipped().glob("*.yaml")} - {"廉政知识基础题库"}
    assert titles < set(db.session.scalars(select(Bank.title)))
    drawn = {bank_of(quiz.bank_revision_id).title for quiz in quizzes().values()}
    assert drawn == {"中国共产党纪律处分条例题库", "住房城乡建设业务廉政风险题库"}
    practised = set(db.session.scalars(select(Bank.title).where(Bank.practice_use == PracticeUse.OPEN)))
    assert practised == set(db.session.scalars(select(Bank.title))) - drawn


def test_results_are_believable(inside: Flask) -> None:
    total = report_for_cli(quizzes()[QuizState.CLOSED]).summary.total
    assert total.participation is not None
    assert total.pass_rate is not None
    assert total.mean is not None
    assert Decimal("0.90") < total.participation < Decimal("0.99")
    assert Decimal("0.60") < total.pass_rate < Decimal("0.999")
    full = spec_of(quizzes()[QuizState.CLOSED]).full_points
    assert Decimal("0.6") < total.mean / full < Decimal("0.95")
    scores = set(db.session.scalars(select(AttemptScore.points)))
    assert len(scores) > 15


def test_the_open_test_is_under_way(inside: Flask) -> None:
    total = report_for_cli(quizzes()[QuizState.OPEN]).summary.total
    assert 0 < total.sat < PEOPLE / 2
    assert not db.session.scalars(select(Attempt).where(Attempt.quiz_id == quizzes()[QuizState.SCHEDULED].id)).all()


@pytest.mark.parametrize("state", [QuizState.CLOSED, QuizState.OPEN])
def test_parts_add_up(inside: Flask, state: QuizState) -> None:
    report = report_for_cli(quizzes()[state])
    total, branches = report.summary.total, [row.figures for part in report.summary.units for row in part.branches]
    for name in ("eligible", "sat", "absent", "passed", "excellent"):
        parts = [getattr(figures, name) for figures in branches]
        assert sum(parts) == getattr(total, name), name
        assert sum(getattr(part.unit.figures, name) for part in report.summary.units) == getattr(total, name), name
    for figures in [total, *branches]:
        assert figures.sat + figures.absent == figures.eligible
        assert (figures.passed or 0) <= figures.sat
    assert len(list(absentees(report.quiz.id, report.summary))) == total.absent


def test_dates_make_sense(inside: Flask) -> None:
    for attempt, quiz in db.session.execute(select(Attempt, Quiz).join(Quiz, Attempt.quiz_id == Quiz.id)):
        assert quiz.opens_at <= attempt.started_at < attempt.submitted_at <= attempt.deadline
        assert attempt.deadline <= quiz.closes_at
        assert attempt.submitted_at <= the_clock.now()


def test_scores_are_those_of_the_domain(inside: Flask) -> None:
    """Every tenth attempt scored again from what was saved."""
    attempts = db.session.scalars(select(Attempt).order_by(Attempt.id)).all()[::10]
    assert len(attempts) > 20
    for attempt in attempts:
        responses = {row.position: tuple(row.answer) for row in attempt.responses}
        spec, bank = spec_of(attempt.quiz), bank_of(attempt.quiz.bank_revision_id)
        again, [kept] = score_paper(bank, spec, paper_from_json(attempt.paper), responses), attempt.scores
        assert (kept.points, kept.full_points, kept.passed) == (again.points, again.full_points, again.passed)
        assert [row.points for row in kept.items] == [item.points for item in again.items]
        assert kept.answered <= len(responses)


def test_every_attempt_has_its_score_and_items(inside: Flask) -> None:
    attempts = db.session.scalar(select(func.count()).select_from(Attempt))
    assert db.session.scalar(select(func.count()).select_from(AttemptScore)) == attempts
    counted = select(func.sum(ItemScoreRow.points)).where(ItemScoreRow.score_id == AttemptScore.id).scalar_subquery()
    assert not db.session.scalars(select(AttemptScore.id).where(counted != AttemptScore.points)).all()


@pytest.mark.parametrize("login", [login for login, _role in demo.SIGN_INS])
def test_every_printed_sign_in_works(shown: Flask, login: str) -> None:
    client = shown.test_client()
    answer = client.post("/sign-in", data={"login": login, "password": demo.PASSWORD})
    assert (answer.status_code, answer.location) == (302, "/")
    assert client.get("/").status_code == 200
    assert any(login in line and demo.PASSWORD in line for line in demo.sign_ins())


def test_the_printed_person_has_a_test_to_sit(shown: Flask) -> None:
    client = shown.test_client()
    client.post("/sign-in", data={"login": demo.SIGN_INS[-1][0], "password": demo.PASSWORD})
    with shown.app_context():
        door = f"/tests/{quizzes()[QuizState.OPEN].id}"
    assert door in client.get("/").text


def digest(app: Flask) -> list[Any]:
    """Names, scores and answers, without what is random by its nature."""
    with app.app_context():
        people = select(Person.staff_no, Person.name, Person.duty, Person.post, Person.phone).order_by(Person.id)
        attempts = select(
            Attempt.person_id, Attempt.seed, Attempt.started_at, Attempt.submitted_at, AttemptScore.points
        )
        answers = select(ItemResponse.attempt_id, ItemResponse.position, ItemResponse.answer)
        found = [
            db.session.execute(people).all(),
            db.session.execute(attempts.join(AttemptScore).order_by(Attempt.id)).all(),
            db.session.execute(answers.order_by(ItemResponse.attempt_id, ItemResponse.position)).all(),
        ]
        db.engine.dispose()
    return found


def test_the_same_seed_makes_the_same_department(tmp_path: Path, sqlite_template: Path, still: MovableClock) -> None:
    first, again, other = (digest(made(tmp_path, sqlite_template, seed, people=100)) for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_it_is_no_longer_empty(inside: Flask) -> None:
    assert not demo.is_empty()


def test_a_newer_edition_has_left_items_to_recheck(inside: Flask) -> None:
    """纪律处分条例 2018 → 2023: visible as soon as the demonstration is there, and no test of it suffers."""
    old = db.session.scalars(select(Bank).where(Bank.title.contains("往年"))).one()
    waiting = {row.item_id for row in rechecks_of(old.id) if row.outcome is None}
    assert waiting == {"wn-02", "wn-03", "wn-06", "wn-07"}
    assert {pool_state(quiz).waiting for quiz in quizzes().values()} == {0}
    kept = {value.code: len(value.editions[-1].articles) for value in register().regulations}
    assert kept.items() >= {"ccp-discipline": 158, "prevention-measures": 20, "post-duties": 5}.items()


def test_the_printed_person_has_something_to_practise(inside: Flask) -> None:
    person = db.session.scalars(select(Person).order_by(Person.staff_no)).first()
    assert person is not None
    permits = permits_of(person.id, NOW)
    today = today_of(person.id, permits, NOW)
    assert 3 <= today.left <= MOST_PER_DAY
    assert permits.paused  # the bank of the open test rests
    assert row_of_days(person.id, day_of(NOW)) == 1
