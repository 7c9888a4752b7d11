"""The text of a long refused bank beside its problems: numbers and lines stay together, and a click leads to one."""

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.support.cast import Cast, sign_in_page

pytestmark = pytest.mark.browser

LINES = 300
SLIPS = (33, 251)
LINE_HEIGHT = 24

# Where a line stands in the box, from its top: by its number, and by the text (whose lines are equally high).
PLACES = """line => {
  const box = document.querySelector('.code-edit').getBoundingClientRect();
  const text = document.getElementById('text');
  const number = document.getElementById(`line-${line}`).getBoundingClientRect();
  const padding = parseFloat(getComputedStyle(text).paddingTop);
  return {
    number: number.top + number.height / 2 - box.top,
    text: text.getBoundingClientRect().top + padding + (line - 0.5) * 24 - text.scrollTop - box.top,
    height: box.height, top: box.top, window: innerHeight, own: [text.scrollTop, text.scrollHeight - text.clientHeight],
    selected: text.value.slice(text.selectionStart, text.selectionEnd),
  };
}"""


def long_bank() -> str:
    """300 lines, with a key nobody knows on two of them."""
    lines = ["title: 长题库", "items:"]
    for n in range(1, LINES):
        lines += [f"  - {{id: q{n}, type: true_false, stem: 第{n}条, key: 正确}}"]
    for line in SLIPS:
        lines[line - 1] = lines[line - 1].replace("type:", "tpye:")
    return "\n".join(lines[:LINES])


def bench(page: Page, cast: Cast) -> None:
    """Hand in the bank, so that it is refused."""
    sign_in_page(page, cast.organizer.login)
    page.goto("/banks/new")
    file: Any = {"name": "长题库.yaml", "mimeType": "text/plain", "buffer": long_bank().encode()}
    page.set_input_files("input[type=file]", file)
    page.click("main form button.btn-dark")
    page.wait_for_selector(".code-edit")


@pytest.mark.parametrize("width", ["phone", "desktop"])
def test_a_problem_leads_to_its_line(request: pytest.FixtureRequest, cast: Cast, width: str) -> None:
    page: Page = request.getfixturevalue(width)
    bench(page, cast)
    for line in SLIPS:
        page.click(f'a[href="#line-{line}"] >> nth=0')
        seen = page.evaluate(PLACES, line)
        assert abs(seen["number"] - seen["text"]) < LINE_HEIGHT / 4
        assert seen["own"] == [0, 0]
        assert 0 < seen["number"] < seen["height"]
        assert 0 < seen["top"] + seen["number"] < seen["window"]
        assert seen["selected"] == long_bank().split("\n")[line - 1]


def test_the_numbers_keep_up_with_added_lines(desktop: Page, cast: Cast) -> None:
    bench(desktop, cast)
    desktop.fill("#text", long_bank() + "\n# 加一行" * 100)
    assert desktop.evaluate(PLACES, SLIPS[0])["own"] == [0, 0]
    numbers = desktop.inner_text(".code-edit pre").split()
    assert numbers == [str(number) for number in range(1, len(numbers) + 1)]
    assert len(numbers) >= LINES + 100
