"""What the lines of a text are written in. Chinese papers are the rule: every other format must show itself."""

import re
from collections.abc import Sequence

from quizapp.domain.problem import N_, Problem
from quizapp.importers.reading import Format, Refused
from quizapp.importers.separated import heading_of

_ROOT = re.compile(r"(?:\s|<\?.*?\?>|<!--.*?-->)*+<(?:[\w.-]+:)?([\w.-]+)", re.DOTALL)
_ROOTS = {
    "quiz": Format.MOODLE_XML,
    **dict.fromkeys(("assessmentItem", "assessmentTest", "qti-assessment-item", "qti-assessment-test"), Format.QTI),
    **dict.fromkeys(("manifest", "questestinterop"), Format.QTI),
}
_DOCTYPE = re.compile(r"(?:\s|<\?.*?\?>|<!--.*?-->)*+<!DOCTYPE\b", re.DOTALL)

_YAML_LIST = re.compile(r"^(?:items|\"items\")\s*:", re.MULTILINE)
_YAML_ITEM = re.compile(r"^[^\S\n]*+(?:-[^\S\n]++)?(?:id|type|stem|key)\s*:", re.MULTILINE)

# Spaces are taken for good and never beyond the line: given back, a run of 60,000 would be tried 60,000 times anew.
_CHINESE_KEY = re.compile(r"^[^\S\n]*+[【\[（(]?[^\S\n]*+(?:参考|正确|标准)?[^\S\n]*+答[^\S\n]*+案", re.MULTILINE)
_GIFT_ANSWERS = re.compile(
    r"(?<!\\)\{\s*+(?:(?:=|~|\#|%)(?:[^{}\\]|\\.)*|(?:T|F|TRUE|FALSE)\s*(?:\#(?:[^{}\\]|\\.)*)?)\}"
)
_GIFT_LINE = re.compile(r"^[^\S\n]*+(?:::(?:[^:\\]|\\.)++::|\$CATEGORY:)", re.MULTILINE)

_AIKEN_KEY = re.compile(r"ANSWER:\s*([A-Z])\s*")
_AIKEN_OPTION = re.compile(r"([A-Z])[.)]\s")


def sniff_text(lines: Sequence[str]) -> Format:
    """The format of a text. Raises `Refused` for XML that holds no questions in a format known here."""
    text = "\n".join(lines)
    if text.lstrip().startswith("<") and (_ROOT.match(text) or _DOCTYPE.match(text)):
        return _xml(text)
    if _YAML_LIST.search(text) and _YAML_ITEM.search(text):
        return Format.YAML
    if heading_of(lines) is not None:
        return Format.CSV
    if _CHINESE_KEY.search(text):
        return Format.TEXT
    if _GIFT_LINE.search(text) or _GIFT_ANSWERS.search(text):
        return Format.GIFT
    return Format.AIKEN if _is_aiken(lines) else Format.TEXT


def _xml(text: str) -> Format:
    root = _ROOT.match(text)
    if root and root.group(1) in _ROOTS:
        return _ROOTS[root.group(1)]
    if _DOCTYPE.match(text):
        raise Refused(Problem(N_("The file has a DOCTYPE, which is not read. Remove it and import the file again.")))
    if re.search(r"</?(?:p|br|div|span)\b", text, re.IGNORECASE):
        return Format.TEXT  # a text with the residue of a page
    message = N_("This XML holds no questions. Moodle XML and QTI can be read; export the questions in one of them.")
    raise Refused(Problem(message))


def _is_aiken(lines: Sequence[str]) -> bool:
    """Whether every key is an ``ANSWER: B`` below at least two options: Aiken allows nothing else."""
    keys = options = 0
    for line in lines:
        if found := _AIKEN_KEY.fullmatch(line):
            if options < 2 or ord(found.group(1)) - ord("A") >= options:
                return False
            keys, options = keys + 1, 0
        elif _AIKEN_OPTION.match(line):
            options += 1
        elif line.strip():
            options = 0
    return keys > 0
