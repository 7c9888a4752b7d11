"""Recording and withdrawing excused absences. Every act is in the record with who vouched for it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from quizapp.accounts.models import Account
from quizapp.attempts.endings import table_of
from quizapp.audit.operations import Act, record_all
from quizapp.db import writing
from quizapp.domain.excuses import LONGEST_NAME, LONGEST_NOTE, Reason
from quizapp.domain.problem import N_, Problem
from quizapp.reports.excusals.models import Excusal
from quizapp.reports.models import Tally, TallyPerson
from quizapp.reports.sums import in_pieces
from quizapp.roster.models import Person
from quizapp.web import clock


class ExcusalError(Exception):
    """Why nothing was recorded. ``problems`` name the field in their path."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(*problems)
        self.problems = list(problems)


@dataclass(frozen=True)
class Entry:
    """That one person could not sit, why, and who says so; ``note`` is needed where the reason is another one."""

    person_id: int
    reason: Reason
    note: str
    said_by: str


@dataclass(frozen=True)
class _Eligible:
    staff_no: str
    branch_id: int


def record_excusals(quiz_id: int, entries: Sequence[Entry], recorded_by: int, *, within: Collection[int]) -> int:
    """Record them all or none; how many were new or said something else than before.

    An excuse that holds already and says something else is withdrawn in the same act. ``within`` are the branches for
    which the account may do so. Raises ExcusalError, also for a person who was not to sit the test there. Who has sat
    it may be excused and still counts as having sat it, as whoever sits it later does.
    """
    if problems := [problem for entry in entries for problem in problems_of(entry)]:
        raise ExcusalError(problems)
    with writing() as session:
        _in_turn(session, quiz_id)
        people = _eligible(session, quiz_id, [entry.person_id for entry in entries])
        if any(people.get(entry.person_id, _NOBODY).branch_id not in within for entry in entries):
            raise ExcusalError([Problem(N_("Somebody named here was not to sit this test in your branches."))])
        holding = _holding(session, quiz_id, people)
        changed = [entry for entry in entries if _said(holding.get(entry.person_id)) != _said(entry)]
        if changed:
            _write(session, quiz_id, changed, holding, people, recorded_by)
        return len(changed)


def withdraw_excusal(quiz_id: int, excusal_id: int, withdrawn_by: int, *, within: Collection[int]) -> None:
    """Let an excuse hold no longer; the person counts as absent again. Nothing happens where it held no more.

    Raises ExcusalError where there is none of that test in the branches ``within``.
    """
    with writing() as session:
        _in_turn(session, quiz_id)
        excusal = session.get(Excusal, excusal_id)
        people = _eligible(session, quiz_id, [excusal.person_id]) if excusal and excusal.quiz_id == quiz_id else {}
        if excusal is None or people.get(excusal.person_id, _NOBODY).branch_id not in within:
            raise ExcusalError([Problem(N_("There is no such excuse."))])
        if excusal.withdrawn_at is None:
            by = session.get_one(Account, withdrawn_by)
            acts = [_withdraw(excusal, by, people[excusal.person_id])]
            _touch(session, quiz_id)
            record_all(acts)


def problems_of(entry: Entry) -> list[Problem]:
    """What is wrong with one entry, whatever the database holds."""
    problems = []
    if not entry.said_by:
        problems.append(Problem(N_("Please say who vouches for it."), path="said_by"))
    elif len(entry.said_by) > LONGEST_NAME:
        message = N_("The text is longer than %(most)s characters.")
        problems.append(Problem(message, {"most": LONGEST_NAME}, path="said_by"))
    if entry.reason is Reason.OTHER and not entry.note:
        problems.append(Problem(N_("Please say what the other reason is."), path="note"))
    elif len(entry.note) > LONGEST_NOTE:
        problems.append(
            Problem(N_("The text is longer than %(most)s characters."), {"most": LONGEST_NOTE}, path="note")
        )
    return problems


_NOBODY = _Eligible("", 0)


def _said(excuse: Excusal | Entry | None) -> tuple[str, ...]:
    return () if excuse is None else (str(excuse.reason), excuse.note, excuse.said_by)


def _eligible(session: Session, quiz_id: int, people: Collection[int]) -> dict[int, _Eligible]:
    found: dict[int, _Eligible] = {}
    query = select(Person.id, Person.staff_no, TallyPerson.branch_id).join(TallyPerson)
    for piece in in_pieces(people):
        rows = session.execute(query.where(TallyPerson.quiz_id == quiz_id, Person.id.in_(piece)))
        found |= {row.id: _Eligible(row.staff_no, row.branch_id) for row in rows}
    return found


def _holding(session: Session, quiz_id: int, people: Collection[int]) -> dict[int, Excusal]:
    found: dict[int, Excusal] = {}
    query = select(Excusal).where(Excusal.quiz_id == quiz_id, Excusal.withdrawn_at.is_(None))
    for piece in in_pieces(people):
        found |= {row.person_id: row for row in session.scalars(query.where(Excusal.person_id.in_(piece)))}
    return found


def _write(
    session: Session,
    quiz_id: int,
    entries: Sequence[Entry],
    holding: Mapping[int, Excusal],
    people: Mapping[int, _Eligible],
    recorded_by: int,
) -> None:
    by, now = session.get_one(Account, recorded_by), clock.now()
    replaced = [holding[entry.person_id] for entry in entries if entry.person_id in holding]
    acts = [_withdraw(excusal, by, people[excusal.person_id]) for excusal in replaced]
    session.flush()  # only one may hold at a time
    for entry in {entry.person_id: entry for entry in entries}.values():
        excusal = Excusal(quiz_id=quiz_id, **vars(entry), recorded_by=recorded_by, recorded_at=now)
        session.add(excusal)
        session.flush()
        acts.append(_act("excusal.recorded", excusal, people[entry.person_id], by))
    _touch(session, quiz_id)
    record_all(acts)


def _withdraw(excusal: Excusal, by: Account, person: _Eligible) -> Act:
    excusal.withdrawn_by, excusal.withdrawn_at = by.id, clock.now()
    return _act("excusal.withdrawn", excusal, person, by)


def _act(act: str, excusal: Excusal, person: _Eligible, by: Account) -> Act:
    detail = {
        "quiz": excusal.quiz_id,
        "person": person.staff_no,
        "reason": str(excusal.reason),
        "said_by": excusal.said_by,
    }
    return Act(act, f"excusal:{excusal.id}", detail, excusal.note, by.login)


def _in_turn(session: Session, quiz_id: int) -> None:
    """Of two who record for one test at once the later sees what the earlier did: only one excuse may hold."""
    session.execute(select(Tally.version).where(Tally.quiz_id == quiz_id).with_for_update())


def _touch(session: Session, quiz_id: int) -> None:
    """A reader waits for a copy of the database to have the tally of this version: with it, it has the excuses."""
    tally = table_of(Tally)
    session.execute(update(tally).where(tally.c.quiz_id == quiz_id).values(version=tally.c.version + 1))
