"""Publishing says everything that is wrong at once; a published test is what was planned; a withdrawn one is gone."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from quizapp.audit.models import AuditEntry
from quizapp.domain.bank import ItemType
from quizapp.domain.paper_spec import PaperSpec, Section
from quizapp.quizzes.models import CountedAttempt, Quiz, ReviewTime
from quizapp.quizzes.operations import AlreadyPublished, PlanError, publish_quiz, withdraw_quiz
from quizapp.quizzes.queries import candidates, quizzes_for, spec_of
from tests.quizzes.plans import CLOSES, OPENS, SPEC, make_plan, make_revision
from tests.support.cast import Cast, make_cast
from tests.support.time import MovableClock


@pytest.fixture
def cast(app: Flask, clock: MovableClock) -> Cast:
    return make_cast(app)


@pytest.fixture
def publish(cast: Cast, db_session: Any) -> Callable[..., Quiz]:
    """Publish the ordinary plan with changes, as the department's organizer unless ``by`` says otherwise."""
    revision_id = make_revision(cast)

    def act(by: int | None = None, **changes: Any) -> Quiz:
        plan = make_plan(cast, changes.pop("bank_revision_id", revision_id), **changes)
        return publish_quiz(publisher_id=by or cast.organizer.account_id, plan=plan)

    return act


def section(**changes: Any) -> PaperSpec:
    return replace(SPEC, sections=(replace(SPEC.sections[0], **changes), SPEC.sections[1]))


ALONE = {
    "name": ({"title": " "}, "title", "Please give the test a name."),
    "long name": ({"title": "长" * 201}, "title", "The name is too long; the limit is 200 characters."),
    "instructions": (
        {"instructions": "长" * 5001}, "instructions", "The instructions are too long; the limit is 5000 characters."),
    "no section": ({"spec": PaperSpec(())}, "sections", "A paper needs at least one section."),
    "cut score": (
        {"spec": replace(SPEC, cut_score=Decimal(11))}, "cut_score",
        "The cut score must lie between 0 and the full points, 10, with at most two decimals."),
    "shortage": (
        {"spec": section(count=7)}, "sections[0].count",
        "Section “单项选择题” needs 7 items of the type single; the bank has 6."),
    "essays": (
        {"spec": section(type=ItemType.ESSAY)}, "sections[0].type",
        "Section “单项选择题” cannot hold essays: a person has to mark them. Choose another type for this section."),
    "order": ({"closes_at": OPENS}, "closes_at", "The test must close after it opens."),
    "past": (
        {"opens_at": OPENS - timedelta(days=30), "closes_at": OPENS - timedelta(days=20)}, "closes_at",
        "The test would be closed already. Please choose a later closing time."),
    "no time": ({"minutes": 0}, "minutes", "The time limit must be at least one minute."),
    "long time": (
        {"closes_at": OPENS + timedelta(minutes=29)}, "minutes",
        "The time limit is longer than the test is open. Shorten it, or close the test later."),
    "grace": ({"grace_seconds": 301}, "grace_seconds", "The grace period must lie between 0 and 300 seconds."),
    "attempts": ({"attempts_allowed": 0}, "attempts_allowed", "Everybody needs at least one attempt."),
    "audience": ({"audience": ()}, "audience", "Please choose whom the test is for."),
    "no such bank": ({"bank_revision_id": 999}, "bank_revision_id", "Please choose a bank of your own units."),
}  # fmt: skip


@pytest.mark.parametrize("name", ALONE)
def test_each_problem_has_its_sentence_and_its_field(publish: Callable[..., Quiz], name: str) -> None:
    changes, path, sentence = ALONE[name]
    with pytest.raises(PlanError) as caught:
        publish(**changes)
    assert [(problem.path, problem.text()) for problem in caught.value.problems] == [(path, sentence)]


def test_all_problems_are_said_at_once(publish: Callable[..., Quiz]) -> None:
    with pytest.raises(PlanError) as caught:
        publish(title="", audience=(), minutes=0, attempts_allowed=0, spec=section(count=70))
    paths = {problem.path for problem in caught.value.problems}
    assert paths == {"title", "audience", "minutes", "attempts_allowed", "sections[0].count"}


def test_a_time_limit_may_fill_the_window(publish: Callable[..., Quiz]) -> None:
    assert publish(closes_at=OPENS + timedelta(minutes=30)).id


def test_an_organizer_publishes_only_within_the_own_units(publish: Callable[..., Quiz], cast: Cast) -> None:
    with pytest.raises(PlanError) as caught:
        publish(by=cast.unit_organizer.account_id, audience=(cast.units[0], cast.branches[2]))
    assert {problem.path for problem in caught.value.problems} == {"bank_revision_id", "unit_id", "audience"}


def test_an_organizer_publishes_for_a_branch_of_the_own_unit(publish: Callable[..., Quiz], cast: Cast) -> None:
    revision_id = make_revision(cast, unit_id=cast.units[0], title="机关题库")
    mine = {"bank_revision_id": revision_id, "unit_id": cast.units[0], "audience": (cast.branches[0],)}
    quiz = publish(by=cast.unit_organizer.account_id, **mine)
    assert {each.person_id for each in candidates(quiz)} == {cast.zhang.person_id, cast.li.person_id}


@pytest.mark.parametrize("member", ["auditor", "committee", "administrator", "zhang"])
def test_who_organizes_nothing_publishes_nothing(publish: Callable[..., Quiz], cast: Cast, member: str) -> None:
    with pytest.raises(PlanError):
        publish(by=getattr(cast, member).account_id)


def test_what_is_published_is_what_was_planned(publish: Callable[..., Quiz], db_session: Any, cast: Cast) -> None:
    spec = PaperSpec(
        (
            Section("甲", ItemType.SINGLE, 2, Decimal("1.5"), ("纪律",), (1, 2), Decimal("0.5")),
            Section("乙", ItemType.MULTIPLE, 1, Decimal(7)),
        ),
        shuffle_options=False,
        cut_score=Decimal("6.25"),
        excellent_score=None,
    )
    quiz_id = publish(
        spec=spec,
        title=" 春季测试 ",
        audience=(cast.units[1], cast.branches[0]),
        attempts_allowed=2,
        counted_attempt=CountedAttempt.LAST,
        key_shown=ReviewTime.NEVER,
    ).id
    db_session.expire_all()
    quiz = db_session.get_one(Quiz, quiz_id)
    assert spec_of(quiz) == spec
    assert (quiz.title, quiz.opens_at, quiz.closes_at, quiz.minutes) == ("春季测试", OPENS, CLOSES, 30)
    assert (quiz.attempts_allowed, quiz.counted_attempt, quiz.key_shown) == (2, "last", "never")
    assert {row.unit_id for row in quiz.audience} == {cast.units[1], cast.branches[0]}


def test_the_record_holds_the_whole_plan(publish: Callable[..., Quiz], db_session: Any, cast: Cast) -> None:
    quiz = publish()
    entry = db_session.scalars(select(AuditEntry).where(AuditEntry.act == "quiz.published")).one()
    assert (entry.subject, entry.actor) == (f"quiz:{quiz.id}", cast.organizer.login)
    plan = make_plan(cast, quiz.bank_revision_id)
    assert entry.detail == json.loads(json.dumps(plan.as_json()))
    assert entry.detail["audience"] == [cast.department]
    assert entry.detail["spec"]["cut_score"] == "6"


def test_a_second_click_publishes_nothing(publish: Callable[..., Quiz], clock: MovableClock) -> None:
    first = publish()
    with pytest.raises(AlreadyPublished) as caught:
        publish()
    assert caught.value.quiz_id == first.id
    clock.advance(minutes=1)
    assert publish().id != first.id


def test_another_window_is_another_test(publish: Callable[..., Quiz]) -> None:
    assert publish().id != publish(closes_at=CLOSES + timedelta(days=1)).id


def test_a_withdrawn_test_is_hidden_from_its_candidates(
    publish: Callable[..., Quiz], cast: Cast, db_session: Any
) -> None:
    quiz_id = publish().id
    assert cast.wang.person_id is not None
    assert [quiz.id for quiz in quizzes_for(cast.wang.person_id)] == [quiz_id]
    withdraw_quiz(quiz_id=quiz_id, reason=" 题目有误 ")
    assert quizzes_for(cast.wang.person_id) == []
    quiz = db_session.get_one(Quiz, quiz_id)
    assert quiz.withdrawn_reason == "题目有误"
    entry = db_session.scalars(select(AuditEntry).where(AuditEntry.act == "quiz.withdrawn")).one()
    assert (entry.subject, entry.note) == (f"quiz:{quiz_id}", "题目有误")


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        (" ", "Please say why the test is withdrawn."),
        ("长" * 201, "The reason is too long; the limit is 200 characters."),
    ],
)
def test_a_withdrawal_needs_a_reason(publish: Callable[..., Quiz], db_session: Any, reason: str, sentence: str) -> None:
    quiz_id = publish().id
    with pytest.raises(PlanError) as caught:
        withdraw_quiz(quiz_id=quiz_id, reason=reason)
    assert [problem.text() for problem in caught.value.problems] == [sentence]
    assert db_session.get_one(Quiz, quiz_id).withdrawn_at is None


def test_nobody_withdraws_twice(publish: Callable[..., Quiz], db_session: Any) -> None:
    quiz_id = publish().id
    withdraw_quiz(quiz_id=quiz_id, reason="题目有误")
    with pytest.raises(PlanError, match="withdrawn before"):
        withdraw_quiz(quiz_id=quiz_id, reason="又一次")
    assert db_session.get_one(Quiz, quiz_id).withdrawn_reason == "题目有误"


def test_publishing_twice_and_withdrawing_work_on_every_database(
    any_app: Flask, any_session: Any, clock: MovableClock
) -> None:
    cast = make_cast(any_app)
    plan = make_plan(cast, make_revision(cast))
    quiz_id = publish_quiz(publisher_id=cast.organizer.account_id, plan=plan).id
    with pytest.raises(AlreadyPublished):
        publish_quiz(publisher_id=cast.organizer.account_id, plan=plan)
    assert len(candidates(any_session.get_one(Quiz, quiz_id))) == 3
    withdraw_quiz(quiz_id=quiz_id, reason="题目有误")
    assert any_session.get_one(Quiz, quiz_id).withdrawn_at == clock.now()


def test_a_withdrawn_test_is_no_twin(publish: Callable[..., Quiz]) -> None:
    """Whoever withdrew a test a moment ago means to publish the same one anew."""
    first = publish().id
    withdraw_quiz(quiz_id=first, reason="题目有误")
    assert publish().id != first
