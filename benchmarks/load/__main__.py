"""``python -m benchmarks.load``, which `make bench` runs: measure, print, keep latest.json and its picture."""

import argparse
import os
import platform
import sys
from dataclasses import replace
from pathlib import Path

import psycopg

from benchmarks.load import picture, table
from benchmarks.load.figures import figures
from benchmarks.load.rows import Row
from benchmarks.load.run import Plan, measure
from quizapp.db import SQLITE
from tests.faults.run import commit

KEPT = Path(__file__).parents[1]
QUIET = 0.25
"""The most load for each core at which what is measured is worth keeping."""


def main() -> None:
    """Read the words, measure, write."""
    words = _words()
    plan = Plan(seconds=words.seconds, bell=words.bell, only_bell=words.only_bell, pulses=words.pulses)
    plan = replace(
        plan,
        clients=tuple(map(int, words.clients.split(","))) if words.clients else plan.clients,
        databases=(words.db,) if words.db else plan.databases,
    )
    machine = _machine()
    print(machine.note, file=sys.stderr)
    if os.getloadavg()[0] > QUIET * (os.cpu_count() or 1):
        print("This machine is busy with something else: the figures will be worse than they are.", file=sys.stderr)
    rows = [machine, *measure(plan, lambda what: print(f"  {what}", file=sys.stderr, flush=True))]
    rows += figures(rows)
    words.out.mkdir(parents=True, exist_ok=True)
    table.write(rows, words.out / "latest.json")
    (words.out / "latest.svg").write_text(picture.draw(rows), encoding="utf-8")
    print(table.text(rows))


def _words() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load", description=__doc__)
    parser.add_argument("--seconds", type=float, default=8.0, help="how long each phase is measured (8)")
    parser.add_argument("--clients", help="numbers of clients of the closed loops (8,32,128)")
    parser.add_argument("--db", choices=Plan.databases, help="only this database")
    parser.add_argument("--bell", type=int, default=500, help="people at the bell (500); 5000 is the full form, 0 none")
    parser.add_argument("--only-bell", action="store_true", help="nothing but the bell")
    parser.add_argument("--pulses", action="store_true", help="let the open pages at the bell ask every 1.5 s")
    parser.add_argument("--out", type=Path, default=KEPT, help="where latest.json and latest.svg are written")
    return parser.parse_args()


def _machine() -> Row:
    """What was measured, on what, and how busy it was with other work: figures of a laden machine say little."""
    cores, load = os.cpu_count(), os.getloadavg()[0]
    versions = f"Python {platform.python_version()}, SQLite {SQLITE.sqlite_version}, psycopg {psycopg.__version__}"
    system = f"{cores} cores, {platform.system()} {platform.machine()}"
    return Row("machine", note=f"{system}, {versions}, commit {commit()}, load before the run {load:.2f}")


if __name__ == "__main__":
    main()
