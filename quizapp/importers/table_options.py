"""Options that share one cell: cut at their labels where they have any, else at the separator between them."""

import re
from collections.abc import Iterator

from quizapp.domain.bank import Option
from quizapp.domain.bank_notation import LETTERS
from quizapp.domain.problem import N_, Problem
from quizapp.importers.notation import TYPE_WORDS, clean, fold

_TYPE_FIRST = re.compile(rf"\s*[\[(]?(?:{TYPE_WORDS})[\])]?\s*[,;:、|\n]\s*")
_LABELS: tuple[tuple[str, str, str], ...] = (
    (LETTERS, r"(?<![A-Za-z0-9])[(\[]?{}\s*[.、:)\]]\s*", ""),
    ("123456789", r"(?<![0-9.])[(\[]?{}\s*[.、:)\]](?![0-9])\s*", ""),
    ("①②③④⑤⑥⑦⑧⑨⑩", r"{}\s*[.、:)\]]?\s*", ""),
)
_OWN_LABEL = re.compile(r"[(\[]?([A-Za-z])(?:[.、:)\]]\s*|\s+)(?=\S)")
_LONGEST_LABEL = 8
_SEPARATORS = ("\n", "|｜", ";；", "，,")
_ENDS = " \t\n,，;；|｜、"


def options_in(cell: str, count: str = "") -> tuple[tuple[Option, ...], Problem | None]:
    """The options in one cell. With a ``count`` (选项数量) that they do not come to, also a problem without a line.

    The labels must begin with the first and follow each other; so a comma inside an option stays in it.
    """
    cell = clean(cell).strip()
    if found := _TYPE_FIRST.match(fold(cell)):
        cell = cell[found.end() :]
    if not cell:
        return (), None
    texts = _at_labels(cell) or _at_separators(cell, count)
    options = tuple(Option(letter, text) for letter, text in zip(LETTERS, texts, strict=False))
    if count.isdecimal() and int(count) != len(texts):
        message = N_(
            "The cell holds %(found)s options, but %(count)s are stated. Put each option on a line of its own."
        )
        return options, Problem(message, {"found": len(texts), "count": count})
    return options, None


def without_labels(options: tuple[Option, ...], labels: list[re.Match[str]]) -> tuple[Option, ...]:
    """The options without their own letters (``A.招标人`` under 选项A), where every one of them begins so."""
    if not labels or [label.group(1).upper() for label in labels] != [option.letter for option in options]:
        return options
    texts = [option.text[label.end() :] for option, label in zip(options, labels, strict=True)]
    return tuple(Option(option.letter, text) for option, text in zip(options, texts, strict=True))


def labels_misplaced(options: tuple[Option, ...], labels: list[re.Match[str]]) -> bool:
    """Whether every option begins with a letter, but they stand in other columns than they name."""
    if not labels:
        return False
    named = [label.group(1).upper() for label in labels]
    letters = [option.letter for option in options]
    return named != letters and sorted(named) == sorted(letters)


def own_labels(options: tuple[Option, ...]) -> list[re.Match[str]]:
    """The letter that each option begins with; none at all where one of them, as nearly always the first, has none."""
    found = []
    for option in options:
        label = _OWN_LABEL.match(fold(option.text[:_LONGEST_LABEL]))
        if not label:
            return []
        found.append(label)
    return found


def _at_labels(cell: str) -> list[str]:
    folded = fold(cell)
    for labels, pattern, _ in _LABELS:
        found = list(_labels(folded, labels, pattern))
        if len(found) > 1 and not cell[: found[0][0]].strip(_ENDS):
            ends = [start for start, _end in found[1:]] + [len(cell)]
            return [cell[after:end].strip(_ENDS) for (_start, after), end in zip(found, ends, strict=True)]
    return []


def _labels(folded: str, labels: str, pattern: str) -> Iterator[tuple[int, int]]:
    at = 0
    for label in labels:
        found = re.compile(pattern.format(label), re.IGNORECASE).search(folded, at)
        if not found:
            return
        yield found.span()
        at = found.end()


def _at_separators(cell: str, count: str) -> list[str]:
    """The pieces at the first separator that gives the number stated, else at the first that occurs."""
    cuts = [[piece.strip(_ENDS) for piece in re.split(f"[{signs}]", cell)] for signs in _SEPARATORS]
    cuts = [[piece for piece in pieces if piece] for pieces in cuts]
    if count.isdecimal():
        for pieces in cuts:
            if len(pieces) == int(count):
                return pieces
    return next((pieces for pieces in cuts if len(pieces) > 1), [cell])
