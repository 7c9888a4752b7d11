"""What is wrong with a page as it stands, for any eye and any hand: in light, in dark and in large type."""

from collections.abc import Iterable

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

MODES = {"light": ("light", "normal"), "dark": ("dark", "normal"), "large": ("light", "large")}
RULES = {"dark": ["color-contrast"], "large": ["target-size", "scrollable-region-focusable"]}
"""What axe looks for where not everything: dark differs from light by its colours alone, large type by its sizes."""
LEAST = 43.5
"""Pixels of a target, with half a pixel for rounding: 44 is the promise."""
# Kept out: links within a sentence, what is seen only by screen readers, and fields whose label is the target.
TARGETS = """least => [...document.querySelectorAll("a[href], button, select, textarea, summary, label, input")]
  .map(node => ({ node, box: node.getBoundingClientRect() }))
  .filter(({ node, box }) => box.width > 2 && box.height > 2 && getComputedStyle(node).visibility !== "hidden"
    && box.bottom > 0 && !(node.tagName === "LABEL" && !node.querySelector("input")))
  .filter(({ node }) => !(node.tagName === "A" && getComputedStyle(node).display === "inline"
    && node.parentElement.textContent.trim().length > node.textContent.trim().length))
  .filter(({ node }) => !(node.tagName === "INPUT" && node.closest("label")))
  .filter(({ box }) => box.width < least || box.height < least)
  .map(({ node, box }) => `${Math.round(box.width)}x${Math.round(box.height)} ${node.outerHTML.slice(0, 120)}`)"""
WIDER = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
DRESS = "([theme, size]) => Object.assign(document.documentElement.dataset, { bsTheme: theme, type: size })"


def complaints(page: Page, name: str, *, modes: Iterable[str] = MODES, targets: bool = True) -> list[str]:
    """What axe finds, targets too small for a finger, and a page wider than its window; each with page and mode."""
    found = []
    worn = page.evaluate("() => [document.documentElement.dataset.bsTheme, document.documentElement.dataset.type]")
    for mode in modes:
        page.evaluate(DRESS, MODES[mode])
        problems = _violations(page, RULES.get(mode))
        if targets and mode != "dark":
            problems += [f"small target: {each}" for each in page.evaluate(TARGETS, LEAST)]
        if (wider := page.evaluate(WIDER)) > 0:
            problems.append(f"wider than the window by {wider} px")
        found += [f"{name}, {mode}: {problem}" for problem in problems]
    page.evaluate(DRESS, worn)
    return found


def _violations(page: Page, rules: list[str] | None) -> list[str]:
    options = {"resultTypes": ["violations"], **({"runOnly": rules} if rules else {})}
    if not page.evaluate("'axe' in window"):  # it is half a megabyte
        page.evaluate(AXE_SCRIPT)
    broken = page.evaluate("options => axe.run(document, options).then(found => found.violations)", options)
    return [f"{each['id']}: {each['nodes'][0]['html'][:160]}" for each in broken]
