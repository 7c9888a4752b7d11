"""A reading as JSON types: exactly, between the process that reads a file and the one that asked; and as a report.

Not pickle: what a process says after it has read a hostile file is data, and never code.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, fields
from typing import Any

from quizapp.domain.bank import ItemType, Option
from quizapp.domain.problem import Problem
from quizapp.importers.reading import Document, Format, Grammar, ImportedItem, Reading, Skipped

Json = dict[str, Any]
Translate = Callable[[str], str]


def to_json(value: Document | Reading | Problem) -> Json:
    """The value in JSON types, without the fields that have their default; `document`, `reading`, `problem` undo it."""
    plain = _plain(value)
    assert isinstance(plain, dict)
    return plain


def document(json: Json) -> Document:
    """The document of `to_json`. Raises ValueError, TypeError, KeyError or AttributeError for anything else."""
    return Document(
        format=Format(json["format"]),
        grammar=Grammar(json["grammar"]),
        lines=_texts(json["lines"]),
        places={int(line): str(place) for line, place in json.get("places", {}).items()},
        marks={int(line): _pairs(marks) for line, marks in json.get("marks", {}).items()},
        pictures=frozenset(int(line) for line in json.get("pictures", ())),
        encoding=str(json.get("encoding", "")),
        problems=_problems(json, "problems"),
    )


def reading(json: Json) -> Reading:
    """The reading of `to_json`. Raises as `document` does."""
    return Reading(
        document=document(json["document"]),
        items=tuple(_item(item) for item in json["items"]),
        skipped=tuple(
            Skipped(int(each["line"]), str(each["text"]), problem(each["reason"])) for each in json.get("skipped", ())
        ),
        headings=tuple(int(line) for line in json.get("headings", ())),
        problems=_problems(json, "problems"),
    )


def problem(json: Json) -> Problem:
    """The problem of `to_json`. Raises as `document` does."""
    return Problem(
        msgid=str(json["msgid"]),
        params=dict(json.get("params", {})),
        line=int(json.get("line", 0)),
        column=int(json.get("column", 0)),
        path=str(json.get("path", "")),
    )


def _plain(value: Any) -> Any:
    kind = type(value)
    if kind in _AS_IT_IS:
        return value
    if kind in _FIELDS:
        present = ((name, getattr(value, name), default) for name, default in _FIELDS[kind])
        return {name: _plain(content) for name, content, default in present if content != default}
    if kind is tuple or kind is list:
        return [_plain(each) for each in value]
    if kind is frozenset:
        return sorted(value)
    if isinstance(value, Mapping):
        return {str(key): _plain(content) for key, content in value.items()}
    # The rest are letters of an enumeration, and params of a message that would be said as text anyway.
    return str(value)


def _fields(kind: type) -> list[tuple[str, Any]]:
    """The names and defaults of a dataclass; where there is none, the default is equal to nothing."""
    return [
        (each.name, each.default if each.default_factory is MISSING else each.default_factory())
        for each in fields(kind)
    ]


_AS_IT_IS = frozenset({str, int, float, bool, type(None)})
_FIELDS = {kind: _fields(kind) for kind in (Document, ImportedItem, Option, Problem, Reading, Skipped)}


def _item(json: Json) -> ImportedItem:
    key, difficulty = json.get("key"), json.get("difficulty")
    texts = ("rationale", "passage", "topic", "points", "cited", "id")
    return ImportedItem(
        number=str(json["number"]),
        line=int(json["line"]),
        last_line=int(json["last_line"]),
        type=ItemType(json["type"]),
        stem=str(json["stem"]),
        options=tuple(_option(option) for option in json.get("options", ())),
        key=None if key is None else _texts(key),
        blanks=tuple(_texts(blank) for blank in json.get("blanks", ())),
        any_order=bool(json.get("any_order", False)),
        difficulty=None if difficulty is None else int(difficulty),
        posts=_texts(json.get("posts", ())),
        places={str(part): int(line) for part, line in json.get("places", {}).items()},
        problems=_problems(json, "problems"),
        warnings=_problems(json, "warnings"),
        **{name: str(json.get(name, "")) for name in texts},
    )


def _option(json: Json) -> Option:
    return Option(str(json["letter"]), str(json["text"]), bool(json.get("fixed", False)))


def _problems(json: Json, name: str) -> tuple[Problem, ...]:
    return tuple(problem(each) for each in json.get(name, ()))


def _texts(values: Iterable[Any]) -> tuple[str, ...]:
    return tuple(str(value) for value in values)


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
