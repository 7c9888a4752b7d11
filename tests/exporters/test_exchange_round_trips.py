"""Banks written as GIFT, Moodle XML and QTI and read again: what the formats can hold comes back as it was."""

import io
import re
import zipfile
from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizapp.domain.bank import FALSE, TRUE, Bank, Citation, Edition, Item, ItemType, Option, Regulation
from quizapp.exporters.exchange import Entry, entries
from quizapp.exporters.gift import losses_gift, write_gift
from quizapp.exporters.moodle_xml import losses_moodle_xml, write_moodle_xml
from quizapp.exporters.qti import losses_qti, write_qti
from quizapp.importers.archive import MOST_IN_PACKAGE
from quizapp.importers.files import parse, read_document
from quizapp.importers.gift import parse_gift
from quizapp.importers.moodle_xml import parse_moodle_xml
from quizapp.importers.qti import parse_qti, read_qti
from quizapp.importers.reading import Document, Format, Grammar, ImportedItem, Reading

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
BLANKS = re.compile(r"[_＿]{3,}")


def gift_again(bank: Bank) -> Reading:
    lines = tuple(write_gift(bank).decode().split("\n"))
    return parse_gift(Document(Format.GIFT, Grammar.GIFT, lines))


def moodle_xml_again(bank: Bank) -> Reading:
    lines = tuple(write_moodle_xml(bank).decode().split("\n"))
    return parse_moodle_xml(Document(Format.MOODLE_XML, Grammar.MOODLE_XML, lines))


def qti_again(bank: Bank) -> Reading:
    return parse_qti(read_qti(write_qti(bank), "bank.zip"))


AGAIN: dict[str, Callable[[Bank], Reading]] = {
    "gift": gift_again,
    "moodle_xml": moodle_xml_again,
    "qti": qti_again,
}

MARKS = tuple("{}=~#:\\%*[]<>&@'\"_ \n　A")
SEQUENCES = (
    *("####", "::", "\\n", "\\\\", "%50%", "->", "//", "[html]", "  ", "\n\n", "$CATEGORY:", "{1:SHORTANSWER:=x}"),
    *(
        "<b>",
        "</p>",
        "&amp;",
        "&#65;",
        "]]>",
        "<!--",
        "<![x[",
        "TRUE",
        "《条例》",
        "（　）",
        "“引号”",
        "🀄",
        "👨\u200d👩",
        "1.5",
    ),
)
PIECES = st.sampled_from((*MARKS, *SEQUENCES))
ODD = st.characters(exclude_categories=("Cc", "Cs", "Cn", "Co", "Zl", "Zp"), exclude_characters="\xa0\ufeff_＿")


def tidy(text: str) -> str:
    return text.strip().replace("\t", " ")


TEXTS = st.lists(st.one_of(PIECES, ODD), min_size=1, max_size=8).map("".join).map(tidy).filter(bool)
LINES = TEXTS.map(lambda text: " ".join(text.split())).filter(bool)
WORDS = st.text("招标甲乙丙ABC/：:]\\ ", min_size=1, max_size=8).map(tidy).filter(bool)
STEMS = TEXTS.map(lambda text: BLANKS.sub("_", text))


@st.composite
def items(draw: st.DrawFn, kinds: tuple[ItemType, ...] = tuple(set(ItemType) - {ItemType.CASE})) -> Item:
    kind = draw(st.sampled_from(sorted(kinds)))
    item = Item(
        id="",
        type=kind,
        stem=draw(STEMS),
        rationale=draw(st.one_of(st.just(""), TEXTS)),
        topic=draw(st.one_of(st.just(""), WORDS)),
        difficulty=draw(st.integers(1, 5)),
        posts=tuple(draw(st.lists(WORDS, max_size=2))),
    )
    fields = item.__dict__ | draw(PARTS[kind])
    if kind is ItemType.FILL_IN:
        blanks = fields["blanks"]
        pieces = [draw(st.one_of(st.just(""), STEMS)) for _ in blanks]
        fields["stem"] = BLANKS.sub("____", (item.stem + "____".join(["", *pieces])).strip())
        fields["stem"] = (
            fields["stem"] if len(BLANKS.findall(fields["stem"])) == len(blanks) else "甲____，" * len(blanks)
        )
    return Item(**fields)


@st.composite
def choices(draw: st.DrawFn, several: bool) -> dict[str, object]:
    texts = draw(st.lists(TEXTS, min_size=2, max_size=6, unique=True))
    letters = LETTERS[: len(texts)]
    fixed = draw(st.lists(st.booleans(), min_size=len(texts), max_size=len(texts)))
    key = draw(st.sets(st.sampled_from(letters), min_size=2 if several else 1, max_size=len(texts) if several else 1))
    options = tuple(map(Option, letters, texts, fixed))
    return {"options": options, "key": tuple(sorted(key))}


ACCEPTED = st.lists(LINES, min_size=1, max_size=3, unique=True).map(tuple)
PARTS: dict[ItemType, st.SearchStrategy[dict[str, object]]] = {
    ItemType.SINGLE: choices(several=False),
    ItemType.MULTIPLE: choices(several=True),
    ItemType.TRUE_FALSE: st.sampled_from((TRUE, FALSE)).map(lambda truth: {"key": (truth,)}),
    ItemType.FILL_IN: st.fixed_dictionaries(
        {"blanks": st.lists(ACCEPTED, min_size=1, max_size=3).map(tuple), "any_order": st.booleans()}
    ),
    ItemType.ESSAY: st.one_of(st.just(""), TEXTS).map(lambda text: {"reference": text}),
}


@st.composite
def banks(draw: st.DrawFn) -> Bank:
    found = draw(st.lists(items(), min_size=1, max_size=4))
    named = tuple(Item(**(item.__dict__ | {"id": f"q{number}"})) for number, item in enumerate(found))
    leaves = tuple(
        Item(**(item.__dict__ | {"id": f"case-{number}"}))
        for number, item in enumerate(draw(st.lists(items(), max_size=2)))
    )
    case = (Item("case", ItemType.CASE, draw(TEXTS), items=leaves),) if leaves else ()
    return Bank(draw(WORDS), (*named, *case))


def expected(entry: Entry) -> dict[str, object]:
    item = entry.item
    return {
        "id": item.id,
        "type": item.type,
        "stem": BLANKS.sub("____", item.stem),
        "options": [(option.letter, option.text) for option in item.options],
        "key": (item.reference,) if item.type is ItemType.ESSAY and item.reference else item.key or None,
        "blanks": item.blanks,
        "rationale": item.rationale,
        "topic": item.topic,
        "difficulty": item.difficulty,
        "posts": item.posts,
        "passage": entry.case.stem if entry.case else "",
        "any_order": item.any_order,
    }


def found(item: ImportedItem) -> dict[str, object]:
    return {
        "id": item.id,
        "type": item.type,
        "stem": BLANKS.sub("____", item.stem),
        "options": [(option.letter, option.text) for option in item.options],
        "key": item.key or None,
        "blanks": item.blanks,
        "rationale": item.rationale,
        "topic": item.topic,
        "difficulty": item.difficulty,
        "posts": item.posts,
        "passage": item.passage,
        "any_order": item.any_order,
    }


@given(banks())
@settings(max_examples=25, deadline=None)
def test_qti_holds_all_of_it(bank: Bank) -> None:
    assert [found(item) for item in qti_again(bank).items] == [expected(entry) for entry in entries(bank)]


@given(banks())
@settings(max_examples=25, deadline=None)
def test_moodle_xml_holds_all_of_it(bank: Bank) -> None:
    assert [found(item) for item in moodle_xml_again(bank).items] == [expected(entry) for entry in entries(bank)]


@given(banks())
@settings(max_examples=25, deadline=None)
def test_gift_holds_all_but_what_it_names(bank: Bank) -> None:
    lost = {str(problem.params.get("item")) for problem in losses_gift(bank) if "left out. Use" in problem.msgid}
    kept = [entry for entry in entries(bank) if entry.item.id not in lost or entry.item.type is ItemType.ESSAY]
    wanted = [expected(entry) | ({"key": None} if entry.item.type is ItemType.ESSAY else {}) for entry in kept]
    assert [found(item) for item in gift_again(bank).items] == wanted


OPTIONS = (Option("A", "招标人"), Option("B", "投标人"), Option("C", "其他人", fixed=True))
CITED = (Citation("zbf", "2017", "第三十五条"),)
KEPT = Bank(
    "采购/招标",
    (
        Item("q1", ItemType.SINGLE, "开标由谁主持？", OPTIONS, ("A",), citations=CITED),
        Item("q2", ItemType.FILL_IN, "屋面____年，管线____年。", blanks=(("五",), ("二",)), numerals_equal=True),
        Item("q3", ItemType.ESSAY, "怎样防止围标？", reference="回避。"),
        Item("q4", ItemType.FILL_IN, "甲____乙", blanks=(("a->b",),)),
        Item("c", ItemType.CASE, "张某是评委。", items=(Item("c-1", ItemType.TRUE_FALSE, "应当回避。", key=(TRUE,)),)),
    ),
    regulations=(Regulation("zbf", "招标投标法", editions=(Edition("2017", date(2017, 12, 28)),)),),
)


@pytest.mark.parametrize("name", AGAIN)
def test_citations_come_back_as_text_and_questions_stay_ready(name: str) -> None:
    reading = AGAIN[name](KEPT)
    assert reading.items[0].cited == "《招标投标法》（2017）第三十五条"
    assert all(item.is_ready for item in reading.items if item.type is not ItemType.ESSAY)


def test_qti_keeps_which_options_stay() -> None:
    assert [option.fixed for option in qti_again(KEPT).items[0].options] == [False, False, True]


def test_moodle_shuffles_nothing_where_an_option_stays() -> None:
    assert [option.fixed for option in moodle_xml_again(KEPT).items[0].options] == [True, True, True]


def test_what_each_format_loses_is_named() -> None:
    everywhere = ["list of regulations", "Cases come apart", "q2 accepts numerals"]
    sentences = {
        "qti": [problem.text() for problem in losses_qti(KEPT)],
        "moodle_xml": [problem.text() for problem in losses_moodle_xml(KEPT)],
        "gift": [problem.text() for problem in losses_gift(KEPT)],
    }
    wanted = {
        "qti": everywhere,
        "moodle_xml": [*everywhere, "Only some options of q1"],
        "gift": [*everywhere, "q2 has several blanks", "q4 has several blanks", "q1 has options", "model answer of q3"],
    }
    for name, words in wanted.items():
        assert len(sentences[name]) == len(words)
        assert all(word in sentence for word, sentence in zip(words, sentences[name], strict=True))


def test_a_bank_without_such_things_loses_nothing() -> None:
    plain = Bank("甲", (Item("q", ItemType.TRUE_FALSE, "对吗？", key=(FALSE,)),))
    assert losses_qti(plain) == losses_moodle_xml(plain) == losses_gift(plain) == []


def test_the_same_bank_gives_the_same_bytes() -> None:
    assert write_qti(KEPT) == write_qti(KEPT)
    with zipfile.ZipFile(io.BytesIO(write_qti(KEPT))) as archive:
        assert archive.namelist()[0] == "imsmanifest.xml"
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_a_package_with_too_many_files_is_named() -> None:
    items = tuple(Item(f"q{number}", ItemType.TRUE_FALSE, "对吗？", key=(TRUE,)) for number in range(MOST_IN_PACKAGE))
    assert [problem.params for problem in losses_qti(Bank("大", items))] == [{"most": MOST_IN_PACKAGE}]
    assert losses_qti(Bank("大", items[1:])) == []


def test_a_package_of_two_thousand_items_is_read_again() -> None:
    items = tuple(
        Item(f"q{number}", ItemType.TRUE_FALSE, f"第{number}项对吗？", key=(TRUE,)) for number in range(2_100)
    )
    reading = parse(read_document("包.zip", write_qti(Bank("大", items))))
    assert [item.is_ready for item in reading.items] == [True] * 2_100
