"""Where the people of a branch count after the department was reorganised.

Nobody writes down that one branch became another: the roster says which branches there were at either time, and to
which of them each person belonged. From that alone:

- Whoever's branch still exists counts there, wherever they went themselves: a transfer changes no branch's past. But
  whoever belongs now to a branch that did not exist then counts with it: their branch was *split*.
- Whoever's branch exists no longer counts in the branch where they are now: it was *merged* into that one, or divided
  among several. Who has left the department goes with most of those who have not. Where nobody is left, the branch
  keeps its row.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from quizapp.domain.branch_summary import Count, together


@dataclass(frozen=True)
class Move:
    """That a person who belonged to branch ``source`` then belongs to ``target`` now; None: to none any more."""

    person: int
    source: int
    target: int | None


@dataclass(frozen=True)
class Restating:
    """Who counts now in another branch than then.

    ``homes`` are the moves that change where somebody counts, each with the branch that it leads to. ``heirs``: for
    each branch that is gone, the one where most of its people count now; missing where nobody is left.
    """

    homes: tuple[Move, ...]
    heirs: Mapping[int, int]

    @property
    def scattered(self) -> list[Move]:
        """Those who go another way than most of their branch: what they add must be known person by person."""
        return [home for home in self.homes if home.target != self.heirs.get(home.source)]

    @property
    def routes(self) -> dict[int, dict[int, int]]:
        """Branch then → branch now → how many people changed from the one to the other."""
        found: dict[int, Counter[int]] = defaultdict(Counter)
        for home in self.homes:
            if home.target is not None:
                found[home.source][home.target] += 1
        return {source: dict(targets) for source, targets in found.items()}


def restate(moves: Iterable[Move], then: Collection[int], now: Collection[int]) -> Restating:
    """Read the ``moves`` of everybody whose branch is another one; ``then`` and ``now`` are the branches there are."""
    homes, left = list[Move](), list[Move]()
    targets: dict[int, Counter[int]] = defaultdict(Counter)
    for move in moves:
        gone = move.source not in now
        if move.target is not None and move.target in now and (gone or move.target not in then):
            homes.append(move)
            targets[move.source][move.target] += 1
        elif gone:
            left.append(move)
    # Of equally many the older branch: any rule does, as long as it says the same tomorrow.
    heirs = {source: min(to, key=lambda id: (-to[id], id)) for source, to in targets.items() if source not in now}
    homes += [Move(move.person, move.source, heirs[move.source]) for move in left if move.source in heirs]
    return Restating(tuple(homes), heirs)


@dataclass(frozen=True)
class Restated:
    """Counts by the branches of now; ``undivided`` branches could not be divided and count whole."""

    counts: Mapping[int, Count]
    undivided: frozenset[int] = frozenset()


def restated(
    counts: Mapping[int, Count], pieces: Mapping[int, Mapping[int, Count]], heirs: Mapping[int, int]
) -> Restated:
    """The ``counts`` of the branches then, by those of now.

    ``pieces``: branch then → branch now → the people of `Restating.scattered` who went from the one to the other. They
    are taken from their branch; the rest goes to its heir, or stays. Where they are more than the branch has (its
    figures were fixed, and a result was corrected since), it is not divided.
    """
    parts: dict[int, list[Count]] = defaultdict(list)
    undivided = set()
    for source, count in counts.items():
        leaving = pieces.get(source, {})
        rest = _without(count, together(leaving.values()))
        if rest is None:
            undivided.add(source)
            rest, leaving = count, {}
        for target, piece in leaving.items():
            parts[target].append(piece)
        parts[heirs.get(source, source)].append(rest)
    return Restated({branch: together(found) for branch, found in parts.items()}, frozenset(undivided))


def _without(count: Count, part: Count) -> Count | None:
    """The people of ``count`` who are not in ``part``; None where they cannot be."""
    scores = Counter[Decimal](count.scores)
    scores.subtract(part.scores)
    rest = Count(
        eligible=count.eligible - part.eligible,
        passed=count.passed - part.passed,
        excellent=count.excellent - part.excellent,
        scores={points: people for points, people in scores.items() if people},
        excused=count.excused - part.excused,
    )
    least = min(rest.eligible, rest.passed, rest.excellent, rest.excused, *rest.scores.values())
    return rest if least >= 0 and rest.sat + rest.excused <= rest.eligible else None
