"""One item of a bank as a QTI 3.0 ``qti-assessment-item``."""

from collections.abc import Sequence

from lxml import etree
from lxml.etree import _Element

from quizapp.domain.bank import FALSE, TRUE, Item, ItemType, Option
from quizapp.exporters.exchange import BLANKS, in_xml, spaces_kept

QTI = "http://www.imsglobal.org/xsd/imsqtiasi_v3p0"
_TEMPLATES = "https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/"
_RESPONSE = "RESPONSE"
_TRUTHS = (Option(TRUE, "正确", fixed=True), Option(FALSE, "错误", fixed=True))
_YES_NO = {True: "true", False: "false"}


def assessment_item(item: Item) -> _Element:
    """The item with its declarations, body, way of scoring and rationale."""
    root = etree.Element(f"{{{QTI}}}qti-assessment-item", nsmap={None: QTI})  # type: ignore[dict-item]
    for key, value in (("identifier", item.id), ("title", item.id), ("adaptive", "false"), ("time-dependent", "false")):
        root.set(key, in_xml(value))
    _declare(root, item)
    _outcomes(root, item)
    _body(_sub(root, "item-body"), item)
    _processing(root, item)
    if item.rationale:
        feedback = _sub(root, "modal-feedback", outcome_identifier="FEEDBACK", identifier="RATIONALE", show_hide="show")
        _paragraph(_sub(feedback, "content-body"), item.rationale)
    return root


def assessment_stimulus(case: Item) -> _Element:
    """The passage of a case."""
    root = etree.Element(f"{{{QTI}}}qti-assessment-stimulus", nsmap={None: QTI})  # type: ignore[dict-item]
    root.set("identifier", in_xml(case.id))
    root.set("title", in_xml(case.id))
    _paragraph(_sub(root, "stimulus-body"), case.stem)
    return root


def serialized(root: _Element) -> bytes:
    """The file. It is not indented: within text every space counts."""
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def _declare(root: _Element, item: Item) -> None:
    if item.type is ItemType.FILL_IN:
        for number, accepted in enumerate(item.blanks, start=1):
            _declare_blank(root, _response(item, number), accepted)
        return
    base = "string" if item.type is ItemType.ESSAY else "identifier"
    cardinality = "multiple" if item.type is ItemType.MULTIPLE else "single"
    declared = _sub(root, "response-declaration", identifier=_RESPONSE, cardinality=cardinality, base_type=base)
    if item.key:
        correct = _sub(declared, "correct-response")
        for value in item.key:
            _sub(correct, "value").text = in_xml(value)


def _declare_blank(root: _Element, name: str, accepted: Sequence[str]) -> None:
    declared = _sub(root, "response-declaration", identifier=name, cardinality="single", base_type="string")
    _sub(_sub(declared, "correct-response"), "value").text = in_xml(accepted[0]) if accepted else ""
    mapping = _sub(declared, "mapping", default_value="0")
    for text in accepted:
        _sub(mapping, "map-entry", map_key=text, mapped_value="1", case_sensitive="false")


def _response(item: Item, number: int) -> str:
    return _RESPONSE if len(item.blanks) == 1 else f"{_RESPONSE}{number}"


def _outcomes(root: _Element, item: Item) -> None:
    _sub(root, "outcome-declaration", identifier="SCORE", cardinality="single", base_type="float")
    if item.rationale:
        shown = _sub(root, "outcome-declaration", identifier="FEEDBACK", cardinality="single", base_type="identifier")
        _sub(_sub(shown, "default-value"), "value").text = "RATIONALE"


def _body(body: _Element, item: Item) -> None:
    if item.type is ItemType.FILL_IN:
        _gapped(etree.SubElement(body, f"{{{QTI}}}p"), item)
        return
    _paragraph(body, item.stem)
    if item.type is ItemType.ESSAY:
        _sub(body, "extended-text-interaction", response_identifier=_RESPONSE)
        if item.reference:
            _paragraph(_sub(_sub(body, "rubric-block", use="scoring", view="scorer"), "content-body"), item.reference)
        return
    options = _TRUTHS if item.type is ItemType.TRUE_FALSE else item.options
    most = "0" if item.type is ItemType.MULTIPLE else "1"
    is_shuffled = not all(option.fixed for option in options)
    asked = _sub(
        body, "choice-interaction", response_identifier=_RESPONSE, shuffle=_YES_NO[is_shuffled], max_choices=most
    )
    for option in options:
        choice = _sub(asked, "simple-choice", identifier=option.letter, fixed=_YES_NO[option.fixed])
        _write(choice, option.text)


def _gapped(paragraph: _Element, item: Item) -> None:
    """The stem with a field in place of each blank."""
    pieces = BLANKS.split(item.stem)
    _write(paragraph, pieces[0])
    for number, piece in enumerate(pieces[1:], start=1):
        _sub(paragraph, "text-entry-interaction", response_identifier=_response(item, number))
        _write(paragraph, piece)


def _processing(root: _Element, item: Item) -> None:
    if item.type is ItemType.ESSAY:
        return
    if item.type is not ItemType.FILL_IN:
        _sub(root, "response-processing", template=f"{_TEMPLATES}match_correct.xml")
    elif len(item.blanks) == 1:
        _sub(root, "response-processing", template=f"{_TEMPLATES}map_response.xml")
    else:
        together = _sub(_sub(_sub(root, "response-processing"), "set-outcome-value", identifier="SCORE"), "sum")
        for number in range(1, len(item.blanks) + 1):
            _sub(together, "map-response", identifier=_response(item, number))


def _paragraph(parent: _Element, text: str) -> None:
    _write(etree.SubElement(parent, f"{{{QTI}}}p"), text)


def _write(element: _Element, text: str) -> None:
    """Add text after what the element holds already, each line break as ``br``."""
    first, *others = spaces_kept(in_xml(text)).split("\n")
    last = element[-1] if len(element) else None
    if last is None:
        element.text = (element.text or "") + first
    else:
        last.tail = (last.tail or "") + first
    for line in others:
        etree.SubElement(element, f"{{{QTI}}}br").tail = line


def _sub(parent: _Element, name: str, **attributes: str) -> _Element:
    names = {key.replace("_", "-"): in_xml(value) for key, value in attributes.items()}
    return etree.SubElement(parent, f"{{{QTI}}}qti-{name}", names)
