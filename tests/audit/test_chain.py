"""The record of acts: chained without a gap, and no entry can be changed, taken out or put in unnoticed."""

import hashlib
import json
import re
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from quizapp.audit.models import AuditEntry
from quizapp.audit.operations import FIRST_HASH, entry_hash, record
from quizapp.db import db, writing
from tests.support.cast import PASSWORD, make_cast
from tests.support.time import MovableClock

THREADS, EACH = 6, 5


@dataclass(frozen=True)
class Entry:
    """One row as it was read."""

    number: int
    at: datetime
    actor: str
    act: str
    subject: str
    detail: Any
    note: str
    previous_hash: str
    hash: str


def entries() -> list[Entry]:
    db.session.rollback()
    names = list(Entry.__dataclass_fields__)
    columns = [getattr(AuditEntry, name) for name in names]
    rows = db.session.execute(select(*columns).order_by(AuditEntry.number)).all()
    return [Entry(*row) for row in rows]


def verify(chain: Sequence[Entry]) -> list[int]:
    """Numbers of the entries that are not what was once written, worked out without the product's code."""
    wrong, before = [], "0" * 64
    for place, entry in enumerate(chain, 1):
        moment = entry.at.strftime("%Y-%m-%dT%H:%M:%S.%f+00:00")
        body = [entry.number, moment, entry.actor, entry.act, entry.subject, entry.detail, entry.note]
        spelt = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        hashed = hashlib.sha256((before + spelt).encode("utf-8")).hexdigest()
        if (entry.number, entry.previous_hash, entry.hash) != (place, before, hashed):
            wrong.append(entry.number)
        before = entry.hash
    return wrong


def write_some() -> None:
    for act, detail, note in (
        ("quiz.published", {"title": "第一季度", "b": 1, "a": [1.5, None, True]}, ""),
        ("quiz.withdrawn", {}, "换题\n第二行 \"'"),
        ("roster.imported", {"new": 3, "片": {"z": 1, "y": "é\u200b😀"}}, ""),
    ):
        with writing():
            record(act, "quiz:1", detail, note)


def test_a_chain_can_be_worked_out_again(any_app: Flask, any_session: Any) -> None:
    write_some()
    chain = entries()
    assert [entry.number for entry in chain] == [1, 2, 3]
    assert chain[0].previous_hash == FIRST_HASH
    assert verify(chain) == []
    assert {entry.actor for entry in chain} == {"system"}


def test_a_whole_second_is_spelt_like_any_other(app: Flask, db_session: Any, clock: MovableClock) -> None:
    write_some()  # the clock stands at a whole second
    clock.advance(seconds=0.000001)
    write_some()
    assert verify(entries()) == []


TAMPERING: dict[str, Callable[[], Any]] = {
    "actor": lambda: update(AuditEntry).where(AuditEntry.number == 2).values(actor="somebody"),
    "note": lambda: update(AuditEntry).where(AuditEntry.number == 2).values(note="别的理由"),
    "detail": lambda: update(AuditEntry).where(AuditEntry.number == 2).values(detail={"x": 1}),
    "removal": lambda: delete(AuditEntry).where(AuditEntry.number == 2),
    "renumbering": lambda: update(AuditEntry).where(AuditEntry.number == 3).values(number=4),
}


@pytest.mark.parametrize("kind", TAMPERING)
def test_tampering_is_found(app: Flask, db_session: Any, kind: str) -> None:
    write_some()
    with writing() as session:
        session.execute(TAMPERING[kind]())
    assert verify(entries())


def test_even_a_new_hash_of_its_own_betrays_an_entry(app: Flask, db_session: Any) -> None:
    """Whoever changes an entry and its hash would have to change every later one."""
    write_some()
    with writing() as session:
        entry = session.get_one(AuditEntry, 2)
        entry.actor = "somebody"
        entry.hash = entry_hash(entry)
    assert verify(entries()) == [3]


def test_many_at_once_leave_no_gap(any_app: Flask, any_session: Any) -> None:
    def act(worker: int) -> None:
        with any_app.app_context():
            for number in range(EACH):
                with writing():
                    record("test.act", f"worker:{worker}", {"number": number})

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(act, range(THREADS)))
    chain = entries()
    assert [entry.number for entry in chain] == list(range(1, THREADS * EACH + 1))
    assert verify(chain) == []


def test_an_act_that_fails_leaves_no_entry(any_app: Flask, any_session: Any) -> None:
    def fail() -> None:
        with writing():
            record("test.act", "nothing:1")
            raise RuntimeError("thought better of it")

    write_some()
    with pytest.raises(RuntimeError, match="thought better"):
        fail()
    assert len(entries()) == 3
    write_some()
    assert verify(entries()) == []


def test_what_people_do_is_recorded_under_their_name(app: Flask, db_session: Any) -> None:
    cast, client = make_cast(app), app.test_client()
    client.post("/sign-in", data={"login": "admin", "password": PASSWORD})
    client.post(f"/people/{cast.zhang.person_id}/password")
    found = [(entry.actor, entry.act, entry.subject) for entry in entries()]
    assert ("ADMIN", "account.signed_in", f"account:{cast.administrator.account_id}") in found
    assert ("ADMIN", "account.password_set", f"account:{cast.zhang.account_id}") in found
    assert verify(entries()) == []


def test_no_secret_stands_in_the_record(app: Flask, db_session: Any) -> None:
    cast, client = make_cast(app), app.test_client()
    client.post("/sign-in", data={"login": "admin", "password": PASSWORD})
    page = client.post(f"/people/{cast.zhang.person_id}/password").text
    written = json.dumps([[entry.detail, entry.note] for entry in entries()], ensure_ascii=False)
    assert PASSWORD not in written
    assert "$argon2" not in written
    shown = re.search(r"[a-z2-9]{4}-[a-z2-9]{3}-[a-z2-9]{3}", page)
    assert shown
    assert shown[0] not in written
