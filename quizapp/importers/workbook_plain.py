"""The rows and texts of an XLSX file that are written as nearly every program writes them, counted many at a time.

To hand each of a million elements to Python takes seconds. A plain row is a whole element whatever stands around it,
and so is a plain text: an empty element in its place leaves the rest as well-formed, or as broken, as it was. The rest
goes to the parser, together with everything that is written in any other way.
"""

import re
from collections import Counter
from dataclasses import dataclass, field

_TEXT = rb"[^<>&\x00-\x08\x0b\x0c\x0e-\x1f]*+"
_T = rb'<t(?: xml:space="preserve")?>' + _TEXT + rb"</t>"
_FILLED = (
    rb'(?: t="s"><v>\d{1,9}</v>|(?: t="(?:n|str|b|e)")?><v>' + _TEXT + rb'</v>| t="inlineStr"><is>' + _T + rb"</is>)"
)
_ROW = re.compile(
    rb'(<row r="([1-9]\d{0,6})"(?: [\w:]+="[^"<>]*+")*+)>'
    rb'(?:<c r="[A-Z]{1,3}\2"(?: s="\d{1,6}")?+(?:/>|(' + _FILLED + rb")</c>))*+</row>"
)
_FILLED_COLUMN = re.compile(rb'<c r="([A-Z]+)[^<>]*[^<>/]>')
_SHARED = re.compile(rb' t="s"><v>(\d+)')
_STRINGS = re.compile(rb"(?:<si>" + _T + rb"</si>)++")
_STRING = re.compile(r"<si><t[^>]*>([^<]*)")

RUN = "plain-run"
"""The attribute of the one ``si`` that stands for many plain texts: the number of their run."""


@dataclass
class Plain:
    """What the plain rows and texts of one part hold; ``rest`` is the part with an empty element for each.

    Every such row stays in ``rest`` with its number. ``strings`` are the lengths of the texts of each `RUN`.
    """

    rest: bytes
    elements: int = 0
    last_row: int = 0
    columns: set[str] = field(default_factory=set)
    uses: Counter[int] = field(default_factory=Counter)
    strings: list[list[int]] = field(default_factory=list)


def plain(content: bytes) -> Plain:
    """Count the plain rows and texts of a part. Raises ValueError where they are not UTF-8."""
    found = Plain(content)
    if b"<sheetData" in content:
        _take_rows(found)
    elif b"<si>" in content and RUN.encode() not in content:
        _take_strings(found)
    return found


def _take_rows(found: Plain) -> None:
    rows: list[bytes] = []

    def emptied(row: re.Match[bytes]) -> bytes:
        rows.append(row[0])
        if row[3]:
            found.last_row = max(found.last_row, int(row[2]))
        return row[1] + b"/>"

    found.rest = _ROW.sub(emptied, found.rest)
    taken = b"".join(rows)
    taken.decode()
    found.elements = taken.count(b"<") - taken.count(b"</") - len(rows)
    found.columns = {letters.decode() for letters in set(_FILLED_COLUMN.findall(taken))}
    for index, times in Counter(_SHARED.findall(taken)).items():  # 7 and 007 are one text
        found.uses[int(index)] += times


def _take_strings(found: Plain) -> None:
    def counted(run: re.Match[bytes]) -> bytes:
        found.strings.append([len(text) for text in _STRING.findall(run[0].decode())])
        return f'<si {RUN}="{len(found.strings) - 1}"/>'.encode()

    found.rest = _STRINGS.sub(counted, found.rest)
    found.elements = sum(2 * len(run) for run in found.strings) - len(found.strings)
