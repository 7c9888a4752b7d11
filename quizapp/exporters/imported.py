"""Questions as found in a foreign file, made into items of a bank, and into text that a person can mend."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from quizapp.domain.bank import FALSE, TRUE, Bank, Item, ItemType
from quizapp.importers.reading import ImportedItem

USUAL_DIFFICULTY = 3
TRUTHS = {TRUE: "正确", FALSE: "错误"}
HEADINGS = {
    ItemType.SINGLE: "一、单项选择题",
    ItemType.MULTIPLE: "一、多项选择题",
    ItemType.TRUE_FALSE: "一、判断题",
    ItemType.FILL_IN: "一、填空题",
    ItemType.ESSAY: "一、简答题",
}
_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_OURS = re.compile(r"imp-(\d{4,9})")


def new_ids(items: Iterable[ImportedItem], taken: Iterable[str]) -> list[str]:
    """An id for each item that nothing else bears: the file's own where it has a good one, else imp-0001, imp-0002 …

    ``taken`` are all ids that the bank has ever given, so that none comes to mean two questions.
    """
    used = set(taken)
    last = max((int(found[1]) for each in used if (found := _OURS.fullmatch(each))), default=0)
    ids = []
    for item in items:
        own = item.id if _ID.fullmatch(item.id) and item.id not in used else ""
        if not own:
            last += 1
            while f"imp-{last:04d}" in used:
                last += 1
        ids.append(own or f"imp-{last:04d}")
        used.add(ids[-1])
    return ids


def bank_items(items: Sequence[ImportedItem], ids: Sequence[str]) -> tuple[Item, ...]:
    """The items, each with its id. Those that follow one another under the same passage become a case."""
    taken = set(ids)
    made: list[Item] = []
    for passage, group in groupby(zip(items, ids, strict=True), key=lambda each: each[0].passage):
        leaves = tuple(_item(item, item_id) for item, item_id in group)
        if not passage:
            made += leaves
            continue
        case_id = next(name for name in _case_ids(leaves[0].id) if name not in taken)
        taken.add(case_id)
        first = leaves[0]
        made.append(Item(case_id, ItemType.CASE, passage, topic=first.topic, difficulty=first.difficulty, items=leaves))
    return tuple(made)


def bank_from(items: Sequence[ImportedItem], title: str) -> Bank:
    """A bank of its own of the items, which must be ready."""
    return Bank(title, bank_items(items, new_ids(items, ())))


def as_text(item: ImportedItem) -> str:
    """The question as a block of text that reads as the same question again, its key included where it has one."""
    return "\n".join(_lines(item))


def _case_ids(first: str) -> Iterator[str]:
    yield f"{first[:50]}-case"
    number = 2
    while True:
        yield f"{first[:50]}-case{number}"
        number += 1


def _item(item: ImportedItem, item_id: str) -> Item:
    essay = item.type is ItemType.ESSAY
    return Item(
        id=item_id,
        type=item.type,
        stem=item.stem,
        options=item.options,
        key=() if essay or item.type is ItemType.FILL_IN else item.key or (),
        blanks=item.blanks,
        any_order=item.any_order,
        reference="\n".join(item.key or ()) if essay else "",
        rationale=item.rationale,
        topic=item.topic,
        difficulty=item.difficulty or USUAL_DIFFICULTY,
        posts=item.posts,
    )


def _lines(item: ImportedItem) -> Iterator[str]:
    yield HEADINGS.get(item.type, "")
    if item.passage:
        yield f"【案例】{item.passage}"
    yield f"1、{item.stem}"
    for option in item.options:
        yield f"{option.letter}、{option.text}"
    if written := _key(item):
        yield f"答案：{written}"
    if item.rationale:
        yield f"解析：{item.rationale}"


def _key(item: ImportedItem) -> str:
    if item.type is ItemType.FILL_IN:
        return "；".join("/".join(accepted) for accepted in item.blanks)
    if item.type is ItemType.TRUE_FALSE:
        return "".join(TRUTHS.get(key, key) for key in item.key or ())
    return ("\n" if item.type is ItemType.ESSAY else "").join(item.key or ())
