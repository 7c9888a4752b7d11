"""Files inside files: ZIP archives and XML, opened only as far as they stay within limits.

A kilobyte of ZIP can ask for gigabytes, and a line of XML for as much through entities. Nothing here is written to
disk, and no name inside an archive is ever used as a path.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import Any

from lxml import etree
from lxml.etree import _Element

from quizapp.domain.problem import N_, Problem
from quizapp.importers.reading import Refused

MOST_PARTS = 2_000  # of a file of Word or Excel
MOST_IN_PACKAGE = 5_000  # of a package with a file for each question
MOST_INFLATED = 64 * 1024 * 1024  # bytes, of all parts that are read
MOST_RATIO = 300  # inflated to packed; 2,000 questions of one and the same wording come to 92 in Word
SMALL = 1024 * 1024  # bytes; no ratio is asked of such a part
DEEPEST = 200  # elements within each other
CHUNK = 64 * 1024
PIECE = 256 * 1024  # bytes of XML that are a tree at a time

_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 0x1
BROKEN = (
    *(zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, OSError, EOFError),
    *(ValueError, OverflowError, IndexError),
)
_PROLOG = re.compile(rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?(?:\s|<\?.*?\?>|<!--.*?-->)*+", re.DOTALL)
_SAFE: dict[str, Any] = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False}
_CLIMBS = re.compile(r"(?:^|[/\\])\.\.(?:[/\\]|$)")
_TOO_DEEP = etree.XPath("boolean(" + "/*" * (DEEPEST + 1) + ")")


def is_archive(data: bytes) -> bool:
    """Whether the bytes begin as a ZIP archive does."""
    return data[:4] == b"PK\x03\x04"


def part_names(data: bytes, most: int = MOST_IN_PACKAGE) -> tuple[str, ...]:
    """The names of the parts of a ZIP archive, in its order. Raises `Refused` as `safe_parts` does."""
    try:
        with _opened(data, most) as archive:
            return tuple(entry.filename for entry in _entries(archive, most))
    except BROKEN:
        raise damaged_archive() from None


def safe_parts(data: bytes, wanted: Callable[[str], bool], most: int = MOST_PARTS) -> dict[str, bytes]:
    """The content of the parts whose names are ``wanted``, by name, in the order of the archive.

    Raises `Refused` for an archive that is damaged, protected by a password, has a name twice, more than ``most``
    parts, or breaks another limit; what counts is what comes out, whatever the archive says of its sizes.
    """
    parts: dict[str, bytes] = {}
    left = MOST_INFLATED
    try:
        with _opened(data, most) as archive:
            for entry in _entries(archive, most):
                if wanted(entry.filename):
                    parts[entry.filename] = _inflated(archive, entry, left)
                    left -= len(parts[entry.filename])
    except BROKEN:
        raise damaged_archive() from None
    return parts


def safe_xml(data: bytes) -> _Element:
    """The root of an XML text. `Refused` for a DOCTYPE (and with it every entity), nesting too deep, broken XML."""
    _refuse_doctype(data)
    try:
        root = etree.fromstring(data, etree.XMLParser(**_SAFE))
    except (etree.XMLSyntaxError, ValueError) as fault:
        raise _refused_xml(fault) from None
    _refuse_deep(root)
    return root


def safe_children(data: bytes, parent: str) -> Iterator[list[_Element]]:
    """The children of the element ``parent``, some at a time, so that a long text never stands whole in memory.

    A few bytes of XML take ten times as many as a tree. Raises `Refused` as `safe_xml` does, in the course of reading.
    """
    _refuse_doctype(data)
    parser = etree.XMLPullParser(("start",), tag=parent, **_SAFE)
    element: _Element | None = None
    try:
        for start in range(0, len(data), PIECE):
            parser.feed(data[start : start + PIECE])
            if element is None:
                element = next((found for _event, found in parser.read_events() if isinstance(found, _Element)), None)
            if element is not None:
                _refuse_deep(element)
                yield list(element)[:-1]  # the last one may go on
                del element[:-1]
        _refuse_deep(parser.close())
    except (etree.XMLSyntaxError, ValueError) as fault:
        raise _refused_xml(fault) from None
    if element is not None:
        yield list(element)


def _refuse_doctype(data: bytes) -> None:
    narrow = data.replace(b"\0", b"")  # UTF-16, as far as a prolog is concerned
    before_root = _PROLOG.match(narrow)
    if before_root and narrow.startswith(b"<!", before_root.end()):
        raise _doctype()


def _refuse_deep(element: _Element) -> None:
    tree = element.getroottree()
    declared: object = tree.docinfo.internalDTD  # None as a rule, which the stubs do not know
    if declared is not None:
        raise _doctype()
    if _TOO_DEEP(tree):
        raise _too_deep()


def _refused_xml(fault: Exception) -> Refused:
    return _too_deep() if "depth" in str(fault).lower() else _broken_xml(fault)


def damaged_archive() -> Refused:
    """The archive cannot be opened, or ends too early."""
    return Refused(Problem(N_("The file is damaged and cannot be opened. Open it in its program, save it again.")))


def protected() -> Refused:
    """The file can be opened with a password only."""
    return Refused(Problem(N_("The file is protected by a password. Save it without a password and import it again.")))


def _opened(data: bytes, most: int) -> zipfile.ZipFile:
    if data.count(b"PK\x01\x02") > most:
        raise _too_many_parts(most)
    return zipfile.ZipFile(io.BytesIO(data))


def _entries(archive: zipfile.ZipFile, most: int) -> Iterator[zipfile.ZipInfo]:
    # A name that climbs out of its folder could only be there to do harm: such a part does not exist for us.
    entries = [entry for entry in archive.infolist() if not entry.is_dir() and not _CLIMBS.search(entry.filename)]
    if len(entries) > most:
        raise _too_many_parts(most)
    if len({entry.filename.lower() for entry in entries}) != len(entries):
        raise damaged_archive()  # two readers could see two different files
    if any(entry.flag_bits & _ENCRYPTED for entry in entries):
        raise protected()
    return iter(entries)


def _inflated(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, left: int) -> bytes:
    """The part, given up as soon as it has grown too large."""
    if entry.compress_type not in _METHODS:
        raise damaged_archive()
    honest = max(SMALL, MOST_RATIO * entry.compress_size)
    inflated = bytearray()
    with archive.open(entry) as part:
        while chunk := part.read(CHUNK):
            inflated += chunk
            if len(inflated) > left:
                raise _too_large()
            if len(inflated) > honest:
                raise _packed_too_tightly()
    return bytes(inflated)


def _too_many_parts(most: int) -> Refused:
    message = N_("The file holds more than %(most)s parts. Copy the questions into a new file and import that.")
    return Refused(Problem(message, {"most": most}))


def _too_large() -> Refused:
    message = N_("The file unpacks to more than %(most)s MB. Remove its pictures or split it, and import it again.")
    return Refused(Problem(message, {"most": MOST_INFLATED // 1024 // 1024}))


def _packed_too_tightly() -> Refused:
    message = N_(
        "A part of the file unpacks to more than %(most)s times its size. "
        "Copy the questions into a new file and import that."
    )
    return Refused(Problem(message, {"most": MOST_RATIO}))


def _too_deep() -> Refused:
    message = N_("The file nests its parts more than %(most)s deep. Copy the questions into a new file, import that.")
    return Refused(Problem(message, {"most": DEEPEST}))


def _doctype() -> Refused:
    return Refused(Problem(N_("The file has a DOCTYPE, which is not read. Remove it and import the file again.")))


def _broken_xml(fault: Exception) -> Refused:
    line = getattr(fault, "lineno", None) or 0
    message = N_("The XML is broken near line %(line)s. Export the file anew and import that.")
    return Refused(Problem(message, {"line": line}, line=line))
