"""No file harms its reader: each ends soon, in questions or in a sentence, and touches nothing outside."""

import logging
import os
import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from quizapp.importers import sandbox
from tests.importers import hostile
from tests.importers.hostile import made, outcome, outcomes, outcomes_here, wrong


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "LIMITS", replace(sandbox.LIMITS, processor_seconds=5, seconds_waiting=120))


@pytest.fixture
def asked() -> Iterator[list[bytes]]:
    """What was asked of a server that nobody may ask; its address stands in every reference to the outside."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)
        stop = threading.Event()

        def listen() -> None:
            while not stop.is_set():
                try:
                    connection, _ = server.accept()
                except TimeoutError:
                    continue
                heard.append(connection.recv(100))
                connection.close()

        thread = threading.Thread(target=listen)
        thread.start()
        hostile.ADDRESS = hostile.ADDRESS.format(port=server.getsockname()[1])
        yield heard
        stop.set()
        thread.join()


def test_bombs_end_in_a_sentence() -> None:
    found = outcomes(made(hostile.bombs()))
    assert not wrong(found)
    assert found["nested.docx"].startswith("read"), "what lies unread in a file does no harm"
    refused = [name for name, said in found.items() if said.startswith("refused")]
    assert {"body.docx", "lying.docx", "entries.docx", "laughs.docx", "deep.docx", "far-cell.xlsx"} <= set(refused)


def test_nothing_outside_is_touched(asked: list[bytes], tmp_path: Path) -> None:
    # Read by this process, where nothing but the reader itself could keep from asking.
    found = outcomes_here(made(hostile.references()))
    assert not wrong(found)
    assert asked == []
    assert not [name for name in os.listdir("/tmp") if "quizapp-evil" in name]
    secret = Path("/etc/hostname").read_text().strip()
    assert not secret or secret not in str(found)
    for name in ("xxe.docx", "xxe-file.docx", "xxe-moodle.xml", "huge.png", "climbing-only.zip"):
        assert found[name].startswith("refused"), f"{name}: {found[name]}"
    for name in ("macro.docx", "template.docx", "climbing.docx", "symlink.docx", "huge-picture.docx", "external.xlsx"):
        assert found[name].startswith("read"), f"{name}: {found[name]}"


def test_broken_files_end_in_a_sentence() -> None:
    slow = {"hollow.doc": hostile.broken().pop("hollow.doc")}  # starts LibreOffice
    found = outcomes_here(made({name: make for name, make in hostile.broken().items() if name not in slow}))
    assert not wrong(found | outcomes(made(slow)))
    some = ("noise.bin", "cut-5.docx", "cut-5.xlsx", "password.xlsx", "renamed.docx")
    assert outcomes((name, hostile.broken()[name]()) for name in some) == {name: found[name] for name in some}
    assert "password" in found["password.docx"]
    assert "password" in found["password.xlsx"]
    assert found["renamed.docx"] == "read: 1"
    assert found["renamed.txt"].startswith("read")


def test_long_runs_are_read() -> None:
    # Each in a process with five seconds: time in the square of the length takes more. `make fuzz` reads all of them.
    assert not wrong(outcomes(made(hostile.runs(25_000, together=3, of=hostile.SHORT))))


def test_damaged_files_never_make_a_reader_fall(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        found = outcomes_here(hostile.damaged(60)) | outcomes(hostile.damaged(6, seed=60))
    assert not wrong(found), caplog.text


def test_the_server_answers_while_a_bomb_is_read(client: FlaskClient) -> None:
    bomb = hostile.bombs()["many-rows.xlsx"]()
    client.get("/healthz")  # the first request makes templates and connections ready
    readers = [threading.Thread(target=outcome, args=("bomb.xlsx", bomb)) for _ in range(sandbox.AT_ONCE)]
    for reader in readers:
        reader.start()
    answers = 0
    while any(reader.is_alive() for reader in readers) or not answers:
        assert client.get("/healthz").status_code < 500
        answers += 1
    assert answers > 3
