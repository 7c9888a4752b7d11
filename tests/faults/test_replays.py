"""After the end nothing is accepted, whatever a page, a form or a script sends."""

from flask import Flask

from tests.faults import replays
from tests.support.time import MovableClock

READ_ONLY_FOR_ATTEMPTS = {"explain", "rehearse", "ask_about"}
"""Writes that are meant for afterwards, or that touch no attempt."""


def test_nothing_is_accepted_after_deadline_and_grace(app: Flask, clock: MovableClock) -> None:
    said, changed = replays.run(app, clock, 120)
    assert changed == []
    assert {line.split()[0] for line in said} == set(replays.ROUTES)
    assert said["save 409"] == 20


def test_every_route_that_writes_is_replayed(app: Flask) -> None:
    writing = {
        rule.endpoint.partition(".")[2]
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("attempts.") and rule.methods & {"POST", "PUT", "PATCH", "DELETE"}
        and not rule.rule.startswith("/quizzes/") and "rehears" not in rule.rule
    }  # fmt: skip
    assert writing - READ_ONLY_FOR_ATTEMPTS == set(replays.ROUTES)
