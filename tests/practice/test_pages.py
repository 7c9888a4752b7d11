"""The practice pages by plain forms: no key before the answer, nobody else's book, nothing written by looking."""

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select

from quizapp.attempts.operations import start_attempt
from quizapp.banks.models import Bank, PracticeUse
from quizapp.db import db, writing
from quizapp.practice.models import PracticeAnswer, PracticeCard
from quizapp.quizzes.models import Quiz, QuizAudience, ReviewTime
from tests.attempts.exam import Exam, make_exam
from tests.practice.sitting import ITEMS, allow_practice, bank_id, sit
from tests.support.addresses import fingerprint
from tests.support.cast import sign_in_as
from tests.support.time import MovableClock

PAGES = ["/practice", "/practice/next", "/practice/choose", "/practice/chosen", "/practice/book", "/"]
WRONG = {"BANK-s1", "BANK-f1", "BANK-c1-2"}


@pytest.fixture
def exam(app: Flask, clock: MovableClock, db_session: Any) -> Exam:
    """Zhang did not know three items of a test that has closed."""
    exam = make_exam(app)
    sit(exam, ITEMS - WRONG)
    clock.advance(days=3)
    return exam


@pytest.fixture
def zhang(exam: Exam, client: FlaskClient) -> FlaskClient:
    sign_in_as(client, exam.cast.zhang.login)
    return client


def token(text: str) -> str:
    found = re.search(r'name="asked" value="([^"]+)"', text)
    assert found is not None, text
    return found[1]


def shown_letter(text: str, option: str) -> str:
    """The letter under which an option stands on the page."""
    found = re.search(rf'value="(\w+)"[^>]*>\s*<label[^>]*>.*?<span class="txt">{option}</span>', text)
    assert found is not None, text
    return found[1]


def until(client: FlaskClient, words: str, url: str = "/practice/chosen") -> str:
    """The question page about the item with these words; others are passed over as not known."""
    for _ in range(20):
        text = client.get(url).text
        if words in text:
            return text
        client.post("/practice/answers", data={"asked": token(text), "unknown": "1"})
    raise AssertionError(f"{words} never comes")


def test_a_day_from_the_home_page_to_its_end(zhang: FlaskClient, exam: Exam) -> None:
    home = zhang.get("/").text
    assert "3 题，约 1 分钟" in home
    page = zhang.post("/practice/today", follow_redirects=True)
    for number in (1, 2, 3):
        assert f"<b>{number}</b> / 3" in page.text
        answered = zhang.post(
            "/practice/answers", data={"asked": token(page.text), "unknown": "1"}, follow_redirects=True
        )
        assert "请看正确答案" in answered.text
        assert "明天再练。" in answered.text
        page = zhang.get("/practice/next")
    assert "今天的练习已完成" in page.text
    assert "共 3 题，答对 0 题。" in page.text
    assert {card.item_id for card in db.session.scalars(select(PracticeCard))} == WRONG


def test_right_and_wrong_with_key_rationale_and_citation(zhang: FlaskClient, exam: Exam) -> None:
    text = until(zhang, "单选一")
    answered = zhang.post(
        "/practice/answers", data={"asked": token(text), "a": shown_letter(text, "丙")}, follow_redirects=True
    ).text
    for words in ("没有答对", "您的作答，不正确", "因为乙。", "《某条例》（2023）第一条"):
        assert words in answered
    text = until(zhang, "判断一")
    answered = zhang.post("/practice/answers", data={"asked": token(text), "a": "true"}, follow_redirects=True).text
    assert "答对了" in answered
    assert "因为对。" in answered


def test_multiple_choice_and_blanks(zhang: FlaskClient, exam: Exam) -> None:
    for _ in ITEMS:
        text = zhang.get("/practice/chosen").text
        given: dict[str, Any] = {"unknown": "1"}
        if "多选一" in text:
            given = {"a": [shown_letter(text, option) for option in ("甲", "乙", "丁")]}
        elif "期间为" in text:
            given = {"a0": "12", "a1": " 党组 "}
        zhang.post("/practice/answers", data={"asked": token(text), **given})
    outcomes = {row.item_id: row.outcome for row in db.session.scalars(select(PracticeAnswer))}
    assert (outcomes["BANK-m1"], outcomes["BANK-f1"]) == ("right", "right")


def test_no_key_before_the_answer(zhang: FlaskClient, exam: Exam) -> None:
    """Nothing of a question page depends on the key: with another key the page is the same but for its token."""
    allow_practice(exam, PracticeUse.OPEN)
    seen = set()
    for _ in range(len(ITEMS)):
        text = zhang.get("/practice/chosen").text
        for words in ("因为", "第一条", "is-key", "正确答案"):
            assert words not in text
        [stem] = re.findall(r'<legend class="stem">(.*?)</legend>', text, re.S)
        seen.add(stem)
        zhang.post("/practice/answers", data={"asked": token(text), "unknown": "1"})
    assert len(seen) == len(ITEMS)


def test_a_hint_names_the_article_and_makes_the_answer_hard(zhang: FlaskClient, exam: Exam) -> None:
    until(zhang, "单选一")
    text = zhang.get("/practice/chosen?hint=1").text
    assert "《某条例》（2023）第一条" in text
    assert "因为乙。" not in text
    zhang.post("/practice/answers", data={"asked": token(text), "a": shown_letter(text, "乙")})
    [row] = db.session.scalars(select(PracticeAnswer).where(PracticeAnswer.item_id == "BANK-s1"))
    assert (row.outcome, row.grade) == ("right", 2)


def test_nothing_chosen_is_asked_again(zhang: FlaskClient, exam: Exam) -> None:
    text = until(zhang, "单选一")
    again = zhang.post("/practice/answers", data={"asked": token(text)}, follow_redirects=True).text
    assert "请先作答" in again
    assert "单选一" in again
    assert db.session.scalars(select(PracticeAnswer.item_id).where(PracticeAnswer.item_id == "BANK-s1")).all() == []


@pytest.mark.parametrize("value", ["", "x", "Z", "A" * 500])
def test_what_no_page_sends_is_no_answer(zhang: FlaskClient, exam: Exam, value: str) -> None:
    text = until(zhang, "单选一")
    assert zhang.post("/practice/answers", data={"asked": token(text), "a": value}).status_code == 302
    assert zhang.post("/practice/answers", data={"asked": value, "a": "A"}).status_code == 302
    assert db.session.scalars(select(PracticeAnswer.item_id).where(PracticeAnswer.item_id == "BANK-s1")).all() == []


def test_the_same_item_in_two_pages_counts_once(zhang: FlaskClient, exam: Exam) -> None:
    zhang.post("/practice/today")
    one, other = (token(zhang.get("/practice/next").text) for _ in range(2))
    places = [
        zhang.post("/practice/answers", data={"asked": asked, "unknown": "1"}).location for asked in (one, other, one)
    ]
    assert len(set(places)) == 1
    assert "<b>2</b> / 3" in zhang.get("/practice/next").text
    assert {card.times_wrong for card in db.session.scalars(select(PracticeCard))} == {1, 2}
    assert len(db.session.scalars(select(PracticeAnswer)).all()) == 1


@pytest.mark.parametrize("number", ["0", "-1", "2", "9" * 20, "9" * 5000, "x"], ids=len)
def test_a_page_that_the_book_does_not_have_is_the_nearest_one(zhang: FlaskClient, exam: Exam, number: str) -> None:
    zhang.post("/practice/today")
    answered = zhang.get(f"/practice/book?page={number}")
    assert answered.status_code == 200
    assert "单选一" in answered.text


def test_looking_writes_nothing(zhang: FlaskClient, exam: Exam, app: Flask) -> None:
    before = fingerprint(app)
    for page in PAGES:
        assert zhang.get(page).status_code == 200
    assert fingerprint(app) == before


def test_a_page_of_another_person_counts_for_nobody(zhang: FlaskClient, exam: Exam, client: FlaskClient) -> None:
    allow_practice(exam, PracticeUse.OPEN)
    asked = token(zhang.get("/practice/chosen").text)
    sign_in_as(client, exam.cast.li.login)
    client.post("/practice/answers", data={"asked": asked, "unknown": "1"})
    assert db.session.scalars(select(PracticeAnswer)).all() == []


@pytest.mark.parametrize("office", ["li", "wang", "secretary", "committee", "organizer", "auditor", "administrator"])
def test_an_answer_is_nobody_elses(zhang: FlaskClient, exam: Exam, client: FlaskClient, office: str) -> None:
    text = zhang.get("/practice/chosen").text
    place = zhang.post("/practice/answers", data={"asked": token(text), "unknown": "1"}).location
    assert zhang.get(place).status_code == 200
    sign_in_as(client, getattr(exam.cast, office).login)
    assert client.get(place).status_code == 404


def test_a_test_that_opens_closes_pages_that_show_a_key(zhang: FlaskClient, exam: Exam, clock: MovableClock) -> None:
    allow_practice(exam, PracticeUse.OPEN)
    text = until(zhang, "单选一")
    place = zhang.post("/practice/answers", data={"asked": token(text), "unknown": "1"}).location
    question = zhang.get("/practice/chosen").text
    zhang.post("/practice/today")
    assert "因为乙。" in zhang.get(place).text
    assert "单选一" in zhang.get("/practice/book").text
    clock.advance(days=-3)  # back to where the test is open
    start_attempt_again(exam)
    answers = len(db.session.scalars(select(PracticeAnswer)).all())
    assert zhang.post("/practice/answers", data={"asked": token(question), "a": "A"}).status_code == 302
    assert len(db.session.scalars(select(PracticeAnswer)).all()) == answers
    for page in (*PAGES, place):
        text = zhang.get(page, follow_redirects=True).text
        for words in ("因为", "单选一", "多选一", "判断一"):
            assert words not in text, page
    assert "暂停练习" in zhang.get("/practice").text


def start_attempt_again(exam: Exam) -> None:
    with writing():
        exam.quiz.attempts_allowed = 2
    start_attempt(quiz=exam.quiz, person_id=exam.zhang)


def test_few_queries_for_a_question(zhang: FlaskClient, exam: Exam, app: Flask) -> None:
    zhang.post("/practice/today")
    asked: list[str] = []
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda _c, _cur, text, *_rest: asked.append(text))
        zhang.get("/practice/next")
    assert 0 < len(asked) < 40


def statements_of(client: FlaskClient, url: str) -> int:
    """How many questions the page puts to the database."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    assert client.get(url).status_code == 200
    event.remove(db.engine, "before_cursor_execute", note)
    return len(asked)


@pytest.mark.parametrize("url", ["/", "/practice"])
def test_no_more_queries_for_more_attempts_that_are_not_in_the_book(
    app: Flask, clock: MovableClock, db_session: Any, client: FlaskClient, url: str
) -> None:
    exam = make_exam(app, attempts_allowed=5, key_shown=ReviewTime.AT_SUBMISSION)
    sign_in_as(client, exam.cast.zhang.login)
    counts = set()
    for _ in range(3):
        sit(exam, ITEMS - WRONG)
        statements_of(client, url)
        counts.add(statements_of(client, url))
    assert len(counts) == 1


@pytest.mark.parametrize("url", ["/", "/practice"])
def test_no_more_queries_for_more_open_tests(exam: Exam, client: FlaskClient, clock: MovableClock, url: str) -> None:
    sign_in_as(client, exam.cast.li.login)
    counts = set()
    for number in range(1, 4):
        publish_another(exam, number, clock)
        statements_of(client, url)
        counts.add(statements_of(client, url))
    assert len(counts) == 1


def publish_another(exam: Exam, number: int, clock: MovableClock) -> None:
    """One more test of the same bank, open since ``number`` hours ago."""
    with writing() as session:
        values = {column.key: getattr(exam.quiz, column.key) for column in Quiz.__table__.columns if column.key != "id"}
        now = clock.now()
        values |= {
            "title": f"第 {number} 场",
            "opens_at": now - timedelta(hours=number),
            "closes_at": now + timedelta(1),
        }
        session.add(Quiz(**values, audience=[QuizAudience(unit_id=exam.cast.department)]))


def test_the_organizer_says_what_may_be_practised(exam: Exam, client: FlaskClient) -> None:
    sign_in_as(client, exam.cast.organizer.login)
    url = f"/banks/{bank_id(exam)}"
    assert 'value="wrong_only" checked' in client.get(url).text
    for use in PracticeUse:
        said = client.post(f"{url}/practice-use", data={"practice_use": use.value}, follow_redirects=True).text
        assert f'value="{use}" checked' in said
    client.post(f"{url}/practice-use", data={"practice_use": "everything"})
    assert db.session.scalar(select(Bank.practice_use)) == PracticeUse.RESERVED
    sign_in_as(client, exam.cast.auditor.login)
    text = client.get(url).text
    assert "不用于练习，只供测试" in text
    assert 'name="practice_use"' not in text


def test_no_office_sees_whose_answers_these_are(zhang: FlaskClient, exam: Exam, client: FlaskClient) -> None:
    """No page of any office names who practises, or how: the rooms that show people hold no word of practice."""
    zhang.post("/practice/today")
    for office, pages in {
        "organizer": "/ /quizzes/1 /banks/1 /roster /me",
        "committee": "/ /reports/1",
        "administrator": "/ /roster /me",
        "secretary": "/ /reports/1",
    }.items():
        sign_in_as(client, getattr(exam.cast, office).login)
        for page in pages.split():
            text = client.get(page).text
            assert "错题" not in text, (office, page)
