"""Two editions laid side by side: which article continues which, and whether it says something else.

Articles are matched by their words, each old one with at most one new one, since numbers shift as soon as one article
is put in. What is alike but not the same counts as changed: a person decides whether it matters.
"""

import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from quizapp.domain.regulations import Article

ALIKE = 0.35
"""Two articles less alike than this have nothing to do with each other. 纪律处分条例 2018 → 2023: what one hand moved
and mended lies above 0.49, what only shares the wording of a penalty below 0.2."""
WORDS = re.compile(r"\w+")


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
    scored = sorted(
        (
            (likeness, -abs(here - there), here, there)
            for there, mine in enumerate(second)
            if there not in pairs
            for here, other in enumerate(first)
            if here not in taken and (likeness := _likeness(mine, other, weights)) >= ALIKE
        ),
        reverse=True,
    )
    for _alike, _distance, here, there in scored:
        if there not in pairs and here not in taken:
            pairs[there] = here
            taken.add(here)
    return pairs


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


def _likeness(one: frozenset[str], other: frozenset[str], weights: dict[str, float]) -> float:
    """Dice's measure over weighted pairs of signs: 1 for the same, 0 for nothing in common."""
    shared = sum(weights[shingle] for shingle in one & other)
    return 2 * shared / (sum(weights[shingle] for shingle in one) + sum(weights[shingle] for shingle in other))
