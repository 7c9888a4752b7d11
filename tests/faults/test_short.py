"""The short form of `make faults`: the server as shipped is killed a few times while people take a test."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.server import ROOT


@pytest.mark.timeout(600)  # on an idle machine a minute; a laden one is slow to start servers, which is no fault
def test_nothing_acknowledged_is_lost_while_the_server_is_killed(tmp_path: Path) -> None:
    words = [sys.executable, "-W", "ignore", "-m", "tests.faults", "--short", "--folder", str(tmp_path / "run")]
    ended = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=580)
    assert ended.returncode == 0, ended.stdout[-6000:] + ended.stderr[-2000:]
    assert " 0 lost, 0 late, 0 double, 0 violations" in ended.stdout.splitlines()[-1]
