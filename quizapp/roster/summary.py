"""What an import would change, in lines, for the command line."""

from collections.abc import Iterator

from flask_babel import gettext as _

from quizapp.roster.difference import RosterDifference


def difference_lines(found: RosterDifference) -> Iterator[str]:
    """A count for each kind of change, each change below it, and a warning for namesakes."""
    parts = (
        (_("New units"), found.new_units),
        (_("New branches"), [f"{target.unit} {target.branch}" for target in found.new_branches]),
        (_("New"), [f"{new.row.staff_no} {new.row.name} → {new.target.branch}" for new in found.new]),
        (_("Back"), [f"{back.row.staff_no} {back.row.name} → {back.target.branch}" for back in found.back]),
        (_("Moved"), [f"{move.person.staff_no} {move.person.name} → {move.target.branch}" for move in found.moved]),
        (_("Changed"), [f"{change.person.staff_no} {change.person.name}" for change in found.changed]),
        (_("Missing in the file"), [f"{person.staff_no} {person.name}" for person in found.missing]),
        (
            _("Same name as somebody else: please compare the numbers"),
            [f"{same.name} {same.number} / {same.other_number}" for same in found.namesakes],
        ),
    )
    for title, lines in parts:
        yield f"{title}: {len(lines)}"
        for line in lines:
            yield f"  {line}"
    unchanged = _("Unchanged")
    yield f"{unchanged}: {found.unchanged}"
