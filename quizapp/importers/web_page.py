"""The text of a web page as lines: Word bodies may be a reference to one (``altChunk``). Nothing is ever fetched."""

import re
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from quizapp.importers.word_lines import PLAIN, Line, Look, Piece, lines_of
from quizapp.importers.word_numerals import formatted
from quizapp.importers.word_tables import MOST_COLUMNS, Cell, table_lines

_BLOCKS = frozenset(
    (
        *("address", "article", "aside", "blockquote", "body", "center", "dd", "div", "dl", "dt", "fieldset", "figure"),
        *("footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "li", "main", "nav", "ol", "p"),
        *("pre", "section", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul"),
    )
)
_SKIPPED = frozenset({"script", "style", "title", "template", "noscript", "del", "rt", "rp"})
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|mso-hide\s*:\s*all", re.IGNORECASE)
_BOLD_STYLE = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.IGNORECASE)
_UNDERLINE_STYLE = re.compile(r"text-decoration[\w-]*\s*:[^;]*underline", re.IGNORECASE)
_COLOR_STYLE = re.compile(r"(?<![\w-])color\s*:\s*([^;]+)", re.IGNORECASE)
_HIGHLIGHT_STYLE = re.compile(r"(?:background(?:-color)?|mso-highlight)\s*:\s*([^;]+)", re.IGNORECASE)
_NO_COLOR = frozenset({"", "black", "windowtext", "inherit", "initial", "#000", "#000000"})
_NO_HIGHLIGHT = frozenset({"", "white", "transparent", "none", "inherit", "initial", "#fff", "#ffffff"})
_LISTS = {"A": "upperLetter", "a": "lowerLetter", "I": "upperRoman", "i": "lowerRoman"}
_SPACES = re.compile(r"[ \t\r\n\f]+")
_MOST_OPEN = 500
"""How deep open elements are remembered; deeper ones only give their text."""


@dataclass
class _Sink:
    """Where lines go: the page, or one cell of a table."""

    lines: list[Line] = field(default_factory=list)


@dataclass
class _Table:
    """A table being read. ``below``: by column, how many more rows a cell above reaches down into."""

    outer: _Sink
    rows: list[list[Cell]] = field(default_factory=list)
    below: dict[int, int] = field(default_factory=dict)


def page_lines(text: str) -> list[Line]:
    """The lines of an HTML text.

    libxml2 reads it: the standard library's parser takes minutes over 100,000 comments that are never closed.
    """
    page = _Page()
    heard: Any = page  # the stubs ask for more than libxml2 tells
    parser = etree.HTMLParser(target=heard, encoding="utf-8", no_network=True)
    with suppress(etree.ParserError, etree.XMLSyntaxError):  # an empty text
        parser.feed(text.replace("\0", "").encode(errors="replace"))
        parser.close()
    return page.close()


class _Page:
    """Hears of the elements of a page one after another, each with an end (libxml2 adds those left out)."""

    def __init__(self) -> None:
        self._sink = _Sink()
        self._pieces: list[Piece] = []
        self._picture = False
        self._looks: list[tuple[str, Look]] = []
        self._tables: list[_Table] = []
        self._lists: list[tuple[str, int] | None] = []
        self._skipping: list[str] = []

    def close(self) -> list[Line]:
        """The page is over; the lines, with everything that was left open closed."""
        while self._tables:
            self._end_table()
        self._end_paragraph()
        return self._sink.lines

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        if self._skipping:
            if tag == self._skipping[-1]:
                self._skipping.append(tag)
            return
        if tag in _SKIPPED or _HIDDEN_STYLE.search(attributes.get("style", "")):
            self._skipping.append(tag)
            return
        if tag in _BLOCKS:
            self._end_paragraph()
            self._start_block(tag, attributes)
        elif tag == "br":
            self._pieces.append(("\n", PLAIN))
        elif tag == "img":
            self._picture = True
        if len(self._looks) < _MOST_OPEN:
            self._looks.append((tag, _look(tag, attributes, self._look)))

    def end(self, tag: str) -> None:
        """An element ends."""
        if self._skipping:
            if tag == self._skipping[-1]:
                self._skipping.pop()
            return
        if tag in _BLOCKS:
            self._end_paragraph()
            if tag == "table":
                self._end_table()
            elif tag in {"ol", "ul"} and self._lists:
                self._lists.pop()
        for place in range(len(self._looks) - 1, -1, -1):
            if self._looks[place][0] == tag:
                del self._looks[place:]
                break

    def data(self, data: str) -> None:
        """A piece of text."""
        if self._skipping:
            return
        preserved = any(tag == "pre" for tag, _look in self._looks)
        text = data if preserved else _SPACES.sub(" ", data)
        before = self._pieces[-1][0][-1:] if self._pieces else "\n"
        if not preserved and before in {" ", "\n"}:
            text = text.lstrip(" ")
        if text:
            self._pieces.append((text, self._look))

    @property
    def _look(self) -> Look:
        return self._looks[-1][1] if self._looks else PLAIN

    def _end_paragraph(self) -> None:
        if self._picture or any(text.strip() for text, _look in self._pieces):
            self._sink.lines += lines_of(self._pieces, self._picture)
        self._pieces, self._picture = [], False

    def _start_block(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "table":
            self._tables.append(_Table(self._sink))
        elif tag == "tr" and self._tables:
            self._tables[-1].rows.append([])
        elif tag in {"td", "th"} and self._tables:
            self._start_cell(attributes)
        elif tag == "ol":
            self._lists.append((_LISTS.get(attributes.get("type", ""), "decimal"), _number(attributes, "start", 1)))
        elif tag == "ul":
            self._lists.append(None)
        elif tag == "li" and self._lists and (counted := self._lists[-1]):
            number = _number(attributes, "value", counted[1])
            self._lists[-1] = (counted[0], number + 1)
            self._pieces.append((formatted(number, counted[0]) + ".\t", PLAIN))

    def _start_cell(self, attributes: dict[str, str]) -> None:
        table = self._tables[-1]
        if not table.rows:
            table.rows.append([])
        row = table.rows[-1]
        while table.below.get(len(row), 0) > 0:
            table.below[len(row)] -= 1
            row.append([])
        columns = max(min(_number(attributes, "colspan", 1), MOST_COLUMNS - len(row)), 1)
        cell: Cell = []
        for covered in range(columns):
            table.below[len(row)] = max(_number(attributes, "rowspan", 1) - 1, 0)
            row.append([] if covered else cell)
        self._sink = _Sink(cell)

    def _end_table(self) -> None:
        if not self._tables:
            return
        self._end_paragraph()
        table = self._tables.pop()
        self._sink = table.outer
        self._sink.lines += table_lines(table.rows)


def _look(tag: str, attributes: dict[str, str], around: Look) -> Look:
    """How text in this element looks: what the element sets over what stands around it."""
    style = attributes.get("style", "")
    color = _set_value(_COLOR_STYLE, style) or attributes.get("color", "").lower()
    highlight = "mark" if tag == "mark" else _set_value(_HIGHLIGHT_STYLE, style)
    return Look(
        bold=around.bold or tag in {"b", "strong"} or bool(_BOLD_STYLE.search(style)),
        underline=around.underline or tag in {"u", "ins"} or bool(_UNDERLINE_STYLE.search(style)),
        color=("" if color in _NO_COLOR else color) if color else around.color,
        highlight=("" if highlight in _NO_HIGHLIGHT else highlight) if highlight else around.highlight,
    )


def _set_value(setting: re.Pattern[str], style: str) -> str:
    found = setting.search(style)
    return found.group(1).strip().lower() if found else ""


def _number(attributes: dict[str, str], name: str, default: int) -> int:
    text = attributes.get(name, "").strip()
    return int(text) if re.fullmatch("[0-9]{1,4}", text) else default
