"""The body of a Word file from top to bottom: paragraphs, tables, text boxes and embedded parts become lines."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from lxml.etree import _Element

from quizapp.domain.problem import N_, Problem
from quizapp.importers.reading import Refused
from quizapp.importers.word_lines import PLAIN, Line, Piece, lines_of
from quizapp.importers.word_numbering import Numbering
from quizapp.importers.word_parts import RELATION_ID, VAL, Package, W, content, number_in
from quizapp.importers.word_runs import Runs
from quizapp.importers.word_tables import MOST_COLUMNS, Cell, table_lines


@dataclass
class Body:
    """Reads the blocks of one part. ``read_chunk`` reads a part of another kind that the body is a reference to."""

    package: Package
    part: str
    runs: Runs
    numbering: Numbering
    read_chunk: Callable[[bytes], list[Line]]
    unread: list[Problem] = field(default_factory=list)
    """What stands in the body but could not be read, in order of appearance."""
    _carried: list[Piece] = field(default_factory=list)

    def lines(self) -> list[Line]:
        """The lines of the whole body."""
        lines: list[Line] = []
        for elements in self.package.children(self.part, W + "body"):
            lines += self._blocks(elements)
        return lines + self._rest()

    def _inside(self, parent: _Element) -> list[Line]:
        """The lines of everything in a cell or a text box."""
        return self._blocks(parent) + self._rest()

    def _blocks(self, elements: Iterable[_Element]) -> list[Line]:
        lines: list[Line] = []
        for element in content(elements):
            if element.tag == W + "p":
                lines += self._paragraph(element)
            elif element.tag == W + "tbl":
                lines += table_lines(list(self._rows(element)))
            elif element.tag == W + "altChunk":
                lines += self._chunk(element)
        return lines

    def _rest(self) -> list[Line]:
        """Text whose paragraph mark was deleted, where no paragraph follows to go on with it."""
        return lines_of(self._taken()) if self._carried else []

    def _paragraph(self, element: _Element) -> list[Line]:
        paragraph = self.runs.read(element)
        pieces = self._taken() + paragraph.pieces
        if paragraph.open_ended:
            self._carried = pieces
            lines = [Line("", picture=True)] if paragraph.picture else []
        else:
            label = self.numbering.label(element.find(W + "pPr"), paragraph.style)
            lines = lines_of([(label, PLAIN), *pieces] if label else pieces, paragraph.picture)
        for box in paragraph.boxes:
            lines += self._inside(box)
        return lines

    def _taken(self) -> list[Piece]:
        carried, self._carried = self._carried, []
        return carried

    def _rows(self, table: _Element) -> Iterator[list[Cell]]:
        for row in content(table):
            if row.tag != W + "tr":
                continue
            properties = row.find(W + "trPr")
            if properties is not None and properties.find(W + "del") is not None:
                continue
            before = number_in(properties.find(W + "gridBefore")) if properties is not None else None
            cells: list[Cell] = [[] for _ in range(min(before or 0, MOST_COLUMNS))]
            for cell in content(row):
                if cell.tag == W + "tc":
                    cells += self._cell(cell)
            yield cells

    def _cell(self, element: _Element) -> list[Cell]:
        """A cell and the empty ones that it covers to its right; only an empty one where it goes on from above."""
        properties = element.find(W + "tcPr")
        if properties is None:
            return [self._inside(element)]
        covered = min(max((number_in(properties.find(W + "gridSpan")) or 1) - 1, 0), MOST_COLUMNS)
        goes_on = any(
            merge is not None and merge.get(VAL, "continue") == "continue"
            for merge in (properties.find(W + "vMerge"), properties.find(W + "hMerge"))
        )
        return [[] if goes_on else self._inside(element), *([] for _ in range(covered))]

    def _chunk(self, element: _Element) -> list[Line]:
        relation = self.package.relations(self.part).get(element.get(RELATION_ID, ""))
        data = self.package.parts.get(relation.target) if relation and not relation.external else None
        if data is None:
            self.unread.append(
                Problem(
                    N_(
                        "Part of this document lies in another file and was not read. "
                        "Copy that text into the document itself and import it again."
                    )
                )
            )
            return []
        try:
            return self.read_chunk(data)
        except Refused as refused:
            self.unread.append(refused.problem)
            return []
