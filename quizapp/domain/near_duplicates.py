"""Questions that stand in banks more than once: word for word, with another answer, or nearly the same."""

import re
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from quizapp.domain.bank import Item, ItemType
from quizapp.domain.text_match import canonical

Key = Hashable
"""What the caller calls a bank; None is the bank looked at."""


class Likeness(StrEnum):
    """How two questions are alike. Only `SAME` may be merged, and only by a person."""

    SAME = "same"
    CONFLICT = "conflict"
    NEGATED = "negated"
    NEAR = "near"


@dataclass(frozen=True, order=True)
class Ref:
    """One item: its id, and the bank it stands in (None: the one looked at)."""

    item_id: str
    bank: Key | None = None


@dataclass(frozen=True)
class Alike:
    """Items that are alike in one way; the first stands in the bank looked at."""

    likeness: Likeness
    refs: tuple[Ref, ...]


@dataclass(frozen=True)
class Print:
    """What of a question counts when it is compared: width, punctuation, spaces and kind of numeral do not.

    ``stem`` is folded, for an item of a case together with the passage; ``right`` and ``wrong`` are folded texts.
    """

    ref: Ref
    type: ItemType
    stem: str
    plain: str
    right: frozenset[str]
    wrong: frozenset[str]

    @property
    def options(self) -> frozenset[str]:
        return self.right | self.wrong


NEAR, NEAR_WITH_ONE_GAP = 0.75, 0.5
"""The share of pairs of signs that two stems have in common (Jaccard), and the same where they differ at one place."""
LONGEST_GAP = 4
_SHORTEST = 6
_MOST_COMPARED = 40
_MOST_ALIKE = 8
_NO_SIGN = re.compile(r"[^\w%‰]|_")
# 错误 asks for 正确 turned round, so both are taken out.
_NEGATION = re.compile("正确|错误|除外|[不非无未没除]")


def alike(items: Sequence[Item], others: Mapping[Key, Sequence[Item]] | None = None) -> list[Alike]:
    """Every group of questions that are alike, with at least one of ``items`` (as in a bank) in each.

    ``others`` are the items of other banks. Questions with one wording but wholly different options (下列说法正确的是)
    are different questions.
    """
    prints = [each for item in items for each in _prints(item, None)]
    for bank, theirs in (others or {}).items():
        prints += [each for item in theirs for each in _prints(item, bank)]
    same = _by_wording(prints)
    first_of = {each[0].stem: each[0] for each in same.values()}
    pairs: dict[Likeness, list[tuple[Ref, Ref]]] = defaultdict(list)
    for group in same.values():
        _judge_same_wording(group, pairs)
    for one, other in _near_pairs(list(first_of.values())):
        if _comparable(one, other):
            likeness = Likeness.NEGATED if one.plain == other.plain else Likeness.NEAR
            pairs[likeness].append((one.ref, other.ref))
    return [
        Alike(likeness, group) for likeness in Likeness for group in _groups(pairs[likeness]) if group[0].bank is None
    ]


def folded(text: str) -> str:
    """``text`` without what does not make another question of it: width, case, marks, spaces, blanks; 一 is 1."""
    return _NO_SIGN.sub("", canonical(text, numerals_equal=True))


def _prints(item: Item, bank: Key | None) -> Iterator[Print]:
    passage = folded(item.stem) if item.items else ""
    for leaf in item.leaves():
        stem = passage + folded(leaf.stem)
        yield Print(Ref(leaf.id, bank), leaf.type, stem, _NEGATION.sub("", stem), *_answers(leaf))


def _answers(leaf: Item) -> tuple[frozenset[str], frozenset[str]]:
    """The right and the wrong texts, whatever their letters."""
    if leaf.type is ItemType.FILL_IN:
        accepted = [f"{place}:{folded(text)}" for place, texts in enumerate(leaf.blanks) for text in texts]
        return frozenset(accepted), frozenset()
    if not leaf.options:
        return frozenset(leaf.key), frozenset()
    right = frozenset(folded(option.text) or option.text for option in leaf.options if option.letter in leaf.key)
    return right, frozenset(folded(option.text) or option.text for option in leaf.options) - right


def _by_wording(prints: Iterable[Print]) -> dict[tuple[str, bool], list[Print]]:
    """The prints by wording; a statement to be judged is never the same question as one with options."""
    groups: dict[tuple[str, bool], list[Print]] = defaultdict(list)
    for each in prints:
        if each.stem:
            groups[each.stem, each.type is ItemType.TRUE_FALSE].append(each)
    return groups


def _judge_same_wording(group: Sequence[Print], pairs: dict[Likeness, list[tuple[Ref, Ref]]]) -> None:
    """Each is compared with the next few: enough to find every group, without comparing thousands with each other."""
    for place, one in enumerate(group):
        for other in group[place + 1 : place + 1 + _MOST_ALIKE]:
            if not _both_foreign(one, other) and (likeness := _same_wording(one, other)):
                pairs[likeness].append((one.ref, other.ref))


def _both_foreign(one: Print, other: Print) -> bool:
    return one.ref.bank is not None and other.ref.bank is not None


def _same_wording(one: Print, other: Print) -> Likeness | None:
    if one.type is not other.type and ItemType.FILL_IN in (one.type, other.type):
        return None
    if one.right == other.right or (one.type is ItemType.FILL_IN and _accept_alike(one, other)):
        return Likeness.SAME
    if one.type in (ItemType.TRUE_FALSE, ItemType.FILL_IN):
        return Likeness.CONFLICT
    if one.right & other.wrong or other.right & one.wrong:
        return Likeness.CONFLICT
    return Likeness.NEAR if _comparable(one, other) else None


def _accept_alike(one: Print, other: Print) -> bool:
    """Whether two keys of blanks have an accepted text in common for every blank."""
    places = {text.split(":")[0] for text in one.right | other.right}
    common = {text.split(":")[0] for text in one.right & other.right}
    return places == common


def _comparable(one: Print, other: Print) -> bool:
    """Whether two questions of like wording ask the same: with options, when half of them are shared."""
    if not (one.options and other.options) or ItemType.FILL_IN in (one.type, other.type):
        return one.type is other.type
    if ItemType.TRUE_FALSE in (one.type, other.type):
        return one.type is other.type
    return 2 * len(one.options & other.options) >= min(len(one.options), len(other.options))


def _near_pairs(prints: Sequence[Print]) -> Iterator[tuple[Print, Print]]:
    """Pairs of wordings that have most of their pairs of signs in common, one of them of the bank looked at.

    Two such wordings must share one of their rarest pairs of signs (prefix filter of set similarity joins), so only
    those that do are compared; and each with a bounded number, for a bank made by a program may be all alike.
    """
    grams = [frozenset(map("".join, zip(each.stem, each.stem[1:], strict=False))) for each in prints]
    common = Counter(gram for each in grams for gram in each)
    shelves: dict[str, list[int]] = defaultdict(list)
    for place, each in enumerate(prints):
        if len(each.stem) < _SHORTEST:
            continue
        rarest = sorted(grams[place], key=lambda gram: (common[gram], gram))
        rarest = rarest[: len(rarest) - int(NEAR_WITH_ONE_GAP * len(rarest)) + 1]
        met = dict.fromkeys(other for gram in rarest for other in shelves[gram][-_MOST_ALIKE:])
        found = 0
        for other in list(met)[:_MOST_COMPARED]:
            if _both_foreign(each, prints[other]):
                continue
            if _is_near(prints[other].stem, each.stem, grams[other], grams[place]):
                yield prints[other], each
                found += 1
                if found == _MOST_ALIKE:
                    break
        for gram in rarest:
            shelves[gram].append(place)


def _is_near(one: str, other: str, grams: frozenset[str], other_grams: frozenset[str]) -> bool:
    shared = len(grams & other_grams)
    likeness = shared / (len(grams) + len(other_grams) - shared)
    if likeness >= NEAR:
        return True
    return likeness >= NEAR_WITH_ONE_GAP and _gap(one, other) <= LONGEST_GAP


def _gap(one: str, other: str) -> int:
    """How long the one stretch is in which two texts differ."""
    shorter = min(len(one), len(other))
    start = next((place for place in range(shorter) if one[place] != other[place]), shorter)
    end = next((place for place in range(shorter - start) if one[-1 - place] != other[-1 - place]), shorter - start)
    return max(len(one), len(other)) - start - end


def _groups(pairs: Iterable[tuple[Ref, Ref]]) -> list[tuple[Ref, ...]]:
    """Pairs joined to groups, in the order of the items; those of the bank looked at stand first."""
    leader: dict[Ref, Ref] = {}

    def lead(ref: Ref) -> Ref:
        while leader.setdefault(ref, ref) != ref:
            leader[ref] = leader[leader[ref]]
            ref = leader[ref]
        return ref

    for one, other in pairs:
        leader[lead(other)] = lead(one)
    groups: dict[Ref, list[Ref]] = defaultdict(list)
    for ref in list(leader):
        groups[lead(ref)].append(ref)
    return [tuple(sorted(group, key=lambda ref: ref.bank is not None)) for group in groups.values()]
