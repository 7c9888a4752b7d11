"""What the list of banks says to the person who looks at it, and who may review a question at all."""

from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient

from quizapp.accounts.models import Account
from quizapp.accounts.operations import disable_account, give_role, take_role
from quizapp.banks import drafts
from quizapp.banks.awaiting import (
    COMMENTS_SHOWN,
    own_comments,
    recheck_counts,
    reviewers_of,
    reviews_for,
    second_people,
)
from quizapp.banks.models import Bank, Draft, ItemRecheck
from quizapp.banks.path import Kind
from quizapp.db import db, writing
from quizapp.domain.regulations import Registered, RegisteredEdition
from quizapp.regulations.models import RegulationEdition
from quizapp.regulations.operations import register_regulation
from quizapp.web import clock
from quizapp.web.access import Role
from tests.banks.imports import CLEAN, NO_KEY, TRUE, imported, page_of, table
from tests.support.cast import Cast, Member


@pytest.fixture
def bank(app: Flask, organizer: FlaskClient, cast: Cast) -> str:
    """A bank of the first unit with a second review: draft 1 lacks its key, draft 2 was handed in by ORG."""
    address = imported(app, organizer, table(CLEAN, NO_KEY), cast.units[0])
    organizer.post(f"{address}/second-review", data={"second_review": "1"})
    place = organizer.post(f"{address}/imports/new", data={"paste": table(TRUE).decode()}).location
    page_of(organizer, place)
    organizer.post(f"{place}/acceptance")
    return address


def account(member: Member) -> Account:
    return db.session.get_one(Account, member.account_id)


def reviewers() -> list[str]:
    return [each.login for each in reviewers_of(db.session.get_one(Bank, 1))]


@pytest.mark.usefixtures("bank")
def test_a_review_waits_for_the_second_person_and_for_nobody_else(app: Flask, cast: Cast) -> None:
    with app.app_context():
        assert reviews_for(account(cast.unit_organizer)) == {1: 1}, "the one without a key cannot be reviewed yet"
        assert not reviews_for(account(cast.organizer)), "who imported it"
        assert not reviews_for(account(cast.auditor)), "who only reads"
        drafts.review_draft(draft_id=2, account_id=cast.unit_organizer.account_id, is_right=True)
        assert not reviews_for(account(cast.unit_organizer)), "reviewed is reviewed"


@pytest.mark.usefixtures("bank")
def test_what_was_handed_in_waits_although_the_bank_no_longer_asks(app: Flask, cast: Cast) -> None:
    with app.app_context():
        drafts.end_review(bank_id=1, account_id=cast.organizer.account_id, release=False)
        assert reviews_for(account(cast.unit_organizer)) == {1: 1}


@pytest.mark.usefixtures("bank")
def test_nothing_waits_in_a_bank_that_was_withdrawn(app: Flask, cast: Cast) -> None:
    with app.app_context():
        with writing() as session:
            session.get_one(Bank, 1).withdrawn_at = clock.now()
        assert not reviews_for(account(cast.unit_organizer))


@pytest.mark.usefixtures("bank")
def test_reviewers_are_the_organizers_of_the_unit_and_of_those_above(app: Flask, cast: Cast) -> None:
    with app.app_context():
        assert sorted(reviewers()) == ["ORG", "ORG1"], "no auditor, no committee, no administrator"
        give_role(cast.committee.account_id, Role.ORGANIZER, cast.units[1])
        assert sorted(reviewers()) == ["ORG", "ORG1"], "an organizer of another unit is none of this one"
        take_role(cast.unit_organizer.account_id, Role.ORGANIZER, cast.units[0])
        assert reviewers() == ["ORG"]
        give_role(cast.committee.account_id, Role.ORGANIZER, cast.department)
        assert sorted(reviewers()) == ["COMM", "ORG"]
        disable_account(cast.committee.account_id)
        assert reviewers() == ["ORG"]


@pytest.mark.usefixtures("bank")
def test_a_second_person_has_not_worked_on_the_draft(app: Flask, cast: Cast) -> None:
    with app.app_context():
        both = [account(cast.organizer), account(cast.unit_organizer)]
        assert second_people(db.session.get_one(Draft, 2), both) == [account(cast.unit_organizer)]
        drafts.choose_draft_key(draft_id=2, account_id=cast.unit_organizer.account_id, key=["true"])
        assert second_people(db.session.get_one(Draft, 2), both) == [], "whoever mends it is out, too"


@pytest.mark.usefixtures("bank")
def test_rechecks_are_counted_until_they_are_closed(app: Flask, cast: Cast) -> None:
    with app.app_context():
        register_regulation(
            account_id=cast.organizer.account_id,
            regulation=Registered("tl", "条例", editions=(RegisteredEdition("1", date(2020, 1, 1)),)),
        )
        with writing() as session:
            edition = session.query(RegulationEdition).one().id
            of = {"bank_id": 1, "edition_id": edition, "cited_edition": "1", "cited_article": "1"}
            session.add_all(ItemRecheck(item_id=each, opened_at=clock.now(), **of) for each in ("a", "b"))
        assert recheck_counts([1]) == {1: 2}
        assert recheck_counts([2]) == {}
        with writing() as session:
            one = session.query(ItemRecheck).filter_by(item_id="a").one()
            one.closed_at, one.closed_by, one.outcome = clock.now(), cast.organizer.account_id, "confirmed"
        assert recheck_counts([1]) == {1: 1}


def heard(member: Member) -> list[tuple[str, str]]:
    """What they said last on each item of the bank, and what was answered."""
    return [(each.comment.note, each.answer.note if each.answer else "") for each in own_comments(account(member), [1])]


@pytest.mark.usefixtures("bank")
def test_own_comments_come_newest_first_with_their_answers(app: Flask, cast: Cast) -> None:
    reader, keeper = cast.auditor.account_id, cast.organizer.account_id

    def say(item_id: str, who: int, kind: Kind, note: str) -> None:
        drafts.say(bank_id=1, item_id=item_id, account_id=who, kind=kind, note=note)

    with app.app_context():
        say("q1", reader, Kind.COMMENTED, "旧")
        say("q1", keeper, Kind.ANSWERED, "旧的答复")
        say("q1", reader, Kind.COMMENTED, "新")
        say("q2", reader, Kind.COMMENTED, "问")
        say("q3", keeper, Kind.COMMENTED, "别人的")
        assert heard(cast.auditor) == [("问", ""), ("新", "")], (
            "the last one on each item; an answer to an older one is none"
        )
        say("q1", keeper, Kind.ANSWERED, "答复")
        say("q1", keeper, Kind.ANSWERED, "再答")
        assert heard(cast.auditor) == [("问", ""), ("新", "答复")]
        assert own_comments(account(cast.auditor), [2]) == []
        for number in range(COMMENTS_SHOWN + 1):
            say(f"x{number}", reader, Kind.COMMENTED, "多")
        assert len(own_comments(account(cast.auditor), [1])) == COMMENTS_SHOWN
