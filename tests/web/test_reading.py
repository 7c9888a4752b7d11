"""Reading changes nothing: no address that a link, a preview or a reload can call leaves a trace."""

import pytest
from flask import Flask

from tests.support.addresses import ROLES, House, fingerprint, make_house
from tests.support.cast import sign_in_as

SUMS = frozenset({"tally", "tally_person", "tally_branch", "tally_topic", "tally_item", "tally_choice"})
"""What a report counts once, so that the next one need not: sums over scores and answers that stand elsewhere, and that
come out the same whenever and by whomever they are counted (tests/reports/test_tallies.py throws them away and makes
them again). Nothing is read from them but reports."""


@pytest.fixture
def house(app: Flask) -> House:
    return make_house(app)


@pytest.mark.parametrize("role", ROLES)
def test_get_never_changes_anything(house: House, role: str) -> None:
    member, client = house.member(role), house.app.test_client()
    if member is not None:
        sign_in_as(client, member.login)
    before = fingerprint(house.app, SUMS)
    # /readyz proves by a row of its own that the database can be written: nothing of anybody's changes.
    rules = [rule for rule, method in house.rules() if method == "GET" and rule.endpoint != "web.readyz"]
    reading = [(rule, house.url(rule, member)) for rule in rules]
    for _ in range(2):
        for _rule, url in reading:
            client.get(url, buffered=True)
    if fingerprint(house.app, SUMS) != before:
        changing = []
        for rule, url in reading:
            before = fingerprint(house.app, SUMS)
            client.get(url, buffered=True)
            if fingerprint(house.app, SUMS) != before:
                changing.append(rule.endpoint)
        raise AssertionError(f"something was written; each time by {changing}")


def test_a_change_would_be_seen(house: House) -> None:
    """A guard for the test above."""
    before = fingerprint(house.app)
    sign_in_as(house.app.test_client(), "100001")
    assert fingerprint(house.app) != before
