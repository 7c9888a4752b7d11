"""I6: every stored score is what the raw answers earn."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from tests.faults.raw import Row
from tests.faults.scorer import Verdict, fingerprint, judge

if TYPE_CHECKING:
    from tests.faults.checker import Run


def wrong_scores(run: "Run") -> Iterable[str]:
    """Each score, item by item, and the fingerprint over what was scored."""
    banks = {row["id"]: row["content"] for row in run.tables["bank_revision"]}
    scores, responses = run.tables.by_attempt("attempt_score"), run.tables.by_attempt("item_response")
    items: dict[int, list[Row]] = defaultdict(list)
    for row in run.tables["item_score"]:
        items[row["score_id"]].append(row)
    for attempt in run.attempts.values():
        if attempt["submitted_at"] is None:
            continue
        quiz = run.quizzes[attempt["quiz_id"]]
        answers = {row["position"]: row["answer"] for row in responses[attempt["id"]]}
        verdict = judge(attempt["paper"], quiz["spec"], banks[quiz["bank_revision_id"]], answers)
        for score in scores[attempt["id"]]:
            yield from _difference(attempt["id"], score, items[score["id"]], verdict)
        if attempt["fingerprint"] != fingerprint(attempt, answers):
            yield f"attempt {attempt['id']}: the fingerprint is not that of the answers"


def _difference(attempt: int, score: Row, items: list[Row], verdict: Verdict) -> Iterator[str]:
    stored = {
        "points": score["points"],
        "sections": tuple(score["section_points"]),
        "answered": score["answered"],
        "passed": bool(score["passed"]),
        "excellent": bool(score["excellent"]),
        "items": tuple((row["points"], row["outcome"]) for row in sorted(items, key=lambda row: row["position"])),
    }
    for name, value in stored.items():
        if value != getattr(verdict, name):
            yield f"attempt {attempt}: {name} is {value}, the answers earn {getattr(verdict, name)}"
