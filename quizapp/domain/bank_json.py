"""A bank as one canonical JSON document: what is stored with a revision, and what scripts read."""

from datetime import date
from typing import Any

from quizapp.domain.bank import Bank, Citation, Edition, Item, ItemType, Option, Regulation

FORMAT = 1


def bank_to_json(bank: Bank) -> dict[str, Any]:
    """The bank in JSON types only: every key present, always in the same order, dates as 2024-01-01."""
    return {
        "format": FORMAT,
        "title": bank.title,
        "description": bank.description,
        "regulations": [_regulation_to_json(regulation) for regulation in bank.regulations],
        "items": [item_to_json(item) for item in bank.items],
    }


def bank_from_json(data: dict[str, Any]) -> Bank:
    """The bank that `bank_to_json` wrote. Raises KeyError, TypeError or ValueError for anything else."""
    if data["format"] != FORMAT:
        raise ValueError(f"bank format {data['format']!r} is not {FORMAT}")
    return Bank(
        title=data["title"],
        description=data["description"],
        regulations=tuple(_regulation_from_json(regulation) for regulation in data["regulations"]),
        items=tuple(item_from_json(item) for item in data["items"]),
    )


def item_to_json(item: Item) -> dict[str, Any]:
    """One item as `bank_to_json` writes it; for a case with its items under ``items``."""
    return {
        "id": item.id,
        "type": item.type.value,
        "stem": item.stem,
        "options": [{"letter": each.letter, "text": each.text, "fixed": each.fixed} for each in item.options],
        "key": list(item.key),
        "blanks": [list(accepted) for accepted in item.blanks],
        "any_order": item.any_order,
        "reference": item.reference,
        "numerals_equal": item.numerals_equal,
        "rationale": item.rationale,
        "topic": item.topic,
        "difficulty": item.difficulty,
        "citations": [
            {"regulation": each.regulation, "edition": each.edition, "article": each.article} for each in item.citations
        ],
        "posts": list(item.posts),
        "items": [item_to_json(each) for each in item.items],
    }


def item_from_json(data: dict[str, Any]) -> Item:
    """The item that `item_to_json` wrote."""
    return Item(
        id=data["id"],
        type=ItemType(data["type"]),
        stem=data["stem"],
        options=tuple(Option(**option) for option in data["options"]),
        key=tuple(data["key"]),
        blanks=tuple(tuple(accepted) for accepted in data["blanks"]),
        any_order=data["any_order"],
        reference=data.get("reference", ""),  # content stored before there were essays has none
        numerals_equal=data["numerals_equal"],
        rationale=data["rationale"],
        topic=data["topic"],
        difficulty=data["difficulty"],
        citations=tuple(Citation(**citation) for citation in data["citations"]),
        posts=tuple(data["posts"]),
        items=tuple(item_from_json(item) for item in data["items"]),
    )


def _regulation_to_json(regulation: Regulation) -> dict[str, Any]:
    return {
        "id": regulation.id,
        "title": regulation.title,
        "issuer": regulation.issuer,
        "editions": [_edition_to_json(edition) for edition in regulation.editions],
    }


def _edition_to_json(edition: Edition) -> dict[str, Any]:
    return {
        "id": edition.id,
        "effective": edition.effective.isoformat() if edition.effective else None,
        "superseded_by": edition.superseded_by,
        "articles": edition.articles,
    }


def _regulation_from_json(data: dict[str, Any]) -> Regulation:
    return Regulation(**data | {"editions": tuple(_edition_from_json(edition) for edition in data["editions"])})


def _edition_from_json(data: dict[str, Any]) -> Edition:
    effective = data["effective"]
    return Edition(**data | {"effective": date.fromisoformat(effective) if effective else None})
