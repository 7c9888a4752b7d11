"""Regulations as files that ship with the platform: numbers and flags, never the wording of a law. YAML in, values out.

An edition's ``articles`` is the number of its articles, or a list of ``[number, formerly, same | changed | new, gist,
posts]``, of which the last two may be left out. Where it is a number, ``inserted`` lists the articles that later
amendments put between: ``388-1`` for 第三百八十八条之一.
"""

from typing import Any

import yaml

from quizapp.domain.articles import article_number
from quizapp.domain.regulations import Article, Kind, Registered, RegisteredEdition

STATES = ("same", "changed", "new")


def read_regulation(text: str) -> Registered:
    """The regulation that a file describes. Raises ValueError for what is none; the files are our own."""
    try:
        data = yaml.safe_load(text)
        return Registered(
            code=data["code"],
            title=data["title"],
            issuer=data.get("issuer", ""),
            kind=Kind(data["kind"]),
            short_titles=tuple(data.get("short_titles", ())),
            editions=tuple(_edition(edition) for edition in data["editions"]),
        )
    except (yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"not a regulation: {error!r}") from error


def _edition(data: dict[str, Any]) -> RegisteredEdition:
    stated = data["articles"]
    if isinstance(stated, int):
        inserted = [str(number) for number in data.get("inserted", ())]
        numbers = [[str(number), *_following(number, inserted)] for number in range(1, stated + 1)]
        articles = [Article(number) for group in numbers for number in group]
    else:
        articles = [_article(*entry) for entry in stated]
    return RegisteredEdition(data["id"], data.get("effective"), tuple(articles))


def _following(number: int, inserted: list[str]) -> list[str]:
    return [each for each in inserted if each.startswith(f"{number}-")]


def _article(number: object, formerly: object, state: str, gist: str = "", posts: tuple[str, ...] = ()) -> Article:
    if state not in STATES or (state == "new") != (formerly is None):
        raise ValueError(f"{number}: {state} does not go with the former number {formerly}")
    former = None if formerly is None else article_number(str(formerly))
    return Article(article_number(str(number)), former, state == "changed", gist, tuple(posts))
