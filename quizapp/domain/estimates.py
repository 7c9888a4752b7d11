"""What a few people's results can carry: intervals, estimates drawn together, and what is beyond chance among many.

- *Interval* of a rate: the score interval (E. B. Wilson, Probable inference, the law of succession, and statistical
  inference, Journal of the American Statistical Association 22, 1927, pages 209-212; why this one: L. D. Brown, T. T.
  Cai and A. DasGupta, Interval estimation for a binomial proportion, Statistical Science 16, 2001, pages 101-133).
- *Drawn together*: figures are drawn towards their common mean, the more the fewer people stand behind one and the less
  they differ at all (empirical Bayes: C. N. Morris, Parametric empirical Bayes inference, Journal of the American
  Statistical Association 78, 1983, pages 47-55). How much they differ beyond chance: R. C. Paule and J. Mandel,
  Consensus values and weighting factors, Journal of Research of the National Bureau of Standards 87, 1982, pages
  377-385.
- *Beyond chance* among many at once, by the family-wise error: S. Holm, A simple sequentially rejective multiple test
  procedure, Scandinavian Journal of Statistics 6, 1979, pages 65-70.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from quizapp.domain.student_t import normal_quantile

LEVEL = 0.95
_FEWEST_TO_SHRINK = 4
"""Below four branches nothing is drawn anywhere: with three, Morris's factor (k - 3)/(k - 1) is zero."""


@dataclass(frozen=True)
class Interval:
    """From ``low`` to ``high``, both of them within."""

    low: float
    high: float

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high

    def times(self, unit: float) -> "Interval":
        """The same in another unit."""
        return Interval(self.low * unit, self.high * unit)


def wilson(right: int, n: int, level: float = LEVEL) -> Interval:
    """The score interval of a rate. Raises ZeroDivisionError for nobody."""
    return score_interval(right / n, n, normal_quantile(level))


def score_interval(rate: float, n: float, z: float) -> Interval:
    """Every true rate that lies within ``z`` of its own standard errors from ``rate``, as ``n`` people made it."""
    weight = z * z / n
    middle = (rate + weight / 2) / (1 + weight)
    half = z / (1 + weight) * sqrt(rate * (1 - rate) / n + weight / (4 * n))
    # At the ends exactly: 0 of n reaches down to 0, and not to what is left of rounding.
    return Interval(0.0 if rate <= 0 else middle - half, 1.0 if rate >= 1 else middle + half)


def beyond_chance(chances: Mapping[int, float], of: int, rate: float = 1 - LEVEL) -> frozenset[int]:
    """Whom Holm's procedure tells from chance; ``of`` so many were compared, of whom the others are as good as 1."""
    found: set[int] = set()
    for id in sorted(chances, key=lambda id: chances[id]):
        if chances[id] * (of - len(found)) > rate:
            break
        found.add(id)
    return frozenset(found)


def drawn_together(values: Sequence[float], errors: Sequence[float], whole: float) -> list[float]:
    """Each value drawn to the whole by (k - 3)/(k - 1) · V/(V + A): V its error, A what branches truly differ."""
    count = len(values)
    if count < _FEWEST_TO_SHRINK or not all(errors):
        return list(values)
    apart = variance_between(values, errors)
    factor = (count - 3) / (count - 1)
    return [
        value + factor * error / (error + apart) * (whole - value) for value, error in zip(values, errors, strict=True)
    ]


def variance_between(values: Sequence[float], errors: Sequence[float]) -> float:
    """What ``values`` vary beyond their ``errors`` (variances, none of them 0): Paule and Mandel's, never below 0."""

    def too_far_apart(apart: float) -> bool:
        weights = [1 / (error + apart) for error in errors]
        mean = sum(weight * value for weight, value in zip(weights, values, strict=True)) / sum(weights)
        found = sum(weight * (value - mean) ** 2 for weight, value in zip(weights, values, strict=True))
        return found > len(values) - 1

    if not too_far_apart(0.0):
        return 0.0
    low, high = 0.0, max(errors)
    while too_far_apart(high):
        low, high = high, 2 * high
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if too_far_apart(middle) else (low, middle)
    return (low + high) / 2
