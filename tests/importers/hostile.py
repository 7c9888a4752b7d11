"""Files made to harm whoever reads them, or as broken as files get. None of them is kept as a file anywhere."""

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

from quizapp.importers import files, sandbox
from quizapp.importers.reading import Reading, Refused
from tests.importers.generate import sample
from tests.importers.render import docx_of, table_sample, xlsx_of

Maker = Callable[[], bytes]
Named = tuple[str, bytes]
ADDRESS = "http://127.0.0.1:{port}/asked"
"""Where every reference to the outside leads; a test listens there."""

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
DTD = '<!DOCTYPE a [<!ENTITY x SYSTEM "{url}"><!ENTITY % y SYSTEM "{url}"> %y;]>'
LAUGHS = "<!DOCTYPE a [" + '<!ENTITY l0 "哈">' + "".join(
    f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10)
) + "]>"  # fmt: skip


def good_docx() -> bytes:
    """A Word file that is in order."""
    return docx_of(sample("own_lines", 1).lines)


def good_xlsx() -> bytes:
    """A workbook that is in order."""
    return xlsx_of(table_sample(1)[1])


def changed(data: bytes, parts: dict[str, bytes | Callable[[bytes], bytes]]) -> bytes:
    """The archive with some parts replaced, changed or added."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = parts.pop(name, old.read(name))
            new.writestr(name, content if isinstance(content, bytes) else content(old.read(name)))
        for name, content in parts.items():
            assert isinstance(content, bytes)
            new.writestr(name, content)
    return made.getvalue()


def archive(parts: dict[str, bytes]) -> bytes:
    """An archive of these parts."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in parts.items():
            new.writestr(name, content)
    return made.getvalue()


def packed_by_hand(name: str, start: bytes, unit: bytes, times: int, end: bytes = b"", *, states: int = -1) -> bytes:
    """An archive with one part that repeats ``unit``, made without ever holding it. ``states``: the size it claims."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed, crc, size = [], 0, 0
    for piece in (start, *(unit for _ in range(times)), end):
        packed.append(packer.compress(piece))
        crc, size = zlib.crc32(piece, crc), size + len(piece)
    body = b"".join([*packed, packer.flush()])
    size = size if states < 0 else states
    encoded = name.encode()
    common = struct.pack("<HHHHHIII", 20, 0, 8, 0, 33, crc, len(body), size)
    local = b"PK\x03\x04" + common + struct.pack("<HH", len(encoded), 0) + encoded + body
    central = b"PK\x01\x02" + struct.pack("<H", 20) + common
    central += struct.pack("<HHHHHII", len(encoded), 0, 0, 0, 0, 0, 0) + encoded
    return local + central + b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(central), len(local), 0)


def body(content: str, before: str = "") -> bytes:
    """A document.xml."""
    head = f'<?xml version="1.0" encoding="UTF-8"?>{before}<w:document xmlns:w="{W}" xmlns:r="{R}"><w:body>'
    return f"{head}{content}</w:body></w:document>".encode()


def word(content: str, before: str = "") -> bytes:
    """A Word file with that body."""
    return changed(good_docx(), {"word/document.xml": body(content, before)})


def paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def related(kind: str, target: str, used: str) -> bytes:
    """A Word file with a reference to the outside that its body uses."""
    link = f'<Relationship Id="rX" Type="{R}/{kind}" Target="{target}" TargetMode="External"/></Relationships>'
    rels = "word/_rels/document.xml.rels"
    return changed(word(used), {rels: lambda old: old.replace(b"</Relationships>", link.encode())})


def ole(*names: str) -> bytes:
    """A compound file whose directory holds these names: enough to be told what it is."""
    header = bytearray(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 62, 3, 0xFFFE, 9, 6))
    header += bytes(6) + struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    header += struct.pack("<I", 0) + b"\xff" * (512 - len(header) - 4)
    table = struct.pack("<II", 0xFFFFFFFD, 0xFFFFFFFE) + b"\xff" * (512 - 8)
    entries = b""
    for place, name in enumerate(("Root Entry", *names)):
        encoded = (name + "\0").encode("utf-16-le")
        right = place + 1 if 0 < place < len(names) else 0xFFFFFFFF
        entry = encoded.ljust(64, b"\0") + struct.pack("<HBB", len(encoded), 5 if place == 0 else 2, 1)
        child = 1 if place == 0 and names else 0xFFFFFFFF
        entry += struct.pack("<III", 0xFFFFFFFF, right, child) + bytes(36) + struct.pack("<IQ", 0xFFFFFFFE, 0)
        entries += entry
    return bytes(header) + table + entries.ljust(512, b"\0")


def png(width: int, height: int) -> bytes:
    """A picture that claims to be of that size."""
    size = struct.pack(">II", width, height)
    chunk = b"IHDR" + size + b"\x08\x06\0\0\0"
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))


def sheet(cells: str, dimension: str = "A1") -> bytes:
    """A workbook with that sheet."""
    xml = (
        '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f'<dimension ref="{dimension}"/><sheetData>{cells}</sheetData></worksheet>'
    )
    return changed(good_xlsx(), {"xl/worksheets/sheet1.xml": xml.encode()})


def cell(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


HEADINGS = '<row r="1">' + "".join(
    cell(f"{column}1", text) for column, text in zip("ABCD", ("题干", "选项A", "选项B", "答案"), strict=True)
) + "</row>"  # fmt: skip


def bombs() -> dict[str, Maker]:
    """Small files that ask for very much."""
    return {
        "body.docx": lambda: packed_by_hand("word/document.xml", b"<a>", b"<b/>" * 65536, 260, b"</a>"),
        "lying.docx": lambda: packed_by_hand("word/document.xml", b"<a>", b"<b/>" * 65536, 170, b"</a>", states=9),
        "sheet.xlsx": lambda: packed_by_hand("xl/workbook.xml", b"<a>", b"<b/>" * 65536, 260, b"</a>"),
        "strings.xlsx": lambda: changed(
            good_xlsx(), {"xl/sharedStrings.xml": b"<sst>" + b"<si><t>x</t></si>" * 1_100_000 + b"</sst>"}
        ),
        "far-cell.xlsx": lambda: sheet(
            HEADINGS + f'<row r="1048576">{cell("XFD1048576", "甲")}</row>', "A1:XFD1048576"
        ),
        "far-row.xlsx": lambda: sheet(HEADINGS + f'<row r="1048576">{cell("A1048576", "甲")}</row>'),
        "many-rows.xlsx": lambda: sheet(HEADINGS + f"<row>{cell('A2', '甲')}</row>" * 200_000),
        "entries.docx": lambda: archive({f"word/{n}.xml": b"" for n in range(6_000)}),
        "nested.zip": lambda: archive({"a.zip": archive({"b.zip": archive({"c.docx": good_docx()})})}),
        "nested.docx": lambda: changed(good_docx(), {"word/embeddings/a.docx": bombs()["lying.docx"]()}),
        "laughs.docx": lambda: word(paragraph("&l9;"), LAUGHS),
        "laughs.xlsx": lambda: changed(
            good_xlsx(), {"xl/sharedStrings.xml": f"{LAUGHS}<sst><si><t>&l9;</t></si></sst>".encode()}
        ),
        "laughs-moodle.xml": lambda: f'<?xml version="1.0"?>{LAUGHS}<quiz>&l9;</quiz>'.encode(),
        "laughs-qti.xml": lambda: f'<?xml version="1.0"?>{LAUGHS}<assessmentItem>&l9;</assessmentItem>'.encode(),
        "laughs-16.xml": lambda: f'<?xml version="1.0" encoding="UTF-16"?>{LAUGHS}<quiz>&l9;</quiz>'.encode("utf-16"),
        "deep.docx": lambda: word("<w:sdt><w:sdtContent>" * 100_000 + "</w:sdtContent></w:sdt>" * 100_000),
        "deep-tables.docx": lambda: word("<w:tbl><w:tr><w:tc>" * 60 + paragraph("甲") + "</w:tc></w:tr></w:tbl>" * 60),
        "deep-moodle.xml": lambda: ("<quiz>" + "<question>" * 200_000).encode(),
        "wide.docx": lambda: word(paragraph("1、甲（　）") * 120_000),
        "columns.csv": lambda: ("题干,选项A,选项B,答案" + "," * 500_000 + "\n甲,乙,丙,A\n").encode(),
        "quotes.csv": lambda: ('题干,选项A,选项B,答案\n"' + '""' * 100_000).encode(),
        "aliases.yaml": lambda: (
            "items:\n- &a [1]\n" + "".join(f"- &b{n} [*a,*a,*a,*a,*a,*a,*a,*a,*a]\n" for n in range(9)) + "  id: 1\n"
        ).encode(),
        "deep.yaml": lambda: b"items:\n- id: x\n  stem: " + b"[" * 50_000,
        "deep.gift": lambda: ("::甲::乙{" + "{" * 100_000).encode(),
    }


def references() -> dict[str, Maker]:
    """Files that name something outside; `ADDRESS` is put in by the test."""
    url = ADDRESS
    picture = '<w:p><w:r><w:drawing><a:blip xmlns:a="a" r:link="rX"/></w:drawing></w:r></w:p>'
    qti = "http://www.imsglobal.org/xsd/imsqti_v2p1"
    manifest = '<manifest xmlns="http://www.imsglobal.org/xsd/imscp_v1p1"><resources>{}</resources></manifest>'
    resource = '<resource identifier="a" type="imsqti_item_xmlv2p1" href="{0}"><file href="{0}"/></resource>'
    inclusion = '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{}" parse="text"/>'
    return {
        "xxe.docx": lambda: word(paragraph("&x;"), DTD.format(url=url)),
        "xxe-file.docx": lambda: word(paragraph("&x;"), DTD.format(url="file:///etc/hostname")),
        "xxe.xlsx": lambda: changed(
            good_xlsx(), {"xl/workbook.xml": lambda old: old.replace(b"?>", b"?>" + DTD.format(url=url).encode(), 1)}
        ),
        "xxe-moodle.xml": lambda: f'<?xml version="1.0"?>{DTD.format(url=url)}<quiz>&x;</quiz>'.encode(),
        "xxe-qti.zip": lambda: archive(
            {
                "imsmanifest.xml": manifest.format(resource.format("a.xml")).encode(),
                "a.xml": f'{DTD.format(url=url)}<assessmentItem xmlns="{qti}">&x;</assessmentItem>'.encode(),
            }
        ),
        "traversal-qti.zip": lambda: archive(
            {"imsmanifest.xml": manifest.format(resource.format("../../../../etc/hostname")).encode()}
        ),
        "href-qti.zip": lambda: archive({"imsmanifest.xml": manifest.format(resource.format(url)).encode()}),
        "include.docx": lambda: word(inclusion.format(url) + paragraph("1、甲（　）")),
        "include-moodle.xml": lambda: f"<quiz>{inclusion.format('file:///etc/hostname')}</quiz>".encode(),
        "chunk.docx": lambda: related("aFChunk", url, '<w:altChunk r:id="rX"/>' + paragraph("1、甲（　）")),
        "picture.docx": lambda: related("image", url, picture + paragraph("1、甲（　）")),
        "template.docx": lambda: related("attachedTemplate", url, paragraph("1、甲（　）")),
        "hyperlink.docx": lambda: related("hyperlink", url, f'<w:hyperlink r:id="rX">{paragraph("甲")}</w:hyperlink>'),
        "macro.docx": lambda: changed(good_docx(), {"word/vbaProject.bin": ole("VBA", "PROJECT")}),
        "external.xlsx": lambda: changed(
            good_xlsx(),
            {
                "xl/externalLinks/externalLink1.xml": b"<externalLink/>",
                "xl/externalLinks/_rels/externalLink1.xml.rels": f'<a Target="{url}"/>'.encode(),
            },
        ),
        "service.xlsx": lambda: sheet(HEADINGS + f'<row r="2"><c r="A2"><f>WEBSERVICE("{url}")</f><v>1</v></c></row>'),
        "climbing.docx": lambda: changed(
            good_docx(), {"../../../../tmp/quizapp-evil": b"x", "/tmp/quizapp-evil": b"x", "..\\quizapp-evil": b"x"}
        ),
        "climbing-only.zip": lambda: archive({"../../../tmp/quizapp-evil.xml": b"<assessmentItem/>"}),
        "symlink.docx": _with_symlink,
        "huge-picture.docx": lambda: changed(good_docx(), {"word/media/image1.png": png(65535, 65535)}),
        "huge.png": lambda: png(65535, 65535),
    }


def _with_symlink() -> bytes:
    made = io.BytesIO(good_docx())
    with zipfile.ZipFile(made, "a") as file:
        entry = zipfile.ZipInfo("word/media/link")
        entry.external_attr = 0o120777 << 16
        file.writestr(entry, "/etc/passwd")
    return made.getvalue()


def broken() -> dict[str, Maker]:
    """Files that are not what they say, or not whole."""
    docx, xlsx = good_docx(), good_xlsx()
    return {
        "empty.docx": lambda: b"",
        "one-byte.txt": lambda: b"\0",
        "nul.txt": lambda: b"\0" * 100_000,
        "noise.bin": lambda: random.Random(1).randbytes(200_000),
        "odd-utf16.txt": lambda: "1、甲".encode("utf-16") + b"\x31",
        "surrogates.txt": lambda: "1、甲\ud800乙（　）".encode("utf-8", "surrogatepass"),
        "renamed.txt": lambda: docx,
        "renamed.xlsx": lambda: docx,
        "renamed.docx": lambda: "1、甲（　）\nA.乙\nB.丙\n答案：A".encode(),
        "page.xls": lambda: b"<html><body><table><tr><td>1</td></tr></table></body></html>",
        "rich.doc": lambda: b"{\\rtf1 1}",
        "password.docx": lambda: ole("EncryptedPackage", "EncryptionInfo"),
        "password.xlsx": lambda: ole("EncryptionInfo", "EncryptedPackage"),
        "hollow.xls": lambda: ole("Workbook"),
        "hollow.doc": lambda: ole("WordDocument"),
        "circle.xls": lambda: ole("Workbook").replace(struct.pack("<I", 0xFFFFFFFE), struct.pack("<I", 0)),
        "ole-noise.xls": lambda: ole("Workbook") + random.Random(2).randbytes(50_000),
        "encrypted-entry.docx": lambda: _marked_encrypted(docx),
        **{f"cut-{share}.docx": lambda share=share: docx[: len(docx) * share // 10] for share in range(1, 10, 2)},
        **{f"cut-{share}.xlsx": lambda share=share: xlsx[: len(xlsx) * share // 10] for share in range(1, 10, 2)},
        "hollow-parts.xlsx": lambda: changed(xlsx, {"xl/workbook.xml": b""}),
        "hollow-parts.docx": lambda: changed(docx, {"word/document.xml": b""}),
        "number-0.docx": lambda: changed(docx, {"word/numbering.xml": b"<a/>"}),
    }


def _marked_encrypted(data: bytes) -> bytes:
    marked = bytearray(data)
    place = data.find(b"PK\x01\x02")
    while place >= 0:
        marked[place + 8] |= 1
        place = data.find(b"PK\x01\x02", place + 4)
    return bytes(marked)


_PIECES = (
    *("（", "A.", "1.", "____", " ", "答案：", "A、", "1、甲\n", "【", "]", "解析：", "\t", "《", "（）", "-", "\\"),
    *(
        "A",
        "1-",
        "题号",
        "1、答案",
        "题",
        "①",
        "；",
        "/",
        "=",
        "{",
        "~=",
        "::",
        "**",
        "#",
        "&nbsp;",
        "<p>",
        "一、",
        "\r",
    ),
    *("1A", "A1", "答", "[答案:", "\u200b", "　", ".", "A项", "第", "1.1", "ANSWER: A\n", "选项A", "(A", "√", "¹"),
)
"""What long runs are made of: a careless pattern takes time in the square of their length."""


SHORT = ("（", "A.", "____", " ", "\u200b", "&nbsp;", "<p>", "1、答案", "答案：")
"""Those of them on which a pattern is most likely to be careless."""


def runs(length: int = 60_000, together: int = 7, of: Sequence[str] = _PIECES) -> dict[str, Maker]:
    """Texts that repeat one thing over and over, some of them in one file; each on a line and within a question."""
    frame = "{number}、甲{run}乙\nA.丙\nB.丁{run}\n答案：A\n解析：{run}\n"
    made: dict[str, Maker] = {}
    for first in range(0, len(of), together):
        pieces = [piece * (length // len(piece)) for piece in of[first : first + together]]
        inside = "".join(frame.format(number=number, run=run) for number, run in enumerate(pieces, 1))
        made[f"runs-{first}-alone.txt"] = "\n".join(pieces).encode
        made[f"runs-{first}-inside.txt"] = f"一、单选题\n{inside}".encode
    return made


def damaged(count: int, seed: int = 0) -> Iterator[tuple[str, bytes]]:
    """Real files with bytes changed, cut out or doubled, in the archive or in the XML within."""
    for number in range(seed, seed + count):
        dice = random.Random(f"damage {number}")
        kind, data = ("docx", good_docx()) if number % 2 else ("xlsx", good_xlsx())
        if number % 4 < 2:
            data = _hurt(dice, data)
        else:
            with zipfile.ZipFile(io.BytesIO(data)) as file:
                name = dice.choice([name for name in file.namelist() if name.endswith((".xml", ".rels"))])
            data = changed(data, {name: lambda old, dice=dice: _hurt(dice, old)})
        yield f"damaged-{number}.{kind}", data


def _hurt(dice: random.Random, data: bytes) -> bytes:
    hurt = bytearray(data)
    for _ in range(dice.randint(1, 6)):
        place = dice.randrange(len(hurt) or 1)
        act = dice.randrange(3)
        if act == 0:
            hurt[place : place + 1] = bytes([dice.randrange(256)])
        elif act == 1:
            del hurt[place : place + dice.randint(1, 40)]
        else:
            hurt[place:place] = hurt[place : place + dice.randint(1, 40)]
    return bytes(hurt)


def made(makers: dict[str, Maker]) -> Iterator[Named]:
    """The files, one after another."""
    return ((name, make()) for name, make in makers.items())


def read_here(name: str, data: bytes) -> Reading:
    """The questions of a file, read by this very process: nothing holds a reader back, and each error is one."""
    return files.parse(files.read_document(name, data))


def outcome(name: str, data: bytes, read: Callable[[str, bytes], Reading] = sandbox.read_file) -> str:
    """What came of a file, or why that may not be."""
    try:
        found: object = read(name, data)
    except Refused as refused:
        found = refused.problem.text()
    except Exception as error:
        found = f"could not be read. Open: {error!r}"
    if isinstance(found, Reading):
        return f"read: {len(found.items)}"
    # A limit that stops what is merely large is right; a reader that falls over, or loses itself in a text, is not.
    words = str(found)
    fallen = "could not be read. Open" in words or ("seconds and was stopped" in words and name.endswith(".txt"))
    return f"WRONG: {words}" if fallen else f"refused: {words}"


def outcomes_here(named: Iterable[Named]) -> dict[str, str]:
    """What came of each file without a process of its own: ten times as fast, for files that ask for little."""
    return {name: outcome(name, data, read_here) for name, data in named}


def outcomes(named: Iterable[Named]) -> dict[str, str]:
    """What came of each file, as many at once as a server reads."""
    with ThreadPoolExecutor(sandbox.AT_ONCE) as pool:
        given = list(named)
        return dict(zip([name for name, _ in given], pool.map(lambda each: outcome(*each), given), strict=True))


def wrong(found: dict[str, str]) -> dict[str, str]:
    """Those that may not end so."""
    return {name: said for name, said in found.items() if said.startswith("WRONG")}
