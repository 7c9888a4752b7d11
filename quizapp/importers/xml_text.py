"""XML in the text of a document: parsed with its line numbers, whatever its declaration says of an encoding."""

import re
from collections.abc import Iterator
from typing import cast

from lxml import etree
from lxml.etree import _Element

from quizapp.importers.archive import safe_xml

_DECLARATION = re.compile(r"\A[\ufeff\s]*<\?xml\b[^>]*\?>")
_NOT_A_LINE = re.compile(r"[^\n]")


def parsed_xml(text: str) -> _Element:
    """The root of the XML in ``text``. Raises `Refused`.

    The text is decoded already: a declaration is blanked, and empty lines before it do no harm.
    """
    declared = _DECLARATION.match(text)
    if declared:
        text = _NOT_A_LINE.sub(" ", declared.group()) + text[declared.end() :]
    return safe_xml(text.replace("\ufeff", "").encode("utf-8", "replace"))


def children(element: _Element) -> Iterator[_Element]:
    """The child elements, without comments and processing instructions."""
    return element.iterchildren("*")


def line_of(element: _Element) -> int:
    """The line where the element begins."""
    return cast("int | None", element.sourceline) or 1


def last_line_of(element: _Element) -> int:
    """The line where the element ends. Line breaks within tags are not kept: an element within may tell of them."""
    written = line_of(element) + etree.tostring(element, encoding="utf-8", with_tail=False).count(b"\n")
    return max(written, *(line_of(each) for each in element.iter("*")))


def text_of(element: _Element) -> str:
    """All text within the element, without comments."""
    return str(element.xpath("string()"))
