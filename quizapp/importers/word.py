"""Reading a Word file (.docx): what a person sees on its pages, from top to bottom, as numbered lines.

Automatic numbers are worked out and stand in front of their text. Headers, footers, footnotes, comments, deleted and
hidden text are left out. Nothing outside the file is ever followed, and macros are not even unpacked.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from quizapp.domain.problem import N_, Problem
from quizapp.importers.archive import is_archive, protected
from quizapp.importers.ole import SIGNATURE
from quizapp.importers.reading import Document, Format, Grammar, Refused
from quizapp.importers.word_body import Body
from quizapp.importers.word_chunks import chunk_lines
from quizapp.importers.word_lines import Line, marks_of
from quizapp.importers.word_numbering import Numbering, read_numbering
from quizapp.importers.word_parts import Package, open_package
from quizapp.importers.word_runs import Runs
from quizapp.importers.word_styles import Styles, read_styles

_WRAPPED = "EncryptedPackage".encode("utf-16-le")
_DEEPEST_DOCUMENT = 3
_MOST_CHUNKS = 200
"""How many embedded parts one file may bring, all levels together: the same part may be referred to again and again."""


def read_word(data: bytes, name: str) -> Document:
    """The text of a Word file. Raises Refused where it is damaged, protected, too large or holds nothing to read."""
    if is_wrapped_for_password(data):
        raise protected()
    if data.startswith(SIGNATURE):
        message = N_("“%(name)s” is a .doc file. Save it as .docx in Word or WPS and import that.")
        raise Refused(Problem(message, {"name": name}))
    reader = _Reader()
    lines = reader.lines(data)
    if not any(line.text.strip() for line in lines):
        raise Refused(reader.nothing_to_read(lines))
    return Document(
        format=Format.DOCX,
        grammar=Grammar.TEXT,
        lines=tuple(line.text for line in lines),
        marks=marks_of(lines),
        pictures=frozenset(number for number, line in enumerate(lines, 1) if line.picture),
        problems=tuple(reader.problems()),
    )


def is_wrapped_for_password(data: bytes) -> bool:
    """Whether the bytes are a .docx under a password: such a file is wrapped in one of the old kind."""
    return data.startswith(SIGNATURE) and _WRAPPED in data


@dataclass
class _Reader:
    """Reads one file and the Word files embedded in its body."""

    unread: list[Problem] = field(default_factory=list)
    hidden: bool = False
    macros: bool = False
    _depth: int = 0
    _chunks: int = 0

    def lines(self, data: bytes) -> list[Line]:
        """The lines of a Word file."""
        package = open_package(data)
        part = package.main()
        styles, numbering = _definitions(package, part)
        runs = Runs(styles)
        body = Body(package, part, runs, numbering, self._chunk)
        lines = body.lines()
        self.unread += [problem for problem in body.unread if problem not in self.unread]
        self.hidden = self.hidden or runs.hidden
        self.macros = self.macros or package.has_macros
        return lines

    def problems(self) -> Iterator[Problem]:
        """What of the file was left alone, where a person may wonder about it."""
        yield from self.unread
        if self.hidden:
            yield _hidden_text()
        if self.macros:
            message = N_("The document carries macros (vbaProject). They were not run; only the text was read.")
            yield Problem(message)

    def nothing_to_read(self, lines: list[Line]) -> Problem:
        """Why there is no text, as far as it can be told."""
        if self.unread:
            return self.unread[0]
        pictures = sum(line.picture for line in lines)
        if pictures:
            message = N_(
                "The document holds pictures (%(count)s) and no text. "
                "Questions in pictures cannot be read: type them, or turn the pictures into text first."
            )
            return Problem(message, {"count": pictures})
        if self.hidden:
            return _hidden_text()
        return Problem(N_("The document is empty. Choose the file that holds the questions."))

    def _chunk(self, data: bytes) -> list[Line]:
        self._chunks += 1
        if self._chunks > _MOST_CHUNKS or self._depth >= _DEEPEST_DOCUMENT:
            message = N_(
                "The document embeds too many other documents. Copy their text into one document and import that."
            )
            raise Refused(Problem(message))
        if not is_archive(data):
            return chunk_lines(data)
        self._depth += 1
        try:
            return self.lines(data)
        finally:
            self._depth -= 1


def _hidden_text() -> Problem:
    message = N_("The document has hidden text, which was not read. If it is needed, unhide it and import again.")
    return Problem(message)


def _definitions(package: Package, part: str) -> tuple[Styles, Numbering]:
    styles, numbering = package.related(part, "styles"), package.related(part, "numbering")
    read = read_styles(package.xml(styles)) if styles else Styles()
    return read, read_numbering(package.xml(numbering) if numbering else None, read)
