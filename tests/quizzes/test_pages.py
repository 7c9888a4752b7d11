"""The organizer's pages: publishing by buttons alone, one test, its sample paper, its withdrawal."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from quizapp.accounts.models import Account
from quizapp.accounts.operations import grant_role
from quizapp.db import writing
from quizapp.domain.presets import PRESETS
from quizapp.quizzes.models import Quiz, ReviewTime
from quizapp.quizzes.operations import publish_quiz, withdraw_quiz
from quizapp.quizzes.queries import spec_of
from quizapp.web.access import Role
from tests.quizzes.form_page import Desk
from tests.quizzes.plans import CLOSES, OPENS, SPEC, make_plan, make_revision
from tests.support.cast import Cast, make_cast, sign_in_as
from tests.support.time import MovableClock


@pytest.fixture
def cast(app: Flask, clock: MovableClock, db_session: Any) -> Cast:
    return make_cast(app)


@pytest.fixture
def organizer(cast: Cast, client: FlaskClient) -> FlaskClient:
    """The department's organizer, reading English, with a bank of 6 single and 3 multiple items."""
    make_revision(cast)
    sign_in_as(client, cast.organizer.login)
    client.set_cookie("lang", "en")
    return client


@pytest.fixture
def published(cast: Cast, organizer: FlaskClient) -> Callable[..., int]:
    """Publish the ordinary plan with changes; gives its id."""

    def act(**changes: Any) -> int:
        plan = make_plan(cast, changes.pop("bank_revision_id", 1), **changes)
        return publish_quiz(publisher_id=cast.organizer.account_id, plan=plan).id

    return act


def count(session: Any) -> int:
    return int(session.scalar(select(func.count(Quiz.id))))


def small(cast: Cast) -> dict[str, Any]:
    """The changes that make a preset publishable with the small bank; the section of true/false must go."""
    return {
        "title": "春季测试",
        "sections__0__count": 2,
        "sections__0__points": 2,
        "sections__2__count": 1,
        "sections__2__points": 6,
        "cut_score": 6,
        "excellent_score": 9,
        "audience": [cast.department],
    }


def test_without_a_bank_the_page_says_where_to_begin(cast: Cast, client: FlaskClient) -> None:
    sign_in_as(client, cast.organizer.login)
    client.set_cookie("lang", "en")
    page = client.get("/quizzes/new").get_data(as_text=True)
    assert "There is no question bank yet" in page
    assert 'href="/banks"' in page


@pytest.mark.parametrize("preset", PRESETS.values(), ids=lambda preset: preset.id)
def test_a_preset_fills_the_form(organizer: FlaskClient, preset: Any) -> None:
    desk = Desk(organizer, f"?preset={preset.id}")
    sections = preset.spec.sections
    rows = range(len(sections))
    assert [desk.values(f"sections-{n}-type") for n in rows] == [[section.type.value] for section in sections]
    assert [desk.values(f"sections-{n}-count") for n in rows] == [[str(section.count)] for section in sections]
    assert desk.values("minutes") == [str(preset.minutes)]
    assert desk.values("cut_score") == ["80"]
    assert desk.values("key_shown") == ["after_close"]
    assert preset.note in desk.text


def test_next_week_is_proposed_on_the_departments_clock(organizer: FlaskClient) -> None:
    desk = Desk(organizer)
    assert desk.values("opens_at") == ["2026-03-16T09:00"]
    assert desk.values("closes_at") == ["2026-03-20T18:00"]


def test_pressing_a_preset_keeps_name_and_audience(organizer: FlaskClient, cast: Cast) -> None:
    desk = Desk(organizer)
    desk.press("preset-xuefa-80", title="学法考试", audience=[cast.units[0]], cut_score=1)
    assert desk.values("title") == ["学法考试"]
    assert desk.values("audience") == [str(cast.units[0])]
    assert (desk.values("minutes"), desk.values("cut_score")) == (["60"], ["80"])
    assert 'value="preset-xuefa-80" aria-pressed="true"' in desk.text


def test_from_preset_to_published(organizer: FlaskClient, cast: Cast, db_session: Any) -> None:
    desk = Desk(organizer)
    assert desk.buttons["publish"] is False
    desk.press("remove-1", **small(cast))
    desk.press("check")
    assert desk.response.status_code == 200
    assert desk.buttons["publish"] is True
    answer = desk.press("publish")
    quiz = db_session.scalars(select(Quiz)).one()
    assert (answer.status_code, answer.location) == (302, f"/quizzes/{quiz.id}")
    assert (spec_of(quiz), quiz.title, quiz.opens_at, quiz.closes_at) == (SPEC, "春季测试", OPENS, CLOSES)
    page = organizer.get(answer.location).get_data(as_text=True)
    assert "The test is published." in page
    assert f"http://localhost/tests/{quiz.id}" in page


def test_a_second_click_leads_to_the_same_test(organizer: FlaskClient, cast: Cast, db_session: Any) -> None:
    desk = Desk(organizer)
    desk.press("remove-1", **small(cast))
    form, first = desk.response, desk.press("publish")
    desk.response = form
    second = desk.press("publish")
    assert second.location == first.location
    assert count(db_session) == 1
    assert "not published a second time" in organizer.get(second.location).get_data(as_text=True)


def test_checking_publishes_nothing(organizer: FlaskClient, cast: Cast, db_session: Any) -> None:
    desk = Desk(organizer)
    desk.press("remove-1", **small(cast))
    desk.press("check")
    desk.press("no such act")
    assert count(db_session) == 0


def test_a_shortage_is_said_at_its_row_and_mended_by_one_button(organizer: FlaskClient, cast: Cast) -> None:
    desk = Desk(organizer)
    desk.press("remove-1", **small(cast) | {"sections__2__count": 20})
    sentence = "Section “多项选择题” needs 20 items of the type Multiple choice; the bank has 3."
    assert desk.text.count(sentence) == 2  # at the row and in the check
    assert desk.buttons["publish"] is False
    desk.press("count-1-3")
    assert sentence not in desk.text
    assert desk.values("sections-1-count") == ["3"]
    assert desk.buttons["publish"] is True


def test_a_shortage_is_said_in_the_language_of_the_page(organizer: FlaskClient) -> None:
    organizer.set_cookie("lang", "zh_CN")
    assert "“多项选择题”需要 20 道多选题，题库有 3 道。" in Desk(organizer).text


def test_a_type_that_the_bank_lacks_cannot_be_mended_by_a_figure(organizer: FlaskClient) -> None:
    desk = Desk(organizer)
    assert "the bank has 0." in desk.text  # true/false
    assert "count-1-0" not in desk.buttons


def test_rows_are_added_and_removed(organizer: FlaskClient) -> None:
    desk = Desk(organizer)
    desk.press("add", title="x")
    assert desk.values("sections-3-count") == ["10"]
    desk.press("remove-0")
    assert desk.values("sections-0-count") == []
    desk.press("remove-0", sections__3__count=4)
    assert [desk.values(f"sections-{n}-count") for n in range(4)] == [[], ["20"], ["4"], []]  # counted anew
    assert desk.values("title") == ["x"]
    for act in ("remove-9", "remove-x", "count-0-99999", "count-", "preset-none", "add-1"):
        assert desk.press(act).status_code in (200, 422)
        assert [desk.values(f"sections-{n}-count") for n in range(3)] == [["20"], ["4"], []]


def test_the_last_row_can_go_but_a_paper_needs_one(organizer: FlaskClient, cast: Cast) -> None:
    desk = Desk(organizer)
    for _ in range(3):
        desk.press("remove-0")
    desk.press("check")
    assert "A paper needs at least one section." in desk.text
    assert desk.buttons["publish"] is False


def test_there_is_an_end_to_rows(organizer: FlaskClient) -> None:
    desk = Desk(organizer)
    desk.press("add", **{f"sections__{n}__{field}": 10 for n in range(3, 19) for field in ("count", "points")})
    assert desk.values("sections-19-count") == ["10"]
    assert desk.values("sections-20-count") == []
    desk.press("add")
    assert desk.values("sections-20-count") == []


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"cut_score": ""}, "Please enter how many points pass."),
        ({"sections__0__count": ""}, "Please enter a number."),
        ({"sections__0__count": "2.5"}, "Please enter a whole number."),
        ({"sections__0__points": "1e999999"}, "Please enter a number, for example 2 or 1.5."),
        ({"sections__0__points": "NaN"}, "Please enter a number, for example 2 or 1.5."),
        ({"minutes": "soon"}, "Please enter a whole number."),
        ({"opens_at": ""}, "Please enter date and time."),
        ({"closes_at": "0026-03-20T18:00"}, "Please check the year."),
        ({"closes_at": "0001-01-01T00:00"}, "Not a valid datetime value."),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_said_at_its_field(
    organizer: FlaskClient, cast: Cast, db_session: Any, change: dict[str, str], sentence: str
) -> None:
    desk = Desk(organizer)
    desk.press("remove-1", **small(cast))
    answer = desk.press("publish", **change)
    assert answer.status_code == 422
    assert f"<span>{sentence}</span>" in desk.text
    assert count(db_session) == 0


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"title": " "}, "Please give the test a name."),
        ({"audience": []}, "Please choose whom the test is for."),
        ({"minutes": "0"}, "The time limit must be at least one minute."),
        ({"cut_score": "11"}, "The cut score must lie between 0 and the full points, 10, with at most two decimals."),
        ({"closes_at": "2026-03-16T09:00"}, "The test must close after it opens."),
    ],
)  # fmt: skip
def test_publishing_what_cannot_be_published_says_why(
    organizer: FlaskClient, cast: Cast, db_session: Any, change: dict[str, Any], sentence: str
) -> None:
    desk = Desk(organizer)
    desk.press("remove-1", **small(cast))
    answer = desk.press("publish", **change)
    assert answer.status_code == 422
    assert f"<span>{sentence}</span>" in desk.text
    assert count(db_session) == 0


def test_topics_and_difficulties_narrow_a_section(organizer: FlaskClient, cast: Cast, db_session: Any) -> None:
    desk = Desk(organizer)
    desk.press("remove-1", **small(cast), sections__0__topics=["纪律"], sections__0__difficulties=[2])
    assert "纪律; difficulty 2" in desk.text
    desk.press("publish", sections__0__cut_score="1.5", sections__0__title="第一部分")
    section = spec_of(db_session.scalars(select(Quiz)).one()).sections[0]
    assert (section.topics, section.difficulties, str(section.cut_score)) == (("纪律",), (2,), "1.5")
    assert section.title == "第一部分"


def test_a_topic_of_another_bank_stays_in_sight(organizer: FlaskClient, cast: Cast) -> None:
    desk = Desk(organizer)
    desk.press("remove-1", **small(cast), sections__0__topics=["别处的知识点"])
    assert desk.values("sections-0-topics") == ["别处的知识点"]
    assert "the bank has 0." in desk.text


@pytest.mark.parametrize(
    ("change", "warning"),
    [
        ({"sections__0__count": "3"}, "“单项选择题” 3/6"),
        ({"key_shown": "at_submission"}, "Who submits early sees key or rationale"),
        ({"rationale_shown": "at_submission", "attempts_allowed": "2"}, "may then try again"),
        ({"opens_at": "2026-03-09T09:00"}, "The opening time has passed"),
    ],
)
def test_a_warning_does_not_keep_from_publishing(
    organizer: FlaskClient, cast: Cast, change: dict[str, str], warning: str
) -> None:
    desk = Desk(organizer)
    desk.press("remove-1", **small(cast))
    assert warning not in desk.text
    desk.press("check", **change)
    assert warning in desk.text
    assert desk.buttons["publish"] is True


def test_nobody_in_the_audience_is_a_warning(organizer: FlaskClient, cast: Cast) -> None:
    desk = Desk(organizer)
    desk.press("remove-1", **small(cast) | {"audience": [cast.branches[3]]})
    assert "Nobody belongs to the chosen units" in desk.text


def test_the_check_counts_each_candidate_once(organizer: FlaskClient, cast: Cast) -> None:
    desk = Desk(organizer)
    desk.press("check", audience=[cast.units[0], cast.branches[0], cast.branches[2]])
    assert '<b class="num">3 people</b>' in desk.text


def test_a_copy_takes_everything_but_the_time(
    organizer: FlaskClient, published: Callable[..., int], cast: Cast, clock: MovableClock
) -> None:
    quiz_id = published(audience=(cast.units[1],), minutes=25, key_shown=ReviewTime.NEVER, instructions="可查阅资料")
    clock.advance(days=30)
    sign_in_as(organizer, cast.organizer.login)
    desk = Desk(organizer, f"?copy={quiz_id}")
    assert desk.values("title") == ["春季测试"]
    assert desk.values("audience") == [str(cast.units[1])]
    assert (desk.values("minutes"), desk.values("key_shown")) == (["25"], ["never"])
    assert desk.values("instructions") == ["可查阅资料"]
    assert [desk.values(f"sections-{n}-count") for n in range(2)] == [["2"], ["1"]]
    assert desk.values("opens_at") == ["2026-04-13T09:00"]
    assert desk.press("publish").status_code == 302


@pytest.mark.parametrize("copied", ["99", "-1", "99999999999999999999"])
def test_only_a_test_of_the_own_units_is_copied(organizer: FlaskClient, copied: str) -> None:
    assert organizer.get(f"/quizzes/new?copy={copied}").status_code == 404


def test_a_units_organizer_sees_and_uses_only_that_unit(
    organizer: FlaskClient, published: Callable[..., int], cast: Cast, db_session: Any
) -> None:
    quiz_id = published()
    make_revision(cast, unit_id=cast.units[0], title="机关题库")
    sign_in_as(organizer, cast.unit_organizer.login)
    for address in (f"/quizzes/{quiz_id}", f"/quizzes/{quiz_id}/preview", f"/quizzes/new?copy={quiz_id}"):
        assert organizer.get(address).status_code == 404
    assert organizer.post(f"/quizzes/{quiz_id}/withdrawal", data={"reason": "x"}).status_code == 404
    assert "春季测试" not in organizer.get("/quizzes").get_data(as_text=True)
    desk = Desk(organizer)
    assert "小题库" not in desk.text
    assert "监督一科党支部" not in desk.text
    answer = desk.press("publish", **small(cast) | {"audience": [cast.branches[2]]})
    assert answer.status_code == 422
    assert "units and branches you organize tests for" in desk.text
    assert desk.press("publish", bank_revision_id=1).status_code == 422
    assert desk.press("publish", unit_id=cast.department).status_code == 422
    assert count(db_session) == 1


def test_an_auditor_reads_and_changes_nothing(
    organizer: FlaskClient, published: Callable[..., int], cast: Cast, db_session: Any
) -> None:
    quiz_id = published()
    sign_in_as(organizer, cast.auditor.login)
    page = organizer.get(f"/quizzes/{quiz_id}").get_data(as_text=True)
    assert "春季测试" in page
    assert "withdrawal" not in page
    assert "/quizzes/new" not in page + organizer.get("/quizzes").get_data(as_text=True)
    assert organizer.get("/quizzes/new").status_code == 404
    assert organizer.post(f"/quizzes/{quiz_id}/withdrawal", data={"reason": "x"}).status_code == 404
    assert db_session.get_one(Quiz, quiz_id).withdrawn_at is None


def test_an_auditor_who_organizes_elsewhere_still_only_reads(
    organizer: FlaskClient, published: Callable[..., int], cast: Cast, db_session: Any
) -> None:
    quiz_id = published()
    with writing() as session:
        grant_role(session.get_one(Account, cast.auditor.account_id), Role.ORGANIZER, cast.units[0])
    sign_in_as(organizer, cast.auditor.login)
    assert "withdrawal" not in organizer.get(f"/quizzes/{quiz_id}").get_data(as_text=True)
    assert organizer.post(f"/quizzes/{quiz_id}/withdrawal", data={"reason": "x"}).status_code == 404
    assert db_session.get_one(Quiz, quiz_id).withdrawn_at is None


@pytest.mark.parametrize("member", ["committee", "secretary", "administrator", "zhang"])
def test_others_have_no_business_here(
    organizer: FlaskClient, published: Callable[..., int], cast: Cast, member: str
) -> None:
    quiz_id = published()
    sign_in_as(organizer, getattr(cast, member).login)
    for address in ("/quizzes", "/quizzes/new", f"/quizzes/{quiz_id}", f"/quizzes/{quiz_id}/preview"):
        assert organizer.get(address).status_code == 404


def test_the_sample_paper_shows_no_key(organizer: FlaskClient, published: Callable[..., int]) -> None:
    quiz_id = published()
    page = organizer.get(f"/quizzes/{quiz_id}/preview?seed=7")
    text = page.get_data(as_text=True)
    assert page.status_code == 200
    assert text.count("single 第") == 2
    assert text.count("multiple 第") == 1
    assert "解析" not in text
    assert "is-key" not in text
    assert (
        text.split("<main")[1].split("seed=")[0]
        == (
            organizer.get(f"/quizzes/{quiz_id}/preview?seed=7")
            .get_data(as_text=True)
            .split("<main")[1]
            .split("seed=")[0]
        )
    )
    for seed in ("-5", "99999999999999999999", "x"):
        assert organizer.get(f"/quizzes/{quiz_id}/preview?seed={seed}").status_code == 200


def test_a_withdrawal_asks_for_a_reason(organizer: FlaskClient, published: Callable[..., int], db_session: Any) -> None:
    quiz_id = published()
    refused = organizer.post(f"/quizzes/{quiz_id}/withdrawal", data={"reason": " "})
    assert refused.status_code == 422
    assert "Please say why the test is withdrawn." in refused.get_data(as_text=True)
    assert db_session.get_one(Quiz, quiz_id).withdrawn_at is None


def test_a_withdrawn_test_says_so(organizer: FlaskClient, published: Callable[..., int], cast: Cast) -> None:
    quiz_id = published()
    answer = organizer.post(f"/quizzes/{quiz_id}/withdrawal", data={"reason": "题目有误"})
    assert answer.location == f"/quizzes/{quiz_id}"
    page = organizer.get(answer.location).get_data(as_text=True)
    assert "Reason: 题目有误" in page
    assert "/withdrawal" not in page
    assert f"/tests/{quiz_id}" not in page
    assert "Withdrawn" in organizer.get("/quizzes").get_data(as_text=True)
    sign_in_as(organizer, cast.zhang.login)
    assert "withdrew" in organizer.get(f"/tests/{quiz_id}").get_data(as_text=True)


def test_the_list_tells_states_apart(
    organizer: FlaskClient, published: Callable[..., int], cast: Cast, clock: MovableClock
) -> None:
    published(title="早", closes_at=OPENS + timedelta(hours=1))
    published(title="中")
    published(title="晚", opens_at=CLOSES, closes_at=CLOSES + timedelta(days=1))
    withdraw_quiz(quiz_id=published(title="误"), reason="题目有误")
    clock.set(OPENS + timedelta(hours=2))
    sign_in_as(organizer, cast.organizer.login)
    page = organizer.get("/quizzes").get_data(as_text=True)
    rows = {row.split("</a>")[0].split(">")[-1]: row for row in page.split('class="quiz-row"')[1:]}
    words = {"早": "Closed", "中": "Open<", "晚": "Not yet open", "误": "Withdrawn"}
    assert all(word in rows[title] for title, word in words.items())


def test_the_forms_carry_a_token(settings: Any, make_app: Callable[..., Flask], cast: Cast, db_session: Any) -> None:
    make_revision(cast)
    guarded = make_app(settings).test_client()
    sign_in_as(guarded, cast.organizer.login)
    guarded.set_cookie("lang", "en")
    desk = Desk(guarded)
    assert desk.press("publish", csrf_token="wrong").status_code == 400
    desk = Desk(guarded)
    desk.press("remove-1", **small(cast))
    answer = desk.press("publish")
    assert answer.status_code == 302
    assert guarded.post(f"{answer.location}/withdrawal", data={"reason": "x"}).status_code == 400
    assert db_session.scalars(select(Quiz)).one().withdrawn_at is None


def test_essays_are_not_offered_for_a_section(organizer: FlaskClient) -> None:
    page = organizer.get("/quizzes/new").text
    assert 'value="fill_in"' in page
    assert 'value="essay"' not in page


def test_what_guessing_earns_stands_in_the_check(cast: Cast, organizer: FlaskClient) -> None:
    desk = Desk(organizer)
    desk.press("remove-1", **small(cast))
    desk.press("check")
    assert "answers by habit earns" in desk.text
    assert "Raise the cut score" not in desk.text
    desk.press("check", cut_score=2)
    assert "Raise the cut score" in desk.text
    assert "always A " in desk.text
    assert desk.buttons["publish"] is True
