"""What filled sheets would change: compared with what is known now, and shown before anything is written."""

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from flask_babel import gettext as _

from quizapp.domain.excuses import REASON_NAMES, read_excuse
from quizapp.domain.problem import N_, Problem
from quizapp.quizzes.models import Quiz
from quizapp.reports.confirmation.reading import Filled, FilledSheet, read_filled
from quizapp.reports.excusals.operations import Entry, problems_of
from quizapp.reports.turnout import Turnout, turnout
from quizapp.roster.table import plain


@dataclass(frozen=True)
class Change:
    """One person who would be excused, or otherwise than before."""

    person: Turnout
    entry: Entry


@dataclass
class ConfirmationPlan:
    """Filled sheets that were read and compared, and that nobody has confirmed yet. With a problem it is refused."""

    file_name: str
    changes: list[Change] = field(default_factory=list)
    unchanged: int = 0  # people whose excuse is known already
    emptied: list[Turnout] = field(default_factory=list)  # excused, but no reason in the file: they stay excused
    problems: list[Problem] = field(default_factory=list)

    @property
    def digest(self) -> str:
        """What the person saw when they confirmed."""
        told = [[one.person.staff_no, *map(str, vars(one.entry).values())] for one in self.changes]
        return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()


def plan_of(file_name: str, data: bytes, quiz: Quiz, mine: Collection[int], said_by: str) -> ConfirmationPlan:
    """Read a filled workbook and say what it would change. Changes nothing.

    ``mine`` are the branches for whose people the reader may record excuses. ``said_by`` vouches for the reasons of
    sheets that do not say who does.
    """
    sheets, problems = read_filled(data)
    plan = ConfirmationPlan(file_name, problems=problems)
    plan.problems += _of_other_tests(sheets, quiz)
    if plan.problems:
        return plan
    people = {one.staff_no.upper(): one for many in turnout(quiz.id, mine).values() for one in many}
    rows = [row for sheet in sheets for row in sheet.rows]
    plan.problems += _repeated(rows)
    for row in rows:
        _look_at(row, people, said_by, plan)
    return plan


def _look_at(row: Filled, people: Mapping[str, Turnout], said_by: str, plan: ConfirmationPlan) -> None:
    person = people.get(row.staff_no)
    if not row.text:
        if person is not None and person.excused:
            plan.emptied.append(person)
        return
    found = _entry(row, person, row.said_by or said_by)
    if isinstance(found, Problem):
        plan.problems.append(found)
    elif found is None:
        plan.unchanged += 1
    else:
        assert person is not None
        plan.changes.append(Change(person, found))


def _entry(row: Filled, person: Turnout | None, said_by: str) -> Entry | Problem | None:
    """What the row says that is new; None where it is known."""
    if person is None:
        return row.at_number.problem(
            N_("%(number)s was not to sit this test in your branches."), number=row.staff_no[:32]
        )
    if plain(row.name) != plain(person.name):
        message = N_("%(number)s is the number of %(name)s, not of %(written)s.")
        return row.at_number.problem(message, number=row.staff_no, name=person.name, written=row.name[:64])
    if person.sat:
        return row.at.problem(N_("%(name)s has sat the test; there is nothing to excuse."), name=person.name)
    if _is_known(row.text, person):
        return None
    excuse = read_excuse(row.text)
    if excuse is None:
        message = N_("“%(text)s” is none of the reasons, or more than one. Write one of them first: %(reasons)s.")
        return row.at.problem(message, text=row.text[:40], reasons=_(", ").join(map(_, REASON_NAMES.values())))
    if person.excused and (excuse.reason, plain(excuse.note)) == (person.reason, plain(person.note)):
        return None
    entry = Entry(person.person_id, excuse.reason, excuse.note, said_by)
    for problem in problems_of(entry):
        return row.at.problem(problem.msgid, **problem.params)
    return entry


def _is_known(text: str, person: Turnout) -> bool:
    """Whether the cell still says what the sheet was printed with."""
    if not person.excused or person.reason is None:
        return False
    named = str(_(REASON_NAMES[person.reason]))
    return plain(text) == plain(_("%(reason)s: %(note)s", reason=named, note=person.note) if person.note else named)


def _of_other_tests(sheets: Iterable[FilledSheet], quiz: Quiz) -> Iterator[Problem]:
    for sheet in sheets:
        if sheet.quiz_id not in (None, quiz.id):
            yield Problem(
                N_("This sheet is of another test than “%(title)s”."), {"title": quiz.title}, 1, 0, sheet.name
            )


def _repeated(rows: Iterable[Filled]) -> Iterator[Problem]:
    first: dict[str, Filled] = {}
    for row in rows:
        other = first.setdefault(row.staff_no, row)
        if other is not row and row.text and other.text:
            message = N_("%(number)s stands in row %(line)s already (%(name)s).")
            yield row.at_number.problem(message, number=row.staff_no, line=other.at.row, name=other.name)
