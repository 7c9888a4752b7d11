"""After the test: what the result, the record, the certificate and its verification show, and above all when."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from quizapp.attempts.certificates import grouped, masked, plain
from quizapp.attempts.closing import submit_attempt
from quizapp.attempts.models import Attempt, AttemptScore, ItemResponse
from quizapp.attempts.saving import Change
from quizapp.banks.asking import MOST_AN_HOUR
from quizapp.banks.models import ItemStep
from quizapp.banks.path import open_comments
from quizapp.db import db, writing
from quizapp.domain.paper import paper_from_json
from quizapp.quizzes.models import CountedAttempt, ReviewTime
from quizapp.quizzes.operations import withdraw_quiz
from tests.attempts.exam import BANK, Exam, make_exam, publish_again, save_all
from tests.attempts.test_operations import right
from tests.support.cast import Member, sign_in_as
from tests.support.time import MovableClock

RATIONALES = re.findall(r"rationale: (\S+?)[,}\n]", BANK)
LEAKS = (*RATIONALES, "第一条", "党组", "因为", "is-key", "choices-")
POSITIONS = 7


@pytest.fixture
def exam(app: Flask, clock: MovableClock, db_session: Any) -> Exam:
    return make_exam(app, certificate=True, attempts_allowed=3)


def sit(exam: Exam, member: Member, clock: MovableClock, positions: int = POSITIONS) -> Attempt:
    """An attempt that ended with so many items right, from the first, after ten minutes."""
    attempt = exam.start(member.person_id)
    changes = [
        Change(position, tuple(right(attempt, position)), False, 0, str(uuid4())) for position in range(positions)
    ]
    if changes:
        save_all(attempt, changes, arrived_at=clock.now(), lease=None)
    clock.advance(minutes=10)
    submit_attempt(attempt=exam.attempt(attempt.id), arrived_at=clock.now())
    return exam.attempt(attempt.id)


def as_(client: FlaskClient, member: Member) -> FlaskClient:
    sign_in_as(client, member.login)
    return client


def text(client: FlaskClient, address: str, status: int = 200) -> str:
    reply = client.get(address)
    assert reply.status_code == status, address
    return str(reply.text)


@pytest.mark.parametrize("place", ["result", "result?items=all", "record"])
def test_no_key_before_the_policy_says_so(exam: Exam, client: FlaskClient, clock: MovableClock, place: str) -> None:
    attempt = sit(exam, exam.cast.zhang, clock, positions=3)
    zhang = as_(client, exam.cast.zhang)
    shown = text(zhang, f"/attempts/{attempt.id}/{place}")
    assert not [leak for leak in (*LEAKS, "单选一", "BANK-") if leak in shown]
    clock.advance(days=3)
    shown = text(as_(client, exam.cast.zhang), f"/attempts/{attempt.id}/{place}")
    assert "因为" in shown
    assert "is-key" in shown
    assert "第一条" in shown or place == "result"


def test_no_score_before_the_policy_says_so(app: Flask, client: FlaskClient, clock: MovableClock) -> None:
    with app.app_context():
        exam = make_exam(app, certificate=True, score_shown=ReviewTime.AFTER_CLOSE)
        attempt = sit(exam, exam.cast.zhang, clock)
        zhang, address, code = as_(client, exam.cast.zhang), f"/attempts/{attempt.id}", attempt.verification_code
        for page in ("result", "record"):
            shown = text(zhang, f"{address}/{page}")
            assert "成绩在" in shown
            assert "合格" not in shown.replace("合格线", "")
        text(zhang, f"{address}/certificate", 404)
        text(zhang, f"/certificates/{code}", 404)
        clock.advance(days=3)
        zhang = as_(client, exam.cast.zhang)
        assert "100" in text(zhang, f"{address}/certificate")
        assert "这份证明有效" in text(zhang, f"/certificates/{code}")


TO_LEARN = {
    ReviewTime.AT_SUBMISSION: "未达合格线 60。下面逐题列出要再学的题。",
    ReviewTime.AFTER_CLOSE: "未达合格线 60。答案公布后，可在这里查看哪些题要再学。",
    ReviewTime.NEVER: "未达合格线 60。</p>",
}


@pytest.mark.parametrize("key_shown", TO_LEARN)
def test_below_the_cut_score_nothing_is_promised_that_is_there_or_never_comes(
    key_shown: ReviewTime, app: Flask, client: FlaskClient, clock: MovableClock
) -> None:
    with app.app_context():
        exam = make_exam(app, key_shown=key_shown, rationale_shown=key_shown)
        attempt = sit(exam, exam.cast.zhang, clock, positions=0)
        shown = text(as_(client, exam.cast.zhang), f"/attempts/{attempt.id}/result")
    assert TO_LEARN[key_shown] in shown


def test_receipt_and_certificate_are_named_beside_the_score(
    exam: Exam, client: FlaskClient, clock: MovableClock
) -> None:
    """On a phone the receipt itself stands below all the items."""
    attempt = sit(exam, exam.cast.zhang, clock)
    shown = text(as_(client, exam.cast.zhang), f"/attempts/{attempt.id}/result")
    number = f"{exam.quiz_id:04d}-{attempt.id:07d}"
    score = shown[: shown.index('id="h-receipt"')]
    assert f'已交卷，回执编号 <span class="nb">{number}</span>。' in score
    assert f"/attempts/{attempt.id}/certificate" in score
    assert 'href="#h-receipt"' in score


@pytest.mark.parametrize("place", ["result?items=all", "record"])
def test_no_key_of_an_earlier_test_while_the_same_bank_is_asked_again(
    exam: Exam, client: FlaskClient, clock: MovableClock, place: str
) -> None:
    ended = sit(exam, exam.cast.zhang, clock)
    clock.set(exam.quiz.closes_at + timedelta(hours=1))
    address = f"/attempts/{ended.id}/{place}"
    as_(client, exam.cast.zhang)
    assert "因为乙。" in text(client, address)
    again = publish_again(exam)
    running = again.start()
    as_(client, exam.cast.zhang)
    assert "因为乙。" not in text(client, address)
    # Not a date that has passed, but what the key really waits for.
    assert ("同一题库的另一场测试" in text(client, address)) is place.startswith("result")
    submit_attempt(attempt=running, arrived_at=clock.now())
    assert "因为乙。" in text(client, address)


def test_a_section_of_few_items_does_not_tell_right_from_wrong_before_the_key(
    exam: Exam, client: FlaskClient, clock: MovableClock
) -> None:
    ended = sit(exam, exam.cast.zhang, clock)
    as_(client, exam.cast.zhang)
    before = text(client, f"/attempts/{ended.id}/result")
    clock.set(exam.quiz.closes_at + timedelta(hours=1))
    as_(client, exam.cast.zhang)
    after = text(client, f"/attempts/{ended.id}/result")
    assert "判断题" not in before
    assert "判断题" in after


def test_result_of_an_extended_test_waits_for_the_last_deadline(
    exam: Exam, client: FlaskClient, clock: MovableClock
) -> None:
    attempt = sit(exam, exam.cast.zhang, clock, positions=3)
    with writing():
        exam.quiz.extended_until = exam.quiz.closes_at + timedelta(hours=2)
    clock.set(exam.quiz.closes_at + timedelta(hours=1))
    assert "is-key" not in text(as_(client, exam.cast.zhang), f"/attempts/{attempt.id}/record")


def test_result_says_what_was_right_by_kind_and_lists_wrong_ones_first(
    exam: Exam, client: FlaskClient, clock: MovableClock
) -> None:
    attempt = sit(exam, exam.cast.zhang, clock, positions=3)
    clock.advance(days=3)
    zhang = as_(client, exam.cast.zhang)
    page = text(zhang, f"/attempts/{attempt.id}/result")
    assert "答对 3 题" in page
    assert "漏答 4 题" in page
    assert page.count('class="reviewed"') == 4
    assert text(zhang, f"/attempts/{attempt.id}/result?items=all").count('class="reviewed"') == 7


def test_a_case_stands_above_its_items_also_where_only_the_second_was_wrong(
    exam: Exam, client: FlaskClient, clock: MovableClock
) -> None:
    attempt = sit(exam, exam.cast.zhang, clock, positions=6)
    clock.advance(days=3)
    page = text(as_(client, exam.cast.zhang), f"/attempts/{attempt.id}/result")
    assert page.count('class="reviewed"') == 1
    assert page.count("一个案例。") == 1
    assert text(as_(client, exam.cast.zhang), f"/attempts/{attempt.id}/result?items=all").count("一个案例。") == 1


def test_receipt_can_be_kept_as_text(exam: Exam, client: FlaskClient, clock: MovableClock) -> None:
    attempt = sit(exam, exam.cast.zhang, clock, positions=3)
    page = text(as_(client, exam.cast.zhang), f"/attempts/{attempt.id}/result")
    assert attempt.fingerprint is not None
    assert grouped(attempt.fingerprint.upper()) in page
    for fact in (
        f"回执编号：{exam.quiz_id:04d}-{attempt.id:07d}",
        "作答题数：3 / 7",
        "张三（工号 100001）",
        "2026 年 3 月 10 日 09:10:00",
    ):
        assert fact in page
    assert 'data-copy="receipt"' in page


def test_other_attempts_are_reached(exam: Exam, client: FlaskClient, clock: MovableClock) -> None:
    first, second = sit(exam, exam.cast.zhang, clock), sit(exam, exam.cast.zhang, clock, positions=0)
    page = text(as_(client, exam.cast.zhang), f"/attempts/{second.id}/result")
    assert f"/attempts/{first.id}/result" in page


def test_record_says_who_when_and_what(exam: Exam, client: FlaskClient, clock: MovableClock) -> None:
    attempt = sit(exam, exam.cast.zhang, clock, positions=3)
    page = text(as_(client, exam.cast.zhang), f"/attempts/{attempt.id}/record")
    for fact in ("作答记录", "张三", "100001", "办公室党支部", "2026 年 3 月 10 日 09:00:00", "10 分 0 秒", "本人交卷"):
        assert fact in page


@pytest.mark.parametrize("place", ["record", "certificate"])
def test_running_attempt_has_neither(exam: Exam, client: FlaskClient, place: str) -> None:
    attempt = exam.start()
    reply = as_(client, exam.cast.zhang).get(f"/attempts/{attempt.id}/{place}")
    assert reply.status_code in (302, 404)


# ---------- certificate ----------


def test_certificate_is_for_a_pass(exam: Exam, client: FlaskClient, clock: MovableClock) -> None:
    attempt, failed = sit(exam, exam.cast.zhang, clock), sit(exam, exam.cast.li, clock, positions=2)
    zhang = as_(client, exam.cast.zhang)
    page = text(zhang, f"/attempts/{attempt.id}/certificate")
    for fact in ("张三", "100001", "办公室党支部", "小测试", "2026 年 3 月 10 日", "/certificates/verify"):
        assert fact in page
    assert grouped(attempt.verification_code or "") in page
    assert "合格证明" in text(zhang, f"/attempts/{attempt.id}/result")
    li = as_(client, exam.cast.li)
    text(li, f"/attempts/{failed.id}/certificate", 404)
    assert "合格证明" not in text(li, f"/attempts/{failed.id}/result")


def test_no_certificate_where_the_test_gives_none(app: Flask, client: FlaskClient, clock: MovableClock) -> None:
    with app.app_context():
        exam = make_exam(app)
        attempt = sit(exam, exam.cast.zhang, clock)
        assert attempt.verification_code is None
        text(as_(client, exam.cast.zhang), f"/attempts/{attempt.id}/certificate", 404)


def test_verification_shows_a_masked_name_and_nothing_more(
    exam: Exam, client: FlaskClient, clock: MovableClock
) -> None:
    attempt = sit(exam, exam.cast.zhang, clock)
    code = attempt.verification_code or ""
    assert len(code) >= 12
    for typed in (code, code.lower(), grouped(code), f"{code[:5]}-{code[5:]}"):
        page = text(client, f"/certificates/{typed}")
        assert "这份证明有效" in page
        assert "张*" in page
        assert "2026 年 3 月 10 日" in page
    for secret in ("张三", "100001", "办公室", ">100<", f"/attempts/{attempt.id}"):
        assert secret not in page
    assert client.get("/certificates/verify", query_string={"code": grouped(code)}).location == f"/certificates/{code}"


def test_verification_of_nothing_tells_nothing(exam: Exam, client: FlaskClient, clock: MovableClock) -> None:
    """A code that never was and the code of somebody who failed answer alike, byte for byte but the code itself."""
    failed = sit(exam, exam.cast.li, clock, positions=2)
    pages = []
    for code in ("ABCDEFGHJKLMNPQR", failed.verification_code or ""):
        page = text(client, f"/certificates/{code}", 404)
        assert "没有这份证明" in page
        pages.append(page.replace(code, ""))
    assert pages[0] == pages[1]


def test_withdrawn_test_and_corrected_score_end_a_certificate(
    exam: Exam, client: FlaskClient, clock: MovableClock
) -> None:
    attempt, other = sit(exam, exam.cast.zhang, clock), sit(exam, exam.cast.wang, clock)
    score = db.session.scalars(select(AttemptScore).where(AttemptScore.attempt_id == attempt.id)).one()
    values = {column.name: getattr(score, column.name) for column in AttemptScore.__table__.columns}
    with writing() as session:
        session.add(AttemptScore(**values | {"id": None, "edition": 2, "points": 10, "passed": False}))
    page = text(client, f"/certificates/{attempt.verification_code}")
    assert "这份证明已经失效" in page
    text(as_(client, exam.cast.zhang), f"/attempts/{attempt.id}/certificate", 404)
    assert "这份证明有效" in text(client, f"/certificates/{other.verification_code}")
    withdraw_quiz(quiz_id=exam.quiz_id, reason="题目有误")
    assert "这份证明已经失效" in text(client, f"/certificates/{other.verification_code}")


def test_last_attempt_that_fails_ends_it_where_the_last_counts(
    app: Flask, client: FlaskClient, clock: MovableClock
) -> None:
    with app.app_context():
        exam = make_exam(app, certificate=True, attempts_allowed=2, counted_attempt=CountedAttempt.LAST)
        first = sit(exam, exam.cast.zhang, clock)
        assert "这份证明有效" in text(client, f"/certificates/{first.verification_code}")
        sit(exam, exam.cast.zhang, clock, positions=1)
        assert "这份证明已经失效" in text(client, f"/certificates/{first.verification_code}")


@pytest.mark.parametrize(
    ("name", "shown"), [("张三", "张*"), ("张小三", "张*三"), ("欧阳小华", "欧**华"), ("李", "*"), ("", "*")]
)
def test_names_are_masked(name: str, shown: str) -> None:
    assert masked(name) == shown


def test_codes_are_read_as_people_type_them() -> None:
    assert plain(" 7f3a－91c2 5E08\n") == "7F3A91C25E08"


# ---------- a question about an item ----------


def ask(client: FlaskClient, attempt: Attempt, note: str = "第二个选项也对", position: int = 0) -> Any:
    return client.post(f"/attempts/{attempt.id}/items/{position}/questions", data={"note": note})


def test_question_reaches_the_keepers_once_the_key_is_shown(
    exam: Exam, client: FlaskClient, clock: MovableClock
) -> None:
    attempt = sit(exam, exam.cast.zhang, clock, positions=3)
    zhang = as_(client, exam.cast.zhang)
    assert ask(zhang, attempt).status_code == 404, "who may not see the key has nothing to doubt"
    assert not db.session.scalars(select(ItemStep).where(ItemStep.kind == "commented")).all()
    clock.advance(days=3)
    zhang = as_(client, exam.cast.zhang)
    assert ask(zhang, attempt).status_code == 302
    db.session.rollback()
    item_id = paper_from_json(attempt.paper).items[0].item_id
    step = db.session.scalars(select(ItemStep).where(ItemStep.kind == "commented")).one()
    assert (step.item_id, step.note, step.account_id) == (item_id, "第二个选项也对", exam.cast.zhang.account_id)
    assert open_comments([step.bank_id]) == {step.bank_id: [item_id]}
    assert "第二个选项也对" in text(zhang, f"/attempts/{attempt.id}/result?items=all")
    organizer = as_(client, exam.cast.organizer)
    assert "第二个选项也对" in text(organizer, f"/banks/{step.bank_id}/items/{item_id}")


def test_question_needs_words_a_place_and_patience(exam: Exam, client: FlaskClient, clock: MovableClock) -> None:
    attempt = sit(exam, exam.cast.zhang, clock, positions=3)
    clock.advance(days=3)
    zhang = as_(client, exam.cast.zhang)
    assert ask(zhang, attempt, position=99).status_code == 404
    for _try in range(MOST_AN_HOUR + 3):
        ask(zhang, attempt)
    ask(zhang, attempt, note="   ")
    kept = select(ItemStep).where(ItemStep.kind == "commented")
    assert len(db.session.scalars(kept).all()) == MOST_AN_HOUR
    clock.advance(hours=2)
    assert ask(zhang, attempt).location.endswith("/result#item-0")
    db.session.rollback()
    assert len(db.session.scalars(kept).all()) == MOST_AN_HOUR + 1


def test_saved_answers_stay_as_they_were(exam: Exam, client: FlaskClient, clock: MovableClock) -> None:
    """Looking at pages after the test changes no answer and no score."""
    attempt = sit(exam, exam.cast.zhang, clock, positions=3)
    before = [(row.position, row.answer, row.version) for row in db.session.scalars(select(ItemResponse))]
    zhang = as_(client, exam.cast.zhang)
    for page in ("result", "record"):
        text(zhang, f"/attempts/{attempt.id}/{page}")
    db.session.rollback()
    assert before == [(row.position, row.answer, row.version) for row in db.session.scalars(select(ItemResponse))]
