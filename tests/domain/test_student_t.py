"""Student's t agrees with the printed tables."""

from math import pi, sqrt

import pytest

from quizapp.domain.student_t import normal_quantile, outside, t_quantile

# Abramowitz and Stegun, Handbook of Mathematical Functions, table 26.10 (A = 0.95, 0.99, 0.999).
TABLE = {
    1: (12.706, 63.657, 636.619),
    2: (4.303, 9.925, 31.598),
    5: (2.571, 4.032, 6.869),
    10: (2.228, 3.169, 4.587),
    30: (2.042, 2.750, 3.646),
    120: (1.980, 2.617, 3.373),
}


@pytest.mark.parametrize("degrees", TABLE)
def test_the_printed_table(degrees: int) -> None:
    found = [t_quantile(level, degrees) for level in (0.95, 0.99, 0.999)]
    assert found == pytest.approx(TABLE[degrees], abs=0.0011)


def test_where_there_is_a_plain_formula() -> None:
    """Two degrees of freedom: the share within t is t ÷ √(2 + t²). Many: the normal distribution."""
    assert outside(1.5, 2) == pytest.approx(1 - 1.5 / sqrt(2 + 1.5**2), abs=1e-12)
    assert t_quantile(0.5, 1) == pytest.approx(1.0, abs=1e-9)  # tan(π/4)
    assert outside(sqrt(3), 1) == pytest.approx(1 - 2 / pi * pi / 3, abs=1e-12)
    assert t_quantile(0.95, 10**6) == pytest.approx(normal_quantile(0.95), abs=1e-5)
    assert t_quantile(0.95, 10**8) == normal_quantile(0.95)
    assert (outside(0.0, 7), outside(1e200, 7)) == (1.0, 0.0)


def test_no_degree_of_freedom_is_no_interval() -> None:
    with pytest.raises(ValueError, match="degree of freedom"):
        t_quantile(0.95, 0)
