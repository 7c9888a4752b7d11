"""Whether the results of two tests differ by more than what chance alone brings about.

Rates: the two-proportion z test with a pooled variance. Means: Welch's, with the normal distribution for Student's, so
that it speaks of groups and not of a handful (Snedecor and Cochran, Statistical Methods, 8th edition, 1989, sections
6.9 and 7.5). Both at the level of 5 %. They take the two groups for independent ones; of a department whose
people are largely the same both times they are slow to call a difference clear, never rash.
"""

from collections.abc import Mapping
from decimal import Decimal
from math import sqrt

LIMIT = 1.959963984540054
"""Two-sided 5 % of the normal distribution."""
FEWEST = 10
"""Of fewer people in either group nothing is called clear."""


def rates_differ(part: int, whole: int, other_part: int, other_whole: int) -> bool:
    """Whether ``part`` of ``whole`` is clearly another share than the other."""
    if min(whole, other_whole) < FEWEST:
        return False
    pooled = (part + other_part) / (whole + other_whole)
    error = sqrt(pooled * (1 - pooled) * (1 / whole + 1 / other_whole))
    return error > 0 and abs(part / whole - other_part / other_whole) > LIMIT * error


def means_differ(
    scores: Mapping[Decimal, int], full: Decimal, others: Mapping[Decimal, int], full_then: Decimal
) -> bool:
    """Whether the mean shares of the full points are clearly different; scores as points → how many people."""
    n, mean, variance = _moments(scores, full)
    n_then, mean_then, variance_then = _moments(others, full_then)
    if min(n, n_then) < FEWEST:
        return False
    return abs(mean - mean_then) > LIMIT * sqrt(variance / n + variance_then / n_then)


def _moments(scores: Mapping[Decimal, int], full: Decimal) -> tuple[int, float, float]:
    """How many, their mean share of ``full``, and the variance of it, unbiased."""
    n = sum(scores.values())
    if n < 2:
        return n, 0.0, 0.0
    shares = [(float(points / full), people) for points, people in scores.items()]
    mean = sum(share * people for share, people in shares) / n
    return n, mean, sum((share - mean) ** 2 * people for share, people in shares) / (n - 1)
