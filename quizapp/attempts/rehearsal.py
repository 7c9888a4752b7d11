"""The rehearsal (试答): the page of a real test with harmless items, so that people can try their device.

Nothing of it is in the database. What was answered stands in the signed session cookie, which also works for people
who have not signed in, and is gone with it.
"""

from collections.abc import Iterable, MutableMapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from quizapp.attempts.letters import to_bank
from quizapp.attempts.refusals import Refusal
from quizapp.attempts.saving import Change, NotSaved, Saved
from quizapp.attempts.sheet import Kept, Sheet, laid_out
from quizapp.domain.bank import Bank
from quizapp.domain.bank_yaml import read_bank
from quizapp.domain.paper import Paper, PaperSpec, Section, draw_paper
from quizapp.domain.timing import DEFAULT_GRACE, is_late
from quizapp.quizzes.wording import SECTION_TITLES
from quizapp.web import clock

MINUTES = 2
LONGEST_TEXT = 60  # of a blank: a cookie holds 4 kB
KEY = "rehearsal"  # in the session
ITEMS = Path(__file__).with_name("rehearsal.yaml")


@dataclass(frozen=True)
class RehearsalQuiz:
    """What the taking page wants to know of a test."""

    title: str
    minutes: int = MINUTES
    layout: str = "choice"
    leaving_recorded: bool = False


@dataclass(frozen=True)
class Findings:
    """What the server knows about the device at the end."""

    answered: int
    items: int
    by_script: bool  # an answer or the submission came from the page's script, not from its plain form


@cache
def bank() -> Bank:
    """The items, read once."""
    return read_bank(ITEMS.read_bytes(), ITEMS.name)


@cache
def spec() -> PaperSpec:
    """One section for each of them, in their order: no two are of one type."""
    types = [item.type for item in bank().items]
    sections = tuple(
        Section(SECTION_TITLES[kind], kind, types.count(kind), Decimal(1)) for kind in dict.fromkeys(types)
    )
    return PaperSpec(sections, shuffle_items=False, shuffle_options=False)


@cache
def paper() -> Paper:
    """The same paper for everybody."""
    return draw_paper(bank(), spec(), seed=1)


class Rehearsal:
    """One person's rehearsal, kept in ``session``; `begin` before anything else."""

    def __init__(self, session: MutableMapping[str, Any]) -> None:
        self.session = session

    def begin(self) -> None:
        """Start anew."""
        self.session[KEY] = {"began": clock.now().isoformat(), "saved": {}, "ended": False, "by_script": False}

    @property
    def has_begun(self) -> bool:
        """Whether there is one in this browser."""
        return KEY in self.session

    @property
    def deadline(self) -> datetime:
        """When it ends by itself."""
        return datetime.fromisoformat(self._state["began"]) + timedelta(minutes=MINUTES)

    @property
    def is_over(self) -> bool:
        """Whether it takes no answers any more, because of the time or because it was submitted."""
        return bool(self._state["ended"]) or is_late(clock.now(), self.deadline, DEFAULT_GRACE)

    def end(self, *, by_script: bool) -> None:
        """Submit it; twice is once."""
        self._change(ended=True, by_script=self._state["by_script"] or by_script)

    def save(self, changes: Sequence[Change], *, by_script: bool) -> list[Saved | NotSaved]:
        """Keep what was marked, as a test does: each item by itself, only over the version the page had seen."""
        saved: dict[str, Any] = dict(self._state["saved"])
        results = [_keep(saved, change) for change in changes]
        self._change(saved=saved, by_script=self._state["by_script"] or by_script)
        return results

    def sheet(self) -> Sheet:
        """The paper with the answers given so far."""
        return laid_out(bank(), spec(), paper(), self._kept())

    def findings(self) -> Findings:
        """What can be said about the device."""
        sheet = self.sheet()
        return Findings(sheet.answered, len(sheet.places), bool(self._state["by_script"]))

    @property
    def _state(self) -> dict[str, Any]:
        state: dict[str, Any] = self.session[KEY]
        return state

    def _change(self, **values: Any) -> None:
        self.session[KEY] = self._state | values  # a new mapping: the cookie notices nothing less

    def _kept(self) -> Iterable[Kept]:
        for position, (answer, marked, version) in self._state["saved"].items():
            yield Kept(int(position), version, answer, marked)


def _keep(saved: dict[str, Any], change: Change) -> Saved | NotSaved:
    entries = paper().items
    try:
        entry = entries[change.position]
        answer = list(to_bank(entry.letters, bank().item(entry.item_id), change.shown))
    except (IndexError, ValueError):
        return NotSaved(change.position, Refusal.NOT_AN_ANSWER)
    answer = [text[:LONGEST_TEXT] for text in answer]
    kept_answer, kept_marked, version = saved.get(str(change.position), ([], False, 0))
    if (kept_answer, kept_marked) == (answer, change.marked) and version:
        return Saved(change.position, version, clock.now())  # the same again: its answer was lost on the way
    if change.version != version:
        return NotSaved(change.position, Refusal.STALE)
    saved[str(change.position)] = [answer, change.marked, version + 1]
    return Saved(change.position, version + 1, clock.now())
