"""Drafts: questions that cannot be drawn yet, each a block of text to be mended, reviewed and taken into the bank."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from quizapp.banks.models import Draft
from quizapp.domain.problem import N_, Problem
from quizapp.exporters.imported import as_text
from quizapp.importers import sandbox, wire
from quizapp.importers.reading import Document, Format, Grammar, ImportedItem, Reading, Refused

LONGEST_TEXT = 20_000
"""No question is longer; a whole file belongs into an import."""
_ITS_FILE = ("number", "topic", "difficulty", "points", "cited", "posts", "id", "any_order")


def draft_of(reading: Reading, item: ImportedItem, position: int) -> Draft:
    """The draft of an item that was read; the caller puts it into a batch and a bank."""
    text = as_text(item)
    lines = reading.document.lines[item.line - 1 : item.last_line]
    return Draft(
        position=position, line=item.line, source="\n".join(lines), text=text, item=kept(item, text), item_id=None
    )


def kept(item: ImportedItem, text: str) -> Mapping[str, Any]:
    """The item as a draft keeps it: a reading of ``text`` alone. Lines of the file mean nothing there."""
    problems = tuple(replace(problem, line=0) for problem in item.problems)
    warnings = tuple(replace(problem, line=0) for problem in item.warnings)
    alone = replace(item, line=1, last_line=text.count("\n") + 1, places={}, problems=problems, warnings=warnings)
    document = Document(Format.TEXT, Grammar.TEXT, tuple(text.split("\n")))
    return wire.to_json(Reading(document, (alone,)))


def item_of(draft: Draft) -> ImportedItem:
    """The question as it reads now."""
    return wire.reading(draft.item).items[0]


def read_block(text: str, before: ImportedItem) -> ImportedItem:
    """The one question in the text of a draft, with what only its file told (topic, difficulty …).

    Raises `Refused` where there is no question in it, or more than one.
    """
    if len(text) > LONGEST_TEXT:
        sentence = N_("The text has more than %(most)s characters. Import longer texts as a file.")
        raise Refused(Problem(sentence, {"most": LONGEST_TEXT}))
    reading = sandbox.read_again(Document(Format.TEXT, Grammar.TEXT, tuple(text.split("\n"))))
    if len(reading.items) != 1:
        sentence = N_("Here are %(count)s questions. A draft holds one; import the others as a text.")
        raise Refused(Problem(sentence, {"count": len(reading.items)}))
    [item] = reading.items
    unread = tuple(replace(each.reason, line=each.line) for each in reading.skipped if each.text.strip())
    told = {name: getattr(item, name) or getattr(before, name) for name in _ITS_FILE}
    return replace(item, **told, problems=(*item.problems, *unread))
