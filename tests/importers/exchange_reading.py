"""Exchange formats read from text within a test."""

from quizapp.importers.aiken import parse_aiken
from quizapp.importers.gift import parse_gift
from quizapp.importers.moodle_xml import parse_moodle_xml
from quizapp.importers.qti import parse_qti
from quizapp.importers.reading import Document, Format, Grammar, ImportedItem, Reading


def gift(text: str) -> Reading:
    return parse_gift(Document(Format.GIFT, Grammar.GIFT, tuple(text.split("\n"))))


def aiken(text: str) -> Reading:
    return parse_aiken(Document(Format.AIKEN, Grammar.AIKEN, tuple(text.split("\n"))))


def moodle_xml(text: str) -> Reading:
    return parse_moodle_xml(Document(Format.MOODLE_XML, Grammar.MOODLE_XML, tuple(text.split("\n"))))


def qti(text: str) -> Reading:
    return parse_qti(Document(Format.QTI, Grammar.QTI, tuple(text.split("\n"))))


def only(reading: Reading) -> ImportedItem:
    (item,) = reading.items
    return item


def texts(item: ImportedItem) -> list[str]:
    return [option.text for option in item.options]


def said(item: ImportedItem) -> str:
    """Everything that is wrong with an item, with lines, to look words up in."""
    return "\n".join(f"{problem.line} {problem.text()}" for problem in (*item.problems, *item.warnings))
