"""A bank as an IMS QTI 3.0 package: a manifest, one file for each item, one for the passage of each case."""

import io
import zipfile
from collections.abc import Iterator

from lxml import etree
from lxml.etree import _Element

from quizapp.domain.bank import Bank, Item, ItemType
from quizapp.domain.problem import N_, Problem
from quizapp.exporters.exchange import Entry, common_losses, entries, in_xml, tags_for
from quizapp.exporters.qti_items import QTI, assessment_item, assessment_stimulus, serialized
from quizapp.importers.archive import MOST_IN_PACKAGE

MANIFEST = "imsmanifest.xml"
_PACKAGE = "http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1"
_LOM = "http://ltsc.ieee.org/xsd/LOM"
_LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the first moment a ZIP archive can name: the same bank gives the same bytes


def write_qti(bank: Bank) -> bytes:
    """The package as ZIP; `losses_qti` names what is not in it."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in _files(bank):
            entry = zipfile.ZipInfo(name, _LONG_AGO)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    return packed.getvalue()


def losses_qti(bank: Bank) -> list[Problem]:
    """What of the bank the package cannot hold, one sentence for each item."""
    losses = list(common_losses(bank))
    cases = sum(item.type is ItemType.CASE for item in bank.items)
    if 1 + cases + sum(1 for _entry in entries(bank)) > MOST_IN_PACKAGE:
        message = N_("The package has more than %(most)s files, too many to be imported here. Split the bank.")
        losses.append(Problem(message, {"most": MOST_IN_PACKAGE}))
    return losses


def _files(bank: Bank) -> Iterator[tuple[str, bytes]]:
    manifest = etree.Element(f"{{{_PACKAGE}}}manifest", {"identifier": "MANIFEST"}, nsmap={None: _PACKAGE, "lom": _LOM})  # type: ignore[dict-item]
    metadata = _part(manifest, "metadata")
    _part(metadata, "schema").text = "QTI Package"
    _part(metadata, "schemaversion").text = "3.0.0"
    _part(manifest, "organizations")
    resources = _part(manifest, "resources")
    cases = [item for item in bank.items if item.type is ItemType.CASE]
    stimuli = {case.id: f"stimuli/stimulus-{number:04}.xml" for number, case in enumerate(cases, start=1)}
    files = [(stimuli[case.id], serialized(assessment_stimulus(case))) for case in cases]
    for case in cases:
        _resource(resources, f"S-{case.id}", "imsqti_stimulus_xmlv3p0", stimuli[case.id])
    for number, entry in enumerate(entries(bank), start=1):
        name = f"items/item-{number:04}.xml"
        stimulus = stimuli.get(entry.case.id, "") if entry.case else ""
        files.append((name, serialized(_item(entry, stimulus))))
        resource = _resource(resources, f"I-{entry.item.id}", "imsqti_item_xmlv3p0", name)
        _keywords(resource, tags_for(entry, bank))
        if entry.case:
            _part(resource, "dependency").set("identifierref", in_xml(f"S-{entry.case.id}"))
    yield MANIFEST, serialized(manifest)
    yield from files


def _item(entry: Entry, stimulus: str) -> _Element:
    item: Item = entry.item
    element = assessment_item(item)
    if entry.case:
        reference = etree.Element(f"{{{QTI}}}qti-assessment-stimulus-ref")
        reference.set("identifier", in_xml(entry.case.id))
        reference.set("href", f"../{stimulus}")
        body = next(element.iterchildren(f"{{{QTI}}}qti-item-body"))
        body.addprevious(reference)
    return element


def _resource(resources: _Element, identifier: str, kind: str, name: str) -> _Element:
    resource = _part(resources, "resource")
    for key, value in (("identifier", identifier), ("type", kind), ("href", name)):
        resource.set(key, in_xml(value))
    return resource


def _keywords(resource: _Element, tags: list[str]) -> None:
    """Our own fields as keywords of the learning object (LOM), then the file itself."""
    general = etree.SubElement(etree.SubElement(_part(resource, "metadata"), f"{{{_LOM}}}lom"), f"{{{_LOM}}}general")
    for tag in tags:
        keyword = etree.SubElement(general, f"{{{_LOM}}}keyword")
        etree.SubElement(keyword, f"{{{_LOM}}}string", {"language": "zh-CN"}).text = in_xml(tag)
    _part(resource, "file").set("href", resource.get("href", ""))


def _part(parent: _Element, name: str) -> _Element:
    return etree.SubElement(parent, f"{{{_PACKAGE}}}{name}")
