"""Every attempt against its entry, and every score worked out again from raw answers and keys."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload, undefer

from quizapp.attempts.endings import (
    FIRST_EDITION,
    count_answered,
    ending_detail,
    item_values,
    saved_answers,
    score_attempt,
    score_values,
    table_of,
)
from quizapp.attempts.models import Attempt, AttemptScore, Extension, ExtensionGrant, ItemScoreRow
from quizapp.attempts.receipts import fingerprint
from quizapp.audit.models import AuditEntry
from quizapp.banks.operations import digest_of_json
from quizapp.db import db
from quizapp.domain.scoring import Answer, Score
from quizapp.domain.timing import deadline
from quizapp.quizzes.models import Quiz
from quizapp.verification.chain import Chain, Mark
from quizapp.verification.findings import Finding, differing

ATTEMPT, SCORE, ITEM = "attempt", "attempt_score", "item_score"
AT_ONCE = 100


class Results:
    """The attempts of one test, or of all, some at a time. ``count`` is how many were looked at."""

    def __init__(self, quiz_id: int | None) -> None:
        self.quiz_id = quiz_id
        self.count = 0

    def findings(self, chain: Chain) -> Iterator[Finding]:
        """Everything that is not as recorded; ends with entries whose attempt is gone."""
        marks = dict(chain.ended)
        for attempts in self._batches():
            yield from _Batch(attempts).findings(marks)
            self.count += len(attempts)
            db.session.expunge_all()
        for attempt_id, mark in marks.items():
            if self.quiz_id in (None, mark.quiz_id):
                yield Finding(ATTEMPT, attempt_id, "row", None, f"entry {mark.number}")

    def _batches(self) -> Iterator[Sequence[Attempt]]:
        last = 0
        query = select(Attempt).order_by(Attempt.id).limit(AT_ONCE)
        query = query.options(undefer(Attempt.paper), joinedload(Attempt.quiz).lazyload(Quiz.audience))
        if self.quiz_id is not None:
            query = query.where(Attempt.quiz_id == self.quiz_id)
        while attempts := db.session.scalars(query.where(Attempt.id > last)).all():
            yield attempts
            last = attempts[-1].id


class _Batch:
    """Some attempts with all that belongs to them."""

    def __init__(self, attempts: Sequence[Attempt]) -> None:
        self.attempts = attempts
        ids = [attempt.id for attempt in attempts]
        self.answers = saved_answers(db.session(), ids)
        self.scores: dict[int, list[AttemptScore]] = defaultdict(list)
        query = select(AttemptScore).where(AttemptScore.attempt_id.in_(ids)).order_by(AttemptScore.edition)
        for score in db.session.scalars(query):
            self.scores[score.attempt_id].append(score)
        self.items = _rows_by_score([score.id for scores in self.scores.values() for score in scores])
        self.grants = _grants(ids)

    def findings(self, marks: dict[int, Mark]) -> Iterator[Finding]:
        """What does not hold; takes the attempts' marks out of ``marks``."""
        for attempt in self.attempts:
            mark = marks.pop(attempt.id, None)
            yield from self._deadline(attempt)
            if attempt.submitted_at is None:
                yield from self._running(attempt, mark)
            elif mark is None:
                yield Finding(ATTEMPT, attempt.id, "row", "not on record", "on record as attempt.ended")
            else:
                yield from self._ended(attempt, mark)

    def _deadline(self, attempt: Attempt) -> Iterator[Finding]:
        """The limit and the window made the first deadline, and each extension moved it by its minutes."""
        grants = self.grants[attempt.id]
        first = grants[0][0] if grants else attempt.deadline
        allowed = _first_deadlines(attempt)
        if first not in allowed:
            yield Finding(ATTEMPT, attempt.id, "deadline", first, allowed[0])
        reached = first
        for before, after, minutes in grants:
            if (before, after) != (reached, reached + timedelta(minutes=minutes)):
                yield Finding("extension_grant", f"of attempt {attempt.id}", "deadline_after", after,
                              reached + timedelta(minutes=minutes))  # fmt: skip
            reached = after
        yield from differing(ATTEMPT, attempt.id, {"deadline": attempt.deadline}, {"deadline": reached})

    def _running(self, attempt: Attempt, mark: Mark | None) -> Iterator[Finding]:
        if mark is not None:
            yield Finding(ATTEMPT, attempt.id, "submitted_at", None, f"entry {mark.number}")
        for score in self.scores[attempt.id]:
            yield Finding(SCORE, score.id, "row", f"of attempt {attempt.id}, which has not ended", None)

    def _ended(self, attempt: Attempt, mark: Mark) -> Iterator[Finding]:
        answers = self.answers[attempt.id]
        assert attempt.submitted_at is not None
        assert attempt.ended_by is not None
        sealed = fingerprint(attempt, answers, attempt.submitted_at, attempt.ended_by)
        score = score_attempt(attempt, answers)
        detail = ending_detail(attempt, at=attempt.submitted_at, by=attempt.ended_by, sealed=sealed, score=score)
        if digest_of_json(detail) != mark.digest:
            recorded = db.session.scalar(select(AuditEntry.detail).where(AuditEntry.number == mark.number))
            assert recorded is not None
            yield from _told(attempt, detail, recorded)
        yield from differing(ATTEMPT, attempt.id, {"fingerprint": attempt.fingerprint}, {"fingerprint": sealed})
        yield from self._scored(attempt, answers, score)

    def _scored(self, attempt: Attempt, answers: dict[int, Answer], score: Score) -> Iterator[Finding]:
        rows = self.scores[attempt.id]
        if not rows:
            yield Finding(SCORE, f"of attempt {attempt.id}", "row", None, FIRST_EDITION)
        for row in rows:
            if row.edition != FIRST_EDITION:
                yield Finding(SCORE, row.id, "edition", f"{row.edition}, not on record", FIRST_EDITION)
            expected = score_values(attempt.id, score, count_answered(answers), row.scored_at)
            yield from differing(SCORE, row.id, {name: getattr(row, name) for name in expected}, expected)
            yield from _items(row.id, self.items[row.id], list(item_values(row.id, score)))


def _told(attempt: Attempt, found: dict[str, Any], recorded: dict[str, Any]) -> Iterator[Finding]:
    """Which of it is not as in the entry. The fingerprint comes last: it differs with any of the others, too."""
    plain = {name: value for name, value in recorded.items() if name != "fingerprint"}
    known = ("quiz", "person", "number", "started_at", "deadline", "submitted_at", "ended_by")
    rest = {name: value for name, value in plain.items() if name not in known}
    yield from differing(ATTEMPT, attempt.id, found, {name: plain[name] for name in known})
    if found["fingerprint"] != recorded["fingerprint"]:
        what = "paper and answers (fingerprint)"
        yield Finding(ATTEMPT, attempt.id, what, found["fingerprint"], recorded["fingerprint"])
    yield from differing(ATTEMPT, attempt.id, found, rest)


def _items(score_id: int, found: list[dict[str, Any]], expected: list[dict[str, Any]]) -> Iterator[Finding]:
    if len(found) != len(expected):
        yield Finding(ITEM, f"of score {score_id}", "rows", len(found), len(expected))
    for one, other in zip(found, expected, strict=False):
        yield from differing(ITEM, f"{score_id}, position {other['position']}", one, other)


def _rows_by_score(score_ids: list[int]) -> dict[int, list[dict[str, Any]]]:
    """The stored items of each score, in the order of the paper."""
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    table = table_of(ItemScoreRow)
    rows = db.session.execute(
        select(table).where(table.c.score_id.in_(score_ids)).order_by(table.c.score_id, table.c.position)
    )
    for row in rows.mappings():
        found[row["score_id"]].append(dict(row))
    return found


def _grants(attempt_ids: list[int]) -> dict[int, list[tuple[datetime, datetime, int]]]:
    """Before, after and minutes of each extension, in their order, by attempt."""
    found: dict[int, list[tuple[datetime, datetime, int]]] = defaultdict(list)
    rows = db.session.execute(
        select(ExtensionGrant.attempt_id, ExtensionGrant.deadline_before, ExtensionGrant.deadline_after,
               Extension.minutes)
        .join(Extension, Extension.id == ExtensionGrant.extension_id)
        .where(ExtensionGrant.attempt_id.in_(attempt_ids))
        .order_by(ExtensionGrant.extension_id)
    )  # fmt: skip
    for attempt_id, before, after, minutes in rows:
        found[attempt_id].append((before, after, minutes))
    return found


def _first_deadlines(attempt: Attempt) -> tuple[datetime, datetime]:
    """As it is made, and as it was made before those of the first seconds were given them back."""
    quiz = attempt.quiz
    plain = deadline(attempt.started_at, quiz.minutes, quiz.closes_at)
    return deadline(attempt.started_at, quiz.minutes, quiz.closes_at, opens_at=quiz.opens_at), plain
