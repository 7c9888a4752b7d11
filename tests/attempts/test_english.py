"""A candidate who reads English: Chinese is left only where people, units, tests and questions are named by it."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from quizapp.attempts.wording import section_line, section_name
from quizapp.banks.models import PracticeUse
from quizapp.db import db
from quizapp.domain.bank import ItemType
from quizapp.domain.paper import PaperSpec, Section
from quizapp.quizzes.models import ReviewTime
from quizapp.quizzes.wording import SECTION_TITLES
from quizapp.roster.models import Person, UnitPeriod
from tests.attempts.exam import BANK, SPEC, Exam, make_exam, publish_again
from tests.attempts.test_result import sit
from tests.practice.sitting import allow_practice
from tests.support.cast import sign_in_as
from tests.support.time import MovableClock

HAN = re.compile("[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]+")
ONE_OF_MANY = re.compile(r"\b1 (?:\w+ )?(?:items|answers|points|minutes|seconds|days|times|cases|tests)\b")
OURS = {"中文", "廉"}  # the way back to Chinese, and the mark
TITLED = replace(SPEC, sections=tuple(replace(each, title=SECTION_TITLES[each.type]) for each in SPEC.sections))
SHOWN: dict[str, Any] = {
    "spec": TITLED,
    "certificate": True,
    "leaving_recorded": True,
    "key_shown": ReviewTime.AT_SUBMISSION,
    "rationale_shown": ReviewTime.AT_SUBMISSION,
}
ASKED = {"spec": TITLED, "pledge": "承诺", "instructions": "说明", "access_code": "2468"}
BEFORE = ("/sign-in", "/rehearsal", "/certificates/verify", "/certificates/X")
PAGES = (
    "/",
    "/me",
    "/nowhere",
    "/tests/{quiz}",
    "/tests/{again}",
    "/practice",
    "/practice/choose",
    "/practice/next",
    "/practice/book",
)
AFTER = ("result", "result?items=all", "record", "certificate")


@pytest.fixture
def exam(app: Flask, clock: MovableClock, db_session: Any) -> Exam:
    return make_exam(app, attempts_allowed=3, **SHOWN)


@pytest.fixture
def left_over(client: FlaskClient, exam: Exam) -> Callable[..., list[str]]:
    """``left_over(*addresses)``: what stands in Chinese on these pages though nobody is called by it."""
    client.set_cookie("lang", "en")
    named = set(HAN.findall(BANK)) | OURS | {"小测试", "再测一次", "承诺", "说明"}
    named |= set(db.session.scalars(select(Person.name))) | set(db.session.scalars(select(UnitPeriod.name)))
    quoted = re.compile("|".join(sorted(map(re.escape, named), key=len, reverse=True)))

    def look(*addresses: str, page: str = "") -> list[str]:
        found = []
        for address in addresses:
            html = page or client.get(address).text
            assert 'lang="en"' in html, address
            found += [f"{address}: {words}" for words in HAN.findall(quoted.sub("", html))]
            found += [f"{address}: {words}" for words in ONE_OF_MANY.findall(html)]
        return found

    return look


def test_before_signing_in(left_over: Callable[..., list[str]]) -> None:
    assert not left_over(*BEFORE)


def test_from_the_door_to_the_certificate(
    exam: Exam, client: FlaskClient, clock: MovableClock, left_over: Callable[..., list[str]]
) -> None:
    allow_practice(exam, PracticeUse.OPEN)
    failed, passed = sit(exam, exam.cast.zhang, clock, 1), sit(exam, exam.cast.zhang, clock)
    sign_in_as(client, exam.cast.zhang.login)
    again = publish_again(exam, **ASKED).quiz_id
    found = left_over(*(page.format(quiz=exam.quiz_id, again=again) for page in PAGES))
    found += left_over(*(f"/attempts/{passed.id}/{page}" for page in AFTER))
    found += left_over(*(f"/attempts/{failed.id}/{page}" for page in AFTER[:-1]))
    refused = client.post(f"/tests/{again}/attempts")
    found += left_over("the door, refused", page=refused.text)
    running = client.post(f"/tests/{again}/attempts", data={"pledged": "1", "code": "2468"}).location
    found += left_over(running, f"{running}/submission", "/")
    clock.set(exam.quiz.closes_at + timedelta(hours=1))
    sign_in_as(client, exam.cast.zhang.login)
    assert not found + left_over("/", f"/tests/{exam.quiz_id}", "/practice", "/practice/next")


def test_a_section_is_called_by_its_type_unless_the_organizer_calls_it_otherwise(app: Flask) -> None:
    usual = Section("单项选择题", ItemType.SINGLE, 1, Decimal(2))
    own = Section("必答题", ItemType.SINGLE, 2, Decimal(2))
    case = Section("案例分析题", ItemType.CASE, 1, Decimal(20))
    with app.test_request_context(headers={"Cookie": "lang=en"}):
        assert section_line(usual) == "Single choice: 1 item at 2 pt"
        assert section_line(own) == "必答题: 2 items at 2 pt"
        assert section_line(case) == "Case: 1 case at 20 pt"
    with app.test_request_context():
        assert section_name(usual) == "单项选择题"
        assert section_line(usual) == "单项选择题：1 题，每题 2 分"
        assert section_line(case) == "案例分析题：1 个案例，每个 20 分"


def test_a_case_is_counted_as_a_case(app: Flask, client: FlaskClient) -> None:
    """How many items it has depends on which is drawn, so the door cannot promise their number."""
    case = Section("案例", ItemType.CASE, 1, Decimal(20))
    exam = make_exam(app, spec=PaperSpec(sections=(case,), cut_score=Decimal(10), excellent_score=None))
    sign_in_as(client, exam.cast.zhang.login)
    page = client.get(f"/tests/{exam.quiz_id}").text
    assert "<span>1 个案例</span>" in page
    assert "<span>1 题</span>" not in page
