"""A Word file as a package of parts: which part is the body, what it points to, and its XML under one set of names."""

import posixpath
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from lxml.etree import _Element

from quizapp.domain.problem import N_, Problem
from quizapp.importers.archive import safe_children, safe_parts, safe_xml
from quizapp.importers.reading import Refused

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
VML = "{urn:schemas-microsoft-com:vml}"
RELATION_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_COMPATIBLE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
ALTERNATE = _COMPATIBLE + "AlternateContent"
VAL = W + "val"

_STRICT = re.compile(rb"(=\s*[\"'])http://purl\.oclc\.org/ooxml/(wordprocessingml|drawingml|officeDocument)/(\w+)")
_UNREAD_FOLDERS = ("word/media/", "word/fonts/", "word/embeddings/", "word/theme/", "customxml/", "docprops/")
_UNREAD_ENDINGS = (
    *(".png", ".jpg", ".jpeg", ".gif", ".bmp", ".emf", ".wmf", ".tif", ".tiff", ".svg", ".webp"),
    *(".bin", ".odttf", ".wav", ".mp3", ".mp4"),
)
_OFF = frozenset({"0", "false", "off"})

# What stands around content without changing what a person sees. Inserted text is there, deleted text is not;
# moved text is read where it went, not where it came from.
_OPENED = frozenset(
    W + name
    for name in ("ins", "moveTo", "smartTag", "customXml", "hyperlink", "fldSimple", "dir", "bdo", "sdtContent", "sdt")
)
_LEFT_OUT = frozenset(W + name for name in ("del", "moveFrom", "sdtPr", "sdtEndPr", "smartTagPr", "customXmlPr"))
_READABLE = (
    *(W + "t", W + "sym", W + "numFmt", W + "txbxContent", W + "tbl"),
    *(DRAWING + "blip", VML + "imagedata", MATH + "t"),
)


@dataclass(frozen=True)
class Relation:
    """Where a part points to. ``external`` targets lie outside the file and are never followed."""

    kind: str
    target: str
    external: bool


@dataclass
class Package:
    """The parts of a file that may hold text; pictures, fonts and macros stay packed."""

    parts: dict[str, bytes]
    names: frozenset[str]
    _relations: dict[str, dict[str, Relation]] = field(default_factory=dict)

    def main(self) -> str:
        """The name of the body's part. Raises Refused where the file is no Word document."""
        for relation in self.relations("").values():
            if relation.kind == "officeDocument" and relation.target in self.parts:
                return relation.target
        if "word/document.xml" in self.parts:
            return "word/document.xml"
        raise Refused(
            Problem(N_("The file is no Word document, or its text is missing. Save it again as .docx in Word or WPS."))
        )

    def relations(self, part: str) -> dict[str, Relation]:
        """What a part (the file itself: ``""``) points to, by relationship id."""
        if part not in self._relations:
            folder, name = posixpath.split(part)
            data = self.parts.get(posixpath.join(folder, "_rels", f"{name}.rels"))
            self._relations[part] = {} if data is None else dict(_relations(safe_xml(data), folder))
        return self._relations[part]

    def related(self, part: str, kind: str) -> str | None:
        """The name of the part of that kind (``styles``, ``numbering``) that ``part`` points to."""
        targets = (relation.target for relation in self.relations(part).values() if relation.kind == kind)
        return next((target for target in targets if target in self.parts), None)

    def xml(self, name: str) -> _Element:
        """A part as XML. A strict document is given the names of the ordinary (transitional) kind first."""
        return safe_xml(_STRICT.sub(_ordinary_name, self.parts[name]))

    def children(self, name: str, parent: str) -> Iterator[list[_Element]]:
        """The children of an element of a part, some at a time."""
        return safe_children(_STRICT.sub(_ordinary_name, self.parts[name]), parent)

    @property
    def has_macros(self) -> bool:
        """Whether the file carries a macro project."""
        return any(name.lower().endswith("vbaproject.bin") for name in self.names)


def open_package(data: bytes) -> Package:
    """The package of a .docx file. Raises Refused where it is damaged, protected or breaks a limit."""
    names: set[str] = set()

    def wanted(name: str) -> bool:
        names.add(name)
        lower = name.lower()
        return not lower.startswith(_UNREAD_FOLDERS) and not lower.endswith(_UNREAD_ENDINGS)

    return Package(safe_parts(data, wanted), frozenset(names))


def is_on(element: _Element | None) -> bool:
    """Whether an on/off property is set: ``<w:b/>`` is, ``<w:b w:val="0"/>`` is not."""
    return element is not None and element.get(VAL) not in _OFF


def number_in(element: _Element | None, name: str = VAL) -> int | None:
    """A whole number in an attribute; None where there is none."""
    text = "" if element is None else element.get(name, "")
    return int(text) if re.fullmatch(r"-?[0-9]{1,9}", text) else None


def content(parent: Iterable[_Element]) -> Iterator[_Element]:
    """Elements as a person sees them: wrappers opened, deleted text left out, one of several alternatives."""
    for child in parent:
        tag = child.tag
        if tag in _OPENED:
            yield from content(child)
        elif tag == ALTERNATE:
            yield from content(chosen(child))
        elif tag not in _LEFT_OUT and isinstance(tag, str):
            yield child


def chosen(alternate: _Element) -> _Element:
    """The one of several renderings to read: the first that holds anything we read. Reading all would double text."""
    for rendering in alternate:
        if _is_named(rendering) and next(rendering.iter(*_READABLE), None) is not None:
            return rendering
    return alternate[0] if len(alternate) and _is_named(alternate[0]) else alternate


def _is_named(element: _Element) -> bool:
    """Whether it is an element: a comment's tag is a function, whatever the stubs of lxml say."""
    tag: object = element.tag
    return isinstance(tag, str)


def _relations(root: _Element, folder: str) -> Iterator[tuple[str, Relation]]:
    for element in root:
        target = element.get("Target", "") if _is_named(element) else ""
        external = element.get("TargetMode", "").lower() == "external"
        if not external:
            target = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
        yield element.get("Id", ""), Relation(element.get("Type", "").rpartition("/")[2], target, external)


def _ordinary_name(found: re.Match[bytes]) -> bytes:
    before, family, name = found.groups()
    return before + b"http://schemas.openxmlformats.org/" + family + b"/2006/" + name
