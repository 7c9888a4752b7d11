"""What is counted many at a time comes to the same as what the parser counts one by one."""

from typing import Any

import pytest

from quizapp.importers import workbook_limits
from quizapp.importers.reading import Refused
from quizapp.importers.workbook_limits import _Measure
from quizapp.importers.workbook_plain import RUN, plain

SHEET = '<worksheet xmlns:x="x"><sheetData>{}</sheetData></worksheet>'
TEXTS = "<sst>{}</sst>"
ROW = '<row r="{0}" spans="1:3"><c r="A{0}" s="2" t="s"><v>{0}</v></c><c r="B{0}"><v>0.5</v></c></row>'


def measured(*parts: str) -> dict[str, Any]:
    measure = _Measure()
    for number, part in enumerate(parts):
        measure.part(f"xl/worksheets/sheet{number}.xml", part.encode())
    measure.finish()
    return vars(measure)


@pytest.mark.parametrize(
    "rows",
    [
        "",
        ROW.format(1) + ROW.format(2),
        ROW.format(7) + "<row><c><v>1</v></c></row>" + ROW.format(12),
        '<row r="3"/><row r="4"></row><row r="5"><c r="ZZ5" s="1"/></row>',
        '<row r="9"><c r="A9"/><c r="C9" t="inlineStr"><is><t xml:space="preserve"> 题干</t></is></c></row>',
        '<row r="9"><c r="C9" t="str"><v>甲</v></c><c r="A9" t="e"><v>#N/A</v></c><c r="D9"/></row>',
        '<row r="1"><c r="B1"><f>A1</f><v>1</v></c></row><row r="2"><c r="A2" t="inlineStr"><is/></c></row>',
        '<row r="2"><c r="A9"><v>1</v></c></row>',
        '<x:row r="6"><x:c r="C6" t="s"><x:v>1</x:v></x:c></x:row>' + ROW.format(7),
    ],
)
def test_rows_count_the_same(rows: str) -> None:
    part = SHEET.format(rows)
    as_others_write_it = part.replace('"', "'")  # nothing of this is plain
    assert plain(as_others_write_it.encode()).elements == 0
    expected = measured(as_others_write_it)
    assert measured(part) == expected


def test_texts_keep_their_order() -> None:
    rich = "<si><r><t>富</t></r><r><t>文本甲</t></r></si>"
    texts = f"<si><t>一</t></si><si><t>二二</t></si>{rich}<si><t>a&amp;b</t></si><si/><si><t>六六六六六</t></si>"
    found = measured(TEXTS.format(texts))
    assert found["strings"] == [1, 2, 4, 3, 0, 5]
    assert found["elements"] == 1 + 6 + 4 + 1 + 3
    assert plain(TEXTS.format(texts).encode()).strings == [[1, 2], [5]]


@pytest.mark.parametrize("aside", ["<!--{}-->", "<![CDATA[{}]]>", "<?note {}?>"])
def test_texts_that_are_none_move_no_other(aside: str) -> None:
    assert measured(TEXTS.format(aside.format("<si><t>无</t></si>") + "<si><t>二二</t></si>"))["strings"] == [2]


def test_nobody_else_says_how_long_a_text_is() -> None:
    said = f'<si {RUN}="0"><t>一二三</t></si><si><t>四</t></si>'
    assert measured(TEXTS.format(said))["strings"] == [3, 1]


@pytest.mark.parametrize(
    "part",
    [
        SHEET.format('<row r="1"><c r="A20021"><v>1</v></c></row>'),
        SHEET.format(ROW.format(20_021)),
        SHEET.format('<row r="1"><c r="GS1"><v>1</v></c></row>'),
        SHEET.format(ROW.format(10_011) + '<row r="1"><c r="GR1"><v>1</v></c></row>'),
    ],
)
def test_limits_hold(part: str) -> None:
    with pytest.raises(Refused):
        measured(part)


@pytest.mark.parametrize(
    ("frame", "one", "size"),
    [(SHEET, '<row r="1"><c r="A1" t="s"><v>1</v></c></row>', 3), (TEXTS, "<si><t/></si>", 2)],
    ids=["rows", "texts"],
)
def test_elements_have_a_limit(frame: str, one: str, size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook_limits, "MOST_ELEMENTS", 6_000)
    assert measured(frame.format(one * (6_000 // size - 2)))
    with pytest.raises(Refused):
        measured(frame.format(one * (6_000 // size + 1)))


def test_a_text_repeated_in_many_cells_has_a_limit() -> None:
    rows = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 2_001))
    assert measured(SHEET.format(rows), TEXTS.format(f"<si><t>{'长' * 10_000}</t></si>"))
    with pytest.raises(Refused):
        measured(SHEET.format(rows), TEXTS.format(f"<si><t>{'长' * 10_001}</t></si>"))


@pytest.mark.parametrize("part", [SHEET.format(ROW), TEXTS.format("<si><t>{}</t></si>")])
def test_what_is_not_utf_8_is_no_text(part: str) -> None:
    broken = part.replace("0.5", "\N{SNOWMAN}").replace("{}", "\N{SNOWMAN}").replace("{0}", "1")
    with pytest.raises(ValueError, match="utf-8"):
        plain(broken.encode().replace("\N{SNOWMAN}".encode(), b"\xe2\x98"))
