"""Every number of every output, for random departments, equals what the stored answers say when counted again."""

import io
import re
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

import docx
import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from quizapp.accounts.models import Account
from quizapp.accounts.operations import grant_role
from quizapp.db import db, writing
from quizapp.quizzes.models import CountedAttempt, Quiz
from quizapp.reports.editions.operations import freeze
from quizapp.web.access import Role
from tests.reports import raw
from tests.reports.occasion import CLOSES, Department, Occasion, Sitter, excuse, found_department, hold, recount
from tests.reports.readers import FIGURES, fetch, shown
from tests.reports.test_figures import ANSWERS, GOOD_ANSWERS, names
from tests.support.cast import Cast, make_cast, sign_in_as
from tests.support.time import MovableClock

Expected = dict[int, dict[str, Fraction | None]]
FEW = 5
"""Of fewer people who sat it no output names scores of their own in the official report."""
TILES = {"应考": "eligible", "实考": "sat", "参与率": "participation", "平均分": "mean", "合格率": "pass_rate",
         "优秀率": "excellence_rate"}  # fmt: skip


@st.composite
def crowds(draw: st.DrawFn) -> list[tuple[int, int | None, list[Mapping[str, str]], bool]]:
    """For each person: the place of a branch, the place of one moved to, up to two attempts, and whether excused.

    Two of the five branches take most of the people, so that some have enough for scores and some have nobody.
    """
    branch = st.sampled_from([0, 0, 0, 0, 1, 2, 3, 3, 4])
    attempts = st.lists(ANSWERS | GOOD_ANSWERS | GOOD_ANSWERS, max_size=2)
    return draw(st.lists(st.tuples(branch, st.none() | branch, attempts, st.booleans()), min_size=1, max_size=18))


@pytest.fixture
def cast(app: Flask, db_session: object, client: FlaskClient, clock: MovableClock) -> Cast:
    clock.set(CLOSES)
    clock.advance(hours=2)
    cast = make_cast(app)
    sign_in_as(client, cast.committee.login)
    return cast


class Truth:
    """What one occasion is, counted from its answers."""

    def __init__(self, department: Department, occasion: Occasion, rule: CountedAttempt) -> None:
        self.department, self.occasion = department, occasion
        self.answers = raw.counted_answers(occasion, rule)
        self.units: Expected = {unit: recount(occasion, ids, rule) for unit, ids in department.units.items()}
        self.branches: Expected = {id: recount(occasion, [id], rule) for id in department.branches}
        self.total = recount(occasion, department.branches, rule)
        self.names = names()

    def people(self, branch_id: int) -> list[int]:
        """Who belonged to the branch when the test opened."""
        return [id for id, sitter in self.occasion.sitters.items() if sitter.branch_id == branch_id]

    def scores(self, people: Iterable[int]) -> list[int]:
        """The scores that count of those of them who sat it."""
        return [raw.score(self.answers[id]) for id in people if id in self.answers]


def workbook(data: bytes) -> dict[str, Worksheet]:
    return {sheet.title: sheet for sheet in load_workbook(io.BytesIO(data)).worksheets}


def rows(sheet: Worksheet, first: int) -> list[list[Any]]:
    found = [list(row) for row in sheet.iter_rows(min_row=first, values_only=True)]
    return [row for row in found if row[0] is not None]


def close_to(found: float | str | None, value: float | Fraction | None) -> bool:
    return (
        found in (None, "–") if value is None else not isinstance(found, str) and found == pytest.approx(float(value))
    )


def check_workbook(truth: Truth, client: FlaskClient) -> None:
    book = workbook(fetch(client, truth.occasion.quiz_id, ".xlsx"))
    raw_rows = {row[3]: row[4:] for row in rows(book["数据明细"], 2)}
    for id, figures in truth.branches.items():
        for found, name in zip(raw_rows[truth.names[id]], FIGURES, strict=True):
            assert close_to(found, figures[name]), (name, found, figures[name])
    topics = raw.topic_counts(truth.answers.values())
    assert ("知识点" in book) == bool(topics)
    if topics:
        for name, *values in rows(book["知识点"], 5):
            assert all(map(close_to, values, topics.pop(name)))
        assert not topics
        check_items(truth, rows(book["题目"], 5))
    absent = [row[5] for row in rows(book["缺考和缓考名单"], 5)]
    assert absent.count("缓考") == truth.total["excused"]
    assert len(absent) - absent.count("缓考") == truth.total["absent"]
    if truth.total["sat"] and truth.total["sat"] >= FEW:
        check_bins(truth, [(row[0], row[1]) for row in rows(book["图表"], 5) if "–" in row[0] or "以下" in row[0]])


def check_items(truth: Truth, found: list[list[Any]]) -> None:
    items = raw.item_counts(truth.answers.values())
    assert len(found) == len(items)
    for row in found:
        item = items[row[0]]
        values = (item.n, item.facility, item.discrimination, item.right, item.omitted)
        assert all(map(close_to, row[4:9], values)), (row, item)


def check_bins(truth: Truth, bins: list[tuple[str, float]]) -> None:
    """Each bar holds the people whose scores lie in the range that it names; the last one takes both ends."""
    scores = truth.scores(truth.occasion.sitters)
    assert bins
    for place, (label, people) in enumerate(bins):
        ends = [float(number) for number in re.findall(r"\d+(?:\.\d+)?", label)]
        low, high = (ends[0], ends[1]) if len(ends) == 2 else (float("-inf"), ends[0])
        last = place == len(bins) - 1
        assert people == sum(low <= score < high or (last and score == high) for score in scores), label


def check_page(truth: Truth, client: FlaskClient) -> None:
    text = fetch(client, truth.occasion.quiz_id, "?print=1").decode()
    check_tiles(text, truth.total)
    if "h-scores" in text:
        part = text[text.index('id="h-scores"') :]
        part = part[: part.index("</section>")]
        bins = re.findall(r'<th scope="row">([^<]+)</th>\s*<td class="num">(\d+)</td>', part)
        check_bins(truth, [(label, int(people)) for label, people in bins])
    for id, figures in truth.branches.items():
        check_tiles(fetch(client, truth.occasion.quiz_id, f"/branches/{id}").decode(), figures)


def check_tiles(text: str, figures: Mapping[str, Fraction | None]) -> None:
    found = dict(re.findall(r'<dt>([^<]+)</dt>\s*<dd>\s*<span class="big">([^<]+)', text))
    for label, name in TILES.items():
        assert found[label] == shown(name, figures[name]), (label, found[label])


def check_paper(truth: Truth, client: FlaskClient) -> None:
    document = docx.Document(io.BytesIO(fetch(client, truth.occasion.quiz_id, ".docx")))
    units, branches, *_names = [[[cell.text for cell in row.cells] for row in table.rows] for table in document.tables]
    for table, expected in ((units, truth.units), (branches, truth.branches)):
        found = {row[0]: row[1:] for row in table[1:]}
        for id, figures in expected.items():
            if figures["eligible"]:
                assert found[truth.names[id]] == in_paper(figures), truth.names[id]
        assert found["合计"] == in_paper(truth.total)
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    people, sat = truth.total["eligible"], truth.total["sat"]
    assert f"应参加测试{people}人，实际参加{sat}人" in text
    if sat and sat < FEW:
        assert f"合格{truth.total['passed']}人" in text
        assert not re.search(r"平均分\d", text)
    elif sat:
        mean, median = (shown(name, truth.total[name]) for name in ("mean", "median"))
        assert f"平均分{mean}分，中位数{median}分；合格{truth.total['passed']}人" in text


def in_paper(figures: Mapping[str, Fraction | None]) -> list[str]:
    """A row of the official tables: 应考 实考 缓考 缺考 参与率 平均分 合格率 优秀率."""
    few = (figures["sat"] or 0) < FEW
    texts = [shown(name, figures[name]) for name in ("eligible", "sat", "excused", "absent")]
    for name in ("participation", "mean", "pass_rate", "excellence_rate"):
        value = None if few and name != "participation" else figures[name]
        texts.append("—" if value is None else shown(name, value) + ("" if name == "mean" else "%"))
    return texts


def check_sheets(truth: Truth, client: FlaskClient) -> None:
    """The sheets to sign, with every person's score, and the page of each branch."""
    book = load_workbook(io.BytesIO(fetch(client, truth.occasion.quiz_id, "/confirmation.xlsx?scores=1"))).worksheets
    assert len(book) == len(truth.branches)
    for id, figures in truth.branches.items():
        sheet = next(sheet for sheet in book if sheet.title == truth.names[id])
        lines = [row for row in rows(sheet, 1) if str(row[0]).isdigit()]
        scores = sorted(int(row[5]) for row in lines if row[5] != "–")
        assert scores == sorted(truth.scores(truth.people(id)))
        states = [row[4] for row in lines]
        counted = [figures[name] for name in ("eligible", "sat", "excused", "absent")]
        assert [len(states), *(states.count(state) for state in ("实考", "缓考", "缺考"))] == counted
        assert "应考 {} 人，实考 {} 人，缓考 {} 人，缺考 {} 人。".format(*counted) in str(sheet["A5"].value)
        page = fetch(client, truth.occasion.quiz_id, f"/branch?branch={id}").decode()
        told = dict(re.findall(r"<dt>([^<]+)</dt><dd[^>]*>(\d+) 人", page))
        assert [told[label] for label in ("应考", "已完成", "缓考", "未完成")] == list(map(str, counted))


@settings(
    max_examples=5,
    deadline=None,
    phases=[Phase.generate, Phase.shrink],  # each example writes to the database: no explaining, no replaying
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(crowd=crowds(), counted=st.sampled_from(CountedAttempt), frozen=st.booleans())
def test_every_output_equals_the_recount(
    cast: Cast,
    client: FlaskClient,
    crowd: list[tuple[int, int | None, Any, bool]],
    counted: CountedAttempt,
    frozen: bool,
) -> None:
    with writing() as session:
        department = found_department()
        grant_role(session.get_one(Account, cast.committee.account_id), Role.COMMITTEE, department.top)
    places = department.branches
    sitters = [
        Sitter(places[home], tuple(tries), None if moved in (None, home) else places[moved], excused=excused)
        for home, moved, tries, excused in crowd
    ]
    occasion = hold(department.top, cast.organizer.account_id, sitters, counted=counted)
    excuse(occasion, cast.organizer.account_id)
    truth = Truth(department, occasion, counted)
    if frozen:
        freeze(db.session.get_one(Quiz, occasion.quiz_id), db.session.get_one(Account, cast.committee.account_id))
    for check in (check_page, check_workbook, check_paper, check_sheets):
        check(truth, client)
