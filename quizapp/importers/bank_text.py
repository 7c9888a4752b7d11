"""Our own banks (YAML) among the foreign files: every problem of the strict reader lands on its item, as a draft."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from quizapp.domain import bank_source
from quizapp.domain.bank import Item, ItemType, Regulation
from quizapp.domain.bank_items import TYPE_NAMES, item
from quizapp.domain.bank_reading import Known, as_written, fields, value_node
from quizapp.domain.bank_reading import Reading as BankReading
from quizapp.domain.bank_source import BankError, Node, read_tree
from quizapp.domain.bank_yaml import BANK
from quizapp.domain.problem import N_, Problem
from quizapp.importers.checks import KEY, checked
from quizapp.importers.reading import Document, ImportedItem, Reading

_HEAD = {name: known for name, known in BANK.items() if name != "items"} | {"items": Known(as_written, True)}
_Titles = Mapping[str, Regulation]


def parse_bank_text(document: Document) -> Reading:
    """The items of a bank. What stands above them and is no part of an item counts as headings.

    A file that is no YAML, or costs too much to read, has no items and says why in its problems.
    """
    try:
        tree = read_tree(document.text)
    except BankError as error:
        return Reading(document, (), headings=_filled(document, 1, len(document.lines)), problems=tuple(error.problems))
    reading = BankReading()
    values: dict[str, Any] = {}
    items: list[ImportedItem] = []
    try:
        values = fields(reading, tree, "", _HEAD) or {}
        about_file = list(reading.problems)
        titles = {each.id: each for each in values.get("regulations", ())}
        nodes = _entries(values.get("items"))
        for place, (node, last) in enumerate(_with_ends(nodes, len(document.lines))):
            items += _items(reading, node, f"items[{place}]", last, titles)
    except BankError:  # too many problems: the rest of the file is not looked at
        about_file = reading.problems[: bank_source.MAX_PROBLEMS]
    first = items[0].line if items else len(document.lines) + 1
    after = items[-1].last_line + 1 if items else first
    headings = _filled(document, 1, first - 1) + _filled(document, after, len(document.lines))
    return Reading(document, tuple(items), headings=headings, problems=tuple(about_file))


def _items(reading: BankReading, node: Node, path: str, last: int, titles: _Titles) -> list[ImportedItem]:
    """The item of one node, or those of a case; a draft of its bare text where it cannot be read."""
    before = len(reading.problems)
    found = item(reading, node, path)
    problems = tuple(reading.problems[before:])
    below = _entries(value_node(node, "items")) if found and found.type is ItemType.CASE else [node]
    if found is None or len(below) != len(found.leaves()):
        return [_draft(node, last, problems)]
    passage = found.stem if found.type is ItemType.CASE else ""
    items = [
        _imported(leaf, own, end, passage, titles)
        for leaf, (own, end) in zip(found.leaves(), _with_ends(below, last), strict=True)
    ]
    items[0] = replace(items[0], line=node.line, problems=problems)
    return items if problems else [checked(each) for each in items]


def _imported(leaf: Item, node: Node, last: int, passage: str, titles: _Titles) -> ImportedItem:
    keys = {
        ItemType.ESSAY: (leaf.reference,) if leaf.reference else None,
        ItemType.FILL_IN: () if leaf.blanks else None,
    }
    message = N_("“numerals_equal” is not taken over. Write every spelling of the number into the key.")
    return ImportedItem(
        number="",
        line=node.line,
        last_line=last,
        type=leaf.type,
        stem=leaf.stem,
        options=leaf.options,
        key=keys.get(leaf.type, leaf.key or None),
        blanks=leaf.blanks,
        any_order=leaf.any_order,
        rationale=leaf.rationale,
        passage=passage,
        topic=leaf.topic,
        difficulty=leaf.difficulty,
        cited="；".join(_cited(leaf, titles)),
        posts=leaf.posts,
        id=leaf.id,
        places=_places(node),
        warnings=(Problem(message, line=node.line),) if leaf.numerals_equal else (),
    )


def _cited(leaf: Item, titles: _Titles) -> Iterator[str]:
    for each in leaf.citations:
        known = titles.get(each.regulation)
        yield f"《{known.title if known else each.regulation}》（{each.edition}）{each.article}"


def _draft(node: Node, last: int, problems: tuple[Problem, ...]) -> ImportedItem:
    """What can be saved of an item that has problems: its type, its words, and the problems."""
    problems = problems or (Problem(N_("This item cannot be read."), line=node.line),)
    return ImportedItem(
        number="",
        line=node.line,
        last_line=last,
        type=TYPE_NAMES.get(_text(node, "type"), ItemType.SINGLE),
        stem=_text(node, "stem") or _text(node, "passage"),
        rationale=_text(node, "rationale"),
        topic=_text(node, "topic"),
        id=_text(node, "id"),
        places=_places(node),
        problems=problems,
    )


def _text(node: Node, name: str) -> str:
    value = value_node(node, name)
    return value.text.strip() if isinstance(value, bank_source.Scalar) and value is not node else ""


def _places(node: Node) -> dict[str, int]:
    """The lines of the parts of an item."""
    parts = {name: value_node(node, name) for name in ("stem", "passage", KEY, "rationale")}
    places = {name: value.line for name, value in parts.items() if value is not node}
    options = value_node(node, "options")
    if options is not node and isinstance(options, bank_source.Mapping):
        places |= {key.text: key.line for key, _ in options.pairs if isinstance(key, bank_source.Scalar)}
    return places


def _entries(node: Node | None) -> list[Node]:
    return node.entries if isinstance(node, bank_source.Sequence) else []


def _with_ends(nodes: Sequence[Node], last: int) -> Iterator[tuple[Node, int]]:
    """Each node with the line on which it ends: that before the next one."""
    ends = [max(node.line, after.line - 1) for node, after in pairwise(nodes)]
    yield from zip(nodes, [*ends, last] if nodes else [], strict=True)


def _filled(document: Document, first: int, last: int) -> tuple[int, ...]:
    return tuple(number for number in range(first, last + 1) if document.lines[number - 1].strip())
