"""What a file is shows in its bytes; what cannot be read is refused with what to do; Chinese papers stay text."""

import io
import struct
import zipfile

import pytest

from quizapp.importers.ole import SIGNATURE
from quizapp.importers.reading import Format, Refused
from quizapp.importers.sniff import sniff_binary
from quizapp.importers.sniff_text import sniff_text


def zipped(*names: str, **contents: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(name, "")
        for name, content in contents.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return file.getvalue()


def compound(*names: str) -> bytes:
    """An old Office file with these streams at its top, and with ``Workbook`` in a storage below the first of them."""
    none = 0xFFFFFFFF
    entries = [_entry("Root Entry", none, none, 1)]
    for number, name in enumerate(names, 1):
        entries.append(
            _entry(name, none, number + 1 if number < len(names) else none, len(names) + 1 if number == 1 else none)
        )
    entries.append(_entry("Workbook", none, none, none))
    directory = b"".join(entries).ljust(1024, b"\0")
    table = struct.pack("<3I", 0xFFFFFFFD, 2, 0xFFFFFFFE).ljust(512, b"\xff")
    header = SIGNATURE + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<9I", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0) + struct.pack("<I", 0)
    return header.ljust(512, b"\xff") + table + directory


def _entry(name: str, left: int, right: int, child: int) -> bytes:
    wide = name.encode("utf-16-le")
    return struct.pack("<64sHBBIII48x", wide, len(wide) + 2, 2, 1, left, right, child)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (zipped("[Content_Types].xml", "word/document.xml"), Format.DOCX),
        (zipped("word/document2.xml"), Format.DOCX),
        (zipped("xl/workbook.xml", "xl/media/image1.png"), Format.XLSX),
        (zipped("content.xml", mimetype="application/vnd.oasis.opendocument.spreadsheet"), Format.ODS),
        (zipped("imsmanifest.xml", "items/1.xml"), Format.QTI),
        (zipped(item_xml="<assessmentItem identifier='a'/>"), Format.QTI),
        (zipped(one_xml='<?xml version="1.0"?><qti-assessment-item/>'), Format.QTI),
        (compound("Workbook"), Format.XLS),
        (compound("Book"), Format.XLS),
        (compound("WordDocument", "1Table"), Format.DOC),
        (compound("\x05SummaryInformation", "WordDocument"), Format.DOC),
        ("1、谁？".encode(), None),
        (b"", None),
    ],
)
def test_the_content_says_what_a_file_is(data: bytes, expected: Format | None) -> None:
    assert sniff_binary(data) is expected


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (compound("EncryptedPackage", "EncryptionInfo"), "password"),
        (compound("PowerPoint Document"), "PowerPoint"),
        (compound("Contents"), "save it as .docx"),
        (SIGNATURE, "save it as .docx"),
        (b"%PDF-1.7", "PDF"),
        (b"\n\n%PDF-1.4", "PDF"),
        (b"{\\rtf1\\ansi", "RTF"),
        (b"\x89PNG\r\n\x1a\n", "PNG"),
        (b"\xff\xd8\xff\xe0", "JPEG"),
        (b"GIF89a", "GIF"),
        (b"BM\x10\x00\x00\x00\x00\x00\x00\x00", "BMP"),
        (b"RIFF\0\0\0\0WEBP", "WEBP"),
        (b"\0\0\0\x18ftypheic", "HEIC"),
        (b"Rar!\x1a\x07", "Unpack it"),
        (b"7z\xbc\xaf'\x1c", "Unpack it"),
        (b"\x1f\x8b\x08", "Unpack it"),
        (zipped("a.txt"), "Unpack it"),
        (zipped("xl/workbook.bin"), "save it as .xlsx"),
        (zipped("ppt/presentation.xml"), "PowerPoint"),
        (zipped("content.xml", mimetype="application/vnd.oasis.opendocument.text"), "save it as .docx"),
        (
            zipped(
                mimetype="application/vnd.oasis.opendocument.spreadsheet",
                **{"META-INF__manifest_xml": "<a:encryption-data/>"},
            ),
            "password",
        ),
        (b"<html><body>", "HTML"),
        (b"\xef\xbb\xbf<!DOCTYPE html>", "HTML"),
        ("<html><table>".encode("utf-16"), "save it as .xlsx"),
        (b"MIME-Version: 1.0\nContent-Type: multipart/related", "MHT"),
        (b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook>', "save it as .xlsx"),
        (b'<?xml version="1.0"?><?mso-application progid="Word.Document"?>', "save it as .docx"),
    ],
)
def test_what_cannot_be_read_is_refused_with_what_to_do(data: bytes, words: str) -> None:
    with pytest.raises(Refused, match=words.replace(".", r"\.")):
        sniff_binary(data)


CHINESE = (
    "一、单选题\n1、开标由（ ）主持。\nA.招标人\nB.投标人\n答案：A",
    "1. 投标人少于{_}个应当重新招标。[考试多项填空]",
    "谁主持开标？\nA. 招标人\nB. 投标人\n正确答案：A\n解析：见{=法条}",
    "1.谁？\nA.甲\nB.乙\nAnswer: A",
    "1.谁？ A.甲 B.乙\nANSWER: A",
    "题目,答案在下面,请看\n1、谁？",
    "1、谁？\n题号\t答案\n这一行没有制表符\n这一行也没有\n还有这一行\n1\tA",
    "<p>1、谁？</p>\nA.甲<br/>",
    "下列哪些属于{ }的范围？\nA.甲\nB.乙",
    "items: 一些东西\n1、谁？",
)


@pytest.mark.parametrize("text", CHINESE)
def test_chinese_papers_are_text(text: str) -> None:
    assert sniff_text(text.split("\n")) is Format.TEXT


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("::Q1:: Who opens? {=the tenderer ~the bidder}", Format.GIFT),
        ("谁主持开标？{\n=招标人\n~投标人\n}", Format.GIFT),
        ("开标应当公开。{T}", Format.GIFT),
        ("开标应当公开。{FALSE#应当}", Format.GIFT),
        ("占多少？{#5:1}", Format.GIFT),
        ("$CATEGORY: 招标\n\n问{}", Format.GIFT),
        ("谁？\n\\{不是\\}\n{=甲 =乙}", Format.GIFT),
        ("谁主持开标？\nA. 招标人\nB. 投标人\nANSWER: A", Format.AIKEN),
        ("Who?\nA) one\nB) two\nANSWER: B\n\nWhat?\nA) x\nB) y\nC) z\nANSWER: C", Format.AIKEN),
        ('<?xml version="1.0"?>\n<!-- x -->\n<quiz><question/></quiz>', Format.MOODLE_XML),
        ("<assessmentItem xmlns='x'/>", Format.QTI),
        ("<qti-assessment-item/>", Format.QTI),
        ("format: 1\ntitle: 题库\nitems:\n  - id: a\n    type: single", Format.YAML),
        ("题干,选项A,选项B,答案\n谁？,甲,乙,A", Format.CSV),
        ("一季度\n说明：略\n题型\t题干\t答案\n判断\t公开。\t对", Format.CSV),
        ("题型;题干;答案\n判断;公开。;对", Format.CSV),
        ("题干,答案", Format.CSV),
    ],
)
def test_other_formats_show_themselves(text: str, expected: Format) -> None:
    assert sniff_text(text.split("\n")) is expected


@pytest.mark.parametrize(
    ("text", "words"),
    [("<!DOCTYPE quiz [<!ENTITY a 'b'>]><quiz/>", "DOCTYPE"), ("<rss><channel/></rss>", "holds no questions")],
)
def test_other_xml_is_refused(text: str, words: str) -> None:
    with pytest.raises(Refused, match=words):
        sniff_text([text])


@pytest.mark.parametrize("run", ["\r" * 300_000, "\n" * 300_000, "\t" * 300_000, "\u3000" * 300_000, "[" * 300_000])
@pytest.mark.parametrize("after", ["", "答", "A.甲"])
def test_long_runs_are_sniffed(run: str, after: str) -> None:
    # A pattern that takes time in the square of a run's length would be stopped by the runner.
    assert sniff_text(f"1、谁？\n{run}{after}".splitlines()) is Format.TEXT


def test_a_key_may_stand_behind_spaces_and_brackets() -> None:
    assert sniff_text(["谁？{=甲 ~乙}", "　\t【 参考 答 案】A"]) is Format.TEXT
    assert sniff_text(["", " ::题一:: 谁？"]) is Format.GIFT
