"""Imports, drafts and rechecks on both databases, and what happens where two people act at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from quizapp.audit.models import AuditEntry
from quizapp.banks.drafts import choose_draft_key, publish_drafts, withdraw_draft
from quizapp.banks.imports import Upload, accept_import, begin_import
from quizapp.banks.intake import read_upload
from quizapp.banks.models import Bank, BankRevision, Draft, ImportBatch, ItemRecheck
from quizapp.banks.operations import add_bank
from quizapp.banks.path import draft_state
from quizapp.banks.queries import bank_of
from quizapp.banks.rechecks import confirm_items, rechecks_of
from quizapp.banks.undoing import undo_import
from quizapp.db import db
from quizapp.domain.bank_yaml import BankError
from quizapp.domain.regulations import Article, Registered, RegisteredEdition
from quizapp.regulations.operations import NewEdition, register_edition, register_regulation
from tests.banks.imports import CLEAN, NO_KEY, TRUE, table
from tests.support.cast import Cast, make_cast


@pytest.fixture
def cast(any_app: Flask, any_session: Any) -> Cast:
    return make_cast(any_app)


def brought(cast: Cast, *rows: str, bank_id: int | None = None) -> int:
    """An import that has been read and waits."""
    upload = Upload("题目.csv", table(*rows))
    batch = begin_import(
        account_id=cast.organizer.account_id, unit_id=cast.department, bank_id=bank_id, title="", upload=upload
    )
    batch_id = batch.id
    read_upload(batch_id)
    db.session.rollback()
    return batch_id


def accepted(cast: Cast, *rows: str, bank_id: int | None = None) -> int:
    """The bank into which an import was accepted."""
    batch = accept_import(batch_id=brought(cast, *rows, bank_id=bank_id), account_id=cast.organizer.account_id)
    assert batch.bank_id
    return batch.bank_id


def together(app: Flask, *acts: Callable[[], Any]) -> list[Any]:
    """What each act gives, all of them done at once; a refusal is the word "refused"."""
    gate = Barrier(len(acts))
    db.session.rollback()  # what the test has read so far must not be what it sees afterwards

    def run(act: Callable[[], Any]) -> Any:
        with app.app_context():
            gate.wait()
            try:
                return act()
            except BankError:
                return "refused"
            finally:
                db.session.remove()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def counted(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_an_import_goes_in_is_mended_and_taken_back(cast: Cast) -> None:
    organizer = cast.organizer.account_id
    bank_id = accepted(cast, CLEAN, TRUE, NO_KEY)
    [draft] = db.session.scalars(select(Draft))
    assert draft_state(draft) == "faulty"
    choose_draft_key(draft_id=draft.id, account_id=organizer, key=("A",))
    publish_drafts(bank_id=bank_id, account_id=organizer)
    newest = db.session.scalars(select(BankRevision).order_by(BankRevision.number)).all()[-1]
    assert [item.key for item in bank_of(newest.id).items] == [("A",), ("false",), ("A",)]
    more = brought(cast, TRUE.replace("礼品", "烟酒"), bank_id=bank_id)
    accept_import(batch_id=more, account_id=organizer)
    undo_import(batch_id=more, account_id=organizer)
    undo_import(
        batch_id=db.session.scalars(select(ImportBatch.id).order_by(ImportBatch.id)).all()[0], account_id=organizer
    )
    assert db.session.get_one(Bank, bank_id).withdrawn_at
    assert [row.item_count for row in db.session.scalars(select(BankRevision).order_by(BankRevision.id))] == [
        2,
        3,
        4,
        3,
    ]


def test_of_eight_acceptances_at_once_one_makes_a_revision(any_app: Flask, cast: Cast) -> None:
    batch_id = brought(cast, CLEAN, NO_KEY)
    act = lambda: accept_import(batch_id=batch_id, account_id=cast.organizer.account_id).id  # noqa: E731
    assert sorted(map(str, together(any_app, *[act] * 8))) == [str(batch_id)] + ["refused"] * 7
    assert (counted(Bank), counted(BankRevision), counted(Draft)) == (1, 1, 1)


def test_two_imports_into_one_bank_at_once_lose_nothing(any_app: Flask, cast: Cast) -> None:
    bank_id = accepted(cast, CLEAN)
    batches = [brought(cast, TRUE.replace("礼品", word), bank_id=bank_id) for word in ("烟酒", "购物卡")]
    acts = [lambda each=each: accept_import(batch_id=each, account_id=cast.organizer.account_id).id for each in batches]
    results = together(any_app, *acts)
    for batch_id, result in zip(batches, results, strict=True):
        if result == "refused":
            accept_import(batch_id=batch_id, account_id=cast.organizer.account_id)
    assert list(db.session.scalars(select(BankRevision.number).order_by(BankRevision.number))) == [1, 2, 3]
    newest = db.session.scalars(select(BankRevision.id).order_by(BankRevision.number)).all()[-1]
    assert [item.id for item in bank_of(newest).items] == ["imp-0001", "imp-0002", "imp-0003"]


def test_of_two_undoings_at_once_one_makes_a_revision(any_app: Flask, cast: Cast) -> None:
    bank_id = accepted(cast, CLEAN)
    batch_id = brought(cast, TRUE, bank_id=bank_id)
    accept_import(batch_id=batch_id, account_id=cast.organizer.account_id)
    act = lambda: undo_import(batch_id=batch_id, account_id=cast.organizer.account_id)  # noqa: E731
    assert sorted(map(str, together(any_app, act, act))) == ["None", "refused"]
    assert counted(BankRevision) == 3


@pytest.mark.parametrize("other", ["mend", "withdraw", "publish"])
def test_a_draft_changed_while_drafts_are_published_goes_in_whole_or_not(
    any_app: Flask, cast: Cast, other: str
) -> None:
    organizer = cast.organizer.account_id
    bank_id = accepted(cast, CLEAN, NO_KEY)
    [draft_id] = db.session.scalars(select(Draft.id))
    choose_draft_key(draft_id=draft_id, account_id=organizer, key=("A",))
    publish = lambda: publish_drafts(bank_id=bank_id, account_id=organizer).number  # noqa: E731
    acts = {
        "mend": lambda: choose_draft_key(draft_id=draft_id, account_id=organizer, key=("B",)),
        "withdraw": lambda: withdraw_draft(draft_id=draft_id, account_id=organizer),
        "publish": publish,
    }
    together(any_app, publish, acts[other])
    [draft] = db.session.scalars(select(Draft))
    newest = db.session.scalars(select(BankRevision).order_by(BankRevision.number)).all()[-1]
    went_in = bool(draft.item_id)
    assert newest.number == 1 + went_in
    assert newest.item_count == 1 + went_in
    if went_in:
        assert bank_of(newest.id).item(draft.item_id or "").key == tuple(draft.item["items"][0]["key"])


def waiting_bank(cast: Cast) -> int:
    """A bank with an item that an edition registered later puts in question."""
    organizer = cast.organizer.account_id
    first = RegisteredEdition("2018", date(2018, 1, 1), (Article("1", text="一个月内上交。"),))
    known = Registered("gifts", "礼品登记规定", editions=(first,))
    regulation_id = register_regulation(account_id=organizer, regulation=known)
    source = (
        "title: 库\nregulations: [{id: gifts, title: 礼品登记规定, editions: [{id: '2018'}]}]\nitems:\n"
        "  - {id: q, type: true_false, stem: 一个月, key: 正确,"
        " citation: {regulation: gifts, edition: '2018', article: 第一条}}\n"
    )
    bank = add_bank(uploader_id=organizer, unit_id=cast.department, file_name="b.yaml", source=source.encode())
    bank_id = bank.bank_id
    newer = NewEdition("2026", date(2026, 1, 1), (Article("1", "1", text="十五日内上交。", changed=True),))
    register_edition(account_id=organizer, regulation_id=regulation_id, edition=newer)
    return bank_id


def test_of_confirmations_at_once_one_stands_in_the_record(any_app: Flask, cast: Cast) -> None:
    bank_id = waiting_bank(cast)
    people = [cast.organizer.account_id, cast.committee.account_id] * 3

    def confirm(account_id: int) -> Callable[[], int]:
        return lambda: confirm_items(bank_id=bank_id, account_id=account_id, item_ids=["q"], note=str(account_id))

    assert sorted(together(any_app, *map(confirm, people))) == [0] * 5 + [1]
    [row] = rechecks_of(bank_id)
    [entry] = db.session.scalars(select(AuditEntry).where(AuditEntry.act == "recheck.confirmed"))
    assert row.note == entry.note == str(row.closed_by)
    assert counted(ItemRecheck) == 1
