"""Walking a node tree by tables of known keys, noting every problem with its place and never stopping at the first."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from typing import Any

from quizapp.domain import bank_source as source
from quizapp.domain.bank_notation import half_width
from quizapp.domain.bank_source import Node
from quizapp.domain.problem import N_, Problem

MAX_ID = 64

_ID = re.compile(rf"[A-Za-z0-9._-]{{1,{MAX_ID}}}")
_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_YES_NO = {"true": True, "yes": True, "是": True, "false": False, "no": False, "否": False}
_OTHER_WORDS = [
    (word, known)
    for known, words in {
        "reference": "key answer 答案 参考答案 答题要点",
        "key": "answer correct 答案",
        "stem": "question text 题干",
        "options": "choices 选项",
        "rationale": "explanation analysis 解析",
        "topic": "category tag 知识点",
        "citation": "source reference 依据",
        "difficulty": "level 难度",
        "type": "kind 题型",
        "items": "questions 题目",
        "posts": "岗位",
        "title": "name 标题",
        "passage": "material 案例",
    }.items()
    for word in words.split()
]
"""What people write for a key they do not remember. Of two keys that both may stand there, the later one is meant."""


@dataclass
class Reading:
    """What has been found out so far while one bank is read."""

    problems: list[Problem] = field(default_factory=list)
    item_lines: dict[str, int] = field(default_factory=dict)
    """The line where each item id was first given."""
    regulation_lines: dict[str, int] = field(default_factory=dict)
    editions: dict[str, dict[str, int]] = field(default_factory=dict)
    """The editions of each regulation, with the line where each was given."""

    def note(self, node: Node, path: str, msgid: str, **params: Any) -> None:
        self.problems.append(Problem(msgid, params, node.line, node.column, path))
        if len(self.problems) > source.MAX_PROBLEMS:
            raise source.BankError(self.problems)


Reader = Callable[[Reading, Node, str], Any]
"""Reads the node at a path into a value; where it cannot, it notes why and returns None."""


@dataclass(frozen=True)
class Known:
    """A key that may stand in a mapping: what reads its value, and whether it must be there."""

    read: Reader
    required: bool = False


Table = Mapping[str, Known]


def fields(reading: Reading, node: Node, path: str, table: Table) -> dict[str, Any] | None:
    """The values that could be read, in the order of ``table``; None where the node is no mapping at all."""
    if not isinstance(node, source.Mapping):
        known = ", ".join(table)
        reading.note(
            node, path, N_("Here keys are needed, each on its own line as 'key: text': %(known)s."), known=known
        )
        return None
    written = entries(reading, node, path)
    meant = {_unknown(reading, key, path, name, table) for name, (key, _) in written.items() if name not in table}
    values = {}
    for name, known_key in table.items():
        _, value = written.get(name, (None, None))
        if value is not None and not (isinstance(value, source.Scalar) and not value.text.strip()):
            values[name] = known_key.read(reading, value, below(path, name))
        elif known_key.required and name not in meant:
            absent = N_("'%(key)s' is missing. Add a line '%(key)s: …'.")
            empty = N_("'%(key)s' is empty. Write its text after the colon.")
            reading.note(value or node, below(path, name), empty if value else absent, key=name)
    return {name: value for name, value in values.items() if value is not None}


def entries(reading: Reading, node: source.Mapping, path: str) -> dict[str, tuple[Node, Node]]:
    """Key text to key and value node. A key that is not a text, or that repeats, is noted and left out."""
    found: dict[str, tuple[Node, Node]] = {}
    for key, value in node.pairs:
        if not isinstance(key, source.Scalar):
            reading.note(key, path, N_("A key must be a plain word. Put a text that begins with [, { or ? in quotes."))
        elif key.text in found:
            first = found[key.text][0].line
            sentence = N_("'%(key)s' is given twice; the first is on line %(line)s. Remove one of them.")
            reading.note(key, below(path, key.text), sentence, key=shown(key.text), line=first)
        else:
            found[key.text] = (key, value)
    return found


def complete(values: Mapping[str, Any], table: Table) -> bool:
    """Whether everything required was read, so that a value can be built."""
    return all(name in values for name, known in table.items() if known.required)


def below(path: str, name: str) -> str:
    """The path of ``name`` inside ``path``; a key is user input and may be of any length."""
    return f"{path}.{shown(name)}" if path else shown(name)


def shown(written: str) -> str:
    """What a person wrote, on one line and short enough to stand in a sentence."""
    return " ".join(written.split())[:40]


def value_node(node: Node, name: str) -> Node:
    """Where the value of ``name`` stands in a mapping, else the mapping itself: for problems found after reading."""
    pairs = node.pairs if isinstance(node, source.Mapping) else []
    return next((value for key, value in pairs if isinstance(key, source.Scalar) and key.text == name), node)


def claim(reading: Reading, lines: dict[str, int], name: str, node: Node, path: str) -> None:
    """Take ``name`` for the node, or note where it was taken before. ``lines`` holds what was taken so far."""
    if name in lines:
        sentence = N_("The id '%(id)s' is used already on line %(line)s. Give this one another id.")
        reading.note(node, path, sentence, id=name, line=lines[name])
    lines.setdefault(name, node.line)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The known word nearest to ``word``, or ''."""
    nearest = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return nearest[0] if nearest else ""


def list_of(read: Reader) -> Reader:
    """Reads a list that is not empty; entries that cannot be read are left out."""

    def read_list(reading: Reading, node: Node, path: str) -> tuple[Any, ...] | None:
        if not isinstance(node, source.Sequence):
            reading.note(node, path, N_("Here a list is needed. Begin each entry on a line of its own with '- '."))
            return None
        if not node.entries:
            reading.note(node, path, N_("This list is empty. Add an entry, or remove the key."))
            return None
        values = [read(reading, entry, f"{path}[{place}]") for place, entry in enumerate(node.entries)]
        return tuple(value for value in values if value is not None)

    return read_list


def one_or_list_of(read: Reader) -> Reader:
    """Reads one entry, or a list of them, as a tuple."""
    read_list = list_of(read)

    def read_either(reading: Reading, node: Node, path: str) -> tuple[Any, ...] | None:
        if isinstance(node, source.Sequence):
            values: tuple[Any, ...] | None = read_list(reading, node, path)
            return values
        value = read(reading, node, path)
        return None if value is None else (value,)

    return read_either


def as_written(_reading: Reading, node: Node, _path: str) -> Node:
    """The node itself, for a value that is judged together with others."""
    return node


def text(reading: Reading, node: Node, path: str) -> str | None:
    """A text that is not empty, without the white space around it."""
    if not isinstance(node, source.Scalar):
        reading.note(node, path, N_("Here one text is needed. Put a text that begins with [ or { or '- ' in quotes."))
        return None
    if not (stripped := node.text.strip()):
        reading.note(node, path, N_("This text is empty. Write something here, or remove the entry."))
        return None
    return stripped


def identifier(reading: Reading, node: Node, path: str) -> str | None:
    """A short name of letters, digits and ``-_.``, at most `MAX_ID` characters."""
    name = text(reading, node, path)
    if name is not None and not _ID.fullmatch(name):
        sentence = N_(
            "'%(id)s' cannot be an id. Use at most %(limit)s letters a–z, digits and the marks - _ . without spaces."
        )
        reading.note(node, path, sentence, id=shown(name), limit=MAX_ID)
        return None
    return name


def whole_number(least: int, most: int) -> Reader:
    """Reads a whole number from ``least`` to ``most``."""

    def read_number(reading: Reading, node: Node, path: str) -> int | None:
        written = text(reading, node, path)
        if written is None:
            return None
        digits = half_width(written)
        if re.fullmatch("[0-9]{1,9}", digits) and least <= int(digits) <= most:
            return int(digits)
        sentence = N_("'%(text)s' is not a whole number from %(least)s to %(most)s.")
        reading.note(node, path, sentence, text=shown(written), least=least, most=most)
        return None

    return read_number


def yes_or_no(reading: Reading, node: Node, path: str) -> bool | None:
    """A switch: true or false, in a few spellings."""
    written = text(reading, node, path)
    if written is not None and written.lower() not in _YES_NO:
        reading.note(node, path, N_("'%(text)s' is neither true nor false. Write true or false."), text=shown(written))
    return _YES_NO.get((written or "").lower())


def day(reading: Reading, node: Node, path: str) -> date | None:
    """A date written as 2024-01-01."""
    written = text(reading, node, path)
    if written is None:
        return None
    if found := _DAY.fullmatch(half_width(written)):
        try:
            return date(*map(int, found.groups()))
        except ValueError:
            pass  # 2023-02-30 has the shape of a date, and is none
    reading.note(
        node, path, N_("'%(text)s' is not a date. Write year-month-day, such as 2024-01-01."), text=shown(written)
    )
    return None


def _unknown(reading: Reading, key: Node, path: str, name: str, table: Table) -> str:
    """Note an unknown key. Returns the key that was probably meant, or ''; its absence need not be noted as well."""
    words = {word: known for word, known in _OTHER_WORDS if known in table} | {known: known for known in table}
    nearest = did_you_mean(name.strip().lower(), words)
    if nearest:
        sentence = N_("Unknown key '%(key)s'. Did you mean '%(suggestion)s'?")
        reading.note(key, below(path, name), sentence, key=shown(name), suggestion=words[nearest])
        return words[nearest]
    sentence = N_("Unknown key '%(key)s'. Remove it; the keys that may stand here are %(known)s.")
    reading.note(key, below(path, name), sentence, key=shown(name), known=", ".join(table))
    return ""
