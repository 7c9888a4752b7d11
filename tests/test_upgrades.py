"""A database of any older schema comes up to the newest with a test in progress, and no answer is lost on the way."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import MetaData, Table, inspect, select, text
from sqlalchemy.exc import DBAPIError

from quizapp import schema
from quizapp.attempts.closing import submit_attempt
from quizapp.attempts.endings import ended_act
from quizapp.attempts.extensions import grant_extension
from quizapp.attempts.models import Attempt, AttemptScore, ItemResponse
from quizapp.attempts.receipts import fingerprint
from quizapp.audit.models import AuditEntry
from quizapp.audit.operations import FIRST_HASH, Head, entry_hash, record_all
from quizapp.backups import integrity_problems
from quizapp.banks.operations import digest_of
from quizapp.cli import quizapp
from quizapp.db import db, writing
from quizapp.domain.bank_json import bank_to_json
from quizapp.domain.bank_yaml import read_bank
from quizapp.domain.paper import paper_to_json, prepare, spec_to_json
from quizapp.domain.scoring import Score, score_paper
from quizapp.verification import verify
from tests.attempts.exam import BANK, SPEC
from tests.support.databases import settings_for, sqlite_url
from tests.test_serving import environment

RELEASED = ("0001", "0002", "0003", "0004", "0005", "0006", "0007")
ANSWERS = {0: ["A"], 2: ["A", "B"], 4: ["12", "党组"]}
NOW = datetime.now(UTC).replace(microsecond=0)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def empty(request: pytest.FixtureRequest, tmp_path: Path, make_app: Callable[..., Flask]) -> Iterator[Flask]:
    """The application over a database without a table, inside its context."""
    if request.param == "sqlite":
        url = sqlite_url(tmp_path / "quizapp.sqlite3")
    else:
        url = request.getfixturevalue("postgres_url")
    app = make_app(settings_for(url, tmp_path))
    with app.app_context():
        if request.param == "postgresql":
            schema.downgrade("base")
        yield app


_reflected: dict[tuple[str, str | None], MetaData] = {}
"""The tables of each schema on each kind of database as they were found: to look costs far more than a row."""


def put(name: str, /, **values: Any) -> None:
    """Insert a row, leaving out what the table of that schema does not have, as the version of its day did."""
    known = _reflected.setdefault((db.engine.dialect.name, schema.revision()), MetaData())
    with db.engine.begin() as connection:
        table = Table(name, known, autoload_with=connection, resolve_fks=False)
        present = {key: value for key, value in values.items() if key in table.columns}
        connection.execute(table.insert().values(present))


def live() -> None:
    """People, a bank, a published test, one attempt that has ended and one in progress, by SQL alone."""
    bank = read_bank(BANK.encode(), "bank.yaml")
    paper = prepare(bank, SPEC).draw(1)
    score = score_paper(bank, SPEC, paper, {key: tuple(answer) for key, answer in ANSWERS.items()})
    put("unit", id=1, code="D", kind="department")
    for number, login in enumerate(("ORG", "100001", "100002"), 1):
        put("account", id=number, login=login, name="张三", created_at=NOW, password_is_temporary=False,
            failed_sign_ins=0)  # fmt: skip
        put("person", id=number, staff_no=login, name="张三", duty="", post="", phone="", account_id=number)
    put("bank", id=1, title="试题", unit_id=1, created_at=NOW, second_review=False)
    put("bank_revision", id=1, bank_id=1, number=1, file_name="bank.yaml", source=BANK, content=bank_to_json(bank),
        digest=digest_of(BANK.encode()), item_count=7, uploaded_by=1, uploaded_at=NOW)  # fmt: skip
    put("quiz", id=1, title="测试", bank_revision_id=1, unit_id=1, spec=spec_to_json(SPEC),
        opens_at=NOW - timedelta(hours=1), closes_at=NOW + timedelta(days=1), minutes=120, grace_seconds=10,
        attempts_allowed=1, counted_attempt="best", score_shown="at_submission", key_shown="after_close",
        rationale_shown="after_close", instructions="", published_by=1, published_at=NOW, layout="single",
        pledge="我承诺", access_code="", networks=["10.0.0.0/8"], leaving_recorded=True, certificate=True)  # fmt: skip
    put("quiz_audience", quiz_id=1, unit_id=1)
    for person_id, ended in ((1, NOW - timedelta(minutes=5)), (2, None)):
        put("attempt", id=person_id, quiz_id=1, person_id=person_id, number=1, seed=1, paper=paper_to_json(paper),
            started_at=NOW - timedelta(minutes=20), deadline=NOW + timedelta(minutes=100), submitted_at=ended,
            ended_by="candidate" if ended else None, lease=0)  # fmt: skip
        for position, answer in ANSWERS.items():
            put("item_response", attempt_id=person_id, position=position, answer=answer, marked=False, version=1,
                operation="x", saved_at=NOW)  # fmt: skip
    put_on_record()
    put("attempt_score", id=1000, attempt_id=1, edition=1, points=int(score.points * 100), full_points=10000,
        section_points=[int(points * 100) for points in score.sections], answered=3, passed=score.passed,
        excellent=score.excellent, scored_at=NOW)  # fmt: skip
    for position, item in enumerate(score.items):
        put("item_score", score_id=1000, position=position, item_id=item.item_id, points=int(item.points * 100),
            full_points=int(item.full_points * 100), outcome=item.outcome.value)  # fmt: skip
    if schema.revision() >= "0006":
        seal(score)


def seal(score: Score) -> None:
    """Put the end of the first attempt on record, as versions from 0006 on did."""
    with writing():
        attempt = db.session.get_one(Attempt, 1)
        assert attempt.submitted_at is not None
        given = {key: tuple(answer) for key, answer in ANSWERS.items()}
        attempt.fingerprint = sealed = fingerprint(attempt, given, attempt.submitted_at, "candidate")
        record_all([ended_act(attempt, score, at=attempt.submitted_at, by="candidate", sealed=sealed)])


def put_on_record() -> None:
    """The two entries that versions before 0006 made of all this: of an upload without its content's digest."""
    uploaded = {"revision": 1, "digest": digest_of(BANK.encode()), "items": 7, "file": "bank.yaml"}
    plan = {
        **{"title": "测试", "bank_revision_id": 1, "unit_id": 1, "audience": [1], "spec": spec_to_json(SPEC)},
        **{"opens_at": (NOW - timedelta(hours=1)).isoformat(), "closes_at": (NOW + timedelta(days=1)).isoformat()},
        **{"minutes": 120, "grace_seconds": 10, "attempts_allowed": 1, "counted_attempt": "best"},
        **{"score_shown": "at_submission", "key_shown": "after_close", "rationale_shown": "after_close"},
    }
    if schema.revision() >= "0004":
        plan |= {"layout": "single", "pledge": "我承诺 ", "leaving_recorded": True, "certificate": True}
        plan |= {"networks": ["10.0.0.0/8"]}
    if schema.revision() >= "0005":
        plan |= {"follows": None}
    last = Head(0, FIRST_HASH)
    for act, subject, detail in (("bank.uploaded", "bank:1", uploaded), ("quiz.published", "quiz:1", plan)):
        entry = AuditEntry(number=last.number + 1, at=NOW, actor="ORG", act=act, subject=subject, detail=detail,
                           note="", previous_hash=last.hash)  # fmt: skip
        last = Head(entry.number, entry_hash(entry))
        put("audit_entry", **{column.name: getattr(entry, column.name) for column in AuditEntry.__table__.columns}
            | {"hash": last.hash})  # fmt: skip


def answers() -> dict[tuple[int, int], Any]:
    db.session.rollback()
    rows = db.session.execute(select(ItemResponse.attempt_id, ItemResponse.position, ItemResponse.answer))
    return {(attempt_id, position): answer for attempt_id, position, answer in rows}


def test_the_list_of_released_schemas_is_complete() -> None:
    """Whoever adds a migration adds the one before it here."""
    names = sorted(path.name[:4] for path in (Path(__file__).parents[1] / "migrations" / "versions").glob("0*.py"))
    assert (*RELEASED, schema.head()) == tuple(names)


@pytest.mark.parametrize("older", RELEASED)
def test_a_test_in_progress_goes_on_after_the_upgrade(empty: Flask, older: str) -> None:
    schema.upgrade(older)
    live()
    with pytest.raises(schema.SchemaError, match=f"at schema {older}, not .*: run 'quizapp db upgrade'"):
        schema.require_current()
    schema.upgrade()
    schema.require_current()
    assert schema.differences() == []
    assert list(integrity_problems()) == []
    expected = {(person, place): answer for person in (1, 2) for place, answer in ANSWERS.items()}
    assert answers() == expected
    running = db.session.get_one(Attempt, 2)
    submit_attempt(attempt=running, arrived_at=running.started_at + timedelta(minutes=12))
    points = db.session.scalars(select(AttemptScore.points).order_by(AttemptScore.attempt_id)).all()
    assert len(points) == 2
    assert points[0] == points[1]
    recorded = db.session.scalars(select(AuditEntry.subject).where(AuditEntry.act == "attempt.ended")).all()
    assert recorded == ["attempt:1", "attempt:2"]
    assert verify().finding is None


def tables() -> set[str]:
    return set(inspect(db.engine).get_table_names())


def test_a_migration_that_fails_in_the_middle_leaves_the_old_state(
    empty: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also what it had done before it failed: tables made, columns added, rows written."""
    schema.upgrade("0005")
    live()
    before = tables()
    from alembic.operations import Operations

    make_index = Operations.create_index

    def fail(self: Any, name: str, *args: Any, **more: Any) -> Any:
        if "outage" in str(name):
            self.execute("UPDATE item_response SET version = 99")
            raise RuntimeError("the power went")
        return make_index(self, name, *args, **more)

    monkeypatch.setattr("alembic.op.create_index", lambda name, *args, **more: fail(_operations(), name, *args, **more))
    with pytest.raises(RuntimeError, match="power went"):
        schema.upgrade()
    monkeypatch.undo()
    assert schema.revision() == "0005"
    assert tables() == before
    with db.engine.connect() as connection:
        assert set(connection.scalars(text("SELECT version FROM item_response"))) == {1}
        columns = {column["name"] for column in inspect(connection).get_columns("extension")}
    assert "outage_id" not in columns
    schema.upgrade()
    schema.require_current()


def _operations() -> Any:
    from alembic import op

    return op._proxy  # type: ignore[attr-defined]


@pytest.mark.parametrize("words", [("serve",), ("tick", "1"), ("verify",)], ids=" ".join)
def test_nothing_starts_on_a_schema_that_it_does_not_know(words: tuple[str, ...], app: Flask, tmp_path: Path) -> None:
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'f00d'"))
    done = CliRunner().invoke(quizapp, words, env=environment(tmp_path))
    assert done.exit_code == 1
    assert "数据库是版本 f00d，本程序不认识：请安装新版程序。" in done.stderr


@pytest.mark.parametrize("lower", ["0005", "0004", "0003"])
def test_what_went_down_and_up_again_is_as_recorded(empty: Flask, lower: str) -> None:
    """The record is never shortened, and what is in it of the columns that went comes back from it."""
    schema.upgrade("0005")
    live()
    schema.upgrade()
    sealed = column("SELECT fingerprint FROM attempt ORDER BY id")
    for _ in range(2):
        schema.downgrade(lower)
        schema.upgrade()
        assert column("SELECT count(*) FROM audit_entry") == [3]
        assert column("SELECT fingerprint FROM attempt ORDER BY id") == sealed
        assert column("SELECT pledge FROM quiz") == ["我承诺"]
        assert verify().finding is None
    assert sealed[0] is not None


def test_an_answer_changed_while_it_was_down_is_named(empty: Flask) -> None:
    """The fingerprint comes back from the record; made anew it would fit whatever stands in the tables."""
    schema.upgrade("0005")
    live()
    schema.upgrade()
    schema.downgrade("0003")
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE item_response SET answer = '[\"B\"]' WHERE attempt_id = 1 AND position = 0"))
    schema.upgrade()
    found = verify().finding
    assert found is not None
    assert (found.table, found.key) == ("attempt", 1)


def test_an_extension_that_was_lost_on_the_way_down_is_named(empty: Flask) -> None:
    """Its table went with the old schema; who was given how much cannot be made up."""
    schema.upgrade()
    live()
    grant_extension(quiz_id=1, minutes=5, reason="停电", granted_by=1, attempt_id=2)
    schema.downgrade("0003")
    schema.upgrade()
    found = verify().finding
    assert found is not None
    assert found.table == "extension"


def column(query: str) -> list[Any]:
    """The first column of every row."""
    with db.engine.connect() as connection:
        return list(connection.scalars(text(query)))


def test_rows_that_break_a_rule_of_the_newest_schema_stop_the_upgrade(empty: Flask) -> None:
    """A guard for the tests above: what the old schema refuses is refused there, too."""
    schema.upgrade("0001")
    with pytest.raises(DBAPIError):
        put("item_response", attempt_id=99, position=0, answer=[], marked=False, version=1, operation="x", saved_at=NOW)
