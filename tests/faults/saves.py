"""What became of answers: I2, I3, I4 and I9. Each item's versions are one line of history, and so is the lease."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.faults.history import Record, is_ok, oks, unknowns
from tests.faults.raw import Row
from tests.faults.scorer import in_bank_letters

if TYPE_CHECKING:
    from tests.faults.checker import Run

EPSILON = 0.25


@dataclass
class Write:
    """One operation on one item, merged from all times that it was sent. ``versions``: those it was told."""

    operation: str
    answer: list[str]
    marked: bool
    seen: int
    versions: set[int] = field(default_factory=set)
    is_unknown: bool = False
    first_sent: float = float("inf")
    first_ok: float = float("inf")


def lost_or_invented(run: "Run") -> Iterable[str]:
    """I2: no acknowledged save is lost, none invented, none reordered."""
    stored = {(row["attempt_id"], row["position"]): row for row in run.tables["item_response"]}
    places = _Places(run)
    for key, writes in _writes(run).items():
        yield from _item(key, writes, stored.pop(key, None), places)
    for attempt, place in stored:
        yield f"attempt {attempt}, item {place} has an answer that nobody sent"


def _item(key: tuple[int, int], writes: dict[str, Write], row: Row | None, places: "_Places") -> Iterator[str]:
    name = f"attempt {key[0]}, item {key[1]}"
    by_version: dict[int, set[str]] = defaultdict(set)
    for write in writes.values():
        for version in write.versions:
            by_version[version].add(write.operation)
            if version != write.seen + 1:
                yield f"{name}: operation {write.operation} had seen version {write.seen} and was told {version}"
    for version, operations in by_version.items():
        if len(operations) > 1:
            yield f"{name}: version {version} was told to {len(operations)} different saves: {sorted(operations)}"
    yield from _order(name, writes)
    top = max(by_version, default=0)
    if row is None:
        if top:
            yield f"{name}: version {top} was acknowledged and nothing is there: LOST"
        return
    if row["version"] < top:
        yield f"{name}: version {top} was acknowledged, version {row['version']} is there: LOST"
    write = writes.get(row["operation"])
    if write is None or not (write.versions or write.is_unknown):
        yield f"{name}: what is there was never sent, or refused: {row['operation']} PHANTOM"
        return
    expected = in_bank_letters(*places.at(key), write.answer)
    if (row["answer"], bool(row["marked"]), row["version"]) != (expected, write.marked, write.seen + 1):
        yield f"{name}: {row['answer']} version {row['version']} is there, sent was {expected} over {write.seen}"
    if row["version"] == top and row["operation"] not in by_version[top]:
        yield f"{name}: version {top} was acknowledged to {by_version[top]}, there is {row['operation']}: LOST"


def _order(name: str, writes: dict[str, Write]) -> Iterator[str]:
    """A save that was acknowledged before another was sent has the smaller version."""
    acked = sorted((write for write in writes.values() if write.versions), key=lambda write: write.first_ok)
    newest, before = 0, iter(acked)
    waiting = next(before, None)
    for write in sorted(acked, key=lambda write: write.first_sent):
        while waiting is not None and waiting.first_ok < write.first_sent:
            newest = max(newest, *waiting.versions)
            waiting = next(before, None)
        if max(write.versions) <= newest and write.first_ok > write.first_sent:
            yield f"{name}: version {max(write.versions)} was accepted after version {newest} had been acknowledged"


def late_or_early(run: "Run") -> Iterable[str]:
    """I3: nothing is accepted after deadline and grace, nothing refused as late before the deadline.

    By the server's clock, that is: while it is wrong by n seconds, n seconds too late or too early.
    """
    first = _first_deadlines(run)
    for attempt, records in run.by_kind["save"].items():
        limit = run.limit(run.attempts[attempt]) + EPSILON
        for record in records:
            for told in _fresh(record):
                if told["t0"] > limit + run.clock_off(told):
                    yield f"attempt {attempt}: a save sent {told['t0'] - limit:.2f} s after the end was accepted"
            for told in record["tries"]:
                is_late = told["status"] == 409 and told["told"]["error"] == "late"
                if is_late and told["t1"] < first[attempt] - EPSILON - run.clock_off(told):
                    yield f"attempt {attempt}: refused as late {first[attempt] - told['t1']:.2f} s before the deadline"


def after_submission(run: "Run") -> Iterable[str]:
    """I4: nothing is accepted after an acknowledged submission."""
    for attempt, records in run.by_kind["submit"].items():
        acked = [told["t1"] for record in records for told in oks(record)]
        if not acked:
            continue
        for record in run.by_kind["save"][attempt]:
            for told in _fresh(record):
                if told["t0"] > min(acked):
                    yield f"attempt {attempt}: a save was accepted {told['t0'] - min(acked):.3f} s after submission"


def from_pages_taken_over(run: "Run") -> Iterable[str]:
    """I9: once a page has been told that it took over, nothing is accepted from the one before."""
    for attempt, records in run.by_kind["lease"].items():
        told = sorted((each["t1"], each["told"]["lease"]) for record in records for each in oks(record))
        leases = [lease for _at, lease in told]
        if len(leases) != len(set(leases)):
            yield f"attempt {attempt}: two pages were given the same lease: {leases}"
        for record in run.by_kind["save"][attempt]:
            newer = min((at for at, lease in told if lease > record["lease"]), default=float("inf"))
            for each in _fresh(record):
                if each["t0"] > newer:
                    yield f"attempt {attempt}: lease {record['lease']} saved after a newer one was given"


def _fresh(record: Record) -> Iterator[Record]:
    """The tries that were accepted as new, not as the repetition of one that had been accepted before."""
    if record["note"] == "twin":
        return  # its other half may have been first
    for number, each in enumerate(record["tries"]):
        if not is_ok(each) or not any("version" in result for result in each["told"]["results"]):
            continue
        if not unknowns({"tries": record["tries"][:number]}):
            yield each  # after an unknown try this is what that one did, and it was sent earlier
        return


def _writes(run: "Run") -> dict[tuple[int, int], dict[str, Write]]:
    found: dict[tuple[int, int], dict[str, Write]] = defaultdict(dict)
    for attempt, records in run.by_kind["save"].items():
        for record in records:
            for index, item in enumerate(record["items"]):
                writes = found[attempt, item["position"]]
                write = writes.setdefault(
                    item["operation"], Write(item["operation"], item["answer"], item["marked"], item["version"])
                )
                _merge(write, record, index)
    return found


def _merge(write: Write, record: Record, index: int) -> None:
    for each in record["tries"]:
        write.first_sent = min(write.first_sent, each["t0"])
        result = each["told"]["results"][index] if is_ok(each) else {}
        if "version" in result:
            write.versions.add(result["version"])
            write.first_ok = min(write.first_ok, each["t1"])
    write.is_unknown = write.is_unknown or bool(unknowns(record))


class _Places:
    """Which item of the bank stands at a place of an attempt's paper."""

    def __init__(self, run: "Run") -> None:
        banks = {row["id"]: row["content"] for row in run.tables["bank_revision"]}
        self._items = {
            key: {leaf["id"]: leaf for item in bank["items"] for leaf in (item["items"] or [item])}
            for key, bank in banks.items()
        }
        self._run = run

    def at(self, key: tuple[int, int]) -> tuple[dict[str, Any], dict[str, Any]]:
        """The place on the paper, and the item behind it."""
        attempt = self._run.attempts[key[0]]
        place = attempt["paper"]["items"][key[1]]
        revision = self._run.quizzes[attempt["quiz_id"]]["bank_revision_id"]
        return place, self._items[revision][place["item_id"]]


def _first_deadlines(run: "Run") -> dict[int, float]:
    """The deadline of each attempt before anybody moved it."""
    first = {key: float(row["deadline"].timestamp()) for key, row in run.attempts.items()}
    for grant in run.tables["extension_grant"]:
        first[grant["attempt_id"]] = min(first[grant["attempt_id"]], grant["deadline_before"].timestamp())
    return first
