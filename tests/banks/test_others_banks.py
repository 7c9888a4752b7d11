"""An organizer of another unit finds nothing of a bank: no page, no file, no draft, no import, and changes nothing."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.banks.imports import CLEAN, NO_KEY, TRUE, page_of, table, upload
from tests.support.addresses import fingerprint
from tests.support.cast import Cast

ROUTES = [
    ("GET", "/banks/1", {}),
    ("GET", "/banks/1/revisions/1", {}),
    ("GET", "/banks/1/revisions/1?keys=1", {}),
    ("GET", "/banks/1/revisions/1/source", {}),
    ("GET", "/banks/1/revisions/1/export", {}),
    *[
        ("GET", f"/banks/1/revisions/1/export/{name}", {})
        for name in ("yaml", "xlsx", "docx", "gift", "moodle_xml", "qti")
    ],
    ("GET", "/banks/1/health", {}),
    ("GET", "/banks/1/rechecks", {}),
    ("POST", "/banks/1/rechecks/confirmation", {"item": "imp-0001", "note": "对"}),
    ("GET", "/banks/1/revisions/new", {}),
    ("POST", "/banks/1/revisions/new", {"text": "title: 题库\nitems: []\n", "name": "b.yaml"}),
    ("GET", "/banks/1/imports/new", {}),
    ("POST", "/banks/1/imports/new", {"paste": table(TRUE).decode()}),
    ("GET", "/banks/1/drafts", {}),
    ("GET", "/banks/1/drafts?batch=1", {}),
    ("POST", "/banks/1/drafts/publication", {}),
    ("POST", "/banks/1/second-review", {"second_review": "1"}),
    ("POST", "/banks/1/second-review", {"second_review": "0", "release": "1"}),
    ("POST", "/banks/1/practice-use", {"practice_use": "reserved"}),
    ("GET", "/banks/1/items/imp-0001", {}),
    ("POST", "/banks/1/items/imp-0001/comments", {"note": "看看"}),
    ("POST", "/banks/1/items/imp-0001/answers", {"note": "看过"}),
    ("GET", "/drafts/1", {}),
    ("POST", "/drafts/1", {"text": "1、对吗。（对）"}),
    ("POST", "/drafts/1/key", {"key": "A"}),
    ("GET", "/drafts/1/review", {}),
    ("POST", "/drafts/1/review", {"act": "right"}),
    ("POST", "/drafts/1/withdrawal", {}),
    *[("GET", f"/imports/{number}", {}) for number in (1, 2)],
    *[("GET", f"/imports/{number}/progress", {}) for number in (1, 2)],
    *[("GET", f"/imports/{number}/text", {}) for number in (1, 2)],
    ("POST", "/imports/2/text", {"text": "1、对吗。（对）"}),
    ("POST", "/imports/2/keys", {"mark": "0", "key": "A"}),
    ("POST", "/imports/2/reading", {}),
    ("POST", "/imports/2/acceptance", {"title": "我的"}),
    ("POST", "/imports/2/discard", {}),
    ("POST", "/imports/1/undoing", {}),
]
STRANGERS = ("ORG1", "SEC1", "COMM", "100001", "ADMIN")
"""The organizer of a unit below, who may not look up; and people who hold other offices."""


@pytest.fixture
def of_others(organizer: FlaskClient, cast: Cast) -> None:
    """A bank of the second unit with a draft, from import 1; import 2 waits to be looked through."""
    place = upload(organizer, table(CLEAN, NO_KEY), cast.units[1]).location
    organizer.post(f"{place}/acceptance", data={"title": "总站题库"})
    page_of(organizer, upload(organizer, table(TRUE, NO_KEY), cast.units[1]).location)


def test_the_routes_are_all_there_are(app: Flask) -> None:
    """A new page about one bank, draft or import is to be added above."""
    adapter = app.url_map.bind("")
    walked = {(adapter.match(path.split("?")[0], method)[0], method) for method, path, _data in ROUTES}
    there = {
        (rule.endpoint, method)
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("banks.") and rule.arguments
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert walked == there


def test_strangers_meet_no_door(app: Flask, of_others: None, browse: Callable[[str], FlaskClient]) -> None:
    clients = {login: browse(login) for login in STRANGERS}
    before = fingerprint(app)
    open_doors = [
        f"{login}: {method} {path}: {answer.status_code}"
        for login, client in clients.items()
        for method, path, data in ROUTES
        if (answer := client.open(path, method=method, data=data or None)).status_code != 404
    ]
    assert not open_doors
    assert fingerprint(app) == before, "and nothing was changed on the way"


def test_the_same_doors_open_for_whoever_keeps_the_bank(organizer: FlaskClient, of_others: None) -> None:
    shut = [path for method, path, _data in ROUTES if method == "GET" and organizer.get(path).status_code == 404]
    assert not shut


def test_an_auditor_reads_and_changes_nothing(
    app: Flask, of_others: None, browse: Callable[[str], FlaskClient]
) -> None:
    client = browse("AUDIT")
    before = fingerprint(app)
    answers = {
        f"{method} {path}": client.open(path, method=method, data=data or None).status_code
        for method, path, data in ROUTES
        if not path.endswith("/comments")
    }
    assert {name for name, status in answers.items() if name.startswith("POST") and status != 404} == set()
    assert fingerprint(app) == before


def test_lists_keep_silent_about_it(of_others: None, browse: Callable[[str], FlaskClient], cast: Cast) -> None:
    client = browse("ORG1")
    for address in ("/banks", "/banks/coverage", "/regulations"):
        shown = client.get(address).text
        assert not [word for word in ("总站题库", "收受礼金", "题目.csv") if word in shown], address
    own = upload(client, table(CLEAN), cast.units[0], "自己的.csv").location
    assert "总站题库" not in client.get(own).text, "not even as a question that stands elsewhere already"


def test_a_bank_is_not_added_to_another_unit(
    app: Flask, of_others: None, browse: Callable[[str], FlaskClient], cast: Cast
) -> None:
    client = browse("ORG1")
    before = fingerprint(app)
    for unit in (cast.units[1], cast.department, cast.branches[2], 999):
        assert upload(client, table(CLEAN), unit, wait=False).status_code == 422
    assert fingerprint(app) == before
