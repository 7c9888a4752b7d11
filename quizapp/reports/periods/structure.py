"""How the department changed between the tests of a period: each is counted in the structure of its own opening."""

from collections.abc import Iterator, Mapping
from itertools import pairwise

from flask_babel import gettext as _

from quizapp.domain.reorganisation import restate
from quizapp.reports.periods.queries import PeriodReport, PeriodTest
from quizapp.reports.restated import moves_until
from quizapp.roster.queries import tree_at


def structure_changes(period: PeriodReport) -> Iterator[str]:
    """What became of the branches between one test and the next, a sentence each. Only branches that the reader sees
    are named.
    """
    seen = {branch.id for _unit, branches in period.places for branch in branches}
    if period.place is not None:
        seen &= {row.place.id for test in period.tests for row in test.part.branches}
    for number, (earlier, later) in enumerate(pairwise(period.tests), 1):
        for change in _between(earlier, later, seen):
            yield _("Between tests %(first)s and %(next)s: %(change)s", first=number, next=number + 1, change=change)


def _between(earlier: PeriodTest, later: PeriodTest, seen: set[int]) -> Iterator[str]:
    then = {node.id: node for node in tree_at(earlier.quiz.opens_at).branches()}
    now = {node.id: node for node in tree_at(later.quiz.opens_at).branches()}
    restating = restate(moves_until(earlier.quiz, later.quiz.opens_at), then, now)
    names = {id: node.name for id, node in (then | now).items()}
    for branch_id in sorted(seen & names.keys()):
        if branch_id not in now:
            yield _ended(names[branch_id], restating.routes.get(branch_id, {}), names, seen)
        elif branch_id not in then:
            people = sum(routes.get(branch_id, 0) for routes in restating.routes.values())
            yield _("%(branch)s is new; %(n)s people of earlier branches are in it.", branch=names[branch_id], n=people)
        elif then[branch_id].name != now[branch_id].name:
            yield _("%(before)s is now called %(now)s.", before=then[branch_id].name, now=now[branch_id].name)
        elif then[branch_id].parent_id != now[branch_id].parent_id:
            yield _("%(branch)s belongs to another unit now.", branch=names[branch_id])


def _ended(name: str, routes: Mapping[int, int], names: Mapping[int, str], seen: set[int]) -> str:
    if not routes:
        return str(_("%(branch)s ended.", branch=name))
    went = [
        _("%(branch)s (%(n)s people)", branch=names[to] if to in seen else _("another branch"), n=people)
        for to, people in sorted(routes.items(), key=lambda route: (-route[1], route[0]))
    ]
    return str(_("%(branch)s ended; its people went to %(others)s.", branch=name, others=_(", ").join(went)))
