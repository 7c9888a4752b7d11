"""What people do on the pages, in one call each; and what the database holds afterwards."""

import re
from collections.abc import Iterable
from typing import Any

from flask import Flask
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import select

from quizapp.attempts.models import Attempt, ItemResponse
from quizapp.db import db
from quizapp.domain.paper import paper_from_json
from tests.support.cast import sign_in_page

RIGHT: dict[str, tuple[str, ...]] = {
    "单选一": ("乙",),
    "单选二": ("甲",),
    "多选一": ("甲", "乙", "丁"),
    "判断一": ("正确",),
    "期间为": ("12", "党组"),
    "案例判断": ("错误",),
    "案例单选": ("乙",),
}
"""The key of `tests.attempts.exam.BANK`, as a candidate reads it: words of the stem → words of the answer."""

IN_BANK = {
    "s1": ["B"],
    "s2": ["A"],
    "m1": ["A", "B", "D"],
    "t1": ["true"],
    "f1": ["12", "党组"],
    "c1-1": ["false"],
    "c1-2": ["B"],
}
"""The same as the database keeps it."""


SAVES = re.compile(r"/attempts/\d+/responses$")
"""The address to which a page's script sends answers."""


class Paper:
    """The taking page of one candidate, with its script running."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.pill = page.locator("[data-pill]")
        self.notice = page.locator("[data-notice]")

    def item(self, words: str) -> Locator:
        """The item whose stem holds ``words``, shown or not."""
        return self.page.locator("[data-item]", has=self.page.locator("legend", has_text=words))

    def show(self, words: str) -> Locator:
        """Go to an item by the 答题卡, which a phone opens first."""
        item = self.item(words)
        opener = self.page.locator("[data-open-sheet]")
        if opener.is_visible():
            opener.click()
        self.page.locator(f'[data-cell="{item.get_attribute("data-item")}"]').click()
        expect(item).to_be_visible()
        return item

    def answer(self, words: str, texts: Iterable[str]) -> None:
        """Choose the options of these texts (a second choice takes a tick back), or fill the blanks with them."""
        item = self.show(words)
        blanks = item.locator("input.form-control")
        for at, text in enumerate(texts):
            if blanks.count():
                blanks.nth(at).fill(text)
            else:
                item.locator(".opt", has_text=text).locator("input").click()

    def chosen(self, words: str) -> list[str]:
        """The texts of the options ticked."""
        return self.item(words).locator(".opt input:checked + label .txt").all_inner_texts()

    def expect_saved(self, app: Flask, answers: dict[str, list[str]]) -> None:
        """Wait until the database holds exactly these answers of the only attempt."""
        for _ in range(100):
            if saved_answers(app) == answers:
                return
            self.page.wait_for_timeout(100)  # not time.sleep: routed requests are handled while the page waits
        assert saved_answers(app) == answers


def start(page: Page, login: str, quiz_id: int) -> Paper:
    """Sign in and press the button that starts the time."""
    sign_in_page(page, login)
    page.goto(f"/tests/{quiz_id}")
    page.get_by_role("button", name="开始测试").click()
    page.wait_for_url(re.compile(r"/attempts/\d+"))
    return Paper(page)


def current(page: Page) -> str | None:
    """The number of the item that the 答题卡 says is the present one."""
    [cell] = page.locator('[data-cell][aria-current="true"]').all()
    return cell.get_attribute("data-cell")


def expect_kept(page: Page, attribute: str) -> None:
    """Wait until the server, asked anew, would write ``attribute`` into the page: the choice has been kept."""
    script = "text => fetch(location.pathname).then(reply => reply.text()).then(page => page.includes(text))"
    page.wait_for_function(script, arg=attribute)


def attempts(app: Flask) -> list[Attempt]:
    """Every attempt there is, the first one first."""
    with app.app_context():
        return list(db.session.scalars(select(Attempt).order_by(Attempt.id)))


def saved_answers(app: Flask) -> dict[str, list[str]]:
    """What the database holds of the only attempt: item id → answer in the bank's letters."""
    with app.app_context():
        [attempt] = db.session.scalars(select(Attempt))
        items = paper_from_json(attempt.paper).items
        rows = db.session.scalars(select(ItemResponse).where(ItemResponse.attempt_id == attempt.id))
        return {items[row.position].item_id.removeprefix("BANK-"): list(row.answer) for row in rows}


def score(app: Flask) -> dict[str, Any]:
    """Points and full points of the only attempt, and by whom it was ended."""
    with app.app_context():
        [attempt] = db.session.scalars(select(Attempt))
        [row] = attempt.scores
        return {"points": int(row.points), "of": int(row.full_points), "ended_by": attempt.ended_by}
