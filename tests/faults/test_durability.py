"""An acknowledgement leaves after its commit is on disk; with weaker settings the same watch sees it leave before."""

from pathlib import Path

import pytest

from tests.faults import trace

SAVES = 12  # one that leaves early is enough to be found; `make faults` watches 400


@pytest.fixture(autouse=True)
def _traceable() -> None:
    if reason := trace.missing():
        pytest.skip(f"The order of writes cannot be watched here: {reason}.")


@pytest.mark.timeout(400)
def test_sqlite_syncs_before_it_acknowledges(tmp_path: Path) -> None:
    order = trace.watch("sqlite", tmp_path, SAVES)
    assert (order.before, order.after > 0) == (0, True)


@pytest.mark.timeout(400)
def test_the_watch_sees_a_weaker_sqlite(tmp_path: Path) -> None:
    order = trace.watch("sqlite", tmp_path, SAVES, weak=True)
    assert (order.before > 0, order.after) == (True, 0)


@pytest.mark.postgres
@pytest.mark.timeout(400)
def test_postgresql_syncs_before_it_acknowledges(tmp_path: Path) -> None:
    order = trace.watch("postgresql", tmp_path, SAVES)
    assert (order.before, order.after > 0) == (0, True)


TRACE = r"""
10 pwrite64(5</d/quizapp.sqlite3-wal>, "x", 24, 32) = 24
10 fdatasync(5</d/quizapp.sqlite3-wal> <unfinished ...>
11 {early}
10 <... fdatasync resumed>) = 0
11 {late}
"""
REPLY = r'writev(9<socket:[7]>, [{iov_base="{\"saved_at\":\"2026\"}", iov_len=9}], 1) = 9'


@pytest.mark.parametrize(("place", "expected"), [("late", (1, 0)), ("early", (0, 1))])
def test_a_sync_counts_when_it_has_ended(place: str, expected: tuple[int, int]) -> None:
    lines = TRACE.replace("{" + place + "}", REPLY).splitlines()
    order = trace.judge(lines)
    assert (order.after, order.before) == expected
