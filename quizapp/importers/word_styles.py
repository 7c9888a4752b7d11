"""What the styles of a Word file give to a run or a paragraph: look, hidden text, automatic numbers."""

from dataclasses import dataclass, field
from typing import TypedDict

from lxml.etree import _Element

from quizapp.importers.word_lines import PLAIN, Look
from quizapp.importers.word_parts import VAL, W, is_on

_DEEPEST = 20
"""How many styles may rest on each other: Word allows 11."""
_NO_HIGHLIGHT = frozenset({"", "none", "auto", "white", "FFFFFF"})
_NO_FILL = frozenset({"", "auto", "FFFFFF", "nil"})


class Wanted(TypedDict, total=False):
    """The properties of text that matter here, where a style or a run sets them."""

    bold: bool
    underline: bool
    color: str
    highlight: str
    hidden: bool
    font: str


@dataclass
class Style:
    """One style: its own properties and the one it rests on."""

    wanted: Wanted
    based_on: str = ""
    numbering: _Element | None = None


@dataclass
class Styles:
    """The styles of a document by id, with what each inherits worked out once."""

    styles: dict[str, Style] = field(default_factory=dict)
    default: str = ""
    _inherited: dict[str, Wanted] = field(default_factory=dict)

    def chain(self, style: str) -> list[str]:
        """The style and those it rests on, nearest first. A loop, which only a broken file has, ends it."""
        chain: list[str] = []
        while style in self.styles and style not in chain and len(chain) < _DEEPEST:
            chain.append(style)
            style = self.styles[style].based_on
        return chain

    def wanted(self, style: str) -> Wanted:
        """What text of this style looks like."""
        if style not in self._inherited:
            whole: Wanted = {}
            for name in reversed(self.chain(style)):
                whole.update(self.styles[name].wanted)
            self._inherited[style] = whole
        return self._inherited[style]


def read_styles(root: _Element) -> Styles:
    """The styles of ``styles.xml``."""
    styles = Styles()
    for element in root.iterchildren(W + "style"):
        name = element.get(W + "styleId", "")
        based_on = element.find(W + "basedOn")
        numbering = element.find(f"{W}pPr/{W}numPr")
        wanted = wanted_by(element.find(W + "rPr"))
        styles.styles[name] = Style(wanted, "" if based_on is None else based_on.get(VAL, ""), numbering)
        if element.get(W + "type") == "paragraph" and element.get(W + "default") in {"1", "true", "on"}:
            styles.default = name
    return styles


def wanted_by(properties: _Element | None) -> Wanted:
    """What an ``rPr`` sets."""
    wanted: Wanted = {}
    for element in properties if properties is not None else ():
        tag = element.tag
        if tag == W + "b":
            wanted["bold"] = is_on(element)
        elif tag == W + "u":
            wanted["underline"] = element.get(VAL, "single") != "none"
        elif tag == W + "color":
            wanted["color"] = _color(element.get(VAL, ""))
        elif tag == W + "highlight":
            wanted["highlight"] = "" if element.get(VAL, "") in _NO_HIGHLIGHT else element.get(VAL, "")
        elif tag == W + "shd":
            fill = element.get(W + "fill", "").upper()
            wanted.setdefault("highlight", "" if fill in _NO_FILL or fill == "AUTO" else fill)
        elif tag == W + "vanish":
            wanted["hidden"] = is_on(element)
        elif tag == W + "rFonts":
            wanted["font"] = element.get(W + "ascii", "") or element.get(W + "hAnsi", "")
    return wanted


def look_of(wanted: Wanted) -> Look:
    """The look that the properties give."""
    if not wanted:
        return PLAIN
    return Look(
        wanted.get("bold", False), wanted.get("underline", False), wanted.get("color", ""), wanted.get("highlight", "")
    )


def _color(value: str) -> str:
    """A colour; "" for black, automatic and the dark greys that text copied from a web page has."""
    value = value.upper()
    try:
        red, green, blue = bytes.fromhex(value)
    except ValueError:
        return ""
    is_dark_grey = max(red, green, blue) <= 0x66 and max(red, green, blue) - min(red, green, blue) <= 0x10
    return "" if is_dark_grey else value
