"""Traps of free text: what looks like a number, a label, a key or a heading and is none, and the other way round."""

import pytest

from quizapp.importers.reading import Refused
from quizapp.importers.text import parse_text
from tests.importers.test_text_layouts import document, read, said

FOUR = "A.口头告知\nB.书面登记\nC.集体研究\nD.公开公示\n"

TRAPS = {
    "a year after the number": (
        f"6.礼品应当（ ）。\n{FOUR}答案：B\n7.1998 年起实行的做法是（ ）。\n{FOUR}答案：C",
        "S:B4 S:C4",
    ),
    "a decimal number begins a line": (
        f"2.某县把接待费压到上年的\n3.5%以下，这一做法（ ）。\n{FOUR}答案：B\n3.用车应当（ ）。\n{FOUR}答案：C",
        "S:B4 S:C4",
    ),
    "letters named in an option": ("1.可以（ ）\nA.登记\nB.上交\nC.A项和B项\nD.都不对\n答案：C", "S:C4"),
    "the rationale repeats the labels": (
        f"1.礼金应当（ ）\n{FOUR}答案：C\n解析：A.不合规。B.不完整。C.合规。D.不必。\n2.公车应当（ ）\n{FOUR}答案：D",
        "S:C4 S:D4",
    ),
    "a list in the rationale": (
        f"1.礼金应当（ ）\n{FOUR}答案：C\n解析：1. 先报告。 2. 后上交。\n2.公车应当（ ）\n{FOUR}答案：D",
        "S:C4 S:D4",
    ),
    "words that begin with a letter": (
        "1.关于A股账户和B超体检，应当（ ）\nA.DNA样本归档\nB.C语言培训报销\nC.PPP合同备案\nD.D类证书登记\n答案：C",
        "S:C4",
    ),
    "abbreviations": (
        "1.检出H1N1或\nE. coli后应当（ ）\nA.隐瞒\nB.e.g.一例不报\nC.E. coli检出即报\nD.都不是\n答案：C",
        "S:C4",
    ),
    "key in wide small letters": ("1．应当（　）\nＡ．登记\nＢ．私分\nＣ．上交\n答案：ａｃ", "M:AC3"),
    "a truth as the key of a choice": (f"一、单选题\n1.礼品应当（ ）\n{FOUR}答案：对", "S:-4!"),
    "a truth in mid-sentence": ("一、判断题\n1.（对）这种说法出自来信。（错）\n2.账目应当公开（√）", "J:X J:T"),
    "no key: 略": (f"1.礼品应当（ ）\n{FOUR}答案：略", "S:-4!"),
    "no key: 无": (f"1.礼品应当（ ）\n{FOUR}答案：无", "S:-4!"),
    "no key: 见教材": (f"1.礼品应当（ ）\n{FOUR}答案：见教材", "S:-4!"),
    "more than four options": (
        "1.应当登记的有（ ）\n"
        + "".join(f"{letter}.第{n}件礼品\n" for n, letter in enumerate("ABCDEFGH"))
        + "答案：AFH",
        "M:AFH8",
    ),
    "a bracket begins the stem": (
        f"1.【情景】某处收到礼金，应当（ ）\n{FOUR}答案：A\n2.【督查】由谁负责（ ）\n{FOUR}答案：B",
        "S:A4 S:B4",
    ),
    "key with its text": (
        f"1.应当（ ）\n{FOUR}答案：A、B\n2.由谁保管（ ）\nA. 专人\nB. 访客\n答案：A. 专人",
        "M:AB4 S:A2",
    ),
    "the word 答案 in the stem": (f"1.下列答案正确的是（ ）\n{FOUR}答案：D", "S:D4"),
    "brackets of a title": (f"一、单选题\n1.《细则（试行）》（2021年修订）〔2019〕3号规定（ ）\n{FOUR}答案：D", "S:D4"),
    "two blanks in a choice": (f"1.在（ ）之前应当（ ）。\n{FOUR}答案：D", "S:D4"),
    "an article begins a line": (
        f"1.依照办法\n第3条 的规定，应当（ ）\n{FOUR}答案：A\n2.公车应当（ ）\n{FOUR}答案：B",
        "S:A4 S:B4",
    ),
    "numbers begin again": (
        "".join(f"{n}.{word}应当（ ）\n{FOUR}答案：A\n" for n, word in ((1, "礼"), (2, "车"), (1, "房"), (2, "酒"))),
        "S:A4 S:A4 S:A4 S:A4",
    ),
    "a number is missing": (f"11.礼品（ ）\n{FOUR}答案：A\n13.公车（ ）\n{FOUR}答案：B", "S:A4 S:B4"),
    "the rationale concludes otherwise": (f"1.礼品应当（ ）\n{FOUR}答案：B\n解析：依照办法，故选C。", "S:B4!"),
    "X is a letter": (
        "1.是（ ）\n" + "".join(f"{chr(65 + n)}.第{n}号库房\n" for n in range(24)) + "答案：X",
        "S:X24",
    ),
    "unseen characters in the marker": (f"1.礼品应当（ ）\n{FOUR}答\u3000案：\u200bB\u00ad", "S:B4"),
    "a block headed 答案": (
        f"一、单选题\n1.礼品应当（ ）\n{FOUR}2.公车应当（ ）\n{FOUR}答案\n1.B\n2.C",
        "S:B4 S:C4",
    ),
    "signs of other programs": ("1.编号是（ ）\nA.#号\nB.=1+1\nC.a,b\n答案：B", "S:B3"),
    "circled letters of statements": (
        "1.应当（ ）\n①登记；②私分；③上交\nA.①②\nB.①③\nC.②③\n答案：B",
        "S:B3",
    ),
}


@pytest.mark.parametrize("between", ["\n", "\n\n", " \n"])
@pytest.mark.parametrize("name", TRAPS)
def test_traps(name: str, between: str) -> None:
    text, wanted = TRAPS[name]
    assert said(read(text.replace("\n", between))) == wanted


def test_what_looked_like_a_number_stays_in_the_stem() -> None:
    assert read(TRAPS["a year after the number"][0]).items[1].stem.startswith("1998 年")
    assert "3.5%以下" in read(TRAPS["a decimal number begins a line"][0]).items[0].stem
    assert "第3条" in read(TRAPS["an article begins a line"][0]).items[0].stem


def test_what_looked_like_a_label_stays_in_its_text() -> None:
    texts = [option.text for option in read(TRAPS["abbreviations"][0]).items[0].options]
    assert texts[1:3] == ["e.g.一例不报", "E. coli检出即报"]
    assert read(TRAPS["words that begin with a letter"][0]).items[0].options[3].text == "D类证书登记"


def test_options_that_name_letters_keep_their_places() -> None:
    assert all(option.fixed for option in read(TRAPS["letters named in an option"][0]).items[0].options)


def test_what_the_numbers_tell_is_said_at_their_line() -> None:
    missing = read(TRAPS["a number is missing"][0]).items[1]
    assert [(each.line, each.params["first"]) for each in missing.warnings] == [(7, 12)]
    again = read(TRAPS["numbers begin again"][0]).items[2]
    assert [each.line for each in again.warnings] == [13]


def test_a_repeated_page_header_is_left_out_wherever_it_stands() -> None:
    pages = "".join(
        f"示范单位内部资料请勿外传\n{n}.第{n}件礼品应当（ ）\n{FOUR}答案：B\n"
        f"{n + 1}.第{n}辆公车应当（ ）\n{FOUR}答案：C\n"
        for n in (1, 3, 5)
    )
    reading = read(pages)
    assert said(reading) == "S:B4 S:C4 " * 2 + "S:B4 S:C4"
    assert [each.line for each in reading.skipped] == [1, 14, 27]


def test_only_right_options_make_drafts_that_say_so() -> None:
    with_texts = "1、收到举报应当（A、登记 B、答复）。AB\n2、（c）负责评审。C评审委员会"
    reading = read(f"{with_texts}\n3、印章由【B 保管人】收存。\n4、会议由主任主持。")
    assert said(reading) == "M:AB2! S:C1! S:B1!"
    assert [[each.line for each in item.problems] for item in reading.items] == [[1], [2], [3]]
    assert [each.line for each in reading.skipped] == [4]


def test_keys_alone_are_refused_and_serve_as_a_second_file() -> None:
    keys = "第二季度\n1、B\n2、C"
    with pytest.raises(Refused, match="only keys"):
        read(keys)
    questions = document(f"1.礼品应当（ ）\n{FOUR}2.公车应当（ ）\n{FOUR}")
    assert said(parse_text(questions, document(keys))) == "S:B4 S:C4"


def test_bold_words_are_the_answer_of_a_markdown_file() -> None:
    reading = read(
        "# 资料\n## 单选\n1. 档案至少保存几年？\n   **5年**\n2. 台账至少保存几年？\n   - A. 1\n   - **B. 2**"
    )
    assert said(reading) == "F:5年 S:B2"
    assert reading.items[0].stem.endswith("____")
    assert [each.line for each in reading.items[0].warnings] == [3]


def test_dots_after_a_number_are_no_question() -> None:
    reading = read("一、单选题\n1.台账保存（）年。\nA.1\nB.2\n【答案】:B2、……")
    assert said(reading) == "S:B2"
    assert [each.line for each in reading.skipped] == [5]


def test_a_key_shown_by_format_only_is_named_and_not_taken() -> None:
    text = "1.礼品应当（ ）\nA.留用\nB.上交\nC.转送"
    reading = parse_text(document(text, marks={3: ((2, 4),)}))
    assert said(reading) == "S:-3!"
    assert [(each.line, each.params) for each in reading.items[0].problems] == [(3, {"letters": "B"})]


def test_a_question_with_a_picture_is_a_draft() -> None:
    text = f"1.图中标志是（ ）\n{FOUR}答案：B\n2.礼品应当（ ）\n{FOUR}答案：B"
    reading = parse_text(document(text, pictures=frozenset({1})))
    assert said(reading) == "S:B4! S:B4"


def test_a_table_inside_a_text_is_read_as_a_sheet() -> None:
    table = "题型\t题干\t选项A\t选项B\t答案\n单选\t公车由谁保管\t专人\t访客\tA\n判断\t礼品可以留用\t\t\t错误"
    reading = read(f"1.礼品应当（ ）\n{FOUR}答案：B\n\n{table}")
    assert said(reading) == "S:B4 S:A2 J:X"


def test_brackets_are_answers_only_where_most_of_a_section_has_them() -> None:
    reading = read("1、核查组不少于（三个）人。\n2、《细则（试行）》由（办公厅）印发。")
    assert said(reading) == "F:三个 F:办公厅"
    assert all(item.warnings for item in reading.items)
    assert "《细则（试行）》" in reading.items[1].stem
    assert "（三个）" in read(f"1、核查（三个）月，应当（ ）。\n{FOUR}答案：A").items[0].stem


def test_a_question_whose_number_was_lost_after_a_rationale_is_read_by_its_key() -> None:
    lost = "公车应当____。\n答案：封存"
    reading = read(f"一、填空题\n1.礼品应当____。\n答案：登记\n解析：见细则。\n{lost}\n3.票据应当____。\n答案：归档")
    assert said(reading) == "F:登记 F:封存 F:归档"
    assert [each.line for each in reading.items[1].warnings] == [5]


def test_a_heading_that_stands_three_times_is_no_page_header() -> None:
    chapters = "".join(f"单项选择题\n{n}.第{n}件礼品可以留用。\n" + "\n" * 8 for n in (1, 2, 3))
    reading = read(f"{chapters}参考答案\n1.错误\n2.正确\n3.错误")
    assert said(reading) == "S:-! S:-! S:-!"
    assert not reading.skipped


NO_KEYS = {
    **{
        f"{word} is no key": (f"1.礼品应当（ ）\n{FOUR}{word}：A", [6])
        for word in (
            "错误答案",
            "易错答案",
            "干扰答案",
            "不正确答案",
            "原答案",
            "我的答案",
            "您的答案",
            "考生答案",
            "你的答案",
        )
    },
    "keys before their questions": (
        "答案：A\n1.礼品应当（ ）\nA.留\nB.交\n答案：B\n2.公车应当（ ）\nA.留\nB.交",
        [5, 6],
    ),
    **{
        f"corrected: {key}": (f"1.礼品应当（ ）\n{FOUR}答案：{key}", [6])
        for key in ("A（更正：B）", "A（更正为B）", "A (勘误：应为B)", "A，更正：B", "A（存疑）", "A/B")
    },
    "corrected below": (f"1.礼品应当（ ）\n{FOUR}答案：A\n更正：B", [7]),
    "marks turned round": ("判断题（对的打×，错的打√）\n1.礼品可以留用（√）\n2.账目应当公开（×）", [2, 3]),
    "a letter beside the blank": ("1.根据《细则》（A），党组织应（　）。\nA.甲 B.乙", [1]),
    "a letter that names a table": ("1.附件（A）中所列人员\nA.甲 B.乙", [1]),
    "contradictory marks": (
        "一、判断题\n1.（×）礼品可以留用（√）\n2.账目公开（√）（×）\n3.公车私用（对）（错）",
        [2, 3, 4],
    ),
    "another key in the rationale": (f"1.礼品应当（ ）\n{FOUR}【答案】D【解析】错选的较多。答案：A", [6]),
    "one key for two": ("1.礼品应当\nA.留\nB.交\n2.公车应当\nA.留\nB.交\n答案：AB", [1, 7]),
}


@pytest.mark.parametrize("name", NO_KEYS)
def test_what_may_be_no_key_makes_a_draft_that_says_so_at_its_line(name: str) -> None:
    text, lines = NO_KEYS[name]
    reading = read(text)
    assert not any(item.is_ready for item in reading.items)
    assert [item.problems[0].line for item in reading.items] == lines
    assert not any("答案" in option.text for item in reading.items for option in item.options)


def test_the_correct_answer_beside_a_candidates_is_the_key() -> None:
    assert said(read(f"1.礼品应当（ ）\n{FOUR}我的答案：A  正确答案：C")) == "S:C4"
    assert said(read(f"1.礼品应当（ ）\n{FOUR}我的答案：A\n正确答案：C")) == "S:C4"
    assert said(read("判断题（对的打√，错的打×）\n1.礼品可以留用（×）")) == "J:X"


def test_a_key_without_a_colon_may_end_the_line_of_options() -> None:
    assert said(read("1.礼品应当（ ）A.留 B.交 C.送 D.不用交 答案C")) == "S:C4"
    assert said(read(f"1.礼品应当（ ）\n{FOUR.rstrip()} 答案D")) == "S:D4"
