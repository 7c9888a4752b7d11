"""What differs between two editions of a report, and how it is said.

A change is JSON: ``{"kind": Kind, …}``, as `changes` writes them and `change_line` reads them.
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any

from flask_babel import gettext as _

from quizapp.domain.evidence import ITEMS, SALT, TEST, Evidence, branch_part
from quizapp.domain.problem import N_
from quizapp.reports.absentees import ABSENCE_NAMES, Absence
from quizapp.reports.editions.frozen import NAMES, SCORES

Change = dict[str, Any]


class Kind(StrEnum):
    """What a change is about."""

    BRANCH_ADDED = "branch_added"  # branch
    BRANCH_GONE = "branch_gone"  # branch
    BRANCH_NAMED = "branch_named"  # branch, before
    FIGURE = "figure"  # branch, figure, before, after
    SCORES = "scores"  # branch
    PERSON = "person"  # branch, staff_no, name, before, after: an absence, or None for who is not on the list
    ITEMS = "items"
    INCIDENTS = "incidents"


FIGURES = {
    "eligible": N_("Eligible"),
    "sat": N_("Sat"),
    "excused": N_("Excused"),
    "passed": N_("Passed"),
    "excellent": N_("Excellent"),
}


def changes(before: Evidence, after: Evidence) -> list[Change]:
    """Every difference that a reader can see, in the order of the branches; none of when and by whom it was read."""
    found: list[Change] = []
    old, new = _branches(before), _branches(after)
    for branch_id in [*new, *(gone for gone in old if gone not in new)]:
        found += _of_branch(branch_id, before, after)
    if _plain(before, ITEMS) != _plain(after, ITEMS):
        found.append({"kind": Kind.ITEMS})
    if before.parts[TEST]["incidents"] != after.parts[TEST]["incidents"]:
        found.append({"kind": Kind.INCIDENTS})
    return found


def _branches(evidence: Evidence) -> list[int]:
    places = [part for part in evidence.parts.values() if "order" in part]
    return [part["id"] for part in sorted(places, key=lambda part: int(part["order"]))]


def _plain(evidence: Evidence, name: str) -> Mapping[str, Any]:
    return {key: value for key, value in evidence.parts.get(name, {}).items() if key != SALT}


def _of_branch(branch_id: int, before: Evidence, after: Evidence) -> Iterator[Change]:
    old, new = _plain(before, branch_part(branch_id)), _plain(after, branch_part(branch_id))
    branch = (new or old)["name"]
    if not old or not new:
        yield {"kind": Kind.BRANCH_ADDED if new else Kind.BRANCH_GONE, "branch": branch}
        return
    if (old["name"], old["unit"]["name"]) != (new["name"], new["unit"]["name"]):
        yield {"kind": Kind.BRANCH_NAMED, "branch": branch, "before": old["name"]}
    figures = {**_scored(before, branch_id), **old}, {**_scored(after, branch_id), **new}
    for name in FIGURES:
        was, now = (counted.get(name, 0) for counted in figures)
        if was != now:
            yield {"kind": Kind.FIGURE, "branch": branch, "figure": name, "before": was, "after": now}
    scores = branch_part(branch_id, SCORES)
    if _plain(before, scores) != _plain(after, scores):
        yield {"kind": Kind.SCORES, "branch": branch}
    yield from _people(branch, _names(before, branch_id), _names(after, branch_id))


def _scored(evidence: Evidence, branch_id: int) -> dict[str, Any]:
    """The row of the branch's tally, by column."""
    kept = evidence.parts.get(branch_part(branch_id, SCORES), {}).get("rows", {}).get("tally_branch")
    return dict(zip(kept["columns"], kept["rows"][0], strict=True)) if kept else {}


def _names(evidence: Evidence, branch_id: int) -> dict[str, Mapping[str, Any]]:
    people = evidence.parts.get(branch_part(branch_id, NAMES), {}).get("people", ())
    return {person["staff_no"]: person for person in people}


def _people(branch: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    for staff_no in sorted(old.keys() | new.keys()):
        was, now = (each.get(staff_no, {}).get("absence") for each in (old, new))
        if was != now:
            name = (new.get(staff_no) or old[staff_no])["name"]
            yield {"kind": Kind.PERSON, "branch": branch, "staff_no": staff_no, "name": name, "before": was,
                   "after": now}  # fmt: skip


LINES = {
    Kind.BRANCH_ADDED: N_("%(branch)s: this branch is new in the report."),
    Kind.BRANCH_GONE: N_("%(branch)s: this branch is no longer in the report."),
    Kind.BRANCH_NAMED: N_("%(branch)s: the branch was called %(before)s, or stood under another unit."),
    Kind.FIGURE: N_("%(branch)s: %(figure)s %(before)s → %(after)s"),
    Kind.SCORES: N_("%(branch)s: scores or points by topic have changed."),
    Kind.PERSON: N_("%(branch)s: %(name)s (%(staff_no)s): %(before)s → %(after)s"),
    Kind.ITEMS: N_("The figures of single items have changed."),
    Kind.INCIDENTS: N_("What is said of outages and of more time has changed."),
}


def change_line(change: Mapping[str, Any]) -> str:
    """The sentence for one change."""
    said = dict(change)
    if change["kind"] == Kind.FIGURE:
        name = change["figure"]  # Babel takes a string inside the call for a message
        said["figure"] = _(FIGURES[name])
    if change["kind"] == Kind.PERSON:
        said |= {key: _listed(change[key]) for key in ("before", "after")}
    line = LINES[Kind(change["kind"])]
    return str(_(line, **said))


def _listed(absence: str | None) -> str:
    return str(_("not on the list of the absent") if absence is None else _(ABSENCE_NAMES[Absence(absence)]))
