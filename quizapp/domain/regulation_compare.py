"""Two editions laid side by side: which article continues which, and whether it says something else.

Articles are matched by their words, each old one with at most one new one, since numbers shift as soon as one article
is put in. What is alike but not the same counts as changed: a person decides whether it matters.
"""

import heapq
import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from quizapp.domain.regulations import Article

ALIKE = 0.35
"""Two articles less alike than this have nothing to do with each other. 纪律处分条例 2018 → 2023: what one hand moved
and mended lies above 0.49, what only shares the wording of a penalty below 0.2."""
MOST_STEPS = 4_000_000
"""The effort of one comparison: every regulation there is stays far below, so that nothing is left out for it."""
LIKELIEST = 30
"""So many old articles are looked at closely for each new one."""
WORDS = re.compile(r"\w+")
_Shingled = Mapping[int, frozenset[str]]


@dataclass(frozen=True)
class Difference:
    """How an edition differs from the one before: its own numbers, for dropped articles the old ones."""

    unchanged: tuple[str, ...]
    moved: tuple[str, ...]
    changed: tuple[str, ...]
    new: tuple[str, ...]
    dropped: tuple[str, ...]


def matched(old: Sequence[Article], new: Sequence[Article]) -> tuple[Article, ...]:
    """The new articles, each with the number it continues and whether its words are others. Both need their texts."""
    pairs = _pairs([_words(article.text) for article in old], [_words(article.text) for article in new])
    return tuple(
        replace(
            article,
            formerly=old[pairs[place]].number if place in pairs else None,
            changed=place in pairs and _words(old[pairs[place]].text) != _words(article.text),
        )
        for place, article in enumerate(new)
    )


def difference(old: Iterable[Article], new: Sequence[Article]) -> Difference:
    """What `matched`, or a table, says about the new edition as a whole."""
    kept = {article.formerly for article in new}
    same = [article for article in new if article.formerly is not None and not article.changed]
    return Difference(
        unchanged=tuple(article.number for article in same),
        moved=tuple(article.number for article in same if article.formerly != article.number),
        changed=tuple(article.number for article in new if article.formerly is not None and article.changed),
        new=tuple(article.number for article in new if article.formerly is None),
        dropped=tuple(article.number for article in old if article.number not in kept),
    )


def _words(text: str) -> str:
    """``text`` without punctuation and spaces: only words make a difference."""
    return "".join(WORDS.findall(unicodedata.normalize("NFKC", text)))


def _pairs(old: Sequence[str], new: Sequence[str]) -> dict[int, int]:
    """new place → old place: first what stands there word for word, then the most alike; ties go by the order."""
    pairs = _same(old, new)
    taken = set(pairs.values())
    first, second = [_shingles(text) for text in old], [_shingles(text) for text in new]
    weights = _weights([*first, *second])
    left = {here: shingles for here, shingles in enumerate(first) if here not in taken}
    missing = {there: shingles for there, shingles in enumerate(second) if there not in pairs}
    for _alike, _distance, here, there in sorted(_scored(left, missing, weights), reverse=True):
        if there not in pairs and here not in taken:
            pairs[there] = here
            taken.add(here)
    return pairs


def _scored(old: _Shingled, new: _Shingled, weights: Mapping[str, float]) -> Iterator[tuple[float, int, int, int]]:
    """(likeness, nearness, old place, new place) of everything that is alike, among the likeliest for each."""
    totals = {here: _sum(shingles, weights) for here, shingles in old.items()}
    homes = _homes(old, new)
    for there, mine in new.items():
        total = _sum(mine, weights)
        shared = defaultdict[int, float](float)
        for shingle in mine & homes.keys():
            for here in homes[shingle]:
                shared[here] += weights[shingle]
        for here in heapq.nlargest(LIKELIEST, shared, key=shared.__getitem__):
            likeness = 2 * _sum(mine & old[here], weights) / (total + totals[here])
            if likeness >= ALIKE:
                yield likeness, -abs(here - there), here, there


def _homes(old: _Shingled, new: _Shingled) -> dict[str, list[int]]:
    """Where in the old edition each pair of signs stands; the rarest pairs, as far as the effort allows.

    Every pair of texts shares the commonest signs: two large editions would be compared for minutes for nothing.
    """
    homes = defaultdict[str, list[int]](list)
    for here, shingles in old.items():
        for shingle in shingles:
            homes[shingle].append(here)
    wanted = Counter(shingle for shingles in new.values() for shingle in shingles if shingle in homes)
    costs = sorted((len(homes[shingle]) * count, shingle) for shingle, count in wanted.items())
    spent = accumulate(cost for cost, _shingle in costs)
    return {shingle: homes[shingle] for (_cost, shingle), sum_so_far in zip(costs, spent, strict=True)
            if sum_so_far <= MOST_STEPS}  # fmt: skip


def _same(old: Sequence[str], new: Sequence[str]) -> dict[int, int]:
    places = defaultdict[str, list[int]](list)
    for here in reversed(range(len(old))):
        places[old[here]].append(here)
    return {there: places[text].pop() for there, text in enumerate(new) if places.get(text)}


def _shingles(text: str) -> frozenset[str]:
    return frozenset(text[at : at + 2] for at in range(max(len(text) - 1, 1)))


def _weights(texts: Sequence[frozenset[str]]) -> dict[str, float]:
    """What each pair of signs tells: the wording of every penalty stands in half of the articles and tells little."""
    found = Counter(shingle for shingles in texts for shingle in shingles)
    return {shingle: math.log(1 + len(texts) / count) for shingle, count in found.items()}


def _sum(shingles: Iterable[str], weights: Mapping[str, float]) -> float:
    """Dice's measure is of weighted pairs of signs: 1 for the same, 0 for nothing in common."""
    return sum(map(weights.__getitem__, shingles))
