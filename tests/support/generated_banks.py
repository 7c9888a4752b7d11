"""Hypothesis strategies for well-formed banks, and their text as a person would write it."""

from datetime import date

import yaml
from hypothesis import strategies as st

from quizapp.domain.bank import Bank, Citation, Edition, Item, ItemType, Option, Regulation
from quizapp.domain.bank_notation import LETTERS, letters_kept_in_place

WORDS = st.text("廉政纪律条例 警告ABno１2:#-'\"[]{}&*!%@|>,_", min_size=1, max_size=12).map(str.strip).filter(bool)
IDS = st.text("abcXYZ019._-", min_size=1, max_size=8)
REGULATION = Regulation(
    "law", "监察法", "全国人大常委会", (Edition("2018", None, "2024"), Edition("2024", date(2024, 12, 25)))
)
CITATIONS = st.lists(st.builds(Citation, st.just("law"), st.sampled_from(["2018", "2024"]), WORDS), max_size=2).map(
    tuple
)


def _common() -> dict[str, st.SearchStrategy[object]]:
    return {
        "rationale": WORDS | st.just(""),
        "topic": WORDS | st.just(""),
        "difficulty": st.integers(1, 5),
        "citations": CITATIONS,
        "posts": st.lists(WORDS, max_size=2).map(tuple),
    }


@st.composite
def choices(draw: st.DrawFn) -> Item:
    texts = draw(
        st.lists(WORDS, min_size=2, max_size=5, unique_by=lambda text: "".join(text.translate(_WIDTH).split()))
    )
    lettered = dict(zip(LETTERS, texts, strict=False))
    kept = letters_kept_in_place(lettered)
    options = tuple(Option(letter, text, letter in kept or draw(st.booleans())) for letter, text in lettered.items())
    key = draw(st.sets(st.sampled_from(sorted(lettered)), min_size=1))
    kind = ItemType.SINGLE if len(key) == 1 else ItemType.MULTIPLE
    rest = draw(st.fixed_dictionaries(_common()))
    return Item("", kind, draw(WORDS), options, tuple(sorted(key)), **rest)  # type: ignore[arg-type]


@st.composite
def fill_ins(draw: st.DrawFn) -> Item:
    blanks = draw(st.lists(st.lists(WORDS, min_size=1, max_size=2).map(tuple), min_size=1, max_size=3).map(tuple))
    stem = "甲____" * len(blanks) + "乙"
    rest = draw(st.fixed_dictionaries(_common() | {"any_order": st.booleans(), "numerals_equal": st.booleans()}))
    return Item("", ItemType.FILL_IN, stem, blanks=blanks, **rest)  # type: ignore[arg-type]


@st.composite
def statements(draw: st.DrawFn) -> Item:
    rest = draw(st.fixed_dictionaries(_common()))
    key = (draw(st.sampled_from(["true", "false"])),)
    return Item("", ItemType.TRUE_FALSE, draw(WORDS), key=key, **rest)  # type: ignore[arg-type]


@st.composite
def essays(draw: st.DrawFn) -> Item:
    rest = draw(st.fixed_dictionaries(_common() | {"reference": WORDS | st.just("")}))
    return Item("", ItemType.ESSAY, draw(WORDS), **rest)  # type: ignore[arg-type]


LEAVES = choices() | fill_ins() | statements() | essays()


@st.composite
def banks(draw: st.DrawFn) -> Bank:
    """A bank of items of every type that the reader would take."""
    ids = iter(draw(st.lists(IDS, min_size=12, max_size=12, unique=True)))
    items = [_named(item, next(ids)) for item in draw(st.lists(LEAVES, min_size=1, max_size=5))]
    if draw(st.booleans()):
        below = tuple(_named(item, next(ids)) for item in draw(st.lists(LEAVES, min_size=1, max_size=3)))
        items.append(Item(next(ids), ItemType.CASE, draw(WORDS), items=below))
    return Bank(draw(WORDS), tuple(items), draw(WORDS | st.just("")), (REGULATION,))


def as_written(bank: Bank) -> str:
    """The bank as YAML of the authors' format, every text quoted where it must be."""
    document = {
        "title": bank.title,
        "description": bank.description,
        "regulations": [_regulation(each) for each in bank.regulations],
        "items": [_item(item) for item in bank.items],
    }
    return yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=10_000)


_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}


def _named(item: Item, name: str) -> Item:
    return Item(**{**vars(item), "id": name})


def _regulation(each: Regulation) -> dict[str, object]:
    editions = [
        {"id": edition.id, "effective": edition.effective or "", "superseded_by": edition.superseded_by or ""}
        for edition in each.editions
    ]
    return {"id": each.id, "title": each.title, "issuer": each.issuer, "editions": editions}


def _item(item: Item) -> dict[str, object]:
    written: dict[str, object] = {"id": item.id, "type": item.type.value}
    if item.type is ItemType.CASE:
        return written | {"passage": item.stem, "items": [_item(each) for each in item.items]}
    written |= {"stem": item.stem, "rationale": item.rationale, "topic": item.topic, "difficulty": item.difficulty}
    if item.options:
        written["options"] = {option.letter: {"text": option.text, "fixed": option.fixed} for option in item.options}
    if item.blanks:
        written |= {"any_order": item.any_order, "numerals_equal": item.numerals_equal}
    if item.type is ItemType.ESSAY:
        written["reference"] = item.reference
    else:
        written["key"] = [list(accepted) for accepted in item.blanks] or "".join(item.key)
    if item.citations:
        written["citation"] = [dict(vars(each)) for each in item.citations]
    if item.posts:
        written["posts"] = list(item.posts)
    return written
