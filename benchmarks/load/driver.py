"""One process of the driver: ``python -m benchmarks.load.driver``, told on its standard input what to do, in JSON.

The first line says who it is, each further one is a phase; what was seen comes back as one line each. Its people keep
from phase to phase what they know: attempts, leases, versions.
"""

import asyncio
import gc
import json
import random
import resource
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks.load.loop import Record, drive
from benchmarks.load.scripts import SCRIPTS, Phase
from benchmarks.load.wire import Person


def main() -> None:
    """Read the first line, then carry out phase after phase."""
    _allow_many_connections()
    gc.disable()  # a pause of its own would be counted as one of the server's; the process lives for minutes
    hired = json.loads(sys.stdin.readline())
    clients = _clients(hired)
    print(json.dumps("ready"), flush=True)
    for line in sys.stdin:
        phase = Phase(**json.loads(line))
        record = Record()
        scripts = [SCRIPTS[phase.script](people, phase, record) for people in clients]
        worked = time.process_time()
        asyncio.run(drive(hired["port"], scripts, record, phase.begin, phase.until))
        told = vars(record) | {"cpu": time.process_time() - worked}
        print(json.dumps(told), flush=True)


def _clients(hired: dict[str, Any]) -> list[list[Person]]:
    """The people of each client of this process; of a yardstick's clients nobody needs a name."""
    all_clients, mine = hired["clients"], range(hired["index"], hired["clients"], hired["drivers"])
    if not hired["people"]:
        return [[] for _client in mine]
    told = json.loads(Path(hired["people"]).read_text(encoding="utf-8"))
    people = [
        Person(login, cookie, told["token"], random.Random(f"{login}:{hired['seed']}"))
        for login, cookie in told["people"][: hired["at_most"] or None]
    ]
    return [people[number::all_clients] for number in mine]


def _allow_many_connections() -> None:
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


if __name__ == "__main__":
    main()
