"""Files that are broken, locked or made to do harm: refused in one sentence, and nothing outside them is touched."""

import io
import socket
import struct
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from quizapp.importers.reading import Refused
from quizapp.importers.word import read_word
from tests.support.word_files import NAMES, lines, p, r, read, table, word_file, zipped

GOOD = word_file(p("1.谁主持开标？") + p("答案：A"))
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@pytest.mark.parametrize("data", [b"", b"words", GOOD[:-60], GOOD[: len(GOOD) // 2], b"PK\x03\x04" + b"\0" * 90])
def test_a_damaged_file_is_refused(data: bytes) -> None:
    with pytest.raises(Refused, match="damaged"):
        read_word(data, "题.docx")


def test_a_file_under_a_password_is_refused() -> None:
    with pytest.raises(Refused, match="password"):
        read_word(COMPOUND + b"\0" * 500 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 500, "题.docx")


def test_an_old_file_is_named_for_what_it_is() -> None:
    with pytest.raises(Refused, match=r"“旧题.docx” is a .doc file"):
        read_word(COMPOUND + b"\0" * 500, "旧题.docx")


def test_another_archive_is_no_word_file() -> None:
    with pytest.raises(Refused, match="no Word document"):
        read_word(zipped({"xl/workbook.xml": b"<x/>"}), "题.docx")


@pytest.mark.parametrize("body", ["", p(), p("  ") + table(("", ""))])
def test_an_empty_file_is_refused(body: str) -> None:
    with pytest.raises(Refused, match="is empty"):
        read(body)


def test_a_file_of_pictures_only_says_so() -> None:
    with pytest.raises(Refused, match=r"pictures \(2\)"):
        read(p("<w:r><w:object/></w:r>") * 2)


def test_a_file_of_hidden_text_only_says_so() -> None:
    with pytest.raises(Refused, match="hidden"):
        read(p("<w:r><w:rPr><w:vanish/></w:rPr><w:t>甲</w:t></w:r>"))


def test_a_body_without_a_body_is_empty() -> None:
    with pytest.raises(Refused, match="is empty"):
        read_word(word_file("", parts={"word/document.xml": f"<w:document {NAMES}/>".encode()}), "题.docx")


def test_broken_xml_is_refused() -> None:
    with pytest.raises(Refused, match="XML"):
        read("<w:p>")


@pytest.mark.parametrize("part", ["word/document.xml", "word/styles.xml", "word/numbering.xml", "_rels/.rels"])
def test_entities_are_refused_in_every_part(part: str) -> None:
    bomb = (
        f'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><w:document {NAMES}><w:body>&a;</w:body></w:document>'
    )
    with pytest.raises(Refused, match="DOCTYPE"):
        read_word(word_file(p("甲"), parts={part: bomb.encode()}), "题.docx")


def test_deep_nesting_is_refused_and_nesting_below_the_limit_is_read() -> None:
    with pytest.raises(Refused, match="deep"):
        read("<w:sdt><w:sdtContent>" * 120 + p("甲") + "</w:sdtContent></w:sdt>" * 120)
    assert lines("<w:sdt><w:sdtContent>" * 95 + p("甲") + "</w:sdtContent></w:sdt>" * 95) == ["甲"]
    assert lines("<w:tbl><w:tr><w:tc>" * 60 + p("甲") + "</w:tc></w:tr></w:tbl>" * 60) == ["甲"]


def test_names_that_climb_are_only_names() -> None:
    body = p("甲")
    assert read_word(word_file(body, parts={"../../tmp/x.xml": b"<x/>", "/etc/y": b"z"}), "题.docx").lines == ("甲",)


def test_pictures_fonts_and_macros_stay_packed() -> None:
    bombs = ("word/media/image1.png", "word/vbaProject.bin", "word/fonts/font1.odttf", "word/embeddings/o.bin")
    document = read_word(word_file(p("甲"), parts={name: bytes(80 << 20) for name in bombs}), "题.docx")
    assert document.lines == ("甲",)
    assert "macros" in document.problems[0].text()


def test_a_body_that_grows_too_large_is_refused() -> None:
    with pytest.raises(Refused, match="unpacks"):
        read_word(word_file("", parts={"word/document.xml": b" " * (80 << 20)}), "题.docx")


def test_sizes_that_lie_are_not_believed() -> None:
    data = bytearray(word_file("", parts={"word/document.xml": b" " * (80 << 20)}))
    entry = data.index(b"PK\x01\x02", data.index(b"PK\x01\x02") + 1)
    while data[entry + 46 : entry + 63] != b"word/document.xml":
        entry = data.index(b"PK\x01\x02", entry + 1)
    struct.pack_into("<L", data, entry + 24, 100)
    with pytest.raises(Refused):
        read_word(bytes(data), "题.docx")


def test_a_name_twice_is_refused() -> None:
    file = io.BytesIO(GOOD)
    with zipfile.ZipFile(file, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("word/document.xml", f"<w:document {NAMES}><w:body>{p('乙')}</w:body></w:document>")
    with pytest.raises(Refused, match="damaged"):
        read_word(file.getvalue(), "题.docx")


def test_nothing_outside_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    def asked(*_arguments: object) -> None:
        raise AssertionError("the reader opened a connection")

    monkeypatch.setattr(socket.socket, "connect", asked)
    outside = [
        ("rId6", "attachedTemplate", "http://example.org/t.dotm"),
        ("rId7", "image", "http://example.org/1.png"),
        ("rId8", "hyperlink", "http://example.org/"),
        ("rId9", "styles", "http://example.org/styles.xml"),
    ]
    body = p('<w:hyperlink r:id="rId8"><w:r><w:t>甲</w:t></w:r></w:hyperlink>')
    body += p('<w:r><w:drawing><a:blip r:link="rId7"/></w:drawing></w:r>')
    assert lines(body, relations=outside) == ["甲", ""]


# ru_maxrss would hold what the test's own process took before it.
MEASURED = """
import pathlib, sys
from quizapp.importers.word import read_word
document = read_word(pathlib.Path(sys.argv[1]).read_bytes(), "")
status = pathlib.Path("/proc/self/status").read_text()
print(len(document.lines), status.split("VmHWM:")[1].split()[0])
"""


@pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")
def test_a_long_file_of_verbose_xml_is_read_in_little_memory(tmp_path: Path) -> None:
    """As WPS writes: thousands of bytes of XML to a line, which as one tree would take 400 MB."""
    font = '<w:rFonts w:ascii="宋体" w:hAnsi="宋体" w:eastAsia="宋体" w:hint="eastAsia"/>'
    look = f'{font}<w:color w:val="000000"/><w:kern w:val="0"/><w:sz w:val="28"/><w:szCs w:val="28"/>'
    line = [r(text, look) for text in ("投标人", "不得", "相互", "串通")]
    path = tmp_path / "题.docx"
    path.write_bytes(word_file("".join(p(*line, r(f"投标{number * 7919}")) for number in range(14_000))))
    command = [sys.executable, "-c", MEASURED, str(path)]
    ended = subprocess.run(command, check=True, capture_output=True, timeout=60, text=True)
    lines_read, kilobytes = map(int, ended.stdout.split())
    assert lines_read == 14_000
    assert kilobytes < 150 * 1024
