"""200 answers over a network that fails in every way at once: what the candidate last saw is what is scored.

One seed here; `make network` runs twenty (NETWORK_SEEDS).
"""

import contextlib
import os
import re
import time
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Error, Page, expect
from sqlalchemy import select

from quizapp.attempts.models import Attempt
from quizapp.attempts.sheet import sheet_of
from quizapp.db import db
from tests.attempts.exam import Exam, make_exam
from tests.journeys import long_exam
from tests.journeys.steps import start
from tests.journeys.weather import QUICKENED, Restartable
from tests.support import browser

SEEDS = int(os.environ.get("NETWORK_SEEDS", "1"))
ANSWERS = 200
SETTLED = 30  # seconds for everything to arrive once the weather is fine

READ_ITEM = """(item) => {
  const texts = Array.from(item.querySelectorAll("input.form-control"), (field) => field.value);
  const chosen = Array.from(item.querySelectorAll(".opt input:checked"), (field) => field.value);
  const cell = document.querySelector(`[data-cell="${item.dataset.item}"]`);
  return {
    answer: texts.some(Boolean) ? texts : chosen,
    marked: item.querySelector(".mark-tool input").checked,
    waits: cell.classList.contains("is-wait"),
  };
}"""
READ_PAGE = f"""() => Array.from(document.querySelectorAll("[data-item]"), {READ_ITEM})"""
CHANGE_ITEM = f"""([position, pick, text]) => {{
  const item = document.querySelector(`[data-item="${{position}}"]`);
  const field = item.querySelector("input.form-control");
  const options = item.querySelectorAll(".opt input");
  if (pick < 0) item.querySelector(".mark-tool input").click();
  else if (!field) options[pick % options.length].click();
  else {{
    field.value = text;
    field.dispatchEvent(new Event("input", {{ bubbles: true }}));
    if (pick % 2) field.dispatchEvent(new Event("change", {{ bubbles: true }}));
  }}
  return ({READ_ITEM})(item);
}}"""


@pytest.fixture(params=range(SEEDS))
def seed(request: pytest.FixtureRequest) -> int:
    """What decides everything that chance decides."""
    return int(request.param)


@pytest.fixture
def live_server(settings: Any, make_app: Callable[..., Flask], seed: int) -> Iterator[Restartable]:
    """The application behind the weather."""
    server = Restartable(make_app(settings), seed)
    yield server
    server.stop()


@pytest.fixture
def exam(live_server: Restartable) -> Exam:
    """The long test."""
    return make_exam(live_server.app, long_exam.BANK, spec=long_exam.SPEC)


class Candidate:
    """Somebody who answers, and to whom everything happens. ``seen``: what they chose last, item by item."""

    def __init__(self, page: Page, server: Restartable, seed: int) -> None:
        self.page = page
        self.server = server
        self.random = Random(seed)
        self.context = page.context
        self.url = page.url.split("#")[0]
        self.seen: dict[int, dict[str, Any]] = {}
        self.answers = 0
        self.trials: list[str] = []

    def answer(self, times: int = 1) -> None:
        """Choose something for a random item, or mark it."""
        for _ in range(times):
            position = self.random.randrange(42)
            pick = self.random.randrange(-1, 4)
            self.seen[position] = answer_of(self.page.evaluate(CHANGE_ITEM, [position, pick, f"字{self.answers}"]))
            self.answers += 1
            self.page.wait_for_timeout(self.random.choice((5, 20, 60)))

    def look(self) -> list[dict[str, Any]]:
        """What the page shows now."""
        return [answer_of(place) for place in self.page.evaluate(READ_PAGE)]

    def open(self) -> None:
        """Load the paper anew; it soon shows what the candidate chose last, sent or not."""
        self.page.goto(self.url)
        self.page.wait_for_selector("[data-cell][aria-current]")
        self.expect_seen()

    def expect_seen(self) -> None:
        """Wait until the page shows what was chosen last. Where it asks which of two answers to keep: the own one."""
        end = time.monotonic() + SETTLED
        back = self.page.get_by_role("button", name=re.compile("^改回我选的"))
        while {position: self.look()[position] for position in self.seen} != self.seen:
            if back.is_visible():
                back.click()
            assert time.monotonic() < end, (self.trials, self.wrong())
            self.page.wait_for_timeout(50)

    def wrong(self) -> dict[int, Any]:
        """What the page shows otherwise than it was chosen."""
        shown = self.look()
        return {at: (last, shown[at]) for at, last in self.seen.items() if shown[at] != last}

    def befall(self) -> None:
        """Something happens."""
        trial = self.random.choice((self.offline, self.reload, self.crash, self.vanish, self.second_tab, self.restart))
        self.trials.append(trial.__name__)
        before = self.page.evaluate(READ_PAGE)
        saved = on_server(self.server.app)
        for position, place in enumerate(before):
            if not place["waits"]:  # whatever is shown as saved when it happens, is
                assert saved[position] == answer_of(place), (self.trials, position)
        trial()

    def offline(self) -> None:
        """The network is gone while the candidate goes on."""
        self.context.set_offline(True)
        self.answer(self.random.randrange(3, 9))
        self.context.set_offline(False)

    def reload(self) -> None:
        """Impatience."""
        self.open()

    def crash(self) -> None:
        """The tab dies where it stands."""
        with contextlib.suppress(Error):
            self.page.goto("chrome://crash", timeout=2000)
        self.replace()

    def vanish(self) -> None:
        """The browser takes the tab away, without a farewell."""
        self.page.close(run_before_unload=False)
        self.replace()

    def replace(self) -> None:
        old, self.page = self.page, self.new_tab()
        if not old.is_closed():
            old.close()
        self.open()

    def second_tab(self) -> None:
        """The paper in another window: the old one must stand back."""
        old, self.page = self.page, self.new_tab()
        self.open()
        self.answer(2)
        expect(old.locator("[data-sheet] fieldset:not([disabled])")).to_have_count(0)
        if self.random.random() < 0.5:
            old.close()
            return
        self.page.close()
        self.page = old
        old.get_by_role("button", name="在这里继续").click()
        self.open()

    def restart(self) -> None:
        """The server goes down and comes back."""
        self.server.stop()
        self.answer(3)
        self.server.start()

    def new_tab(self) -> Page:
        page = self.context.new_page()
        page.set_default_timeout(10_000)
        page.on("dialog", lambda dialog: dialog.accept())
        return page


def answer_of(place: dict[str, Any]) -> dict[str, Any]:
    """What is compared of an item."""
    return {"answer": place["answer"], "marked": place["marked"]}


def on_server(app: Flask) -> dict[int, dict[str, Any]]:
    """What is on disk, in the letters of the page."""
    with app.app_context():
        attempt = db.session.scalars(select(Attempt)).one()
        return {
            place.position: {"answer": list(place.answer), "marked": place.marked} for place in sheet_of(attempt).places
        }


def wait_until_saved(candidate: Candidate) -> None:
    end = time.monotonic() + SETTLED
    while any(place["waits"] for place in candidate.page.evaluate(READ_PAGE)):
        assert time.monotonic() < end, (candidate.trials, candidate.page.locator("[data-pill]").inner_text())
        candidate.page.wait_for_timeout(100)


@pytest.mark.timeout(600)
def test_nothing_is_lost_and_nothing_counts_twice(
    seed: int, exam: Exam, live_server: Restartable, open_page: Callable[..., Page]
) -> None:
    page = open_page(**browser.DESKTOP)
    page.context.add_init_script(QUICKENED)
    page.on("dialog", lambda dialog: dialog.accept())
    start(page, exam.cast.zhang.login, exam.quiz_id)
    candidate = Candidate(page, live_server, seed)
    live_server.weather.is_bad = True
    while candidate.answers < ANSWERS:
        candidate.answer(candidate.random.randrange(6, 14))
        candidate.befall()
    wait_until_saved(candidate)  # the weather stays as bad as it was

    candidate.expect_seen()
    wait_until_saved(candidate)
    assert on_server(live_server.app) == dict(enumerate(candidate.look()))

    candidate.page.goto(f"{candidate.url}/submission")
    candidate.page.get_by_role("button", name="确认交卷").click()
    candidate.page.wait_for_url(re.compile("/result$"))
    expect_scored_once(live_server, candidate)


def expect_scored_once(server: Restartable, candidate: Candidate) -> None:
    assert on_server(server.app) == {
        position: candidate.seen.get(position, {"answer": [], "marked": False}) for position in range(42)
    }
    with server.app.app_context():
        attempt = db.session.scalars(select(Attempt)).one()
        assert attempt.ended_by == "candidate"
        [score] = attempt.scores
        assert score.answered == sum(bool(last["answer"]) for last in candidate.seen.values())
        for response in attempt.responses:  # no operation was applied a second time
            assert response.version <= len(server.weather.operations[response.position])
    receipt = candidate.page.evaluate("JSON.parse(localStorage['quizapp:receipt:1'])[0]")
    assert receipt["answered"] == score.answered
    assert all(server.weather.lost.values()), server.weather.lost
