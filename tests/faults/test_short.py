"""The short form of `make faults`: the server as shipped is killed a few times while people take a test."""

from pathlib import Path

import pytest

from tests.faults.run import Plan, execute
from tests.faults.workload import Habits


@pytest.mark.timeout(600)  # on an idle machine a minute; a laden one is slow to start servers, which is no fault
def test_nothing_acknowledged_is_lost_while_the_server_is_killed(tmp_path: Path) -> None:
    plan = Plan(
        folder=tmp_path / "run", people=10, workers=2, round=20, acks=300, kills=3, most_rounds=4, period=2.5,
        first_faults=("kill_worker", "kill_service", "kill_worker"), habits=Habits(ramp=2, batch=0.4),
    )  # fmt: skip
    result = execute(plan)
    assert result.verdict.violations == []
    assert result.acks > 0
    assert result.kills > 0
