"""What libyaml says about a file it cannot parse, put so that an organizer can mend it."""

import re
from collections.abc import Iterator
from itertools import islice

import yaml

from quizapp.domain.problem import N_, Problem

_FULL_WIDTH_COLON = re.compile(r"[\s-]*[\w]+\s*：")
_KEY_WITHOUT_SPACE = re.compile(r"[\s-]*[A-Za-z_]+:(?=[^\s:])")
_TAB_INDENT = re.compile(r" *\t")
_MOST_TABS = 100

_SENTENCES: tuple[tuple[str, str], ...] = (
    (
        "mapping values are not allowed",
        N_(
            "A colon followed by a space cannot stand inside a text without quotes, and a line below a text must not "
            "be indented more than its key. Put the text in quotes, or mend the indentation."
        ),
    ),
    (
        "block sequence entries are not allowed",
        N_("A list cannot begin on the line of its key. Begin the line below with '- ', or put the text in quotes."),
    ),
    (
        "could not find expected ':'",
        N_("This line has no key. Write 'key: text', or indent it under the text that it continues."),
    ),
    (
        "found unexpected end of stream",
        N_("The quotation mark that opens here is never closed. Close it with the same mark."),
    ),
    (
        "did not find expected ',' or",
        N_("The bracket that opens here is never closed, or a comma is missing. Mend it, or put the text in quotes."),
    ),
    (
        "did not find expected '-' indicator",
        N_("This line stands where a list goes on. Begin it with '- ', or indent it like the rest of its entry."),
    ),
    (
        "did not find expected key",
        N_(
            "This line is indented differently from the lines above it, or text follows a closing quotation mark. "
            "Line it up with the keys above, or put the whole text in one pair of quotes."
        ),
    ),
    (
        "did not find expected <document start>",
        N_("This line is indented less than the first line, or follows a line '...'. Line it up with the first key."),
    ),
    (
        "escape",
        N_("A backslash in double quotes begins a special character. Write it twice, or use single quotes."),
    ),
    (
        "did not find expected comment or line break",
        N_("After | or > the text begins on the next line, indented. Move the text down, or put it in quotes."),
    ),
    (
        "found character that cannot start any token",
        N_("A text cannot begin with this character. Put the text in quotes."),
    ),
    (
        "expected alphabetic or numeric character",
        N_("A text that begins with * or & must stand in quotes."),
    ),
    (
        "did not find expected node content",
        N_("There is a bracket or a comma here where a text should be. Put the text in quotes."),
    ),
    ("scanning a tag", N_("A text that begins with ! must stand in quotes.")),
)
"""A piece of what libyaml says, and the sentence for it; the first that fits is taken."""

_AT_THE_OPENING = ("found unexpected end of stream", "did not find expected ',' or", "could not find expected ':'")
"""Faults found far below their cause, which is where the parser says that it began."""


def syntax_problems(error: yaml.MarkedYAMLError, text: str) -> list[Problem]:
    """The places to mend: one, except that every line indented with a tab is named."""
    said = f"{error.problem or ''} {error.context or ''}".strip()
    mark = error.context_mark if said.startswith(_AT_THE_OPENING) and error.context_mark else error.problem_mark
    line, column = (mark.line, mark.column) if mark else (0, 0)
    lines = text.split("\n")
    if tabs := list(islice(_tab_lines(lines, line), _MOST_TABS)):
        return tabs
    if slip := _colon_slip(lines, line):
        return [slip]
    for fragment, sentence in _SENTENCES:
        if fragment in said:
            return [Problem(sentence, {}, line + 1, column + 1)]
    sentence = N_("This is not valid YAML (%(detail)s). Compare this line and the one above with the format guide.")
    return [Problem(sentence, {"detail": error.problem or "?"}, line + 1, column + 1)]


def _tab_lines(lines: list[str], faulty: int) -> Iterator[Problem]:
    if not (faulty < len(lines) and _TAB_INDENT.match(lines[faulty])):
        return
    sentence = N_("This line is indented with a tab. Replace the tab with spaces.")
    for number, line in enumerate(lines, start=1):
        if found := _TAB_INDENT.match(line):
            yield Problem(sentence, {}, number, found.end())


def _colon_slip(lines: list[str], faulty: int) -> Problem | None:
    """A key with ``：`` or with no space after its colon is read as text; the parser trips on that line or the next."""
    full_width = N_("The colon after a key must be the half-width ':' and a space. Replace '：' with ': '.")
    no_space = N_("A space is missing after the colon of the key. Write 'key: text'.")
    for number in (faulty, faulty - 1):
        line = lines[number] if 0 <= number < len(lines) else ""
        if found := _FULL_WIDTH_COLON.match(line):
            return Problem(full_width, {}, number + 1, found.end())
        if found := _KEY_WITHOUT_SPACE.match(line):
            return Problem(no_space, {}, number + 1, found.end())
    return None
