"""Keys in a file of their own go to the questions of a table by number, and never to a doubtful one."""

import pytest

from quizapp.importers.files import parse, read_document
from quizapp.importers.reading import Document, Format, Grammar

HEAD = "题号|题型|题干|选项A|选项B"
QUESTIONS = (HEAD, "1|单选|谁？|甲|乙", "2|多选|哪些？|甲|乙", "3|判断|公开。||", "4|填空|少于____个||")


def table(*rows: str) -> Document:
    return Document(Format.XLSX, Grammar.TABLE, tuple(row.replace("|", "\t") for row in rows))


def text(*lines: str) -> Document:
    return Document(Format.TEXT, Grammar.TEXT, lines)


KEYS = [table("题号|答案", "1|B", "2|A,B", "3|对", "4|三"), text("1、B", "2、AB", "3、√", "4、三")]


@pytest.mark.parametrize("keys", KEYS)
def test_a_table_takes_its_keys_by_number(keys: Document) -> None:
    reading = parse(table(*QUESTIONS), keys)
    assert [item.key for item in reading.items] == [("B",), ("A", "B"), ("true",), ()]
    assert (reading.items[3].blanks, reading.problems) == ((("三",),), ())
    assert all(item.is_ready for item in reading.items)


def test_a_text_takes_the_keys_of_a_table() -> None:
    questions = text("1、谁？", "A.甲", "B.乙", "2、哪些？", "A.甲", "B.乙", "C.丙")
    first, second = parse(questions, table("题号|答案", "1|B", "2|A,C")).items
    assert (first.key, second.key) == (("B",), ("A", "C"))


def test_missing_and_surplus_numbers_are_listed() -> None:
    reading = parse(table(*QUESTIONS), table("题号|答案", "1|B", "2|AB", "7|A", "8|B"))
    assert [item.is_ready for item in reading.items] == [True, True, False, False]
    said = " ".join(problem.text() for problem in reading.problems)
    assert "7、8" in said
    assert "3、4" in said


def test_numbers_that_begin_anew_go_by_section() -> None:
    questions = table(HEAD, "1|单选|谁？|甲|乙", "1|判断|公开。||")
    keys = table("题号|题型|答案", "1|判断|错", "1|单选|A")
    assert [item.key for item in parse(questions, keys).items] == [("A",), ("false",)]
    reading = parse(questions, table("题号|答案", "1|A", "1|错"))
    assert [item.key for item in reading.items] == [None, None]


def test_a_key_of_another_section_is_not_given() -> None:
    reading = parse(table(HEAD, "1|单选|谁？|甲|乙"), table("题号|题型|答案", "1|判断|A"))
    assert reading.items[0].key is None


def test_a_key_that_contradicts_the_own_one_is_a_draft() -> None:
    (item,) = parse(table(HEAD + "|答案", "1|单选|谁？|甲|乙|A"), table("题号|答案", "1|B")).items
    assert (item.key, item.is_ready) == (None, False)


def test_a_table_of_keys_alone_is_refused() -> None:
    with pytest.raises(Exception, match="only keys and no questions"):
        parse(read_document("", "题号,题型,答案\n1,单选,A".encode()))
