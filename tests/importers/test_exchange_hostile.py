"""Whatever is done to a file of an exchange format, it is read or refused, and every line of it is accounted for."""

import random
from collections.abc import Callable

import pytest

from quizapp.domain.bank import Bank, Item, ItemType, Option
from quizapp.exporters.gift import write_gift
from quizapp.exporters.moodle_xml import write_moodle_xml
from quizapp.exporters.qti import write_qti
from quizapp.importers.aiken import parse_aiken
from quizapp.importers.gift import parse_gift
from quizapp.importers.moodle_xml import parse_moodle_xml
from quizapp.importers.qti import parse_qti, read_qti
from quizapp.importers.reading import Document, Format, Grammar, Reading, Refused

OPTIONS = (Option("A", "招标人"), Option("B", "投标人 {甲}"), Option("C", "以上都是", fixed=True))
LEAVES = (
    Item("case-1", ItemType.TRUE_FALSE, "他应当回避。", key=("true",)),
    Item("case-2", ItemType.ESSAY, "他应当怎样做？", reference="报告并回避。"),
)
BANK = Bank(
    "采购",
    (
        Item("q1", ItemType.SINGLE, "开标由谁主持？", OPTIONS, ("A",), rationale="第三十五条。", topic="开标"),
        Item("q2", ItemType.MULTIPLE, "哪些人应当回避？\n请选择", OPTIONS, ("A", "B"), topic="回避"),
        Item("q3", ItemType.FILL_IN, "少于____个的，重新招标。", blanks=(("三", "3"),)),
        Item("q4", ItemType.FILL_IN, "屋面____年，管线____年。", blanks=(("五", "5"), ("二",))),
        Item("case", ItemType.CASE, "张某是评委，\n其弟是投标人。", items=LEAVES),
    ),
)
AIKEN = "开标由谁主持？\nA. 招标人\nB) 投标人\nANSWER: A\n\n谁应当回避？\nA. 亲属\nB. 路人\nANSWER: A\n"


def lines(data: bytes) -> tuple[str, ...]:
    return tuple(data.decode("utf-8", "replace").splitlines())


def gift(data: bytes) -> Reading:
    return parse_gift(Document(Format.GIFT, Grammar.GIFT, lines(data)))


def aiken(data: bytes) -> Reading:
    return parse_aiken(Document(Format.AIKEN, Grammar.AIKEN, lines(data)))


def moodle_xml(data: bytes) -> Reading:
    return parse_moodle_xml(Document(Format.MOODLE_XML, Grammar.MOODLE_XML, lines(data)))


def qti(data: bytes) -> Reading:
    return parse_qti(read_qti(data, "bank.zip"))


def qti_text(data: bytes) -> Reading:
    """A package as the workbench shows it, corrected by hand."""
    return parse_qti(Document(Format.QTI, Grammar.QTI, lines(data)))


FILES: dict[str, tuple[Callable[[bytes], Reading], bytes]] = {
    "gift": (gift, write_gift(BANK)),
    "aiken": (aiken, AIKEN.encode()),
    "moodle_xml": (moodle_xml, write_moodle_xml(BANK)),
    "qti": (qti, write_qti(BANK)),
    "qti_text": (qti_text, read_qti(write_qti(BANK), "bank.zip").text.encode()),
}


def assert_accounted(reading: Reading) -> None:
    numbers = {n for n, line in enumerate(reading.document.lines, start=1) if line.strip()}
    of_items = {n for item in reading.items for n in range(item.line, item.last_line + 1)}
    skipped = [each.line for each in reading.skipped]
    assert len(skipped) == len(set(skipped))
    assert of_items.isdisjoint(skipped)
    assert numbers <= of_items | set(skipped) | set(reading.headings)
    for item in reading.items:
        assert item.is_ready or all(problem.text() for problem in item.problems)
        for problem in (*item.problems, *item.warnings):
            assert item.line <= problem.line <= item.last_line, problem
            assert problem.text()


@pytest.mark.parametrize("name", FILES)
def test_every_line_of_a_whole_file_is_accounted_for(name: str) -> None:
    read, data = FILES[name]
    reading = read(data)
    assert reading.items
    assert_accounted(reading)


@pytest.mark.parametrize("name", FILES)
def test_a_file_cut_anywhere_is_read_or_refused(name: str) -> None:
    read, data = FILES[name]
    for end in range(0, len(data), max(len(data) // 400, 1)):
        assert_read_or_refused(read, data[:end])


@pytest.mark.parametrize("name", FILES)
def test_a_file_with_bytes_turned_is_read_or_refused(name: str) -> None:
    read, data = FILES[name]
    dice = random.Random(name)
    for _ in range(400):
        broken = bytearray(data)
        for _ in range(dice.randint(1, 6)):
            broken[dice.randrange(len(broken))] = dice.choice((dice.randrange(256), *b"{}=~#:\\<>&\n%"))
        assert_read_or_refused(read, bytes(broken))


@pytest.mark.parametrize("name", ["gift", "aiken", "moodle_xml", "qti_text"])
def test_a_file_with_lines_lost_or_doubled_is_read_or_refused(name: str) -> None:
    read, data = FILES[name]
    parts = data.split(b"\n")
    for number in range(len(parts)):
        assert_read_or_refused(read, b"\n".join(parts[:number] + parts[number + 1 :]))
        assert_read_or_refused(read, b"\n".join(parts[: number + 1] + parts[number:]))


def assert_read_or_refused(read: Callable[[bytes], Reading], data: bytes) -> None:
    try:
        reading = read(data)
    except Refused:
        return
    assert_accounted(reading)
