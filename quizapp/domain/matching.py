"""Handing out things to takers with different wishes so that everybody is served whenever that is possible."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random


def pick_apart(things: Sequence[int], count: int, rng: Random) -> list[int]:
    """``count`` different ones of ``things``, in random order, every choice as likely as any other.

    Only ``rng.random()`` is used: of Python's generator it alone is promised to give the same numbers in
    every release, so a seed keeps its paper.
    """
    rest = list(things)
    for place in range(min(count, len(rest))):
        other = place + int(rng.random() * (len(rest) - place))
        rest[place], rest[other] = rest[other], rest[place]
    return rest[:count]


def shuffled(things: Sequence[int], rng: Random) -> list[int]:
    """All of ``things`` in random order."""
    return pick_apart(things, len(things), rng)


@dataclass(frozen=True)
class Assignment:
    """Who got what: ``held[taker]`` lists things. ``stuck`` is empty when everybody was served; otherwise those
    takers want, all together, more things than suit any of them."""

    held: tuple[tuple[int, ...], ...]
    stuck: tuple[int, ...]


def assign(needs: Sequence[int], pools: Sequence[Sequence[int]], rng: Random) -> Assignment:
    """Give taker ``t`` ``needs[t]`` things out of ``pools[t]``, no thing twice; a largest assignment.

    Things that suit the same takers are equally likely to be chosen. Takers with the least to spare choose first.
    """
    table = _Table(pools, rng)
    stuck: tuple[int, ...] = ()
    for taker in sorted(range(len(needs)), key=lambda t: len(pools[t]) - needs[t]):
        table.take_free(taker, needs[taker])
        while len(table.held[taker]) < needs[taker]:
            reached = table.make_room(taker)
            if reached:
                stuck = stuck or reached
                break
    return Assignment(tuple(tuple(held) for held in table.held), stuck)


class _Table:
    """An assignment while it is being made."""

    def __init__(self, pools: Sequence[Sequence[int]], rng: Random) -> None:
        self.pools = pools
        self.suits = [frozenset(pool) for pool in pools]
        self.rng = rng
        self.held: list[list[int]] = [[] for _ in pools]
        self.used: set[int] = set()

    def take_free(self, taker: int, count: int) -> None:
        """Give ``taker`` up to ``count`` things that nobody holds."""
        free = [thing for thing in self.pools[taker] if thing not in self.used]
        taken = pick_apart(free, count, self.rng)
        self.held[taker] += taken
        self.used.update(taken)

    def make_room(self, taker: int) -> tuple[int, ...]:
        """Give ``taker`` one thing more, others changing theirs for it (an augmenting path).

        Empty on success. Otherwise the takers that were asked, in order: they hold all that suits any of them.
        """
        asked_by = {taker: taker}
        queue = deque([taker])
        while queue:
            asker = queue.popleft()
            if any(thing not in self.used for thing in self.pools[asker]):
                self._pass_on(asker, asked_by)
                return ()
            for other, held in enumerate(self.held):
                if other not in asked_by and any(thing in self.suits[asker] for thing in held):
                    asked_by[other] = asker
                    queue.append(other)
        return tuple(sorted(asked_by))

    def _pass_on(self, last: int, asked_by: dict[int, int]) -> None:
        """``last`` takes a free thing; each taker on the way back hands one on to the taker that asked it."""
        self.take_free(last, 1)
        while (asker := asked_by[last]) != last:
            given = pick_apart([thing for thing in self.held[last] if thing in self.suits[asker]], 1, self.rng)[0]
            self.held[last].remove(given)
            self.held[asker].append(given)
            last = asker
