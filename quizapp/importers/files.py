"""The one door for foreign files: bytes to the text as read, and the text as read to questions."""

from collections.abc import Callable
from dataclasses import replace

from quizapp.domain.problem import N_, Problem
from quizapp.importers.aiken import parse_aiken
from quizapp.importers.bank_text import parse_bank_text
from quizapp.importers.encoding import decode
from quizapp.importers.gift import parse_gift
from quizapp.importers.key_file import as_text, parse_table_with
from quizapp.importers.moodle_xml import parse_moodle_xml
from quizapp.importers.old_word import docx_from_doc
from quizapp.importers.qti import parse_qti, read_qti
from quizapp.importers.reading import Document, Format, Grammar, Reading, Refused
from quizapp.importers.sniff import sniff_binary
from quizapp.importers.sniff_text import sniff_text
from quizapp.importers.table import parse_table
from quizapp.importers.text import parse_text
from quizapp.importers.word import read_word
from quizapp.importers.workbook import read_workbook

_WORKBOOKS = Format.XLSX, Format.XLS, Format.ODS
_BINARY: dict[Format, Callable[[bytes, str], Document]] = {
    Format.DOCX: read_word,
    Format.DOC: lambda data, name: replace(read_word(docx_from_doc(data), name), format=Format.DOC),
    Format.QTI: read_qti,
}
_GRAMMARS = {
    Format.TEXT: Grammar.TEXT,
    Format.CSV: Grammar.TABLE,
    Format.GIFT: Grammar.GIFT,
    Format.AIKEN: Grammar.AIKEN,
    Format.MOODLE_XML: Grammar.MOODLE_XML,
    Format.QTI: Grammar.QTI,
    Format.YAML: Grammar.YAML,
}
"""The grammar of each format that is text."""
_PARSERS: dict[Grammar, Callable[[Document], Reading]] = {
    Grammar.TABLE: parse_table,
    Grammar.GIFT: parse_gift,
    Grammar.AIKEN: parse_aiken,
    Grammar.MOODLE_XML: parse_moodle_xml,
    Grammar.QTI: parse_qti,
    Grammar.YAML: parse_bank_text,
}
_LONGEST_SHOWN = 40


def read_document(
    name: str, data: bytes, format: Format | None = None, encoding: str = "", *, as_rows: bool = False
) -> Document:
    """The text of a file. What the file is, its content says; ``name`` decides nothing.

    ``format`` and ``encoding`` are a person's choice where the text could be read in several ways.
    ``as_rows``: a workbook is wanted as rows with tabs even where it holds no questions. Raises `Refused`.
    """
    found = sniff_binary(data)
    if found and format not in (None, found):
        raise _other_format(found, format)
    if found in _WORKBOOKS:
        return read_workbook(data, name, found, as_rows=as_rows)
    if found:
        return _BINARY[found](data, name)
    if format in (*_BINARY, *_WORKBOOKS) and format is not Format.QTI:
        message = N_("This is no %(format)s file. Leave the choice of the format to the program.")
        raise Refused(Problem(message, {"format": format}))
    text = decode(data, encoding)
    written_in = format or sniff_text(text.lines)
    grammar = _GRAMMARS[written_in]
    return Document(written_in, grammar, text.lines, encoding=text.encoding, problems=text.problems)


def parse(document: Document, keys: Document | None = None) -> Reading:
    """The questions of a document; ``keys`` is a second one that holds their keys, where they stand apart.

    Raises `Refused` where there is no question at all, naming what there was instead.
    """
    if document.grammar is Grammar.TEXT:
        reading = parse_text(document, keys and as_text(keys))
    elif document.grammar is Grammar.TABLE and keys is not None:
        reading = parse_table_with(document, keys)
    elif keys is not None:
        message = N_(
            "A separate file of keys goes with a text, a Word file or a table only. Put the keys into this file."
        )
        raise Refused(Problem(message))
    else:
        reading = _PARSERS[document.grammar](document)
    if not reading.items:
        raise _no_question(reading)
    return reading


def _other_format(found: Format, asked: Format | None) -> Refused:
    message = N_("You chose %(asked)s, but this is a %(found)s file. Leave the choice of the format to the program.")
    return Refused(Problem(message, {"asked": asked, "found": found}))


def _no_question(reading: Reading) -> Refused:
    """Why there is no question, as far as the grammar knows; else what was read instead."""
    if reading.problems and reading.document.grammar is not Grammar.TEXT:
        return Refused(reading.problems[0])
    filled = [line.strip() for line in reading.document.lines if line.strip()]
    first = filled[0] if filled else ""
    message = N_("%(count)s lines were read, but no question was found. The first line is: %(first)s")
    shown = first if len(first) <= _LONGEST_SHOWN else first[:_LONGEST_SHOWN] + "…"
    return Refused(Problem(message, {"count": len(filled), "first": shown}))
