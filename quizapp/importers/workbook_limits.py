"""What a workbook may cost to read, measured before the reader of workbooks sees it.

An XLSX file is a ZIP archive of XML: a kilobyte of it can ask for gigabytes, and python-calamine, which keeps a full
rectangle of every sheet and a copy of every repeated text, would take the whole process down with it.
"""

import io
import re
import zipfile
from collections import Counter
from collections.abc import Callable
from functools import lru_cache
from itertools import zip_longest
from xml.parsers import expat

from quizapp.domain.problem import N_, Problem
from quizapp.importers.archive import BROKEN, CHUNK, DEEPEST, MOST_INFLATED, MOST_RATIO, SMALL
from quizapp.importers.reading import Refused
from quizapp.importers.workbook_plain import RUN, Plain, plain

HEADER_WITHIN = 20  # rows: titles and notes stand above the header
MOST_ROWS = 20_000  # people or questions on a sheet
MOST_LINES = MOST_ROWS + HEADER_WITHIN
MOST_COLUMNS = 200
MOST_CELLS = 2_000_000  # in the rectangles of all sheets
MOST_TEXT = 20_000_000  # characters in all cells, repeated ones counted each time
MOST_MERGED = 3 * MOST_ROWS  # rows under all merged ranges: unit, branch and branch code of everybody
MOST_ELEMENTS = 2_000_000  # 20,000 people in seven columns come to 420,000, questions in twelve to a million
MOST_PARTS = 1_000
MOST_IN_PART = 32 * 1024 * 1024  # bytes, inflated

SHEET = "XLSX"  # a part of the archive does not know the name of its sheet


def too_many_rows(sheet: str) -> Refused:
    """``sheet`` is longer than any list of people or questions."""
    message = N_("%(sheet)s holds more than %(most)s rows. Delete the empty rows and columns after the last entry.")
    return Refused(Problem(message, {"sheet": sheet, "most": MOST_ROWS}))


def too_many_columns(sheet: str) -> Refused:
    """``sheet`` is wider than any such list."""
    message = N_("%(sheet)s holds more than %(most)s columns. Delete everything to the right of the last heading.")
    return Refused(Problem(message, {"sheet": sheet, "most": MOST_COLUMNS}))


def too_large() -> Refused:
    """The workbook holds more of something than a list of people or questions needs."""
    return Refused(
        Problem(N_("The workbook is too large. Copy its content into a new workbook, without formats, and use that."))
    )


def not_a_workbook() -> Refused:
    """Not XLSX, broken, or protected by a password."""
    return Refused(Problem(N_("The workbook cannot be opened. Save it again as XLSX without a password.")))


def checked_copy(data: bytes) -> io.BytesIO:
    """The workbook with nothing but the parts that were measured, unpacked; `Refused` when one asks too much.

    The reader gets this copy and not ``data``, so that two readers of ZIP cannot see two different archives.
    """
    if data[:2] != b"PK" or data.count(b"PK\x01\x02") > MOST_PARTS:
        raise not_a_workbook()
    copy = io.BytesIO()
    measure = _Measure()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(copy, "w") as checked:
            for entry in _needed(archive):
                part = _inflated(archive, entry)
                measure.part(entry.filename, part)
                checked.writestr(entry.filename, part)
    except (*BROKEN, expat.ExpatError):
        raise not_a_workbook() from None
    measure.finish()
    copy.seek(0)
    return copy


def _needed(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """The parts that hold cells or lead to them; pictures, macros and properties are left behind."""
    entries = [entry for entry in archive.infolist() if re.fullmatch(r"(?i)xl/.*\.(xml|rels)", entry.filename)]
    entries += [entry for entry in archive.infolist() if entry.filename in ("[Content_Types].xml", "_rels/.rels")]
    if len({entry.filename.lower() for entry in entries}) != len(entries):
        raise not_a_workbook()
    if any(entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for entry in entries):
        raise not_a_workbook()
    return entries


def _inflated(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """The part, given up as soon as it has grown too large: the archive may say of its size what it likes."""
    most = min(MOST_IN_PART, max(SMALL, MOST_RATIO * entry.compress_size))
    inflated = bytearray()
    with archive.open(entry) as part:
        while chunk := part.read(CHUNK):
            inflated += chunk
            if len(inflated) > most:
                raise too_large()
    return bytes(inflated)


class _Measure:
    """What the parts of one workbook ask for, whatever they call themselves: any part may turn out to be a sheet."""

    def __init__(self) -> None:
        self.inflated = self.elements = self.area = self.merged = 0
        self.strings: list[int] = []  # lengths of the shared texts; the longer where two parts have them
        self.uses: Counter[int] = Counter()  # of the shared texts, by their index
        self.targets: Counter[tuple[str, str]] = Counter()  # (relationships part, sheet it leads to)
        self.sheets: set[str] = set()

    def part(self, name: str, content: bytes) -> None:
        """Measure one part. It is parsed as a whole: a tag that spans many pieces would be scanned anew at each."""
        self.inflated += len(content)
        if self.inflated > MOST_INFLATED:
            raise too_large()
        counted = plain(content)
        sheet = _Part(self, name, counted)
        parser = expat.ParserCreate("utf-8")  # the encoding that the reader assumes, not the one declared
        parser.buffer_text = True
        parser.StartElementHandler = sheet.start
        parser.EndElementHandler = sheet.end
        parser.CharacterDataHandler = sheet.text
        parser.StartDoctypeDeclHandler = _refuse_doctype
        parser.Parse(counted.rest, True)
        self.elements = MOST_ELEMENTS - sheet.left
        if sheet.lengths:
            self.strings = [max(pair) for pair in zip_longest(self.strings, sheet.lengths, fillvalue=0)]
        self.area += sheet.rows * sheet.columns
        if self.area > MOST_CELLS:
            raise too_large()

    def finish(self) -> None:
        """What only all parts together tell: texts repeated in many cells, and one sheet listed many times."""
        known = len(self.strings)
        if sum(self.strings[index] * uses for index, uses in self.uses.items() if 0 <= index < known) > MOST_TEXT:
            raise too_large()
        if any(times > 1 and target in self.sheets for (_part, target), times in self.targets.items()):
            raise not_a_workbook()


class _Part:
    """The elements of one part as they come; the names are those of a worksheet, whatever their prefix."""

    def __init__(self, measure: _Measure, name: str, counted: Plain) -> None:
        self.measure, self.name, self.counted = measure, name, counted
        self.left = MOST_ELEMENTS - measure.elements - counted.elements  # before the workbook has too many
        self.depth = self.rows = self.columns = 0  # the farthest filled cell
        self.row, self.column = counted.last_row, max(map(_column, counted.columns), default=0)
        self._filled({})
        self.row = self.column = 0  # the cell under way
        self.ids: set[str] = set()
        self.shared = False  # whether the cell under way names a shared text
        self.index: list[str] | None = None
        self.lengths: list[int] = []
        self.measure.uses.update(counted.uses)
        self.in_string = False
        self.starts: dict[str, Callable[[dict[str, str]], None]] = {
            "sheet": self._sheet,
            "Relationship": self._relationship,
            "sheetData": lambda _attributes: measure.sheets.add(_target(name)),
            "dimension": self._dimension,
            "mergeCell": self._merge,
            "row": self._row,
            "c": self._cell,
            "v": self._value,
            "is": self._filled,
            "f": self._filled,
            "si": self._string,
        }

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        self.left -= 1
        if self.left < 0 or self.depth > DEEPEST:
            raise too_large()
        known = self.starts.get(name)
        if known is None and ":" in name:
            known = self.starts.get(name.rpartition(":")[2])
        if known is not None:
            known(attributes)

    def end(self, name: str) -> None:
        self.depth -= 1
        if self.index is not None and name.rpartition(":")[2] == "v":
            if text := "".join(self.index).strip():
                self.measure.uses[int(text[:10])] += 1
            self.index = None
        elif self.in_string and name.rpartition(":")[2] == "si":
            self.in_string = False

    def text(self, text: str) -> None:
        if self.in_string:
            self.lengths[-1] += len(text)
        elif self.index is not None:
            self.index.append(text)

    def _sheet(self, attributes: dict[str, str]) -> None:
        for name, value in attributes.items():
            if name.rpartition(":")[2] == "id":
                if value in self.ids:
                    raise not_a_workbook()  # one sheet that is listed often would be read as often
                self.ids.add(value)

    def _relationship(self, attributes: dict[str, str]) -> None:
        if attributes.get("TargetMode") != "External":
            self.measure.targets[self.name, _target(attributes.get("Target", ""))] += 1

    def _range(self, attributes: dict[str, str]) -> int:
        """How many rows a range such as ``A1:B20`` covers."""
        first, _colon, last = attributes.get("ref", "").partition(":")
        (top, left), (bottom, right) = _cell_at(first), _cell_at(last or first)
        if bottom < top or right < left:
            raise not_a_workbook()
        return bottom - top + 1

    def _dimension(self, attributes: dict[str, str]) -> None:
        self._range(attributes)  # it may reach far, as frames do: the reader goes by the cells that hold something

    def _merge(self, attributes: dict[str, str]) -> None:
        self.measure.merged += self._range(attributes)
        if self.measure.merged > MOST_MERGED:
            raise too_large()

    def _row(self, attributes: dict[str, str]) -> None:
        at = attributes.get("r")
        self.row = self.row + 1 if at is None else _cell_at(f"A{at}")[0]
        self.column = 0

    def _cell(self, attributes: dict[str, str]) -> None:
        at = attributes.get("r")
        self.shared = attributes.get("t") == "s"
        if at is None:
            self.column += 1
        else:
            row, self.column = _cell_at(at)
            if row > self.row:
                self.row = row

    def _value(self, attributes: dict[str, str]) -> None:
        self._filled(attributes)
        if self.shared:
            self.index = []

    def _string(self, attributes: dict[str, str]) -> None:
        if self.counted.strings and RUN in attributes:
            self.lengths += self.counted.strings[int(attributes[RUN])]
            return
        self.in_string = True
        self.lengths.append(0)

    def _filled(self, _attributes: dict[str, str]) -> None:
        """The cell under way holds something: empty ones with a frame reach as far as they like."""
        if self.row > self.rows:
            self.rows = self.row
            if self.row > MOST_LINES:
                raise too_many_rows(SHEET)
        if self.column > self.columns:
            self.columns = self.column
            if self.column > MOST_COLUMNS:
                raise too_many_columns(SHEET)


def _cell_at(text: str) -> tuple[int, int]:
    """Row and column of a cell such as ``B20``, each counted from 1."""
    letters = text.rstrip("0123456789")
    digits = text[len(letters) :]
    if not 0 < len(digits) < 8 or digits[0] == "0":
        raise not_a_workbook()
    return int(digits), _column(letters)


@lru_cache(maxsize=MOST_COLUMNS)
def _column(letters: str) -> int:
    """The number of a column such as ``B``, counted from 1."""
    if not re.fullmatch("[A-Za-z]{1,3}", letters):
        raise not_a_workbook()
    column = 0
    for letter in letters.upper():
        column = column * 26 + ord(letter) - ord("A") + 1
    return column


def _target(path: str) -> str:
    """One spelling for the part that a relationship leads to."""
    return path.replace("\\", "/").lower().lstrip("/").removeprefix("xl/")


def _refuse_doctype(*_declaration: object) -> None:
    raise not_a_workbook()  # no workbook has one; entities grow without limit
