"""Question banks as people write them: YAML in, a `Bank` or every problem at once out. See docs/bank-format.md."""

from typing import Any

from quizapp.domain.bank import Bank, Edition, Regulation
from quizapp.domain.bank_items import item
from quizapp.domain.bank_reading import (
    Known,
    Reading,
    as_written,
    below,
    claim,
    complete,
    day,
    fields,
    identifier,
    list_of,
    shown,
    text,
    value_node,
    whole_number,
)
from quizapp.domain.bank_source import BankError, Node, format_problem, read_tree
from quizapp.domain.problem import N_

__all__ = ["BankError", "format_problem", "read_bank"]


def read_bank(text: str | bytes, name: str = "bank.yaml") -> Bank:
    """The bank that a YAML text describes. ``name`` is the file named in problems.

    Raises BankError carrying everything that is wrong with the file, each with its place.
    """
    reading = Reading()
    try:
        values = fields(reading, read_tree(text), "", BANK)
    except BankError as error:
        error.name = name
        raise
    if reading.problems or values is None:
        raise BankError(reading.problems, name)
    values.pop("format", None)
    return Bank(**values)


def _regulation(reading: Reading, node: Node, path: str) -> Regulation | None:
    values = fields(reading, node, path, REGULATION)
    if values is None:
        return None
    known = reading.editions.get(values.get("id", ""), {})
    if "id" in values:
        claim(reading, reading.regulation_lines, values["id"], value_node(node, "id"), below(path, "id"))
        reading.editions.setdefault(values["id"], known)
    if "editions" in values:
        values["editions"] = _editions(reading, values["editions"], below(path, "editions"), known)
    return Regulation(**values) if complete(values, REGULATION) else None


def _editions(reading: Reading, node: Node, path: str, known: dict[str, int]) -> tuple[Edition, ...]:
    """The editions of one regulation; their ids and lines are added to ``known``."""
    later: list[tuple[str, Node, str]] = []

    def edition(reading: Reading, node: Node, path: str) -> Edition | None:
        values: dict[str, Any] = fields(reading, node, path, EDITION) or {}
        if "id" in values:
            claim(reading, known, values["id"], value_node(node, "id"), below(path, "id"))
        if "superseded_by" in values:
            later.append((values["superseded_by"], value_node(node, "superseded_by"), below(path, "superseded_by")))
        return Edition(**values) if complete(values, EDITION) else None

    editions = list_of(edition)(reading, node, path) or ()
    for name, place, where in later:
        if name not in known:
            sentence = N_("This regulation has no edition '%(id)s' here. Add it, or use one of: %(known)s.")
            reading.note(place, where, sentence, id=shown(name), known=", ".join(known) or "–")
    return tuple(editions)


EDITION = {
    "id": Known(identifier, True),
    "effective": Known(day),
    "superseded_by": Known(text),
    "articles": Known(whole_number(1, 9999)),
}
REGULATION = {
    "id": Known(identifier, True),
    "title": Known(text, True),
    "issuer": Known(text),
    "editions": Known(as_written),
}
BANK = {
    "format": Known(whole_number(1, 1)),
    "title": Known(text, True),
    "description": Known(text),
    "regulations": Known(list_of(_regulation)),
    "items": Known(list_of(item), True),
}
"""The keys of a bank, in the order of reading: citations are judged by the regulations read before."""
