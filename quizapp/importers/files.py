"""The one door for foreign files: bytes to the text as read, and the text as read to questions."""

from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from typing import Any

from quizapp.domain.problem import N_, Problem
from quizapp.importers.encoding import decode
from quizapp.importers.reading import Document, Format, Grammar, Reading, Refused
from quizapp.importers.sniff import sniff_binary
from quizapp.importers.sniff_text import sniff_text


def _later(module: str, name: str) -> Callable[..., Any]:
    """A function whose module is imported when it is called: to load every format takes longer than a small file."""

    def call(*args: Any, **options: Any) -> Any:
        return getattr(import_module(f"quizapp.importers.{module}"), name)(*args, **options)

    return call


_docx_from_doc = _later("old_word", "docx_from_doc")
_read_word: Callable[..., Document] = _later("word", "read_word")
_read_workbook: Callable[..., Document] = _later("workbook", "read_workbook")
_parse_text: Callable[..., Reading] = _later("text", "parse_text")
_parse_table_with: Callable[..., Reading] = _later("key_file", "parse_table_with")
_as_text = _later("key_file", "as_text")

_WORKBOOKS = Format.XLSX, Format.XLS, Format.ODS
_BINARY: dict[Format, Callable[[bytes, str], Document]] = {
    Format.DOCX: _read_word,
    Format.DOC: lambda data, name: replace(_read_word(_docx_from_doc(data), name), format=Format.DOC),
    Format.QTI: _later("qti", "read_qti"),
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
    Grammar.TABLE: _later("table", "parse_table"),
    Grammar.GIFT: _later("gift", "parse_gift"),
    Grammar.AIKEN: _later("aiken", "parse_aiken"),
    Grammar.MOODLE_XML: _later("moodle_xml", "parse_moodle_xml"),
    Grammar.QTI: _later("qti", "parse_qti"),
    Grammar.YAML: _later("bank_text", "parse_bank_text"),
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
        return _read_workbook(data, name, found, as_rows=as_rows)
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
        reading = _parse_text(document, keys and _as_text(keys))
    elif document.grammar is Grammar.TABLE and keys is not None:
        reading = _parse_table_with(document, keys)
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
