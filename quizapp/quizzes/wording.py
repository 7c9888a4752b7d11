"""How papers and rules are put into words, also by the rooms that show them to candidates."""

from decimal import Decimal
from typing import Any

from flask import Flask
from flask_babel import gettext as _

from quizapp.banks.wording import type_name
from quizapp.domain.bank import ItemType
from quizapp.domain.guess_yield import Guess, Habit
from quizapp.domain.paper_spec import MultipleRule, Section
from quizapp.domain.problem import N_, Problem
from quizapp.web.wording import points

MULTIPLE_RULE_NAMES = {
    MultipleRule.ALL_OR_NOTHING: N_("Too few, too many or wrong options: no points"),
    MultipleRule.PARTIAL: N_("Too few options: part of the points"),
    MultipleRule.PARTIAL_EXACT: N_("Too few options: points in proportion"),
    MultipleRule.HALF: N_("Too few options: half of the points"),
}

MULTIPLE_RULE_SENTENCES = {
    MultipleRule.ALL_OR_NOTHING: N_(
        "Multiple choice: only exactly the right options earn points; too few, too many or wrong ones earn none."
    ),
    MultipleRule.PARTIAL: N_(
        "Multiple choice: if you choose some of the right options and no wrong one, each of them earns its equal "
        "share of the points, cut to one decimal. With a wrong option the item earns none."
    ),
    MultipleRule.PARTIAL_EXACT: N_(
        "Multiple choice: if you choose some of the right options and no wrong one, you earn points in proportion, "
        "to two decimals. With a wrong option the item earns none."
    ),
    MultipleRule.HALF: N_(
        "Multiple choice: if you choose some of the right options and no wrong one, you earn half of the points, "
        "rounded up to a whole one; items worth one point or less then earn none. With a wrong option the item "
        "earns none."
    ),
}
"""One sentence for candidates about each rule."""

SECTION_TITLES = {
    ItemType.SINGLE: "单项选择题",
    ItemType.MULTIPLE: "多项选择题",
    ItemType.TRUE_FALSE: "判断题",
    ItemType.FILL_IN: "填空题",
    ItemType.CASE: "案例分析题",
}
"""What notices call a section of each type that a paper may have (no essays: they need a person to mark them).

It becomes the title of the section and is printed on the paper.
"""


HABIT_NAMES = {
    Habit.LETTER: N_("always %(letter)s"),
    Habit.LONGEST: N_("always the longest option"),
    Habit.SHORTEST: N_("always the shortest option"),
    Habit.EVERYTHING: N_("ticking everything"),
    Habit.TRUE: N_("always true"),
    Habit.FALSE: N_("always false"),
    Habit.BEST: N_("the best of these"),
}
"""English names (msgids) of the ways to answer without reading."""


def habit_name(guess: Guess) -> str:
    """A way of answering in a few words, for example ``always B``."""
    return str(_(HABIT_NAMES[guess.habit], letter=guess.letter))


def init_app(app: Flask) -> None:
    """Register the template filters."""
    app.jinja_env.filters.update(section_scope=section_scope, plan_said=plan_said)
    app.jinja_env.globals.update(usual_title=usual_title)


def usual_title(item_type: str | None) -> str:
    """What notices call a section of that type; nothing for no type."""
    return SECTION_TITLES[ItemType(item_type)] if item_type in set(SECTION_TITLES) else ""


def section_scope(section: Section) -> str:
    """What a section draws from, in a few words: ``纪律、监察，难度 1、2；本部分不低于 10 分``."""
    topics = "、".join(section.topics) or _("all topics")
    levels = "、".join(str(level) for level in sorted(section.difficulties))
    difficulties = _("difficulty %(levels)s", levels=levels) if levels else _("all difficulties")
    text = str(_("%(topics)s; %(difficulties)s", topics=topics, difficulties=difficulties))
    if section.cut_score is not None:
        text += " · " + _("at least %(points)s points here to pass", points=points(section.cut_score))
    return text


def plan_said(problem: Problem) -> str:
    """The sentence of a problem of a plan: types of items by name, points without needless zeros."""
    return Problem(problem.msgid, {name: _readable(name, value) for name, value in problem.params.items()}).text(_)


def _readable(name: str, value: Any) -> Any:
    if name == "type":
        return type_name(ItemType(value))
    return points(value) if isinstance(value, Decimal) else value
