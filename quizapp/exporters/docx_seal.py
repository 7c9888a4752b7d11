"""What a Word file carries along unseen: a custom XML part, which Word keeps when the file is saved again."""

import io
import zipfile
from xml.sax.saxutils import escape

from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from lxml import etree

NAMESPACE = "urn:quizapp:seal"
MOST_BYTES = 64 * 1024 * 1024
"""A part that is larger when unpacked is not read: it is no seal, but a trap."""


def put_seal(document: Document, text: str) -> None:
    """Let ``document`` carry ``text``."""
    blob = f'<?xml version="1.0" encoding="UTF-8"?>\n<seal xmlns="{NAMESPACE}">{escape(text)}</seal>'.encode()
    part = Part(PackURI("/customXml/item1.xml"), "application/xml", blob, document.part.package)
    document.part.relate_to(part, RELATIONSHIP_TYPE.CUSTOM_XML)


def seal_in(data: bytes) -> str:
    """What a Word file carries; empty where it carries nothing. Raises ValueError for what is no Word file."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            for info in package.infolist():
                fits = info.filename.startswith("customXml/item") and info.file_size <= MOST_BYTES
                if fits and (text := _text_of(package.read(info))):
                    return text
    except (zipfile.BadZipFile, OSError, NotImplementedError) as error:
        raise ValueError(str(error)) from None
    return ""


def _text_of(blob: bytes) -> str:
    try:
        parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
        root = etree.fromstring(blob, parser)
    except etree.XMLSyntaxError:
        return ""
    return (root.text or "") if root.tag == f"{{{NAMESPACE}}}seal" else ""
