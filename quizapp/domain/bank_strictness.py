"""What a bank that is shipped must hold, as far as that can be told without the texts of the regulations.

The page on a bank's health advises and counts on chance; these rules are bounds that its writer can always keep.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from quizapp.domain.articles import article_numbers
from quizapp.domain.bank import TRUE, Bank, Citation, Edition, Item, ItemType
from quizapp.domain.bank_health import FEWEST_OF_A_TOPIC, repeated_in
from quizapp.domain.bank_places import Place
from quizapp.domain.guess_yield import guess_yield
from quizapp.domain.key_habits import Level, longest_letters
from quizapp.domain.near_duplicates import Key, Ref
from quizapp.domain.paper_spec import PaperSpec, Section
from quizapp.domain.problem import N_, Problem

LETTERS_JUDGED = "ABCD"
LETTER_SHARE = (Decimal("0.20"), Decimal("0.30"))
TRUE_SHARE = (Decimal("0.45"), Decimal("0.55"))
MOST_WITH_ALL = Decimal("0.15")
MOST_LONGEST = Decimal("0.35")
MOST_GUESSED = Decimal(35)
"""In percent of the points, by the best habit for each type of item."""
POINTS = {ItemType.MULTIPLE: Decimal(2), ItemType.CASE: Decimal(4)}
"""What an item is worth where a whole bank is taken for one paper; other types one point, as in the presets."""


@dataclass(frozen=True)
class Judged:
    """A bank with the places of its items, and the other banks to hold it against by their names."""

    bank: Bank
    places: Mapping[str, Place] = field(default_factory=dict)
    others: Mapping[Key, Bank] = field(default_factory=dict)

    @property
    def leaves(self) -> list[Item]:
        """What a candidate answers, cases opened."""
        return [leaf for item in self.bank.items for leaf in item.leaves()]

    def of(self, kind: ItemType) -> list[Item]:
        """The leaves of one type."""
        return [leaf for leaf in self.leaves if leaf.type is kind]

    def at(self, item_id: str, msgid: str, **params: object) -> Problem:
        """A problem at the place of an item."""
        place = self.places.get(item_id)
        return Problem(msgid, params, place.line if place else 0, place.column if place else 0, item_id)


@dataclass(frozen=True)
class Rule:
    """One bound. It is judged from ``least`` of what it ``counts`` on: with fewer, it could not be kept or chance
    alone would break it."""

    name: str
    least: int
    counts: Callable[[Judged], Sequence[Item]]
    findings: Callable[[Judged], Iterator[Problem]]


def strict_problems(bank: Bank, places: Mapping[str, Place], others: Mapping[Key, Bank]) -> list[Problem]:
    """Everything in which ``bank`` breaks a rule, by line; what concerns the whole bank stands first.

    ``places`` come from `quizapp.domain.bank_places.places_in`; ``others`` are the banks it must repeat nothing of.
    """
    judged = Judged(bank, places, others)
    found = [problem for rule in RULES if len(rule.counts(judged)) >= rule.least for problem in rule.findings(judged)]
    return sorted(found, key=lambda problem: (problem.line, problem.column))


def _four_options(judged: Judged) -> list[Item]:
    return [item for item in judged.of(ItemType.SINGLE) if len(item.options) == len(LETTERS_JUDGED)]


def _letters(judged: Judged) -> Iterator[Problem]:
    singles = _four_options(judged)
    counts = Counter(item.key[0] for item in singles)
    least, most = LETTER_SHARE
    for letter in LETTERS_JUDGED:
        if not least <= _share(counts[letter], len(singles)) <= most:
            params = {"letter": letter, "times": counts[letter], "n": len(singles)}
            yield Problem(_UNEVEN, params | _percents(counts[letter], len(singles), least, most))


def _longest(judged: Judged) -> Iterator[Problem]:
    singles = _with_options(judged)
    hits = sum(
        (Decimal(item.key[0] in longest) / len(longest) for item in singles if (longest := longest_letters(item))),
        Decimal(0),
    )
    if _share(hits, len(singles)) > MOST_LONGEST:
        yield Problem(_LONGEST, {"n": len(singles)} | _percents(hits, len(singles), Decimal(0), MOST_LONGEST))


def _with_options(judged: Judged) -> list[Item]:
    return [item for item in judged.of(ItemType.SINGLE) if item.options]


def _everything(judged: Judged) -> Iterator[Problem]:
    multiples = judged.of(ItemType.MULTIPLE)
    whole = [item.id for item in multiples if len(item.key) == len(item.options)]
    if _share(len(whole), len(multiples)) > MOST_WITH_ALL:
        params = {"times": len(whole), "n": len(multiples), "items": _listed(whole)}
        yield Problem(_ALL, params | _percents(len(whole), len(multiples), Decimal(0), MOST_WITH_ALL))


def _truths(judged: Judged) -> Iterator[Problem]:
    statements = judged.of(ItemType.TRUE_FALSE)
    true = sum(item.key == (TRUE,) for item in statements)
    least, most = TRUE_SHARE
    if not least <= _share(true, len(statements)) <= most:
        params = {"times": true, "n": len(statements)}
        yield Problem(_TRUTHS, params | _percents(true, len(statements), least, most))


def guessed_percent(bank: Bank) -> Decimal:
    """What the best habit for each type of item earns of a whole bank taken for one paper, in percent."""
    sections = [Section(kind.value, kind, 1, POINTS.get(kind, Decimal(1))) for kind in ItemType]
    counted = [(section, sum(map(section.fits, bank.items))) for section in sections]
    spec = PaperSpec(tuple(replace(section, count=count) for section, count in counted if count))
    return guess_yield(bank, spec).best.percent if spec.sections else Decimal(0)


def _guesses(judged: Judged) -> Iterator[Problem]:
    if (percent := guessed_percent(judged.bank)) > MOST_GUESSED:
        yield Problem(_GUESSED, {"percent": f"{percent}%", "most": f"{MOST_GUESSED}%"})


def _topics(judged: Judged) -> Iterator[Problem]:
    by_topic = defaultdict(list)
    for leaf in judged.leaves:
        by_topic[leaf.topic].append(leaf.id)
    for topic, ids in by_topic.items():
        if topic and len(ids) < FEWEST_OF_A_TOPIC:
            yield judged.at(ids[0], _THIN, topic=topic, n=len(ids), least=FEWEST_OF_A_TOPIC)


def _repeated(judged: Judged) -> Iterator[Problem]:
    for finding in repeated_in(judged.bank, judged.others):
        if finding.level in _REPEATED:
            for first, *rest in finding.groups:
                yield judged.at(first.item_id, _REPEATED[finding.level], items="、".join(map(_named, rest)))


def _named(ref: Ref) -> str:
    return ref.item_id if ref.bank is None else f"{ref.bank} {ref.item_id}"


def _complete(judged: Judged) -> Iterator[Problem]:
    for item in judged.bank.items:
        for each in (item, *item.items):
            if missing := [name for name, lacks in _MUST.items() if lacks(each, judged.places.get(each.id))]:
                yield judged.at(each.id, _INCOMPLETE, keys=", ".join(missing))


def _marked_by_rule(item: Item) -> bool:
    return item.type not in (ItemType.CASE, ItemType.ESSAY)


_MUST: dict[str, Callable[[Item, Place | None], bool]] = {
    "rationale": lambda item, _place: _marked_by_rule(item) and not item.rationale,
    "citation": lambda item, _place: _marked_by_rule(item) and not item.citations,
    "topic": lambda item, _place: not item.topic,  # of a case too: papers draw it as a whole
    "difficulty": lambda item, place: (
        item.type is not ItemType.CASE and place is not None and "difficulty" not in place.keys
    ),
}
"""The keys that every item needs, and when one lacks them. A difficulty left out reads as 3, so only the file tells."""


def _articles(judged: Judged) -> Iterator[Problem]:
    editions = _editions(judged.bank)
    for leaf in judged.leaves:
        for citation in leaf.citations:
            edition = editions.get((citation.regulation, citation.edition))
            named = {"regulation": citation.regulation, "edition": citation.edition, "article": citation.article}
            if edition is None or edition.articles is None:
                yield judged.at(leaf.id, _UNCOUNTED, **named)
            elif not _is_within(citation, edition.articles):
                yield judged.at(leaf.id, _BEYOND, **named, last=edition.articles)


def _is_within(citation: Citation, last: int) -> bool:
    """Whether every article named has a number up to the last one; 第三百八十八条之一 counts as the 388th."""
    numbers = [re.fullmatch(r"(\d+)(?:-\d+)?", number) for number in article_numbers(citation.article)]
    return all(number is not None and 1 <= int(number[1]) <= last for number in numbers)


def _superseded(judged: Judged) -> Iterator[Problem]:
    editions = _editions(judged.bank)
    for leaf in judged.leaves:
        cited = [(each, editions.get((each.regulation, each.edition))) for each in leaf.citations]
        present = {each.regulation for each, edition in cited if edition and not edition.superseded_by}
        for each, edition in cited:
            if edition and edition.superseded_by and each.regulation not in present:
                params = {"regulation": each.regulation, "edition": edition.id, "newer": edition.superseded_by}
                yield judged.at(leaf.id, _SUPERSEDED, **params)


def _editions(bank: Bank) -> dict[tuple[str, str], Edition]:
    return {(law.id, edition.id): edition for law in bank.regulations for edition in law.editions}


def _share(part: Decimal | int, whole: int) -> Decimal:
    return Decimal(part) / whole


def _percents(part: Decimal | int, whole: int, least: Decimal, most: Decimal) -> dict[str, str]:
    return {"share": f"{100 * _share(part, whole):.1f}%", "least": f"{100 * least:.0f}%", "most": f"{100 * most:.0f}%"}


def _listed(ids: Sequence[str]) -> str:
    return "、".join(ids)


_UNEVEN = N_(
    "%(letter)s is the key of %(times)s of %(n)s single choice items with four options (%(share)s); "
    "it should be %(least)s to %(most)s. Let options change places."
)
_LONGEST = N_(
    "The longest option is the key in %(share)s of %(n)s single choice items; it should be at most %(most)s. "
    "Shorten right options or lengthen wrong ones."
)
_ALL = N_(
    "All options are right in %(times)s of %(n)s multiple choice items (%(share)s); it should be at most %(most)s. "
    "Give some of these a wrong option: %(items)s."
)
_TRUTHS = N_(
    "%(times)s of %(n)s true/false items are true (%(share)s); it should be %(least)s to %(most)s. "
    "Turn some statements round."
)
_GUESSED = N_(
    "Who knows nothing and answers by one habit earns %(percent)s of the points; it should be at most %(most)s."
)
_THIN = N_(
    "The topic “%(topic)s” has %(n)s items; it should have at least %(least)s. Add items, or join it to another topic."
)
_SAME = N_("The same question stands here and in %(items)s. Keep one of them.")
_CONFLICT = N_("The same wording has another answer in %(items)s. Check which answer is right.")
_REPEATED = {Level.SERIOUS: _CONFLICT, Level.WARNING: _SAME}
_INCOMPLETE = N_("This item lacks: %(keys)s.")
_UNCOUNTED = N_("How many articles %(regulation)s %(edition)s has is not said, so that %(article)s cannot be checked.")
_BEYOND = N_("%(article)s is no article of %(regulation)s %(edition)s, which has %(last)s. Correct the citation.")
_SUPERSEDED = N_(
    "Of %(regulation)s only the edition %(edition)s is cited, which the edition %(newer)s has superseded. "
    "Cite that too."
)

RULES = (
    Rule("letters", 20, _four_options, _letters),
    Rule("longest", 30, _with_options, _longest),
    Rule("everything", 14, lambda judged: judged.of(ItemType.MULTIPLE), _everything),
    Rule("truths", 16, lambda judged: judged.of(ItemType.TRUE_FALSE), _truths),
    Rule("guesses", 20, lambda judged: judged.leaves, _guesses),
    Rule("topics", 20, lambda judged: judged.leaves, _topics),
    Rule("repeated", 1, lambda judged: judged.leaves, _repeated),
    Rule("complete", 1, lambda judged: judged.leaves, _complete),
    Rule("articles", 1, lambda judged: judged.leaves, _articles),
    Rule("editions", 1, lambda judged: judged.leaves, _superseded),
)
"""From 20 keys on the shares of letters can always be kept with room for one more or less; of 16 statements eight are
true; of 14 keys two may take every option; and with 30 items the longest option, right by chance in a quarter of them,
is right in more than 35 in a hundred less than once in ten times."""
