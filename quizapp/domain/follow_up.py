"""What people learned and forgot between two tests: the same people, before and after.

Two things are counted. Shares compare all items of a topic that these people were asked, whichever they were: papers
are drawn, so most people get other items the second time. Items that one person got both times are matched one by
one: wrong before and right now is learned, right before and wrong now is forgotten.
"""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

Key = Hashable
"""What makes an item the same one in both tests, e.g. the bank and the id of the item."""


@dataclass(frozen=True)
class Pair:
    """One person who sat both: for each item of the paper, whether it was fully right."""

    branch_id: int
    before: Mapping[Key, bool]
    after: Mapping[Key, bool]


@dataclass
class Change:
    """The answers of ``people`` before and after; the last four are of items that one person got both times."""

    people: int = 0
    right_before: int = 0
    items_before: int = 0
    right_after: int = 0
    items_after: int = 0
    learned: int = 0
    forgotten: int = 0
    kept: int = 0
    still_wrong: int = 0

    @property
    def before(self) -> Decimal | None:
        """The share that was right before, from 0 to 1; None where nothing was asked."""
        return Decimal(self.right_before) / self.items_before if self.items_before else None

    @property
    def after(self) -> Decimal | None:
        """The share that is right now."""
        return Decimal(self.right_after) / self.items_after if self.items_after else None

    @property
    def matched(self) -> int:
        """How many items somebody got both times."""
        return self.learned + self.forgotten + self.kept + self.still_wrong

    def count(self, before: Mapping[Key, bool], after: Mapping[Key, bool]) -> None:
        """Add one person's answers."""
        self.people += 1
        self.right_before += sum(before.values())
        self.items_before += len(before)
        self.right_after += sum(after.values())
        self.items_after += len(after)
        for key in before.keys() & after.keys():
            was, is_now = before[key], after[key]
            self.learned += is_now and not was
            self.forgotten += was and not is_now
            self.kept += was and is_now
            self.still_wrong += not was and not is_now


@dataclass(frozen=True)
class FollowUp:
    """The change of everybody, by topic and by branch; a topic counts the people who were asked of it both times."""

    total: Change = field(default_factory=Change)
    topics: dict[str, Change] = field(default_factory=dict)
    branches: dict[int, Change] = field(default_factory=dict)


def follow_up(pairs: Iterable[Pair], topics: Mapping[Key, str]) -> FollowUp:
    """Compare; ``topics`` names the topic of each item, "" or missing for none. Topics that stand in one test only are
    left out, since there is nothing to compare."""
    found = FollowUp()
    for pair in pairs:
        found.total.count(pair.before, pair.after)
        found.branches.setdefault(pair.branch_id, Change()).count(pair.before, pair.after)
        before, after = _by_topic(pair.before, topics), _by_topic(pair.after, topics)
        for topic in before.keys() & after.keys():
            found.topics.setdefault(topic, Change()).count(before[topic], after[topic])
    return found


def _by_topic(answers: Mapping[Key, bool], topics: Mapping[Key, str]) -> dict[str, dict[Key, bool]]:
    parts: dict[str, dict[Key, bool]] = {}
    for key, is_right in answers.items():
        if topic := topics.get(key, ""):
            parts.setdefault(topic, {})[key] = is_right
    return parts
