"""The page of attempts to be asked about: who sees it, what it says, and that it changes nothing but the record."""

from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from quizapp.attempts.closing import submit_attempt
from quizapp.attempts.implausible import FOUND_OUT, PACE, SAME, questions_in
from quizapp.attempts.letters import to_page
from quizapp.attempts.models import Attempt, AttemptScore
from quizapp.attempts.saving import Change
from quizapp.audit.models import AuditEntry
from quizapp.banks.queries import bank_of
from quizapp.db import db, writing
from quizapp.domain.bank import ItemType
from quizapp.domain.paper import PaperSpec, Section, paper_from_json
from quizapp.roster.operations import add_person
from tests.attempts.exam import Exam, make_exam, save_all
from tests.support.cast import Member, sign_in_as
from tests.support.time import MovableClock

ITEMS = 20
TEXT = "某单位工作人员在执行公务活动中收受礼品礼金，应当怎样处理才符合规定"
BANK = "title: 二十题\nitems:\n" + "".join(
    f"  - {{id: q{n}, type: single, stem: {TEXT}{n}, options: {{A: 甲{n}, B: 乙{n}, C: 丙{n}, D: 丁{n}}}, key: B}}\n"
    for n in range(ITEMS)
)
SPEC = PaperSpec((Section("单选题", ItemType.SINGLE, ITEMS, Decimal(100)),), cut_score=Decimal(60))


@pytest.fixture
def exam(app: Flask, clock: MovableClock, db_session: Any) -> Exam:
    """A test of twenty items, each with shuffled options."""
    return make_exam(app, bank=BANK, spec=SPEC)


def sit(exam: Exam, person_id: int | None, clock: MovableClock, wrong: dict[str, str], seconds: float = 20) -> Attempt:
    """An attempt with these wrong answers (in the letters of the bank) and all others right, at an even pace."""
    began = clock.now()
    attempt = exam.start(person_id)
    bank = bank_of(attempt.quiz.bank_revision_id)
    for position, entry in enumerate(paper_from_json(attempt.paper).items):
        clock.advance(seconds=seconds)
        shown = to_page(entry, (wrong.get(entry.item_id) or bank.item(entry.item_id).key[0],))
        change = Change(position, tuple(shown), False, 0, f"operation-{position}")
        save_all(exam.attempt(attempt.id), [change], arrived_at=clock.now(), lease=None)
    submit_attempt(attempt=exam.attempt(attempt.id), arrived_at=clock.now())
    clock.set(began)
    return exam.attempt(attempt.id)


def crowd(exam: Exam, clock: MovableClock, people: int = 12) -> list[Attempt]:
    """Others of another branch, each wrong on twelve items in a way of their own."""
    dice, ids = Random(2), []
    with writing():
        for number in range(people):
            person = add_person(
                staff_no=f"2000{number:02d}",
                name=f"同志{number}",
                branch_id=exam.cast.branches[2],
                since=clock.now() - timedelta(days=100),
            )
            ids.append(person.id)
    return [sit(exam, person_id, clock, {f"q{n}": dice.choice("ACD") for n in range(12)}) for person_id in ids]


@pytest.fixture
def alike(exam: Exam, clock: MovableClock) -> tuple[Attempt, Attempt]:
    """Zhang and Li, of one branch and with shuffled papers, share twelve wrong answers that nobody else gives so."""
    crowd(exam, clock)
    wrong = {f"q{n}": "ACD"[n % 3] for n in range(12)}
    return sit(exam, exam.cast.zhang.person_id, clock, wrong), sit(exam, exam.cast.li.person_id, clock, wrong)


def as_(client: FlaskClient, member: Member) -> FlaskClient:
    sign_in_as(client, member.login)
    return client


def page_of(client: FlaskClient, exam: Exam) -> str:
    reply = client.get(f"/quizzes/{exam.quiz_id}/questions")
    assert reply.status_code == 200
    return str(reply.text)


def test_an_ordinary_test_asks_nothing(exam: Exam, clock: MovableClock, client: FlaskClient) -> None:
    sit(exam, exam.cast.zhang.person_id, clock, {"q1": "A"})
    found = questions_in(exam.quiz)
    assert (found.attempts, found.pace, found.same) == (1, (), ())
    assert "没有需要核实的情况" in page_of(as_(client, exam.cast.organizer), exam)


def test_twenty_items_in_sixteen_seconds_are_asked_about(exam: Exam, clock: MovableClock, client: FlaskClient) -> None:
    fast = sit(exam, exam.cast.zhang.person_id, clock, {}, seconds=0.8)
    [question] = questions_in(exam.quiz).pace
    assert question.who.attempt_id == fast.id
    assert (question.pace.items, question.pace.took) == (20, timedelta(seconds=16))
    page = page_of(as_(client, exam.cast.organizer), exam)
    for fact in ("张三作答很快，请核实", "16 秒内答完 20 题", "不是结论", "不影响成绩"):
        assert fact in page
    assert "违规" not in page
    assert "作弊" not in page


def test_a_running_attempt_is_left_in_peace(exam: Exam) -> None:
    exam.start()
    assert questions_in(exam.quiz).attempts == 0


def test_shuffled_papers_are_compared_by_item_and_letter_of_the_bank(
    exam: Exam, alike: tuple[Attempt, Attempt], client: FlaskClient
) -> None:
    first, second = alike
    letters = [[entry.letters for entry in paper_from_json(one.paper).items] for one in alike]
    assert letters[0] != letters[1]
    [question] = questions_in(exam.quiz).same
    assert question.attempts == (first.id, second.id)
    assert (question.group.closest.common, len(question.group.closest.same)) == (12, 12)
    assert len(question.mistakes) == 12
    page = page_of(as_(client, exam.cast.organizer), exam)
    for fact in ("同一支部 2 人有相同的错误答案，请核实", "张三", "李四", "12 道题都答错"):
        assert fact in page


def note(client: FlaskClient, exam: Exam, about: str, attempts: list[int], text: str) -> Any:
    data = {"about": about, "attempt": [str(one) for one in attempts], "note": text}
    return client.post(f"/quizzes/{exam.quiz_id}/questions", data=data)


def test_what_came_out_is_kept_in_the_record_and_changes_no_score(
    exam: Exam, alike: tuple[Attempt, Attempt], client: FlaskClient
) -> None:
    ids = [one.id for one in alike]
    scores = [(row.attempt_id, row.points) for row in db.session.scalars(select(AttemptScore))]
    organizer = as_(client, exam.cast.organizer)
    note(organizer, exam, SAME, ids, "两人一起学习了同一份旧资料")
    note(organizer, exam, SAME, ids, " ")
    note(organizer, exam, PACE, ids, "不在列表上")
    note(organizer, exam, SAME, [ids[0]], "不在列表上")
    db.session.rollback()
    [entry] = db.session.scalars(select(AuditEntry).where(AuditEntry.act == FOUND_OUT)).all()
    assert (entry.note, entry.actor) == ("两人一起学习了同一份旧资料", exam.cast.organizer.login)
    assert entry.detail == {"about": SAME, "attempts": ids}
    assert "两人一起学习了同一份旧资料" in page_of(organizer, exam)
    assert scores == [(row.attempt_id, row.points) for row in db.session.scalars(select(AttemptScore))]


def test_only_who_runs_or_audits_the_test_sees_it_and_an_auditor_only_reads(
    exam: Exam, clock: MovableClock, client: FlaskClient
) -> None:
    fast = sit(exam, exam.cast.zhang.person_id, clock, {}, seconds=0.8)
    cast = exam.cast
    for member in (cast.zhang, cast.secretary, cast.committee, cast.administrator, cast.unit_organizer):
        assert as_(client, member).get(f"/quizzes/{exam.quiz_id}/questions").status_code == 404
        assert note(client, exam, PACE, [fast.id], "不是我的事").status_code == 404
    auditor = as_(client, cast.auditor)
    assert "填写核实结果" not in page_of(auditor, exam)
    assert note(auditor, exam, PACE, [fast.id], "只读").status_code == 404
    assert not db.session.scalars(select(AuditEntry).where(AuditEntry.act == FOUND_OUT)).all()
