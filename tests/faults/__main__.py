"""``python -m tests.faults``: the long form; see `tests.faults.run`."""

import argparse
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import NoReturn

from quizapp import failpoints
from quizapp.failpoints import AFTER, BEFORE
from tests.faults.run import PROFILES, Plan, execute
from tests.faults.server import ROOT
from tests.faults.workload import Habits

INSIDE = "FAULTS_NAMESPACE"
ACKS_PER_KILL = 2000
"""A run ends when as many answers are acknowledged as were asked for, and a process was killed for each so many."""
CHANCES = {"sign_in": 0.01, "start": 0.01, "lease": 0.005, "save": 0.0003, "submit": 0.02, "close": 0.05, "extend": 0.1}
"""Of dying before each commit of that kind, and of dying after it."""
FAILPOINTS = ",".join(f"{name}.{side}={chance}" for name, chance in CHANCES.items() for side in (BEFORE, AFTER))


def main() -> None:
    """Read the words, run, report."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--acks", type=int, default=1000, help="answers that must be acknowledged")
    parser.add_argument("--db", choices=PROFILES, default="sqlite")
    parser.add_argument("--people", type=int, default=40)
    parser.add_argument("--period", type=float, default=6.0, help="seconds between two faults, on average")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, default=None, help="where the logs are kept; default: below var/faults")
    parser.add_argument("--short", action="store_true", help="the form that the tests run")
    words = parser.parse_args()
    if words.short:
        _finish(short(words.folder or _stamped("short")))
    small_disk = words.db == "sqlite" and _own_mounts()
    folder = words.folder or _stamped(words.db)
    plan = Plan(
        folder=folder, database=words.db, acks=words.acks, kills=words.acks // ACKS_PER_KILL, people=words.people,
        period=words.period, seed=words.seed,
        small_disk=small_disk, first_faults=("full_disk",) if small_disk else (),
        extra={failpoints.FAILPOINTS: FAILPOINTS, failpoints.TEST_BUILD: "1"},
    )  # fmt: skip
    moved = "yes" if shutil.which("faketime") else "no faketime here, not run"
    print(f"logs in {folder}; full disk: {'yes' if small_disk else 'not run'}; moved clock: {moved}")
    _finish(plan)


def short(folder: Path) -> Plan:
    """A minute on an idle machine: some hundreds of answers, three kills at least."""
    return Plan(
        folder=folder, people=10, workers=2, round=8, acks=300, kills=3, most_rounds=6, period=1.2,
        first_faults=("kill_worker", "kill_service", "kill_worker"), habits=Habits(ramp=2, batch=0.4),
    )  # fmt: skip


def _stamped(name: str) -> Path:
    return ROOT / "var" / "faults" / f"{name}-{time.strftime('%Y%m%d-%H%M%S')}"


def _finish(plan: Plan) -> NoReturn:
    result = execute(plan)
    print((plan.folder / "result.json").read_text("utf-8"))
    print(result.summary(plan))
    sys.exit(bool(result.verdict.violations or not result.acks or not result.kills))


def _own_mounts() -> bool:
    """Whether a small disk can be mounted: begins anew in a mount namespace of its own where root can have one."""
    if os.environ.get(INSIDE):
        return True
    if os.geteuid() or not shutil.which("unshare"):
        return False
    if subprocess.run(["unshare", "-m", "true"], capture_output=True).returncode:
        return False
    os.environ[INSIDE] = "1"
    return os.execvp("unshare", ["unshare", "-m", sys.executable, "-m", "tests.faults", *sys.argv[1:]])


if __name__ == "__main__":
    main()
