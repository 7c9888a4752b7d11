"""What the taking page weighs on its way: measured by the browser, from the server as shipped, with real questions."""

import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, CDPSession, Page

from quizapp.domain.bank import ItemType
from quizapp.domain.paper import PaperSpec, Section
from tests.attempts.exam import make_exam
from tests.support import browser as look
from tests.support.cast import sign_in_page
from tests.test_serving import served, wait_for

BANK = Path(__file__).parents[2] / "question_banks" / "integrity-basics.yaml"
SPEC = PaperSpec(
    sections=(
        Section("单选题", ItemType.SINGLE, 20, Decimal(2)),
        Section("多选题", ItemType.MULTIPLE, 15, Decimal(2)),
        Section("判断题", ItemType.TRUE_FALSE, 15, Decimal(2)),
    ),
    cut_score=Decimal(60),
)
MOST_BYTES = 60_000  # over the wire: headers and bodies, as they come, of everything the first view asks for
MOST_REQUESTS = 12
AGAIN_BYTES = 25_000  # the page itself; stylesheet and script are there


class Meter:
    """Counts what comes over the wire to a page."""

    def __init__(self, session: CDPSession) -> None:
        self.addresses: dict[str, str] = {}
        self.bytes: dict[str, int] = {}
        session.send("Network.enable")
        session.on("Network.requestWillBeSent", self._asked)
        session.on("Network.loadingFinished", self._came)

    def _asked(self, event: dict[str, Any]) -> None:
        self.addresses[event["requestId"]] = f"{event['request']['method']} {event['request']['url']}"

    def _came(self, event: dict[str, Any]) -> None:
        self.bytes[event["requestId"]] = int(event["encodedDataLength"])

    def requests(self) -> list[tuple[str, int]]:
        """What crossed the wire: method and address, and the bytes; not what the browser still had."""
        return [(self.addresses[each], size) for each, size in self.bytes.items() if size]

    def clear(self) -> None:
        """Begin anew."""
        self.addresses.clear()
        self.bytes.clear()


def begin(page: Page, quiz_id: int, login: str) -> str:
    """Sign in, start, and leave the paper again; its address."""
    sign_in_page(page, login)
    page.goto(f"/tests/{quiz_id}")
    page.get_by_role("button", name="开始测试").click()
    page.wait_for_url(re.compile(r"/attempts/\d+"))
    return page.url.split("#")[0]


@pytest.mark.timeout(240)
def test_the_first_view_of_fifty_items_is_light(
    app: Flask, tmp_path: Path, browser: Browser, record_property: Any
) -> None:
    exam = make_exam(app, bank=BANK.read_text(encoding="utf-8"), spec=SPEC)
    with served(tmp_path) as server:
        wait_for(lambda: server.get("/readyz"))
        first = browser.new_context(base_url=server.url, **look.PHONE)
        address = begin(first.new_page(), exam.quiz_id, exam.cast.zhang.login)
        # Somebody who has the sign-in and nothing else: no stylesheet, no script.
        context = browser.new_context(base_url=server.url, storage_state=first.storage_state(), **look.PHONE)
        first.close()
        page = context.new_page()
        meter = Meter(context.new_cdp_session(page))
        page.goto(address)
        page.locator(".take.is-single").wait_for()
        page.wait_for_timeout(1500)
        seen = meter.requests()
        listed = "\n".join(f"{size:6} {what}" for what, size in seen)
        record_property("first view", listed)
        print(f"\n{listed}\n{sum(size for _what, size in seen):6} in {len(seen)} requests")
        assert page.locator("[data-item]").count() == 50
        assert sum(size for _what, size in seen) <= MOST_BYTES, listed
        assert len(seen) <= MOST_REQUESTS, listed
        meter.clear()
        page.reload()
        page.locator(".take.is-single").wait_for()
        page.wait_for_timeout(1500)
        again = meter.requests()
        assert not [what for what, _size in again if "/static/" in what], "files are not asked for twice"
        assert sum(size for _what, size in again) <= AGAIN_BYTES
        context.close()
