"""The charts: readable in grey, by a screen reader and as a table; what they draw is what they are told."""

import re
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import pytest
from flask import Flask, render_template_string

BINS = [
    {"label": "＜50", "value": 3, "low": True},
    {"label": "50", "value": 12, "low": False, "full": "50–75"},
    {"label": "75", "value": 6, "low": False},
]
POINTS = [
    {"label": "3 月", "value": Fraction(9, 10), "text": "90.0"},
    {"label": "6 月", "value": None, "text": "–"},
    {"label": "9 月", "value": 1, "text": "100.0", "full": "第三季度"},
]


@pytest.fixture
def render(app: Flask) -> Iterator[Callable[..., str]]:
    head = '{% from "macros/charts.html" import bars, heat_map, histogram, trend %}'
    with app.test_request_context("/"):
        yield lambda source, **values: render_template_string(head + source, **values)


def histogram(render: Callable[..., str], **values: Any) -> str:
    source = "{{ histogram('x', '成绩分布', '最多 12 人', bins, ['分数', '人数'], marks, open) }}"
    return render(source, **{"bins": BINS, "marks": [], "open": False, **values})


def test_a_picture_has_a_name_and_a_description(render: Callable[..., str]) -> None:
    html = histogram(render)
    assert 'role="img" aria-labelledby="x-t" aria-describedby="x-d"' in html
    assert '<title id="x-t">成绩分布</title>' in html
    assert '<desc id="x-d">最多 12 人</desc>' in html
    assert "style=" not in html


def test_every_figure_of_a_picture_stands_in_the_table_behind_it(render: Callable[..., str]) -> None:
    rows = re.findall(r'<th scope="row">(.*?)</th><td class="num">(.*?)</td>', histogram(render))
    assert rows == [("＜50", "3"), ("50–75", "12"), ("75", "6")]


def test_bars_are_as_tall_as_their_figures(render: Callable[..., str]) -> None:
    heights = [float(h) for h in re.findall(r'<rect class="bar[^"]*"[^>]* height="([\d.]+)"', histogram(render))]
    assert heights[1] == 154
    assert heights[0] / heights[1] == pytest.approx(3 / 12)
    assert heights[2] / heights[1] == pytest.approx(6 / 12)


def test_who_is_under_the_line_is_told_without_colour(render: Callable[..., str]) -> None:
    assert re.findall(r'<rect class="([\w-]+)"', histogram(render)) == ["bar-low", "bar", "bar"]
    html = histogram(render, marks=[{"label": "合格线 60", "at": 0.4}])
    assert re.search(r'<line class="cut" x1="40.00%" x2="40.00%"', html)
    assert "合格线 60" in html


def test_a_histogram_of_nobody_divides_by_nothing(render: Callable[..., str]) -> None:
    html = histogram(render, bins=[{"label": "0", "value": 0, "low": False}])
    assert 'height="0.0"' in html


def test_the_table_stands_open_for_printing(render: Callable[..., str]) -> None:
    assert '<details class="numbers">' in histogram(render)
    assert '<details class="numbers" open>' in histogram(render, open=True)


def test_a_line_leaves_out_what_was_not_measured(render: Callable[..., str]) -> None:
    source = "{{ trend('y', '参与率', '一年', points, ['测试', '%'], 0.8, 1.0, '80', '100') }}"
    html = render(source, points=POINTS)
    assert re.findall(r'<circle class="[\w-]+" cx="([\d.]+)%" cy="([\d.]+)"', html) == [
        ("16.67", "83.0"),
        ("83.33", "28.0"),
    ]
    assert html.count('class="run"') == 1
    rows = re.findall(r'<th scope="row">(.*?)</th><td class="num">(.*?)</td>', html)
    assert rows == [("3 月", "90.0"), ("6 月", "–"), ("第三季度", "100.0")]


@pytest.mark.parametrize(
    ("share", "step", "text"),
    [
        (Fraction(1), "h1c", "100"),
        (0.895, "h1c", "90"),
        (0.894, "h2c", "89"),
        (0.7, "h3c", "70"),
        (0.6, "h4c", "60"),
        (0.0, "h5c", "0"),
    ],
)
def test_a_shade_goes_by_the_figure_that_is_written(
    render: Callable[..., str], share: Any, step: str, text: str
) -> None:
    rows = [{"label": "机关", "n": 20, "cells": [share, None]}, {"label": "小", "n": 2, "note": "人数不足"}]
    html = render("{{ heat_map('知识点', '单位', ['纪律', '监察'], rows) }}", rows=rows)
    assert f'<td class="{step}">{text}</td><td class="hnc">–</td>' in html
    assert '<td class="hnc" colspan="2">人数不足</td>' in html


def test_bars_carry_their_words_and_figures(render: Callable[..., str]) -> None:
    rows = [{"label": "<监察法>", "text": "58%", "value": Fraction(58, 100), "note": "30 次", "url": "/a"}]
    html = render("{{ bars(rows) }}", rows=rows)
    assert '<a href="/a">&lt;监察法&gt;</a>' in html
    assert 'class="bar" width="58.0%"' in html
    assert "<b>58%</b>" in html
