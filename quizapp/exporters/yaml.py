"""A bank as the text that people write: YAML in the style of docs/bank-format.md."""

import re
from collections.abc import Iterator, Sequence

from yaml import ScalarNode
from yaml.resolver import Resolver

from quizapp.domain.bank import TRUE, Bank, Citation, Edition, Item, ItemType, Option, Regulation
from quizapp.domain.bank_notation import letters_kept_in_place

TRUTHS = {True: "正确", False: "错误"}

_STEP = "  "
_UNSAFE_START = frozenset("-?:,[]{}#&*!|>'\"%@`=~") | {""}
_UNSAFE_INSIDE = re.compile(r": |:$| #|[\t\r\n\ufeff]")
_UNSAFE_IN_FLOW = frozenset(",[]{}:?#")
# What must be escaped wherever it stands: the reader turns other line ends into \n and takes off a byte order mark.
_ESCAPED = {"\t": r"\t", "\r": r"\r", "\n": r"\n", "\ufeff": r"\uFEFF", '"': r"\"", "\\": r"\\"}
_NEEDS_ESCAPE = re.compile(r"[\t\r\ufeff]")
_WORDS = Resolver()


def write_yaml(bank: Bank) -> bytes:
    """The bank in UTF-8: `read_bank` gives the same bank again, and the same bank always gives the same bytes.

    What no file can say is not kept: white space around a text, and an item under a case that has no topic,
    difficulty, citation or posts of its own takes the case's.
    """
    lines = ["format: 1", *_text("title", bank.title, "")]
    lines += _text("description", bank.description, "")
    if bank.regulations:
        lines.append("regulations:")
        for regulation in bank.regulations:
            lines += _entry(_regulation(regulation), _STEP)
    lines.append("items:")
    for item in bank.items:
        lines += ["", *_entry(_item(item, Item("", ItemType.CASE, "", difficulty=0)), _STEP)]
    return ("\n".join(lines) + "\n").encode()


def _regulation(regulation: Regulation) -> Iterator[str]:
    yield from _text("id", regulation.id)
    yield from _text("title", regulation.title)
    yield from _text("issuer", regulation.issuer)
    if regulation.editions:
        yield "editions:"
        for edition in regulation.editions:
            yield from _entry(_edition(edition), _STEP)


def _edition(edition: Edition) -> Iterator[str]:
    yield from _text("id", edition.id)
    if edition.effective is not None:
        yield f"effective: {edition.effective.isoformat()}"
    yield from _text("superseded_by", edition.superseded_by or "")
    if edition.articles is not None:
        yield f"articles: {edition.articles}"


def _item(item: Item, case: Item) -> Iterator[str]:
    """The lines of an item; what it shares with the ``case`` above it is not said again."""
    yield from _text("id", item.id)
    yield f"type: {item.type.value}"
    yield from _text("passage" if item.type is ItemType.CASE else "stem", item.stem)
    if item.options:
        yield from _options(item.options)
    yield from _key(item)
    yield from _text("reference", item.reference)
    yield from _text("rationale", item.rationale)
    if item.topic != case.topic:
        yield from _text("topic", item.topic)
    if item.difficulty != case.difficulty:
        yield f"difficulty: {item.difficulty}"
    if item.citations != case.citations:
        yield from _citations(item.citations)
    if item.posts and item.posts != case.posts:
        yield f"posts: {_flow(item.posts)}"
    if item.items:
        yield "items:"
        for inner in item.items:
            yield from _entry(_item(inner, item), _STEP)


def _options(options: Sequence[Option]) -> Iterator[str]:
    """The options; that 以上都是 stays in its place the reader finds out by itself."""
    kept = letters_kept_in_place({option.letter: option.text for option in options})
    fixed = {option.letter for option in options if option.fixed} - kept
    in_order = bool(fixed) and all(option.fixed for option in options)
    yield "options:"
    for option in options:
        if option.letter in fixed and not in_order:
            yield f"{_STEP}{option.letter}: {{text: {_flow_scalar(option.text)}, fixed: true}}"
        else:
            yield from _text(option.letter, option.text, _STEP)
    if in_order:
        yield "keep_order: true"


def _key(item: Item) -> Iterator[str]:
    if item.type is ItemType.TRUE_FALSE:
        yield f"key: {TRUTHS[item.key == (TRUE,)]}"
    elif item.type is ItemType.FILL_IN:
        yield "key:"
        for accepted in item.blanks:
            if len(accepted) == 1:
                yield from _entry(_scalar(accepted[0], ""), _STEP)
            else:
                yield f"{_STEP}- {_flow(accepted)}"
        for name in ("any_order", "numerals_equal"):
            if getattr(item, name):
                yield f"{name}: true"
    elif item.key:
        yield from _text("key", "".join(item.key))


def _citations(citations: Sequence[Citation]) -> Iterator[str]:
    written = [
        "{" + ", ".join(f"{name}: {_flow_scalar(getattr(each, name))}" for name in ("regulation", "edition", "article"))
        + "}"
        for each in citations
    ]  # fmt: skip
    if len(written) == 1:
        yield f"citation: {written[0]}"
    elif written:
        yield "citation:"
        yield from (f"{_STEP}- {each}" for each in written)


def _entry(lines: Iterator[str], indent: str) -> Iterator[str]:
    """The lines of one entry of a list, the first of them behind its dash."""
    for number, line in enumerate(lines):
        yield f"{indent}{_STEP if number else '- '}{line}" if line else ""


def _text(name: str, text: str, indent: str = "") -> Iterator[str]:
    """``name: text``; nothing for an empty text, which a file cannot hold."""
    if not text.strip():
        return
    first, *rest = _scalar(text, indent + _STEP)
    yield f"{indent}{name}: {first}"
    yield from rest


def _scalar(text: str, indent: str) -> Iterator[str]:
    """``text`` in block style; a text of several lines is written as it is, below a bar."""
    text = text.strip()
    if "\n" not in text or _NEEDS_ESCAPE.search(text):
        yield _one_line(text, in_flow=False)
        return
    yield "|"
    for line in text.split("\n"):
        yield (indent or _STEP) + line if line else ""


def _flow(texts: Sequence[str]) -> str:
    return "[" + ", ".join(_flow_scalar(text) for text in texts) + "]"


def _flow_scalar(text: str) -> str:
    return _one_line(text, in_flow=True)


def _one_line(text: str, *, in_flow: bool) -> str:
    text = text.strip()
    if _is_plain(text, in_flow=in_flow):
        return text
    if not any(sign in text for sign in _ESCAPED):
        return f'"{text}"'
    if "\n" not in text and not _NEEDS_ESCAPE.search(text):
        return "'" + text.replace("'", "''") + "'"
    return '"' + "".join(_ESCAPED.get(sign, sign) for sign in text) + '"'


def _is_plain(text: str, *, in_flow: bool) -> bool:
    """Whether the bare text means itself, also to programs that take ``no`` and ``2024`` for more than text."""
    return (
        text[:1] not in _UNSAFE_START
        and not _UNSAFE_INSIDE.search(text)
        and not (in_flow and not _UNSAFE_IN_FLOW.isdisjoint(text))
        and _WORDS.resolve(ScalarNode, text, (True, False)) == "tag:yaml.org,2002:str"  # type: ignore[no-untyped-call]
    )
