"""Whether the platform kept its promises: the history of the clients against the raw tables, and nothing else.

What each invariant says stands in docs/reliability.md. The checker shares no code with the application.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.faults import chain, exports, history, saves, scoring
from tests.faults.history import Record, errors, is_ok, oks
from tests.faults.raw import Row, Tables

EPSILON = 0.25  # seconds: clients and server share one clock, but not one instant


@dataclass
class Run:
    """Everything that is known of a run, arranged for the invariants."""

    tables: Tables
    exports: Path
    records: list[Record]
    faults: list[Record] = field(default_factory=list)
    attempts: dict[int, Row] = field(default_factory=dict)
    quizzes: dict[int, Row] = field(default_factory=dict)
    by_kind: dict[str, dict[int, list[Record]]] = field(default_factory=dict)
    clocks: list[Record] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.attempts = {row["id"]: row for row in self.tables["attempt"]}
        self.quizzes = {row["id"]: row for row in self.tables["quiz"]}
        self.clocks = [fault for fault in self.faults if fault["kind"] == "clock"]
        self.by_kind = {kind: defaultdict(list) for kind in ("save", "lease", "submit", "extend")}
        for record in self.records:
            if record["f"] in self.by_kind:
                self.by_kind[record["f"]][record["attempt"]].append(record)

    def clock_off(self, told: Record) -> float:
        """By how many seconds at most the clock of a server was wrong while a try was under way."""
        return max(
            (abs(fault["off"]) for fault in self.clocks if fault["t0"] <= told["t1"] and told["t0"] <= fault["t1"]),
            default=0.0,
        )

    def limit(self, attempt: Row) -> float:
        """When the grace of an attempt ends, in Unix time."""
        grace: float = self.quizzes[attempt["quiz_id"]]["grace_seconds"]
        return float(attempt["deadline"].timestamp()) + grace


@dataclass
class Verdict:
    """What was found. ``violations``: (invariant, sentence)."""

    violations: list[tuple[str, str]]
    figures: dict[str, Any]

    @property
    def found_by(self) -> Counter[str]:
        """How many violations each invariant names."""
        return Counter(name for name, _sentence in self.violations)


def check(run: Run) -> Verdict:
    """Hold every invariant against the run."""
    invariants: tuple[tuple[str, Callable[[Run], Iterable[str]]], ...] = (
        ("I0", lambda run: run.tables.damage),
        ("I1", starts),
        ("I2", saves.lost_or_invented),
        ("I3", saves.late_or_early),
        ("I4", saves.after_submission),
        ("I5", endings),
        ("I6", scoring.wrong_scores),
        ("I7", exports.wrong_figures),
        ("I8", chain.broken),
        ("I9", saves.from_pages_taken_over),
    )
    violations = [(name, sentence) for name, holds in invariants for sentence in holds(run)]
    return Verdict(violations, _figures(run))


def starts(run: Run) -> Iterable[str]:
    """I1: one attempt for a person in a test, named by every acknowledged start, with one deadline."""
    logins = {row["id"]: row["staff_no"] for row in run.tables["person"]}
    of_person: dict[tuple[int, str], list[int]] = defaultdict(list)
    for attempt in run.attempts.values():
        of_person[attempt["quiz_id"], logins[attempt["person_id"]]].append(attempt["id"])
    asked = {(record["quiz"], record["login"]) for record in run.records if record["f"] == "start"}
    for who, found in of_person.items():
        if len(found) > 1:
            yield f"{who} has {len(found)} attempts: {found}"
        if who not in asked:
            yield f"{who} has an attempt that nobody started"
    for record in run.records:
        for told in oks(record) if record["f"] == "start" else ():
            if told["told"]["attempt"] not in of_person[record["quiz"], record["login"]]:
                yield f"{record['login']} was given attempt {told['told']['attempt']}, which does not exist"
    yield from _deadlines(run)


def _deadlines(run: Run) -> Iterable[str]:
    grants = run.tables.by_attempt("extension_grant")
    given = {row["id"]: row["minutes"] for row in run.tables["extension"]}
    for attempt in run.attempts.values():
        quiz = run.quizzes[attempt["quiz_id"]]
        more = 60 * sum(given[grant["extension_id"]] for grant in grants[attempt["id"]])
        first = min(attempt["started_at"].timestamp() + 60 * quiz["minutes"], quiz["closes_at"].timestamp())
        if abs(first + more - attempt["deadline"].timestamp()) > 0.001:
            yield f"attempt {attempt['id']}: the deadline {attempt['deadline']} is not {first + more}"
        for record in run.by_kind["lease"][attempt["id"]]:
            for told in oks(record):
                left, allowed = told["told"]["seconds_left"], (first, first + more)
                near = EPSILON + run.clock_off(told)
                low, high = told["t0"] + left - near, told["t1"] + left + near
                if left > 0 and not any(low <= deadline <= high for deadline in allowed):
                    yield f"attempt {attempt['id']}: at {told['t1']} a page was told {left} s, the end is {allowed}"


def endings(run: Run) -> Iterable[str]:
    """I5: every attempt has ended, once, at the moment and with the receipt that its submitters were told."""
    scores, answers = run.tables.by_attempt("attempt_score"), run.tables.by_attempt("item_response")
    for attempt in run.attempts.values():
        name, editions = f"attempt {attempt['id']}", [row["edition"] for row in scores[attempt["id"]]]
        if attempt["submitted_at"] is None:
            yield f"{name} was never closed"
            continue
        if editions != [1]:
            yield f"{name} has the scores {editions}"
        submits = run.by_kind["submit"][attempt["id"]]
        if attempt["ended_by"] == "clock" and attempt["submitted_at"] != attempt["deadline"]:
            yield f"{name} was closed by the clock at {attempt['submitted_at']}, not at its deadline"
        if attempt["ended_by"] == "candidate" and not _is_of(run, attempt, submits):
            yield f"{name} is said to be submitted at {attempt['submitted_at']}, when nobody did"
        answered = sum(any(text.strip() for text in row["answer"]) for row in answers[attempt["id"]])
        for record in submits:
            for told in oks(record):
                yield from _receipt(name, attempt, answered, told["told"]["receipt"])


def _is_of(run: Run, attempt: Row, submits: list[Record]) -> bool:
    at = attempt["submitted_at"].timestamp()
    # Within the grace it counts as of the deadline. An unknown try may be carried out by a server that was stopped
    # meanwhile, so there is no end to when it may have been; but it cannot be before it was sent.
    sent = [each["t0"] - run.clock_off(each) for record in submits for each in record["tries"]]
    return any(began - EPSILON <= at for began in sent) or bool(sent and attempt["submitted_at"] == attempt["deadline"])


def _receipt(name: str, attempt: Row, answered: int, receipt: Row) -> Iterable[str]:
    stored = {
        "number": f"{attempt['quiz_id']:04d}-{attempt['id']:07d}",
        "fingerprint": attempt["fingerprint"],
        "submitted_at": attempt["submitted_at"].isoformat(),
        "items": len(attempt["paper"]["items"]),
        "answered": answered,
    }
    if receipt != stored:
        yield f"{name}: somebody was given the receipt {receipt}, stored is {stored}"


def _figures(run: Run) -> dict[str, Any]:
    tries = [each for record in run.records for each in record.get("tries", ())]
    took: dict[str, list[float]] = defaultdict(list)
    for record in run.records:
        took[record["f"]] += [each["m1"] - each["m0"] for each in record.get("tries", ()) if is_ok(each)]
    scored = {row["attempt_id"]: row["scored_at"].timestamp() for row in run.tables["attempt_score"]}
    lags = [
        scored[attempt["id"]] - run.limit(attempt)
        for attempt in run.attempts.values()
        if attempt["ended_by"] == "clock" and attempt["id"] in scored
    ]
    return {
        "attempts": len(run.attempts),
        "tries": len(tries),
        "unknown_share": round(sum(each["status"] == history.UNKNOWN for each in tries) / max(1, len(tries)), 4),
        "refused": dict(Counter(name for record in run.records if "tries" in record for name in errors(record))),
        "milliseconds": {kind: _percentiles(values) for kind, values in took.items() if values},
        "closing_lag_seconds": _percentiles([lag * 1000 for lag in lags], 1000) if lags else {},
        "faults": dict(Counter(record["kind"] for record in run.faults)),
    }


def _percentiles(values: list[float], scale: float = 1.0) -> dict[str, float]:
    ordered = sorted(values)
    at = {"p50": 0.5, "p95": 0.95, "p99": 0.99, "max": 1.0}
    return {
        name: round(ordered[min(len(ordered) - 1, int(len(ordered) * q))] * 1000 / scale, 1) for name, q in at.items()
    }
