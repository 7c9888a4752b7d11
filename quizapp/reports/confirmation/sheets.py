"""The sheet that a branch signs and stamps (成绩确认表): its people and what they did, as the reader may see it."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from decimal import Decimal

from flask_babel import gettext as _

from quizapp.accounts.models import Account
from quizapp.domain.branch_summary import Place
from quizapp.domain.excuses import REASON_NAMES
from quizapp.domain.problem import N_
from quizapp.quizzes.models import Quiz
from quizapp.reports.queries import SEES_SCORES, BranchReport
from quizapp.reports.turnout import Turnout, turnout
from quizapp.roster.queries import scope_of, tree_at

MOST_SHEETS = 500
"""Branches in one workbook: a reader of workbooks takes no more than a thousand parts."""

STATE_NAMES = {"sat": N_("Sat"), "excused": N_("Excused"), "absent": N_("Absent")}


@dataclass(frozen=True)
class Line:
    """One person of the sheet. ``points`` and ``passed`` are None where the reader may not see them."""

    number: int
    person: Turnout
    state: str  # a key of STATE_NAMES
    points: Decimal | None
    passed: bool | None

    @property
    def reason(self) -> str:
        """Why the absence is excused, as the sheet has it: the reason, and the note after it."""
        person = self.person
        if person.reason is None or person.sat:
            return ""
        named = str(_(REASON_NAMES[person.reason]))
        return str(_("%(reason)s: %(note)s", reason=named, note=person.note)) if person.note else named


@dataclass(frozen=True)
class BranchSheet:
    """The sheet of one branch. Its head counts its own lines, so that whoever signs can check it by counting."""

    unit: Place
    branch: Place
    lines: tuple[Line, ...]
    scored: bool

    @property
    def eligible(self) -> int:
        """How many should have sat the test (应考)."""
        return len(self.lines)

    def people(self, state: str) -> int:
        """How many of them are in that state."""
        return sum(line.state == state for line in self.lines)

    @property
    def passed(self) -> int | None:
        """How many passed; None where the scores are not shown."""
        return sum(line.passed or False for line in self.lines) if self.scored else None

    @property
    def mean(self) -> Decimal | None:
        """The mean score of those who sat it; None where the scores are not shown, or nobody sat it."""
        points = [line.points for line in self.lines if line.points is not None]
        return sum(points, Decimal(0)) / len(points) if points else None

    @property
    def said_by(self) -> str:
        """Who has vouched for the excuses so far, where it was one person."""
        names = {line.person.said_by for line in self.lines if line.person.excused}
        return names.pop() if len(names) == 1 else ""


def scored_branches(quiz: Quiz, account: Account) -> frozenset[int]:
    """The branches whose people's single scores the account may see: never by the office of a branch secretary."""
    return scope_of(account, *SEES_SCORES, tree=tree_at(quiz.opens_at))


def sheets_of(report: BranchReport, wanted: Collection[int] | None, scored: Collection[int]) -> list[BranchSheet]:
    """The sheets of those branches of the report (None: all of them), in its order; scores only of ``scored`` ones."""
    places = [(part.unit.place, row.place) for part in report.summary.units for row in part.branches]
    places = [(unit, branch) for unit, branch in places if wanted is None or branch.id in wanted]
    people = turnout(report.quiz.id, [branch.id for _unit, branch in places])
    return [_sheet(unit, branch, people.get(branch.id, []), branch.id in scored) for unit, branch in places]


def _sheet(unit: Place, branch: Place, people: list[Turnout], scored: bool) -> BranchSheet:
    lines = [
        Line(
            number=number,
            person=replace(person, points=None, passed=None),
            state="sat" if person.sat else "excused" if person.excused else "absent",
            points=person.points if scored else None,
            passed=person.passed if scored else None,
        )
        for number, person in enumerate(people, 1)
    ]
    return BranchSheet(unit, branch, tuple(lines), scored)


def sheet_mark(quiz_id: int, branch_code: str) -> str:
    """What tells a filled sheet which test and branch it is of: ``T12-B017``."""
    return f"T{quiz_id}-{branch_code}"
