"""How sound a bank is: repeated and conflicting questions, guessable keys, gaps; in plain words, blocking nothing."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from quizapp.domain.bank import Bank, Item, ItemType
from quizapp.domain.key_habits import Habit, Level, habits
from quizapp.domain.near_duplicates import Alike, Key, Likeness, Ref, alike
from quizapp.domain.problem import N_, Problem

__all__ = ["Finding", "Health", "Level", "Ref", "guessable_in", "health_of", "repeated_in"]

FEWEST_OF_A_TOPIC = 3
USUAL_DIFFICULTY = 3


@dataclass(frozen=True)
class Finding:
    """One thing about the bank. ``groups`` holds the items it speaks of; items of one group belong side by side."""

    level: Level
    says: Problem
    groups: tuple[tuple[Ref, ...], ...] = ()


@dataclass(frozen=True)
class Health:
    """Every finding by section of the page, the gravest first in each; ``items`` counts what was looked at."""

    items: int
    repeated: tuple[Finding, ...]
    guessable: tuple[Finding, ...]
    coverage: tuple[Finding, ...]

    def count(self, level: Level) -> int:
        """How many findings are of that level."""
        return sum(finding.level is level for finding in (*self.repeated, *self.guessable, *self.coverage))


def health_of(bank: Bank, others: Mapping[Key, Bank] | None = None) -> Health:
    """Look at a bank, or at items about to become one; ``others`` are the banks to hold it against.

    Their keys come back in the `Ref` of every item that stands in one of them.
    """
    leaves = [leaf for item in bank.items for leaf in item.leaves()]
    return Health(
        items=len(leaves),
        repeated=repeated_in(bank, others),
        guessable=guessable_in(bank),
        coverage=_in_order(_coverage(bank, leaves)),
    )


def repeated_in(bank: Bank, others: Mapping[Key, Bank] | None = None) -> tuple[Finding, ...]:
    """What stands in a bank, or in it and the others, more than once: the part of `health_of` that takes its time."""
    return _in_order(_repeated(alike(bank.items, {key: other.items for key, other in (others or {}).items()})))


def guessable_in(bank: Bank) -> tuple[Finding, ...]:
    """What can be guessed from the keys of a bank."""
    leaves = [leaf for item in bank.items for leaf in item.leaves()]
    return _in_order(_finding(habit) for habit in habits(leaves))


def _in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(findings, key=lambda finding: list(Level).index(finding.level)))


def _finding(habit: Habit) -> Finding:
    return Finding(habit.level, habit.says, tuple((Ref(item_id),) for item_id in habit.item_ids))


_LEVELS = {
    Likeness.CONFLICT: Level.SERIOUS,
    Likeness.SAME: Level.WARNING,
    Likeness.NEGATED: Level.NOTE,
    Likeness.NEAR: Level.NOTE,
}
_HERE = {
    Likeness.CONFLICT: N_("Questions with the same wording and different answers: %(n)s. Check which answer is right."),
    Likeness.SAME: N_("Questions that stand in the bank more than once: %(n)s. Keep one of each."),
    Likeness.NEGATED: N_(
        "Questions that differ in a negation only: %(n)s. Compare them; both may be wanted, but not on one paper."
    ),
    Likeness.NEAR: N_("Questions that differ in few words: %(n)s. Compare them; both may be wanted."),
}
ELSEWHERE = {
    Likeness.CONFLICT: N_("Questions that other banks answer differently: %(n)s. Check which answer is right."),
    Likeness.SAME: N_("Questions that stand in other banks too: %(n)s."),
    Likeness.NEGATED: N_("Questions that differ from one in another bank in a negation only: %(n)s. Compare them."),
    Likeness.NEAR: N_("Questions that differ from one in another bank in few words: %(n)s. Compare them."),
}


def _repeated(found: Sequence[Alike]) -> Iterator[Finding]:
    for likeness in Likeness:
        groups = [each.refs for each in found if each.likeness is likeness]
        abroad = [refs for refs in groups if any(ref.bank is not None for ref in refs)]
        here = [refs for refs in groups if refs not in abroad]
        for msgids, some in ((_HERE, here), (ELSEWHERE, abroad)):
            if some:
                yield Finding(_LEVELS[likeness], Problem(msgids[likeness], {"n": len(some)}), tuple(some))
    if not any(each.likeness in (Likeness.SAME, Likeness.CONFLICT) for each in found):
        yield Finding(Level.GOOD, Problem(N_("No question stands here twice.")))


def _coverage(bank: Bank, leaves: Sequence[Item]) -> Iterator[Finding]:
    yield from _listed(leaves, lambda leaf: leaf.type is not ItemType.ESSAY and not leaf.citations, N_(
        "%(n)s of %(of)s items name no citation. Whoever doubts a key has nothing to look it up in."
    ))  # fmt: skip
    yield from _listed(leaves, lambda leaf: not leaf.topic, N_(
        "%(n)s of %(of)s items have no topic, so no section of a paper can be limited to theirs."
    ))  # fmt: skip
    yield from _thin_topics(leaves)
    levels = Counter(leaf.difficulty for leaf in leaves)
    if set(levels) == {USUAL_DIFFICULTY}:
        msgid = N_("All %(n)s items have difficulty 3, so a paper cannot be made harder or easier.")
        yield Finding(Level.NOTE, Problem(msgid, {"n": len(leaves)}))
    elif levels:
        spread = "、".join(f"{level}: {levels[level]}" for level in range(1, 6))
        yield Finding(Level.GOOD, Problem(N_("Items by difficulty: %(spread)s."), {"spread": spread}))
    yield from _undrawable(bank)


def _listed(leaves: Sequence[Item], lacks: Callable[[Item], bool], msgid: str) -> Iterator[Finding]:
    lacking = tuple((Ref(leaf.id),) for leaf in leaves if lacks(leaf))
    if lacking:
        yield Finding(Level.NOTE, Problem(msgid, {"n": len(lacking), "of": len(leaves)}), lacking)


def _thin_topics(leaves: Sequence[Item]) -> Iterator[Finding]:
    topics = Counter(leaf.topic for leaf in leaves if leaf.topic)
    thin = {topic for topic, count in topics.items() if count < FEWEST_OF_A_TOPIC}
    if thin:
        msgid = N_("Topics with fewer than %(least)s items: %(topics)s. Add items, or join them to another topic.")
        names = "、".join(f"{topic}（{topics[topic]}）" for topic in topics if topic in thin)
        groups = tuple((Ref(leaf.id),) for leaf in leaves if leaf.topic in thin)
        yield Finding(Level.NOTE, Problem(msgid, {"least": FEWEST_OF_A_TOPIC, "topics": names}), groups)
    elif topics:
        yield Finding(
            Level.GOOD,
            Problem(
                N_("Each of %(n)s topics has %(least)s items or more."), {"n": len(topics), "least": FEWEST_OF_A_TOPIC}
            ),
        )


def _undrawable(bank: Bank) -> Iterator[Finding]:
    essays = [item for item in bank.items if any(leaf.type is ItemType.ESSAY for leaf in item.leaves())]
    if essays:
        msgid = N_("Essays and cases with an essay: %(n)s. A person has to mark them, so no paper draws them.")
        yield Finding(Level.NOTE, Problem(msgid, {"n": len(essays)}), tuple((Ref(item.id),) for item in essays))
