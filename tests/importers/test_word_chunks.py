"""Bodies that only refer to another part (altChunk): web pages and archives are read, the rest is named."""

import base64
import contextlib
import quopri

import pytest

from quizapp.importers.reading import Document, Refused
from tests.support.word_files import p, read, word_file

CHUNK = '<w:altChunk r:id="rId5"/>'
BODY = "<body><p>1. 开标由谁主持？<br/>A. 招标人</p><p>答案：A</p></body>"
PAGE = f"<html><head><title>无</title><style>p{{}}</style></head>{BODY}</html>"
EXPECTED = ("1. 开标由谁主持？", "A. 招标人", "答案：A")


def with_chunk(data: bytes, name: str = "chunk.mht", body: str = CHUNK) -> Document:
    return read(body, relations=[("rId5", "aFChunk", name)], parts={f"word/{name}": data})


def archive(encoding: str, charset: str) -> bytes:
    data = PAGE.encode(charset)
    packed = base64.encodebytes(data) if encoding == "base64" else quopri.encodestring(data)
    return (
        b'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="=_x"\r\n\r\n--=_x\r\n'
        b'Content-Type: text/html; charset="' + charset.encode() + b'"\r\nContent-Transfer-Encoding: '
        b"" + encoding.encode() + b"\r\nContent-Location: file:///C:/1.htm\r\n\r\n" + packed + b"\r\n--=_x\r\n"
        b"Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw==\r\n--=_x--\r\n"
    )


@pytest.mark.parametrize("encoding", ["base64", "quoted-printable"])
@pytest.mark.parametrize("charset", ["utf-8", "gb2312"])
def test_a_web_archive_is_unpacked(encoding: str, charset: str) -> None:
    assert with_chunk(archive(encoding, charset)).lines == EXPECTED


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_a_web_page_is_read_in_its_encoding(charset: str) -> None:
    assert with_chunk(PAGE.encode(charset), "chunk.html").lines == EXPECTED


def test_a_page_may_name_its_charset() -> None:
    page = PAGE.replace("<head>", '<head><meta charset="gbk">').encode("gbk")
    assert with_chunk(page, "chunk.htm").lines == EXPECTED


def test_an_embedded_word_file_is_read_with_its_own_numbers() -> None:
    assert with_chunk(word_file(p("甲")), "chunk.docx", p("前") + CHUNK + p("后")).lines == ("前", "甲", "后")


def test_a_file_that_embeds_itself_ever_deeper_ends() -> None:
    data = word_file(p("底"))
    for _ in range(6):
        data = word_file(p("甲") + CHUNK, relations=[("rId5", "aFChunk", "c.docx")], parts={"word/c.docx": data})
    document = with_chunk(data, "chunk.docx", p("前") + CHUNK)
    assert "底" not in document.lines
    assert "too many" in document.problems[0].text()


def test_a_part_referred_to_again_and_again_ends() -> None:
    document = with_chunk(PAGE.encode(), "chunk.html", CHUNK * 5000)
    assert len(document.lines) <= 200 * len(EXPECTED)
    assert "too many" in document.problems[0].text()


def test_rtf_alone_is_refused_in_a_sentence() -> None:
    with pytest.raises(Refused, match="RTF"):
        with_chunk(b"{\\rtf1 1. A}", "chunk.rtf")


def test_rtf_beside_text_is_named() -> None:
    document = with_chunk(b"{\\rtf1 1. A}", "chunk.rtf", p("甲") + CHUNK)
    assert document.lines == ("甲",)
    assert "RTF" in document.problems[0].text()


@pytest.mark.parametrize("data", [b"\x00\x01\x02", b"just words", b""])
def test_anything_else_is_refused_in_a_sentence(data: bytes) -> None:
    with pytest.raises(Refused, match="cannot be read"):
        with_chunk(data, "chunk.dat")


def test_an_archive_without_a_page_is_refused() -> None:
    with pytest.raises(Refused, match="holds no text"):
        with_chunk(b"MIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\nwords")


@pytest.mark.parametrize("target", ["http://example.org/1.htm", "file:///etc/passwd", "none.htm", "../../etc/passwd"])
def test_a_part_outside_the_file_is_never_followed(target: str) -> None:
    with pytest.raises(Refused, match="another file"):
        read(CHUNK, relations=[("rId5", "aFChunk", target)])


PAGES = {
    "blocks are lines, spaces are one": ("<div>甲\n  乙</div>丙<p>丁", ["甲 乙", "丙", "丁"]),
    "entities": ("<p>A&nbsp;&lt;B&gt;&#8212;", ["A\xa0<B>—"]),
    "no scripts and no hidden text": ("<p>甲<script>1</script><span style='display: none'>乙</span>丙", ["甲丙"]),
    "conditional comments of Word": (
        "<p><![if !supportLists]>1.<![endif]>甲<!--[if gte mso 9]>x<![endif]-->",
        ["1.甲"],
    ),
    "ordered lists are numbered": ("<ol type=A start=2><li>甲<li>乙</ol><ul><li>丙</ul>", ["B.\t甲", "C.\t乙", "丙"]),
    "preformatted text": ("<pre>甲\n  乙</pre>", ["甲", "  乙"]),
    "a question table": (
        "<table><tr><th>题干<th>选项A<th>答案<tr><td>甲<p>乙<td colspan=2>A</table>完",
        ["题干\t选项A\t答案", "甲↵乙\tA\t", "", "完"],
    ),
    "a cell over rows": (
        "<table><tr><th>题干<th>选项A<th>答案<tr><td rowspan=2>甲<td>子<td>A<tr><td>丑<td>B</table>",
        ["题干\t选项A\t答案", "甲\t子\tA", "\t丑\tB", ""],
    ),
    "tables never closed": ("<table><tr><td>甲<table><tr><td>乙", ["甲", "乙"]),
    "end tags of nothing": ("</table></td></ol></b><p>甲</p></p>", ["甲"]),
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_read_as_a_person_sees_it(name: str) -> None:
    page, expected = PAGES[name]
    assert list(with_chunk(f"<html>{page}".encode(), "chunk.html").lines) == expected


@pytest.mark.parametrize("piece", ["<", "<!--", "<a b='", "<div>", "<table><tr><td>", "<script></", "<![if ", "&"])
def test_a_page_of_one_thing_over_and_over_comes_to_an_end(piece: str) -> None:
    # Time in the square of the page would be stopped by the runner.
    with contextlib.suppress(Refused):
        with_chunk(b"<html>" + piece.encode() * 30_000, "chunk.html", p("甲") + CHUNK)


def test_marks_and_pictures_of_a_page_are_noted() -> None:
    page = (
        "<html><p>正文正文正文正文<p>A.<b>甲</b><p>B.<font color=red>乙</font>"
        "<p>C.<span style='background:yellow'>丙</span>"
        "<p>D.<u>丁</u><p>看图<img src='http://example.org/1.png'>"
    )
    document = with_chunk(page.encode(), "chunk.html")
    assert document.marks == dict.fromkeys((2, 3, 4, 5), ((2, 3),))
    assert document.pictures == {6}
