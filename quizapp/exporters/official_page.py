"""The page of an official paper: its size, margins, lines and page numbers, and which fonts stand in for others."""

from typing import Any

from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from quizapp.exporters.docx import below

BIG_SONG, FANG_SONG, HEI, KAI, SONG = "方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312", "宋体"
FALLBACKS = {BIG_SONG: SONG, FANG_SONG: "仿宋", HEI: "SimHei", KAI: "楷体", SONG: "SimSun"}
TEXT_POINTS, LINE_TWIPS = 16, 579
"""三号, and 28.95 pt from line to line: 22 lines on a page."""


def set_page(document: Document) -> None:
    """A4 with the margins and the lines of the standard, and page numbers outside."""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.footer_distance = Mm(25)
    for old in section._sectPr.findall(qn("w:docGrid")):
        section._sectPr.remove(old)
    grid = below(section._sectPr, "w:docGrid")  # lines alone: with characters too every letter would be spaced out
    grid.set(qn("w:type"), "lines")
    grid.set(qn("w:linePitch"), str(LINE_TWIPS))
    document.settings.odd_and_even_pages_header_footer = True
    _number_page(section.footer, WD_ALIGN_PARAGRAPH.RIGHT)
    _number_page(section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT)
    for language in document.styles.element.iter(qn("w:lang")):  # else a reader may take Japanese shapes
        language.set(qn("w:eastAsia"), "zh-CN")


def _number_page(foot: Any, align: WD_ALIGN_PARAGRAPH) -> None:
    foot.is_linked_to_previous = False
    paragraph = foot.paragraphs[0]
    paragraph.alignment = align
    shape = paragraph.paragraph_format
    shape.left_indent = shape.right_indent = Pt(14)  # one character in from the edge
    for piece in ("— ", "1", " —"):
        run = paragraph.add_run(piece)
        run.font.name, run.font.size = SONG, Pt(14)
        run._r.get_or_add_rPr().rFonts.set(qn("w:eastAsia"), SONG)
        if piece == "1":  # the number of the page, put in by whoever shows the file
            page = OxmlElement("w:fldSimple")
            page.set(qn("w:instr"), "PAGE")
            run._r.addprevious(page)
            page.append(run._r)


def name_fallbacks(document: Document) -> None:
    """Say in the file's table of fonts which other font stands in for one that a machine does not have."""
    fonts = next(part for part in document.part.package.parts if part.partname.endswith("/fontTable.xml"))
    entries = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="86"/></w:font>'
        for name, other in FALLBACKS.items()
    )
    fonts._blob = fonts.blob.replace(b"</w:fonts>", f"{entries}</w:fonts>".encode())
