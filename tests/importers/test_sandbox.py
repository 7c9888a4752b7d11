"""A file is read in a process of its own, and whatever that process does, the server gets an answer."""

import logging
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from quizapp.importers import confinement, old_word, sandbox
from quizapp.importers.reading import Document, Format, Grammar, Refused

TEXT = "一、单选题\n1、开标由谁主持？\nA.招标人\nB.投标人\n答案：A\n2、投标人少于几个？\nA.三个\nB.五个\n"

Misled = Callable[[str], None]


@pytest.fixture
def misled(monkeypatch: pytest.MonkeyPatch) -> Misled:
    """A child that runs the code given in place of reading the file."""

    def mislead(code: str) -> None:
        body = f"import os, sys, socket, subprocess, time\ndef task(job, data):\n    {code}\n"
        start = f"{body}\nfrom quizapp.importers import child\nchild._TASKS['read'] = task\nchild.main()\n"
        monkeypatch.setattr(sandbox, "CHILD", (sys.executable, "-I", "-B", "-c", start))

    return mislead


def limited(monkeypatch: pytest.MonkeyPatch, **limits: Any) -> None:
    monkeypatch.setattr(sandbox, "LIMITS", replace(sandbox.LIMITS, **limits))


def refusal(data: bytes = b"1") -> str:
    with pytest.raises(Refused) as refused:
        sandbox.read_file("a.txt", data)
    return refused.value.problem.text()


def test_a_file_is_read_as_here() -> None:
    from quizapp.importers import files

    document = files.read_document("题库.txt", TEXT.encode("gb18030"))
    assert sandbox.open_file("题库.txt", TEXT.encode("gb18030")) == document
    assert sandbox.read_file("题库.txt", TEXT.encode("gb18030")) == files.parse(document)
    assert sandbox.read_again(document) == files.parse(document)


def test_keys_may_have_a_file_of_their_own() -> None:
    questions = TEXT.replace("答案：A\n", "")
    keys = sandbox.open_file("答案.txt", b"1.A\n2.B\n")
    found = sandbox.read_file("题目.txt", questions.encode(), keys=keys)
    assert [item.key for item in found.items] == [("A",), ("B",)]
    again = sandbox.read_again(found.document, keys)
    assert [item.key for item in again.items] == [("A",), ("B",)]


def test_format_and_encoding_may_be_chosen() -> None:
    found = sandbox.open_file("a.csv", TEXT.encode("utf-16-le"), format=Format.TEXT, encoding="utf-16-le")
    assert found.format is Format.TEXT
    assert found.lines[1] == "1、开标由谁主持？"


def test_a_refusal_arrives_with_its_sentence() -> None:
    assert "PDF" in refusal(b"%PDF-1.7")


def test_an_old_word_file_is_converted_outside_the_child(monkeypatch: pytest.MonkeyPatch, misled: Misled) -> None:
    monkeypatch.setattr(old_word, "docx_from_doc", lambda data: data + b" converted")
    misled(
        "return {'convert': True} if not job['format'] else "
        "{'document': {'format': job['format'], 'grammar': 'text', 'lines': [data.decode()]}}"
    )
    expected = Document(Format.DOC, Grammar.TEXT, ("old converted",))
    assert sandbox.open_file("a.doc", b"old") == expected


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("x = bytearray(400_000_000)", "MB of memory"),
        ("raise MemoryError", "MB of memory"),
        ("sys.stderr.write('memory allocation of 9 bytes failed'); sys.stderr.flush(); os.kill(0, 6)", "MB of memory"),
        ("f = lambda: f(); return f()", "too deep"),
        ("sys.__stdout__.buffer.write(b'x' * 3_000_000); time.sleep(60)", "MB of text"),
        ("raise ValueError('broken')", "could not be read"),
        ("os._exit(0)", "could not be read"),
        ("return [1]", "could not be read"),
        ("return {'reading': {'items': 5}}", "could not be read"),
        ("return {'refused': 5}", "could not be read"),
        ("return {}", "could not be read"),
    ],
)
def test_each_end_of_a_child_has_its_sentence(
    code: str, words: str, misled: Misled, monkeypatch: pytest.MonkeyPatch
) -> None:
    limited(monkeypatch, megabytes_out=1)
    if "kill" in code:  # the guard refuses signals too, so that this one comes from the system's own abort
        code = code.replace("os.kill(0, 6)", "import faulthandler; faulthandler._sigabrt()")
    misled(code)
    assert words in refusal()


def test_processor_time_has_a_limit(misled: Misled, monkeypatch: pytest.MonkeyPatch) -> None:
    limited(monkeypatch, processor_seconds=1)
    misled("while True: pass")
    assert refusal() == "Reading the file took more than 1 seconds and was stopped. Split it and import the parts."


def test_the_clock_on_the_wall_has_a_limit(misled: Misled, monkeypatch: pytest.MonkeyPatch) -> None:
    limited(monkeypatch, seconds=0.5)
    misled("time.sleep(60); return {'refused': {'msgid': 'it was waited for'}}")
    assert "was stopped" in refusal()


def test_a_large_file_is_not_even_given_to_a_child(misled: Misled, monkeypatch: pytest.MonkeyPatch) -> None:
    limited(monkeypatch, megabytes_in=1)
    misled("return {'document': {'format': 'text', 'grammar': 'text', 'lines': []}}")
    assert sandbox.open_file("a", b"1" * 1024 * 1024).lines == ()
    assert "more than 1 MB" in refusal(b"1" * (1024 * 1024 + 1))


@pytest.mark.parametrize(
    "code",
    [
        "open('left.txt', 'w')",
        "os.open('left.txt', os.O_CREAT)",
        "os.mkdir('left')",
        "socket.create_connection(('127.0.0.1', 9))",
        "socket.getaddrinfo('example.invalid', 80)",
        "subprocess.run(['true'])",
        "os.system('true')",
        "os.fork()",
        "os.kill(os.getppid(), 0)",
        "os.remove('/etc/hostname')",
    ],
)
def test_a_child_can_do_nothing_but_read(code: str, misled: Misled) -> None:
    misled(
        f"try:\n        {code}\n    except PermissionError as error:\n        return {{'refused': {{'msgid': 'held'}}}}"
    )
    assert refusal() == "held"


def test_a_child_knows_nothing_of_the_server(misled: Misled, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUIZAPP_SECRET_KEY", "s3cret")
    misled("return {'refused': {'msgid': repr((dict(os.environ), os.listdir('.'), os.listdir('/proc/self/fd')))}}")
    said = refusal()
    assert "s3cret" not in said
    environment, folder, open_files = eval(said)
    assert environment.keys() <= {"LC_CTYPE"}
    assert folder == []
    assert set(open_files) <= {"0", "1", "2", "3"}  # 3 is the folder being listed


def test_limits_are_in_force(misled: Misled) -> None:
    misled(
        "import resource as r; limits = (r.RLIMIT_FSIZE, r.RLIMIT_CORE, r.RLIMIT_NPROC); "
        "return {'refused': {'msgid': repr([r.getrlimit(limit)[1] for limit in limits])}}"
    )
    assert refusal() == "[0, 0, 0]"


def test_a_crash_is_logged_with_its_reason(misled: Misled, caplog: pytest.LogCaptureFixture) -> None:
    misled("raise ValueError('why it broke')")
    with caplog.at_level(logging.ERROR):
        refusal()
    assert "why it broke" in caplog.text


def test_a_caller_waits_for_its_turn_and_not_for_ever(misled: Misled, monkeypatch: pytest.MonkeyPatch) -> None:
    limited(monkeypatch, seconds_waiting=0.3, seconds=3)
    misled("time.sleep(60)")
    busy = [threading.Thread(target=refusal) for _ in range(sandbox.AT_ONCE)]
    for thread in busy:
        thread.start()
    time.sleep(0.2)
    assert refusal() == "The server is reading other files just now. Try again in a minute."
    for thread in busy:
        thread.join()
    # The turns have come back.
    misled("return {'refused': {'msgid': 'my turn'}}")
    assert refusal() == "my turn"


def test_what_a_process_has_started_ends_with_it(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    late = f"import time; time.sleep(1.5); open({str(mark)!r}, 'w')"
    start = f"import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', {late!r}]); time.sleep(60)"
    ended = confinement.run((sys.executable, "-c", start), b"", seconds=0.8, output=10)
    assert ended.limit == "time"
    time.sleep(1.5)
    assert not mark.exists()


def test_a_process_that_reads_nothing_does_not_hold_its_caller() -> None:
    ended = confinement.run((sys.executable, "-c", "print('early')"), b"x" * 5_000_000, seconds=20, output=10)
    assert (ended.answer.strip(), ended.code, ended.limit) == (b"early", 0, "")
