"""What a question says of itself beside its text and key: citation, topic, difficulty, posts, and pictures."""

import re
from typing import Any

from quizapp.domain.problem import N_, Problem
from quizapp.importers.notation import fold
from quizapp.importers.text.draft import Found
from quizapp.importers.text.lines import paragraphs


def picture(found: Found) -> tuple[Problem, ...]:
    """The problem of a question in which a picture stands."""
    sentence = N_("A picture stands in the question; pictures cannot be imported. Put what it shows into words.")
    return (Problem(sentence, line=found.line),) if found.has_picture else ()


def fields(found: Found) -> dict[str, Any]:
    """The fields of the item that markers such as 依据 and 知识点 give."""
    texts = {name: paragraphs(pieces) for name, pieces in found.fields.items()}
    fields: dict[str, Any] = {name: texts[name] for name in ("cited", "topic", "points") if texts.get(name)}
    if difficulty := re.fullmatch(r"\s*([1-5])\s*(?:星|级)?\s*", fold(texts.get("difficulty", ""))):
        fields["difficulty"] = int(difficulty[1])
    if posts := [post.strip() for post in re.split("[、，,;；]", texts.get("posts", "")) if post.strip()]:
        fields["posts"] = tuple(posts)
    return fields
