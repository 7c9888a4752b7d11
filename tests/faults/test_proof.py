"""The checker is not blind: seeded bugs are found, and so are edits behind the application's back."""

import copy
import json
import subprocess
import sys
from collections.abc import Callable

import pytest

from tests.faults import checker, history, raw
from tests.faults.server import ROOT

QUICK = ("accept_saves_after_submission",)
"""Of the bugs in `tests.faults.bugs`, one that no edit below stands for; `make faults-proof` seeds all of them."""


@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", QUICK)
def test_a_seeded_bug_is_found(name: str) -> None:
    words = [sys.executable, "-W", "ignore", "-m", "tests.faults.proof", "--one", name, "--round", "3"]
    ended = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=280)
    assert ended.returncode == 0, ended.stdout + ended.stderr[-2000:]


PUT_IN = """
from tests.faults import bugs
for name in bugs.BUGS:
    bugs.seed(name)
"""


def test_every_bug_still_fits_the_code() -> None:
    """A function that was renamed would leave its bug out of the long proof, which is not run every day."""
    ended = subprocess.run([sys.executable, "-W", "ignore", "-c", PUT_IN], cwd=ROOT, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr[-2000:]


RUN = """
from pathlib import Path
from tests.faults.proof import attempt
attempt("clean", Path({folder!r}), in_process=True, round=3)
"""


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> checker.Run:
    """A clean run, in a process of its own, which leaves clocks and failpoints of this one alone."""
    folder = tmp_path_factory.mktemp("finished")
    words = [sys.executable, "-W", "ignore", "-c", RUN.format(folder=str(folder))]
    subprocess.run(words, cwd=ROOT, check=True, capture_output=True, timeout=280)
    records = list(history.read(folder / "history.jsonl"))
    return checker.Run(raw.of_sqlite(folder / "quizapp.sqlite3"), folder / "exports", records)


@pytest.mark.timeout(300)
def test_a_clean_run_is_clean(finished: checker.Run) -> None:
    assert checker.check(finished).violations == []
    assert any(record["f"] == "save" for record in finished.records)


def _score_of_one(tables: raw.Tables) -> None:
    tables["attempt_score"][0]["points"] += 200


def _answer_of_one(tables: raw.Tables) -> None:
    row = next(row for row in tables["item_response"] if row["answer"] in (["A"], ["B"]))
    row["answer"] = ["B"] if row["answer"] == ["A"] else ["A"]


def _answer_deleted(tables: raw.Tables) -> None:
    del tables["item_response"][0]


def _older_answer(tables: raw.Tables) -> None:
    row = next(row for row in tables["item_response"] if row["version"] > 1)
    row["version"] -= 1


def _second_score(tables: raw.Tables) -> None:
    tables["attempt_score"].append(tables["attempt_score"][0] | {"id": 10**6, "edition": 2})


def _deadline_moved(tables: raw.Tables) -> None:
    row = tables["attempt"][0]
    row["deadline"] = row["deadline"].replace(year=2030)


def _reopened(tables: raw.Tables) -> None:
    tables["attempt"][0] |= {"submitted_at": None, "ended_by": None}


def _record_changed(tables: raw.Tables) -> None:
    tables["audit_entry"][-1]["note"] = "改"


def _record_shortened(tables: raw.Tables) -> None:
    del tables["audit_entry"][-1]


def _moved_to_another_branch(tables: raw.Tables) -> None:
    first = tables["membership"][0]
    others = (row["branch_id"] for row in tables["membership"] if row["branch_id"] != first["branch_id"])
    first["branch_id"] = next(others)


EDITS: dict[str, tuple[Callable[[raw.Tables], None], str]] = {
    "score": (_score_of_one, "I6"),
    "answer": (_answer_of_one, "I2"),
    "answer deleted": (_answer_deleted, "I2"),
    "older answer": (_older_answer, "I2"),
    "second score": (_second_score, "I5"),
    "deadline": (_deadline_moved, "I1"),
    "reopened": (_reopened, "I5"),
    "record changed": (_record_changed, "I8"),
    "record shortened": (_record_shortened, "I8"),
    "branch": (_moved_to_another_branch, "I7"),
}


@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", EDITS)
def test_an_edit_behind_the_applications_back_is_found(finished: checker.Run, name: str) -> None:
    edit, invariant = EDITS[name]
    tables = copy.deepcopy(finished.tables)
    edit(tables)
    found = checker.check(checker.Run(tables, finished.exports, finished.records)).found_by
    assert found[invariant], json.dumps(found)
