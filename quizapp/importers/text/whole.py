"""A whole document: its questions, with every line accounted for."""

from collections.abc import Sequence
from dataclasses import replace

from quizapp.domain.bank import ItemType
from quizapp.domain.problem import N_, Problem
from quizapp.importers.reading import Document, ImportedItem, Reading, Refused, Skipped
from quizapp.importers.text import bare, brackets, doubts, matching, reasons, tables, ticks
from quizapp.importers.text.draft import Found
from quizapp.importers.text.finish import made
from quizapp.importers.text.junk import OMITTED, repeated_headers
from quizapp.importers.text.keyblock import Entry
from quizapp.importers.text.keytables import with_lists
from quizapp.importers.text.lines import joined, lines_of, says_something
from quizapp.importers.text.reader import Reader
from quizapp.importers.text.segments import segments
from quizapp.importers.text.state import State


def parse_text(document: Document, keys: Document | None = None) -> Reading:
    """The questions of a text, with the keys of a second document where there is one.

    Raises `Refused` where there is no question, or where there are keys only.
    """
    lines = with_lists(lines_of(document))
    stretches = tables.stretches(lines)
    inside = {number for stretch in stretches for number in stretch}
    outside = [
        line if line.number not in inside else replace(line, text="", folded="", is_code=False) for line in lines
    ]
    state = Reader(segments(outside), repeated_headers(outside), document.pictures).read()
    problems = matching.give_keys(state.found, state.entries, state.items_before)
    if keys is not None:
        problems += _give_keys_of(keys, state)
    for found in state.found:
        ticks.take(found)
    bare.settle(state.found)
    doubts.note_groups(state.found)
    items, unread = _items(state)
    from_tables = [tables.read(document, stretch) for stretch in stretches]
    items += [item for reading in from_tables for item in reading.items]
    if not items:
        raise _refused(document, state)
    skipped = [*state.skipped, *unread, *(each for reading in from_tables for each in reading.skipped)]
    problems += state.problems + _count_problems(state) + [each for one in from_tables for each in one.problems]
    headings = state.headings | {line for reading in from_tables for line in reading.headings}
    return _accounted(document, sorted(items, key=lambda item: item.line), skipped, headings, problems)


def _items(state: State) -> tuple[list[ImportedItem], list[Skipped]]:
    bracketed = _sections_with_words(state.found)
    items, unread = [], []
    for found in state.found:
        item = made(found, words_in_brackets=id(found.section) in bracketed)
        if item is not None:
            items.append(item)
        else:
            lines = sorted(found.lines | {found.line})
            text = joined(found.stem)
            reason = reasons.STATEMENT if says_something(text) else OMITTED
            unread += [Skipped(line, text, Problem(reason, line=line)) for line in lines]
    return items, unread


def _sections_with_words(questions: Sequence[Found]) -> set[int]:
    """The sections in most of whose questions the answer stands in words inside a bracket."""
    counts: dict[int, list[int]] = {}
    for found in questions:
        stem = joined(found.stem)
        plain = not (found.options or found.keys) and not brackets.has_any_blank(stem)
        worded = plain and found.known_type in (None, ItemType.FILL_IN) and bool(brackets.words_inside(stem).keys)
        count = counts.setdefault(id(found.section), [0, 0])
        count[0] += worded
        count[1] += 1
    return {section for section, (worded, all_of) in counts.items() if worded * 2 > all_of}


def _give_keys_of(keys: Document, state: State) -> list[Problem]:
    reader = Reader(segments(with_lists(lines_of(keys))), {}, frozenset())
    reader.state.open_block()
    other = reader.read()
    entries = other.entries + [
        Entry(found.number, found.keys[0].line, found.section, list(found.keys[0].pieces), list(found.rationale))
        for found in other.found
        if found.keys
    ]
    problems = matching.give_keys(state.found, entries, {})
    given = {entry.number for entry in entries}
    for found in state.found:
        if found.number and found.number not in given and not found.keys:
            sentence = N_("The file of keys has no key for number %(number)s.")
            problems.append(Problem(sentence, {"number": found.number}, line=found.line))
    # Lines of the file of keys are no lines of this text.
    return problems


def _count_problems(state: State) -> list[Problem]:
    sentence = N_("This section announces %(announced)s questions, %(found)s were read.")
    return [
        Problem(sentence, {"announced": section.count, "found": section.found}, line=section.line)
        for section in state.sections
        if section.count is not None and section.count != section.found and section.found
    ]


def _refused(document: Document, state: State) -> Refused:
    if state.entries:
        sentence = N_(
            "This file has only keys and no questions. Give the file of questions with it, "
            "or put each key after its question."
        )
        return Refused(Problem(sentence))
    filled = [line.strip() for line in document.lines if line.strip()]
    if not filled:
        return Refused(Problem(N_("The file is empty. Choose another one.")))
    sentence = N_("%(count)s paragraphs were read, but no question was found. The first is: %(first)s")
    return Refused(Problem(sentence, {"count": len(filled), "first": filled[0][:60]}))


def _accounted(
    document: Document, items: list[ImportedItem], skipped: list[Skipped], headings: set[int], problems: list[Problem]
) -> Reading:
    """The reading, with every line that is not empty in an item, a heading, or left out."""
    left_out = {each.line for each in skipped}
    covered = {line for item in items for line in range(item.line, item.last_line + 1)}
    headings = headings - left_out - covered
    told = left_out | covered | headings
    missing = [
        Skipped(number, text.strip(), Problem(reasons.UNREAD, line=number))
        for number, text in enumerate(document.lines, start=1)
        if text.strip() and number not in told
    ]
    as_written = [replace(each, text=document.lines[each.line - 1].strip()) for each in (*skipped, *missing)]
    ordered = sorted({each.line: each for each in as_written}.values(), key=lambda each: each.line)
    return Reading(document, tuple(items), tuple(ordered), tuple(sorted(headings)), tuple(problems))
