"""``quizapp roster`` and ``quizapp user``: founding a department, importing people, accounts and roles."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from click.testing import Result
from flask import Flask
from sqlalchemy import func, select

from quizapp.accounts.queries import account_named
from quizapp.db import db
from quizapp.roster.models import Person, UnitPeriod
from quizapp.roster.queries import branch_at
from quizapp.web import clock
from quizapp.web.access import Role
from tests.support.cast import make_cast

ROSTER = "单位,党支部,工号,姓名\n机关,办公室党支部,100009,孙九\n机关,新设党支部,100010,郑十\n"
Run = Callable[..., Result]


def test_a_new_installation_is_founded(run: Run, there: Flask, tmp_path: Path) -> None:
    (tmp_path / "roster.csv").write_text(ROSTER, encoding="utf-8")
    early = run("roster", "import", "roster.csv")
    assert early.exit_code == 1
    assert early.stderr.startswith("roster.csv: ")
    assert "quizapp roster department" in early.stderr
    assert run("roster", "department", "某厅").output == "D  某厅\n"
    again = run("roster", "department", "另一厅")
    assert again.exit_code == 1
    assert again.stderr.startswith("另一厅: ")
    assert run("roster", "import", "roster.csv").exit_code == 0
    assert run("user", "add", "org", "陈组织", input="right-horse-1\nright-horse-1\n").exit_code == 0
    assert run("user", "grant", "org", "organizer", "--unit", "D").exit_code == 0
    with there.app_context():
        assert set(db.session.scalars(select(UnitPeriod.name))) == {"某厅", "机关", "办公室党支部", "新设党支部"}
    client = there.test_client()
    signed_in = client.post("/sign-in", data={"login": "org", "password": "right-horse-1"})
    assert signed_in.status_code == 302
    assert "新设党支部" in client.get("/roster").text


def people(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(Person)) or 0


def test_a_dry_run_says_everything_and_changes_nothing(run: Run, there: Flask, tmp_path: Path) -> None:
    make_cast(there)
    (tmp_path / "roster.csv").write_text(ROSTER, encoding="utf-8")
    tried = run("roster", "import", "roster.csv", "--dry-run")
    assert tried.exit_code == 0
    assert {"  机关 新设党支部", "  100009 孙九 → 办公室党支部"} <= set(tried.output.splitlines())
    assert people(there) == 3
    done = run("roster", "import", "roster.csv")
    assert done.output.startswith(tried.output)
    assert people(there) == 5


def test_people_who_left_are_named_and_leave_on_demand(run: Run, there: Flask, tmp_path: Path) -> None:
    cast = make_cast(there)
    (tmp_path / "roster.csv").write_text(ROSTER, encoding="utf-8")
    assert "  100001 张三" in run("roster", "import", "roster.csv", "--dry-run").output.splitlines()
    assert run("roster", "import", "roster.csv", "--missing-left").exit_code == 0
    with there.app_context():
        now = {person_id: branch_at(person_id, clock.now()) for person_id in db.session.scalars(select(Person.id))}
    assert now[cast.zhang.person_id] is now[cast.li.person_id] is None
    assert now[cast.wang.person_id] == cast.branches[2]


def test_a_bad_roster_is_refused_whole(run: Run, there: Flask, tmp_path: Path) -> None:
    make_cast(there)
    (tmp_path / "roster.csv").write_text(ROSTER + "机关,办公室党支部,,无号\n", encoding="utf-8")
    refused = run("roster", "import", "roster.csv")
    assert refused.exit_code == 1
    assert re.fullmatch(r"roster\.csv 第 4 行“工号”列: .+\n", refused.stderr)
    assert people(there) == 3


def account(app: Flask, login: str) -> Any:
    with app.app_context():
        found = account_named(login)
        assert found is not None
        return found, found.roles


def test_accounts_are_opened_once(run: Run, there: Flask) -> None:
    assert run("user", "add", "admin", "系统管理员", "--password", "right-horse-1").exit_code == 0
    again = run("user", "add", "ＡＤＭＩＮ", "又一个", "--password", "right-horse-1")
    assert again.exit_code == 1
    assert "ＡＤＭＩＮ" in again.stderr
    assert account(there, "ADMIN")[0].name == "系统管理员"


def test_a_short_password_is_refused(run: Run, there: Flask) -> None:
    make_cast(there)
    kept = account(there, "ADMIN")[0].password_hash
    for words in (("add", "new", "新人"), ("password", "admin")):
        refused = run("user", *words, "--password", "short12")
        assert refused.exit_code == 1, words
        assert refused.stderr == "错误：密码太短，请至少使用 8 个字符。\n"
    assert account(there, "ADMIN")[0].password_hash == kept
    with there.app_context():
        assert account_named("new") is None


def test_roles_are_given(run: Run, there: Flask) -> None:
    make_cast(there)
    run("user", "add", "new", "新人", "--password", "right-horse-1")
    assert run("user", "grant", "new", "branch_secretary", "--unit", "B1").exit_code == 0
    assert run("user", "grant", "new", "auditor").exit_code == 0
    assert account(there, "new")[1] == {Role.STAFF, Role.BRANCH_SECRETARY, Role.AUDITOR}
    for words in (("new", "organizer"), ("new", "organizer", "--unit", "NONE"), ("nobody", "auditor")):
        refused = run("user", "grant", *words)
        assert refused.exit_code == 1, words
        assert re.fullmatch(r"错误：.+\n", refused.stderr)
    assert run("user", "grant", "new", "staff").exit_code == 2
    assert "--unit" in run("user", "grant", "new", "organizer").stderr
    assert "NONE" in run("user", "grant", "new", "organizer", "--unit", "NONE").stderr


def test_a_unit_is_named_by_code_or_name(run: Run, there: Flask) -> None:
    make_cast(there)
    lines = run("roster", "units").output.splitlines()
    assert len(lines) == 7
    assert lines[2].split() == ["B1", "办公室党支部"]
    assert run("user", "grant", "100001", "branch_secretary", "--unit", "办公室党支部").exit_code == 0
    assert Role.BRANCH_SECRETARY in account(there, "100001")[1]


def test_a_role_is_taken_back(run: Run, there: Flask) -> None:
    make_cast(there)
    assert "ORG1  周组织  organizer:U1" in run("user", "list").output.splitlines()
    assert "100001" not in run("user", "list").output
    assert "100001  张三  -" in run("user", "list", "--all").output.splitlines()
    assert run("user", "revoke", "org1", "organizer", "--unit", "U2").exit_code == 1
    assert run("user", "revoke", "org1", "organizer", "--unit", "U1").exit_code == 0
    assert account(there, "org1")[1] == {Role.STAFF}
    assert run("user", "revoke", "audit", "auditor").exit_code == 0
    assert account(there, "audit")[1] == {Role.STAFF}


def test_slips_are_written_for_those_without_a_password(run: Run, there: Flask, tmp_path: Path) -> None:
    make_cast(there)
    (tmp_path / "roster.csv").write_text(ROSTER, encoding="utf-8")
    run("roster", "import", "roster.csv")
    assert run("roster", "slips", "NONE", "-o", "slips.csv").exit_code == 1
    assert run("roster", "slips", "U1", "-o", "slips.csv").exit_code == 0
    path = tmp_path / "slips.csv"
    assert path.stat().st_mode & 0o077 == 0
    head, *rows = [line.split(",") for line in path.read_text(encoding="utf-8-sig").splitlines()]
    assert head[-1] == "一次性密码"
    assert [row[:4] for row in rows] == [
        ["机关", "办公室党支部", "100009", "孙九"],
        ["机关", "新设党支部", "100010", "郑十"],
    ]
    signed_in = there.test_client().post("/sign-in", data={"login": "100009", "password": rows[0][4]})
    assert signed_in.status_code == 302
    assert run("roster", "slips", "U1", "-o", "slips.csv").exit_code == 1, "no file is written over"


def test_a_password_is_set_and_an_account_closed(run: Run, there: Flask) -> None:
    make_cast(there)
    client = there.test_client()

    def can_sign_in(password: str) -> bool:
        return client.post("/sign-in", data={"login": "100001", "password": password}).status_code == 302

    assert run("user", "password", "100001", input="another-horse-2\nanother-horse-2\n").exit_code == 0
    assert can_sign_in("another-horse-2")
    assert run("user", "disable", "100001").exit_code == 0
    assert client.get("/me").status_code == 302
    assert not can_sign_in("another-horse-2")
    assert "100001  张三  -  已停用" in run("user", "list").output.splitlines()
    assert run("user", "enable", "100001").exit_code == 0
    assert can_sign_in("another-horse-2")
    assert run("user", "password", "100001", "--password", "12345678").exit_code == 1
    for verb in ("password", "disable"):
        refused = run("user", verb, "nobody", *(["--password", "right-horse-1"] if verb == "password" else []))
        assert refused.exit_code == 1
        assert "nobody" in refused.stderr
