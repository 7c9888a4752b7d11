"""A candidate's pages, without a browser: what they say, what they save, and what they must not give away."""

import re
from datetime import timedelta
from itertools import product
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, func, select

from quizapp.attempts.models import Attempt, AttemptScore, ItemResponse
from quizapp.db import db, writing
from quizapp.quizzes.models import Quiz, QuizAudience, ReviewTime
from quizapp.quizzes.operations import withdraw_quiz
from tests.attempts.exam import BANK, Exam, make_exam
from tests.support.cast import PASSWORD, sign_in_as
from tests.support.time import MovableClock

RATIONALES = re.findall(r"rationale: (\S+?)[,}\n]", BANK)


@pytest.fixture
def exam(app: Flask, clock: MovableClock, db_session: Any) -> Exam:
    return make_exam(app)


@pytest.fixture
def zhang(client: FlaskClient, exam: Exam) -> FlaskClient:
    sign_in_as(client, exam.cast.zhang.login)
    return client


def start(client: FlaskClient, exam: Exam) -> str:
    """Start by the page's button; the address of the paper."""
    reply = client.post(f"/tests/{exam.quiz_id}/attempts")
    assert reply.status_code == 302
    return str(reply.location)


def put(client: FlaskClient, paper: str, position: int, **body: Any) -> Any:
    """Save one item as the page's script does, as the first page that was served."""
    lease = body.pop("lease", None)
    if lease is None:
        lease = 1
        client.put(f"{paper}/lease", json={"lease": lease})
    values = {"position": position, "answer": ["A"], "marked": False, "version": 0, "operation": str(uuid4())} | body
    return client.put(f"{paper}/responses", json={"lease": lease, "responses": [values]})


def text(client: FlaskClient, address: str) -> str:
    reply = client.get(address)
    assert reply.status_code == 200
    return str(reply.text)


def saved(position: int) -> ItemResponse:
    db.session.rollback()
    return db.session.scalars(select(ItemResponse).where(ItemResponse.position == position)).one()


def test_home_names_what_is_to_do(zhang: FlaskClient, exam: Exam) -> None:
    page = text(zhang, "/")
    assert "张三，您有 1 场测试待完成" in page
    assert "办公室党支部" in page
    assert f"/tests/{exam.quiz_id}" in page


def test_home_of_somebody_who_is_no_candidate(client: FlaskClient, exam: Exam) -> None:
    sign_in_as(client, exam.cast.administrator.login)
    assert "小测试" not in text(client, "/")


def test_paper_holds_every_item_and_no_key(zhang: FlaskClient, exam: Exam) -> None:
    paper = start(zhang, exam)
    page = text(zhang, paper)
    for stem in ("单选一", "单选二", "多选一", "判断一", "案例判断", "案例单选", "一个案例。"):
        assert stem in page
    pages = [page, text(zhang, f"/tests/{exam.quiz_id}"), text(zhang, "/"), text(zhang, f"{paper}/submission")]
    for leak in (*RATIONALES, "第一条", "党组", "因为"):
        assert all(leak not in shown for shown in pages)
    assert "BANK-" not in page, "ids of the bank would tell colleagues which item is which"


def test_saving_says_what_is_on_disk(zhang: FlaskClient, exam: Exam) -> None:
    paper = start(zhang, exam)
    reply = put(zhang, paper, 0, answer=["C"], marked=True)
    [result] = reply.json["results"]
    assert (reply.status_code, result["position"], result["version"]) == (200, 0, 1)
    kept = saved(0)
    assert (len(kept.answer), kept.marked, kept.version) == (1, True, 1)
    assert 'value="C" checked' in text(zhang, paper)


def test_stale_save_is_told_what_is_kept(zhang: FlaskClient, exam: Exam) -> None:
    paper = start(zhang, exam)
    put(zhang, paper, 0, answer=["C"], operation="the-first")
    reply = put(zhang, paper, 0, answer=["D"])
    [result] = reply.json["results"]
    assert (reply.status_code, result["error"]) == (200, "stale")
    assert result["kept"] == {"answer": ["C"], "marked": False, "version": 1, "operation": "the-first"}


@pytest.mark.parametrize(
    "body",
    [
        {"answer": "A"},
        {"answer": ["A"] * 31},
        {"answer": [None]},
        {"version": -1},
        {"version": "0"},
        {"operation": ""},
        {"marked": 1},
        {"score": 100},
        {"deadline": "2030-01-01"},
    ],
)
def test_body_of_another_shape_is_refused(zhang: FlaskClient, exam: Exam, body: dict[str, Any]) -> None:
    paper = start(zhang, exam)
    assert put(zhang, paper, 0, **body).status_code == 422
    assert db.session.scalar(select(func.count()).select_from(ItemResponse)) == 0


def test_body_that_is_no_json_is_refused(zhang: FlaskClient, exam: Exam) -> None:
    paper = start(zhang, exam)
    assert zhang.put(f"{paper}/responses", data=b"{", content_type="application/json").status_code == 422


def form_of(page: str) -> dict[str, str]:
    """The hidden versions of a paper page, as a plain form would send them."""
    return dict(re.findall(r'name="(v\d+)" value="(\d+)"', page))


def test_plain_form_saves_what_changed_and_only_that(zhang: FlaskClient, exam: Exam) -> None:
    paper = start(zhang, exam)
    form: dict[str, Any] = form_of(text(zhang, paper))
    assert len(form) == 7
    reply = zhang.post(f"{paper}/responses", data={**form, "a0": "B", "a2": ["A", "C"], "a4.0": " 12 ", "m3": "1"})
    assert reply.status_code == 302
    assert {row.position for row in db.session.scalars(select(ItemResponse))} == {0, 2, 3, 4}
    assert saved(4).answer == ["12", ""]
    assert saved(3).marked
    zhang.post(f"{paper}/responses", data={**form_of(text(zhang, paper)), "a0": "B", "m3": "1"})
    assert [saved(position).version for position in (0, 2, 3, 4)] == [1, 2, 1, 2]
    assert saved(2).answer == []


def test_plain_form_kept_from_before_changes_nothing(zhang: FlaskClient, exam: Exam) -> None:
    paper = start(zhang, exam)
    old = form_of(text(zhang, paper))
    put(zhang, paper, 0, answer=["C"])
    page = zhang.post(f"{paper}/responses", data={**old, "a0": "D"}, follow_redirects=True).text
    assert "有 1 题在别处改过" in page
    assert 'value="C" checked' in page


def test_plain_form_leads_to_submission_and_to_the_result(zhang: FlaskClient, exam: Exam) -> None:
    paper = start(zhang, exam)
    form = form_of(text(zhang, paper)) | {"a0": "B", "then": "submission"}
    page = zhang.post(f"{paper}/responses", data=form, follow_redirects=True).text
    assert "还有 6 题没有作答" in page
    page = zhang.post(f"{paper}/submission", follow_redirects=True).text
    assert "回执编号" in page
    assert "作答题数：1 / 7" in page
    assert db.session.scalar(select(func.count()).select_from(AttemptScore)) == 1


def test_result_shows_no_key_before_the_test_closes(zhang: FlaskClient, exam: Exam, clock: MovableClock) -> None:
    paper = start(zhang, exam)
    zhang.post(f"{paper}/submission")
    page = text(zhang, f"{paper}/result?items=all")
    assert "/ 100 分" in page
    assert "答案尚未公布" in page
    assert all(rationale not in page for rationale in RATIONALES)
    clock.set(exam.quiz.closes_at + exam.quiz.grace)
    sign_in_as(zhang, exam.cast.zhang.login)
    assert "答案尚未公布" in text(zhang, f"{paper}/result?items=all")
    clock.advance(seconds=1)
    sign_in_as(zhang, exam.cast.zhang.login)
    page = text(zhang, f"{paper}/result?items=all")
    assert "因为乙。" in page
    assert "第一条" in page


def test_result_shows_what_the_policy_says(zhang: FlaskClient, exam: Exam, clock: MovableClock) -> None:
    paper = start(zhang, exam)
    zhang.post(f"{paper}/submission")
    for closed in (False, True):
        if closed:
            clock.set(exam.quiz.closes_at + timedelta(minutes=1))
            sign_in_as(zhang, exam.cast.zhang.login)
        for policy in product(ReviewTime, repeat=3):
            with writing():
                quiz = exam.quiz
                quiz.score_shown, quiz.key_shown, quiz.rationale_shown = policy
            score, key, rationale = (
                shown is ReviewTime.AT_SUBMISSION or (shown is ReviewTime.AFTER_CLOSE and closed) for shown in policy
            )
            page = text(zhang, f"{paper}/result?items=all")
            found = ("/ 100 分" in page, "单选一" in page, "因为乙。" in page, "第一条" in page)
            assert found == (score, key, key and rationale, key and rationale), (policy, closed)


def test_result_of_a_running_attempt_leads_back_to_the_paper(zhang: FlaskClient, exam: Exam) -> None:
    paper = start(zhang, exam)
    assert zhang.get(f"{paper}/result").location == paper


def test_paper_whose_time_is_over_leads_to_the_result(zhang: FlaskClient, exam: Exam, clock: MovableClock) -> None:
    paper = start(zhang, exam)
    clock.advance(minutes=31)
    assert zhang.get(paper).location == f"{paper}/result"
    assert zhang.get(f"{paper}/submission").location == f"{paper}/result"
    assert "时间到，已按保存的答案交卷" in text(zhang, f"{paper}/result")


def test_clock_tells_the_time_left(zhang: FlaskClient, exam: Exam, clock: MovableClock) -> None:
    paper = start(zhang, exam)
    clock.advance(minutes=10)
    told = zhang.get(f"{paper}/clock").json
    assert (told["seconds_left"], told["over"]) == (20 * 60, False)
    clock.advance(minutes=25)
    told = zhang.get(f"{paper}/clock").json
    assert (told["seconds_left"], told["over"]) == (0, True)


def test_somebody_elses_attempt_does_not_exist(zhang: FlaskClient, exam: Exam) -> None:
    paper = start(zhang, exam)
    sign_in_as(zhang, exam.cast.li.login)
    for address in (paper, f"{paper}/clock", f"{paper}/submission", f"{paper}/result"):
        assert zhang.get(address).status_code == 404
    assert put(zhang, paper, 0).status_code == 404
    assert zhang.post(f"{paper}/submission").status_code == 404
    assert zhang.post(f"{paper}/responses", data={"v0": "0", "a0": "A"}).status_code == 404
    db.session.rollback()
    assert db.session.scalar(select(Attempt.submitted_at)) is None
    assert db.session.scalar(select(func.count()).select_from(ItemResponse)) == 0


def test_test_for_another_branch_does_not_exist(app: Flask, client: FlaskClient, clock: MovableClock) -> None:
    exam = make_exam(app)
    with app.app_context(), writing():
        exam.quiz.audience[0].unit_id = exam.cast.branches[2]
    sign_in_as(client, exam.cast.zhang.login)
    assert client.get(f"/tests/{exam.quiz_id}").status_code == 404
    assert client.post(f"/tests/{exam.quiz_id}/attempts").status_code == 404
    sign_in_as(client, exam.cast.wang.login)
    assert client.get(f"/tests/{exam.quiz_id}").status_code == 200


def test_script_that_is_signed_out_is_told_so(client: FlaskClient, zhang: FlaskClient, exam: Exam) -> None:
    paper = start(zhang, exam)
    zhang.post("/sign-out")
    reply = put(zhang, paper, 0)
    assert (reply.status_code, reply.json["error"]) == (401, "signed_out")


def test_door_before_the_opening_and_after_the_end(zhang: FlaskClient, exam: Exam, clock: MovableClock) -> None:
    opens_at, closes_at = exam.quiz.opens_at, exam.quiz.closes_at
    clock.set(opens_at - timedelta(hours=1))
    sign_in_as(zhang, exam.cast.zhang.login)
    assert "开考时间：" in text(zhang, f"/tests/{exam.quiz_id}")
    page = zhang.post(f"/tests/{exam.quiz_id}/attempts", follow_redirects=True).text
    assert "本场测试还没有开放" in page
    clock.set(closes_at + timedelta(hours=1))
    sign_in_as(zhang, exam.cast.zhang.login)
    assert "本场测试已结束" in text(zhang, f"/tests/{exam.quiz_id}")


def test_late_starter_sees_the_shorter_time_before_starting(
    zhang: FlaskClient, exam: Exam, clock: MovableClock
) -> None:
    clock.set(exam.quiz.closes_at - timedelta(minutes=10))
    sign_in_as(zhang, exam.cast.zhang.login)
    assert "不足 30 分钟" in text(zhang, f"/tests/{exam.quiz_id}")


def test_withdrawn_test_says_so(zhang: FlaskClient, exam: Exam) -> None:
    paper = start(zhang, exam)
    withdraw_quiz(quiz_id=exam.quiz_id, reason="题目有误")
    page = text(zhang, f"/tests/{exam.quiz_id}")
    assert "组织者已撤回本场测试" in page
    assert "题目有误" in page
    assert "小测试" not in text(zhang, "/")
    reply = put(zhang, paper, 0)
    assert (reply.status_code, reply.json["error"]) == (409, "withdrawn")
    assert db.session.scalar(select(func.count()).select_from(ItemResponse)) == 0


def test_result_of_an_earlier_attempt_is_reached_where_another_is_left(
    app: Flask, client: FlaskClient, clock: MovableClock, db_session: Any
) -> None:
    exam = make_exam(app, attempts_allowed=2)
    sign_in_as(client, exam.cast.zhang.login)
    paper = start(client, exam)
    client.post(f"{paper}/submission")
    page = text(client, f"/tests/{exam.quiz_id}")
    assert f"{paper}/result" in page
    assert "开始测试" in page


def test_home_asks_the_database_as_often_for_many_tests_as_for_two(zhang: FlaskClient, exam: Exam) -> None:
    def statements() -> int:
        seen: list[str] = []

        def count(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
            seen.append(statement)

        event.listen(db.engine, "before_cursor_execute", count)
        text(zhang, "/")
        event.remove(db.engine, "before_cursor_execute", count)
        return len(seen)

    def publish(number: int) -> None:
        quiz = exam.quiz
        with writing() as session:
            values = {column.key: getattr(quiz, column.key) for column in Quiz.__table__.columns if column.key != "id"}
            values |= {"title": f"第 {number} 场", "opens_at": quiz.opens_at - timedelta(days=number)}
            session.add(Quiz(**values, audience=[QuizAudience(unit_id=exam.cast.department)]))

    publish(1)
    statements()
    few = statements()
    for number in range(2, 12):
        publish(number)
    assert statements() == few


def test_a_newer_page_takes_over(zhang: FlaskClient, exam: Exam) -> None:
    paper = start(zhang, exam)
    first = zhang.put(f"{paper}/lease", json={"lease": 1}).json
    assert (first["lease"], first["over"], round(first["seconds_left"])) == (1, False, 1800)
    assert zhang.get(f"{paper}/clock").json["lease"] == 1
    assert zhang.put(f"{paper}/lease", json={"lease": 2}).json["lease"] == 2
    assert zhang.get(f"{paper}/clock").json["lease"] == 2
    reply = put(zhang, paper, 0, lease=1)
    assert (reply.status_code, reply.json["error"]) == (409, "taken_over")
    assert put(zhang, paper, 0, answer=["A"], marked=True, lease=2, operation="the-first").status_code == 200
    assert zhang.put(f"{paper}/lease", json={"lease": 3}).json["kept"] == [
        {"position": 0, "answer": ["A"], "marked": True, "version": 1, "operation": "the-first"}
    ]


def test_submission_by_script_gives_the_receipt(zhang: FlaskClient, exam: Exam) -> None:
    paper = start(zhang, exam)
    put(zhang, paper, 0, answer=["C"])
    accept = {"Accept": "application/json"}
    refused = zhang.post(f"{paper}/submission", data={"lease": "7"}, headers=accept)
    assert (refused.status_code, refused.json["error"]) == (409, "taken_over")
    reply = zhang.post(f"{paper}/submission", data={"lease": "1"}, headers=accept)
    assert reply.json["next"] == f"{paper}/result"
    receipt = reply.json["receipt"]
    assert (receipt["answered"], receipt["items"], len(receipt["fingerprint"])) == (1, 7, 64)
    assert zhang.post(f"{paper}/submission", headers=accept).json["receipt"] == receipt


def test_signing_in_again_without_leaving_the_page(zhang: FlaskClient, exam: Exam) -> None:
    paper = start(zhang, exam)
    zhang.post("/sign-out")
    accept = {"Accept": "application/json"}
    assert zhang.get(f"{paper}/clock", headers=accept).json["csrf_token"]
    wrong = zhang.post("/sign-in", data={"login": exam.cast.zhang.login, "password": "no"}, headers=accept)
    assert (wrong.status_code, wrong.json["error"]) == (422, "refused")
    assert "工号或密码" in wrong.json["message"]
    reply = zhang.post("/sign-in", data={"login": exam.cast.zhang.login, "password": PASSWORD}, headers=accept)
    assert (reply.status_code, reply.json["account"]) == (200, exam.cast.zhang.account_id)
    assert reply.json["csrf_token"]
    assert zhang.get(f"{paper}/clock", headers=accept).json["over"] is False


def test_pages_of_a_withdrawn_test_lead_to_its_door(zhang: FlaskClient, exam: Exam) -> None:
    paper = start(zhang, exam)
    withdraw_quiz(quiz_id=exam.quiz_id, reason="题目有误")
    for address in (paper, f"{paper}/result"):
        assert zhang.get(address).location == f"/tests/{exam.quiz_id}"
    assert "题目有误" in text(zhang, f"/tests/{exam.quiz_id}")


def test_a_text_too_long_is_said_to_be_one(zhang: FlaskClient, exam: Exam) -> None:
    paper = start(zhang, exam)
    sent = form_of(text(zhang, paper)) | {"a4.0": "长" * 500, "a4.1": "党组"}
    page = zhang.post(f"{paper}/responses", data=sent, follow_redirects=True).text
    assert "没有保存" in page
    assert "别处" not in page
