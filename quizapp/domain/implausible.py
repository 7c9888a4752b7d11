"""Attempts that somebody should be asked about: too fast to have been read, or wrong in the same way as a colleague's.

Both rules name questions, never verdicts, and both err on the side of silence.

**Pace.** Ordinary silent reading of Chinese is about 255 characters a minute (Trauzettel-Klosinski and Dietz 2012,
IReST, https://doi.org/10.1167/iovs.11-8284), that is 4.25 a second. An item counts as read from `FASTEST_READING` on,
eight times as fast, with `ONE_TAP` for the answer itself; who recognises a practised item by its first words is slower.
Time runs from the start of the attempt to the moment the server had saved the answer. A bad network only delays
that moment, and a changed answer carries the later one, so that neither can make anybody look faster than they were.

**The same wrong answers.** Right answers say nothing: whoever learned gives them. Of the items that two colleagues of
one branch both answered wrongly, it is counted on how many they gave the very same answer. For one item the chance of
that is taken from all the others of the test who were wrong there: ``(same + 1) / (wrong + 2)``, which is 1/2 where
nothing is known and so never makes a rare coincidence out of missing data. The chance of at least so many same answers
is the upper tail of the sum of these (Poisson binomial; with one chance for all it is the K index of Holland 1996). It
is multiplied by the number of pairs compared: a test should list fewer than `EXPECTED_BY_CHANCE` pairs of people who
have nothing to do with one another. What the rule cannot know: people who learned from the same wrong notes share
mistakes without having copied.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import combinations

from quizapp.domain.bank import Item
from quizapp.domain.scoring import Answer

ORDINARY_READING = 255 / 60
"""Characters a second."""
FASTEST_READING = 8 * ORDINARY_READING
ONE_TAP = 0.5
"""Seconds."""
FEWEST_ITEMS = 10
"""Fewer answers than this say nothing about a pace."""
FEWEST_SAME = 5
"""Fewer common mistakes than this are nobody's business."""
EXPECTED_BY_CHANCE = 0.05
"""Pairs that one test may list by mere chance."""


@dataclass(frozen=True)
class Given:
    """That an item was answered, and when that was saved: so long after the start of the attempt."""

    item_id: str
    after: timedelta


@dataclass(frozen=True)
class Pace:
    """So many items were answered within ``took``; reading them at eight times the ordinary pace takes ``least``."""

    items: int
    characters: int
    took: timedelta
    least: timedelta


@dataclass(frozen=True)
class Sitting:
    """The wrong answers of one attempt by item, in the letters of the bank, to be compared within the branch."""

    attempt_id: int
    branch_id: int
    mistakes: Mapping[str, Answer]


@dataclass(frozen=True)
class Pair:
    """Two attempts that were both wrong on ``common`` items and alike on ``same`` of them.

    ``chance`` is the number of pairs of this kind that the whole test is expected to show by mere coincidence.
    """

    first: int
    second: int
    common: int
    same: tuple[str, ...]
    chance: float


@dataclass(frozen=True)
class Group:
    """Attempts of one branch that hang together by pairs; ``closest`` is the pair least likely by chance."""

    attempts: tuple[int, ...]
    closest: Pair
    pairs: tuple[Pair, ...]


def characters(item: Item, passage: str = "") -> int:
    """How much there is to read before answering ``item``: stem and options, and the passage of its case."""
    return len(passage) + len(item.stem) + sum(len(option.text) for option in item.options)


def pace_of(given: Iterable[Given], lengths: Mapping[str, int]) -> Pace | None:
    """The most answers from the start on that came faster than they could be read; None where all is well.

    ``lengths`` are the characters of each item. At least half of the answers of the attempt must be among them.
    """
    ordered = sorted(given, key=lambda each: each.after)
    fewest = max(FEWEST_ITEMS, -(-len(ordered) // 2))
    found, read = None, 0
    for count, each in enumerate(ordered, 1):
        read += lengths[each.item_id]
        least = timedelta(seconds=count * ONE_TAP + read / FASTEST_READING)
        if count >= fewest and each.after < least:
            found = Pace(count, read, each.after, least)
    return found


def same_mistakes(sittings: Sequence[Sitting]) -> tuple[Group, ...]:
    """Who gave the same wrong answers as a colleague of the branch more often than chance does, the least likely first.

    One sitting for each person.
    """
    wrong = {each.attempt_id: each.mistakes for each in sittings}
    everybody: dict[str, Counter[Answer]] = defaultdict(Counter)
    for mistakes in wrong.values():
        for item_id, answer in mistakes.items():
            everybody[item_id][answer] += 1
    branches = defaultdict(list)
    for each in sittings:
        branches[each.branch_id].append(each.attempt_id)
    compared = sum(len(members) * (len(members) - 1) // 2 for members in branches.values())
    pairs = []
    for members in branches.values():
        for first, second in combinations(sorted(members), 2):
            pair = _pair(first, second, wrong, everybody, compared)
            if pair is not None:
                pairs.append(pair)
    return tuple(sorted(_groups(pairs), key=lambda group: group.closest.chance))


def _pair(
    first: int,
    second: int,
    wrong: Mapping[int, Mapping[str, Answer]],
    everybody: Mapping[str, Counter[Answer]],
    compared: int,
) -> Pair | None:
    own, other = wrong[first], wrong[second]
    common = [item_id for item_id in own if item_id in other]
    same = [item_id for item_id in common if own[item_id] == other[item_id]]
    if len(same) < FEWEST_SAME:
        return None
    chances = [_chance(own[item_id], other[item_id], everybody[item_id]) for item_id in common]
    expected = at_least(len(same), chances) * compared
    return Pair(first, second, len(common), tuple(same), expected) if expected < EXPECTED_BY_CHANCE else None


def _chance(one: Answer, other: Answer, mistakes: Counter[Answer]) -> float:
    """How likely two who are wrong on an item are to be wrong alike, from everybody else who was wrong there.

    Where the two differ, the likelier of both answers counts: the higher chance keeps the rule silent longer.
    """
    people = mistakes.total() - 2
    kept = mistakes.copy()
    kept.subtract((one, other))
    return (max(kept[one], kept[other]) + 1) / (people + 2)


def at_least(count: int, chances: Iterable[float]) -> float:
    """The probability that at least ``count`` of independent events with these ``chances`` happen."""
    spread = [1.0]  # spread[n]: exactly n have happened so far
    for chance in chances:
        stay = [each * (1 - chance) for each in spread] + [0.0]
        come = [0.0] + [each * chance for each in spread]
        spread = [one + other for one, other in zip(stay, come, strict=True)]
    return sum(spread[count:])


def _groups(pairs: Sequence[Pair]) -> Iterable[Group]:
    """The pairs, gathered where they share somebody."""
    group_of: dict[int, set[int]] = {}
    for pair in pairs:
        merged = group_of.get(pair.first, {pair.first}) | group_of.get(pair.second, {pair.second})
        group_of.update(dict.fromkeys(merged, merged))
    for members in {id(group): group for group in group_of.values()}.values():
        inside = tuple(sorted((pair for pair in pairs if pair.first in members), key=lambda pair: pair.chance))
        yield Group(tuple(sorted(members)), inside[0], inside)
