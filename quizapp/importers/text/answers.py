"""Keys as written, and what they mean for a question of that type."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from quizapp.importers.notation import fold, is_no_key, parse_key, parse_truth, squeezed

_HEAD = re.compile(
    r"\s*+(?:选项?\s?)?[(\[]?\s*([A-Za-z](?:[\s、,;/.和及]*(?:选项)?[A-Z](?![a-z]))*)\s*[)\]]?(?=$|[\s.。,;:、)(\[]|[^\x00-\x7f])"
)
_PARENS = re.compile(r"\(([^()]*)\)")
_ANY_ORDER = re.compile(r"\s*乱序匹配\s*")
_RULE = re.compile(r"\s*(?:全对得分|部分得分)\s*")
_END = " \t.。;；,，、"


@dataclass(frozen=True)
class Letters:
    """A key in letters or a truth, and the text after it that is no key."""

    key: tuple[str, ...]
    rest: str = ""


def choice_key(raw: str, options: Mapping[str, str]) -> Letters | None:
    """The key of a choice: letters, letters with the texts of their options, or these alone; None for other words."""
    folded, raw = fold(raw), raw.strip()
    if key := parse_key(raw, tuple(options)):
        return Letters(key)
    if texts := _by_texts(raw, options):
        return Letters(texts)
    head = _HEAD.match(folded)
    if not head:
        return None
    key, rest = parse_key(head[1]) or (), folded[head.end() :]
    if len(key) == 1 and options.get(key[0]) and squeezed(rest).strip(".:、)") == squeezed(options[key[0]]).strip("."):
        return Letters(key)
    if labelled := _labelled(folded, options):
        return Letters(labelled)
    glued = rest[:1] and not re.match(r"[\s.。,;:、)(\[]", rest)
    said = raw[-len(rest.lstrip()) :].lstrip(_END + ":：)）") if rest.strip(_END) else ""
    if not key or (glued and "\u4e00" <= rest[0] <= "\u9fff" and not rest.startswith(("解析", "项"))):
        return None
    # A single letter with other words after a point may be another option's text with a slip: nobody knows.
    if (
        said
        and re.match(r"\s*[.、:)]\s*\S", rest)
        and len(key) == 1
        and len(said) < 40
        and not said.endswith(("。", "."))
    ):
        return None
    return Letters(key, said)


def _labelled(folded: str, options: Mapping[str, str]) -> tuple[str, ...]:
    """A.甲 B.乙: each letter with its own option's text."""
    parts = re.split(r"(?:(?<=[\s;,、])|^)([A-Z])\s?[.、:)]", folded.strip())
    pairs = list(zip(parts[1::2], parts[2::2], strict=True))
    right = all(
        squeezed(options.get(letter, "\0")).strip(".") == squeezed(text).strip(".;,、") for letter, text in pairs
    )
    return tuple(sorted(letter for letter, _ in pairs)) if pairs and right and not parts[0].strip() else ()


def _by_texts(raw: str, options: Mapping[str, str]) -> tuple[str, ...]:
    by_text: dict[str, list[str]] = {}
    for letter, text in options.items():
        by_text.setdefault(squeezed(text).strip(".。;,"), []).append(letter)

    def letters(texts: list[str]) -> tuple[str, ...]:
        found = [by_text.get(squeezed(text).strip(".。;,"), []) for text in texts]
        return tuple(sorted(each[0] for each in found)) if found and all(len(each) == 1 for each in found) else ()

    whole = letters([raw])
    return whole or next(
        (
            found
            for sign in "；;、，,\n |"
            if (found := letters([part for part in re.split(f"[{sign}]", raw) if part.strip()]))
        ),
        (),
    )


def truth_key(raw: str, options: Mapping[str, str]) -> tuple[str, ...] | None:
    """`TRUE` or `FALSE`; a letter means what its option says, never its place."""
    text = raw.strip()
    letters = parse_key(text)
    if letters and len(letters) == 1 and letters[0] in options:
        truth = parse_truth(options[letters[0]])
        return (truth,) if truth else None
    head = re.match(r"\s*(正确|错误|不正确|对|错|√|×|是|否)(?=$|[\s。.,;:])", fold(text))
    truth = parse_truth(text) or (parse_truth(head[1]) if head else None)
    return (truth,) if truth else None


@dataclass(frozen=True)
class Blanks:
    """The accepted texts of each blank, and whether their order is free."""

    blanks: tuple[tuple[str, ...], ...]
    any_order: bool = False


def blank_key(raw: str, count: int) -> Blanks | None:
    """The texts of a fill-in question's blanks: ``a/b；c``, ``a;b|c``, ``(a)(b)``; None where no key is given."""
    text = raw.strip()
    if not text or is_no_key(text):
        return None
    folded = fold(text)
    free = _ANY_ORDER.match(folded)
    start = free.end() if free else 0
    if rule := _RULE.match(folded, start):
        start = rule.end()
    text, folded = text[start:], folded[start:]
    groups = list(_PARENS.finditer(folded))
    if (
        groups
        and (free or rule or count > 1 or len(groups) > 1 or count == 1)
        and not _PARENS.sub("", folded).strip(_END)
    ):
        inner = [text[each.start(1) : each.end(1)] for each in groups]
        return Blanks(tuple(_texts(each, "/／") for each in inner), bool(free))
    return Blanks(tuple(_texts(*each) for each in _split(text, count)), bool(free))


def _split(text: str, count: int) -> list[tuple[str, str]]:
    """Each blank's stretch, and the signs between its accepted texts."""
    text = re.sub(r"^\s*1[.．、]\s*(?=\D)", "", text) if count == 1 else text
    if numbered := _numbered(text, count):
        return [(each, ";；/／") for each in numbered]
    if "|" in text or "｜" in text:
        return [(each, ";；/／") for each in re.split("[|｜]", text)]
    signs = set(fold(text))
    if count <= 1 and not {"/", ";"} <= signs:
        return [(text, ";；/／")]
    if ";" in signs:
        return [(part, "/／") for part in re.split("[；;]", text.strip(_END))]
    for sign in ("、", "，,", " \u3000\t"):
        parts = [part for part in re.split(f"[{sign}]+", text.strip()) if part.strip()]
        if len(parts) == count:
            return [(part, "/／" if "/" not in sign else "") for part in parts]
    return [(part, "/／") for part in re.split("[；;]", text)]


def _numbered(text: str, count: int) -> list[str]:
    """(1)甲(2)乙 or ①甲②乙: one stretch for each blank."""
    for pattern in (r"[①-⑳]\s*", r"[(（]\d{1,2}[)）]\s*", r"(?:(?<=\s)|^)\d{1,2}[.、．]\s*(?=\D)"):
        parts = [part.strip(_END) for part in re.split(pattern, text)]
        if count > 1 and len(parts) == count + 1 and not parts[0]:
            return parts[1:]
    return []


def _texts(text: str, signs: str) -> tuple[str, ...]:
    parts = re.split(f"[{signs}]|或(?!者)" if signs and signs != "/／" else (f"[{signs}]" if signs else "\0"), text)
    if signs == "/／" and "或" in text:
        parts = [piece for part in parts for piece in re.split("或(?!者)", part)]
    return tuple(dict.fromkeys(part.strip().strip("。") for part in parts if part.strip()))
