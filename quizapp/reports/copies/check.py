"""Whether a copy of a frozen report is as it was made: offline, from the file alone."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from math import isclose
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from flask import current_app
from flask_babel import force_locale

from quizapp.domain.evidence import EvidenceError
from quizapp.domain.problem import N_, Problem
from quizapp.reports.copies.contents import Contents, contents
from quizapp.reports.copies.reopening import official_copy, reopened
from quizapp.reports.copies.seals import Seal, unpacked
from quizapp.reports.editions.frozen import Edition
from quizapp.reports.exports import write_report
from quizapp.reports.queries import BranchReport

NOTHING = ""
_NO_EVIDENCE = N_("This copy carries no evidence: the report was not frozen yet, or a program dropped it when saving.")


class CopyError(Exception):
    """The file cannot be checked, or its evidence is not what was frozen; ``problem`` says which."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.msgid)
        self.problem = problem


@dataclass(frozen=True)
class Difference:
    """One place where the copy does not say what the evidence gives; nothing is an empty text."""

    place: str
    said: str
    computed: str


@dataclass(frozen=True)
class Checked:
    """What was found. ``compared`` cells and numbers; ``reworded`` lines of text have other words.

    ``own`` are the lines that somebody worded before the export. No fingerprint binds those: whoever can pack a seal
    can put others into it. Both are for a person to read.
    """

    title: str
    edition: Edition
    whole: bool
    compared: int
    differences: list[Difference]
    reworded: list[str]
    own: list[str]


def check(data: bytes) -> Checked:
    """Work everything in the copy out again from the evidence that it carries. Raises CopyError.

    Needs an application context with Babel, and no database. The time zone of the context is that of the copy
    afterwards.
    """
    try:
        found = contents(data)
    except ValueError:
        raise CopyError(Problem(N_("This is no copy of a report: XLSX, DOCX, CSV or JSON."))) from None
    if not found.seal:
        raise CopyError(Problem(_NO_EVIDENCE))
    try:
        seal = unpacked(found.seal)
        current_app.config["TIME_ZONE"] = ZoneInfo(seal.zone).key
        with force_locale(seal.language), reopened(seal) as report:
            return _compared(report, found, contents(_made_again(report, seal, found.kind)), _drafted(report, seal))
    except EvidenceError as error:
        msgid = N_("The evidence in this copy was changed (%(part)s): it does not match its fingerprint.")
        raise CopyError(Problem(msgid, {"part": error.part or "–"})) from None
    except (KeyError, TypeError, ValueError, AttributeError, ZoneInfoNotFoundError):
        raise CopyError(Problem(N_("The evidence in this copy is of another version of the program."))) from None


def _drafted(report: BranchReport, seal: Seal) -> list[str] | None:
    """The lines of the paper as it was drafted; None where nobody worded any."""
    return contents(official_copy(report, {})).lines if seal.texts else None


def _made_again(report: BranchReport, seal: Seal, kind: str) -> bytes:
    if kind == "docx":
        return official_copy(report, seal.texts)
    file = io.BytesIO()
    write_report(report, kind, file)
    return file.getvalue()


def _compared(report: BranchReport, said: Contents, computed: Contents, drafted: list[str] | None) -> Checked:
    assert report.edition is not None
    differences = [*_cells(said, computed), *_numbers(said, computed)]
    return Checked(
        title=report.quiz.title,
        edition=report.edition,
        whole=report.whole,
        compared=len(computed.cells) + len(computed.numbers),
        differences=differences,
        reworded=[line for line in said.lines if line not in computed.lines],
        own=[] if drafted is None else [line for line in computed.lines if line not in drafted],
    )


def _cells(said: Contents, computed: Contents) -> Iterator[Difference]:
    places = [*computed.cells, *(place for place in said.cells if place not in computed.cells)]
    for place in places:
        one, other = said.cells.get(place, NOTHING), computed.cells.get(place, NOTHING)
        if not _same(one, other):
            yield Difference(place, str(one), str(other))


def _same(one: Any, other: Any) -> bool:
    """A program that saves a workbook again may write another last digit of a fraction."""
    numbers = [isinstance(value, int | float) and not isinstance(value, bool) for value in (one, other)]
    return (
        isclose(one, other, rel_tol=1e-9, abs_tol=1e-12) if all(numbers) else one == other and type(one) is type(other)
    )


def _numbers(said: Contents, computed: Contents) -> Iterator[Difference]:
    """The numbers in the running text, in their order: words may be others, numbers may not."""
    ours, theirs = said.numbers, computed.numbers
    matcher = SequenceMatcher(None, [number for number, _ in ours], [number for number, _ in theirs], autojunk=False)
    for kind, start, end, other_start, other_end in matcher.get_opcodes():
        if kind != "equal":
            line = (ours[start:end] or theirs[other_start:other_end])[0][1]
            yield Difference(
                line,
                " ".join(number for number, _ in ours[start:end]),
                " ".join(number for number, _ in theirs[other_start:other_end]),
            )
