"""Where the time of a request goes: ``python -m benchmarks.load.profiled [DATABASE] [--step save] [--top 25]``.

The application runs in this process, one request after another: the processor's time for each (the best of three
rounds), how many statements it sends to the database, and with ``--step`` the functions that take the most of it.
"""

import argparse
import cProfile
import pstats
import random
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import event

from benchmarks.load.prepare import LONG, Department, Test
from benchmarks.load.wire import Answer, Person
from quizapp.db import db
from tests.faults.postgres import Postgres

ROUNDS, PEOPLE = 3, 30
STEPS = ("home", "door", "start", "page", "lease", "save", "submit", "result")


class Bench:
    """People who go through a test in step, in this process."""

    def __init__(self, department: Department) -> None:
        self.app = department.app
        self._test: Test = department.publish(LONG)
        self._client = self.app.test_client(use_cookies=False)
        self.statements: list[str] = []
        with self.app.app_context():
            event.listen(db.engine, "before_cursor_execute", self._note)
        self._people = [
            Person(login, cookie, department.prepared.token, random.Random(login))
            for login, cookie in department.prepared.people
        ]

    def _note(self, _connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        self.statements.append(statement)

    def act(self, step: str, person: Person) -> None:
        """One request of that step."""
        place = person.dice.randrange(LONG)
        data = {
            "home": lambda: person.get("/"),
            "door": lambda: person.get(f"/tests/{self._test.quiz}"),
            "start": lambda: person.start(self._test.quiz),
            "page": person.paper,
            "lease": person.take_lease,
            "save": lambda: person.save(place, self._test.kinds[place]),
            "submit": person.submit,
            "result": person.result,
        }[step]()
        answer = self._send(data)
        assert answer.status == 200, (step, answer.status, answer.body[:200])
        if step == "start":
            person.started(answer)
        elif step == "save":
            person.saved(place, answer)

    def _send(self, data: bytes) -> Answer:
        """Hand the bytes of a request to the application as a server would."""
        head, _blank, body = data.partition(b"\r\n\r\n")
        first, *lines = head.decode().split("\r\n")
        method, path, _version = first.split(" ")
        headers = [tuple(line.split(": ", 1)) for line in lines]
        answer = self._client.open(path, method=method, headers=headers, data=body)
        return Answer(answer.status_code, b"", answer.get_data())

    def people(self, number: int) -> list[Person]:
        """Those of one round."""
        return self._people[number * PEOPLE : (number + 1) * PEOPLE]


def measure(bench: Bench, wanted: str | None, top: int) -> None:
    """Go through all the steps, round after round; the first only makes everything ready, the last is watched."""
    best: dict[str, float] = {}
    count: dict[str, float] = {}
    profile = cProfile.Profile()
    for number in range(ROUNDS + 2):
        is_last = number > ROUNDS
        for step in STEPS:
            bench.statements.clear()
            began = time.process_time()
            with _profiling(profile if step == wanted and is_last else None):
                for person in bench.people(number):
                    bench.act(step, person)
            took = (time.process_time() - began) / PEOPLE * 1000
            if 0 < number <= ROUNDS:
                best[step] = min(took, best.get(step, took))
                count[step] = len(bench.statements) / PEOPLE
            if step == wanted and is_last:
                one = bench.statements[: round(count[step])]
                print(f"{step}:", *(" ".join(statement.split()) for statement in one), sep="\n  ")
    for step in STEPS:
        print(f"{step:8} {best[step]:7.2f} ms  {count[step]:5.1f} statements")
    for order in ("cumulative", "tottime") if wanted else ():
        pstats.Stats(profile).sort_stats(order).print_stats(top)


@contextmanager
def _profiling(profile: cProfile.Profile | None) -> Iterator[None]:
    if profile is None:
        yield
        return
    profile.enable()
    try:
        yield
    finally:
        profile.disable()


def main() -> None:
    """Make a department and go through the steps."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load.profiled", description=__doc__)
    parser.add_argument("database", nargs="?", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--step", choices=STEPS)
    parser.add_argument("--top", type=int, default=25)
    words = parser.parse_args()
    postgres = Postgres() if words.database == "postgresql" else None
    with tempfile.TemporaryDirectory(prefix="quizapp-bench-") as folder:
        url = postgres.url if postgres else f"sqlite:///{folder}/quizapp.sqlite3"
        measure(Bench(Department(url, Path(folder), PEOPLE * (ROUNDS + 2))), words.step, words.top)
    if postgres:
        postgres.close()


if __name__ == "__main__":
    main()
