"""Attempts to be asked about, with the facts behind each question, and what the organizer found out.

The rules stand in `quizapp.domain.implausible`. Only ended attempts are looked at: while somebody still answers, nobody
is to be asked anything. What was found out is kept in the audit record; it changes no score.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import aliased, load_only

from quizapp.attempts.models import Attempt, AttemptScore, ItemResponse, ItemScoreRow
from quizapp.audit.models import AuditEntry
from quizapp.audit.operations import record
from quizapp.banks.queries import bank_of
from quizapp.db import db, writing
from quizapp.domain.bank import Bank, Item
from quizapp.domain.implausible import ORDINARY_READING, Given, Group, Pace, Sitting, characters, pace_of, same_mistakes
from quizapp.domain.scoring import Answer, Outcome
from quizapp.quizzes.models import Quiz
from quizapp.quizzes.queries import candidates
from quizapp.roster.models import Person

PACE, SAME = "pace", "same_answers"
FOUND_OUT = "attempts.asked_about"
"""The act by which the outcome of asking is put on record."""
LONGEST_NOTE = 500


@dataclass(frozen=True)
class Who:
    """One attempt, and whose it is."""

    attempt_id: int
    number: int
    person: Person


@dataclass(frozen=True)
class PaceQuestion:
    """Somebody answered faster than one can read. ``ordinary`` is the seconds that ordinary reading takes."""

    who: Who
    pace: Pace
    ordinary: int
    notes: Sequence[AuditEntry]

    @property
    def attempts(self) -> tuple[int, ...]:
        """The one attempt it is about."""
        return (self.who.attempt_id,)


@dataclass(frozen=True)
class SharedMistake:
    """A wrong answer that several of a group gave; ``others`` gave it too, of ``wrong_others`` who were wrong there."""

    item: Item
    answer: Answer
    people: int
    others: int
    wrong_others: int


@dataclass(frozen=True)
class SameQuestion:
    """Colleagues of one branch gave the same wrong answers."""

    branch_id: int
    people: tuple[Who, ...]
    group: Group
    mistakes: tuple[SharedMistake, ...]
    notes: Sequence[AuditEntry]

    @property
    def attempts(self) -> tuple[int, ...]:
        """The attempts it is about."""
        return self.group.attempts


@dataclass(frozen=True)
class Questions:
    """Everything to be asked about in one test, and how many attempts were looked at."""

    attempts: int
    pace: tuple[PaceQuestion, ...]
    same: tuple[SameQuestion, ...]


def questions_in(quiz: Quiz) -> Questions:
    """What the rules name among the ended attempts of a test."""
    bank = bank_of(quiz.bank_revision_id)
    whose = _ended(quiz)
    given = _given(quiz, {attempt.id: attempt.started_at for attempt, _ in whose.values()})
    people = {id_: Who(id_, attempt.number, person) for id_, (attempt, person) in whose.items()}
    notes = notes_of(quiz)
    return Questions(
        attempts=len(whose),
        pace=tuple(_pace(bank, given, people, notes)),
        same=tuple(_same(quiz, bank, people, notes)),
    )


def note_finding(*, quiz: Quiz, about: str, attempts: Sequence[int], note: str) -> None:
    """Put on record what came out when the people were asked. Changes nothing else."""
    quiz_id = quiz.id
    with writing():
        detail = {"about": about, "attempts": sorted(attempts)}
        record(FOUND_OUT, f"quiz:{quiz_id}", detail, note=note.strip()[:LONGEST_NOTE])


def notes_of(quiz: Quiz) -> Sequence[AuditEntry]:
    """What was put on record for a test so far, the first one first."""
    query = select(AuditEntry).where(AuditEntry.act == FOUND_OUT, AuditEntry.subject == f"quiz:{quiz.id}")
    return db.session.scalars(query.order_by(AuditEntry.number)).all()


def _about(notes: Sequence[AuditEntry], about: str, attempts: Sequence[int]) -> list[AuditEntry]:
    """The notes on any of these attempts: a group may have grown since somebody asked."""
    mine = set(attempts)
    return [note for note in notes if note.detail["about"] == about and mine & set(note.detail["attempts"])]


def _ended(quiz: Quiz) -> dict[int, tuple[Attempt, Person]]:
    rows = db.session.execute(
        select(Attempt, Person)
        .join(Person, Person.id == Attempt.person_id)
        .options(load_only(Attempt.number, Attempt.person_id, Attempt.started_at))
        .where(Attempt.quiz_id == quiz.id, Attempt.submitted_at.is_not(None))
        .order_by(Attempt.number, Attempt.id)
    )
    return {attempt.id: (attempt, person) for attempt, person in rows}


def _newest_rows(quiz: Quiz) -> Select[int, str]:
    """The answered items of the ended attempts, as the newest edition of each score has them; no columns yet."""
    newer = aliased(AttemptScore)
    is_newest = (
        ~select(newer.id)
        .where(newer.attempt_id == AttemptScore.attempt_id, newer.edition > AttemptScore.edition)
        .exists()
    )
    same_place = (ItemScoreRow.score_id == AttemptScore.id) & (ItemScoreRow.position == ItemResponse.position)
    return (
        select(ItemResponse.attempt_id, ItemScoreRow.item_id)
        .join(Attempt, Attempt.id == ItemResponse.attempt_id)
        .join(AttemptScore, AttemptScore.attempt_id == ItemResponse.attempt_id)
        .join(ItemScoreRow, same_place)
        .where(Attempt.quiz_id == quiz.id, Attempt.submitted_at.is_not(None), is_newest)
        .where(ItemScoreRow.outcome != Outcome.OMITTED)
    )


def _given(quiz: Quiz, started: Mapping[int, datetime]) -> dict[int, list[Given]]:
    """When each answer was saved, by attempt."""
    found: dict[int, list[Given]] = defaultdict(list)
    for attempt_id, item_id, saved_at in db.session.execute(_newest_rows(quiz).add_columns(ItemResponse.saved_at)):
        if attempt_id in started:
            found[attempt_id].append(Given(item_id, saved_at - started[attempt_id]))
    return found


def _mistakes_in(quiz: Quiz) -> dict[int, dict[str, Answer]]:
    """Every answer that did not earn everything, by attempt and item."""
    rows = _newest_rows(quiz).add_columns(ItemResponse.answer).where(ItemScoreRow.outcome != Outcome.RIGHT)
    found: dict[int, dict[str, Answer]] = defaultdict(dict)
    for attempt_id, item_id, answer in db.session.execute(rows):
        found[attempt_id][item_id] = tuple(answer)
    return found


def _lengths(bank: Bank) -> dict[str, int]:
    """The characters of each item; the passage of a case is shared out among the items under it."""
    lengths = {}
    for item in bank.items:
        share = len(item.stem) // len(item.items) if item.items else 0
        lengths.update({leaf.id: characters(leaf) + share for leaf in item.leaves()})
    return lengths


def _pace(
    bank: Bank, given: Mapping[int, list[Given]], people: Mapping[int, Who], notes: Sequence[AuditEntry]
) -> list[PaceQuestion]:
    lengths, found = _lengths(bank), []
    for attempt_id, answers in given.items():
        pace = pace_of(answers, lengths)
        if pace is not None:
            ordinary = round(pace.characters / ORDINARY_READING)
            mine = _about(notes, PACE, [attempt_id])
            found.append(PaceQuestion(people[attempt_id], pace, ordinary, mine))
    return sorted(found, key=lambda question: question.pace.took / question.pace.least)


def _same(quiz: Quiz, bank: Bank, people: Mapping[int, Who], notes: Sequence[AuditEntry]) -> list[SameQuestion]:
    """Compared are the first attempts: before the second one everybody may have seen the key."""
    branches = {candidate.person_id: candidate.branch_id for candidate in candidates(quiz)}
    mistakes = _mistakes_in(quiz)
    firsts: dict[int, Sitting] = {}
    for attempt_id, who in people.items():  # in the order of the numbers
        if who.person.id in branches:
            sitting = Sitting(attempt_id, branches[who.person.id], mistakes.get(attempt_id, {}))
            firsts.setdefault(who.person.id, sitting)
    sittings = {sitting.attempt_id: sitting for sitting in firsts.values()}
    return [
        SameQuestion(
            branch_id=sittings[group.attempts[0]].branch_id,
            people=tuple(people[attempt_id] for attempt_id in group.attempts),
            group=group,
            mistakes=_mistakes(bank, group, {one: sitting.mistakes for one, sitting in sittings.items()}),
            notes=_about(notes, SAME, group.attempts),
        )
        for group in same_mistakes(list(sittings.values()))
    ]


def _mistakes(bank: Bank, group: Group, wrong: Mapping[int, Mapping[str, Answer]]) -> tuple[SharedMistake, ...]:
    """The wrong answers that at least two of the group share, the rarest among everybody else first."""
    inside = Counter((item_id, answer) for one in group.attempts for item_id, answer in wrong[one].items())
    found = []
    for (item_id, answer), people in inside.items():
        if people > 1:
            others = [each[item_id] for one, each in wrong.items() if one not in group.attempts and item_id in each]
            found.append(SharedMistake(bank.item(item_id), answer, people, others.count(answer), len(others)))
    return tuple(sorted(found, key=lambda each: (each.others / (each.wrong_others or 1), -each.people)))
