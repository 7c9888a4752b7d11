"""IMS QTI 2.0 to 3.0: item files and packages, as lines with a comment that names each file, and as questions."""

import posixpath
import re
from dataclasses import dataclass, field, replace
from urllib.parse import unquote

from lxml import etree
from lxml.etree import _Element

from quizapp.domain.problem import N_, Problem
from quizapp.importers.archive import MOST_IN_PACKAGE, is_archive, safe_parts, safe_xml
from quizapp.importers.checks import checked
from quizapp.importers.exchange import Tags, tags_of
from quizapp.importers.qti_items import name_of, qti_item, stimulus_text
from quizapp.importers.reading import Document, Format, Grammar, ImportedItem, Reading, Refused, Skipped
from quizapp.importers.xml_text import last_line_of, line_of, parsed_xml, text_of

MANIFEST = "imsmanifest.xml"
_FILE_LINE = re.compile(r"<!-- file: (.*) -->")
_LINES = re.compile(r"\r\n|\r|\n")
_UNTIDY = re.compile(r"[^\w.() /-]")


@dataclass(frozen=True)
class _File:
    """The lines of one file of the package; ``line`` is where its first one stands in the document."""

    name: str
    line: int
    lines: tuple[str, ...]


@dataclass
class _State:
    """What has been read so far; ``passages`` by file name."""

    document: Document
    items: list[ImportedItem] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    tags: dict[str, Tags] = field(default_factory=dict)
    passages: dict[str, str] = field(default_factory=dict)

    def skip(self, file: _File, reason: Problem) -> None:
        found = enumerate(file.lines, start=file.line)
        self.skipped += [Skipped(number, text, reason) for number, text in found if text.strip()]


def read_qti(data: bytes, name: str) -> Document:
    """A package (ZIP) or a single item file as lines, in the order of its manifest. Raises `Refused`.

    Nothing outside the archive is ever looked for, whatever a manifest names.
    """
    if not is_archive(data):
        return Document(Format.QTI, Grammar.QTI, _lines_of(data))
    parts = safe_parts(data, lambda part: part.lower().endswith(".xml"), MOST_IN_PACKAGE)
    order, missing = _ordered(parts)
    lines: list[str] = []
    places: dict[int, str] = {}
    for part in order:
        lines.append(f"<!-- file: {_UNTIDY.sub('_', part)} -->")
        content = _lines_of(parts[part])
        places.update({len(lines) + number: f"{part}!{number}" for number in range(1, len(content) + 1)})
        lines += content
    return Document(Format.QTI, Grammar.QTI, tuple(lines), places=places, problems=tuple(missing))


def parse_qti(document: Document) -> Reading:
    """The questions of QTI text. Raises `Refused` where not one of its files can be read."""
    state = _State(document)
    roots: list[tuple[_File, _Element]] = []
    refusals: list[Refused] = []
    for file in _files(document):
        try:
            roots.append((file, parsed_xml("\n".join(file.lines))))
        except Refused as refused:
            refusals.append(refused)
            state.skip(file, refused.problem)
    if refusals and not roots:
        raise refusals[0]
    for file, root in roots:
        _learn(state, file, root)
    for file, root in roots:
        _read_file(state, file, root)
    covered = {number for item in state.items for number in range(item.line, item.last_line + 1)}
    covered |= {skipped.line for skipped in state.skipped}
    frame = [n for n, line in enumerate(document.lines, start=1) if line.strip() and n not in covered]
    return Reading(document, tuple(state.items), tuple(state.skipped), tuple(frame), tuple(state.problems))


def _lines_of(data: bytes) -> tuple[str, ...]:
    """The XML as lines, whatever its encoding; what is broken is shown as it is, and refused when it is parsed."""
    try:
        text = etree.tostring(safe_xml(data).getroottree(), encoding="unicode")
    except Refused:
        text = data.decode("utf-8", "replace")
    return tuple(line.replace("<!-- file:", "<!--  file:") for line in _LINES.split(text))


def _ordered(parts: dict[str, bytes]) -> tuple[list[str], list[Problem]]:
    """The parts in the order of the manifest, the manifest first; every other XML file only where there is none."""
    manifest = min((part for part in parts if posixpath.basename(part).lower() == MANIFEST), key=len, default=None)
    if manifest is None:
        return sorted(parts), []
    try:
        root = safe_xml(parts[manifest])
    except Refused:
        return [manifest, *sorted(set(parts) - {manifest})], []
    named = [each.get("href", "") for each in root.iter("*") if name_of(each) == "resource"]
    found, missing = [manifest], []
    for href in dict.fromkeys(href for href in named if href):
        part = _inside(manifest, href)
        if part in parts:
            found.append(part)
        elif href.lower().endswith(".xml"):
            message = N_("The package names %(file)s, which is not in it. Export the package anew.")
            missing.append(Problem(message, {"file": href[:80]}))
    return list(dict.fromkeys(found)), missing


def _inside(manifest: str, href: str) -> str:
    """The name in the archive that a manifest's reference means; references that lead outside mean nothing there."""
    joined = posixpath.normpath(posixpath.join(posixpath.dirname(manifest), unquote(href.partition("#")[0])))
    return "" if joined.startswith(("/", "..")) or ":" in joined else joined


def _files(document: Document) -> list[_File]:
    """The document cut at the lines that name a file; all of it is one file where none does."""
    starts = [(n, match[1]) for n, line in enumerate(document.lines) if (match := _FILE_LINE.fullmatch(line.strip()))]
    if not starts:
        return [_File("", 1, document.lines)]
    ends = [number for number, _name in starts[1:]] + [len(document.lines)]
    return [
        _File(name, start + 2, document.lines[start + 1 : end]) for (start, name), end in zip(starts, ends, strict=True)
    ]


def _learn(state: _State, file: _File, root: _Element) -> None:
    """What a manifest and the passages say, before the items that rest on them are read."""
    if name_of(root) == "assessmentstimulus":
        state.passages[file.name] = stimulus_text(root).text
    if name_of(root) != "manifest":
        return
    for resource in (each for each in root.iter("*") if name_of(each) == "resource"):
        keywords = [each for each in resource.iter("*") if name_of(each) == "keyword"]
        part = _UNTIDY.sub("_", _inside(file.name, resource.get("href", "")))
        state.tags[part] = tags_of(text_of(each).strip() for each in keywords)


def _read_file(state: _State, file: _File, root: _Element) -> None:
    kind = name_of(root)
    if kind == "questestinterop":
        state.skip(file, Problem(N_("This is QTI 1, which is not read. Export QTI 2.1 or later.")))
        return
    elements = [root, *(each for each in root.iterdescendants("*"))] if kind != "manifest" else []
    elements = [each for each in elements if name_of(each) == "assessmentitem"]
    if not elements and kind not in {"manifest", "assessmentstimulus"}:
        state.skip(file, Problem(N_("This file holds no question. Nothing needs to be done.")))
    tags = state.tags.get(file.name, Tags())
    for element in elements:
        state.items.append(_item(state, file, element, tags))


def _item(state: _State, file: _File, element: _Element, tags: Tags) -> ImportedItem:
    offset = file.line - 1
    fields = qti_item(element)
    hrefs = fields.pop("stimuli")
    passages = [state.passages.get(_UNTIDY.sub("_", _inside(file.name, href)), "") for href in hrefs]
    item = ImportedItem(
        number=str(len(state.items) + 1),
        line=line_of(element),
        last_line=min(last_line_of(element), len(file.lines)),
        passage="\n".join(passage for passage in passages if passage),
        id=element.get("identifier", "").strip(),
        **{**tags.fields(), **fields},
    )
    return checked(_moved(item, offset))


def _moved(item: ImportedItem, offset: int) -> ImportedItem:
    """The item with its lines counted in the document instead of its file."""
    return replace(
        item,
        line=item.line + offset,
        last_line=item.last_line + offset,
        places={part: line + offset for part, line in item.places.items()},
        problems=tuple(replace(each, line=each.line + offset) for each in item.problems),
        warnings=tuple(replace(each, line=each.line + offset) for each in item.warnings),
    )
