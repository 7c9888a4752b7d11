"""A bank as a Word file: everything of an item is on the page as text, and nothing of anybody's data is in the file."""

import io
import zipfile
from dataclasses import replace
from pathlib import Path

import docx
import pytest
from docx.oxml.ns import qn

from quizapp.domain.bank import FALSE, TRUE, Bank, Citation, Edition, Item, ItemType, Option, Regulation
from quizapp.domain.bank_yaml import read_bank
from quizapp.exporters.docx import write_docx
from quizapp.exporters.docx_text import key_text
from quizapp.importers.word import read_word

RULES = Regulation("r1", "招标投标办法", editions=(Edition("2020"),))
OPTIONS = (Option("A", "招标人"), Option("B", "投标人"))
SINGLE = Item(
    *("q1", ItemType.SINGLE, "开标由（　）主持。", OPTIONS, ("A",)),
    rationale="见办法。",
    topic="开标",
    difficulty=2,
    citations=(Citation("r1", "2020", "第三条"), Citation("r1", "2020", "第四条")),
    posts=("采购岗", "财务岗"),
)
MULTIPLE = Item("q2", ItemType.MULTIPLE, "谁可以参加开标？", OPTIONS, ("A", "B"))
JUDGED = Item("q3", ItemType.TRUE_FALSE, "开标应当公开。", key=(TRUE,))
FILLED = Item("q4", ItemType.FILL_IN, "少于____个的，____。", blanks=(("三", "3"), ("重新招标",)))
ESSAY = Item("q5", ItemType.ESSAY, "怎样防止串标？", reference="一是公开；\n二是监督。")
CASE = Item(
    "q6", ItemType.CASE, "王某收受购物卡。\n事后退回。", items=(replace(SINGLE, id="q61"), replace(JUDGED, id="q62"))
)
BANK = Bank("采购题库", (ESSAY, JUDGED, SINGLE, CASE, MULTIPLE, FILLED), "供练习使用。", (RULES,))
DETAILS = ["解析：见办法。", "依据：《招标投标办法》（2020）第三条；《招标投标办法》（2020）第四条"]
DETAILS += ["知识点：开标", "难度：2", "岗位：采购岗、财务岗"]


def test_the_file_reads_like_a_paper_with_keys() -> None:
    assert list(read_word(write_docx(BANK), "题.docx").lines) == [
        *("采购题库", "说明：供练习使用。"),
        *("一、单项选择题（共1题）", "1、开标由（　）主持。", "A．招标人", "B．投标人", "答案：A", *DETAILS),
        *("二、多项选择题（共1题）", "2、谁可以参加开标？", "A．招标人", "B．投标人", "答案：AB", "难度：3"),
        *("三、判断题（共1题）", "3、开标应当公开。", "答案：正确", "难度：3"),
        *("四、填空题（共1题）", "4、少于____个的，____。", "答案：三/3；重新招标", "难度：3"),
        *("五、案例分析题", "【材料】王某收受购物卡。", "事后退回。", "根据以上材料回答5-6题。"),
        *("5、【单选题】开标由（　）主持。", "A．招标人", "B．投标人", "答案：A", *DETAILS),
        *("6、【判断题】开标应当公开。", "答案：正确", "难度：3"),
        *("六、简答题（共1题）", "7、怎样防止串标？", "答案：一是公开；", "二是监督。", "难度：3"),
    ]


KEYS = {
    "错误": replace(JUDGED, key=(FALSE,)),
    "三/3；重新招标": FILLED,
    "（批评或者教育）（五）": replace(FILLED, blanks=(("批评或者教育",), ("五",))),
    "（公里/小时）": replace(FILLED, blanks=(("公里/小时",),)),
    "乱序匹配（公开）（公平/平等）": replace(FILLED, blanks=(("公开",), ("公平", "平等")), any_order=True),
    "甲、乙": replace(FILLED, blanks=(("甲、乙",),)),
    "": replace(ESSAY, reference=""),
}


@pytest.mark.parametrize("text", KEYS)
def test_a_key_is_written_as_people_write_it(text: str) -> None:
    assert key_text(KEYS[text]) == text


def test_a_section_without_items_is_not_there_and_the_others_count_on() -> None:
    lines = read_word(write_docx(Bank("题库", (JUDGED, MULTIPLE))), "题.docx").lines
    assert [line for line in lines if "、" in line and "题（" in line] == [
        "一、多项选择题（共1题）",
        "二、判断题（共1题）",
    ]


def test_chinese_text_has_chinese_fonts_and_language_on_a_sheet_of_a4() -> None:
    document = docx.Document(io.BytesIO(write_docx(BANK)))
    used = {paragraph.style.style_id: paragraph.style for paragraph in document.paragraphs if paragraph.style}
    assert len(used) == 8
    for style in used.values():
        properties = style.element.rPr
        assert properties.rFonts.get(qn("w:eastAsia")) in {"宋体", "仿宋", "黑体"}
        assert properties.find(qn("w:lang")).get(qn("w:eastAsia")) == "zh-CN"
    section = document.sections[0]
    assert section.page_width
    assert section.page_height
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)


def test_headings_are_in_the_outline() -> None:
    document = docx.Document(io.BytesIO(write_docx(BANK)))
    style = next(each.style for each in document.paragraphs if each.text.startswith("一、"))
    assert style
    assert style.element.pPr.find(qn("w:outlineLvl")).get(qn("w:val")) == "0"


def test_numbers_and_options_are_text_and_not_automatic() -> None:
    with zipfile.ZipFile(io.BytesIO(write_docx(BANK))) as archive:
        assert b"numPr" not in archive.read("word/document.xml")


def test_the_file_names_no_person_and_carries_nothing_it_does_not_need() -> None:
    with zipfile.ZipFile(io.BytesIO(write_docx(BANK))) as archive:
        properties = archive.read("docProps/core.xml").decode()
        names = archive.namelist()
    for word in ("creator", "lastModifiedBy", "python-docx", "created", "modified", "2013"):
        assert word not in properties
    assert "采购题库" in properties
    assert not [name for name in names if "thumbnail" in name or "customXml" in name]


def test_signs_that_no_file_can_hold_are_left_out() -> None:
    odd = replace(JUDGED, stem="开\x00标\x0b应当\ud800公开\ufffe。\r\n第二行\t完")
    lines = read_word(write_docx(Bank("题\x01库", (odd,))), "题.docx").lines
    assert lines[0] == "题库"
    assert lines[2:4] == ("1、开标应当公开。", "第二行\t完")


def test_text_that_looks_like_xml_is_text() -> None:
    odd = replace(JUDGED, stem="  若 a<b & c>d，则“</w:p>”。 ")
    assert read_word(write_docx(Bank("题库", (odd,))), "题.docx").lines[2] == f"1、{odd.stem}"


def test_a_shipped_bank_is_written_whole() -> None:
    path = Path(__file__).parents[2] / "question_banks" / "integrity-basics.yaml"
    bank = read_bank(path.read_text(encoding="utf-8"))
    text = "\n".join(read_word(write_docx(bank), "题.docx").lines)
    for item in bank.items:
        for leaf in item.leaves():
            assert leaf.stem in text
            assert leaf.rationale in text
            assert all(option.text in text for option in leaf.options)


def test_a_large_bank_is_written_whole() -> None:
    items = tuple(replace(SINGLE, id=f"q{number}") for number in range(2000))
    data = write_docx(Bank("大题库", items, regulations=(RULES,)))
    assert len(read_word(data, "题.docx").lines) == 2 + 2000 * 9
