"""A text file is the same text in every encoding and with every kind of line end; what is no text is refused."""

import codecs

import pytest

from quizapp.importers.encoding import decode
from quizapp.importers.reading import Refused

TEXT = "一、单选题\n1、开标由（ ）主持。\nA.招标人\nB.投标人\n答案：A\n"
LINES = tuple(TEXT.splitlines())


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (TEXT.encode(), "utf-8"),
        (TEXT.encode("utf-8-sig"), "utf-8"),
        (TEXT.encode("gb18030"), "gb18030"),
        (codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"), "utf-16-le"),
        (codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), "utf-16-be"),
        (TEXT.encode("utf-16-le"), "utf-16-le"),
        (TEXT.encode("utf-16-be"), "utf-16-be"),
        (TEXT.encode()[:-9] + "：A".encode(), "utf-8"),
    ],
)
def test_the_encoding_is_found_out(data: bytes, encoding: str) -> None:
    decoded = decode(data)
    assert decoded.encoding == encoding
    assert decoded.lines[:4] == LINES[:4]


def test_an_encoding_that_is_not_utf_8_is_said() -> None:
    assert decode(TEXT.encode()).problems == ()
    (problem,) = decode(TEXT.encode("gbk")).problems
    assert "read as GBK" in problem.text()


def test_a_wrong_guess_can_be_switched() -> None:
    big5 = "選項與題目".encode("big5")
    assert decode(big5).lines != ("選項與題目",)
    switched = decode(big5, "big5")
    assert (switched.lines, switched.encoding, switched.problems) == (("選項與題目",), "big5", ())


@pytest.mark.parametrize("name", ["GBK", "gb2312", "GB18030"])
def test_an_encoding_has_several_names(name: str) -> None:
    assert decode(TEXT.encode("gbk"), name).encoding == "gb18030"


def test_an_unknown_encoding_is_refused_with_the_known_ones() -> None:
    with pytest.raises(Refused, match=r"rot13 is not known.*utf-8, gb18030"):
        decode(b"text", "rot13")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\x85", "\u2028", "\u2029", "\v", "\f"])
def test_every_line_end_ends_a_line(end: str) -> None:
    assert decode(TEXT.replace("\n", end).encode()).lines == LINES


def test_empty_lines_stay_so_that_numbers_of_lines_stay() -> None:
    assert decode(b"one\r\n\r\ntwo\n\n").lines == ("one", "", "two", "")


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_a_text_cut_in_the_middle_of_a_sign_is_read(encoding: str) -> None:
    decoded = decode((TEXT * 3).encode(encoding)[:-2])
    assert decoded.lines[0] == "一、单选题"


def test_a_few_broken_bytes_are_shown_and_said() -> None:
    data = (TEXT * 10).encode().replace("主".encode(), b"\xff", 1)
    decoded = decode(data)
    assert decoded.encoding == "utf-8"
    assert ["1 characters cannot be read" in problem.text() for problem in decoded.problems] == [True]


def test_single_control_characters_are_dropped() -> None:
    assert (
        decode(
            "开标\x00由\x07招标人主持，这是一个足够长的句子，里面有一两个看不见的控制字符，照样读得出来。".encode()
        ).lines[0][:4]
        == "开标由招"
    )


@pytest.mark.parametrize("data", [bytes(range(256)) * 4, b"\x00" * 99, b"\x01\x02\x03text"])
def test_what_is_no_text_is_refused(data: bytes) -> None:
    with pytest.raises(Refused):
        decode(data)


@pytest.mark.parametrize("data", [b"", b"  \r\n\t\n", codecs.BOM_UTF8, codecs.BOM_UTF16_LE])
def test_an_empty_file_is_refused(data: bytes) -> None:
    with pytest.raises(Refused, match="empty"):
        decode(data)
