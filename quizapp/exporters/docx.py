"""A bank as a Word file that a person edits, prints and imports again."""

import io
import re
from dataclasses import dataclass

import docx
from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt
from docx.styles.style import ParagraphStyle
from lxml.etree import _Element

from quizapp.domain.bank import Bank
from quizapp.exporters.docx_text import Part, bank_paragraphs

_LATIN = "Times New Roman"
_SONG, _FANG_SONG, _HEI = "宋体", "仿宋", "黑体"
_LANGUAGE = "zh-CN"
_LINE_BREAK = re.compile("\r\n|[\r\n]")
_NOT_IN_XML = re.compile("[^\t\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_PAGE_NUMBER = f'<w:fldSimple {nsdecls("w")} w:instr="PAGE"><w:r><w:t>1</w:t></w:r></w:fldSimple>'
_TEMPLATE_PARTS = ("thumbnail", "customXml")
"""What the template of python-docx brings along and nobody needs."""


@dataclass(frozen=True)
class _Look:
    """How a kind of paragraph looks. ``keeps`` it on one page with the next: an item is not torn apart."""

    font: str = _FANG_SONG
    points: float = 12
    bold: bool = False
    centred: bool = False
    above: float = 0
    indent: float = 0
    keeps: bool = False
    in_outline: bool = False


_LOOKS = {
    Part.TITLE: _Look(_SONG, 22, bold=True, centred=True, keeps=True),
    Part.NOTE: _Look(above=6),
    Part.HEADING: _Look(_HEI, 15, above=16, keeps=True, in_outline=True),
    Part.PASSAGE: _Look(above=12, keeps=True),
    Part.STEM: _Look(above=12, keeps=True),
    Part.OPTION: _Look(indent=24, keeps=True),
    Part.KEY: _Look(_HEI),
    Part.DETAIL: _Look(_SONG, 10.5),
}


def write_docx(bank: Bank) -> bytes:
    """The bank as .docx: sections by type, each item with its key and all that belongs to it. No personal data."""
    document = docx.Document()
    _set_page(document)
    names = {part: _add_style(document, part, look) for part, look in _LOOKS.items()}
    forget_template(document, bank.title)
    end = document.element.body.sectPr
    for part, text in bank_paragraphs(bank):
        end.addprevious(_paragraph(names[part], text))
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _paragraph(style: str, text: str) -> _Element:
    """A paragraph in its style, its lines parted by soft breaks. By hand, for python-docx takes 20 times as long."""
    paragraph = OxmlElement("w:p")
    below(below(paragraph, "w:pPr"), "w:pStyle").set(qn("w:val"), style)
    run = below(paragraph, "w:r")
    for place, line in enumerate(_LINE_BREAK.split(text)):
        if place:
            below(run, "w:br")
        words = below(run, "w:t")
        words.set(qn("xml:space"), "preserve")
        words.text = plain(line)
    return paragraph


def plain(text: str) -> str:
    """``text`` without what XML cannot hold."""
    return _NOT_IN_XML.sub("", text)


def below(parent: _Element, tag: str) -> _Element:
    """A new last child of ``parent``."""
    element = OxmlElement(tag)
    parent.append(element)
    return element


def _set_page(document: Document) -> None:
    """A4 with the margins of an official paper, and its page number in the foot."""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    foot = section.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    foot.add_run("— ")
    foot._p.append(parse_xml(_PAGE_NUMBER))
    foot.add_run(" —")


def _add_style(document: Document, part: Part, look: _Look) -> str:
    """Add the style of a kind of paragraph; gives the id by which paragraphs name it."""
    style = document.styles.add_style(part.value, WD_STYLE_TYPE.PARAGRAPH)
    assert isinstance(style, ParagraphStyle)
    style.base_style = document.styles["Normal"]
    style.quick_style = True
    set_font(style, look.font, look.points, bold=look.bold)
    shape = style.paragraph_format
    shape.space_before, shape.space_after = Pt(look.above), Pt(0)
    shape.line_spacing = 1.25
    shape.left_indent = Pt(look.indent)
    shape.keep_with_next, shape.keep_together = look.keeps, True
    if look.centred:
        shape.alignment = WD_ALIGN_PARAGRAPH.CENTER
    if look.in_outline:
        below(style.element.get_or_add_pPr(), "w:outlineLvl").set(qn("w:val"), "0")
    return style.style_id


def set_font(style: ParagraphStyle, font: str, points: float, *, bold: bool = False) -> None:
    """Chinese and Latin font apart: a font for Latin text alone would leave Chinese to the reader's machine."""
    style.font.name, style.font.size, style.font.bold = _LATIN, Pt(points), bold
    properties = style.element.get_or_add_rPr()
    properties.rFonts.set(qn("w:eastAsia"), font)
    language = below(properties, "w:lang")
    language.set(qn("w:val"), _LANGUAGE)
    language.set(qn("w:eastAsia"), _LANGUAGE)


def forget_template(document: Document, title: str) -> None:
    """Leave nothing of the template's author and dates in the file, nor of anybody else's."""
    properties = document.core_properties
    properties.title, properties.language = plain(title)[:255], _LANGUAGE
    kept = {"title", "language"}
    root = properties._element
    for element in list(root):
        if element.tag.rpartition("}")[2] not in kept:
            root.remove(element)
    for holder in (document.part.package, document.part):
        for name, relation in list(holder.rels.items()):
            if relation.reltype.rpartition("/")[2] in _TEMPLATE_PARTS:
                del holder.rels[name]
