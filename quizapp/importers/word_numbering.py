"""Word's automatic numbers, worked out as Word shows them: they are not in the text of the file.

A paragraph (or its style) names a list (``num``) and a level; the list rests on a definition (``abstractNum``), whose
levels say format, text (``%1.%2``), start and restart. Lists on one definition count on together, unless a list
overrides the start: then it begins anew where it is first used (ECMA-376 part 1, 17.9).
"""

import re
from dataclasses import dataclass, field

from lxml.etree import _Element

from quizapp.importers.word_numerals import formatted
from quizapp.importers.word_parts import ALTERNATE, VAL, W, chosen, is_on, number_in
from quizapp.importers.word_styles import Styles
from quizapp.importers.word_symbols import plain_signs

_LEVELS = 9
_SUFFIXES = {"tab": "\t", "space": " ", "nothing": ""}
_BULLETS_KEPT = frozenset("√×☑☒")
"""Bullets that say something; the others only say that a list goes on."""


@dataclass
class Level:
    """One level of a list."""

    format: str = "decimal"
    pattern: str = ""
    text: str = ""
    start: int = 1
    suffix: str = "\t"
    restart: int | None = None
    legal: bool = False
    hidden: bool = False


@dataclass
class Definition:
    """The levels that lists share; ``linked`` is the style that has the levels instead; ``styles`` by their level."""

    levels: dict[int, Level] = field(default_factory=dict)
    linked: str = ""
    styles: dict[str, int] = field(default_factory=dict)


@dataclass
class List:
    """One list: its definition, and the starts and levels that differ from it."""

    definition: str
    starts: dict[int, int] = field(default_factory=dict)
    levels: dict[int, Level] = field(default_factory=dict)


@dataclass
class Numbering:
    """The lists of a document and how far each has counted."""

    styles: Styles
    definitions: dict[str, Definition] = field(default_factory=dict)
    lists: dict[str, List] = field(default_factory=dict)
    _counts: dict[str, list[int | None]] = field(default_factory=dict)
    _begun: set[tuple[str, int]] = field(default_factory=set)

    def label(self, properties: _Element | None, style: str) -> str:
        """The number of the next paragraph with its suffix, from its ``pPr`` and style; "" where it has none."""
        name, depth = self._place(properties, style)
        numbers = self.lists.get(name)
        if numbers is None or not 0 <= depth < _LEVELS:
            return ""
        definition = self._definition(numbers)
        level = numbers.levels.get(depth) or definition[1].levels.get(depth)
        if level is None:
            return ""
        counts = self._count(name, definition, depth)
        if level.hidden:
            return ""
        if level.format == "bullet":
            return level.text + level.suffix if level.text in _BULLETS_KEPT else ""
        text = self._text(level, numbers, definition[1], counts)
        return text + level.suffix if text else ""

    def _place(self, properties: _Element | None, style: str) -> tuple[str, int]:
        """The list and the level a paragraph is on; its own properties first, then those of its styles."""
        own = properties.find(W + "numPr") if properties is not None else None
        name, depth = _list_and_level(own)
        for ancestor in self.styles.chain(style) if name is None or depth is None else ():
            inherited, inherited_depth = _list_and_level(self.styles.styles[ancestor].numbering)
            if name is None and inherited is not None:
                name = inherited
                depth = self._level_of_style(name, ancestor) if depth is None else depth
            depth = inherited_depth if depth is None else depth
            if name is not None:
                break
        return name or "", depth or 0

    def _level_of_style(self, name: str, style: str) -> int | None:
        numbers = self.lists.get(name)
        return self._definition(numbers)[1].styles.get(style) if numbers else None

    def _definition(self, numbers: List) -> tuple[str, Definition]:
        """The definition a list rests on, through a list style (``numStyleLink``) where it has one."""
        name = numbers.definition
        for _ in range(3):
            definition = self.definitions.get(name, Definition())
            if not definition.linked:
                break
            style = self.styles.styles.get(definition.linked)
            linked, _depth = _list_and_level(style.numbering if style else None)
            if linked is None or linked not in self.lists:
                break
            name = self.lists[linked].definition
        return name, definition

    def _count(self, name: str, definition: tuple[str, Definition], depth: int) -> list[int | None]:
        counts = self._counts.setdefault(definition[0], [None] * _LEVELS)
        numbers = self.lists[name]
        level = numbers.levels.get(depth) or definition[1].levels[depth]
        first = numbers.starts.get(depth, level.start)
        current = counts[depth]
        if depth in numbers.starts and (name, depth) not in self._begun:
            current = None
        self._begun.add((name, depth))
        counts[depth] = first if current is None else current + 1
        for upper in range(depth):
            if counts[upper] is None:
                above = numbers.levels.get(upper) or definition[1].levels.get(upper)
                counts[upper] = numbers.starts.get(upper, above.start if above else 1)
        for lower in range(depth + 1, _LEVELS):
            below = numbers.levels.get(lower) or definition[1].levels.get(lower)
            if below is None or below.restart is None or depth < below.restart:
                counts[lower] = None
        return counts

    def _text(self, level: Level, numbers: List, definition: Definition, counts: list[int | None]) -> str:
        def number(found: re.Match[str]) -> str:
            depth = int(found.group(1)) - 1
            shown = numbers.levels.get(depth) or definition.levels.get(depth) or Level()
            return formatted(counts[depth] or 0, "decimal" if level.legal else shown.format, shown.pattern)

        return re.sub("%([1-9])", number, level.text)


def read_numbering(root: _Element | None, styles: Styles) -> Numbering:
    """The lists of ``numbering.xml``; none where the file has no such part."""
    numbering = Numbering(styles)
    for element in root if root is not None else ():
        if element.tag == W + "abstractNum":
            numbering.definitions[element.get(W + "abstractNumId", "")] = _definition(element)
        elif element.tag == W + "num":
            numbering.lists[element.get(W + "numId", "")] = _list(element)
    return numbering


def _list_and_level(properties: _Element | None) -> tuple[str | None, int | None]:
    if properties is None:
        return None, None
    name = properties.find(W + "numId")
    return (None if name is None else name.get(VAL, "")), number_in(properties.find(W + "ilvl"))


def _definition(element: _Element) -> Definition:
    definition = Definition()
    for child in element:
        if child.tag == W + "lvl":
            depth = number_in(child, W + "ilvl") or 0
            definition.levels[depth] = _level(child)
            style = child.find(W + "pStyle")
            if style is not None:
                definition.styles.setdefault(style.get(VAL, ""), depth)
        elif child.tag == W + "numStyleLink":
            definition.linked = child.get(VAL, "")
    return definition


def _list(element: _Element) -> List:
    definition = element.find(W + "abstractNumId")
    numbers = List("" if definition is None else definition.get(VAL, ""))
    for override in element.iterchildren(W + "lvlOverride"):
        depth = number_in(override, W + "ilvl") or 0
        start, level = number_in(override.find(W + "startOverride")), override.find(W + "lvl")
        if level is not None:
            numbers.levels[depth] = _level(level)
        if start is not None:
            numbers.starts[depth] = start
    return numbers


def _level(element: _Element) -> Level:
    format = element.find(W + "numFmt")
    alternate = element.find(ALTERNATE)
    if format is None and alternate is not None:
        format = chosen(alternate).find(W + "numFmt")
    start, text, suffix = number_in(element.find(W + "start")), element.find(W + "lvlText"), element.find(W + "suff")
    level = Level(
        format="decimal" if format is None else format.get(VAL, "decimal"),
        pattern="" if format is None else format.get(W + "format", ""),
        text="" if text is None else text.get(VAL, ""),
        start=1 if start is None else start,
        suffix=_SUFFIXES.get("tab" if suffix is None else suffix.get(VAL, "tab"), "\t"),
        restart=number_in(element.find(W + "lvlRestart")),
        legal=is_on(element.find(W + "isLgl")),
        hidden=is_on(element.find(f"{W}rPr/{W}vanish")),
    )
    if level.format == "bullet":
        fonts = element.find(f"{W}rPr/{W}rFonts")
        level.text = plain_signs("" if fonts is None else fonts.get(W + "ascii", ""), level.text)
    return level
