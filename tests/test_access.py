"""Who may call what: every rule, by every method, for every role, against the table in access.csv."""

import csv
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from quizapp.accounts.queries import account_named
from quizapp.banks.operations import add_bank
from quizapp.db import writing
from quizapp.quizzes.models import CountedAttempt, ReviewTime
from quizapp.quizzes.operations import QuizPlan, publish_quiz
from quizapp.web import clock
from quizapp.web.access import Role, allow, allowed_roles
from tests.attempts.exam import BANK, SPEC
from tests.support.addresses import ROLES, House, body_of, make_house
from tests.support.cast import Member, sign_in_as

TABLE = Path(__file__).with_name("access.csv")
BY_SCRIPT = {"Accept": "application/json"}


def table() -> dict[tuple[str, str], dict[str, str]]:
    """(endpoint, method) → role → ok, 404 or sign-in."""
    with TABLE.open(encoding="utf-8") as file:
        return {(row.pop("endpoint"), row.pop("method")): row for row in csv.DictReader(file)}


@pytest.fixture
def house(app: Flask) -> House:
    return make_house(app)


def outcome(client: FlaskClient, member: Member | None, method: str, url: str) -> str:
    """What happens when ``member``, freshly signed in, calls an address by script: a page would redirect to sign in."""
    if member is not None:
        sign_in_as(client, member.login)
    status = client.open(url, method=method, headers=BY_SCRIPT, buffered=True, **body_of(method)).status_code
    if status >= 500:
        return str(status)
    return {404: "404", 401: "sign-in"}.get(status, "ok")


def test_the_table_names_every_rule_and_no_other(app: Flask) -> None:
    rules = app.url_map.iter_rules()
    there = {(rule.endpoint, method) for rule in rules for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}}
    assert there == set(table()), "write or strike the rows of these in tests/access.csv"
    assert all(tuple(row) == ROLES for row in table().values())
    assert {value for row in table().values() for value in row.values()} == {"ok", "404", "sign-in"}


def test_every_view_says_whom_it_allows(app: Flask) -> None:
    assert not [name for name in app.view_functions if allowed_roles(app, name) is None]


@pytest.mark.parametrize("role", ROLES)
def test_everybody_gets_what_the_table_says(house: House, role: str) -> None:
    rows, member, client = table(), house.member(role), house.app.test_client()
    wrong = []
    for rule, method in house.rules():
        found = outcome(client, member, method, house.url(rule, member))
        if found != rows[rule.endpoint, method][role]:
            wrong.append(f"{method} {rule.endpoint}: {found}")
    assert not wrong


@pytest.mark.parametrize("role", ["anonymous", "staff", "organizer"])
def test_no_other_method_is_a_way_around(house: House, role: str) -> None:
    """HEAD is as GET, and what no view names is answered by none."""
    rows, member, client = table(), house.member(role), house.app.test_client()
    if member is not None:
        sign_in_as(client, member.login)
    wrong = []
    for rule in house.app.url_map.iter_rules():
        url = house.url(rule, member)
        if "GET" in (rule.methods or ()) and outcome(client, None, "HEAD", url) != rows[rule.endpoint, "GET"][role]:
            wrong.append(f"HEAD {url}")
        if client.delete(url).status_code != 405:
            wrong.append(f"DELETE {url}")
    assert not wrong


def test_a_person_without_a_sign_in_is_led_to_the_door(house: House, client: FlaskClient) -> None:
    for rule, method in house.rules():
        if table()[rule.endpoint, method]["anonymous"] == "sign-in":
            url = house.url(rule)
            answer = client.open(url, method=method, **({"data": {}} if method == "POST" else {}))
            after = f"?next={url}" if method == "GET" else ""
            assert (answer.status_code, answer.location) == (302, f"/sign-in{after}"), (method, url)


def test_a_view_without_a_word_about_access_is_closed(settings: Any, make_app: Callable[..., Flask]) -> None:
    app = make_app(settings, WTF_CSRF_ENABLED=False)
    app.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    app.add_url_rule("/nobody", "nobody", allow(Role.ADMINISTRATOR)(lambda: "secret"))
    house, client = make_house(app), app.test_client()
    for role in ROLES:
        member = house.member(role)
        assert outcome(client, member, "GET", "/forgotten") == "404", role
        expected = {"administrator": "ok", "anonymous": "sign-in"}.get(role, "404")
        assert outcome(client, member, "GET", "/nobody") == expected, role


def rules_with(house: House, *arguments: str) -> Iterator[tuple[Rule, str]]:
    """Every rule that has one of the arguments, with its methods."""
    return ((rule, method) for rule, method in house.rules() if rule.arguments & set(arguments))


@pytest.mark.parametrize("other", ["li", "wang"])  # those who are no candidates stand in the table
def test_an_attempt_is_nobody_elses(house: House, other: str) -> None:
    client = house.app.test_client()
    rules = list(rules_with(house, "attempt_id"))
    assert len(rules) > 5
    member = getattr(house.exam.cast, other)
    assert {outcome(client, member, method, house.url(rule)) for rule, method in rules} == {"404"}


@pytest.fixture
def second_unit(house: House) -> dict[str, int]:
    """A bank and a test of the second unit, a branch and a person of it."""
    cast = house.exam.cast
    with house.app.app_context():
        source = BANK.replace("title: 试题", "title: 总站试题").encode()
        organizer, unit = cast.organizer.account_id, cast.units[1]
        revision = add_bank(uploader_id=organizer, unit_id=unit, file_name="b.yaml", source=source)
        plan = QuizPlan(
            title="总站测试",
            bank_revision_id=revision.id,
            unit_id=unit,
            audience=(unit,),
            spec=SPEC,
            opens_at=clock.now(),
            closes_at=clock.now() + timedelta(days=1),
            minutes=30,
            counted_attempt=CountedAttempt.BEST,
            score_shown=ReviewTime.AT_SUBMISSION,
            key_shown=ReviewTime.AFTER_CLOSE,
            rationale_shown=ReviewTime.AFTER_CLOSE,
        )
        quiz = publish_quiz(publisher_id=organizer, plan=plan)
        assert cast.wang.person_id is not None
        things = {"bank_id": revision.bank_id, "quiz_id": quiz.id, "person_id": cast.wang.person_id}
        return things | {"unit_id": cast.branches[2], "branch_id": cast.branches[2]}


def test_what_belongs_to_another_unit_does_not_exist_for_its_organizer(
    house: House, second_unit: dict[str, int]
) -> None:
    client, cast = house.app.test_client(), house.exam.cast
    rules = [pair for pair in rules_with(house, *second_unit) if not pair[0].endpoint.startswith("attempts.")]
    assert {argument for rule, _method in rules for argument in rule.arguments} >= set(second_unit)
    for rule, method in rules:
        url = house.url(rule, **second_unit)
        assert outcome(client, cast.unit_organizer, method, url) == "404", (method, url)
        assert outcome(client, cast.organizer, method, url) == "ok", (method, url)


def test_lists_leave_out_what_belongs_to_another_unit(house: House, second_unit: dict[str, int]) -> None:
    client = house.app.test_client()
    for url, word in (
        ("/banks", "总站试题"),
        ("/quizzes", "总站测试"),
        ("/reports", "总站测试"),
        ("/roster?q=王", "王五"),
    ):
        sign_in_as(client, "ORG")
        assert word in client.get(url).text
        sign_in_as(client, "ORG1")
        assert word not in client.get(url).text, url


def test_a_test_of_others_has_no_door(house: House, second_unit: dict[str, int]) -> None:
    client, cast = house.app.test_client(), house.exam.cast
    quiz_id = second_unit["quiz_id"]
    for method, url in (("GET", f"/tests/{quiz_id}"), ("POST", f"/tests/{quiz_id}/attempts")):
        assert outcome(client, cast.zhang, method, url) == "404"
        assert outcome(client, cast.wang, method, url) == "ok"


def test_a_secretary_sees_the_own_branch_alone(house: House, second_unit: dict[str, int]) -> None:
    client, cast = house.app.test_client(), house.exam.cast
    seen = {
        unit: outcome(client, cast.secretary, "GET", f"/roster/units/{unit}")
        for unit in (cast.department, *cast.units, *cast.branches)
    }
    assert [unit for unit, found in seen.items() if found == "ok"] == [cast.branches[0]]
    assert outcome(client, cast.secretary, "GET", f"/reports/{second_unit['quiz_id']}") == "404"
    report = client.get(f"/reports/{house.exam.quiz_id}.json").get_json()
    assert [branch["code"] for unit in report["units"] for branch in unit["branches"]] == ["B1"]
    assert {absentee["branch"] for absentee in report["absentees"]} <= {"B1"}
    for page in ("/roster", f"/reports/{house.exam.quiz_id}", "/roster?q=王"):
        text = client.get(page).text
        assert "监督一科" not in text, page
        assert "王五" not in text, page


def test_a_roster_file_waits_for_its_own_reader(house: House) -> None:
    client, cast = house.app.test_client(), house.exam.cast
    for rule, method in rules_with(house, "token"):
        url = house.url(rule, cast.administrator)
        assert outcome(client, cast.organizer, method, url) == "404"
        assert outcome(client, cast.administrator, method, url) == "ok"


def test_a_token_is_no_path(house: House) -> None:
    client = house.app.test_client()
    for name in ("..", "../../quizapp.sqlite3", "%2e%2e%2fsecret_key", "a" * 32):
        assert outcome(client, house.exam.cast.organizer, "GET", f"/roster/imports/{name}") == "404", name


def test_a_role_that_has_ended_is_none(house: House) -> None:
    with house.app.app_context(), writing():
        organizer = account_named("ORG")
        assert organizer is not None
        for grant in organizer.grants:
            grant.ended_at = clock.now()
    client = house.app.test_client()
    for url in ("/banks", "/quizzes", "/reports", "/roster"):
        assert outcome(client, house.exam.cast.organizer, "GET", url) == "404"
