"""Files that are no YAML, no text, or made to do harm are refused with a place and a sentence; nothing else happens."""

import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizapp.domain import bank_source
from quizapp.domain.bank_yaml import BankError, read_bank

EXAMPLE = Path(__file__).parents[2] / "docs" / "bank-format.md"
VALID = max(EXAMPLE.read_text(encoding="utf-8").split("```yaml\n")[1:], key=len).split("```")[0]


def first_problem(source: str | bytes) -> str:
    with pytest.raises(BankError) as caught:
        read_bank(source, "b")
    return str(caught.value).split("\n")[0]


MENDED_BY_HAND = [
    ("", "b:1:1: The file is empty"),
    ("# nothing\n", "b:1:1: The file is empty"),
    ("just words", "b:1:1: Here keys are needed"),
    ("- a\n", "b:1:1: Here keys are needed"),
    ("title：x\nitems: 1", "b:1:6: The colon after a key must be the half-width"),
    ("title:x\nitems: 1", "b:1:6: A space is missing after the colon"),
    ("title: x\nitems:\n\t- id: a\n\t- id: b", "b:3:1: This line is indented with a tab"),
    ("title: a: b", "b:1:9: A colon followed by a space"),
    ("title: 'a\nitems: 1", "b:1:8: The quotation mark that opens here is never closed"),
    ("title: [a\nitems: 1", "b:1:8: The bracket that opens here is never closed"),
    ("title: a\nwords alone\nitems: 1", "b:2:1: This line has no key"),
    ("title: *重要*", "b:1:9: A text that begins with * or & must stand in quotes"),
    ("title: *a", "b:1:8: A text that begins with * must stand in quotes"),
    ("title: &a b", "b:1:8: A text that begins with & must stand in quotes"),
    ("title: !重要", "b:1:9: A text that begins with ! must stand in quotes"),
    ("title: !a b", "b:1:8: A text that begins with ! must stand in quotes"),
    ("title: @a", "b:1:8: A text cannot begin with this character"),
    ('title: "\\q"', "b:1:9: A backslash in double quotes"),
    ("title: |x\n", "b:1:9: After | or > the text begins on the next line"),
    ("title: - a", "b:1:8: A list cannot begin on the line of its key"),
    ("  title: a\n items: b", "b:2:2: This line is indented less than the first line"),
    ("items:\n  - a\n  b: c", "b:3:3: This line stands where a list goes on"),
    ("title: 'a' b", "b:1:12: This line is indented differently"),
    ("title: }", "b:1:8: There is a bracket or a comma here"),
    ("title: a\n---\ntitle: b", "b:2:1: A file holds one bank"),
    ("%YAML 1.2\n---\ntitle: a", "b:1:1: A line that begins with %YAML"),
    ("title: a\x00b", "b:1:9: There is an invisible control character here (U+0000)"),
    ("title: a\nx: \u202e", "b:2:4: There is an invisible control character here (U+202E)"),
    ('title: "\\0"', "b:1:8: There is an invisible control character here (U+0000)"),
    ("title: \ud800", "b:1:8: There is an invisible control character here (U+D800)"),
    ("title: 题库".encode("gbk"), "b:1:8: The file is not UTF-8 from here on (byte 0xCC)"),
    (b"\xef\xbb\xbftitle: a\nx: \xff", "b:2:4: The file is not UTF-8 from here on (byte 0xFF)"),
    ("title: 题库".encode("utf-16"), "b:1:1: The file is saved as UTF-16"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "said"), MENDED_BY_HAND)
def test_what_cannot_be_parsed_is_said_in_words(source: str | bytes, said: str) -> None:
    assert first_problem(source).startswith(said)


def test_every_line_with_a_tab_is_named() -> None:
    with pytest.raises(BankError) as caught:
        read_bank("title: x\nitems:\n\t- id: a\n\t- id: b\n")
    assert [problem.line for problem in caught.value.problems] == [3, 4]


BOMBS = {
    "brackets": "[" * 100_000,
    "braces": "{" * 100_000,
    "dashes": "- " * 100_000,
    "question marks": "? " * 100_000,
    "aliases": "a: &a [x, x]\n"
    + "".join(f"{b}: &{b} [*{a}, *{a}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)),
    "tags": "- !a b\n" * 100_000,
    "tag directives": "%TAG !a! x\n" * 200_000,
    "a huge text": "title: '" + "x" * 3_000_000 + "'",
    "a huge key": "x" * 3_000_000 + ": a",
    "a huge block": "title: |\n" + " a\n" * 1_000_000,
    "a huge list": "items: [" + "a," * 1_000_000 + "]",
    "a huge file": "#" * (bank_source.MAX_BYTES + 1),
    "control characters": "\x00\n" * 1_000_000,
    "tabs": "a:\n" + "\t- x\n" * 500_000,
    "unknown keys": "".join(f"key-{number}: x\n" for number in range(50_000)),
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_is_refused_with_few_words(bomb: str) -> None:
    with pytest.raises(BankError) as caught:
        read_bank(BOMBS[bomb])
    assert 1 <= len(caught.value.problems) <= bank_source.MAX_PROBLEMS + 1
    assert len(str(caught.value)) < 1_000_000


def test_nesting_is_refused_before_the_parser_goes_deep(monkeypatch: pytest.MonkeyPatch) -> None:
    events = 0
    take = bank_source._TreeBuilder.take

    def counting(builder: bank_source._TreeBuilder, event: object) -> None:
        nonlocal events
        events += 1
        take(builder, event)  # type: ignore[arg-type]

    monkeypatch.setattr(bank_source._TreeBuilder, "take", counting)
    first_problem("[" * 100_000)
    assert events < 2 * bank_source.MAX_DEPTH


@pytest.mark.parametrize(
    "tag",
    [
        "!!python/object/apply:os.system [true]",
        "!!python/name:os.system",
        "!!python/module:turtledemo",
        "!x y",
        "!!int 3",
    ],
)
def test_no_tag_is_honoured(tag: str) -> None:
    assert "Type tags are not read" in first_problem(f"title: {tag}\nitems: []\n")
    assert "turtledemo" not in sys.modules


PIECES = st.sampled_from([*"\t：[]{}'\"#|>\n%A、\x00\ufeff", ": ", "- ", "&a ", "*a", "!a ", "  ", "? ", "____"])


@st.composite
def mutants(draw: st.DrawFn) -> str:
    """The valid bank after a few cuts, doublings and insertions at any place."""
    text = VALID
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 30)))
        text = text[:start] + draw(st.sampled_from(["", text[start:end] * 2]) | PIECES) + text[end:]
    return text


def read_or_refuse(source: str | bytes) -> None:
    """Anything raised but BankError fails the test, and so does a refusal that cannot be acted on."""
    try:
        read_bank(source)
    except BankError as error:
        refusal = error
    else:
        return
    lines = (source.decode("utf-8", "replace") if isinstance(source, bytes) else source).splitlines()
    assert refusal.problems
    assert all(problem.line <= len(lines) + 1 and problem.text().strip() for problem in refusal.problems)
    assert len(str(refusal).split("\n")) >= len(refusal.problems)


@settings(max_examples=300, deadline=None)
@given(mutants())
def test_a_damaged_bank_is_read_or_refused(text: str) -> None:
    read_or_refuse(text)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300) | st.text(max_size=300))
def test_any_bytes_are_read_or_refused(source: str | bytes) -> None:
    read_or_refuse(source)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(VALID.split("\n")), st.integers(1, 40), st.text(st.characters(codec="utf-8"), max_size=40))
def test_any_value_in_any_line_is_read_or_refused(line: str, cut: int, value: str) -> None:
    read_or_refuse(VALID.replace(line, line[:cut] + value, 1))
