"""Taking in banks: revisions are numbered by the database, never edited, and stand in the record."""

import threading

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from quizapp.audit.models import AuditEntry
from quizapp.banks.models import Bank, BankRevision
from quizapp.banks.operations import add_bank, add_revision
from quizapp.banks.queries import bank_of
from quizapp.db import db
from quizapp.domain.bank_yaml import BankError
from tests.banks.conftest import bank_text
from tests.support.cast import Cast, make_cast

FIRST = "\ufeff".encode() + bank_text("正确", "错误").replace("\n", "\r\n").encode()
SECOND = bank_text("错误", "错误", title="题库（修订）").encode()


def add(cast: Cast, source: bytes = FIRST) -> BankRevision:
    return add_bank(
        uploader_id=cast.organizer.account_id, unit_id=cast.department, file_name="题库.yaml", source=source
    )


def revise(cast: Cast, bank_id: int, source: bytes) -> BankRevision:
    return add_revision(bank_id=bank_id, uploader_id=cast.organizer.account_id, file_name="题库.yaml", source=source)


def test_a_second_upload_leaves_the_first_as_it_was(app: Flask, cast: Cast) -> None:
    with app.app_context():
        first = add(cast)
        first_id, bank_id = first.id, first.bank_id
        assert (first.number, first.item_count) == (1, 2)
        second_id = revise(cast, bank_id, SECOND).id
        kept = db.session.get_one(BankRevision, first_id)
        assert kept.source.encode() == FIRST
        assert [bank_of(first_id).item("q1").key, bank_of(second_id).item("q1").key] == [("true",), ("false",)]
        bank = db.session.get_one(Bank, bank_id)
        assert [revision.number for revision in bank.revisions] == [1, 2]
        assert bank.title == "题库（修订）"


def test_an_upload_stands_in_the_record_with_its_digest(app: Flask, cast: Cast) -> None:
    with app.app_context():
        revision = add(cast)
        entry = db.session.scalars(select(AuditEntry).where(AuditEntry.act == "bank.uploaded")).one()
        assert entry.subject == f"bank:{revision.bank_id}"
        assert entry.actor == cast.organizer.login
        assert entry.detail["digest"] == revision.digest


def test_the_same_file_is_refused(app: Flask, cast: Cast) -> None:
    with app.app_context():
        bank_id = add(cast).bank_id
        with pytest.raises(BankError, match="same as the newest revision"):
            revise(cast, bank_id, FIRST)
        with pytest.raises(BankError, match="already the newest revision"):
            add(cast)
        revise(cast, bank_id, SECOND)
        assert revise(cast, bank_id, FIRST).number == 3, "going back to an older text is a change"


@pytest.mark.parametrize(
    "source", [b"title: x\nitems: []\n", b"\x00\x01", b"", bank_text("正确", title="长" * 201).encode()]
)
def test_a_refused_file_leaves_nothing(app: Flask, cast: Cast, source: bytes) -> None:
    with app.app_context():
        with pytest.raises(BankError):
            add(cast, source)
        assert not db.session.scalars(select(Bank)).all()


def test_two_uploads_at_once_are_numbered_apart(any_app: Flask) -> None:
    cast = make_cast(any_app)
    with any_app.app_context():
        bank_id = add(cast).bank_id
    start = threading.Barrier(4)
    numbers: list[int] = []

    def upload(key_count: int) -> None:
        with any_app.app_context():
            source = bank_text(*["正确"] * key_count).encode()
            start.wait()
            numbers.append(revise(cast, bank_id, source).number)
            db.session.remove()

    threads = [threading.Thread(target=upload, args=(count,)) for count in range(3, 7)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(numbers) == [2, 3, 4, 5]


def test_the_database_refuses_a_number_given_twice(app: Flask, cast: Cast) -> None:
    with app.app_context():
        first = add(cast)
        columns = {c.key: getattr(first, c.key) for c in BankRevision.__table__.columns if c.key != "id"}
        db.session.add(BankRevision(**columns))
        with pytest.raises(IntegrityError):
            db.session.flush()


def test_content_is_remembered_and_an_unknown_revision_is_an_error(app: Flask, cast: Cast) -> None:
    with app.app_context():
        revision = add(cast)
        assert bank_of(revision.id) is bank_of(revision.id)
        with pytest.raises(LookupError):
            bank_of(revision.id + 1)
