"""The secretary's page of a branch: who has done it and who has not, and never a score."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from quizapp.accounts.models import Account
from quizapp.db import db, writing
from quizapp.quizzes.models import Quiz
from quizapp.reports.editions.operations import freeze
from quizapp.reports.tallies import refresh
from quizapp.roster.models import UnitPeriod
from tests.reports.occasion import CLOSES, KEYS, OPENS, Occasion, Sitter, excuse, hold, start
from tests.support.cast import Cast, make_cast, sign_in_as
from tests.support.time import MovableClock

RIGHT = dict(KEYS)


@pytest.fixture
def cast(app: Flask, db_session: object, clock: MovableClock) -> Cast:
    clock.set(OPENS)
    clock.advance(hours=5)
    return make_cast(app)


@pytest.fixture
def occasion(cast: Cast) -> Occasion:
    """Zhang and Li of the cast belong to the first branch, too, and never started."""
    branch = cast.branches[0]
    sitters = [
        *(Sitter(branch, (RIGHT,), name="已考者"), Sitter(branch, name="出差者", excused=True)),
        *(Sitter(branch, name="在考者"), Sitter(cast.branches[1], name="外支部")),
    ]
    occasion = hold(cast.department, cast.organizer.account_id, sitters)
    excuse(occasion, cast.organizer.account_id)
    return occasion


def page(client: FlaskClient, login: str, occasion: Occasion, query: str = "") -> str:
    sign_in_as(client, login)
    answer = client.get(f"/reports/{occasion.quiz_id}/branch{query}")
    assert answer.status_code == 200
    return answer.text


def listed(text: str, title: str) -> list[str]:
    """The names below a heading."""
    found = re.search(rf"<h3>{title}</h3>\s*<ul class=\"names\">(.*?)</ul>", text, re.DOTALL)
    return re.findall(r"<li>(\S+) <small", found[1]) if found else []


def pasted(text: str) -> str:
    found = re.search(r'id="group-text"[^>]*>(.*?)</p>', text, re.DOTALL)
    assert found
    return found[1]


def test_done_and_not_yet_by_name(client: FlaskClient, cast: Cast, occasion: Occasion, clock: MovableClock) -> None:
    clock.advance(hours=-3)
    start(occasion, next(id for id, sitter in occasion.sitters.items() if sitter.name == "在考者"), 0)
    text = page(client, cast.secretary.login, occasion)
    assert "还有 2 位同志没有完成" in text
    assert listed(text, "未开始") == ["张三", "李四"]
    assert listed(text, "正在作答") == ["在考者"]
    assert listed(text, "缓考") == ["出差者"]
    assert "已完成的 1 位" in text
    assert "外支部" not in text
    found = pasted(text)
    assert "张三、李四" in found
    assert not [name for name in ("已考者", "出差者", "在考者") if name in found]
    assert f"/tests/{occasion.quiz_id}?k=" in found


def test_no_scores_even_of_a_large_branch(client: FlaskClient, cast: Cast, clock: MovableClock) -> None:
    sitters = [Sitter(cast.branches[0], ({"t1": "A", "t2": "B", "t3": "C", "t4": "A"},)) for _each in range(7)]
    occasion = hold(cast.department, cast.organizer.account_id, sitters)
    clock.set(CLOSES)
    clock.advance(hours=1)
    text = page(client, cast.secretary.login, occasion)
    main = text[text.index("<main") : text.index("</main")]
    for word in ("平均", "合格", "优秀", "得分", "分数"):
        assert word not in main.replace("不含成绩", ""), word
    assert "本支部应考 9 人，实考 7 人。" in pasted(text)


def test_when_nobody_is_missing_the_text_says_thanks(client: FlaskClient, cast: Cast) -> None:
    occasion = hold(cast.branches[3], cast.organizer.account_id, [Sitter(cast.branches[3], (RIGHT,))])
    text = page(client, cast.organizer.login, occasion)
    assert "没有缺考的同志" in text
    assert "本支部已全部完成" in pasted(text)


def test_a_branch_is_chosen_among_those_one_may_see(client: FlaskClient, cast: Cast, occasion: Occasion) -> None:
    assert "外支部" in page(client, cast.committee.login, occasion, f"?branch={cast.branches[1]}")
    sign_in_as(client, cast.secretary.login)
    assert client.get(f"/reports/{occasion.quiz_id}/branch?branch={cast.branches[1]}").status_code == 404


def test_earlier_tests_are_counted_and_no_more(
    client: FlaskClient, cast: Cast, occasion: Occasion, clock: MovableClock
) -> None:
    later = hold(cast.department, cast.organizer.account_id, [Sitter(cast.branches[0])], title="后来的测试")
    with writing() as session:
        quiz = session.get_one(Quiz, later.quiz_id)
        quiz.opens_at, quiz.closes_at = quiz.opens_at + timedelta(days=7), quiz.closes_at + timedelta(days=7)
    clock.set(CLOSES)
    clock.advance(days=3)
    assert "应考 5 人，实考 1 人，缓考 1 人，缺考 3 人。" in page(client, cast.secretary.login, later)


def test_the_home_page_leads_a_secretary_there(client: FlaskClient, cast: Cast, occasion: Occasion) -> None:
    address = f"/reports/{occasion.quiz_id}/branch"
    for member, led in ((cast.secretary, True), (cast.zhang, False), (cast.committee, False)):
        sign_in_as(client, member.login)
        assert (address in client.get("/").text) is led, member.name


def test_an_earlier_test_of_another_unit_is_not_told(client: FlaskClient, cast: Cast, clock: MovableClock) -> None:
    branch, moved_at = cast.branches[3], CLOSES + timedelta(days=1)
    earlier = hold(cast.units[1], cast.organizer.account_id, [Sitter(branch, (RIGHT,))])
    refresh(db.session.get_one(Quiz, earlier.quiz_id))
    with writing() as session:
        period = session.scalars(select(UnitPeriod).where(UnitPeriod.unit_id == branch)).one()
        period.until = moved_at
        session.flush()
        session.add(UnitPeriod(unit_id=branch, parent_id=cast.units[0], name="来的", position=9, since=moved_at))
    later = hold(cast.department, cast.organizer.account_id, [Sitter(branch)], title="后来的测试")
    with writing() as session:
        quiz = session.get_one(Quiz, later.quiz_id)
        quiz.opens_at, quiz.closes_at = quiz.opens_at + timedelta(days=7), quiz.closes_at + timedelta(days=7)
    clock.set(CLOSES + timedelta(days=3))
    for login, told in ((cast.committee.login, True), (cast.unit_organizer.login, False)):
        text = page(client, login, later, f"?branch={branch}")
        assert ("第一季度德廉知识测试" in text) is told


def test_the_page_of_a_frozen_test_says_that_it_is_read_now(
    client: FlaskClient, cast: Cast, occasion: Occasion, clock: MovableClock
) -> None:
    clock.set(CLOSES + timedelta(days=1))
    assert "本次测试已封存" not in page(client, cast.secretary.login, occasion)
    freeze(db.session.get_one(Quiz, occasion.quiz_id), db.session.get_one(Account, cast.committee.account_id))
    assert "本次测试已封存" in page(client, cast.secretary.login, occasion)
