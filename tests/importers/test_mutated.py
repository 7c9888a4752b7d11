"""Documents with one slip each: nothing crashes, no key is wrong, and the slip is named at its line."""

from itertools import chain

import pytest

from tests.importers.fuzz import NAMED, Measured, measure, tables, texts
from tests.importers.mutate import SLIPS


@pytest.fixture(scope="module")
def measured() -> Measured:
    return measure(chain(texts(12 * len(SLIPS)), tables(40)))


def test_nothing_crashes(measured: Measured) -> None:
    assert not measured.crashes, measured.crashes[0][1]


def test_no_key_is_wrong(measured: Measured) -> None:
    faults = [f"{mutant.slip} {mutant.sample.layout} {mutant.sample.seed}: {fault}" for mutant, fault in measured.wrong]
    assert not faults, "\n".join(faults)


def test_slips_are_named_at_their_line(measured: Measured) -> None:
    assert measured.share >= NAMED, measured.table()
