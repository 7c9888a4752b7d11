"""Keeping the tallies of tests: which people to look at again, and counting them, some at a time.

Nothing here runs where a candidate saves or submits. Whatever changes a score leaves an entry in the record, and those
become visible in the order of their numbers: what the newest entries are about is what has to be counted again.
Counting somebody again takes off the score that is in the sums and adds the one that counts now: twice does no harm.
A test is counted outside a transaction and written in a short one, which fails where somebody else was quicker.
"""

import time
from collections import defaultdict
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, bindparam, exists, func, insert, literal, select, update
from sqlalchemy.orm import Session

from quizapp.attempts.endings import table_of
from quizapp.attempts.implausible import FOUND_OUT
from quizapp.attempts.models import Attempt
from quizapp.attempts.queries import counted_results
from quizapp.audit.models import AuditEntry
from quizapp.audit.operations import head
from quizapp.banks.queries import bank_of
from quizapp.db import db, writing
from quizapp.quizzes.models import Quiz
from quizapp.quizzes.queries import branches_of
from quizapp.reports.models import Tally, TallyBranch, TallyPerson
from quizapp.reports.sums import Difference, forget, in_pieces
from quizapp.roster.models import Membership
from quizapp.roster.queries import during
from quizapp.web import clock
from quizapp.web.heartbeat import insert_into

PEOPLE_AT_ONCE = 250
"""How many people are counted in one go: some ten thousand answers."""
CLOSED_WHILE_READING = 50
"""A reader ends the last few attempts, where no server was there to do so, but does not do its work for thousands."""
COUNTED_WHILE_READING = 1000
"""And a reader counts the newest results: more than so many people's are left to the server (`keep_up`)."""
FAR = 500
"""From so many entries on it is written down that they were looked through, though nothing in them mattered."""
OF_NO_SCORE = ("quiz.published", "quiz.extended", "quiz.withdrawn", FOUND_OUT)
"""Acts about a whole test that change no score. After any other one everybody is looked at again."""


_PERSON = table_of(TallyPerson)
_COUNTED = (
    update(_PERSON)
    .where(_PERSON.c.quiz_id == bindparam("quiz"), _PERSON.c.person_id == bindparam("person"))
    .values(score_id=bindparam("score"), sat=bindparam("has"), stale=False)
)


def refresh(quiz: Quiz, at_most: int | None = None) -> int:
    """Bring the tallies of ``quiz`` up to this moment. How many people are left to be counted.

    ``at_most`` so many people are counted, about; without it all of them. Where 0 is returned, the tallies say of every
    score what stood in the database when this was called, or later. Writes: to be called before anything is read.
    """
    note_changes()
    if db.session.get(Tally, quiz.id) is None:
        _begin(quiz)
    counted = 0
    while at_most is None or counted < at_most:
        done = _count_some(quiz)
        if done == 0:
            break
        counted += done or 0  # None: somebody else was quicker
    return left_to_count(quiz.id)


def keep_up(seconds: float) -> None:
    """Count what waits to be counted in any test, about so long. Tests that are over are begun of themselves."""
    until = time.monotonic() + seconds
    note_changes()
    waits = exists().where(TallyPerson.quiz_id == Tally.quiz_id, TallyPerson.stale)
    begun = select(Quiz).join(Tally, Tally.quiz_id == Quiz.id).where(waits)
    new = select(Quiz).where(Quiz.closes_at < clock.now(), Quiz.id.not_in(select(Tally.quiz_id)))
    for query in (begun, new.where(Quiz.withdrawn_at.is_(None))):
        for quiz in db.session.scalars(query.order_by(Quiz.id)).all():
            while time.monotonic() < until and refresh(quiz, at_most=1):
                pass


def left_to_count(quiz_id: int) -> int:
    """How many people wait to be counted."""
    query = select(func.count()).select_from(TallyPerson).where(TallyPerson.quiz_id == quiz_id, TallyPerson.stale)
    return db.session.scalar(query) or 0


def version_of(quiz_id: int) -> int:
    """How often the tallies of the test have changed, in the database that is read now; 0 where it has none yet."""
    return db.session.scalar(select(Tally.version).where(Tally.quiz_id == quiz_id)) or 0


def _begin(quiz: Quiz) -> None:
    """Open the tally of a test that has none."""
    with writing() as session:
        opening = {"quiz_id": quiz.id, "version": 1, "entry": head().number}  # what is older is counted with the people
        if session.execute(insert_into(session, Tally).values(opening).on_conflict_do_nothing()).rowcount:  # type: ignore[attr-defined]
            _enrol(session, quiz)


def _enrol(session: Session, quiz: Quiz) -> None:
    """Write down who is eligible. Whoever has started is to be counted."""
    members = _members(quiz)
    started = exists().where(Attempt.quiz_id == quiz.id, Attempt.person_id == Membership.person_id)
    person = select(literal(quiz.id), Membership.person_id, Membership.branch_id, literal(False), started)
    columns = ["quiz_id", "person_id", "branch_id", "sat", "stale"]
    session.execute(insert(_PERSON).from_select(columns, person.where(members)))
    counted = select(Membership.branch_id, func.count()).where(members).group_by(Membership.branch_id)
    rows = [
        {"quiz_id": quiz.id, "branch_id": branch_id, "eligible": people, "passed": 0, "excellent": 0, "scores": {}}
        for branch_id, people in session.execute(counted)
    ]
    if rows:
        session.execute(insert(table_of(TallyBranch)), rows)


def _members(quiz: Quiz) -> ColumnElement[bool]:
    """The memberships that make somebody eligible, as `quizapp.quizzes.queries.candidates` reads them."""
    held = during(Membership.since, Membership.until, quiz.opens_at)
    return Membership.branch_id.in_(branches_of(quiz)) & held


def _count_some(quiz: Quiz) -> int | None:
    """Count some of those who wait, by branch. How many; None where somebody else was quicker and nothing was done."""
    quiz_id = quiz.id
    version = db.session.scalar(select(Tally.version).where(Tally.quiz_id == quiz_id))
    waiting = db.session.execute(
        select(TallyPerson.person_id, TallyPerson.score_id, TallyPerson.sat)
        .where(TallyPerson.quiz_id == quiz_id, TallyPerson.stale)
        .order_by(TallyPerson.branch_id, TallyPerson.person_id)
        .limit(PEOPLE_AT_ONCE)
    ).all()
    if not waiting:
        return 0
    results = counted_results(quiz, [row.person_id for row in waiting])
    now = {person_id: (result.score_id, result.answered > 0) for person_id, result in results.items()}
    changed = [row for row in waiting if (row.score_id, row.sat) != now.get(row.person_id, (None, False))]
    difference = Difference(db.session(), quiz_id, bank_of(quiz.bank_revision_id))
    difference.add([row.score_id for row in changed if row.sat], sign=-1)
    difference.add([now[row.person_id][0] for row in changed if now.get(row.person_id, (None, False))[1]])
    with writing() as session:
        if not _holds(session, quiz_id, version):
            return None
        difference.write()
        rows = [(row.person_id, *now.get(row.person_id, (None, False))) for row in waiting]
        session.execute(
            _COUNTED, [{"quiz": quiz_id, "person": person, "score": score, "has": sat} for person, score, sat in rows]
        )
    return len(waiting)


def _holds(session: Session, quiz_id: int, version: int | None) -> bool:
    """Whether the tally is still of that version; then it is of the next one, and the caller's until the commit."""
    table = table_of(Tally)
    unchanged = (table.c.quiz_id == quiz_id) & (table.c.version == version)
    done = session.execute(update(table).where(unchanged).values(version=table.c.version + 1))
    return bool(done.rowcount == 1)  # type: ignore[attr-defined]


@dataclass
class _Changes:
    """What entries of the record are about: attempts by their ids, whole tests, or the roster."""

    attempts: list[int] = field(default_factory=list)
    quizzes: list[int] = field(default_factory=list)
    roster: bool = False


def note_changes() -> None:
    """Look through the entries that are newer than the tallies, and mark whom they are about."""
    read = {row.quiz_id: row.entry for row in db.session.execute(select(Tally.quiz_id, Tally.entry))}
    oldest, newest = min(read.values(), default=None), head().number
    if oldest is None or oldest >= newest:
        return
    changes = _changes(oldest, newest)
    people = _people(changes.attempts)
    if not (people or changes.quizzes or changes.roster) and newest - oldest < FAR:
        return
    with writing() as session:
        table = table_of(Tally)
        # Not one that another node has begun meanwhile: of its people nothing was looked up here.
        older = (table.c.entry < newest) & table.c.quiz_id.in_(read)
        session.execute(update(table).where(older).values(entry=newest, version=table.c.version + 1))
        for quiz_id, those in people.items():
            for piece in in_pieces(those):
                which = _PERSON.c.quiz_id == quiz_id, _PERSON.c.person_id.in_(piece)
                session.execute(update(_PERSON).where(*which).values(stale=True))
        session.execute(update(_PERSON).where(_PERSON.c.quiz_id.in_(changes.quizzes)).values(stale=True))
        if changes.roster:
            _enrol_other_people(session)


def _changes(after: int, until: int) -> _Changes:
    found = _Changes()
    about = AuditEntry.subject.like("attempt:%") | AuditEntry.subject.like("quiz:%") | AuditEntry.act.like("roster.%")
    query = select(AuditEntry.act, AuditEntry.subject).where(AuditEntry.number.between(after + 1, until), about)
    for act, subject in db.session.execute(query):
        kind, _colon, number = subject.partition(":")
        if kind == "attempt":
            found.attempts.append(int(number))
        elif kind == "quiz" and act not in OF_NO_SCORE:
            found.quizzes.append(int(number))
        elif kind not in ("attempt", "quiz"):
            found.roster = True
    return found


def _people(attempts: list[int]) -> dict[int, set[int]]:
    """Whose attempts these are, by test, as far as those are tallied."""
    found: dict[int, set[int]] = defaultdict(set)
    for piece in in_pieces(attempts):
        rows = select(Attempt.quiz_id, Attempt.person_id).where(Attempt.id.in_(piece))
        for quiz_id, person_id in db.session.execute(rows.where(Attempt.quiz_id.in_(select(Tally.quiz_id)))):
            found[quiz_id].add(person_id)
    return found


def _enrol_other_people(session: Session) -> None:
    """Begin those tests anew whose people are other ones now: an import may take effect just before an opening."""
    for quiz in session.scalars(select(Quiz).join(Tally, Tally.quiz_id == Quiz.id)).all():
        people = select(func.count()).select_from(Membership).where(_members(quiz))
        kept = TallyPerson.quiz_id == quiz.id
        same = (TallyPerson.person_id == Membership.person_id) & (TallyPerson.branch_id == Membership.branch_id)
        counts = (people, select(func.count()).where(kept), people.join(TallyPerson, kept & same))
        if len({session.scalar(count) for count in counts}) > 1:
            forget(session, quiz.id)
            _enrol(session, quiz)
