"""A reading as JSON types: exactly, between the process that reads a file and the one that asked; and as a report.

Not pickle: what a process says after it has read a hostile file is data, and never code.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import MISSING, fields
from typing import Any

from quizapp.domain.bank import ItemType, Option
from quizapp.domain.problem import Problem
from quizapp.importers.reading import Document, Format, Grammar, ImportedItem, Reading, Skipped, made

Json = dict[str, Any]
Translate = Callable[[str], str]


def to_json(value: Document | Reading | Problem) -> Json:
    """The value in JSON types, without the fields that have their default; `document`, `reading`, `problem` undo it."""
    plain = json.loads(encoded(value))
    assert isinstance(plain, dict)
    return plain


def encoded(value: Any) -> bytes:
    """The JSON text of such values, and of JSON types that hold some."""
    # Half of a bank's characters are Chinese: as \\uXXXX each would take twice the bytes, and the time of both sides.
    return json.dumps(value, default=_plain, ensure_ascii=False).encode("utf-8", "surrogatepass")


def document(given: Json) -> Document:
    """The document of `to_json`. Raises ValueError, TypeError, KeyError or AttributeError for anything else."""
    return Document(
        format=Format(given["format"]),
        grammar=Grammar(given["grammar"]),
        lines=_texts(given["lines"]),
        places={int(line): str(place) for line, place in given.get("places", {}).items()},
        marks={int(line): _pairs(marks) for line, marks in given.get("marks", {}).items()},
        pictures=frozenset(int(line) for line in given.get("pictures", ())),
        encoding=str(given.get("encoding", "")),
        problems=_problems(given, "problems"),
    )


def reading(given: Json) -> Reading:
    """The reading of `to_json`. Raises as `document` does."""
    return Reading(
        document=document(given["document"]),
        items=tuple(_item(item) for item in given["items"]),
        skipped=tuple(
            Skipped(int(each["line"]), str(each["text"]), problem(each["reason"])) for each in given.get("skipped", ())
        ),
        headings=tuple(int(line) for line in given.get("headings", ())),
        problems=_problems(given, "problems"),
    )


def problem(given: Json) -> Problem:
    """The problem of `to_json`. Raises as `document` does."""
    return Problem(
        msgid=str(given["msgid"]),
        params=dict(given.get("params", {})),
        line=int(given.get("line", 0)),
        column=int(given.get("column", 0)),
        path=str(given.get("path", "")),
    )


def _plain(value: Any) -> Any:
    """What JSON does not know, one step nearer to what it knows."""
    if type(value) is ImportedItem:
        said = {name: content for name, content in vars(value).items() if content or content != _OF_ITEM[name]}
        if value.options:
            said["options"] = [_option_row(option) for option in value.options]
        if value.places and set(value.places.values()) == {value.line}:
            said["places"] = list(value.places)
        return said
    defaults = _DEFAULTS.get(type(value))
    if defaults is not None:
        return {name: content for name, content in vars(value).items() if content != defaults[name]}
    if isinstance(value, frozenset):
        return sorted(value)
    # The rest are params of a message, which would be said as text anyway.
    return dict(value) if isinstance(value, Mapping) else str(value)


def _option_row(option: Option) -> list[Any]:
    return [option.letter, option.text, True] if option.fixed else [option.letter, option.text]


def _defaults(kind: type) -> dict[str, Any]:
    """The default of each field of a dataclass; where there is none, what is equal to nothing."""
    return {
        each.name: each.default if each.default_factory is MISSING else each.default_factory() for each in fields(kind)
    }


_DEFAULTS = {kind: _defaults(kind) for kind in (Document, ImportedItem, Option, Problem, Reading, Skipped)}
_OF_ITEM = _DEFAULTS[ImportedItem]
_TYPES = {kind.value: kind for kind in ItemType}


def _item(given: Json) -> ImportedItem:
    get = given.get
    key, difficulty, line = get("key"), get("difficulty"), int(given["line"])
    return made(
        ImportedItem,
        number=str(given["number"]),
        line=line,
        last_line=int(given["last_line"]),
        type=_TYPES[given["type"]],
        stem=str(given["stem"]),
        options=tuple(map(_option, get("options", ()))),
        key=None if key is None else _texts(key),
        blanks=tuple(map(_texts, get("blanks", ()))),
        any_order=bool(get("any_order", False)),
        rationale=str(get("rationale", "")),
        passage=str(get("passage", "")),
        topic=str(get("topic", "")),
        difficulty=None if difficulty is None else int(difficulty),
        points=str(get("points", "")),
        cited=str(get("cited", "")),
        posts=_texts(get("posts", ())),
        id=str(get("id", "")),
        places=_places(get("places", ()), line),
        problems=_problems(given, "problems"),
        warnings=_problems(given, "warnings"),
    )


def _option(given: Json | Sequence[Any]) -> Option:
    """``[letter, text]``, with a third value where its place is fixed; once each was written by the names of fields."""
    if isinstance(given, dict):
        given = [given["letter"], given["text"], given.get("fixed", False)]
    return made(Option, letter=str(given[0]), text=str(given[1]), fixed=len(given) > 2 and bool(given[2]))


def _places(given: Json | Sequence[Any], line: int) -> dict[str, int]:
    """The parts alone where all stand on the line of the item, as in a table; else each with its line."""
    if isinstance(given, list):
        return dict.fromkeys(map(str, given), line)
    return {str(part): int(line) for part, line in dict(given).items()}


def _problems(given: Json, name: str) -> tuple[Problem, ...]:
    return tuple(map(problem, given.get(name, ())))


def _texts(values: Iterable[Any]) -> tuple[str, ...]:
    return tuple(map(str, values))


def _pairs(values: Iterable[Any]) -> tuple[tuple[int, int], ...]:
    return tuple((int(start), int(end)) for start, end in values)


def report(reading: Reading, translate: Translate) -> Json:
    """What ``quizapp bank import --json`` prints. Messages are in the language of ``translate`` (a gettext function).

    ``key`` of a fill-in item: the accepted texts of its one blank, else a text for each blank with ``;`` between the
    accepted ones; ``blanks`` says the same without doubt. ``place`` is the sheet and row of a line, where it has one.
    """
    of_document = reading.document.problems
    about_file = [*of_document, *(each for each in reading.problems if each not in of_document)]
    return {
        "items": [_reported_item(item, reading.document, translate) for item in reading.items],
        "skipped": [
            {"line": each.line, "text": each.text, "reason": each.reason.text(translate)}
            | _place(reading.document, each.line)
            for each in reading.skipped
        ],
        "problems": [_reported_problem(each, reading.document, translate) for each in about_file],
        "format": reading.document.format.value,
    }


def problems_of(item: ImportedItem) -> list[tuple[str, Problem]]:
    """Everything said of an item with its severity (``problem`` or ``warning``), by line; no line means the item's."""
    said = [("problem", each) for each in item.problems] + [("warning", each) for each in item.warnings]
    return sorted(said, key=lambda each: each[1].line or item.line)


def _reported_item(item: ImportedItem, document: Document, translate: Translate) -> Json:
    blanks = {"blanks": [list(blank) for blank in item.blanks]} if item.type is ItemType.FILL_IN else {}
    return {
        "number": item.number,
        "line": item.line,
        **_place(document, item.line),
        "type": item.type.value,
        "stem": item.stem,
        "options": {option.letter: option.text for option in item.options},
        "key": _reported_key(item),
        **blanks,
        **({"passage": item.passage} if item.passage else {}),
        "rationale": item.rationale,
        "status": "ready" if item.is_ready else "draft",
        "problems": [
            _reported_problem(each, document, translate, item.line) | {"severity": severity}
            for severity, each in problems_of(item)
        ],
    }


def _reported_key(item: ImportedItem) -> list[str] | None:
    if item.type is ItemType.FILL_IN and len(item.blanks) == 1:
        return list(item.blanks[0])
    if item.type is ItemType.FILL_IN and item.blanks:
        return [";".join(blank) for blank in item.blanks]
    return None if item.key is None else list(item.key)


def _reported_problem(problem: Problem, document: Document, translate: Translate, line: int = 0) -> Json:
    line = problem.line or line
    return {"line": line, "message": problem.text(translate)} | _place(document, line)


def _place(document: Document, line: int) -> Json:
    return {"place": document.places[line]} if line in document.places else {}
