"""Long words of regulations on a narrow screen."""

from collections.abc import Callable

from flask.testing import FlaskClient

from tests.regulations.test_pages import post


def test_what_an_article_says_stands_where_lines_wrap(browse: Callable[[str], FlaskClient]) -> None:
    """The class ``facts`` keeps each fact on one line: an article would push a telephone's page wide."""
    said = "收到礼品的，应当在一个月内登记并上交" * 3
    seen = post(browse("ORG"), "/regulations/new", "preview", text=f"第一条　{said}\n第二条　施行。").text
    before = seen[: seen.index(said[:40])]
    assert before.rindex('class="kv"') > before.rfind('class="facts"')
