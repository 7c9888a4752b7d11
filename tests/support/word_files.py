"""Word files made by hand, so that a test shows the very XML it is about."""

import io
import zipfile
from collections.abc import Mapping, Sequence

from quizapp.importers.reading import Document
from quizapp.importers.word import read_word

NAMES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
)
TYPES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/"

Relations = Sequence[tuple[str, str, str]]
"""Of a part: id, kind and target; a target that names a host lies outside the file."""


def r(text: str, properties: str = "") -> str:
    """A run."""
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def p(*runs: str, properties: str = "") -> str:
    """A paragraph of runs; what is no XML is a run's text."""
    inside = "".join(run if run.startswith("<") else r(run) for run in runs)
    return f"<w:p><w:pPr>{properties}</w:pPr>{inside}</w:p>"


def listed(text: str, number: int = 1, level: int = 0) -> str:
    """A paragraph on a level of a list."""
    numbered = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'
    return p(text, properties=numbered)


def table(*rows: Sequence[str]) -> str:
    """A table of cells; what is no XML is the text of a cell of one paragraph."""
    inside = "".join("<w:tr>" + "".join(map(cell, row)) + "</w:tr>" for row in rows)
    return f"<w:tbl>{inside}</w:tbl>"


def cell(inside: str, properties: str = "") -> str:
    """A cell; a whole ``<w:tc>`` is left as it is."""
    if inside.startswith("<w:tc>"):
        return inside
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{inside if inside.startswith('<') else p(inside)}</w:tc>"


def level(depth: int, text: str, format: str = "decimal", inside: str = "", start: int = 1) -> str:
    """A level of a list definition."""
    return (
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="{start}"/><w:numFmt w:val="{format}"/>{inside}'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
    )


def lists(*definitions: str, numbers: Mapping[int, str] | None = None) -> str:
    """The numbering part: definition 0, 1 … each with the list 1, 2 … on it, and further lists by their content."""
    abstract = "".join(
        f'<w:abstractNum w:abstractNumId="{place}">{levels}</w:abstractNum>' for place, levels in enumerate(definitions)
    )
    own = {place + 1: f'<w:abstractNumId w:val="{place}"/>' for place in range(len(definitions))} | dict(numbers or {})
    return abstract + "".join(f'<w:num w:numId="{number}">{inside}</w:num>' for number, inside in own.items())


def word_file(
    body: str,
    *,
    numbering: str = "",
    styles: str = "",
    relations: Relations = (),
    parts: Mapping[str, bytes] | None = None,
    names: str = NAMES,
) -> bytes:
    """A .docx file with this content of its body."""
    own = [("rIdS", "styles", "styles.xml"), ("rIdN", "numbering", "numbering.xml"), *relations]
    content = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}content-types"/>'.encode(),
        "_rels/.rels": _relations([("rId1", "officeDocument", "word/document.xml")]),
        "word/_rels/document.xml.rels": _relations(own),
        "word/document.xml": f"<w:document {names}><w:body>{body}</w:body></w:document>".encode(),
        "word/styles.xml": f"<w:styles {names}>{styles}</w:styles>".encode(),
        "word/numbering.xml": f"<w:numbering {names}>{numbering}</w:numbering>".encode(),
        **(parts or {}),
    }
    return zipped(content)


def zipped(parts: Mapping[str, bytes]) -> bytes:
    """An archive of these parts."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return file.getvalue()


def read(body: str, **more: object) -> Document:
    """What is read from a file with this body."""
    return read_word(word_file(body, **more), "题库.docx")  # type: ignore[arg-type]


def lines(body: str, **more: object) -> list[str]:
    """The lines read from a file with this body."""
    return list(read(body, **more).lines)


def _relations(relations: Relations) -> bytes:
    inside = ""
    for name, kind, target in relations:
        mode = ' TargetMode="External"' if "://" in target else ""
        inside += f'<Relationship Id="{name}" Type="{TYPES}{kind}" Target="{target}"{mode}/>'
    return f'<Relationships xmlns="{PACKAGE}relationships">{inside}</Relationships>'.encode()
