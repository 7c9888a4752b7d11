"""The checker is itself proven: every seeded bug is found, and the application as it is passes.

``python -m tests.faults.proof [NAME …] [--in-process]``; `make faults-proof` runs all against real servers.
"""

import argparse
import contextlib
import io
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.faults.bugs import BUGS, Bug, seed
from tests.faults.run import Plan, Result, execute, execute_in_process
from tests.faults.server import ROOT
from tests.faults.workload import Habits

CLEAN = "clean"
ROUND = 9
"""Seconds that people sit in one round of a run in one process: what shows at the end of an attempt needs the time."""
HABITS = Habits(
    think=0.02, ramp=2, double_start=0.6, held_back=0.08, two_at_once=0.12, twice=0.05, take_over=0.1, batch=0.3,
    early=0.6, extended=0.1,
)  # fmt: skip


def main() -> None:
    """Run each, say which invariant found it, and end with 1 where one was missed or the clean run was not clean."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.proof")
    parser.add_argument("names", nargs="*", choices=[[], *BUGS, CLEAN])
    parser.add_argument("--in-process", action="store_true", help="without servers and kills: seconds for each")
    parser.add_argument("--one", choices=[*BUGS, CLEAN], help=argparse.SUPPRESS)
    parser.add_argument("--round", type=int, default=ROUND, help=argparse.SUPPRESS)
    words = parser.parse_args()
    if words.one:
        sys.exit(0 if show(words.one, in_process=True, round=words.round) else 1)
    names = words.names or [CLEAN, *BUGS]
    missed = [name for name in names if not (_apart(name) if words.in_process else show(name, in_process=False))]
    print(f"{len(names) - len(missed)} of {len(names)} as they should be; not: {missed or 'none'}")
    sys.exit(bool(missed))


def _apart(name: str) -> bool:
    """In a process of its own, since a bug cannot be taken out again."""
    return subprocess.run([sys.executable, "-m", "tests.faults.proof", "--one", name], cwd=ROOT).returncode == 0


def show(name: str, *, in_process: bool, round: int = ROUND) -> bool:
    """Run one and print a line about it; whether it came out as it should."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="quizapp-faults-") as folder, contextlib.redirect_stdout(io.StringIO()):
        result = attempt(name, Path(folder), in_process=in_process, round=round)
    found, expected = result.verdict.found_by, BUGS[name].found_by if name in BUGS else ()
    right = all(found[invariant] for invariant in expected) if expected else not found
    witness = next((said for which, said in result.verdict.violations if which in expected or not expected), "")
    print(f"{'found' if expected else 'clean' if right else 'NOT CLEAN' if not expected else ''}" if right or not
          expected else "MISSED", f"{name}: {dict(sorted(found.items()))}, {result.acks} acknowledged, "
          f"{result.kills} kills, {time.monotonic() - began:.0f} s; {witness[:300]}", flush=True)  # fmt: skip
    return right


def attempt(name: str, folder: Path, *, in_process: bool, round: int = ROUND) -> Result:
    """A short run with that bug in the application, or with none; ``round``: its seconds where it is in process."""
    bug = BUGS.get(name, Bug(lambda: None, ()))
    armed = {"QUIZAPP_FAILPOINTS": bug.failpoints, "QUIZAPP_TEST_BUILD": "1"} if bug.failpoints else {}
    if in_process:
        if name in BUGS:
            seed(name)
        plan = Plan(folder=folder, people=8, acks=120, most_rounds=5, round=round, habits=HABITS, extra=armed, sweep=15)
        return execute_in_process(plan)
    extra = armed | ({"FAULTS_BUG": name} if name in BUGS else {})
    plan = Plan(
        folder=folder, people=16, acks=600, most_rounds=6, round=25, period=6, habits=HABITS, extra=extra, sweep=90
    )
    return execute(plan)


if __name__ == "__main__":
    main()
