"""The analysis of a period: the same truth at every depth and in the file, and no more than the reader may see."""

import io
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import docx
import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook

from quizapp.accounts.models import Account
from quizapp.accounts.queries import account_named
from quizapp.attempts.closing import close_due
from quizapp.db import db, writing
from quizapp.domain.bank import Bank, Citation
from quizapp.domain.period_analysis import Course, Period
from quizapp.domain.regulation_file import read_regulation
from quizapp.quizzes.models import Quiz, QuizAudience
from quizapp.regulations.operations import register_regulation
from quizapp.reports.editions.operations import freeze
from quizapp.reports.periods.findings import Findings
from quizapp.reports.periods.queries import Depth, PeriodReport, period_to_reader
from quizapp.reports.periods.tables import tables_of
from quizapp.reports.periods.wording import notes, sentences
from quizapp.roster.models import Person
from quizapp.roster.operations import close_unit, move_person
from tests.reports import occasion
from tests.reports.occasion import CLOSES, KEYS, OPENS, Occasion, Sitter, _attempt, _quiz, hold
from tests.reports.readers import document
from tests.support.cast import Cast, make_cast, sign_in_as
from tests.support.time import MovableClock

YEAR = Period(2026)
ALL_RIGHT = dict(KEYS)
NO_DISCIPLINE = {**KEYS, "t1": "D", "t2": "D"}
"""Both items of the topic 纪律 wrong."""
PER_BRANCH = 8
LATER = 40


@pytest.fixture
def cast(app: Flask, db_session: object, clock: MovableClock) -> Cast:
    clock.set(CLOSES + timedelta(days=2 * LATER))
    return make_cast(app)


def first_test(cast: Cast, marked: Mapping[str, str] = NO_DISCIPLINE, per_branch: int = PER_BRANCH) -> Occasion:
    """Everybody of the first three branches sits it, and of the fourth nobody."""
    sitters = [
        Sitter(branch, (marked,) if place < 3 else ()) for place, branch in enumerate(cast.branches)
        for _number in range(per_branch)
    ]  # fmt: skip
    return hold(cast.department, cast.organizer.account_id, sitters)


def another_test(
    cast: Cast,
    first: Occasion,
    marked: Mapping[str, str] | Callable[[int], Mapping[str, str]],
    *,
    days: int = LATER,
    audience: int | None = None,
) -> int:
    """The same people sit another test some days later, those of the fourth branch too. Its id is returned.

    ``marked``: what all of them mark, or what a person does.
    """
    with writing() as session:
        earlier = session.get_one(Quiz, first.quiz_id)
        quiz = _quiz(cast.department, cast.organizer.account_id, earlier.counted_attempt, None)
        quiz.title, quiz.bank_revision = "第二季度德廉知识测试", earlier.bank_revision
        quiz.opens_at, quiz.closes_at = OPENS + timedelta(days=days), CLOSES + timedelta(days=days)
        session.add(quiz)
        session.flush()
        session.add(QuizAudience(quiz_id=quiz.id, unit_id=audience or cast.department))
        given = marked if callable(marked) else lambda _person_id: marked
        session.add_all(_attempt(quiz.id, person_id, days, given(person_id)) for person_id in first.sitters)
        quiz_id = quiz.id
    close_due()
    return quiz_id


def read(
    login: str, *, place: int | None = None, depth: Depth = Depth.COMMITTEE, period: Period = YEAR
) -> PeriodReport:
    account = account_named(login)
    assert account is not None
    with period_to_reader(account, period, place, depth) as found:
        assert found is not None
        return found


def courses(period: PeriodReport) -> dict[str, Course]:
    return {trend.name: trend.course for trend in Findings(period).topics}


def test_what_stayed_weak(cast: Cast) -> None:
    first = first_test(cast)
    another_test(cast, first, NO_DISCIPLINE)
    assert courses(read(cast.committee.login)) == {"纪律": Course.STAYED, "监察": Course.SOUND}


def test_what_got_better(cast: Cast) -> None:
    first = first_test(cast)
    another_test(cast, first, ALL_RIGHT)
    assert courses(read(cast.committee.login))["纪律"] is Course.BETTER


def test_a_quarter_has_its_own_tests_and_the_year_all(cast: Cast) -> None:
    first = first_test(cast)
    later = another_test(cast, first, NO_DISCIPLINE)
    ids = [
        [test.quiz.id for test in read(cast.committee.login, period=period).tests]
        for period in (YEAR, Period(2026, 1), Period(2026, 2))
    ]
    assert ids == [[first.quiz_id, later], [first.quiz_id], [later]]


def test_person_times_of_the_tests(cast: Cast) -> None:
    first = first_test(cast)
    another_test(cast, first, ALL_RIGHT)
    total = read(cast.committee.login).turnout
    people = 4 * PER_BRANCH + 3  # and Zhang, Li and Wang of the cast
    assert (total.eligible, total.sat, total.absent) == (2 * people, 7 * PER_BRANCH, 2 * people - 7 * PER_BRANCH)


def test_a_test_that_is_not_over_is_not_counted(cast: Cast, clock: MovableClock) -> None:
    first = first_test(cast)
    later = another_test(cast, first, ALL_RIGHT)
    clock.set(OPENS + timedelta(days=LATER + 1))
    found = read(cast.committee.login)
    assert [test.quiz.id for test in found.tests] == [first.quiz_id]
    assert [quiz.id for quiz in found.under_way] == [later]


def test_a_withdrawn_test_is_left_out(cast: Cast) -> None:
    first = first_test(cast)
    later = another_test(cast, first, ALL_RIGHT)
    with writing() as session:
        quiz = session.get_one(Quiz, later)
        quiz.withdrawn_at, quiz.withdrawn_reason = CLOSES + timedelta(days=LATER), "题目有误"
    found = read(cast.committee.login)
    assert [test.quiz.id for test in (*found.tests,)] == [first.quiz_id]
    assert not found.under_way


def test_a_test_for_others_is_named_and_not_counted(cast: Cast) -> None:
    first = first_test(cast)
    another_test(cast, first, ALL_RIGHT, audience=cast.units[1])
    found = read(cast.committee.login, place=cast.units[0])
    assert [test.quiz.id for test in found.tests] == [first.quiz_id]
    assert len(found.elsewhere) == 1


@pytest.mark.parametrize("place", [None, "unit", "branch"])
def test_every_depth_says_the_same(cast: Cast, place: str | None) -> None:
    first = first_test(cast)
    another_test(cast, first, ALL_RIGHT)
    ids = {None: None, "unit": cast.units[0], "branch": cast.branches[0]}
    depths = [Depth.LEADERS, Depth.COMMITTEE] + [Depth.BRANCH] * (place == "branch")
    said: dict[tuple[object, ...], object] = {}
    for depth in depths:
        for table in tables_of(Findings(read(cast.committee.login, place=ids[place], depth=depth))):
            for line in table.lines:
                key = (table.name, line.cells[0])
                assert said.setdefault(key, list(line.cells)) == list(line.cells), key


def test_the_figures_are_those_of_the_report_of_each_test(cast: Cast, client: FlaskClient) -> None:
    first = first_test(cast)
    later = another_test(cast, first, ALL_RIGHT)
    sign_in_as(client, cast.committee.login)
    tests = read(cast.committee.login).tests
    assert [test.quiz.id for test in tests] == [first.quiz_id, later]
    for test in tests:
        total = document(client, test.quiz.id)["total"]
        figures = test.part.figures
        assert (figures.eligible, figures.sat, figures.absent) == (total["eligible"], total["sat"], total["absent"])
        assert [figures.mean, figures.participation] == [
            pytest.approx(Decimal(str(total[name]))) for name in ("mean", "participation")
        ]
    assert [test.part.figures.mean for test in tests] == [Decimal(6), Decimal(10)]


def test_a_secretary_sees_the_own_branch_alone(cast: Cast, client: FlaskClient) -> None:
    first = first_test(cast)
    another_test(cast, first, ALL_RIGHT)
    sign_in_as(client, cast.secretary.login)
    for asked in ("", f"?depth=committee&place={cast.branches[2]}", "?depth=leaders", f"?place={cast.units[1]}"):
        page = client.get(f"/reports/periods{asked}").text
        assert "办公室党支部" in page
        assert not [name for name in ("人事处", "监督一科", "监督二科", "建设工程质量监督总站") if name in page]
        assert re.search(r"应考 20 人次", page), asked


def test_a_secretary_sees_no_scores_of_four_people(cast: Cast) -> None:
    first = first_test(cast, per_branch=4)
    another_test(cast, first, ALL_RIGHT)
    found = read(cast.secretary.login, depth=Depth.BRANCH)
    assert [test.scores_shown for test in found.tests] == [False, False]
    assert not Findings(found).topics
    assert read(cast.committee.login).tests[0].scores_shown


def test_an_organizer_of_a_unit_sees_the_unit(cast: Cast, client: FlaskClient) -> None:
    first_test(cast)
    sign_in_as(client, cast.unit_organizer.login)
    page = client.get("/reports/periods").text
    assert "人事处党支部" in page
    assert "监督一科党支部" not in page
    assert "您只能看到测试范围内的一部分党支部。" in page


def posts_of(cast: Cast, first: Occasion, names: Mapping[str, int]) -> None:
    """Give posts to so many of those who sat, in turn."""
    people = iter(first.sitters)
    with writing() as session:
        for name, count in names.items():
            for _number in range(count):
                session.get_one(Person, next(people)).post = name


def test_posts_that_lag(cast: Cast) -> None:
    first = first_test(cast, ALL_RIGHT)
    posts_of(cast, first, {"招标采购": 10, "财务、招标采购": 5, "公积金": 4})
    another_test(cast, first, ALL_RIGHT)
    found = {group.name: group.marks[1] for group in Findings(read(cast.committee.login)).posts}
    assert {name: (mark.eligible, mark.sat) for name, mark in found.items() if mark} == {
        "招标采购": (16, 15),  # Wang of the cast has the post and never sat a test
        "财务": (5, 5),
        "公积金": (4, 4),
    }
    bidding, few = found["招标采购"], found["公积金"]
    assert bidding is not None
    assert few is not None
    assert (bidding.mean, bidding.of_all, few.mean) == (1, 1, None)


def test_nothing_is_said_of_posts_to_the_secretary_of_a_branch(cast: Cast) -> None:
    first = first_test(cast)
    posts_of(cast, first, {"招标采购": 15})
    for depth in Depth:
        assert not Findings(read(cast.secretary.login, depth=depth)).posts


def test_the_workbook_has_the_figures_of_the_page(cast: Cast, client: FlaskClient) -> None:
    first = first_test(cast)
    another_test(cast, first, ALL_RIGHT)
    sign_in_as(client, cast.committee.login)
    answer = client.get("/reports/periods.xlsx?period=2026")
    assert answer.status_code == 200
    book = load_workbook(io.BytesIO(answer.data))
    for table in tables_of(Findings(read(cast.committee.login))):
        rows = list(book[table.title[:31]].iter_rows(min_row=5, values_only=True))
        assert [row[0] for row in rows[: len(table.lines)]] == [line.cells[0] for line in table.lines]
    sheet = book["各次测试"]
    assert list(next(sheet.iter_rows(min_row=7, values_only=True))[2:4]) == [70, 56]


LIST = """
code: own-measures
title: 廉政风险防控措施
issuer: 示范厅
kind: measures
editions:
  - id: "2026"
    effective: 2026-01-01
    articles:
      - [1, null, new, 招标文件由两人核对, [招标采购]]
      - [2, null, new, 印章由专人保管, [财务]]
      - [3, null, new, 检查人员轮换片区, [质量监督]]
"""
LAW = """
code: law
title: 监察法
issuer: 全国人大
kind: regulation
editions:
  - id: "2024"
    effective: 2024-01-01
    articles:
      - [1, null, new, 立法目的]
"""


@pytest.fixture
def cited(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Cast:
    """The items of 纪律 rest on the first measure and name a post; those of 监察 on the law."""
    plain = occasion.content()

    def content() -> Bank:
        rests = {
            "纪律": {"citations": (Citation("own-measures", "2026", "1"),), "posts": ("招标采购",)},
            "监察": {"citations": (Citation("law", "2024", "第一条"), Citation("law", "2024", "第一条"))},
            "": {},
        }
        return replace(plain, items=tuple(replace(item, **rests[item.topic]) for item in plain.items))

    monkeypatch.setattr(occasion, "content", content)
    for text in (LIST, LAW):
        register_regulation(account_id=cast.organizer.account_id, regulation=read_regulation(text))
    return cast


@pytest.mark.parametrize("place", [None, "unit"])
def test_regulations_measures_and_posts_of_items(cited: Cast, place: str | None) -> None:
    first = first_test(cited)
    another_test(cited, first, NO_DISCIPLINE)
    found = Findings(read(cited.committee.login, place=cited.units[0] if place else None))
    people = [2 * PER_BRANCH, 2 * PER_BRANCH] if place else [3 * PER_BRANCH, 4 * PER_BRANCH]
    [law] = found.regulations
    assert (law.name, law.course) == ("监察法", Course.SOUND)
    assert [mark and (mark.earned.answers, mark.share) for mark in law.marks] == [(2 * n, 1) for n in people]
    [post] = found.item_posts
    assert (post.name, post.course, post.times_weak) == ("招标采购", Course.STAYED, 2)
    [measure] = found.measures
    assert (measure.article.gist, measure.trend and measure.trend.course) == ("招标文件由两人核对", Course.STAYED)
    assert [mark and (mark.earned.answers, mark.share) for mark in measure.trend.marks] == [(2 * n, 0) for n in people]
    assert "持续薄弱的防控措施：招标文件由两人核对。" in list(sentences(found))


def test_measures_whose_post_lags(cited: Cast) -> None:
    first = first_test(cited, ALL_RIGHT)
    posts_of(cited, first, {"财务": 10})
    with writing() as session:
        quiz = session.get_one(Quiz, first.quiz_id)
        quiz.withdrawn_at, quiz.withdrawn_reason = OPENS, "重考"
    weak = set(list(first.sitters)[:10])
    another_test(cited, first, lambda person_id: NO_DISCIPLINE if person_id in weak else ALL_RIGHT)
    found = Findings(read(cited.committee.login))
    assert [(one.article.number, one.lagging) for one in found.measures] == [("1", ()), ("2", ("财务",))]
    assert not Findings(read(cited.committee.login, place=cited.branches[0], depth=Depth.BRANCH)).posts


def test_the_paper_says_what_the_page_says(cast: Cast, client: FlaskClient) -> None:
    first = first_test(cast)
    another_test(cast, first, ALL_RIGHT)
    sign_in_as(client, cast.committee.login)
    answer = client.get("/reports/periods.docx?period=2026&depth=leaders")
    assert answer.status_code == 200
    paper = docx.Document(io.BytesIO(answer.data))
    found = Findings(read(cast.committee.login, depth=Depth.LEADERS))
    texts = [paragraph.text for paragraph in paper.paragraphs]
    assert texts[:2] == ["示范省住房和城乡建设厅2026 年度测试分析报告", "厅党组："]
    assert set(sentences(found)) < set(texts)
    tables = [table for table in tables_of(found) if table.lines]
    assert len(paper.tables) == len(tables) >= 3
    for table, written in zip(tables, paper.tables, strict=True):
        assert [row.cells[0].text for row in written.rows[1:]] == [line.cells[0] for line in table.lines]
    assert paper.tables[1].rows[1].cells[3].text == "▼0.0 (48)"


def test_a_branch_that_closed_keeps_its_tests_and_the_new_one_has_its_own(cast: Cast) -> None:
    first = first_test(cast)
    close_branch(cast, first)
    another_test(cast, first, ALL_RIGHT)
    closed = read(cast.committee.login, place=cast.branches[1])
    assert [test.quiz.id for test in closed.tests] == [first.quiz_id]
    assert len(closed.elsewhere) == 1
    joined = read(cast.committee.login, place=cast.branches[0])
    assert [test.part.figures.eligible for test in joined.tests] == [PER_BRANCH + 2, 2 * PER_BRANCH + 2]
    unit = read(cast.committee.login, place=cast.units[0])
    assert [test.part.figures.eligible for test in unit.tests] == [2 * PER_BRANCH + 2] * 2
    said = f"第 1 次与第 2 次测试之间：人事处党支部已撤销，人员转入办公室党支部（{PER_BRANCH} 人）。"
    for login in (cast.committee.login, cast.auditor.login):
        assert said in list(notes(read(login)))
    of_branch = list(notes(read(cast.secretary.login, depth=Depth.BRANCH)))
    assert not [note for note in of_branch if "人事处" in note]


def test_where_people_went_is_not_named_to_who_does_not_see_it(cast: Cast) -> None:
    first = first_test(cast)
    close_branch(cast, first, into=2)
    another_test(cast, first, ALL_RIGHT)
    of_unit = [note for note in notes(read(cast.unit_organizer.login)) if "已撤销" in note]
    assert of_unit == [f"第 1 次与第 2 次测试之间：人事处党支部已撤销，人员转入其他支部（{PER_BRANCH} 人）。"]
    assert any("转入监督一科党支部" in note for note in notes(read(cast.committee.login)))


def close_branch(cast: Cast, first: Occasion, into: int = 0) -> None:
    """Merge the second branch into another one between the two tests."""
    at = OPENS + timedelta(days=LATER // 2)
    with writing() as session:
        for person_id, sitter in first.sitters.items():
            if sitter.branch_id == cast.branches[1]:
                move_person(session.get_one(Person, person_id), cast.branches[into], at)
    close_unit(cast.branches[1], at)


def test_what_is_counted_now_though_a_report_is_frozen_is_said(cast: Cast) -> None:
    held = first_test(cast)
    said = "按现在的登记数据统计"
    assert not [line for line in notes(read(cast.committee.login)) if said in line]
    freeze(db.session.get_one(Quiz, held.quiz_id), db.session.get_one(Account, cast.committee.account_id))
    assert [line for line in notes(read(cast.committee.login)) if said in line]
