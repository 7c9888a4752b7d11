"""Files read by the test's own process: to start one for each takes ten times as long as most of them need."""

import json

import pytest

from quizapp.importers import child, sandbox
from quizapp.importers.confinement import Ended


def read_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let `quizapp.importers.sandbox` ask this process, by the same words; its limits have tests of their own."""

    def run(job: bytes) -> Ended:
        words, _newline, data = job.partition(b"\n")
        try:
            return Ended(answer=child._answered(json.loads(words), data), said=b"", code=0)
        except Exception as error:  # as where a child ends in it
            return Ended(answer=b"", said=repr(error).encode(), code=1)

    monkeypatch.setattr(sandbox, "_run", run)
