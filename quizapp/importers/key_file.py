"""Keys that stand in a file of their own: given to the questions of a table by sheet, section and number.

A key goes to a question only where both are the only ones of their place; otherwise a person decides.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace

from quizapp.domain.bank import ItemType
from quizapp.domain.problem import N_, Problem
from quizapp.importers.reading import Document, Grammar, Reading
from quizapp.importers.table import Numbered, numbered_rows, parse_table
from quizapp.importers.text.keyblock import Entry
from quizapp.importers.text.lines import joined, lines_of
from quizapp.importers.text.reader import Reader
from quizapp.importers.text.segments import segments

_TYPE_WORDS = {
    ItemType.SINGLE: "单选题",
    ItemType.MULTIPLE: "多选题",
    ItemType.TRUE_FALSE: "判断题",
    ItemType.FILL_IN: "填空题",
    ItemType.ESSAY: "简答题",
}
_Place = tuple[str, ...]
_LEVELS: tuple[Callable[[Numbered], _Place], ...] = (
    lambda row: (row.sheet, row.type or "", row.number) if row.sheet and row.type else (),
    lambda row: (row.type, row.number) if row.type else (),
    lambda row: (row.sheet, row.number) if row.sheet else (),
    lambda row: (row.number,),
)
"""What may tell a question from all others, the surest first."""


def parse_table_with(document: Document, keys: Document) -> Reading:
    """The questions of a table with the keys of a second document. Missing and surplus numbers are listed."""
    asked = [row for row in numbered_rows(document) if row.is_question]
    given = _keys_in(keys)
    fitting = _fitting(asked, given)
    texts = {question: key.key for question, key in fitting.items()}
    reading = parse_table(document, texts)
    used = {id(key) for key in fitting.values()}
    surplus = [key.number for key in given if id(key) not in used]
    missing = [row for row in asked if row.line not in fitting and not row.key]
    problems = [*reading.problems]
    if surplus:
        message = N_("These numbers of the file of keys fit no single question: %(numbers)s. Check the numbers.")
        problems.append(Problem(message, {"numbers": _listed(surplus)}))
    if missing:
        message = N_("The file of keys has no key for these numbers: %(numbers)s.")
        problems.append(Problem(message, {"numbers": _listed([row.number or "?" for row in missing])}, missing[0].line))
    return replace(reading, problems=tuple(problems))


def as_text(keys: Document) -> Document:
    """The keys of a table as a list of numbers and keys, for the questions of a text."""
    if keys.grammar is not Grammar.TABLE:
        return keys
    lines: list[str] = []
    section: ItemType | None = None
    for row in numbered_rows(keys):
        if row.type and row.type is not section:
            section = row.type
            lines.append(_TYPE_WORDS[section])
        if row.key:
            lines.append(f"{row.number}、{row.key}".replace("\n", " "))
    return Document(keys.format, Grammar.TEXT, tuple(lines))


def _listed(numbers: Sequence[str]) -> str:
    return "、".join([*numbers[:50], *(["…"] if len(numbers) > 50 else [])])


def _fitting(asked: Sequence[Numbered], given: Sequence[Numbered]) -> dict[int, Numbered]:
    """By the line of a question, its key."""
    found: dict[int, Numbered] = {}
    used: set[int] = set()
    for place in _LEVELS:
        counts = Counter(map(place, asked)), Counter(map(place, given))
        keys = {place(key): key for key in given if key.number and counts[1][place(key)] == 1}
        for row in asked:
            key = keys.get(place(row)) if row.number and place(row) and counts[0][place(row)] == 1 else None
            if key is None or row.line in found or id(key) in used or (row.type and key.type not in (None, row.type)):
                continue
            if key.split and row.type is ItemType.MULTIPLE:
                continue  # one letter of 1-5 ABACD is no key of a multiple choice
            found[row.line] = key
            used.add(id(key))
    return found


def _keys_in(keys: Document) -> list[Numbered]:
    if keys.grammar is Grammar.TABLE:
        return [row for row in numbered_rows(keys) if row.key]
    reader = Reader(segments(lines_of(keys)), {}, frozenset())
    reader.state.open_block()
    read = reader.read()
    entries = read.entries + [
        Entry(found.number, found.keys[0].line, found.section, list(found.keys[0].pieces))
        for found in read.found
        if found.keys
    ]
    rows = [
        Numbered(entry.line, entry.number, entry.section.type if entry.section else None, "", joined(entry.pieces),
                 split=entry.split)
        for entry in entries
    ]  # fmt: skip
    return [row for row in rows if row.key.strip()]
