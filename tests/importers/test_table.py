"""Tables of questions: every layout of headings found in use, dirty rows, and an account of every line."""

import random

import pytest

from quizapp.domain.bank import ItemType
from quizapp.importers.reading import Document, Format, Grammar, ImportedItem, Reading
from quizapp.importers.table import is_heading_row, parse_table


def table(*rows: str, places: dict[int, str] | None = None) -> Reading:
    """What is read from rows whose cells are written between bars."""
    lines = tuple("\t".join(cell.strip() for cell in row.split("|")) for row in rows)
    reading = parse_table(Document(Format.XLSX, Grammar.TABLE, lines, places or {}))
    assert_all_accounted(reading)
    return reading


def csv(*lines: str) -> Reading:
    reading = parse_table(Document(Format.CSV, Grammar.TABLE, lines))
    assert_all_accounted(reading)
    return reading


def assert_all_accounted(reading: Reading) -> None:
    found = [number for item in reading.items for number in range(item.line, item.last_line + 1)]
    found += [*reading.headings, *(each.line for each in reading.skipped)]
    filled = [number for number, line in enumerate(reading.document.lines, 1) if line.strip()]
    assert sorted(set(found) & set(filled)) == filled
    assert len(found) == len(set(found))


def only(reading: Reading) -> ImportedItem:
    (item,) = reading.items
    return item


def said(item: ImportedItem) -> str:
    return " ".join(problem.text() for problem in item.problems)


def options(item: ImportedItem) -> list[str]:
    return [f"{option.letter}.{option.text}" for option in item.options]


X1 = "题型|题干|选项A|选项B|选项C|选项D|选项E|答案|解析"


def test_x1_all_types_in_one_sheet() -> None:
    single, multiple, right, wrong = table(
        X1,
        "单选|开标由（ ）主持。|招标人|投标人|公证处|||A|见招标投标法。",
        "多选|投标人不得（）|串标|行贿|质疑|弄虚作假|分包|A,B,D|",
        "判断|开标应当公开进行。|||||| A|",
        "判断|实名举报一律不予答复。|||||| 错误|",
    ).items
    assert (single.type, single.key, single.stem) == (ItemType.SINGLE, ("A",), "开标由（　）主持。")
    assert (options(single), single.rationale) == (["A.招标人", "B.投标人", "C.公证处"], "见招标投标法。")
    assert (multiple.type, multiple.key, len(multiple.options)) == (ItemType.MULTIPLE, ("A", "B", "D"), 5)
    assert (right.type, right.key, wrong.key) == (ItemType.TRUE_FALSE, ("true",), ("false",))
    assert all(item.is_ready for item in (single, multiple, right, wrong))


def test_x2_type_in_the_last_column_and_no_level() -> None:
    item = only(table("题号|题干|A|B|C|D|E|答案|难度|题型", "7|保存几年？|一年|三年||||B|无|单选题"))
    assert (item.number, item.key, item.difficulty, item.warnings) == ("7", ("B",), None, ())


def test_x3_numbers_and_types_before_the_stem() -> None:
    item = only(table("题号|题型|题干|A|B|C|D|答案|解析", "1|多选题|哪些要回避？|近亲属|同学|投标人代表||AC|理由"))
    assert (item.type, item.key, item.rationale) == (ItemType.MULTIPLE, ("A", "C"), "理由")


def test_x4_sheets_named_after_types() -> None:
    head = "序号|题目分类|题目难度|知识点名称|所属范围|试题|选项A|选项B|"
    single, multiple, truth = table(
        "【工作表】单选",
        head + "答案",
        "1|廉洁|易|招标|全省|谁主持开标？|招标人|投标人|A",
        "【工作表】多选60题",
        head + "答案",
        "1|廉洁|中|回避|全省|谁应当回避？|近亲属|代理人|AB",
        "【工作表】判断",
        "序号|题目分类|题目难度|知识点名称|所属范围|试题|对/错",
        "1|廉洁|难|公开|全省|评标应当保密。|A",
    ).items
    assert (single.type, multiple.type, truth.type) == (ItemType.SINGLE, ItemType.MULTIPLE, ItemType.TRUE_FALSE)
    assert (single.topic, single.difficulty, multiple.difficulty, truth.difficulty) == ("招标", 2, 3, 4)
    assert truth.key == ("true",)


def test_columns_that_have_no_place_are_named() -> None:
    reading = table("题目|答案|题目分类|知识点|正确次数|题干图片", "某事是否可以？|对|廉洁|招标|5|")
    (problem,) = reading.problems
    assert set(problem.params["columns"].split("、")) == {"题目分类", "正确次数", "题干图片"}
    assert only(reading).topic == "招标"


@pytest.mark.parametrize("heading", ["所属知识点", "知识模块", "所属章节", "题目类别"])
def test_a_topic_has_many_headings(heading: str) -> None:
    reading = table(f"试题内容|正确答案|{heading}", "某事是否可以？|对|招标")
    assert (only(reading).topic, reading.problems) == ("招标", ())


def test_x5_options_marked_right_in_their_own_columns() -> None:
    reading = table(
        "填写说明：题型 1 单选 2 多选 3 判断 4 简答",
        "试题类型|题干|选项一内容|选项二内容|选项三内容|解析|选项一是否正确|选项二是否正确|选项三是否正确|题干图片",
        "1|谁主持开标？|投标人|招标人|公证处|第三十五条|0|1|0|",
        "2|不得有哪些？|串标|行贿|质疑||1|1|0|",
        "3|开标应当公开。|正确|错误|||1|0||",
        "4|简述回避。||||回避是……||||",
        "A|选一个|B|C|||sample|0|0|",
    )
    single, multiple, truth, essay = reading.items
    assert (single.key, multiple.key, truth.key) == (("B",), ("A", "B"), ("true",))
    assert (essay.type, essay.key) == (ItemType.ESSAY, None)
    assert "does not fit the headings" in reading.skipped[-1].reason.text()
    assert reading.skipped[0].line == 1


def test_x6_required_marks_and_the_name_of_the_only_sheet() -> None:
    reading = table(
        "题目（必填）|选项A（必填）|选项B（必填）|选项C|选项D|正确选项（必填）|解析",
        "谁主持开标？|招标人|投标人|||A|",
        places={1: "单选题!1", 2: "单选题!2"},
    )
    assert (only(reading).type, only(reading).key) == (ItemType.SINGLE, ("A",))


def test_x7_judgements_without_options() -> None:
    first, second = table(
        "题库名|题目内容|题目解析|正确答案|难度等级", "甲|开标应当公开。|法条|√|1", "甲|可以串标。||X|5"
    ).items
    assert (first.type, first.key, first.topic, first.difficulty) == (ItemType.TRUE_FALSE, ("true",), "甲", 1)
    assert (second.type, second.key, second.difficulty) == (ItemType.TRUE_FALSE, ("false",), 5)


def test_x8_the_key_tells_the_type() -> None:
    head = "问题|选项A|选项B|选项C|选项D|答案"
    items = table(head, "谁？|甲|乙|丙||C", "哪些？|甲|乙|丙||A、B", "对吗？|正确|错误|||B", "至少____年|||||三").items
    assert [item.type.value for item in items] == ["single", "multiple", "true_false", "fill_in"]
    assert [item.key for item in items] == [("C",), ("A", "B"), ("false",), ()]


def test_x9_options_in_one_cell_and_numbers_for_keys() -> None:
    reading = csv(
        "题型（数字ID）,题干,选项,选项数量（数字）,答案,解析,知识点,难度（数字）",
        "1,谁主持开标？,招标人，投标人，公证处,3,1,略讲,招标,3",
        '2,哪些不得？,串标，行贿，质疑,3,"1,2",,,',
        "1,数目不符？,串标，行贿，质疑,4,A,,,",
    )
    single, multiple, wrong = reading.items
    assert (options(single), single.key, single.difficulty) == (["A.招标人", "B.投标人", "C.公证处"], ("A",), 3)
    assert multiple.key == ("A", "B")
    assert "holds 3 options, but 4 are stated" in said(wrong)


def test_x10_labels_in_the_cell_and_types_before_the_text() -> None:
    single, multiple = table(
        "题目|选项|答案|正确次数",
        "单选题  1.开标由（ ）主持。|单选题, A.招标人, B.投标人, C.公证处|A|3",
        "多选题  2.投标人不得|A.串通投标，B.行贿，C.以低于成本价竞标，参与竞争|A,B,C|0",
    ).items
    assert (single.type, single.stem, single.number) == (ItemType.SINGLE, "开标由（　）主持。", "1")
    assert options(single) == ["A.招标人", "B.投标人", "C.公证处"]
    assert (multiple.key, multiple.options[2].text) == (("A", "B", "C"), "以低于成本价竞标，参与竞争")


FULL = {
    "题号": "3",
    "题型": "单选题",
    "题干": "谁主持开标？",
    "选项A": "招标人",
    "选项B": "投标人",
    "答案": "A",
    "解析": "法条",
    "知识点": "招标",
    "难度": "中",
    "依据": "招标投标法第三十五条",
    "岗位": "采购、财务",
    "题目代号": "zb-1",
    "材料": "某项目。",
    "分值": "2",
}


@pytest.mark.parametrize("seed", range(12))
def test_columns_stand_in_any_order(seed: int) -> None:
    names = list(FULL)
    random.Random(seed).shuffle(names)
    item = only(table("|".join(names), "|".join(FULL[name] for name in names)))
    assert (item.number, item.type, item.stem, item.key) == ("3", ItemType.SINGLE, "谁主持开标？", ("A",))
    assert (options(item), item.rationale, item.topic) == (["A.招标人", "B.投标人"], "法条", "招标")
    assert (item.difficulty, item.cited, item.posts) == (3, "招标投标法第三十五条", ("采购", "财务"))
    assert (item.id, item.passage, item.points, item.is_ready) == ("zb-1", "某项目。", "2", True)


@pytest.mark.parametrize(
    "head",
    ["题型|题干|选项Ａ|选项Ｂ|答案", " 题 型 *|题干：|选项a|选项 b|答案（必填）", "题目类型|题目|Ａ|Ｂ|正确答案(必填)"],
)
def test_headings_in_any_width_and_with_marks(head: str) -> None:
    assert only(table(head, "单选|谁？|甲|乙|B")).key == ("B",)


def test_titles_and_notes_above_the_headings_are_skipped() -> None:
    reading = table("2024年题库", "", "说明：请勿改动表头", X1, "单选|谁？|甲|乙||||A|")
    assert [each.line for each in reading.skipped] == [1, 3]
    assert (reading.headings, len(reading.items)) == ((4,), 1)


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["题干", "答案"], True),
        (["题号", "答案"], True),
        (["题目", "A", "B"], True),
        (["题号", "题型", "题干"], True),
        (["答案", "A", "C"], False),
        (["题号", "1", "2"], False),
        (["序号", "分类", "说明"], False),
        (["开标应当公开", "对"], False),
        (["A", "B", "C", "D"], False),
        ([], False),
    ],
)
def test_what_is_a_row_of_headings(cells: list[str], expected: bool) -> None:
    assert is_heading_row(cells) is expected


def test_a_row_of_a_type_alone_names_the_type_of_what_follows() -> None:
    reading = table("题干|选项A|选项B|答案", "二、多选题（每题2分）", "哪些？|甲|乙|AB", "判断题", "公开。|||B")
    assert [item.type for item in reading.items] == [ItemType.MULTIPLE, ItemType.TRUE_FALSE]
    assert (reading.headings, reading.items[1].key) == ((1, 2, 4), ("false",))


def test_headings_may_come_again() -> None:
    reading = table("题干|选项A|选项B|答案", "谁？|甲|乙|A", "答案|题干|选项A|选项B", "B|谁呢？|甲|乙")
    assert [item.key for item in reading.items] == [("A",), ("B",)]


def test_rows_that_hold_no_question_are_reported() -> None:
    reading = table("题号|题干|选项A|选项B|答案", "1||||B", "2||||", "|谁？|甲|乙|A")
    assert ["has a key, but no question" in each.reason.text() for each in reading.skipped] == [True, False]
    assert len(reading.items) == 1


def test_a_sheet_without_headings_is_reported_beside_others() -> None:
    reading = table("【工作表】说明", "请按模板填写", "【工作表】题库", "题干|选项A|选项B|答案", "谁？|甲|乙|A")
    assert ([each.line for each in reading.skipped], len(reading.items)) == ([2], 1)
    assert "No row of headings" in reading.problems[0].text()


@pytest.mark.parametrize(
    ("key", "letters"),
    [
        ("A,C", ("A", "C")),
        ("A、C", ("A", "C")),
        ("ａｃ", ("A", "C")),
        ("CA", ("A", "C")),
        ("A-C", ("A", "B", "C")),
        ("全选", ("A", "B", "C")),
        ("串标、行贿", ("A", "B")),
        ("A.串标；B.行贿", ("A", "B")),
        ("1,3", ("A", "C")),
        ("1；3", ("A", "C")),
        ("串标\n质疑", ("A", "C")),
        ("A C", ("A", "C")),
    ],
)
def test_keys_of_a_choice(key: str, letters: tuple[str, ...]) -> None:
    item = only(table("题型|题干|选项A|选项B|选项C|答案", f"多选|不得？|串标|行贿|质疑|{key.replace(chr(10), '↵')}"))
    assert (item.key, said(item)) == (letters, "")


@pytest.mark.parametrize("key", ["", "略", "无", "见教材"])
def test_no_key_is_a_draft(key: str) -> None:
    item = only(table("题型|题干|选项A|选项B|答案", f"单选|谁？|甲|乙|{key}"))
    assert (item.key, item.is_ready) == (None, False)
    assert "No key" in said(item)


@pytest.mark.parametrize(
    ("key", "sentence"),
    [
        ("D", "not among the options"),
        ("公证处", "none of the options"),
        ("5", "none of the options"),
        ("2024-01-02", "is the date"),
        ("2024-01-02 00:00:00", "is the date"),
        ("AB", "names AB"),
        ("12", "none of the options"),
    ],
)
def test_a_key_that_cannot_be_is_never_guessed(key: str, sentence: str) -> None:
    item = only(table("题型|题干|选项A|选项B|答案", f"单选|谁？|甲|乙|{key}"))
    assert not item.is_ready
    assert sentence in said(item)


def test_numbers_that_are_options_themselves_are_not_counted() -> None:
    unclear, clear = table("题型|题干|选项A|选项B|选项C|答案", "单选|几名？|3|2|1|3", "单选|几年？|1|2|3|3").items
    assert unclear.key is None
    assert not unclear.is_ready
    assert clear.key == ("C",)


@pytest.mark.parametrize(
    ("key", "truth"),
    [
        ("A", "true"),
        ("B", "false"),
        ("对", "true"),
        ("×", "false"),
        ("F", "false"),
        ("1", "true"),
        ("0", "false"),
        ("是", "true"),
    ],
)
def test_keys_of_a_judgement(key: str, truth: str) -> None:
    assert only(table("题型|题干|答案", f"判断题|公开。|{key}")).key == (truth,)


def test_a_judgement_keeps_its_bracket() -> None:
    item = only(table("题干|答案", "开标应当公开。（ ）|对"))
    assert (item.type, item.stem, item.key) == (ItemType.TRUE_FALSE, "开标应当公开。（　）", ("true",))


def test_a_judgement_with_options_goes_by_their_words_and_not_by_their_places() -> None:
    first, second = table("题型|题干|选项A|选项B|答案", "判断|公开。|错误|正确|A", "判断|公开。|错误|正确|2").items
    assert (first.key, second.key, first.options) == (("false",), ("true",), ())
    assert first.is_ready


@pytest.mark.parametrize(
    ("stem", "key", "blanks"),
    [
        ("少于____个", "三/3", (("三", "3"),)),
        ("少于（ ）个", "三个", (("三个",),)),
        ("少于__个", "三或3", (("三", "3"),)),
        ("____至____", "五/5；二/2", (("五", "5"), ("二", "2"))),
        ("____、____", "公开、公平", (("公开",), ("公平",))),
        ("遵循____", "公开、公平", (("公开、公平",),)),
        ("____和____", "5;五|2;二;两", (("5", "五"), ("2", "二", "两"))),
        ("占____", "1/3", (("1/3",),)),
        ("____与____", "公开↵公平", (("公开",), ("公平",))),
    ],
)
def test_keys_of_blanks(stem: str, key: str, blanks: tuple[tuple[str, ...], ...]) -> None:
    item = only(
        table(
            "题型#题干#答案".replace("#", "|"), "\t".join(("填空题", stem, key)).replace("|", "｜").replace("\t", "|")
        )
    )
    assert (item.blanks, item.key, said(item)) == (blanks, (), "")


def test_blanks_and_answers_that_differ_in_number_are_a_draft() -> None:
    assert "2 blanks" in said(only(table("题型|题干|答案", "填空题|____和____|一；二；三")))


def test_blanks_in_any_order() -> None:
    item = only(table("题型|题干|答案", "填空题|____和____|乱序匹配(公开)(公平)"))
    assert (item.any_order, item.blanks) == (True, (("公开",), ("公平",)))


@pytest.mark.parametrize(
    ("head", "cell", "level", "warned"),
    [
        ("难度", "4", 4, False),
        ("难度", "难", 4, False),
        ("难度", "容易", 2, False),
        ("难度", "", None, False),
        ("难度", "无", None, False),
        ("难度系数", "0.9", 1, False),
        ("难度", "0.3", 4, True),
        ("难度", "七级", None, True),
        ("难度", "9", None, True),
    ],
)
def test_levels(head: str, cell: str, level: int | None, warned: bool) -> None:
    item = only(table(f"题干|选项A|选项B|答案|{head}", f"谁？|甲|乙|A|{cell}"))
    assert (item.difficulty, bool(item.warnings), item.is_ready) == (level, warned, True)


def test_two_key_columns_that_disagree_are_a_draft() -> None:
    same, other = table("题干|选项A|选项B|答案|正确答案", "谁？|甲|乙|A|A", "谁？|甲|乙|A|B").items
    assert same.key == ("A",)
    assert (other.key, "A / B" in said(other)) == (None, True)


def test_marks_that_disagree_with_the_key_are_a_draft() -> None:
    item = only(table("题干|选项一内容|选项二内容|选项一是否正确|选项二是否正确|答案", "谁？|甲|乙|1|0|B"))
    assert (item.key, "disagree" in said(item)) == (None, True)


def test_an_unknown_type_is_a_draft_that_says_so() -> None:
    assert "“连线题” is not known" in said(only(table("题型|题干|选项A|选项B|答案", "连线题|谁？|甲|乙|A")))


def test_any_number_of_right_options() -> None:
    ready, draft = table("题型|题干|选项A|选项B|答案", "不定项选择题|谁？|甲|乙|A", "多选题|谁？|甲|乙|A").items
    assert (ready.type, ready.is_ready, draft.is_ready) == (ItemType.MULTIPLE, True, False)


def test_a_gap_between_the_options_is_said_and_letters_stay() -> None:
    item = only(table("题型|题干|选项A|选项B|选项C|答案", "单选|谁？|甲||丙|C"))
    assert (options(item), "Option B is missing" in said(item)) == (["A.甲", "C.丙"], True)


def test_letters_before_the_texts_of_option_columns_are_dropped() -> None:
    assert options(only(table("题干|选项A|选项B|答案", "谁？|A.甲|B、乙|A"))) == ["A.甲", "B.乙"]


@pytest.mark.parametrize(
    ("stem", "expected"),
    [("1.谁？", "谁？"), ("7.1902年的事？", "7.1902年的事？"), ("3.5%的比例？", "3.5%的比例？"), ("12、谁？", "谁？")],
)
def test_numbers_before_the_stem(stem: str, expected: str) -> None:
    assert only(table("题干|选项A|选项B|答案", f"{stem}|甲|乙|A")).stem == expected


def test_line_breaks_inside_cells_come_back() -> None:
    item = only(table("题干|选项|答案", "第一行↵第二行|A.甲↵B.乙|B"))
    assert (item.stem, options(item), item.key) == ("第一行\n第二行", ["A.甲", "B.乙"], ("B",))


def test_csv_with_quotes_commas_and_line_breaks() -> None:
    reading = csv(
        "题干,选项A,选项B,答案,解析",
        '"开标由谁',
        '主持，如何主持？","招标人,或代理",投标人,A,"他说""是"""',
        "谁？,甲,乙,B,",
    )
    first, second = reading.items
    assert (first.line, first.last_line, second.line) == (2, 3, 4)
    assert (first.stem, first.options[0].text) == ("开标由谁\n主持，如何主持？", "招标人,或代理")
    assert first.rationale == '他说"是"'


def test_a_quote_that_is_never_closed_holds_nothing_together() -> None:
    reading = csv("题干,选项A,选项B,答案", '"谁？,甲,乙,A', "谁呢？,甲,乙,B")
    assert [item.key for item in reading.items] == [("A",), ("B",)]


@pytest.mark.parametrize("separator", [";", "\t", ","])
def test_the_separator_shows_in_the_headings(separator: str) -> None:
    rows = ["说明", "题干|选项A|选项B|答案", "谁？|甲|乙|B"]
    assert only(csv(*(row.replace("|", separator) for row in rows))).key == ("B",)


def test_problems_stand_on_their_rows() -> None:
    item = only(table("题型|题干|选项A|选项B|答案", "", "单选|谁？|甲|乙|丁"))
    assert {problem.line for problem in item.problems} == {3}
    assert item.places["key"] == 3


@pytest.mark.parametrize("seed", range(20))
def test_no_shuffle_of_cells_breaks_the_reader(seed: int) -> None:
    chance = random.Random(seed)
    cells = [
        "题干",
        "答案",
        "A",
        "",
        "单选",
        "↵",
        '"',
        "1",
        "选项一是否正确",
        "【工作表】x",
        "____",
        "（ ）",
        "选项",
        "对/错",
        "0.5",
        "难度",
        "题型",
        "选项A",
    ]
    rows = ["|".join(chance.choice(cells) for _ in range(chance.randrange(1, 8))) for _ in range(60)]
    table(*rows)
    csv(*(row.replace("|", ",") for row in rows))


@pytest.mark.parametrize(
    "error", ["#REF!", "#N/A", "#NAME?", "#VALUE!", "#DIV/0!", "#NULL!", "#NUM!", "#ref!", "＃REF！"]
)
@pytest.mark.parametrize(
    ("head", "row"),
    [
        ("题干|答案", "开标应当公开|{}"),
        ("题型|题干|答案", "填空题|少于____个|{}"),
        ("题型|题干|答案", "简答题|为何？|{}"),
        ("题干|选项A|选项B|答案", "谁？|甲|乙|{}"),
        ("题干|选项A|选项B|选项C|答案", "谁？|甲|{}|丙|A"),
        ("题干|选项A|选项B|答案", "{}|甲|乙|A"),
        ("题干|选项一内容|选项二内容|选项一是否正确|选项二是否正确", "谁？|甲|乙|1|{}"),
        ("题干|选项A|选项B|答案|解析", "谁？|甲|乙|A|{}"),
    ],
)
def test_an_error_of_the_program_is_no_text(error: str, head: str, row: str) -> None:
    item = only(table(head, row.format(error)))
    assert not item.is_ready
    assert "an error of the spreadsheet" in said(item)
    assert error not in [*(item.key or ()), *(text for blank in item.blanks for text in blank)]
