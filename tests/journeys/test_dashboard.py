"""The report and the page of a branch in a real browser: what axe finds, and that a phone need not scroll sideways."""

from datetime import timedelta
from typing import Any

from playwright.sync_api import Page, expect

from quizapp.attempts.closing import SETTLING
from quizapp.domain.timing import DEFAULT_GRACE
from tests.reports.occasion import CLOSES, KEYS, Sitter, hold
from tests.support.axe import complaints
from tests.support.cast import make_cast, sign_in_page
from tests.support.time import MovableClock


def test_a_report_is_for_every_eye(clock: MovableClock, live_server: Any, phone: Page) -> None:
    clock.set(CLOSES + DEFAULT_GRACE + SETTLING + timedelta(hours=1))
    cast = make_cast(live_server.app)
    marks = [dict(KEYS), {"t1": "A", "t3": "C"}] * 6
    with live_server.app.app_context():
        sitters = [Sitter(branch, (marked,)) for branch in cast.branches[:3] for marked in marks]
        quiz_id = hold(cast.department, cast.organizer.account_id, sitters).quiz_id
    phone.emulate_media(reduced_motion="reduce")  # else a button is looked at while its colours change
    sign_in_page(phone, cast.committee.login)
    found = []
    for path in (f"/reports/{quiz_id}?print=1", f"/reports/{quiz_id}?structure=today"):
        phone.goto(path)
        expect(phone.get_by_role("img", name="成绩分布")).to_be_visible()
        found += complaints(phone, path, modes=("light", "dark"), targets=False)
    phone.get_by_role("link", name="人缺考").click()
    phone.goto(f"/reports/{quiz_id}")
    phone.get_by_role("link", name="人事处党支部", exact=True).first.click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("人事处党支部")
    found += complaints(phone, "branch", modes=("light", "dark"), targets=False)
    assert found == []
