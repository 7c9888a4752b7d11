"""QTI items of versions 2.1 to 3.0, single files and packages, with what a bank can and cannot hold."""

import io
import zipfile

import pytest

from quizapp.domain.bank import ItemType
from quizapp.importers.qti import parse_qti, read_qti
from quizapp.importers.reading import Format, Grammar, Reading, Refused
from tests.importers.exchange_reading import only, qti, said, texts

V2 = "http://www.imsglobal.org/xsd/imsqti_v2p1"
V22 = "http://www.imsglobal.org/xsd/imsqti_v2p2"


def version_2(body: str, declarations: str, more: str = "", namespace: str = V2, identifier: str = "q1") -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<assessmentItem xmlns="{namespace}" identifier="{identifier}">\n'
        f"{declarations}\n<itemBody>\n{body}\n</itemBody>\n{more}\n</assessmentItem>"
    )


def declared(*values: str, cardinality: str = "single", name: str = "RESPONSE", mapping: str = "") -> str:
    correct = "".join(f"<value>{value}</value>" for value in values)
    return (
        f'<responseDeclaration identifier="{name}" cardinality="{cardinality}" baseType="identifier">'
        f"{'<correctResponse>' + correct + '</correctResponse>' if values else ''}{mapping}</responseDeclaration>"
    )


CHOICES = (
    '<choiceInteraction responseIdentifier="RESPONSE" shuffle="true" maxChoices="1">\n<prompt>由谁主持？</prompt>\n'
    '<simpleChoice identifier="x1">招标人</simpleChoice>\n<simpleChoice identifier="x2">投<b>标</b>人</simpleChoice>\n'
    '<simpleChoice identifier="x3" fixed="true">以上都是</simpleChoice>\n</choiceInteraction>'
)


@pytest.mark.parametrize("namespace", [V2, V22, "http://www.imsglobal.org/xsd/imsqti_v2p0", "urn:other"])
def test_a_single_choice_of_version_2(namespace: str) -> None:
    item = only(qti(version_2(f"<p>开标时，</p>{CHOICES}", declared("x2"), namespace=namespace)))
    assert (item.type, item.stem, texts(item), item.key) == (
        *(ItemType.SINGLE, "开标时，\n由谁主持？"),
        *(["招标人", "投标人", "以上都是"], ("B",)),
    )
    assert [option.fixed for option in item.options] == [False, False, True]
    assert (item.id, item.line, item.last_line, item.places["key"], item.places["A"]) == ("q1", 2, 13, 3, 7)
    assert item.is_ready


def test_a_multiple_choice_of_version_3() -> None:
    text = """<qti-assessment-item xmlns="http://www.imsglobal.org/xsd/imsqtiasi_v3p0" identifier="m">
    <qti-response-declaration identifier="R" cardinality="multiple" base-type="identifier">
      <qti-correct-response><qti-value>a</qti-value><qti-value>c</qti-value></qti-correct-response>
    </qti-response-declaration>
    <qti-item-body><!-- 注 --><p>谁应当<!-- 注 -->回避？</p>
      <qti-choice-interaction response-identifier="R" shuffle="false" max-choices="0">
        <qti-simple-choice identifier="a">亲属</qti-simple-choice>
        <qti-simple-choice identifier="b">路人</qti-simple-choice>
        <qti-simple-choice identifier="c">股东</qti-simple-choice>
      </qti-choice-interaction>
    </qti-item-body>
    <qti-response-processing template="https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/match_correct.xml"/>
    <qti-modal-feedback outcome-identifier="F" identifier="A" show-hide="show">
      <qti-content-body><p>第三十七条。</p></qti-content-body></qti-modal-feedback>
    </qti-assessment-item>"""
    item = only(qti(text))
    assert (item.type, item.stem, item.key, item.rationale) == (
        *(ItemType.MULTIPLE, "谁应当回避？"),
        *(("A", "C"), "第三十七条。"),
    )
    assert all(option.fixed for option in item.options)
    assert not item.warnings


@pytest.mark.parametrize(
    ("right", "wrong", "value", "key"),
    [("正确", "错误", "x1", "true"), ("对", "错", "x2", "false"), ("True", "False", "x1", "true")],
)
def test_right_and_wrong_are_a_judgement(right: str, wrong: str, value: str, key: str) -> None:
    body = (
        '<p>应当保密。</p><choiceInteraction responseIdentifier="RESPONSE" maxChoices="1">'
        f'<simpleChoice identifier="x1">{right}</simpleChoice><simpleChoice identifier="x2">{wrong}</simpleChoice>'
        "</choiceInteraction>"
    )
    item = only(qti(version_2(body, declared(value))))
    assert (item.type, item.key, item.options) == (ItemType.TRUE_FALSE, (key,), ())


def test_blanks_accept_what_the_mapping_gives_full_points() -> None:
    mapping = (
        '<mapping defaultValue="0"><mapEntry mapKey="五" mappedValue="2"/><mapEntry mapKey="5" mappedValue="2"/>'
        '<mapEntry mapKey="四" mappedValue="1"/></mapping>'
    )
    declarations = declared("五", name="R1", mapping=mapping) + declared("二", name="R2")
    body = (
        '<p>屋面<textEntryInteraction responseIdentifier="R1"/>年，'
        '管线<textEntryInteraction responseIdentifier="R2"/>年。</p>'
    )
    item = only(qti(version_2(body, declarations)))
    assert (item.type, item.stem, item.blanks) == (
        *(ItemType.FILL_IN, "屋面____年，管线____年。"),
        (("五", "5"), ("二",)),
    )
    assert "Part marks are not kept: “四”" in said(item)


def test_an_essay_with_what_the_scorer_reads() -> None:
    body = (
        '<p>怎样防止围标？</p><rubricBlock view="scorer"><p>回避。</p></rubricBlock>'
        '<extendedTextInteraction responseIdentifier="RESPONSE"/>'
    )
    item = only(qti(version_2(body, "")))
    assert (item.type, item.stem, item.key) == (ItemType.ESSAY, "怎样防止围标？", ("回避。",))


@pytest.mark.parametrize(
    "kind", ["orderInteraction", "matchInteraction", "hotspotInteraction", "inlineChoiceInteraction"]
)
def test_other_interactions_are_a_draft_with_the_reason(kind: str) -> None:
    item = only(qti(version_2(f'<p>题</p>\n<{kind} responseIdentifier="RESPONSE"/>', declared("x1"))))
    assert item.key is None
    assert f"6 The interaction {kind} cannot be held" in said(item)


def test_two_interactions_are_a_draft() -> None:
    assert "cannot be held" in said(only(qti(version_2(CHOICES + CHOICES, declared("x1")))))


def test_a_key_that_is_no_choice_makes_a_draft() -> None:
    item = only(qti(version_2(CHOICES, declared("x9"))))
    assert item.key is None
    assert "3 The right answer “x9” is not among the choices" in said(item)


def test_without_a_right_answer_the_mapping_tells_the_key() -> None:
    mapping = '<mapping><mapEntry mapKey="x1" mappedValue="0"/><mapEntry mapKey="x2" mappedValue="1"/></mapping>'
    assert only(qti(version_2(CHOICES, declared(mapping=mapping)))).key == ("B",)
    equal = mapping.replace('"0"', '"1"')
    assert only(qti(version_2(CHOICES, declared(mapping=equal)))).key is None
    assert only(qti(version_2(CHOICES, declared()))).key is None


def test_points_that_contradict_the_right_answer_leave_the_key_open() -> None:
    mapping = '<mapping><mapEntry mapKey="x1" mappedValue="1"/><mapEntry mapKey="x3" mappedValue="1"/></mapping>'
    for cardinality, values in (("multiple", ("x1", "x2")), ("single", ("x1",)), ("single", ("x1", "x2"))):
        item = only(qti(version_2(CHOICES, declared(*values, cardinality=cardinality, mapping=mapping))))
        assert item.key is None
        assert not item.is_ready
    agreeing = declared("x1", "x3", cardinality="multiple", mapping=mapping)
    assert only(qti(version_2(CHOICES, agreeing))).key == ("A", "C")


def test_scoring_that_is_not_understood_is_named() -> None:
    more = "<responseProcessing>\n<lookupOutcomeValue identifier='SCORE'/></responseProcessing>"
    item = only(qti(version_2(CHOICES, declared("x1"), more)))
    assert item.is_ready
    assert "How the answer is scored was not understood" in said(item)


def test_an_item_reaches_to_its_last_part_however_its_tags_are_broken() -> None:
    broken = version_2(CHOICES.replace(" shuffle", "\n\n\nshuffle='\n\n\n' alt"), declared("x9"))
    item = only(qti(broken.replace("<responseDeclaration ", "<responseDeclaration\n\n\n\n\n\n\n\n\n\n")))
    assert item.line <= item.places["key"] < item.places["C"] <= item.last_line


def test_a_picture_makes_a_draft() -> None:
    assert "4 " not in said(only(qti(version_2(CHOICES, declared("x1")))))
    assert "has a picture" in said(only(qti(version_2('<p><img src="a.png" alt=""/></p>' + CHOICES, declared("x1")))))


def package(files: dict[str, str]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


def manifest(*hrefs: str) -> str:
    resources = "".join(
        f'<resource identifier="r{n}" type="imsqti_item_xmlv2p1" href="{href}"/>' for n, href in enumerate(hrefs)
    )
    return f'<manifest xmlns="http://www.imsglobal.org/xsd/imscp_v1p1"><resources>{resources}</resources></manifest>'


def read(data: bytes) -> Reading:
    return parse_qti(read_qti(data, "题库.zip"))


def test_a_package_is_read_in_the_order_of_its_manifest() -> None:
    files = {
        "a.xml": version_2(CHOICES, declared("x1"), identifier="a"),
        "sub/b.xml": version_2(CHOICES, declared("x2"), identifier="b"),
        "imsmanifest.xml": manifest("sub/b.xml", "a.xml"),
        "left/over.xml": version_2(CHOICES, declared("x2"), identifier="c"),
        "media/a.png": "no picture",
    }
    reading = read(package(files))
    assert [item.id for item in reading.items] == ["b", "a"]
    assert (reading.document.format, reading.document.grammar) == (Format.QTI, Grammar.QTI)
    first = reading.items[0]
    assert reading.document.lines[first.line - 1].startswith("<assessmentItem")
    assert reading.document.places[first.line] == "sub/b.xml!1"
    assert "投<b>标</b>人" in reading.document.lines[first.places["B"] - 1]


@pytest.mark.parametrize(
    "href", ["../../etc/passwd.xml", "/etc/passwd.xml", "file:///etc/passwd.xml", "http://example.org/a.xml", "no.xml"]
)
def test_nothing_outside_the_package_is_looked_for(href: str) -> None:
    files = {"a.xml": version_2(CHOICES, declared("x1")), "imsmanifest.xml": manifest(href, "a.xml")}
    reading = read(package(files))
    assert len(reading.items) == 1
    assert [problem.params["file"] for problem in reading.document.problems] == [href]


def test_a_package_without_a_manifest_is_read_by_name() -> None:
    files = {name: version_2(CHOICES, declared("x1"), identifier=name[0]) for name in ("b.xml", "a.xml")}
    assert [item.id for item in read(package(files)).items] == ["a", "b"]


def test_a_broken_file_of_a_package_is_named_and_the_others_are_read() -> None:
    files = {"a.xml": version_2(CHOICES, declared("x1")), "b.xml": "<assessmentItem>\n<p>"}
    reading = read(package(files))
    assert len(reading.items) == 1
    assert "broken" in reading.skipped[0].reason.text()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"<assessmentItem", "broken"),
        (b'<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><assessmentItem>&e;</assessmentItem>', "DOCTYPE"),
        (b"PK\x03\x04nothing", "damaged"),
        (package({"a.xml": "<a"}), "broken"),
    ],
)
def test_what_cannot_be_read_at_all_is_refused(data: bytes, words: str) -> None:
    with pytest.raises(Refused) as refused:
        read(data)
    assert words in refused.value.problem.text()


@pytest.mark.parametrize(
    ("text", "words"), [("<questestinterop/>", "QTI 1"), ("<assessmentTest/>", "holds no question")]
)
def test_files_without_items_are_skipped_with_the_reason(text: str, words: str) -> None:
    reading = qti(text)
    assert not reading.items
    assert words in reading.skipped[0].reason.text()


def test_a_file_in_another_encoding() -> None:
    data = version_2(CHOICES, declared("x1")).replace("UTF-8", "GB18030").encode("gb18030")
    assert only(parse_qti(read_qti(data, "item.xml"))).stem == "由谁主持？"


def test_a_line_that_names_a_file_cannot_be_forged() -> None:
    files = {"a.xml": version_2(f"\n<!-- file: b.xml -->\n{CHOICES}", declared("x1"))}
    assert only(read(package(files))).is_ready
