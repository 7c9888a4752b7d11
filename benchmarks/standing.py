"""How well the standing of branches holds: ``python -m benchmarks.standing [DEPARTMENTS [SCENARIO…]]``.

Departments are made up whose branches have a level that is known, people with chance in their scores are put into
them, and `quizapp.domain.standing` is asked what it says. Unless told otherwise 10,000 departments of each kind; every
one has its own seed, so that the same numbers come out again. The table is the one in docs/statistics.md.

A department has 2 to 40 branches of 2 to 60 people. Scores are whole points of 100, cut score 60, skewed as real ones
are: most people near the top, a long tail, and three in a hundred who handed in next to nothing.
"""

import random
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from math import exp, sqrt

from quizapp.domain.paper_ease import Met, ease_of
from quizapp.domain.standing import Group, Measure, Scores, Share, standing_of_means, standing_of_rates

FULL, CUT = 10_000, 6_000
BRANCHES = (2, 3, 5, 8, 12, 20, 40)
PEOPLE = (2, 3, 4, 5, 6, 7, 8, 10, 12, 15, 20, 30, 45, 60)
LEVEL = 82
CROWD = 1_000
"""A branch's people are drawn from so many possible ones of its level, whose mean and pass rate are its true ones."""
BANK, PAPER = 100, 20
WIDE, NARROW = 60, 20  # a beta distribution's a + b: how alike the people of a branch are

Truth = dict[int, float]


@dataclass
class Department:
    """What is known of each branch, and what came out."""

    means: Truth = field(default_factory=dict)
    rates: Truth = field(default_factory=dict)
    turnouts: Truth = field(default_factory=dict)
    scores: dict[int, Scores] = field(default_factory=dict)
    passed: dict[int, Share] = field(default_factory=dict)
    sat: dict[int, Share] = field(default_factory=dict)


@cache
def crowd(level: int, alike: int) -> tuple[tuple[int, ...], float, float]:
    """The possible scores of a level, in hundredths, with their mean (points) and the share of those who pass."""
    rng = random.Random(level * 1_000 + alike)
    share = min(max(level, 1), 99) / 100
    usual, low = alike * share, alike - alike * share
    scores = tuple(
        100 * (rng.randint(0, 30) if rng.random() < 0.03 else round(100 * rng.betavariate(usual, low)))
        for _ in range(CROWD)
    )
    return scores, sum(scores) / CROWD / 100, sum(score >= CUT for score in scores) / CROWD


@cache
def nearly_perfect(level: int, _alike: int) -> tuple[tuple[int, ...], float, float]:
    """Nine in ten or so have every point; who has not, lacks two, four or fifty."""
    rng = random.Random(level)
    scores = tuple(FULL if rng.random() < level / 100 else rng.choice([9_800, 9_600, 5_000]) for _ in range(CROWD))
    return scores, sum(scores) / CROWD / 100, sum(score >= CUT for score in scores) / CROWD


Crowd = Callable[[int, int], tuple[tuple[int, ...], float, float]]


@dataclass(frozen=True)
class Scenario:
    """A kind of department: how its branches differ (standard deviations), and what their people are like."""

    says: str
    apart: float  # points
    turnout: float = 0.94
    turnout_apart: float = 0.0
    level: int = LEVEL
    people: Crowd = crowd
    alike: tuple[int, ...] = (NARROW,)
    drawn: bool = False


SCENARIOS = {
    "equal": Scenario("All branches equal", 0),
    "near": Scenario("Levels differ by 2 points", 2, turnout_apart=0.02),
    "apart": Scenario("Levels differ by 6 points", 6, turnout_apart=0.06),
    "spreads": Scenario("Equal levels, unequal spreads", 0, alike=(WIDE, NARROW, NARROW // 2)),
    "drawn": Scenario("Equal, a paper drawn for each", 0, drawn=True),
    "drawn_near": Scenario("Differ by 6 points, papers drawn", 6, drawn=True),
    "perfect": Scenario("Nearly everybody has every point", 3, level=90, people=nearly_perfect),
}


def make(scenario: Scenario, rng: random.Random) -> Department:
    """One department."""
    made = Department()
    sizes = (8, 12) if scenario.drawn else BRANCHES
    for id in range(rng.choice(sizes)):
        level = round(min(max(rng.gauss(scenario.level, scenario.apart), 10), 99))
        turnout = min(max(rng.gauss(scenario.turnout, scenario.turnout_apart), 0.02), 1.0)
        eligible = rng.choice(PEOPLE)
        sat = sum(rng.random() < turnout for _ in range(eligible))
        made.turnouts[id], made.sat[id] = turnout, Share(sat, eligible)
        if scenario.drawn:
            made.means[id] = float(level)
            continue
        possible, made.means[id], made.rates[id] = scenario.people(level, rng.choice(scenario.alike))
        found = Counter(rng.choices(possible, k=sat))
        made.scores[id] = Scores(found)
        made.passed[id] = Share(sum(count for score, count in found.items() if score >= CUT), sat)
    if scenario.drawn:
        _sit_drawn_papers(made, rng)
    return made


def _sit_drawn_papers(made: Department, rng: random.Random) -> None:
    """Everybody gets so many items of a bank, some easy and some hard; a branch's level moves all of them alike."""
    ease = [rng.gauss(0, 0.15) for _ in range(BANK)]
    mean = sum(ease) / BANK
    met: list[Met] = []
    people: dict[int, Counter[int]] = defaultdict(Counter)
    for id, share in made.sat.items():
        sums = [[0, 0] for _ in range(BANK)]
        for _person in range(share.part):
            able, right = made.means[id] / 100 + rng.gauss(0, 0.08), 0
            for item in rng.sample(range(BANK), PAPER):
                known = rng.random() < able + ease[item] - mean
                sums[item][0] += 1
                sums[item][1] += known
                right += known
            people[id][right * FULL // PAPER] += 1
        each = FULL // PAPER
        met += [Met(id, str(item), each, FULL, n, right * each) for item, (n, right) in enumerate(sums)]
    easier = ease_of(met)
    made.scores = {id: Scores(people[id], 100 * easier.get(id, 0.0)) for id in made.sat}
    made.means = {id: _expected(made.means[id] / 100, [one - mean for one in ease]) for id in made.means}


def _expected(level: float, ease: list[float]) -> float:
    """The true mean of a branch over all papers, in points; a chance above 1 is 1, as when it was drawn."""
    steps = [0.08 * (place - 10) / 4 for place in range(21)]  # the normal distribution in 21 slices
    weights = [exp(-((step / 0.08) ** 2) / 2) for step in steps]
    known = [sum(min(max(level + step + one, 0.0), 1.0) for one in ease) / len(ease) for step in steps]
    return 100 * sum(weight * one for weight, one in zip(weights, known, strict=True)) / sum(weights)


@dataclass
class Tally:
    """What was seen over all departments of a scenario."""

    departments: int = 0
    named: Counter[str] = field(default_factory=Counter)  # departments with any branch above or below, by figure
    wrongly: int = 0  # branches said to be on the side of the whole's true mean on which they are not
    intervals: Counter[str] = field(default_factory=Counter)
    covered: Counter[str] = field(default_factory=Counter)
    squares: Counter[str] = field(default_factory=Counter)

    def coverage(self, figure: str) -> float | None:
        """The share of intervals that held the truth; None where there were none."""
        return self.covered[figure] / self.intervals[figure] if self.intervals[figure] else None

    def error(self, figure: str) -> float:
        """The root of the mean square by which a figure missed the true mean, in points."""
        return sqrt(self.squares[figure] / max(self.intervals["mean"], 1))

    def add(self, made: Department) -> None:
        """Ask what is said of one department."""
        self.departments += 1
        means = standing_of_means(made.scores, FULL)
        self._count("mean", means, made.means)
        self._count("pass", standing_of_rates(made.passed), made.rates)
        self._count("turnout", standing_of_rates(made.sat), made.turnouts)
        sat = {id: scores.n for id, scores in made.scores.items()}
        whole = sum(made.means[id] * n for id, n in sat.items()) / max(sum(sat.values()), 1)
        for id, line in means.lines.items():
            if line.value is None or line.adjusted is None or line.estimate is None or line.interval is None:
                continue
            truth = made.means[id]
            for name, value in (("value", line.value), ("adjusted", line.adjusted), ("estimate", line.estimate)):
                self.squares[name] += (value - truth) ** 2
            if line.group is not Group.ALIKE:
                self.wrongly += (line.group is Group.ABOVE) != (truth > whole)

    def _count(self, figure: str, measure: Measure, truth: Mapping[int, float]) -> None:
        self.named[figure] += bool(measure.ids_of(Group.ABOVE) or measure.ids_of(Group.BELOW))
        for id, line in measure.lines.items():
            if line.interval is not None:
                self.intervals[figure] += 1
                self.covered[figure] += truth[id] in line.interval


def simulate(scenario: Scenario, departments: int, seed: int = 0) -> Tally:
    """So many departments of a kind."""
    tally = Tally()
    for number in range(departments):
        tally.add(make(scenario, random.Random(f"{seed}/{scenario.says}/{number}")))
    return tally


HEADS = (
    *("Departments", "Mean covered", "Pass rate covered", "Participation covered"),
    *("Any named: mean", "pass rate", "participation", "Wrong side", "RMSE counted", "evened out", "estimate"),
)


def rows(departments: int, names: list[str]) -> Iterator[list[str]]:
    """The cells of each scenario, as it is done."""
    for name in names:
        scenario, began = SCENARIOS[name], time.process_time()
        tally = simulate(scenario, departments)
        figures = ("mean", "pass", "turnout")
        yield [
            scenario.says,
            *(_percent(tally.coverage(figure)) for figure in figures),
            *(_percent(tally.named[figure] / departments if tally.intervals[figure] else None) for figure in figures),
            str(tally.wrongly),
            *(f"{tally.error(figure):.2f}" for figure in ("value", "adjusted", "estimate")),
        ]
        print(f"{name}: {time.process_time() - began:.0f} s", file=sys.stderr)


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.1f} %"


def main(arguments: list[str]) -> None:
    """Print the table in Markdown."""
    departments = int(arguments[0]) if arguments else 10_000
    print("|", " | ".join(HEADS), "|", flush=True)
    print("|---" * len(HEADS) + "|", flush=True)
    for cells in rows(departments, arguments[1:] or list(SCENARIOS)):
        print("|", " | ".join(cells), "|", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
