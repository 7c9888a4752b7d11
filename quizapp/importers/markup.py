"""Marked-up text of exchange formats as plain text: line breaks stay, pictures are noticed, everything else goes."""

import html
import re
from dataclasses import dataclass
from html.parser import HTMLParser

_BREAKING = frozenset(
    (
        *("p", "div", "li", "tr", "ul", "ol", "table", "h1", "h2", "h3", "h4", "h5", "h6"),
        *("blockquote", "pre", "section", "article", "dd", "dt", "hr"),
    )
)
_PICTURES = frozenset(("img", "object", "embed", "audio", "video", "svg", "math", "canvas", "iframe", "source"))
_UNSEEN = frozenset({"script", "style", "title", "template"})
_SPACES = re.compile(r"[ \t\r\n\f]+")
_BLANKS_IN_LINE = re.compile(r"[ \t\f]+")
_LOOKS_MARKED_UP = re.compile(r"</?[A-Za-z][^<>]*>|&(?:[A-Za-z]+|#\d+|#[xX][0-9A-Fa-f]+);")
_RAISED = str.maketrans("0123456789+-()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁿ")
_LOWERED = str.maketrans("0123456789+-()", "₀₁₂₃₄₅₆₇₈₉₊₋₍₎")
_SHIFTED = {"sup": _RAISED, "sub": _LOWERED}


@dataclass(frozen=True)
class Plain:
    """Text without marks, and whether a picture (or sound, or formula) stood in it."""

    text: str
    has_picture: bool = False


def plain_from_html(text: str, breaks_kept: bool = False) -> Plain:
    """The text a browser shows. With ``breaks_kept`` a line break of the source breaks the line as well."""
    if "<" not in text and "&" not in text and "\xa0" not in text:
        return Plain(_trimmed(text if breaks_kept else _SPACES.sub(" ", text)))
    page = _Page(breaks_kept)
    try:
        page.feed(text)
        page.close()
    except AssertionError:  # html.parser on declarations such as <![x[
        return Plain(_trimmed(html.unescape(re.sub(r"<[^<>]*>", " ", text))), page.has_picture)
    return Plain(_trimmed("".join(page.pieces)), page.has_picture or "@@PLUGINFILE@@" in text)


def plain_from_auto(text: str) -> Plain:
    """Text that may or may not hold HTML, as Moodle's own format does: line breaks count either way."""
    return plain_from_html(text, breaks_kept=True) if _LOOKS_MARKED_UP.search(text) else Plain(text.strip())


def _trimmed(text: str) -> str:
    return re.sub(r" *\n *", "\n", text.strip(" \n\t\r\f")).replace("\xa0", " ").strip()


class _Page(HTMLParser):
    def __init__(self, breaks_kept: bool) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.has_picture = False
        self._spaces = _BLANKS_IN_LINE if breaks_kept else _SPACES
        self._unseen = 0
        self._shifts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.has_picture = self.has_picture or tag in _PICTURES
        if tag in _UNSEEN:
            self._unseen += 1
        elif tag == "br":
            self.pieces.append("\n")
        elif tag in _SHIFTED:
            self._shifts.append(tag)
        self._end_line(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN and self._unseen:
            self._unseen -= 1
        elif tag in _SHIFTED and self._shifts:
            self._shifts.pop()
        self._end_line(tag)

    def handle_data(self, data: str) -> None:
        if self._unseen:
            return
        text = self._spaces.sub(" ", data)
        if self.pieces and self.pieces[-1][-1:] in {" ", "\n"}:
            text = text.lstrip(" ")
        if self._shifts:
            text = text.translate(_SHIFTED[self._shifts[-1]])
        if text:
            self.pieces.append(text)

    def _end_line(self, tag: str) -> None:
        if tag in _BREAKING and self.pieces and not self.pieces[-1].endswith("\n"):
            self.pieces.append("\n")
