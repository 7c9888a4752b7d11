"""What a practice page sends back: the item it was about, signed, and the answer."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime
from decimal import Decimal
from random import Random
from uuid import uuid4

from flask import current_app
from itsdangerous import BadData, URLSafeSerializer
from werkzeug.datastructures import MultiDict

from quizapp.attempts.letters import to_bank
from quizapp.domain.bank import Item, ItemType
from quizapp.domain.paper import PaperItem, shown_letters
from quizapp.domain.scoring import Answer
from quizapp.practice.operations import Asked
from quizapp.practice.permits import Found
from quizapp.practice.queries import day_of, last_answer_since

SALT = "quizapp.practice"


def ask(person_id: int, found: Found, now: datetime, *, hinted: bool, daily: bool) -> Asked:
    """Put an item to a person. Its options keep one order for the day, so that a reloaded page looks the same."""
    dice = Random(f"{person_id}/{found.bank_id}/{found.item.id}/{day_of(now)}")
    return Asked(
        person_id=person_id,
        bank_id=found.bank_id,
        revision_id=found.revision_id,
        item_id=found.item.id,
        operation=str(uuid4()),
        letters=shown_letters(found.item, dice),
        shown_at=now.timestamp(),
        hinted=hinted,
        daily=daily,
        last_answer=last_answer_since(now, person_id, found.revision_id, found.item.id),
    )


def sign(asked: Asked) -> str:
    """``asked`` for a hidden field. It can be read there, and holds no key, but cannot be changed."""
    return str(_signer().dumps(asdict(asked)))


def read(token: str) -> Asked | None:
    """The inverse of `sign`; None for what that did not write."""
    try:
        asked = Asked(**_signer().loads(token))
    except (BadData, TypeError):
        return None
    return replace(asked, letters=tuple(asked.letters))


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt=SALT)


def answer_in(form: MultiDict[str, str], asked: Asked, item: Item) -> Answer:
    """The answer of a form, in the bank's letters. Raises ValueError for what the page does not offer."""
    place = PaperItem(item.id, 0, Decimal(1), asked.letters)
    return to_bank(place.letters, item, _fields(form, item))


def _fields(form: MultiDict[str, str], item: Item) -> Sequence[str]:
    if item.type is ItemType.FILL_IN:
        return [form.get(f"a{blank}", "").strip() for blank in range(len(item.blanks))]
    return form.getlist("a")
