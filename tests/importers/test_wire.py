"""A reading survives its way through JSON, and its report says what the command line promises."""

import json
from typing import Any

import pytest

from quizapp.domain.bank import ItemType, Option
from quizapp.domain.problem import Problem
from quizapp.importers import wire
from quizapp.importers.reading import Document, Format, Grammar, ImportedItem, Reading, Skipped

NO_KEY = Problem("Item %(number)s has no key.", {"number": "2", "line": 7, "rate": 0.5, "sure": True}, line=7)
OF_FILE = Problem("Read as %(encoding)s.", {"encoding": "GBK"})


def full_reading() -> Reading:
    """Every field of every class holds something that is not its default."""
    document = Document(
        Format.XLSX,
        Grammar.TABLE,
        ("1、采购人", "", "\t“甲”\u2028\U00020000\x0b"),
        places={1: "单选!14", 3: "单选!16"},
        marks={1: ((0, 2), (3, 5)), 3: ((1, 2),)},
        pictures=frozenset({3, 1}),
        encoding="gb18030",
        problems=(OF_FILE,),
    )
    item = ImportedItem(
        number="2",
        line=1,
        last_line=3,
        type=ItemType.MULTIPLE,
        stem="投标人不得（　）。",
        options=(Option("A", "行贿"), Option("B", "以上都是", fixed=True)),
        key=("A", "B"),
        blanks=(("三", "3"), ()),
        any_order=True,
        rationale="第一行\n第二行",
        passage="某甲",
        topic="招标",
        difficulty=4,
        points="2",
        cited="第八条",
        posts=("采购", "财务"),
        id="x-1",
        places={"stem": 1, "A": 2, "key": 3},
        problems=(NO_KEY,),
        warnings=(Problem("Long.", {}, 1, 2, "items[0]"),),
    )
    bare = ImportedItem("", 9, 9, ItemType.FILL_IN, "甲____乙")
    empty_key = ImportedItem("", 9, 9, ItemType.FILL_IN, "甲____乙", key=(), blanks=(("一",),))
    skipped = Skipped(5, "第 3 页", Problem("Looks like a page number."))
    return Reading(document, (item, bare, empty_key), (skipped,), (1, 4), (NO_KEY, OF_FILE))


def through_json(value: Any) -> Any:
    return json.loads(json.dumps(wire.to_json(value)))


def test_a_reading_survives_exactly() -> None:
    assert wire.reading(through_json(full_reading())) == full_reading()


def test_a_document_survives_exactly() -> None:
    document = full_reading().document
    assert wire.document(through_json(document)) == document
    bare = Document(Format.TEXT, Grammar.TEXT, ())
    assert wire.document(through_json(bare)) == bare


def test_a_problem_survives_exactly() -> None:
    assert wire.problem(through_json(NO_KEY)) == NO_KEY


@pytest.mark.parametrize("json_value", [{}, {"document": 5}, {"document": {"format": "pdf"}}, [], None, "x"])
def test_anything_else_is_an_ordinary_error(json_value: Any) -> None:
    with pytest.raises((ValueError, TypeError, KeyError, AttributeError)):
        wire.reading(json_value)


def reported(*items: ImportedItem) -> Any:
    return wire.report(Reading(Document(Format.TEXT, Grammar.TEXT, ("",) * 9), items), str)["items"]


def test_the_report_has_the_promised_form() -> None:
    report = wire.report(full_reading(), lambda text: text.replace("has no key", "没有答案"))
    assert report["items"][0] == {
        "number": "2",
        "line": 1,
        "place": "单选!14",
        "type": "multiple",
        "stem": "投标人不得（　）。",
        "options": {"A": "行贿", "B": "以上都是"},
        "key": ["A", "B"],
        "passage": "某甲",
        "rationale": "第一行\n第二行",
        "status": "draft",
        "problems": [
            {"line": 1, "place": "单选!14", "message": "Long.", "severity": "warning"},
            {"line": 7, "message": "Item 2 没有答案.", "severity": "problem"},
        ],
    }
    assert report["skipped"] == [{"line": 5, "text": "第 3 页", "reason": "Looks like a page number."}]
    # What the document says of itself is not said twice.
    assert [each["message"] for each in report["problems"]] == ["Read as GBK.", "Item 2 没有答案."]
    assert report["format"] == "xlsx"


@pytest.mark.parametrize(
    ("blanks", "key"),
    [
        ((("三", "3"),), ["三", "3"]),
        ((("五", "5"), ("二",)), ["五;5", "二"]),
        ((), None),
    ],
)
def test_the_key_of_a_fill_in(blanks: tuple[tuple[str, ...], ...], key: list[str] | None) -> None:
    item = ImportedItem("1", 1, 1, ItemType.FILL_IN, "____", key=() if blanks else None, blanks=blanks)
    (found,) = reported(item)
    assert found["key"] == key
    assert found["blanks"] == [list(blank) for blank in blanks]


def test_other_keys_stand_as_they_are() -> None:
    true = ImportedItem("1", 1, 1, ItemType.TRUE_FALSE, "甲", key=("true",))
    essay = ImportedItem("2", 2, 2, ItemType.ESSAY, "乙", key=("参考文字",))
    assert [item["key"] for item in reported(true, essay)] == [["true"], ["参考文字"]]
    assert [item["status"] for item in reported(true, essay)] == ["ready", "ready"]


def test_a_problem_without_a_line_stands_at_its_item() -> None:
    item = ImportedItem("1", 4, 4, ItemType.SINGLE, "甲", problems=(Problem("No key."),))
    (found,) = reported(item)
    assert found["problems"] == [{"line": 4, "message": "No key.", "severity": "problem"}]


def test_what_was_written_before_options_were_rows_is_read() -> None:
    written = wire.to_json(full_reading())
    item, options = written["items"][0], full_reading().items[0].options
    assert item["options"] == [["A", "行贿"], ["B", "以上都是", True]]
    item["options"] = [{name: value for name, value in vars(each).items() if value} for each in options]
    assert wire.reading(written) == full_reading()


def test_parts_on_the_line_of_their_item_need_no_number() -> None:
    alone = ImportedItem("", 9, 9, ItemType.SINGLE, "甲\ud800", places={"stem": 9, "key": 9})
    written = through_json(Reading(Document(Format.TEXT, Grammar.TEXT, ()), (alone,)))
    assert written["items"][0]["places"] == ["stem", "key"]
    assert wire.reading(written).items == (alone,)
