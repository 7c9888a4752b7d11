"""How long review takes with a large book: ``python benchmarks/practice.py [CARDS]`` (10,000 unless told).

One person with that many cards in a bank of 2,000 items, all of them due, on SQLite in a temporary folder; each page is
asked for through the application, signed in, as a server would be. The home page of practice counts the whole book.
"""

import re
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from statistics import median

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert

from quizapp import create_app, schema
from quizapp.accounts.models import Account
from quizapp.accounts.operations import open_account
from quizapp.accounts.passwords import hash_password
from quizapp.banks.models import PracticeUse
from quizapp.banks.operations import add_bank
from quizapp.banks.practice_use import set_practice_use
from quizapp.config import Settings
from quizapp.db import writing
from quizapp.practice.models import PracticeCard
from quizapp.roster.models import UnitKind
from quizapp.roster.operations import add_person, add_unit
from quizapp.web import clock

ITEMS, TIMES = 2000, 30
BANKS = 5
ITEM = "  - {{id: i{n}, type: single, stem: 第{n}题, options: {{A: 甲, B: 乙}}, key: A, topic: 主题{topic}}}\n"


def main() -> None:
    """Fill a database and measure."""
    cards = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory() as folder:
        environ = {
            "QUIZAPP_DATA_DIR": folder,
            "QUIZAPP_DATABASE_URL": f"sqlite:///{Path(folder, 'practice.sqlite3')}",
            "QUIZAPP_SECRET_KEY": "a secret for measuring alone, long enough",
            "QUIZAPP_SECURE_COOKIES": "0",
        }
        app = create_app(Settings.from_environment(environ))
        app.config["WTF_CSRF_ENABLED"] = False
        with app.app_context():
            schema.upgrade()
            login = fill(cards)
        client = signed_in(app, login)
        measure("next due item", lambda: client.get("/practice/next"))
        measure("choose and answer", lambda: answer(client))
        measure("home page of practice", lambda: client.get("/practice"))
        measure("chosen by topic", lambda: client.get("/practice/chosen?topic=主题1"))
        measure("wrong-question book", lambda: client.get("/practice/book"))


def fill(cards: int) -> str:
    """A person whose book holds so many cards; the login."""
    with writing():
        top = add_unit(code="D", kind=UnitKind.DEPARTMENT, name="厅", parent_id=None, position=0, since=clock.now())
        branch = add_unit(code="B", kind=UnitKind.BRANCH, name="支部", parent_id=top.id, position=0, since=clock.now())
        person = add_person(staff_no="1", name="张三", branch_id=branch.id, since=clock.now())
        uploader, unit_id, person_id = open_account(login="org", name="组织").id, top.id, person.id
    banks = [
        add_bank(uploader_id=uploader, unit_id=unit_id, file_name="b.yaml", source=bank(number)).bank_id
        for number in range(BANKS)
    ]
    for bank_id in banks:
        set_practice_use(bank_id=bank_id, account_id=uploader, use=PracticeUse.OPEN)
    today = clock.local(clock.now()).date()
    with writing() as session:
        session.execute(insert(PracticeCard), [card(person_id, banks, today, n) for n in range(cards)])
    return "1"


def bank(number: int) -> bytes:
    """A bank of 2,000 items of ten topics."""
    items = "".join(ITEM.format(n=number * ITEMS + n, topic=n % 10) for n in range(ITEMS))
    return f"title: 题库{number}\nitems:\n{items}".encode()


def card(person_id: int, banks: list[int], today: date, number: int) -> dict[str, object]:
    """A card that has been due for up to two months."""
    due = today - timedelta(days=number % 60)
    return {
        "person_id": person_id,
        "bank_id": banks[number // ITEMS % BANKS],
        "item_id": f"i{number % (ITEMS * BANKS)}",
        "stability": 1.0 + number % 40,
        "difficulty": 5.0,
        "due_on": due,
        "reviewed_on": due - timedelta(days=1),
        "times_wrong": 1,
        "added_at": clock.now(),
    }


def signed_in(app: Flask, login: str) -> FlaskClient:
    """A client of that person."""
    with app.app_context(), writing() as session:
        account = session.query(Account).filter_by(login=login).one()
        account.password_hash = hash_password("right-horse-1")
    client = app.test_client()
    client.post("/sign-in", data={"login": login, "password": "right-horse-1"})
    return client


def answer(client: FlaskClient) -> object:
    """Ask for an item of a topic and answer it: two requests."""
    found = re.search(r'name="asked" value="([^"]+)"', client.get("/practice/chosen?topic=主题1").text)
    assert found is not None
    answered = client.post("/practice/answers", data={"asked": found[1], "unknown": "1"})
    assert "/practice/answers/" in answered.location
    return answered


def measure(name: str, act: Callable[[], object]) -> None:
    """Do it many times, the first one aside; print the medians of the time that passed and of the processor's."""
    passed, worked = [], []
    for _ in range(TIMES + 1):
        start, busy = time.perf_counter(), time.process_time()
        act()
        passed.append((time.perf_counter() - start) * 1000)
        worked.append((time.process_time() - busy) * 1000)
    print(f"{name:24} median {median(passed[1:]):6.1f} ms   of the processor {median(worked[1:]):6.1f} ms")


if __name__ == "__main__":
    main()
