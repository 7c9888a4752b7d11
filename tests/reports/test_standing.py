"""The page about the standing of branches: what it says, to whom, and that it claims no order that is none."""

import re
from collections.abc import Mapping
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from quizapp.db import db
from quizapp.domain.branch_summary import Level
from quizapp.domain.estimates import Interval
from quizapp.domain.standing import Group, Line, Measure
from quizapp.quizzes.models import Quiz
from quizapp.reports.queries import report_for_cli
from quizapp.reports.standing import Figure, standing_of
from quizapp.reports.standing_views import axis_of
from tests.reports.occasion import CLOSES, KEYS, Occasion, Sitter, hold
from tests.support.cast import Cast, make_cast, sign_in_as
from tests.support.time import MovableClock

ALL_RIGHT = dict(KEYS)
ALL_WRONG = {item_id: "B" if letter == "A" else "A" for item_id, letter in KEYS.items()}
HALF = ALL_RIGHT | {"t1": "B", "t3": "A"}


@pytest.fixture
def cast(app: object, db_session: object, clock: MovableClock) -> Cast:
    clock.set(CLOSES + timedelta(hours=1))
    return make_cast(app)  # type: ignore[arg-type]


def held(cast: Cast, *branches: tuple[Mapping[str, str] | None, ...]) -> Occasion:
    """Each branch's people, by what they answered; None did not come."""
    sitters = [
        Sitter(cast.branches[place], () if answers is None else (answers,))
        for place, people in enumerate(branches)
        for answers in people
    ]
    return hold(cast.department, cast.organizer.account_id, sitters)


def page(client: FlaskClient, login: str, occasion: Occasion, query: str = "") -> str:
    sign_in_as(client, login)
    response = client.get(f"/reports/{occasion.quiz_id}/standing{query}")
    assert response.status_code == 200
    return response.text


def groups(text: str) -> dict[str, list[str]]:
    """The names under each heading of the table."""
    found: dict[str, list[str]] = {}
    for body in re.findall(r"<tbody>(.*?)</tbody>", text, re.DOTALL):
        head = re.search(r"</svg>\s*([^<]*?)\s*<span", body)
        assert head
        found[head[1]] = [name.strip() for name in re.findall(r'<th scope="row">\s*([^<]*?)\s*<', body)]
    return found


def test_a_branch_is_named_where_chance_hardly_explains_it(cast: Cast, client: FlaskClient) -> None:
    mixed = (ALL_RIGHT, HALF, HALF) * 10
    weak = (ALL_WRONG, HALF, *[ALL_WRONG] * 3)
    occasion = held(cast, mixed, weak, mixed, (ALL_WRONG,) * 3)
    text = page(client, cast.committee.login, occasion)
    assert list(groups(text)) == ["与整体没有明显差别", "低于整体", "人数太少，只计入所在单位"]
    assert [len(members) for members in groups(text).values()] == [2, 1, 1]
    # 5 people, one with 6 points of 10
    assert re.search(r'class="num counted">1\.2<', text)
    assert text.count('class="pt pt-low"') == 1
    assert 'class="pt pt-high"' not in text


def test_units_hold_their_small_branches(cast: Cast, client: FlaskClient) -> None:
    mixed = (ALL_RIGHT, HALF) * 4
    occasion = held(cast, mixed, (ALL_WRONG,) * 3, mixed, mixed)
    report = report_for_cli(db.session.get_one(Quiz, occasion.quiz_id))
    branches = standing_of(report).measures[Figure.MEAN]
    units = standing_of(report, Level.UNIT).measures[Figure.MEAN]
    assert [len(branches.ids_of(group)) for group in (Group.ALIKE, Group.TOO_FEW)] == [3, 1]
    assert units.ids_of(Group.TOO_FEW) == []
    assert units.n == branches.n == sum(line.n for line in units.lines.values()) == 27
    assert units.whole == branches.whole == pytest.approx(float(report.summary.total.mean or 0))
    assert "人数太少" not in page(client, cast.committee.login, occasion, "?level=units")


def test_participation_stands_by_itself(cast: Cast, client: FlaskClient) -> None:
    full, few = (ALL_RIGHT, HALF) * 12, (HALF, *[None] * 23)
    occasion = held(cast, full, few, full, full)
    report = report_for_cli(db.session.get_one(Quiz, occasion.quiz_id))
    measures = standing_of(report).measures
    assert measures[Figure.PARTICIPATION].ids_of(Group.BELOW) == [cast.branches[1]]
    assert measures[Figure.MEAN].ids_of(Group.BELOW) == []
    text = page(client, cast.committee.login, occasion, "?of=participation")
    assert len(groups(text)["低于整体"]) == 1
    assert "counted" not in text  # who took part is counted and not estimated
    assert "低于整体" not in groups(page(client, cast.committee.login, occasion))


def test_no_scores_where_they_are_withheld(cast: Cast, client: FlaskClient) -> None:
    occasion = held(cast, *[(ALL_RIGHT, HALF)] * 4)
    text = page(client, cast.secretary.login, occasion)
    assert "参与率" in text
    assert "?of=pass_rate" not in text
    assert '<h2 id="h-standing">参与率</h2>' in text


def test_one_branch_is_not_compared_and_a_stranger_sees_nothing(cast: Cast, client: FlaskClient) -> None:
    occasion = held(cast, (ALL_RIGHT, HALF) * 4)
    assert "没有可比的对象" in page(client, cast.committee.login, occasion)
    sign_in_as(client, cast.zhang.login)
    assert client.get(f"/reports/{occasion.quiz_id}/standing").status_code in (403, 404)


def test_nobody_sat_and_nonsense_in_the_address(cast: Cast, client: FlaskClient) -> None:
    occasion = held(cast, (None,) * 6)
    text = page(client, cast.committee.login, occasion, "?of=nonsense&level=nonsense")
    assert "没有成绩，无法比较" in text
    assert "0.0" in page(client, cast.committee.login, occasion, "?of=participation")


@pytest.mark.parametrize(
    ("values", "full", "ends", "ticks"),
    [
        ((62.0, 98.0), 100, (60, 100), [60, 70, 80, 90, 100]),
        ((83.1, 83.1), 100, (83, 84), [83, 84]),
        ((0.0, 0.0), 1, (0.0, 0.01), [0, 0.01]),
        ((1.0, 1.0), 1, (0.99, 1.0), [0.99, 1.0]),
        ((0.0, 1.0), 1, (0.0, 1.0), [0, 0.2, 0.4, 0.6, 0.8, 1.0]),
        ((3.0, 9.5), 10, (2, 10), [2, 4, 6, 8, 10]),
    ],
)
def test_a_scale_in_round_numbers(
    values: tuple[float, float], full: float, ends: tuple[float, float], ticks: list[float]
) -> None:
    low, high = values
    line = Line(9, Group.ALIKE, low, low, low, Interval(low, high))
    axis = axis_of(Measure(9, low, {1: line}), full)
    assert (axis.low, axis.high) == pytest.approx(ends)
    assert list(axis.ticks) == pytest.approx(ticks)
    assert axis.place(axis.low) == "0.00%"
