"""A picture of a run, as SVG: how far each figure is from its target, and what each step reaches."""

from collections.abc import Iterator, Sequence
from html import escape
from math import log

from benchmarks.load.rows import Row

WIDTH, LEFT, BAR, GAP = 960, 330, 16, 8
ROOM = WIDTH - LEFT - 190
"""For bars; the words to their right need the rest."""
GOOD, BAD, SQLITE, POSTGRESQL, INK, SOFT = "#2f7d4f", "#b3261e", "#1f5fa8", "#8a5a00", "#1d1d1f", "#d8d8dc"
TWICE = 2.0
"""Bars of figures end here: twice as good as asked is good enough to see."""
STEPS = ("sign_in", "home", "door", "start", "page", "lease", "pulse", "save", "submit", "result", "attempt")
Parts = Iterator[str]


def draw(rows: Sequence[Row]) -> str:
    """The whole picture."""
    figures = [row for row in rows if row.step.startswith("figure: ") and row.met is not None]
    clients = _middle({row.clients for row in rows if row.step == "save" and row.clients})
    steps = [row for step in STEPS for row in rows if row.step == step and row.clients == clients]
    top = 70 + len(figures) * (BAR + GAP)
    height = top + 70 + len(steps) * (BAR + GAP)
    parts = [*_figures(figures, 60), *_steps(steps, clients, top)]
    machine = next((row.note for row in rows if row.step == "machine"), "") or ""
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" '
            f'height="{height}" font-family="sans-serif" font-size="13" fill="{INK}" role="img">',
            "<title>What the benchmark measured</title>",
            f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
            *parts,
            _text(16, height - 12, machine, size=11),
            "</svg>\n",
        )
    )


def _figures(rows: Sequence[Row], top: int) -> Parts:
    """Bars around the line at which a target is met."""
    if not rows:
        return
    yield _text(16, 28, "Figures and their targets (the line is the target; longer is better)", size=16)
    line = LEFT + ROOM / TWICE
    for number, row in enumerate(rows):
        y = top + number * (BAR + GAP)
        share = TWICE if row.ratio is None else min(row.ratio, TWICE)
        yield _text(LEFT - 10, y + 13, row.step.removeprefix("figure: "), anchor="end")
        yield _bar(y, share / TWICE, GOOD if row.met else BAD)
        yield _text(LEFT + ROOM + 10, y + 13, f"{row.value:.4g} {row.unit} (target {row.target:.4g})")
    bottom = top + len(rows) * (BAR + GAP)
    yield f'<line x1="{line}" x2="{line}" y1="{top - 6}" y2="{bottom}" stroke="{INK}" stroke-dasharray="4 3"/>'


def _steps(rows: Sequence[Row], clients: int | None, top: int) -> Parts:
    """Rates on a scale of powers of ten, since a page and a sign-in are far apart."""
    if not rows:
        return
    yield _text(
        16, top + 24, f"A second, {clients} clients in a closed loop (each gridline is ten times more)", size=16
    )
    most = 10_000
    first = top + 40
    for power in range(1, 5):
        x = LEFT + ROOM * power / 4
        yield f'<line x1="{x}" x2="{x}" y1="{first}" y2="{first + len(rows) * (BAR + GAP)}" stroke="{SOFT}"/>'
    for number, row in enumerate(rows):
        y = first + number * (BAR + GAP)
        rate = row.per_second or 0
        yield _text(LEFT - 10, y + 13, f"{row.step}, {row.database}", anchor="end")
        yield _bar(y, _logarithmic(rate, most), SQLITE if row.database == "sqlite" else POSTGRESQL)
        yield _text(LEFT + ROOM + 10, y + 13, f"{rate:.4g}/s, p99 {row.p99_ms or 0:.0f} ms")


def _logarithmic(rate: float, most: float) -> float:
    return min(1.0, max(0.0, log(max(rate, 1)) / log(most)))


def _middle(clients: set[int]) -> int | None:
    return sorted(clients)[len(clients) // 2] if clients else None


def _bar(y: int, share: float, colour: str) -> str:
    return f'<rect x="{LEFT}" y="{y}" width="{max(1, share * ROOM):.0f}" height="{BAR}" fill="{colour}"/>'


def _text(x: float, y: float, words: str, *, size: int = 13, anchor: str = "start") -> str:
    return f'<text x="{x}" y="{y}" font-size="{size}" text-anchor="{anchor}">{escape(words)}</text>'
