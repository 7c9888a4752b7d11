"""A frozen paper made ready to be shown: what the taking page and the result page loop over."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select

from quizapp.attempts.letters import to_page
from quizapp.attempts.models import Attempt, ItemResponse
from quizapp.attempts.refusals import Refusal
from quizapp.attempts.saving import NotSaved, Saved
from quizapp.banks.queries import bank_of
from quizapp.banks.wording import SHOWN_LETTERS
from quizapp.db import Prepared, db, first_row
from quizapp.domain.bank import Bank, Item, ItemType
from quizapp.domain.paper import Paper, PaperItem, PaperSpec, Section, paper_from_json
from quizapp.domain.scoring import is_blank
from quizapp.quizzes.queries import spec_of


@dataclass(frozen=True)
class Choice:
    """One option as shown: its letter on the page and its text."""

    letter: str
    text: str


@dataclass(frozen=True)
class Place:
    """One item of the paper with what has been saved for it. Holds no key."""

    position: int
    section_index: int
    section: Section
    item_type: ItemType
    stem: str
    points: Decimal
    choices: tuple[Choice, ...]
    blanks: int
    case_id: str | None  # of the case it belongs to
    passage: str | None
    answer: tuple[str, ...]  # in the letters of the page
    marked: bool
    version: int
    operation: str = ""  # the id of the save that left it

    @property
    def number(self) -> int:
        """What the candidate calls it: 1, 2, 3 …"""
        return self.position + 1

    @property
    def is_answered(self) -> bool:
        """Whether anything is saved for it."""
        return not is_blank(self.answer)


@dataclass(frozen=True)
class Sheet:
    """The whole paper, in order."""

    places: tuple[Place, ...]

    def sections(self) -> Iterator[tuple[Section, list[Place]]]:
        """The sections that have items, each with its places."""
        for _index, places in groupby(self.places, key=lambda place: place.section_index):
            together = list(places)
            yield together[0].section, together

    @staticmethod
    def cases(places: list[Place]) -> Iterator[tuple[str | None, list[Place]]]:
        """The places of a section with what stands over them: a case's passage, or None for items of their own."""
        for _case, places_of in groupby(places, key=lambda place: place.case_id):
            together = list(places_of)
            yield together[0].passage, together

    @property
    def has_cases(self) -> bool:
        """Whether any item belongs to a case: then the page needs room for a passage beside the items."""
        return any(place.case_id for place in self.places)

    @property
    def answered(self) -> int:
        """How many items have an answer."""
        return sum(place.is_answered for place in self.places)

    @property
    def is_touched(self) -> bool:
        """Whether anything was ever saved: an answer, a mark, or an answer that was taken back."""
        return any(place.version for place in self.places)

    @property
    def marked(self) -> int:
        """How many items are marked for later."""
        return sum(place.marked for place in self.places)


class Kept(NamedTuple):
    """What has been saved for one item, in the bank's letters."""

    position: int
    version: int
    answer: Sequence[str]
    marked: bool
    operation: str = ""


NOTHING_KEPT = Kept(position=-1, version=0, answer=(), marked=False)
_KEPT = select(*(ItemResponse.__table__.c[name] for name in Kept._fields)).where(
    ItemResponse.__table__.c.attempt_id == bindparam("attempt")
)


_ANY_KEPT = Prepared(_KEPT.with_only_columns(ItemResponse.__table__.c.position).limit(1))


def has_kept(attempt_id: int) -> bool:
    """Whether anything was ever saved in an attempt."""
    return first_row(_ANY_KEPT, {"attempt": attempt_id}) is not None


def sheet_of(attempt: Attempt) -> Sheet:
    """The paper of an attempt with the answers saved so far."""
    quiz, kept = attempt.quiz, db.session.execute(_KEPT, {"attempt": attempt.id})
    paper = paper_from_json(attempt.paper)
    return laid_out(bank_of(quiz.bank_revision_id), spec_of(quiz), paper, (Kept(*row) for row in kept))


def laid_out(bank: Bank, spec: PaperSpec, paper: Paper, kept: Iterable[Kept]) -> Sheet:
    """A paper drawn from ``bank`` by ``spec``, with these answers."""
    saved = {one.position: one for one in kept}
    places: list[Place] = []
    for position, entry in enumerate(paper.items):
        passage = bank.item(entry.case_id).stem if entry.case_id else None
        item = bank.item(entry.item_id)
        section = spec.sections[entry.section]
        places.append(_place(position, section, entry, item, passage, saved.get(position, NOTHING_KEPT)))
    return Sheet(tuple(places))


def _place(
    position: int,
    section: Section,
    entry: PaperItem,
    item: Item,
    passage: str | None,
    saved: Kept,
) -> Place:
    texts = {option.letter: option.text for option in item.options}
    return Place(
        position=position,
        section_index=entry.section,
        section=section,
        item_type=item.type,
        stem=item.stem,
        points=entry.points,
        choices=tuple(
            Choice(shown, texts[letter]) for shown, letter in zip(SHOWN_LETTERS, entry.letters, strict=False)
        ),
        blanks=len(item.blanks),
        case_id=entry.case_id,
        passage=passage,
        answer=tuple(to_page(entry, tuple(saved.answer))),
        marked=saved.marked,
        version=saved.version,
        operation=saved.operation,
    )


def save_results(saved: Sequence[Saved | NotSaved], read_anew: Callable[[], Sheet]) -> Iterator[dict[str, Any]]:
    """What a page is told of each item it sent; of one that changed elsewhere, what is saved now."""
    now = read_anew().places if any(isinstance(one, NotSaved) for one in saved) else ()
    for one in saved:
        if isinstance(one, Saved):
            yield saved_as_json(one)
        elif one.reason is Refusal.STALE:
            yield {"position": one.position, "error": one.reason.value, "kept": _kept(now[one.position])}
        else:
            yield {"position": one.position, "error": one.reason.value}


def saved_as_json(saved: Saved) -> dict[str, Any]:
    """What a page is told of an item that was saved."""
    return {"position": saved.position, "version": saved.version, "saved_at": saved.saved_at.isoformat()}


def kept_places(sheet: Sheet) -> list[dict[str, Any]]:
    """What is saved, for a page that takes over: it may have been served before the last save of the older one."""
    return [{"position": place.position, **_kept(place)} for place in sheet.places if place.version]


def _kept(place: Place) -> dict[str, Any]:
    names = ("answer", "marked", "version", "operation")
    return {name: getattr(place, name) for name in names}
