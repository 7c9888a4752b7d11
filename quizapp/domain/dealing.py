"""What chance alone does: the same results dealt out at random among all people, as cards are.

If the results of a whole department were dealt to its people at random, how often would a branch of n people get so
high a mean, or so low a one? That is the permutation test of Fisher (The Design of Experiments, 1935) and Pitman
(Significance tests which may be applied to samples from any populations, Supplement to the Journal of the Royal
Statistical Society 4, 1937, pages 119-130). It asks for no normal distribution and no equal spread, and it stays right
for five people, for results that are all but equal, and for one very low one, where a t test is not.

- Results that are yes or no: the hypergeometric distribution, exactly (Fisher's exact test).
- Scores: the double saddlepoint approximation (I. M. Skovgaard, Saddlepoint expansions for conditional distributions,
  Journal of Applied Probability 24, 1987, pages 875-887; for dealt results: J. G. Booth and R. W. Butler,
  Randomization distributions and saddlepoint approximations in generalized linear models, Biometrika 77, 1990, pages
  787-796), with the second continuity correction of H. E. Daniels (Tail probability approximations, International
  Statistical Review 55, 1987, pages 37-48), since points come in steps. The highest and the lowest sum that there can
  be are counted exactly.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import erfc, exp, expm1, gcd, lgamma, log1p, pi, sinh, sqrt

MOST_STEPS = 100
ENOUGH = 1e-10
_CLOSE = 0.2
"""So near to the mean, in standard deviations, the approximation divides by next to nothing, and chance is certain."""


def chance_of_count(right: int, n: int, all_right: int, all_n: int) -> float:
    """How often ``n`` of ``all_n`` people hold so many, or so few, of ``all_right`` (the smaller tail, twice)."""
    low, high = max(0, n + all_right - all_n), min(n, all_right)
    if low == high:
        return 1.0
    upper = right * all_n >= n * all_right
    log_ways = _log_ways(all_right, right) + _log_ways(all_n - all_right, n - right) - _log_ways(all_n, n)
    term = tail = exp(log_ways)
    for held in range(right, high) if upper else range(right, low, -1):
        more = (all_right - held) * (n - held)
        fewer = held * (all_n - all_right - n + held)
        term *= (
            more / ((held + 1) * (all_n - all_right - n + held + 1))
            if upper
            else (fewer / ((all_right - held + 1) * (n - held + 1)))
        )
        tail += term
    return min(1.0, 2 * tail)


def _log_ways(n: int, k: int) -> float:
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)


def chance_of_sum(total: int, n: int, people: Mapping[int, int]) -> float:
    """How often ``n`` people's scores add up to ``total`` or more, or to it or less (the smaller tail, twice).

    ``people``: how many of all there are with each score; scores are whole numbers (hundredths of a point). Raises
    ValueError for a total that no ``n`` of them have.
    """
    everybody = sum(people.values())
    mean = sum(score * count for score, count in people.items()) / everybody
    if total < n * mean:  # the other tail, in the mirror
        people, total = {-score: count for score, count in people.items()}, -total
    most, ways = _highest(n, people)
    if total > most:
        raise ValueError(f"no {n} people have {total} together")
    if total == most:
        return min(1.0, 2 * exp(ways - _log_ways(everybody, n)))
    return min(1.0, 2 * _upper_tail(total, n, everybody, people))


def _highest(n: int, people: Mapping[int, int]) -> tuple[int, float]:
    """The highest sum of ``n`` people, and the logarithm of how many ways there are to choose them."""
    total, left = 0, n
    for score in sorted(people, reverse=True):
        taken = min(left, people[score])
        total, left = total + taken * score, left - taken
        if not left:
            return total, _log_ways(people[score], taken)
    raise ValueError(f"there are fewer than {n} people")


@dataclass
class _Point:
    """Where the saddlepoint is looked for: the cumulant function of (people, sum) at (s, t), and its derivatives."""

    value: float  # s·n + t·sum − K: what the saddlepoint makes greatest
    s_gap: float
    t_gap: float
    ss: float
    st: float
    tt: float


def _upper_tail(total: int, n: int, everybody: int, people: Mapping[int, int]) -> float:
    mean = sum(score * count for score, count in people.items()) / everybody
    spread = sqrt(sum((score - mean) ** 2 * count for score, count in people.items()) / everybody)
    lowest = min(people)
    step = gcd(*(score - lowest for score in people)) / spread
    share = n / everybody
    target = (total - n * mean) / spread - step / 2
    if target < _CLOSE * sqrt(n * (1 - share)):
        return 0.5
    scores = [((score - mean) / spread, count) for score, count in people.items()]
    t, at = _saddlepoint(scores, share, n, target)
    w = sqrt(2 * at.value)
    # det K'' at the saddlepoint over K''_ss at the origin, which is N·p·(1 − p)
    u = 2 / step * sinh(step * t / 2) * sqrt((at.ss * at.tt - at.st**2) / (everybody * share * (1 - share)))
    return max(0.0, erfc(w / sqrt(2)) / 2 + exp(-w * w / 2) / sqrt(2 * pi) * (1 / u - 1 / w))


def _saddlepoint(scores: list[tuple[float, int]], share: float, n: int, target: float) -> tuple[float, _Point]:
    """Newton's steps up a concave hill, each halved until it leads up, as long as it does."""
    s = t = 0.0
    at = _point(scores, share, n, target, s, t)
    for _ in range(MOST_STEPS):
        det = at.ss * at.tt - at.st**2
        up_s, up_t = (
            (at.tt * at.s_gap - at.st * at.t_gap) / det,
            (at.ss * at.t_gap - at.st * at.s_gap) / det,
        )
        if up_s * at.s_gap + up_t * at.t_gap < ENOUGH:  # twice the height that is left to climb
            break
        length = min(1.0, 5 / max(abs(up_s), abs(up_t)))
        while (there := _point(scores, share, n, target, s + length * up_s, t + length * up_t)).value < at.value:
            length /= 2
        s, t, at = s + length * up_s, t + length * up_t, there
    return t, at


def _point(scores: list[tuple[float, int]], share: float, n: int, target: float, s: float, t: float) -> _Point:
    value, s_gap, t_gap, ss, st, tt = s * n + t * target, float(n), target, 0.0, 0.0, 0.0
    for score, count in scores:
        power = s + t * score
        grown = share * expm1(power)
        chosen = share * exp(power) / (1 + grown)
        value -= count * log1p(grown)
        s_gap -= count * chosen
        t_gap -= count * chosen * score
        spread = count * chosen * (1 - chosen)
        ss, st, tt = ss + spread, st + spread * score, tt + spread * score * score
    return _Point(value, s_gap, t_gap, ss, st, tt)
