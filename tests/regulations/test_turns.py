"""Two people register at once: nothing is registered that was compared with something else."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from quizapp.db import db
from quizapp.regulations import operations
from quizapp.regulations.models import Regulation, RegulationEdition
from tests.regulations.test_pages import FIELDS, NEW, post

Browse = Callable[[str], FlaskClient]
FORMER = re.compile(r'name="former"[^>]* value="([^"]*)"')
SEEN = re.compile(r'name="seen"[^>]* value="([^"]+)"')


@pytest.fixture
def gifts(app: Flask, browse: Browse) -> int:
    return int(post(browse("COMM"), "/regulations/new", "register").location.rsplit("/", 1)[1])


def preview(client: FlaskClient, address: str, **edition: str) -> dict[str, str]:
    """What the page of the preview would send on registering."""
    seen = client.post(address, data=edition | {"act": "preview"})
    found = FORMER.search(seen.text)
    assert found, "the preview carries what it was made over"
    return edition | {"act": "register", "former": found[1]}


def editions(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(RegulationEdition)) or 0


def test_of_two_editions_over_the_same_one_the_second_is_refused(app: Flask, browse: Browse, gifts: int) -> None:
    address, first, second = f"/regulations/{gifts}/editions/new", browse("ORG"), browse("COMM")
    mine = preview(first, address, name="2026", effective="2026-01-01", text=NEW)
    theirs = preview(second, address, name="2027", effective="2027-01-01", text=NEW)
    assert first.post(address, data=mine).status_code == 302
    refused = second.post(address, data=theirs)
    assert refused.status_code == 422
    assert "期间已有变动" in refused.text
    assert editions(app) == 2
    again = preview(second, address, name="2027", effective="2027-01-01", text=NEW)
    assert second.post(address, data=again).status_code == 302
    assert editions(app) == 3


def test_what_came_between_reading_and_the_lock_counts_too(
    app: Flask, browse: Browse, gifts: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a preview the articles are compared with what stood there a moment ago."""
    address, other = f"/regulations/{gifts}/editions/new", browse("COMM")
    real = operations.writing
    pending = [{"name": "2025", "effective": "2025-01-01", "text": NEW, "act": "register"}]

    def late(*args: Any) -> Any:
        if pending:
            assert other.post(address, data=pending.pop()).status_code == 302
        return real(*args)

    monkeypatch.setattr(operations, "writing", late)
    answer = browse("ORG").post(
        address, data={"name": "2026", "effective": "2026-01-01", "text": NEW, "act": "register"}
    )
    assert answer.status_code == 422
    assert editions(app) == 2


def test_of_two_first_registrations_the_second_is_told_on_the_form(
    app: Flask, browse: Browse, gifts: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other one committed after it was looked for: on a database without one lock for all that can happen."""
    real, looks = operations._name_problems, iter([True])
    monkeypatch.setattr(operations, "_name_problems", lambda *args: [] if next(looks, False) else real(*args))
    answer = post(browse("ORG"), "/regulations/new", "register")
    assert answer.status_code == 422
    assert "这个代号已被使用" in answer.text
    with app.app_context():
        assert len(db.session.scalars(select(Regulation)).all()) == 1
    assert post(browse("ORG"), "/regulations/new", "register", **_other()).status_code == 302


def _other() -> dict[str, str]:
    return {"title": FIELDS["title"] + "二", "code": "gifts-2"}


@pytest.mark.parametrize("is_first", [True, False], ids=["first", "next"])
def test_only_what_the_preview_showed_is_registered(app: Flask, browse: Browse, gifts: int, is_first: bool) -> None:
    address = "/regulations/new" if is_first else f"/regulations/{gifts}/editions/new"
    client, own = browse("ORG"), {"code": "gifts-2", "title": "礼品规定二", "name": "2026", "effective": "2026-01-01"}
    edition = FIELDS | own | {"text": NEW}
    found = SEEN.search(client.post(address, data=edition | {"act": "preview"}).text)
    assert found
    other = edition | {"act": "register", "seen": found[1], "text": NEW.replace("十五日", "十日")}
    again = client.post(address, data=other)
    assert (again.status_code, editions(app)) == (200, 1)
    assert "比对之后内容有改动" in again.text
    now = SEEN.search(again.text)
    assert now
    # A browser sends the lines of a text box with line ends of its own.
    sent = other | {"seen": now[1], "text": other["text"].replace("\n", "\r\n")}
    assert client.post(address, data=sent).status_code == 302
    assert editions(app) == 2
