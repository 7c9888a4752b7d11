"""Tables of questions: workbooks and CSV, read by their headings, in whatever order the columns stand."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from quizapp.domain.bank import ItemType
from quizapp.domain.problem import N_, Problem
from quizapp.importers.notation import TYPE_WORDS, fold, squeezed, type_named
from quizapp.importers.reading import Document, Format, ImportedItem, Reading, Skipped
from quizapp.importers.separated import Row, heading_of, quoted_rows, tabbed_rows
from quizapp.importers.table_columns import HEADINGS, Columns, columns_of, is_heading_row, known_heading
from quizapp.importers.table_row import cells_of, item_of, type_of, why_no_item
from quizapp.importers.workbook import SHEET_MARK

__all__ = ["Numbered", "is_heading_row", "numbered_rows", "parse_table"]

_TYPE_ROW = re.compile(
    r"(?:第?[一二三四五六七八九十\d]{1,3}(?:部分|[、.章节:])?)?\s*(.+?)\s*(?:[(\[].*[)\]])?\s*[:：]?"
)
_TYPE_IN_NAME = re.compile(TYPE_WORDS)
_SHORT = 40
_ONLY_KEYS = N_(
    "This file has only keys and no questions. Give the file of questions with it, or put each key after its question."
)


class Numbered(NamedTuple):
    """A row with a number, read for keys that stand apart; ``split`` tells one letter of a run such as 1-5 ABACD."""

    line: int
    number: str
    type: ItemType | None
    sheet: str
    key: str
    is_question: bool = False
    split: bool = False


def parse_table(document: Document, keys: Mapping[int, str] | None = None) -> Reading:
    """The questions of a table. Rows above the headings and rows that hold no question are `Skipped`.

    ``keys`` are those that stand in another file, by the line of their question.
    """
    table = _read_whole(_Table(document, keys or {}))
    if not table.items and any(row.key for row in table.numbered):
        table.problems.insert(0, Problem(_ONLY_KEYS))
    skipped = tuple(sorted(table.skipped, key=lambda each: each.line))
    return Reading(document, tuple(table.items), skipped, tuple(table.headings), tuple(table.problems))


def numbered_rows(document: Document) -> list[Numbered]:
    """The rows of a table under headings, with their numbers and keys, whether they are questions or only keys."""
    return _read_whole(_Table(document)).numbered


def _read_whole(table: "_Table") -> "_Table":
    for row in _rows(table.document):
        table.add(row)
    table.end_sheet()
    return table


def _rows(document: Document) -> Iterable[Row]:
    if document.format is not Format.CSV:
        return tabbed_rows(document.lines)
    heading = heading_of(document.lines)
    return quoted_rows(document.lines, heading.separator if heading else ",")


@dataclass
class _Table:
    """What has been read so far; ``above`` are the rows of the sheet for which no headings have come yet."""

    document: Document
    keys: Mapping[int, str] = field(default_factory=dict)
    numbered: list[Numbered] = field(default_factory=list)
    items: list[ImportedItem] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    headings: list[int] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    columns: Columns | None = None
    type: ItemType | None = None
    above: list[Row] = field(default_factory=list)

    def add(self, row: Row) -> None:
        """Read one row of the document."""
        if row.cells[0].startswith(SHEET_MARK):
            self.end_sheet()
            self._head(row)
            self.type = _type_in(row.cells[0].removeprefix(SHEET_MARK))
        elif not any(row.cells):
            self._skip(row, Problem(N_("This row is empty.")))
        elif self._may_be_headings(row) and is_heading_row(row.cells):
            self._take_headings(row)
        elif row.cells.count("") == len(row.cells) - 1 and (section := _type_of_section(row)):
            self.type = section
            self._head(row)
        elif self.columns is None:
            self.above.append(row)
        else:
            self._read(row, self.columns)

    def end_sheet(self) -> None:
        """Account for the rows of a sheet in which no headings were found."""
        for row in self.above:
            self._skip(
                row, Problem(N_("This row stands under no headings and was not read. Put 题干 and 答案 above it."))
            )
        if self.above and self.document.lines:
            place = self._place(self.above[0].line)
            message = N_("No row of headings was found %(place)s. Put 题干, 选项A, 选项B and 答案 above the questions.")
            self.problems.append(Problem(message, {"place": place}, self.above[0].line))
        self.above, self.columns, self.type = [], None, None

    def _may_be_headings(self, row: Row) -> bool:
        """Whether it is worth a look: below headings, others must have one of theirs over the stem or the key."""
        if self.columns is None:
            return True
        places = [self.columns.fields.get("stem", -1), *self.columns.keys]
        return any(known_heading(row.cells[at])[0] in HEADINGS for at in places if 0 <= at < len(row.cells))

    def _take_headings(self, row: Row) -> None:
        for note in self.above:
            self._skip(note, Problem(N_("A note above the headings, not imported.")))
        if self.type is None and (sheet := self._sheet(row.line)):
            self.type = _type_in(sheet)
        self.above, self.columns = [], columns_of(row.cells)
        self._head(row)
        if "stem" not in self.columns.fields:
            message = N_("There is no column of questions under these headings. Head one 题干.")
            self.problems.append(Problem(message, line=row.line))
        if self.columns.unused:
            message = N_("These columns were read, but have no place in a question: %(columns)s.")
            self.problems.append(Problem(message, {"columns": "、".join(self.columns.unused[:20])}, row.line))

    def _read(self, row: Row, columns: Columns) -> None:
        cells = cells_of(row, columns)
        if own := self.keys.get(row.line):
            cells = cells._replace(keys=tuple(dict.fromkeys((*cells.keys, own))))
        number, key = cells.values.get("number", ""), cells.keys[0] if cells.keys else ""
        kind = type_of(cells.values.get("type", "")) or self.type
        is_question = bool(cells.values.get("stem"))
        if number or is_question:
            self.numbered.append(Numbered(row.line, number, kind, self._sheet(row.line), key, is_question))
        if reason := why_no_item(cells):
            self._skip(row, reason)
        else:
            self.items.append(item_of(cells, self.type))

    def _head(self, row: Row) -> None:
        self.headings += [number for number, _ in self._lines(row)]

    def _skip(self, row: Row, reason: Problem) -> None:
        for number, text in self._lines(row):
            self.skipped.append(Skipped(number, text, Problem(reason.msgid, reason.params, number)))

    def _lines(self, row: Row) -> Iterator[tuple[int, str]]:
        for number in range(row.line, row.last_line + 1):
            if self.document.lines[number - 1].strip():
                yield number, self.document.lines[number - 1]

    def _place(self, line: int) -> str:
        return self.document.places.get(line, "") or str(line)

    def _sheet(self, line: int) -> str:
        return self.document.places.get(line, "").rpartition("!")[0]


def _type_in(name: str) -> ItemType | None:
    """The kind of question a sheet is named after (``单选60题``); None where it names none, or several."""
    found = {type_named(word) for word in _TYPE_IN_NAME.findall(fold(name))}
    return found.pop() if len(found) == 1 else None


def _type_of_section(row: Row) -> ItemType | None:
    """The kind of question of a row that holds nothing but a heading such as ``二、多选题（每题2分）``."""
    words = "".join(row.cells)
    if len(words) > _SHORT:
        return None
    found = _TYPE_ROW.fullmatch(squeezed(words))
    return type_named(found.group(1)) if found else None
