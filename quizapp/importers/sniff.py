"""What a file is, by what it holds: names lie, and people rename files to get them past a form."""

import re

from quizapp.domain.problem import N_, Problem
from quizapp.importers.archive import MOST_IN_PACKAGE, is_archive, part_names, protected, safe_parts
from quizapp.importers.ole import SIGNATURE, top_names
from quizapp.importers.reading import Format, Refused

_WORD = N_("This is a %(kind)s file. Open it in Word or WPS, save it as .docx and import that.")
_EXCEL = N_("This is a %(kind)s file. Open it in Excel or WPS, save it as .xlsx and import that.")
_PICTURE = N_("This is a picture (%(kind)s). Type the questions or have them recognised, and import a Word file.")
_PACKED = N_("This is a packed file (%(kind)s). Unpack it and import the files in it one by one.")
_SLIDES = N_("This is a %(kind)s file. Copy the questions into a Word or Excel file and import that.")

_SIGNATURES: tuple[tuple[bytes, str, str], ...] = (
    (b"%PDF", "PDF", _WORD),
    (b"{\\rtf", "RTF", _WORD),
    (b"\x89PNG", "PNG", _PICTURE),
    (b"\xff\xd8\xff", "JPEG", _PICTURE),
    (b"GIF8", "GIF", _PICTURE),
    (b"II*\0", "TIFF", _PICTURE),
    (b"MM\0*", "TIFF", _PICTURE),
    (b"Rar!", "RAR", _PACKED),
    (b"7z\xbc\xaf'\x1c", "7z", _PACKED),
    (b"\x1f\x8b", "GZIP", _PACKED),
    (b"BZh", "BZIP2", _PACKED),
    (b"\xfd7zXZ", "XZ", _PACKED),
)
"""First bytes of what cannot be read, what it is called, and what to do."""

_PAGE = re.compile(rb"\s*(?:<!--.*?-->\s*)?<(?:!doctype\s+html|html|head|body|table|meta)\b", re.IGNORECASE | re.DOTALL)
_MAIL = re.compile(rb"(?:[A-Za-z-]+:[^\n]*\n)*?MIME-Version:", re.IGNORECASE)
_SPREADSHEET_XML = re.compile(rb"<\?mso-application[^>]*Excel\.Sheet|<(?:ss:)?Workbook\b[^>]*office:spreadsheet")
_WORD_XML = re.compile(rb"<\?mso-application[^>]*Word\.Document|<pkg:package\b")
_START = 4_096

_QTI_PART = re.compile(rb"<(?:\w+:)?(?:assessmentItem|qti-assessment-item|assessmentTest|qti-assessment-test)\b")
_OFFICE = ("word/", "xl/", "ppt/", "docprops/", "_rels/", "meta-inf/")


def sniff_binary(data: bytes) -> Format | None:
    """The format of a file that is no text; None where it may be one.

    Raises `Refused` for kinds of file that cannot be read, each with what to do instead.
    """
    if is_archive(data):
        return _in_archive(data)
    if data.startswith(SIGNATURE):
        return _in_ole(data)
    start = data[:_START]
    for signature, kind, sentence in _SIGNATURES:
        if start.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(signature) or start.startswith(signature):
            raise refused(sentence, kind)
    if start[:2] == b"BM" and start[6:10] == b"\0\0\0\0":
        raise refused(_PICTURE, "BMP")
    if start[:4] == b"RIFF" and start[8:12] == b"WEBP":
        raise refused(_PICTURE, "WEBP")
    if start[4:12] in (b"ftypheic", b"ftypmif1", b"ftypheix"):
        raise refused(_PICTURE, "HEIC")
    _refuse_marked_up(start.replace(b"\0", b""))
    return None


def refused(sentence: str, kind: str) -> Refused:
    """The refusal of a file of a ``kind`` that is known and not read."""
    return Refused(Problem(sentence, {"kind": kind}))


def _refuse_marked_up(start: bytes) -> None:
    """Pages and the XML of old Office programs, which often bear the names of workbooks and Word files."""
    start = start.removeprefix(b"\xef\xbb\xbf").removeprefix(b"\xff\xfe")
    if _SPREADSHEET_XML.search(start):
        raise refused(_EXCEL, "Excel 2003 XML")
    if _WORD_XML.search(start):
        raise refused(_WORD, "Word XML")
    if _PAGE.match(start):
        raise refused(_EXCEL if b"<table" in start.lower() or b":excel" in start.lower() else _WORD, "HTML")
    if _MAIL.match(start):
        raise refused(_WORD, "MHT")


def _in_archive(data: bytes) -> Format:
    names = part_names(data)
    lower = [name.lower() for name in names]
    for pattern, found in _ARCHIVES:
        if any(map(pattern.fullmatch, lower)):
            return found
    for start, sentence, kind in _OTHER_ARCHIVES:
        if any(name.startswith(start) for name in lower):
            raise refused(sentence, kind)
    if "mimetype" in lower:
        return _open_document(data)
    if any(_QTI_PART.search(part[:_START]) for part in _loose_xml(data).values()):
        return Format.QTI
    raise refused(_PACKED, "ZIP")


_ARCHIVES: tuple[tuple[re.Pattern[str], Format], ...] = (
    (re.compile(r"word/document\d*\.xml"), Format.DOCX),
    (re.compile(r"xl/workbook\d*\.xml"), Format.XLSX),
    (re.compile(r"(?:[^/]*/)?imsmanifest\.xml"), Format.QTI),
)
_OTHER_ARCHIVES = (("xl/workbook.bin", _EXCEL, "XLSB"), ("ppt/", _SLIDES, "PowerPoint"), ("index/", _SLIDES, "iWork"))


def _loose_xml(data: bytes) -> dict[str, bytes]:
    def wanted(name: str) -> bool:
        return name.lower().endswith(".xml") and not name.lower().startswith(_OFFICE)

    return safe_parts(data, wanted, MOST_IN_PACKAGE)


def _open_document(data: bytes) -> Format:
    parts = safe_parts(data, lambda name: name == "mimetype" or name == "META-INF/manifest.xml")
    if b"encryption-data" in parts.get("META-INF/manifest.xml", b""):
        raise protected()
    kind = parts.get("mimetype", b"").decode("ascii", "replace").strip()
    if kind.startswith("application/vnd.oasis.opendocument.spreadsheet"):
        return Format.ODS
    raise refused(_SLIDES if "presentation" in kind else _WORD, "OpenDocument")


def _in_ole(data: bytes) -> Format:
    names = top_names(data)
    if "EncryptedPackage" in names:
        raise protected()
    if "WordDocument" in names:
        return Format.DOC
    if names & {"Workbook", "Book"}:
        return Format.XLS
    if "PowerPoint Document" in names:
        raise refused(_SLIDES, "PowerPoint")
    raise refused(_WORD, "WPS / Office")
