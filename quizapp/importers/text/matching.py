"""Giving the keys of a block to their questions: by section and number, never by guess."""

from collections.abc import Sequence
from dataclasses import dataclass

from quizapp.domain.bank import ItemType
from quizapp.domain.problem import N_, Problem
from quizapp.importers import checks
from quizapp.importers.text.draft import Found, FoundKey
from quizapp.importers.text.headings import Section
from quizapp.importers.text.keyblock import Entry


@dataclass(frozen=True)
class Block:
    """The entries under one heading of a block of keys, and the questions they may be for."""

    entries: tuple[Entry, ...]
    questions: tuple[Found, ...]


def give_keys(found: Sequence[Found], entries: Sequence[Entry], before: dict[int, int]) -> list[Problem]:
    """Attach every entry to its question. Returns what does not fit."""
    problems: list[Problem] = []
    start = 0
    for block in dict.fromkeys(entry.block for entry in entries):
        end = before.get(block, len(found)) or len(found)
        asked = list(found[start:end]) or list(found[:end])
        mine = [entry for entry in entries if entry.block == block]
        start = end if end < len(found) else start
        problems += _give_block(asked, mine)
    return problems


def _give_block(asked: Sequence[Found], entries: Sequence[Entry]) -> list[Problem]:
    runs: dict[int, list[Entry]] = {}
    for entry in entries:
        runs.setdefault(entry.run, []).append(entry)
    groups = list(runs.values())
    sections = _sections(asked)
    problems: list[Problem] = []
    for place, group in enumerate(groups):
        questions = _questions_for(group, groups, place, asked, sections)
        problems += _give_group(questions, group)
    return problems


def _sections(asked: Sequence[Found]) -> list[list[Found]]:
    """The questions in stretches within which no number stands twice."""
    stretches: list[list[Found]] = []
    for question in asked:
        last = stretches[-1] if stretches else None
        begins = last is None or last[-1].section is not question.section or _goes_back(last[-1], question)
        if begins:
            stretches.append([])
        stretches[-1].append(question)
    return stretches


def _goes_back(before: Found, after: Found) -> bool:
    return before.value is not None and after.value is not None and after.value <= before.value


def _questions_for(
    group: Sequence[Entry],
    groups: Sequence[Sequence[Entry]],
    place: int,
    asked: Sequence[Found],
    sections: list[list[Found]],
) -> list[Found]:
    numbers = [question.number for question in asked]
    heading = group[0].section
    if heading is not None and (fitting := _of_section(heading, sections)):
        return fitting
    if len(set(numbers)) == len(numbers):
        return list(asked)
    if len(groups) == len(sections):
        return sections[place]
    return [question for question in asked if numbers.count(question.number) == 1]


def _of_section(heading: Section, sections: list[list[Found]]) -> list[Found]:
    """The questions of the section that the block's heading names, where only one can be meant."""
    by_type = [each for each in sections if heading.type and each[0].section.type is heading.type]
    both = [each for each in by_type if heading.ordinal and each[0].section.ordinal == heading.ordinal]
    by_ordinal = [each for each in sections if heading.ordinal and each[0].section.ordinal == heading.ordinal]
    for choice in (both, by_type, by_ordinal if heading.type is None else []):
        if len({id(each[0].section) for each in choice}) == 1:
            return [question for each in choice for question in each]
    return []


def _give_group(questions: Sequence[Found], entries: Sequence[Entry]) -> list[Problem]:
    by_number: dict[str, list[Found]] = {}
    for question in questions:
        by_number.setdefault(question.number, []).append(question)
    problems: list[Problem] = []
    for entry in entries:
        fitting = by_number.get(entry.number, [])
        if len(fitting) != 1:
            sentence = N_("The key for number %(number)s fits no single question. Check the numbers.")
            problems.append(Problem(sentence, {"number": entry.number}, line=entry.line))
            continue
        if not (entry.rationale or any(piece.text.strip() for piece in entry.pieces)):
            sentence = N_("The keys of this range cannot be told apart. Write one key for each number.")
            apart = Problem(sentence, line=entry.line, path=checks.KEY)
            problems += [apart] if apart not in problems else []
            continue
        _give(fitting[0], entry)
    return problems


def _give(question: Found, entry: Entry) -> None:
    kind = question.known_type
    if entry.split and kind is ItemType.MULTIPLE:
        sentence = N_("The keys of this range are not set apart, but the question is a multiple choice. Write its key.")
        question.problems.append(Problem(sentence, line=entry.line, path=checks.KEY))
        return
    if entry.pieces and any(piece.text.strip() for piece in entry.pieces):
        question.keys.append(FoundKey(entry.line, list(entry.pieces), from_block=True))
    question.rationale += entry.rationale
