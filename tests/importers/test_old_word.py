"""Old .doc files: converted by LibreOffice under limits, refused in a sentence where that cannot be."""

import os
import re
import shutil
import stat
import subprocess
import sys
import time
from pathlib import Path

import docx
import pytest

from quizapp.importers import old_word
from quizapp.importers.old_word import Limits, docx_from_doc
from quizapp.importers.reading import Refused
from quizapp.importers.word import read_word
from tests.support.word_files import p, word_file

DOC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2048)
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a shell script")


@pytest.fixture
def put(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for what a stand-in of LibreOffice leaves, with a .docx that it can hand out."""
    (tmp_path / "ready.docx").write_bytes(word_file(p("甲")))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    return tmp_path


def stand_in(folder: Path, monkeypatch: pytest.MonkeyPatch, does: str) -> None:
    """Put a script in LibreOffice's place. In it $OUT is the folder for the result, $PUT what the test looks at."""
    script = folder / "soffice-here"
    script.write_text(
        f'#!/bin/sh\nPUT={folder}\nwhile [ "$1" != --outdir ]; do shift; done\nOUT=$2; IN=$3\n{does}\n',
        encoding="utf-8",
    )
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("QUIZAPP_SOFFICE", str(script))


def test_the_result_is_taken_and_the_folder_is_gone(put: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(put, monkeypatch, 'cp "$PUT/ready.docx" "$OUT/old.docx"; cp "$IN" "$PUT/seen"; echo "$OUT" > "$PUT/where"')
    assert read_word(docx_from_doc(DOC), "旧.doc").lines == ("甲",)
    assert (put / "seen").read_bytes() == DOC
    assert not Path((put / "where").read_text(encoding="utf-8").strip()).exists()
    assert not list(put.glob("quizapp-*"))


def test_it_gets_a_folder_and_a_profile_of_its_own_and_no_secrets(put: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUIZAPP_SECRET_KEY", "never to be seen")
    profile = "$HOME/profile/user/registrymodifications.xcu"
    stand_in(put, monkeypatch, f'env > "$PUT/env"; cp "{profile}" "$PUT/profile"; cp "$PUT/ready.docx" "$OUT/old.docx"')
    docx_from_doc(DOC)
    environ = dict(line.split("=", 1) for line in (put / "env").read_text(encoding="utf-8").splitlines())
    assert not any(name.startswith("QUIZAPP_") for name in environ)
    assert environ["HOME"].startswith(str(put))
    assert {environ[f"{kind}_proxy"] for kind in ("http", "https", "ftp", "all")} == {"http://127.0.0.1:9"}
    settings = (put / "profile").read_text(encoding="utf-8")
    for name, value in (("DisableMacrosExecution", "true"), ("BlockUntrustedRefererLinks", "true"), ("Link", "2")):
        assert re.search(rf'name="{name}"[^>]*><value>{value}<', settings)


def test_it_is_ended_with_all_it_started_when_it_takes_too_long(put: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(old_word, "LIMITS", Limits(seconds=1))
    stand_in(put, monkeypatch, 'sleep 300 & echo $! > "$PUT/child"; sleep 300')
    with pytest.raises(Refused, match="could not be converted"):
        docx_from_doc(DOC)
    assert is_over(int((put / "child").read_text(encoding="utf-8")))
    assert not list(put.glob("quizapp-*"))


def is_over(process: int) -> bool:
    """Whether a process has ended, be it that nobody has asked how yet."""
    for _ in range(50):
        try:
            os.kill(process, 0)
            state = Path(f"/proc/{process}/stat")
            if state.exists() and state.read_text(encoding="utf-8").rpartition(")")[2].split()[0] == "Z":
                return True
        except ProcessLookupError:
            return True
        time.sleep(0.1)
    return False


FAILS = {
    "it fails": 'cp "$PUT/ready.docx" "$OUT/old.docx"; exit 3',
    "it leaves nothing": "exit 0",
    "it leaves something else": 'echo words > "$OUT/old.docx"',
    "it leaves a folder": 'mkdir "$OUT/old.docx"',
    "it writes without end": 'yes > "$OUT/old.docx"',
    "it works without end": "while :; do :; done",
    "it talks without end": 'cp "$PUT/ready.docx" "$OUT/old.docx"; yes',
}


@pytest.mark.parametrize("how", FAILS)
def test_a_failure_is_one_sentence(put: Path, monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    monkeypatch.setattr(old_word, "LIMITS", Limits(seconds=15, processor_seconds=1, megabytes_of_file=1))
    stand_in(put, monkeypatch, FAILS[how])
    with pytest.raises(Refused, match="could not be converted"):
        docx_from_doc(DOC)
    assert not list(put.glob("quizapp-*"))


def test_one_at_a_time(put: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(old_word, "LIMITS", Limits(seconds_waiting=0.01))
    stand_in(put, monkeypatch, 'cp "$PUT/ready.docx" "$OUT/old.docx"')
    with old_word._turn, pytest.raises(Refused, match="just now"):
        docx_from_doc(DOC)
    docx_from_doc(DOC)


def test_without_libreoffice_the_sentence_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("QUIZAPP_SOFFICE", raising=False)
    with pytest.raises(Refused, match=r"This is a \.doc file\. Save it as \.docx"):
        docx_from_doc(DOC)


def test_only_an_old_office_file_is_handed_on(put: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(put, monkeypatch, 'cp "$PUT/ready.docx" "$OUT/old.docx"')
    with pytest.raises(Refused):
        docx_from_doc(b"<html>")


def test_a_file_under_a_password_is_not_even_tried(put: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(put, monkeypatch, 'cp "$PUT/ready.docx" "$OUT/old.docx"')
    data = bytearray(DOC)
    data[512:514] = b"\xec\xa5"
    data[522:524] = b"\x00\x01"
    with pytest.raises(Refused, match="password"):
        docx_from_doc(bytes(data))


@pytest.mark.skipif(not any(map(shutil.which, old_word.PROGRAMS)), reason="LibreOffice is not installed")
def test_a_real_doc_keeps_its_numbers_and_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("QUIZAPP_SOFFICE", raising=False)
    document = docx.Document()
    for text, style in (("开标由谁主持？", "List Number"), ("A.招标人", None), ("招标何时开始？", "List Number")):
        document.add_paragraph(text, style)
    document.save(str(tmp_path / "new.docx"))
    program = next(filter(None, map(shutil.which, old_word.PROGRAMS)))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [program, profile, "--headless", "--convert-to", "doc:MS Word 97", "--outdir", str(tmp_path), "new.docx"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=90)
    lines = read_word(docx_from_doc((tmp_path / "new.doc").read_bytes()), "new.doc").lines
    assert [line.replace("\t", "") for line in lines] == ["1.开标由谁主持？", "A.招标人", "2.招标何时开始？"]
