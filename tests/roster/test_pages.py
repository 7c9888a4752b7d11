"""The roster's pages: who sees which branches, and bringing a file in through them."""

import io
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from quizapp.audit.models import AuditEntry
from quizapp.db import db, writing
from quizapp.roster.listings import masked
from quizapp.roster.models import Person
from quizapp.roster.operations import add_person, move_person, preview_import
from quizapp.roster.table import read_table
from quizapp.web import clock as the_clock
from tests.roster.files import HEAD, Rows, csv_file
from tests.support.cast import BRANCHES, SINCE, UNITS, Cast, make_cast, sign_in_as

ONE, TWO = UNITS[0][1], UNITS[1][1]
NEWCOMER = (ONE, "办公室党支部", "100009", "新人")


@pytest.fixture
def cast(app: Flask) -> Cast:
    return make_cast(app)


def upload(client: FlaskClient, rows: Rows) -> TestResponse:
    file = (io.BytesIO(csv_file([HEAD, *rows])), "名册.csv")
    return client.post("/roster/imports", data={"file": file}, content_type="multipart/form-data")


def confirm(client: FlaskClient, preview: str, **data: str) -> TestResponse:
    found = re.search(r'name="digest" value="(\w+)"', client.get(preview).text)
    assert found is not None
    return client.post(f"{preview}/confirmation", data={"digest": found[1]} | data)


@pytest.mark.parametrize(
    ("login", "seen"),
    [
        ("ORG", {0, 1, 2, 3}),
        ("ADMIN", {0, 1, 2, 3}),
        ("AUDIT", {0, 1, 2, 3}),
        ("COMM", {0, 1, 2, 3}),
        ("ORG1", {0, 1}),
        ("SEC1", {0}),
        ("100001", set()),
    ],
)
def test_everybody_sees_the_branches_of_their_scope(
    client: FlaskClient, cast: Cast, login: str, seen: set[int]
) -> None:
    sign_in_as(client, login)
    tree = client.get("/roster").text
    assert {at for at, (_code, name) in enumerate(BRANCHES) if name in tree} == seen
    pages = [client.get(f"/roster/units/{branch}").status_code for branch in cast.branches]
    assert pages == [200 if at in seen else 404 for at in range(4)]


def test_a_branch_page_names_members_and_those_who_left(app: Flask, client: FlaskClient, cast: Cast) -> None:
    with app.app_context(), writing() as session:
        assert cast.li.person_id is not None
        move_person(session.get_one(Person, cast.li.person_id), cast.branches[2], the_clock.now())
    sign_in_as(client, "SEC1")
    page = client.get(f"/roster/units/{cast.branches[0]}").text
    members, leavers = page.split('id="leavers"')
    assert "张三" in members
    assert "李四" not in members
    assert "李四" in leavers
    assert "监督一科党支部" in leavers
    assert "138****1234" in page
    assert "13800001234" not in page


@pytest.mark.parametrize(
    ("words", "found"),
    [("张", {"张三"}), ("１００００", {"张三", "李四"}), ("100003", set()), ("%", set()), ("_", set())],
)
def test_people_are_found_within_the_scope(client: FlaskClient, cast: Cast, words: str, found: set[str]) -> None:
    sign_in_as(client, "ORG1")
    page = client.get("/roster", query_string={"q": words}).text
    assert {name for name in ("张三", "李四", "王五") if name in page} == found


@pytest.mark.parametrize(
    ("phone", "shown"), [("13800001234", "138****1234"), ("0571-1234", "057****1234"), ("12345", "****"), ("", "")]
)
def test_a_phone_is_shown_masked(phone: str, shown: str) -> None:
    assert masked(phone) == shown


def test_a_file_is_previewed_and_then_confirmed(client: FlaskClient, cast: Cast) -> None:
    sign_in_as(client, "ORG")
    preview = upload(client, [NEWCOMER]).location
    page = client.get(preview).text
    assert "100009" in page
    assert "李四" in page, "missing in the file"
    assert "100009" not in client.get("/roster?q=新人").text, "nothing changes before that"
    assert confirm(client, preview).location == "/roster"
    assert "100009" in client.get("/roster?q=新人").text
    assert "李四" in client.get("/roster?q=李四").text.split('id="found"')[1]
    assert client.get(preview).status_code == 404, "a file is confirmed once"


def test_missing_people_leave_when_the_box_is_ticked(client: FlaskClient, cast: Cast) -> None:
    sign_in_as(client, "ORG")
    confirm(client, upload(client, [NEWCOMER]).location, missing_left="y")
    members = client.get(f"/roster/units/{cast.branches[0]}").text.split('id="leavers"')[0]
    assert "新人" in members
    assert "张三" not in members


def test_a_stale_preview_is_shown_again(app: Flask, client: FlaskClient, cast: Cast) -> None:
    sign_in_as(client, "ORG")
    preview = upload(client, [NEWCOMER]).location
    answer = client.post(f"{preview}/confirmation", data={"digest": "0" * 64})
    assert answer.status_code == 409
    assert "100009" in answer.text
    past = confirm(client, preview, effective="2021-01-01T08:00")
    assert past.status_code == 409
    assert "100009" not in client.get("/roster?q=100009").text.split('id="found"')[1].split("</h2>")[1]


def test_problems_are_named_and_nothing_can_be_confirmed(client: FlaskClient, cast: Cast) -> None:
    sign_in_as(client, "ORG1")
    preview = upload(client, [(TWO, "监督一科党支部", "100008", "甲"), (ONE, "", "100009", "乙")]).location
    page = client.get(preview).text
    assert "党支部" in page
    assert "digest" not in page
    assert client.post(f"{preview}/confirmation", data={"digest": "x"}).status_code == 409


def test_a_kept_file_is_its_owners_alone(client: FlaskClient, cast: Cast) -> None:
    sign_in_as(client, "ORG")
    preview = upload(client, [NEWCOMER]).location
    sign_in_as(client, "ADMIN")
    assert client.get(preview).status_code == 404
    assert client.post(f"{preview}/confirmation", data={"digest": "x"}).status_code == 404
    assert client.get("/roster/imports/..%2Fsecret_key").status_code == 404


@pytest.mark.parametrize("login", ["AUDIT", "COMM", "SEC1", "100001"])
def test_nobody_else_changes_the_roster(client: FlaskClient, cast: Cast, login: str) -> None:
    sign_in_as(client, login)
    assert client.get("/roster/imports").status_code == 404
    for act in (f"/units/{cast.branches[0]}/name", f"/units/{cast.branches[1]}/closing", "/people/1/password"):
        assert client.post(act, data={"name": "新名"}).status_code == 404


def test_a_branch_is_renamed_and_closed_within_the_scope(client: FlaskClient, cast: Cast) -> None:
    sign_in_as(client, "ORG1")
    assert client.post(f"/units/{cast.branches[0]}/name", data={"name": "综合处党支部"}).status_code == 302
    assert "综合处党支部" in client.get("/roster").text
    assert client.post(f"/units/{cast.branches[0]}/name", data={"name": " "}).status_code == 422
    assert client.post(f"/units/{cast.branches[0]}/name", data={"name": BRANCHES[1][1]}).status_code == 422
    assert client.post(f"/units/{cast.branches[2]}/name", data={"name": "x"}).status_code == 404
    assert client.post(f"/units/{cast.branches[1]}/closing").location == "/roster"
    closed = client.get(f"/roster/units/{cast.branches[1]}")
    assert closed.status_code == 200
    assert "/closing" not in closed.text
    assert 'id="closed"' in client.get("/roster").text


def test_a_one_time_password_lets_a_person_in(app: Flask, client: FlaskClient, cast: Cast) -> None:
    sign_in_as(client, "ORG1")
    page = client.post(f"/people/{cast.zhang.person_id}/password").text
    found = re.search(r"[a-z2-9]{4}-[a-z2-9]{3}-[a-z2-9]{3}", page)
    assert found is not None
    someone = app.test_client()
    assert someone.post("/sign-in", data={"login": "100001", "password": found[0]}).status_code == 302
    assert client.post(f"/people/{cast.wang.person_id}/password").status_code == 404


def test_an_organizer_gives_no_password_to_somebody_in_office(app: Flask, client: FlaskClient, cast: Cast) -> None:
    from quizapp.accounts.operations import grant_role
    from quizapp.accounts.queries import account_named
    from quizapp.web.access import Role

    with app.app_context(), writing():
        account = account_named("100001")
        assert account is not None
        grant_role(account, Role.ADMINISTRATOR)
    sign_in_as(client, "ORG")
    assert client.post(f"/people/{cast.zhang.person_id}/password").status_code == 404
    sign_in_as(client, "ADMIN")
    assert client.post(f"/people/{cast.zhang.person_id}/password").status_code == 200


def test_the_template_is_read_back(client: FlaskClient, cast: Cast) -> None:
    sign_in_as(client, "ORG")
    _rows, problems = read_table("模板.xlsx", client.get("/roster/template").data)
    assert [problem.msgid for problem in problems] == ["There is no person in the file."]


def add_newcomers(app: Flask, cast: Cast) -> None:
    """Two people of the first branch and one of the third, none of whom has a password."""
    with app.app_context(), writing():
        for number, name, at in (("100011", "甲", 0), ("100012", "乙", 0), ("100013", "丙", 2)):
            add_person(
                staff_no=number, name=name, branch_id=cast.branches[at], since=SINCE, duty="科员", phone="13900001111"
            )


PASSWORD_SHAPE = re.compile(r"[a-z2-9]{4}-[a-z2-9]{3}-[a-z2-9]{3}")


def test_slips_are_for_those_who_never_chose_a_password(app: Flask, client: FlaskClient, cast: Cast) -> None:
    add_newcomers(app, cast)
    sign_in_as(client, "ORG1")
    assert "2 人还没有设置" in client.get(f"/roster/units/{cast.units[0]}").text
    answer = client.post(f"/units/{cast.units[0]}/sign-in-slips")
    assert answer.headers["Cache-Control"] == "no-store"
    first = PASSWORD_SHAPE.findall(answer.text)
    assert len(first) == 2
    assert "甲" in answer.text
    assert "张三" not in answer.text
    someone = app.test_client()
    assert someone.post("/sign-in", data={"login": "100011", "password": first[0]}).status_code == 302
    assert someone.get("/").location == "/me"
    someone.post("/me", data={"present": first[0], "password": "own-horse-3", "again": "own-horse-3"})
    second = client.post(f"/units/{cast.branches[0]}/sign-in-slips").text
    assert "甲" not in second, "has chosen"
    assert "乙" in second
    assert someone.post("/sign-in", data={"login": "100012", "password": first[1]}).status_code == 422
    assert client.post(f"/units/{cast.units[1]}/sign-in-slips").status_code == 404


def test_slips_are_recorded_without_passwords(app: Flask, client: FlaskClient, cast: Cast) -> None:
    add_newcomers(app, cast)
    sign_in_as(client, "ORG")
    made = PASSWORD_SHAPE.findall(client.post(f"/units/{cast.department}/sign-in-slips").text)
    with app.app_context():
        entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.number.desc()).limit(1)).one()
        kept = (entry.act, entry.subject, entry.detail, entry.actor)
    assert kept == ("roster.slips_made", f"unit:{cast.department}", {"people": len(made)}, "ORG")


def test_too_many_slips_at_once_are_refused(
    app: Flask, client: FlaskClient, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("quizapp.roster.views.MOST_SLIPS", 1)
    add_newcomers(app, cast)
    sign_in_as(client, "ORG")
    assert "sign-in-slips" not in client.get(f"/roster/units/{cast.branches[0]}").text
    assert client.post(f"/units/{cast.branches[0]}/sign-in-slips").status_code == 302
    assert client.post(f"/units/{cast.branches[2]}/sign-in-slips").status_code == 200


@pytest.mark.parametrize(("login", "people"), [("ORG", 6), ("ADMIN", 6), ("ORG1", 4)])
def test_the_exported_roster_comes_back_unchanged(
    app: Flask, client: FlaskClient, cast: Cast, login: str, people: int
) -> None:
    add_newcomers(app, cast)
    sign_in_as(client, login)
    data = client.get("/roster/export.xlsx", buffered=True).data
    with app.app_context():
        plan = preview_import("名册.xlsx", data)
    assert plan.problems == ()
    assert plan.difference.is_empty
    assert plan.difference.missing == []
    assert plan.difference.unchanged == people


def test_only_who_manages_the_roster_exports_telephone_numbers(client: FlaskClient, cast: Cast) -> None:
    for login, phone in (
        ("ORG", "13800001234"),
        ("ADMIN", "13800001234"),
        ("AUDIT", "138****1234"),
        ("SEC1", "138****1234"),
    ):
        sign_in_as(client, login)
        rows, _problems = read_table("名册.xlsx", client.get("/roster/export.xlsx", buffered=True).data)
        assert next(row.phone for row in rows if row.staff_no == "100001") == phone, login


def test_a_person_found_is_a_link_to_their_line(client: FlaskClient, cast: Cast) -> None:
    sign_in_as(client, "ORG")
    link = f"/roster/units/{cast.branches[0]}#person-{cast.zhang.person_id}"
    assert f'href="{link}"' in client.get("/roster?q=张三").text
    assert f'id="person-{cast.zhang.person_id}"' in client.get(link).text


def test_codes_are_shown_to_those_who_may_change_the_roster(client: FlaskClient, cast: Cast) -> None:
    for login, shown in (("ORG", True), ("COMM", False)):
        sign_in_as(client, login)
        assert (">B1<" in client.get("/roster").text) is shown
