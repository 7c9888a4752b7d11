"""A bank file is read as written, and everything wrong with it is said at once, with its place."""

from datetime import date

import pytest
from hypothesis import given, settings

from quizapp.domain.bank import MOST_BLANKS, Bank, Citation, Edition, Item, ItemType, Option, Regulation
from quizapp.domain.bank_json import bank_from_json, bank_to_json
from quizapp.domain.bank_yaml import BankError, format_problem, read_bank
from tests.support.generated_banks import as_written, banks

GOOD = """\
title: 题库
regulations:
  - id: ccp
    title: 纪律处分条例
    issuer: 中共中央
    editions:
      - {id: 2018, superseded_by: 2023}
      - {id: 2023, effective: 2024-01-01, articles: 158}
items:
  - id: one
    type: single
    stem: No
    options:
      A: 1_000
      B: 12:30
      C: 以上都是
    key: Ｃ
    citation: {regulation: ccp, edition: 2023, article: 第八条}
    posts: 招标采购
  - id: two
    type: fill_in
    stem: 处分____内，由____决定
    key:
      - [一年, 1年]
      - 党组
    numerals_equal: true
  - id: three
    type: case
    passage: 材料
    topic: 廉洁纪律
    difficulty: 5
    items:
      - id: three-1
        type: multiple
        stem: 哪些
        options: {A: 甲, B: 乙}
        key: [B, a]
      - id: three-2
        type: true_false
        stem: 是否
        key: ×
        difficulty: 3
        topic: 工作纪律
"""


def problems(text: str | bytes) -> list[str]:
    with pytest.raises(BankError) as caught:
        read_bank(text, "b")
    return str(caught.value).split("\n")


def edited(*edits: tuple[str, str]) -> str:
    text = GOOD
    for old, new in edits:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def test_a_bank_is_read_as_written() -> None:
    options = (Option("A", "1_000"), Option("B", "12:30"), Option("C", "以上都是", fixed=True))
    citations = (Citation("ccp", "2023", "第八条"),)
    one = Item("one", ItemType.SINGLE, "No", options, ("C",), citations=citations, posts=("招标采购",))
    blanks = (("一年", "1年"), ("党组",))
    two = Item("two", ItemType.FILL_IN, "处分____内，由____决定", blanks=blanks, numerals_equal=True)
    below = (
        Item(
            "three-1", ItemType.MULTIPLE, "哪些", (Option("A", "甲"), Option("B", "乙")), ("A", "B"),
            topic="廉洁纪律", difficulty=5,
        ),
        Item("three-2", ItemType.TRUE_FALSE, "是否", key=("false",), topic="工作纪律", difficulty=3),
    )  # fmt: skip
    three = Item("three", ItemType.CASE, "材料", topic="廉洁纪律", difficulty=5, items=below)
    editions = (Edition("2018", superseded_by="2023"), Edition("2023", date(2024, 1, 1), articles=158))
    assert read_bank(GOOD) == Bank(
        "题库", (one, two, three), regulations=(Regulation("ccp", "纪律处分条例", "中共中央", editions),)
    )


@settings(deadline=None)
@given(banks())
def test_what_is_written_is_what_is_read(bank: Bank) -> None:
    assert read_bank(as_written(bank)) == bank


@pytest.mark.parametrize("word", ["No", "yes", "on", "1e3", "012", "2026-01-01", "12:30", "~", "null", "0x1F", "1_000"])
def test_scalars_stay_text(word: str) -> None:
    assert read_bank(edited(("stem: No", f"stem: {word}"))).item("one").stem == word


@pytest.mark.parametrize("text", [GOOD.encode(), b"\xef\xbb\xbf" + GOOD.encode(), "\ufeff" + GOOD])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_byte_order_mark_and_any_line_end_are_taken(text: str | bytes, end: str) -> None:
    lines = text.decode() if isinstance(text, bytes) else text
    assert read_bank(lines.replace("\n", end).encode()) == read_bank(GOOD)


def test_keep_order_keeps_every_option() -> None:
    bank = read_bank(edited(("    key: Ｃ", "    keep_order: true\n    key: Ｃ")))
    assert [option.fixed for option in bank.item("one").options] == [True, True, True]


def test_every_problem_is_said_at_once_in_the_order_of_the_file() -> None:
    text = edited(("key: Ｃ", "anwser: C"), ("key: ×", "key: 是"), ("第八条", ""), ("{id: 2023,", "{id: x y,"))
    assert [line.split(":")[1] for line in problems(text)] == ["7", "8", "17", "18", "18", "41"]


def test_a_problem_names_file_line_column_and_path() -> None:
    assert problems(edited(("    key: Ｃ", "    anwser: C"))) == [
        "b:17:5 items[0].anwser: Unknown key 'anwser'. Did you mean 'key'?"
    ]


def test_a_problem_is_said_in_the_language_of_the_reader() -> None:
    with pytest.raises(BankError) as caught:
        read_bank(edited(("    key: Ｃ", "    anwser: C")))
    (problem,) = caught.value.problems
    words = {"Unknown key '%(key)s'. Did you mean '%(suggestion)s'?": "%(key)s→%(suggestion)s"}
    assert format_problem(problem, "题库.yaml", words.__getitem__) == "题库.yaml:17:5 items[0].anwser: anwser→key"


ONE_SLIP = [
    ("title: 题库", "title:", "b:1:7 title: 'title' is empty"),
    ("title: 题库", "tilte: 题库", "b:1:1 tilte: Unknown key 'tilte'. Did you mean 'title'"),
    ("title: 题库", "title: 题库\nformat: 2", "b:2:9 format: '2' is not a whole number from 1 to 1"),
    ("title: 题库", "title: 题库\nzzz: 2", "b:2:1 zzz: Unknown key 'zzz'. Remove it"),
    ("title: 题库", "title: [题库]", "b:1:8 title: Here one text is needed"),
    ("title: 题库", "title: 题库\ntitle: x", "b:2:1 title: 'title' is given twice; the first is on line 1"),
    ("title: 题库", "title: 题库\n? [a]\n: b", "b:2:3: A key must be a plain word"),
    ("2024-01-01", "2023-02-30", "b:8:31 regulations[0].editions[1].effective: '2023-02-30' is not a date"),
    ("articles: 158", "articles: 一百", "b:8:53 regulations[0].editions[1].articles: '一百' is not a whole number"),
    ("superseded_by: 2023", "superseded_by: 2022", "b:7:35 regulations[0].editions[0].superseded_by: This regulation"),
    ("{id: 2018, superseded_by: 2023}", "{id: 2023}", "b:8:14 regulations[0].editions[1].id: The id '2023' is used"),
    ("id: two", "id: one", "b:20:9 items[1].id: The id 'one' is used already on line 10"),
    ("id: three-2", "id: one", "b:38:13 items[2].items[1].id: The id 'one' is used already on line 10"),
    ("id: two", "id: 二", "b:20:9 items[1].id: '二' cannot be an id"),
    ("type: single", "type: signle", "b:11:11 items[0].type: Unknown type 'signle'. Did you mean 'single'"),
    ("type: single", "type: 单项选折题", "b:11:11 items[0].type: Unknown type '单项选折题'. Did you mean '单项选择题'"),
    ("type: single", "type: matching-x", "b:11:11 items[0].type: Unknown type 'matching-x'. The types are single,"),
    ("    type: single\n", "", "b:10:5 items[0].type: 'type' is missing"),
    ("C: 以上都是", "C:", "b:16:9 items[0].options.C: This text is empty"),
    ("C: 以上都是", "C: １_000", "b:16:7 items[0].options.C: Options A and C say the same"),
    ("C: 以上都是", "C: {text: x, fixed: maybe}", "b:16:27 items[0].options.C.fixed: 'maybe' is neither"),
    ("A: 甲, B: 乙", "A: 甲, B: 乙, D: 丙", "b:36:31 items[2].items[0].options.D: Options are lettered"),
    ("{A: 甲, B: 乙}", "[甲, 乙]", "b:36:18 items[2].items[0].options: Write each option on a line"),
    ("key: Ｃ", "key: D", "b:17:10 items[0].key: The key names option D, but the options are A, B, C"),
    ("key: Ｃ", "key: AB", "b:17:10 items[0].key: A single-choice item has exactly one key, here are 2"),
    ("key: Ｃ", "key: 以上都是", "b:17:10 items[0].key: Write the letters"),
    ("    key: Ｃ\n", "", "b:10:5 items[0].key: 'key' is missing"),
    ("[B, a]", "[B, b]", "b:37:18 items[2].items[0].key[1]: The key names option B twice"),
    ("[B, a]", "[]", "b:37:14 items[2].items[0].key: Write the letters"),
    ("edition: 2023, article", "edition: 2003, article", "b:18:42 items[0].citation.edition: 'ccp' has no edition"),
    ("{regulation: ccp", "{regulation: cpc", "b:18:28 items[0].citation.regulation: The bank lists no"),
    ("posts: 招标采购", "posts: []", "b:19:12 items[0].posts: This list is empty"),
    ("内，由____决定", "内", "b:24:7 items[1].key: Blanks in the stem: 1; entries in the key: 2"),
    ("处分____内，由____决定", "处分", "b:22:11 items[1].stem: A fill-in stem needs a blank"),
    ("- 党组", "- ''", "b:25:9 items[1].key[1]: This text is empty"),
    ("numerals_equal: true", "numerals_equal: 1", "b:26:21 items[1].numerals_equal: '1' is neither true nor false"),
    ("difficulty: 5", "difficulty: 6", "b:31:17 items[2].difficulty: '6' is not a whole number from 1 to 5"),
    ("passage: 材料", "passage: 材料\n    key: A", "b:30:5 items[2].key: Unknown key 'key'"),
    ("key: ×", "key: 是", "b:41:14 items[2].items[1].key: The key of a true/false item"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "said"), ONE_SLIP)
def test_one_slip_is_one_problem_at_its_place(old: str, new: str, said: str) -> None:
    lines = problems(edited((old, new)))
    assert len(lines) == 1, lines
    assert lines[0].startswith(said)


def test_a_case_holds_no_case() -> None:
    leaf = "{id: c, type: true_false, stem: s, key: 对}"
    inner = f"{{id: b, type: case, passage: p, items: [{leaf}]}}"
    lines = problems(f"title: x\nitems:\n- {{id: a, type: case, passage: p, items: [{inner}]}}")
    assert len(lines) == 1
    assert lines[0].startswith("b:3:57 items[0].items[0].type: A case cannot stand inside a case")


def test_too_few_and_too_many_options() -> None:
    assert any("2 to 26 options, here are 1" in line for line in problems(edited(("{A: 甲, B: 乙}", "{A: 甲}"))))
    many = ", ".join(f"{letter}: x{letter}" for letter in [*"ABCDEFGHIJKLMNOPQRSTUVWXYZ", "AA"])
    assert any("here are 27" in line for line in problems(edited(("A: 甲, B: 乙", many))))


@pytest.mark.parametrize(
    ("written", "meant"),
    [("单选", "single"), ("单选题", "single"), ("单项选择题", "single"), ("multiple", "multiple"), ("多选", "multiple"),
     ("多选题", "multiple"), ("多项选择题", "multiple")],
)  # fmt: skip
def test_a_choice_may_name_its_type_in_chinese(written: str, meant: str) -> None:
    text = f"title: x\nitems:\n  - {{id: a, type: {written}, stem: 题, options: {{A: 甲, B: 乙}}, key: A}}\n"
    (item,) = bank_to_json(read_bank(text))["items"]
    assert item["type"] == meant


@pytest.mark.parametrize("suffix", ["", "题"])
def test_the_other_types_may_be_named_in_chinese(suffix: str) -> None:
    text = f"""
title: x
items:
  - {{id: a, type: 判断{suffix}, stem: 题, key: 对}}
  - {{id: b, type: 填空{suffix}, stem: 题____, key: 一}}
  - id: c
    type: 案例{suffix}
    passage: 案情
    items:
      - {{id: d, type: 判断{suffix}, stem: 题, key: 错}}
"""
    bank = read_bank(text)
    assert [item.type for item in bank.items] == ["true_false", "fill_in", "case"]
    assert [item["type"] for item in bank_to_json(bank)["items"]] == ["true_false", "fill_in", "case"]
    assert bank_from_json(bank_to_json(bank)) == bank


def test_a_stem_has_no_more_blanks_than_a_page_can_send() -> None:
    stem, key = "____、" * (MOST_BLANKS + 1), "[" + "甲, " * (MOST_BLANKS + 1) + "]"
    with pytest.raises(BankError) as refused:
        read_bank(f"title: 题库\nitems:\n  - {{id: a, type: fill_in, stem: {stem}, key: {key}}}\n")
    [problem] = refused.value.problems
    assert problem.params == {"most": MOST_BLANKS}
    assert (problem.line, problem.path) == (3, "items[0].stem")


@pytest.mark.parametrize("word", ["essay", "简答", "简答题", "论述", "论述题"])
def test_an_essay_has_a_reference_answer_instead_of_a_key(word: str) -> None:
    (item,) = read_bank(f"title: x\nitems:\n- {{id: a, type: {word}, stem: 题, reference: 要点, rationale: 解}}").items
    assert item == Item("a", ItemType.ESSAY, "题", reference="要点", rationale="解")


@pytest.mark.parametrize("key", ["key", "answer", "答案", "参考答案"])
def test_a_key_of_an_essay_is_told_to_be_its_reference(key: str) -> None:
    (line,) = problems(f"title: x\nitems:\n- {{id: a, type: essay, stem: 题, {key}: 要点}}")
    assert line.endswith("Did you mean 'reference'?")


def test_an_option_may_be_lettered_up_to_z() -> None:
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    options = ", ".join(f"{letter}: x{letter}" for letter in letters)
    (item,) = read_bank(
        f"title: x\nitems:\n- {{id: a, type: multiple, stem: 题, options: {{{options}}}, key: ZKA}}"
    ).items
    assert "".join(option.letter for option in item.options) == letters
    assert item.key == ("A", "K", "Z")
