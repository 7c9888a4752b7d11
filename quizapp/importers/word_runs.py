"""One paragraph of a Word file: its runs joined to text with looks, and what hangs on it (pictures, text boxes)."""

from collections.abc import Callable
from dataclasses import dataclass, field

from lxml.etree import _Element

from quizapp.importers.word_fields import Fields
from quizapp.importers.word_lines import Look, Piece
from quizapp.importers.word_math import formula_text
from quizapp.importers.word_parts import ALTERNATE, DRAWING, MATH, VAL, VML, W, chosen, content
from quizapp.importers.word_styles import Styles, Wanted, look_of, wanted_by
from quizapp.importers.word_symbols import plain_signs, symbol

_TEXT, _RUN, _PROPERTIES = W + "t", W + "r", W + "rPr"
_FORMULAS = (MATH + "oMath", MATH + "oMathPara")
_DRAWN = (W + "drawing", W + "pict", W + "object")
_PICTURES = (DRAWING + "blip", VML + "imagedata")
_DRAWN_BY_DATA = ("/chart", "/diagram")
_SIGNS = {W + "tab": "\t", W + "ptab": "\t", W + "br": "\n", W + "cr": "\n", W + "noBreakHyphen": "-"}
"""A page break counts as a line break: the text after it stands on a new line, and empty lines mean nothing."""


@dataclass
class Paragraph:
    """What one paragraph holds. ``open_ended``: its mark was deleted, so that the next paragraph goes on with it."""

    style: str = ""
    pieces: list[Piece] = field(default_factory=list)
    picture: bool = False
    boxes: list[_Element] = field(default_factory=list)
    open_ended: bool = False


@dataclass
class Runs:
    """Reads paragraphs one after another: fields run on from one to the next."""

    styles: Styles
    fields: Fields = field(default_factory=Fields)
    hidden: bool = False
    """Whether any text was left out because Word does not show it."""
    _wanted: dict[tuple[str, str], Wanted] = field(default_factory=dict)

    def read(self, element: _Element) -> Paragraph:
        """What a ``w:p`` holds."""
        paragraph = Paragraph(self.styles.default)
        properties = element.find(W + "pPr")
        if properties is not None:
            style = properties.find(W + "pStyle")
            paragraph.style = paragraph.style if style is None else style.get(VAL, "")
            mark = properties.find(_PROPERTIES)
            paragraph.open_ended = mark is not None and any(
                mark.find(W + name) is not None for name in ("del", "moveFrom")
            )
        self._inline(element, paragraph)
        self.fields.end_paragraph()
        return paragraph

    def _inline(self, parent: _Element, paragraph: Paragraph) -> None:
        for child in content(parent):
            if child.tag == _RUN:
                self._run(child, paragraph)
            elif child.tag in _FORMULAS and self.fields.in_text:
                paragraph.pieces.append((formula_text(child), Look()))

    def _run(self, run: _Element, paragraph: Paragraph) -> None:
        wanted = self._look_wanted(run.find(_PROPERTIES), paragraph.style)
        look, font, hidden = look_of(wanted), wanted.get("font", ""), wanted.get("hidden", False)
        for child in content(run):
            if child.tag == _TEXT:
                text = plain_signs(font, (child.text or "").replace("\n", " ").replace("\r", " "))
            elif child.tag == W + "ruby":
                text = ""
                base = child.find(W + "rubyBase")
                self._inline(base if base is not None else child, paragraph)
            elif child.tag in _DRAWN:
                text = ""
                if self.fields.in_text and not hidden:
                    _draw(child, paragraph, is_object=child.tag == W + "object")
            else:
                text = self._sign(child)
            if text and self.fields.in_text:
                if hidden:
                    self.hidden = self.hidden or bool(text.strip())
                else:
                    paragraph.pieces.append((text, look))

    def _look_wanted(self, properties: _Element | None, style: str) -> Wanted:
        """What a run looks like: its own properties over its character style over the paragraph's style."""
        character = properties.find(W + "rStyle") if properties is not None else None
        name = "" if character is None else character.get(VAL, "")
        if (style, name) not in self._wanted:
            self._wanted[style, name] = {**self.styles.wanted(style), **self.styles.wanted(name)}
        inherited = self._wanted[style, name]
        own = wanted_by(properties)
        return {**inherited, **own} if own else inherited

    def _sign(self, element: _Element) -> str:
        """The text of anything in a run that is neither text nor drawing."""
        if sign := _SIGNS.get(element.tag):
            return sign
        if element.tag == W + "sym":
            code = element.get(W + "char", "")
            return symbol(element.get(W + "font", ""), int(code, 16)) if _is_hex(code) else ""
        if element.tag == W + "instrText":
            self.fields.instruct(element.text or "")
        elif element.tag == W + "fldChar":
            return self._field_sign(element.get(W + "fldCharType", ""))
        return ""

    def _field_sign(self, kind: str) -> str:
        if kind == "end":
            return self.fields.end()
        change: Callable[[], None] | None = {"begin": self.fields.begin, "separate": self.fields.separate}.get(kind)
        if change:
            change()
        return ""


def _draw(element: _Element, paragraph: Paragraph, is_object: bool) -> None:
    """Find the text boxes and pictures of a drawing. An embedded object is seen as its picture (often a formula)."""
    paragraph.picture = paragraph.picture or is_object
    for child in element:
        if child.tag == ALTERNATE:
            _draw(chosen(child), paragraph, is_object=False)
        elif child.tag == W + "txbxContent":
            paragraph.boxes.append(child)
        elif isinstance(child.tag, str):
            by_data = child.tag == DRAWING + "graphicData" and child.get("uri", "").endswith(_DRAWN_BY_DATA)
            paragraph.picture = paragraph.picture or by_data or child.tag in _PICTURES
            _draw(child, paragraph, is_object=False)


def _is_hex(code: str) -> bool:
    return 1 <= len(code) <= 6 and all(sign in "0123456789abcdefABCDEF" for sign in code)
