"""Where a line must not break: Chinese may break between any two characters, and large type makes lines short."""

import re

from flask import Flask
from markupsafe import Markup, escape

# 大字 on a phone leaves some fourteen characters a line: only what is short may be kept together.
_KEPT = re.compile(
    r"""
      <[^<>]*>  # a tag stays as it is
    | \d{4}\ ?年度?
    | \d{1,2}\ ?月\ ?\d{1,2}\ ?日(?:（周[一二三四五六日]）)?
    | \d{1,2}:\d{2}(?::\d{2})?
    | (?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\ )?\d{1,2}\ (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\b
    | 第\ ?[一二三四五六七八九十\d]{1,3}\ ?(?:季度|届|期|次|批|场|轮|部分|单元|题|条|道)
    | [上下]半年
    | 党员|干部|职工|党风|廉政|廉洁|德廉|纪律|监察|法律|法规|条例|准则|学法|用法|知识测试|专题|教育|季度|年度|补考|模拟
    """,
    re.VERBOSE,
)


def init_app(app: Flask) -> None:
    """Register the template filter."""
    app.jinja_env.filters["unbroken"] = unbroken


def unbroken(text: object) -> Markup:
    """``text`` as HTML in which dates, times and some short words stay in one piece."""
    return Markup(_KEPT.sub(_in_one_piece, str(escape(text))))


def _in_one_piece(found: re.Match[str]) -> str:
    return found[0] if found[0].startswith("<") else f'<span class="nb">{found[0]}</span>'
