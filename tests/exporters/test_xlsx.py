"""The workbook of a bank: one question a row, texts only, and honest about what it leaves out."""

from io import BytesIO
from typing import Any

from openpyxl import load_workbook

from quizapp.domain.bank import Bank, Citation, Edition, Item, ItemType, Option, Regulation
from quizapp.exporters.xlsx import losses_xlsx, write_xlsx

OPTIONS = (Option("A", "=1+1"), Option("B", "http://a.cn"), Option("C", "3"))
CITED = (Citation("law", "2024", "第八条"), Citation("law", "2024", "第九条"))
ITEMS = (
    Item("s", ItemType.SINGLE, "=HYPERLINK(1)", OPTIONS, ("B",), rationale="解", topic="监督", citations=CITED),
    Item("m", ItemType.MULTIPLE, "哪些？", OPTIONS, ("A", "C"), posts=("工程", "采购"), difficulty=5),
    Item("t", ItemType.TRUE_FALSE, "对吗？", key=("false",)),
    Item("f", ItemType.FILL_IN, "____和____", blanks=(("一年", "1年"), ("党组",))),
    Item("e", ItemType.ESSAY, "试述", reference="要点一\n要点二"),
    Item("c", ItemType.CASE, "一段材料", items=(Item("c-1", ItemType.TRUE_FALSE, "是否", key=("true",)),)),
)
BANK = Bank("题库", ITEMS, regulations=(Regulation("law", "《监察法》", "", (Edition("2024"),)),))


def sheet_of(bank: Bank) -> Any:
    return load_workbook(BytesIO(write_xlsx(bank))).active


def rows_of(bank: Bank) -> list[dict[str, Any]]:
    head, *rows = sheet_of(bank).iter_rows(values_only=True)
    return [{name: value for name, value in zip(head, row, strict=True) if value} for row in rows]


def test_every_question_is_a_row_under_known_headings() -> None:
    rows = rows_of(BANK)
    assert rows[0] == {
        "题号": "1", "题型": "单选题", "题干": "=HYPERLINK(1)", "选项A": "=1+1", "选项B": "http://a.cn", "选项C": "3",
        "答案": "B", "解析": "解", "知识点": "监督", "难度": "3",
        "依据": "《监察法》（2024）第八条；《监察法》（2024）第九条", "题目代号": "s",
    }  # fmt: skip
    assert [row["答案"] for row in rows] == ["B", "AC", "错误", "一年/1年；党组", "要点一\n要点二", "正确"]
    assert (rows[1]["岗位"], rows[1]["难度"]) == ("工程、采购", "5")
    assert rows[5] | {"难度": "3"} == {
        "题号": "6", "题型": "判断题", "题干": "是否", "答案": "正确", "难度": "3", "题目代号": "c-1",
        "材料": "一段材料",
    }  # fmt: skip


def test_no_cell_is_anything_but_text() -> None:
    sheet = sheet_of(BANK)
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    assert not any(cell.hyperlink for cell in cells)
    assert sheet.freeze_panes == "A2"


def test_there_are_as_many_option_columns_as_the_longest_item_needs() -> None:
    head = next(sheet_of(BANK).iter_rows(values_only=True))
    assert [name for name in head if name.startswith("选项")] == ["选项A", "选项B", "选项C", "选项D"]
    options = tuple(Option(letter, f"第{letter}") for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    wide = Bank("题库", (Item("w", ItemType.SINGLE, "题", options, ("Z",)),))
    assert rows_of(wide)[0]["选项Z"] == "第Z"


def test_the_same_bank_gives_the_same_bytes() -> None:
    assert write_xlsx(BANK) == write_xlsx(BANK)


def test_what_is_lost_is_said_with_the_number_of_items() -> None:
    plain = Bank("题库", ITEMS[1:4])
    assert losses_xlsx(plain) == []
    lossy = Bank(
        "题库",
        (
            Item("f", ItemType.FILL_IN, "____和____", blanks=(("和/或",), ("甲",)), numerals_equal=True),
            Item("g", ItemType.FILL_IN, "____", blanks=(("30；40",),)),
            Item("s", ItemType.SINGLE, "题", (Option("A", "甲", True), Option("B", "以上都是", True)), ("A",)),
        ),
        regulations=BANK.regulations,
    )
    assert [loss.params["n"] for loss in losses_xlsx(lossy)] == [2, 1, 1, 1]
