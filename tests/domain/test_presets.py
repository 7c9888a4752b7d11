"""The presets are what the notices say."""

from decimal import Decimal

import pytest

from quizapp.domain.paper import MultipleRule, spec_problems
from quizapp.domain.presets import PRESETS


@pytest.mark.parametrize(
    ("preset_id", "name", "sections", "minutes", "closed_book"),
    [
        (
            "delian-80",
            "德廉知识测试（80题）",
            [("单项选择题", "single", 30, 1), ("判断题", "true_false", 30, 1), ("多项选择题", "multiple", 20, 2)],
            50,
            True,
        ),
        (
            "xuefa-80",
            "学法用法考试（80题）",
            [("单项选择题", "single", 40, 1), ("多项选择题", "multiple", 20, 2), ("判断题", "true_false", 20, 1)],
            60,
            False,
        ),
    ],
)
def test_shape(preset_id, name, sections, minutes, closed_book):
    preset = PRESETS[preset_id]
    spec = preset.spec
    assert (preset.id, preset.name, preset.minutes, preset.closed_book) == (preset_id, name, minutes, closed_book)
    assert [(s.title, s.type.value, s.count, s.points) for s in spec.sections] == sections
    assert all(s.topics == () and s.difficulties == () and s.cut_score is None for s in spec.sections)
    assert (spec.full_points, spec.item_count) == (Decimal(100), 80)
    assert (spec.cut_score, spec.excellent_score) == (Decimal(80), Decimal(90))
    assert spec.multiple_rule is MultipleRule.ALL_OR_NOTHING
    assert spec.shuffle_items
    assert spec.shuffle_options
    assert preset.attempts_allowed == 1
    assert (preset.show_score, preset.show_key) == ("at_submit", "after_window_closes")
    assert spec_problems(spec) == []


def test_there_are_two():
    assert list(PRESETS) == ["delian-80", "xuefa-80"]
