"""An official paper as a Word file, in the layout of GB/T 9704-2012 (党政机关公文格式).

A4, 22 lines of 28 characters in 仿宋 16 pt, the title in 小标宋 22 pt, headings 一、 in 黑体 and （一） in 楷体,
page numbers ``— 1 —`` outside: on the right of odd and the left of even pages. The fonts of the standard are named,
none is in the file; for each the file names another that every Windows has.
"""

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import docx
from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Pt
from docx.styles.style import ParagraphStyle
from lxml.etree import _Element

from quizapp.exporters.docx import below, forget_template, plain, set_font
from quizapp.exporters.docx_chart import Chart, add_chart
from quizapp.exporters.docx_seal import put_seal
from quizapp.exporters.official_blocks import (
    Addressee,
    AnnexHead,
    Attachments,
    Block,
    Body,
    Heading,
    Note,
    Signature,
    Table,
    Title,
)
from quizapp.exporters.official_page import (
    BIG_SONG,
    FANG_SONG,
    HEI,
    KAI,
    LINE_TWIPS,
    SONG,
    TEXT_POINTS,
    name_fallbacks,
    set_page,
)


def write_official(blocks: Sequence[Block], title: str, seal: str = "") -> bytes:
    """The paper, without an author. ``title`` is the file's own property; ``seal`` is carried unseen (`docx_seal`)."""
    document = docx.Document()
    set_page(document)
    name_fallbacks(document)
    for name, look in _LOOKS.items():
        _add_style(document, name, look)
    forget_template(document, title)
    end, charts = document.element.body.sectPr, 0
    for block in blocks:
        if isinstance(block, Chart):
            charts += 1
            made = [_drawing(add_chart(document, block, charts)), _paragraph("图题", block.title)]
        else:
            made = _MAKERS[type(block)](block)
        for element in made:
            end.addprevious(element)
    if seal:
        put_seal(document, seal)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


@dataclass(frozen=True)
class _Look:
    """How a kind of paragraph looks; indents in characters, of 16 pt. ``exact`` lines stand on the grid."""

    font: str = FANG_SONG
    points: float = TEXT_POINTS
    align: WD_ALIGN_PARAGRAPH = WD_ALIGN_PARAGRAPH.JUSTIFY
    first: float = 0
    left: float = 0
    right: float = 0
    above: float = 0
    below: float = 0
    exact: bool = True
    keeps: bool = False
    outline: int | None = None


_CENTRE, _LEFT, _RIGHT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.RIGHT
_LOOKS = {
    "公文标题": _Look(BIG_SONG, 22, _CENTRE, above=29, below=29, keeps=True),
    "主送机关": _Look(align=_LEFT),
    "一级标题": _Look(HEI, first=2, keeps=True, outline=0),
    "二级标题": _Look(KAI, first=2, keeps=True, outline=1),
    "公文正文": _Look(first=2),
    "结束语": _Look(first=2, keeps=True),
    "附件说明": _Look(align=_LEFT, left=5, first=-3, above=29, keeps=True),
    "附件说明续": _Look(align=_LEFT, left=5, keeps=True),
    "署名": _Look(align=_RIGHT, right=4, above=58, keeps=True),
    "成文日期": _Look(align=_RIGHT, right=4),
    "附件序号": _Look(HEI, align=_LEFT, keeps=True),
    "附件标题": _Look(BIG_SONG, 18, _CENTRE, above=12, below=14, exact=False, keeps=True),
    "表头": _Look(HEI, 10.5, _CENTRE, above=3, below=3, exact=False),
    "表内名称": _Look(SONG, 10.5, _LEFT, above=3, below=3, exact=False),
    "表内数字": _Look(SONG, 10.5, _CENTRE, above=3, below=3, exact=False),
    "表注": _Look(SONG, 10.5, _LEFT, above=4, exact=False),
    "图": _Look(align=_CENTRE, above=8, exact=False, keeps=True),
    "图题": _Look(HEI, 12, _CENTRE, below=8, exact=False),
}


def _add_style(document: Document, name: str, look: _Look) -> None:
    style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    assert isinstance(style, ParagraphStyle)
    style.base_style = document.styles["Normal"]
    style.quick_style = True
    set_font(style, look.font, look.points)
    style.element.set(qn("w:styleId"), name)
    for language in style.element.iter(qn("w:lang")):  # as Chinese a number would be broken at the end of a line
        language.set(qn("w:val"), "en-US")
    shape = style.paragraph_format
    shape.alignment = look.align
    shape.space_before, shape.space_after = Pt(look.above), Pt(look.below)
    shape.line_spacing = Pt(max(LINE_TWIPS / 20, look.points * 1.6)) if look.exact else 1.0
    shape.first_line_indent = Pt(look.first * TEXT_POINTS)
    shape.left_indent, shape.right_indent = Pt(look.left * TEXT_POINTS), Pt(look.right * TEXT_POINTS)
    shape.keep_with_next = look.keeps
    if not look.exact:  # else the page's grid would make two lines of each row of a table
        snap = OxmlElement("w:snapToGrid")
        snap.set(qn("w:val"), "0")
        style.element.get_or_add_pPr().find(qn("w:spacing")).addprevious(snap)  # Word minds the order
    if look.outline is not None:
        below(style.element.get_or_add_pPr(), "w:outlineLvl").set(qn("w:val"), str(look.outline))


def _paragraph(style: str, text: str, *, new_page: bool = False) -> _Element:
    paragraph = OxmlElement("w:p")
    properties = below(paragraph, "w:pPr")
    below(properties, "w:pStyle").set(qn("w:val"), style)
    if new_page:
        below(properties, "w:pageBreakBefore")
    run = below(paragraph, "w:r")
    for place, line in enumerate(text.split("\n")):
        if place:
            below(run, "w:br")
        words = below(run, "w:t")
        words.set(qn("xml:space"), "preserve")
        words.text = plain(line)
    return paragraph


def _drawing(drawing: str) -> _Element:
    paragraph = _paragraph("图", "")
    run = paragraph[-1]
    run.remove(run[0])
    run.append(parse_xml(drawing))
    return paragraph


def _attachments(block: Attachments) -> list[_Element]:
    if len(block.titles) == 1:
        return [_paragraph("附件说明", f"附件：{block.titles[0]}")]
    lines = [f"{number}.{title}" for number, title in enumerate(block.titles, 1)]
    return [_paragraph("附件说明", f"附件：{lines[0]}"), *(_paragraph("附件说明续", line) for line in lines[1:])]


def _signature(block: Signature) -> list[_Element]:
    return [_paragraph("署名", block.signer), _paragraph("成文日期", block.date)]


def _annex_head(block: AnnexHead) -> list[_Element]:
    return [_paragraph("附件序号", block.mark, new_page=True), _paragraph("附件标题", block.title)]


def _table(block: Table) -> list[_Element]:
    table = parse_xml(_TABLE.format(namespace=nsdecls("w")))
    grid = below(table, "w:tblGrid")
    widths = [str(round(width * 56.7)) for width in block.widths]  # twentieths of a point
    for width in widths:
        below(grid, "w:gridCol").set(qn("w:w"), width)
    table.append(_row(block.heads, widths, ["表头"] * len(widths), head=True))
    styles = ["表内名称" if place in block.left else "表内数字" for place in range(len(widths))]
    for number, row in enumerate(block.rows):
        table.append(_row(row, widths, styles, strong=number in block.strong))
    return [table]


def _row(
    cells: Sequence[str], widths: Sequence[str], styles: Sequence[str], *, head: bool = False, strong: bool = False
) -> _Element:
    row = OxmlElement("w:tr")
    properties = below(row, "w:trPr")
    below(properties, "w:cantSplit")
    if head:
        below(properties, "w:tblHeader")
    for text, width, style in zip(cells, widths, styles, strict=True):
        cell = below(row, "w:tc")
        shape = below(cell, "w:tcPr")
        size = below(shape, "w:tcW")
        size.set(qn("w:w"), width)
        size.set(qn("w:type"), "dxa")
        if strong or head:
            shade = below(shape, "w:shd")
            for name, value in (("val", "clear"), ("color", "auto"), ("fill", "E7E6E6" if head else "F2F2F2")):
                shade.set(qn(f"w:{name}"), value)
        below(shape, "w:vAlign").set(qn("w:val"), "center")
        cell.append(_paragraph("表头" if strong and style == "表内数字" else style, text))
    return row


_BORDERS = "".join(
    f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
    for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)
_TABLE = (
    '<w:tbl {namespace}><w:tblPr><w:tblW w:w="8845" w:type="dxa"/><w:jc w:val="center"/>'
    f"<w:tblBorders>{_BORDERS}</w:tblBorders>"
    '<w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="57" w:type="dxa"/><w:right w:w="57" w:type="dxa"/>'
    "</w:tblCellMar></w:tblPr></w:tbl>"
)

_MAKERS: Mapping[type, Callable[[Any], list[_Element]]] = {
    Title: lambda block: [_paragraph("公文标题", block.text)],
    Addressee: lambda block: [_paragraph("主送机关", block.text)],
    Heading: lambda block: [_paragraph("一级标题" if block.level == 1 else "二级标题", block.text)],
    Body: lambda block: [_paragraph("结束语" if block.last else "公文正文", block.text)],
    Note: lambda block: [_paragraph("表注", block.text)],
    Attachments: _attachments,
    Signature: _signature,
    AnnexHead: _annex_head,
    Table: _table,
}
