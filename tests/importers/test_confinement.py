"""What is left of a server that was ended in the middle of a reading: nothing."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from quizapp.importers import confinement

SERVER = """
import sys
from quizapp.importers import confinement
child = 'from quizapp.importers import child; import os, sys, time; child._die_with(int(sys.argv[3]));' \
        'print(os.getpid(), file=open(sys.argv[4], "w"), flush=True); time.sleep(60)'
command = [sys.executable, '-I', '-c', child, '1', '1', str(__import__('os').getpid()), sys.argv[1]]
confinement.run(command, b'', seconds=60, output=10)
"""


def is_running(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")")[-1].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.skipif(sys.platform != "linux", reason="the system tells a child of its parent's end on Linux alone")
def test_a_child_ends_with_its_server_and_its_folder_goes_next_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    named = tmp_path / "child"
    with subprocess.Popen([sys.executable, "-c", SERVER, str(named)]) as server:
        for _time in range(300):
            if named.exists() and named.read_text().strip():
                break
            time.sleep(0.1)
        server.kill()
    child = int(named.read_text())
    for _time in range(50):
        if not is_running(child):
            break
        time.sleep(0.1)
    assert not is_running(child)
    assert list(tmp_path.glob(f"quizapp-{server.pid}-*"))
    mine = tmp_path / f"quizapp-{os.getpid()}-at-work"
    other = tmp_path / "quizapp-notes"
    mine.mkdir()
    other.mkdir()
    confinement.run([sys.executable, "-c", ""], b"", seconds=10, output=10)
    assert set(tmp_path.glob("quizapp-*")) == {mine, other}
