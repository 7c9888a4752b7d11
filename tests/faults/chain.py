"""I8: the record is one unbroken chain, and holds every act once."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from tests.faults.history import oks, unknowns
from tests.faults.raw import Row
from tests.faults.scorer import canonical

if TYPE_CHECKING:
    from tests.faults.checker import Run


def broken(run: "Run") -> Iterable[str]:
    """What is wrong with the chain, or missing from it."""
    entries = sorted(run.tables["audit_entry"], key=lambda row: row["number"])
    yield from _links(entries)
    yield from _acts(entries, "quiz.published", [f"quiz:{quiz}" for quiz in run.quizzes])
    yield from _acts(
        entries, "attempt.ended", [f"attempt:{key}" for key, row in run.attempts.items() if row["ended_by"]]
    )
    yield from _endings(run, entries)
    extended = Counter(f"quiz:{row['quiz_id']}/{row['id']}/{row['reason']}" for row in run.tables["extension"])
    entered = [entry for entry in entries if entry["act"] == "quiz.extended"]
    written = Counter(f"{entry['subject']}/{entry['detail']['extension']}/{entry['note']}" for entry in entered)
    yield from _same("quiz.extended", extended, written)
    yield from _told(run)
    yield from _published(run, {entry["number"]: entry["hash"] for entry in entries})


def _endings(run: "Run", entries: list[Row]) -> Iterator[str]:
    """The entry of an end says what the rows say."""
    scores = run.tables.by_attempt("attempt_score")
    for entry in entries:
        if entry["act"] == "attempt.ended":
            attempt, said = run.attempts[int(entry["subject"].partition(":")[2])], entry["detail"]
            rows = [f"{row['points'] / 100:.2f}" for row in scores[attempt["id"]] if row["edition"] == 1]
            stored = (attempt["fingerprint"], attempt["ended_by"], *rows)
            if (said["fingerprint"], said["ended_by"], said["points"]) != stored:
                yield f"entry {entry['number']} says {said}, stored is {stored}"


def _links(entries: list[Row]) -> Iterator[str]:
    previous = "0" * 64
    for number, entry in enumerate(entries, 1):
        if entry["number"] != number:
            yield f"entry {entry['number']} stands where {number} should"
        moment: datetime = entry["at"]
        body = [entry["number"], moment.isoformat(timespec="microseconds"), entry["actor"], entry["act"]]
        body += [entry["subject"], entry["detail"], entry["note"]]
        if entry["previous_hash"] != previous:
            yield f"entry {number} does not follow the one before"
        if entry["hash"] != hashlib.sha256(previous.encode() + canonical(body)).hexdigest():
            yield f"entry {number} has another hash than its text"
        previous = entry["hash"]


def _acts(entries: list[Row], act: str, subjects: list[str]) -> Iterator[str]:
    yield from _same(act, Counter(subjects), Counter(entry["subject"] for entry in entries if entry["act"] == act))


def _same(what: str, acts: Counter[str], written: Counter[str]) -> Iterator[str]:
    for subject in (acts - written) | (written - acts):
        yield f"{what}: {subject} happened {acts[subject]} times and is recorded {written[subject]} times"


def _published(run: "Run", hashes: dict[int, str]) -> Iterator[str]:
    """The head that stands on a report still belongs to the chain: nobody has cut or rewritten it since."""
    for path in sorted(run.exports.glob("*.json")):
        head = json.loads(path.read_text("utf-8"))["record"]
        if hashes.get(head["entry"]) != head["sha256"]:
            yield f"report {path.name} names entry {head['entry']} with another hash than is there"


def _told(run: "Run") -> Iterator[str]:
    """What the organizer was told: given once, or not at all."""
    happened = Counter(row["reason"] for row in run.tables["extension"])
    for records in run.by_kind["extend"].values():
        for record in records:
            least, most = bool(oks(record)), bool(oks(record) or unknowns(record))
            if not least <= happened[record["reason"]] <= most:
                yield f"extension {record['reason']} exists {happened[record['reason']]} times: {record['tries']}"
