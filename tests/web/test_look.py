"""The look keeps its promises: contrast, old browsers, a strict content policy, fields that say what is wrong."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask, render_template_string
from wtforms import BooleanField, IntegerField, RadioField, SelectChoice, StringField, validators

from quizapp.web.forms import Form

PACKAGE = Path(__file__).parents[2] / "quizapp"
STYLES = sorted((PACKAGE / "web" / "static" / "css").glob("*.css"))
TEMPLATES = sorted(PACKAGE.glob("**/templates/**/*.html"))
ICONS = PACKAGE / "web" / "templates" / "macros" / "icons.html"

GROUNDS = ("paper", "sheet", "sunk")
TEXT_PAIRS = [
    *((ink, ground) for ink in ("ink", "ink-2", "ink-3") for ground in GROUNDS),
    *((ink, "pick") for ink in ("ink", "ink-2", "ink-3")),
    *((hue, ground) for hue in ("bamboo", "amber", "azure", "danger") for ground in ("paper", "sheet", f"{hue}-wash")),
    *(("seal-ink", ground) for ground in ("paper", "sheet", "seal-wash")),
    *(("ink", f"{hue}-wash") for hue in ("bamboo", "amber", "azure", "danger")),
    *(("azure", f"{hue}-wash") for hue in ("bamboo", "amber", "danger")),
    *(("on-seal", fill) for fill in ("seal", "seal-deep")),
    *(("on-ink", fill) for fill in ("ink", "ink-2")),
    *((f"heat-{step}-t", f"heat-{step}") for step in range(1, 6)),
]
SHAPE_PAIRS = [
    *(("edge", ground) for ground in GROUNDS),
    *(("focus", ground) for ground in GROUNDS),
    *(("bar", ground) for ground in ("sheet", "sunk")),
    ("seal", "sheet"),
]

FORBIDDEN_IN_STYLES = {
    "selector or nesting unknown to Chromium 80": r":(?:is|where|has)\(|@layer|@container|&[\s:.>]",
    "value unknown to Chromium 80": r"color-mix\(|\d[dsl]v[hw]\b",
    "property unknown to Chromium 80": r"(?<![\w-])(?:inset(?:-[\w-]+)?|aspect-ratio)\s*:",
    "gap outside a grid (Chromium 80 has none in flex)": r"(?<![\w-])(?:gap|row-gap|column-gap)\s*:",
    "something fetched from elsewhere": r"url\(|@import",
    "words, which belong to the catalogue": (
        r"content:\s*(?:attr\([^)]*\)\s*|\"[^\"]*\"\s*)*\"[^\"]*[A-Za-z\u4e00-\u9fff]{2,}"
    ),
}
FORBIDDEN_IN_TEMPLATES = {
    "inline style": r"\sstyle\s*=|<style\b",
    "inline script": r"<script(?![^>]*\ssrc=)[^>]*>|javascript:",
    "inline handler": r"\son(?:click|change|submit|input|load|error|key\w+|focus|blur)\s*=",
    "another host": r"(?:src|href|action)\s*=\s*[\"'](?:https?:)?//",
}


def tokens(scheme: str) -> dict[str, str]:
    """The colours of ``light`` or ``dark`` from the stylesheet: token name without ``--q-`` → ``#RRGGBB``."""
    text = (PACKAGE / "web" / "static" / "css" / "base.css").read_text(encoding="utf-8")
    opening = {"light": ":root {", "dark": '[data-bs-theme="dark"] {'}[scheme]
    block = text.split(opening, 1)[1].split("}", 1)[0]
    return dict(re.findall(r"--q-([\w-]+):\s*(#[0-9A-Fa-f]{6})", block))


def luminance(colour: str) -> float:
    """Relative luminance after WCAG 2.2, 0–1."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio after WCAG 2.2, 1–21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def rules(text: str) -> Iterator[tuple[str, str]]:
    """Every innermost rule of a stylesheet as (selector, declarations), without comments."""
    for match in re.finditer(r"([^{}]+)\{([^{}]*)\}", re.sub(r"/\*.*?\*/", "", text, flags=re.S)):
        yield " ".join(match[1].split()), " ".join(match[2].split())


def findings(text: str, forbidden: dict[str, str]) -> list[str]:
    """What of ``forbidden`` stands in ``text``, with the words around it."""
    bare = re.sub(r"/\*.*?\*/|\{#.*?#\}", "", text, flags=re.S)
    return [f"{why}: {m[0].strip()!r}" for why, pattern in forbidden.items() for m in re.finditer(pattern, bare)]


def test_contrast_is_computed_as_wcag_does() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_can_be_read(scheme: str) -> None:
    colours = tokens(scheme)
    limits = [(pair, 4.5) for pair in TEXT_PAIRS] + [(pair, 3.0) for pair in SHAPE_PAIRS]
    faint = {
        f"{front} on {back}": round(contrast(colours[front], colours[back]), 2)
        for (front, back), limit in limits
        if contrast(colours[front], colours[back]) < limit
    }
    assert faint == {}


def test_dark_names_every_colour_of_light() -> None:
    assert tokens("dark").keys() == tokens("light").keys()


def test_styles_use_only_named_tokens() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in STYLES)
    assert set(re.findall(r"var\((--q-[\w-]+)", text)) <= set(re.findall(r"(--q-[\w-]+):", text))


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
def test_styles_stay_within_old_browsers(path: Path) -> None:
    assert findings(path.read_text(encoding="utf-8"), FORBIDDEN_IN_STYLES) == []


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
def test_a_browser_without_focus_visible_keeps_its_ring(path: Path) -> None:
    """Such a browser drops a whole rule that names :focus-visible, so those rules may only take the ring away."""
    named = [(sel, body) for sel, body in rules(path.read_text(encoding="utf-8")) if ":focus-visible" in sel]
    assert [sel for sel, body in named if body.rstrip("; ") != "outline: 0"] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_templates_obey_the_content_policy(path: Path) -> None:
    assert findings(path.read_text(encoding="utf-8"), FORBIDDEN_IN_TEMPLATES) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_every_named_icon_is_drawn(path: Path) -> None:
    drawn = set(re.findall(r'^\s+"([\w-]+)": "M', ICONS.read_text(encoding="utf-8"), flags=re.M))
    named = set(re.findall(r"""\bicon(?:_name)?\s*[(=]\s*["']([\w-]+)["']""", path.read_text(encoding="utf-8")))
    assert named <= drawn


@pytest.mark.parametrize(
    ("forbidden", "sample"),
    [
        (FORBIDDEN_IN_STYLES, ".a:is(.b) { color: red; }"),
        (FORBIDDEN_IN_STYLES, ".a { gap: 1rem; }"),
        (FORBIDDEN_IN_STYLES, ".a { inset: 0; }"),
        (FORBIDDEN_IN_STYLES, ".a { height: 100dvh; }"),
        (FORBIDDEN_IN_STYLES, '.a::before { content: "未考 "; }'),
        (FORBIDDEN_IN_TEMPLATES, '<p style="color: red">'),
        (FORBIDDEN_IN_TEMPLATES, "<script>go()</script>"),
        (FORBIDDEN_IN_TEMPLATES, '<a href="https://example.org">'),
        (FORBIDDEN_IN_TEMPLATES, '<button onclick="go()">'),
    ],
)
def test_the_search_finds_what_it_is_for(forbidden: dict[str, str], sample: str) -> None:
    assert findings(sample, forbidden) != []


class Sample(Form):
    title = StringField("Title", [validators.DataRequired("Write a title.")])
    minutes = IntegerField("Minutes", description="Whole minutes.")
    pledge = BooleanField("Pledge")
    preset = RadioField("Preset", choices=[SelectChoice("a", "One"), SelectChoice("b", "Two")])


@pytest.fixture
def render(app: Flask) -> Iterator[Callable[..., str]]:
    """Render a line of template that has the macros at hand."""
    head = (
        '{% from "macros/fields.html" import field, radio_seg, form_errors, csrf, post_button %}'
        '{% from "macros/parts.html" import bar, banner, page_head, stat_tiles, pager, badge, empty, ring %}'
    )
    with app.test_request_context("/", headers={"Cookie": "lang=en"}):
        yield lambda source, **values: render_template_string(head + source, **values)


def test_an_error_is_tied_to_its_field(render: Callable[..., str]) -> None:
    form = Sample(data={"title": ""})
    form.validate()
    html = render("{{ form_errors(form) }}{{ field(form.title, help='Short.') }}", form=form)
    assert 'aria-describedby="title-help title-error"' in html
    assert 'aria-invalid="true"' in html
    assert 'id="title-error"' in html
    assert 'id="title-help"' in html
    assert '<a href="#title">Title: Write a title.</a>' in html
    assert re.search(r'role="alert"[^>]*\sautofocus', html)


def test_a_sound_field_carries_its_help_and_the_given_attributes(render: Callable[..., str]) -> None:
    html = render("{{ field(form.minutes, inputmode='numeric', class='inline-num') }}", form=Sample())
    assert 'aria-describedby="minutes-help"' in html
    assert 'inputmode="numeric"' in html
    assert 'class="form-control inline-num"' in html
    assert "aria-invalid" not in html


def test_choices_stand_in_a_named_group(render: Callable[..., str]) -> None:
    html = render("{{ radio_seg(form.preset) }}{{ field(form.pledge) }}", form=Sample())
    assert re.search(r"<fieldset.*<legend[^>]*>Preset</legend>.*</fieldset>", html, flags=re.S)
    assert re.search(r'<label class="check" for="pledge">\s*<input[^>]*type="checkbox"', html)


def test_a_button_that_acts_is_a_form_with_a_token(render: Callable[..., str]) -> None:
    html = render("{{ post_button('/go', 'Go', icon_name='check', fields={'edition': '<2>'}) }}")
    assert '<form class="post" method="post" action="/go">' in html
    assert re.search(r'name="csrf_token" value="[^"]+"', html)
    assert 'name="edition" value="&lt;2&gt;"' in html


@pytest.mark.parametrize(
    ("fraction", "width"), [(0, "0.0%"), (0.325, "32.5%"), (1, "100.0%"), (2, "100.0%"), (-1, "0.0%"), (None, "0.0%")]
)
def test_a_bar_stays_inside_its_ground(render: Callable[..., str], fraction: float | None, width: str) -> None:
    assert f'class="bar" width="{width}"' in render("{{ bar(f, 'x') }}", f=fraction)


def test_parts_can_do_without_what_is_optional(render: Callable[..., str]) -> None:
    html = render(
        "{{ page_head('A') }}{{ stat_tiles([{'label': 'L', 'value': 0}]) }}{{ banner('info', 'Fact.') }}"
        "{{ badge('plain', 'B') }}{{ empty('Nothing') }}{{ pager(1, 1, 'web.healthz') }}{{ ring(0, 0, 'none') }}"
    )
    assert html.count("<h1>") == 1
    assert "<nav" not in html


def test_a_pager_keeps_the_filter(render: Callable[..., str]) -> None:
    html = render("{{ pager(2, 3, 'web.healthz', {'q': 'x'}) }}")
    assert "page=1" in html
    assert "page=3" in html
    assert html.count("q=x") == 2
