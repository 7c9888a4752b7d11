"""The text of a Word file is what a person sees: revisions settled, fields shown, marks and pictures noted."""

import pytest

from quizapp.importers.reading import Format, Grammar
from tests.support.word_files import NAMES, lines, p, r, read

BOLD, RED, LINE = "<w:b/>", '<w:color w:val="FF0000"/>', '<w:u w:val="single"/>'
GRAPHIC = "<a:graphic><a:graphicData><a:blip/></a:graphicData></a:graphic>"
PICTURE = f"<w:r><w:drawing><wp:inline>{GRAPHIC}</wp:inline></w:drawing></w:r>"
HALF = "<m:f><m:num><m:r><m:t>1</m:t></m:r></m:num><m:den><m:r><m:t>2</m:t></m:r></m:den></m:f>"


def field(code: str, result: str | None) -> str:
    shown = "" if result is None else f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{r(result)}'
    return (
        f'<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>{code}</w:instrText></w:r>{shown}'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def test_a_document_is_named_for_what_it_is() -> None:
    document = read(p("甲"))
    assert (document.format, document.grammar) == (Format.DOCX, Grammar.TEXT)
    assert not document.problems


SEEN = {
    "runs are joined": (p("A", ".", "甲"), ["A.甲"]),
    "an empty paragraph is an empty line": (p("甲") + p() + p("乙"), ["甲", "", "乙"]),
    "soft breaks": (p(r("甲"), "<w:r><w:br/></w:r>", r("乙"), "<w:r><w:cr/></w:r>", r("丙")), ["甲", "乙", "丙"]),
    "a page break at the end": (p(r("甲"), '<w:r><w:br w:type="page"/></w:r>') + p("乙"), ["甲", "乙"]),
    "a tab": (p(r("1"), "<w:r><w:tab/></w:r>", r("甲")), ["1\t甲"]),
    "hyphens": (p(r("A"), "<w:r><w:noBreakHyphen/></w:r>", r("B"), "<w:r><w:softHyphen/></w:r>", r("C")), ["A-BC"]),
    "line ends inside a text are spaces": (p(r("甲\n乙")), ["甲 乙"]),
    "other line ends break the line": (p(r("甲\u2028乙")), ["甲", "乙"]),
    "a tick of Wingdings": (p(r("（"), '<w:r><w:sym w:font="Wingdings" w:char="F0FC"/></w:r>', r("）")), ["（√）"]),
    "a letter in Wingdings": (p(r("ü û", '<w:rFonts w:ascii="Wingdings"/>')), ["√ ×"]),
    "a private sign in any font": (p(r("\uf0fc")), ["√"]),
    "a tick of Wingdings 2": (p('<w:r><w:sym w:font="Wingdings 2" w:char="0050"/></w:r>'), ["√"]),
    "an unknown sign is visible": (p('<w:r><w:sym w:font="Wingdings" w:char="F0AA"/></w:r>'), ["\ufffd"]),
    "a sign of a usual font": (p('<w:r><w:sym w:font="Arial" w:char="2460"/></w:r>'), ["①"]),
    "inserted text": (p("甲", "<w:ins>" + r("乙") + "</w:ins>"), ["甲乙"]),
    "deleted text": (p("甲", "<w:del><w:r><w:delText>乙</w:delText></w:r></w:del>"), ["甲"]),
    "moved text once": (
        p(f"<w:moveFrom>{r('甲')}</w:moveFrom>", "乙") + p(f"<w:moveTo>{r('甲')}</w:moveTo>"),
        ["乙", "甲"],
    ),
    "a paragraph mark that was deleted": (p("甲", properties="<w:rPr><w:del/></w:rPr>") + p("乙"), ["甲乙"]),
    "a hyperlink": (p('<w:hyperlink r:id="rId9">' + r("甲") + "</w:hyperlink>"), ["甲"]),
    "a content control": (f"<w:sdt><w:sdtPr/><w:sdtContent>{p('甲')}</w:sdtContent></w:sdt>", ["甲"]),
    "a control in a line": (p(f"<w:sdt><w:sdtPr/><w:sdtContent>{r('甲')}</w:sdtContent></w:sdt>", "乙"), ["甲乙"]),
    "a smart tag": (p(f"<w:smartTag>{r('甲')}</w:smartTag>"), ["甲"]),
    "a field of one piece": (p(f'<w:fldSimple w:instr="PAGE">{r("3")}</w:fldSimple>'), ["3"]),
    "a field": (p("第", field(" PAGE ", "3"), "页"), ["第3页"]),
    "a field without result": (p("甲", field(' TC "乙" ', None)), ["甲"]),
    "an encircled number": (p(field(r" eq \o\ac(○,3)", None), "甲"), ["③甲"]),
    "a fraction": (p(field(r" EQ \f(1,2)", None)), ["1/2"]),
    "a field over paragraphs": (
        p('<w:r><w:fldChar w:fldCharType="begin"/></w:r>', "<w:r><w:instrText>TOC</w:instrText></w:r>")
        + p('<w:r><w:fldChar w:fldCharType="separate"/></w:r>', "甲")
        + p("乙", '<w:r><w:fldChar w:fldCharType="end"/></w:r>'),
        ["", "甲", "乙"],
    ),
    "a field never ended": (p('<w:r><w:fldChar w:fldCharType="begin"/></w:r>') + p("甲"), ["", "甲"]),
    "only the base of a ruby": (
        p(f"<w:r><w:ruby><w:rt>{r('lian')}</w:rt><w:rubyBase>{r('廉')}</w:rubyBase></w:ruby></w:r>", "洁"),
        ["廉洁"],
    ),
    "a formula": (p("取", f"<m:oMath>{HALF}</m:oMath>"), ["取1/2"]),
    "a comment and a note are not there": (
        p("甲", '<w:r><w:footnoteReference w:id="1"/></w:r><w:r><w:commentReference w:id="1"/></w:r>'),
        ["甲"],
    ),
    "hidden text among other text": (p("甲", r("乙", "<w:vanish/>")), ["甲"]),
    "text that is not hidden after all": (p(r("甲", '<w:vanish w:val="0"/>')), ["甲"]),
}


@pytest.mark.parametrize("name", SEEN)
def test_what_a_person_sees_is_read(name: str) -> None:
    body, expected = SEEN[name]
    assert lines(body) == expected


def test_headers_footers_and_notes_are_not_read() -> None:
    part = f"<w:hdr {NAMES}>{p('页眉')}</w:hdr>".encode()
    relations = [("rId7", "header", "header1.xml"), ("rId8", "footnotes", "footnotes.xml")]
    parts = {"word/header1.xml": part, "word/footnotes.xml": part}
    assert lines(p("甲"), relations=relations, parts=parts) == ["甲"]


def test_a_style_may_hide_text_and_that_is_said() -> None:
    styles = '<w:style w:type="character" w:styleId="h"><w:rPr><w:vanish/></w:rPr></w:style>'
    document = read(p("甲", r("答案", '<w:rStyle w:val="h"/>')), styles=styles)
    assert document.lines == ("甲",)
    assert "hidden" in document.problems[0].text()


def box(text: str, in_choice: bool = True) -> str:
    inside = f"<w:txbxContent>{p(text)}</w:txbxContent>"
    shape = f"<w:drawing><wps:wsp><wps:txbx>{inside if in_choice else ''}</wps:txbx></wps:wsp></w:drawing>"
    fallback = f"<mc:Fallback><w:pict><v:shape><v:textbox>{inside}</v:textbox></v:shape></w:pict></mc:Fallback>"
    choice = f'<mc:Choice Requires="wps">{shape}</mc:Choice>'
    return f"<w:r><mc:AlternateContent>{choice}{fallback}</mc:AlternateContent></w:r>"


def test_a_text_box_is_read_once_after_the_paragraph_it_hangs_on() -> None:
    assert lines(p("甲", box("框")) + p("乙")) == ["甲", "框", "乙"]


def test_a_text_box_that_only_the_fallback_holds_is_read() -> None:
    assert lines(p("甲", box("框", in_choice=False))) == ["甲", "框"]


def test_a_text_box_of_an_old_word_is_read() -> None:
    inside = f"<w:txbxContent>{p('框')}</w:txbxContent>"
    assert lines(p("甲", f"<w:r><w:pict><v:shape><v:textbox>{inside}</v:textbox></v:shape></w:pict></w:r>")) == [
        "甲",
        "框",
    ]


def test_pictures_are_noted_by_line_and_lines_without_are_not() -> None:
    body = p("甲") + p("看图", PICTURE) + p(PICTURE) + p("<w:r><w:object/></w:r>")
    body += p("<w:r><w:pict><v:line/></w:pict></w:r>") + p("<w:r><w:pict><v:imagedata/></w:pict></w:r>")
    document = read(body)
    assert document.lines == ("甲", "看图", "", "", "", "")
    assert document.pictures == {2, 3, 4, 6}


@pytest.mark.parametrize("look", [BOLD, RED, LINE, '<w:highlight w:val="yellow"/>', '<w:shd w:fill="FFFF00"/>'])
def test_what_stands_out_is_marked_by_line_and_place(look: str) -> None:
    document = read(p("1.谁主持开标？") + p("A.", r("招标人", look)) + p(r("B.投标人")))
    assert document.marks == {2: ((2, 5),)}


def test_a_wholly_coloured_option_stands_out_from_the_document() -> None:
    document = read(p("1.谁主持开标？") + p(r("A.招标人", RED)) + p(r("B.投标人")))
    assert document.marks == {2: ((0, 5),)}


def test_marks_count_in_their_own_line_after_a_number_and_a_soft_break() -> None:
    body = p(r("甲乙"), "<w:r><w:br/></w:r>", r("丙"), r("丁", BOLD), r("戊", BOLD)) + p("正文正文正文")
    assert read(body).marks == {2: ((1, 3),)}


def test_nothing_stands_out_where_all_looks_alike() -> None:
    assert not read(p(r("甲乙丙", BOLD)) + p(r("丁戊己", BOLD))).marks


@pytest.mark.parametrize(
    "look", ['<w:b w:val="0"/>', '<w:u w:val="none"/>', '<w:color w:val="auto"/>', '<w:color w:val="333333"/>']
)
def test_no_mark_is_no_mark(look: str) -> None:
    assert not read(p("正文正文") + p("A.", r("甲", look))).marks


def test_a_style_marks_too() -> None:
    styles = (
        '<w:style w:type="character" w:styleId="base"><w:rPr><w:b/></w:rPr></w:style>'
        '<w:style w:type="character" w:styleId="strong"><w:basedOn w:val="base"/></w:style>'
    )
    assert read(p("正文正文", r("强", '<w:rStyle w:val="strong"/>')), styles=styles).marks == {1: ((4, 5),)}


def test_underlined_spaces_are_a_blank() -> None:
    assert lines(p("在", r("  ", LINE), r("    ", LINE), "日内")) == ["在____日内"]
    assert lines(p("在", f"<w:r><w:rPr>{LINE}</w:rPr><w:tab/><w:tab/></w:r>", "日内")) == ["在____日内"]


def test_an_underlined_word_is_no_blank_and_brackets_need_none() -> None:
    assert lines(p("在", r("  三 ", LINE), "日内")) == ["在  三 日内"]
    assert lines(p("应当（", r("    ", LINE), "）。")) == ["应当（    ）。"]


def test_a_strict_document_reads_the_same() -> None:
    strict = NAMES
    for family in ("wordprocessingml", "officeDocument", "drawingml"):
        strict = strict.replace(
            f"http://schemas.openxmlformats.org/{family}/2006/main", f"http://purl.oclc.org/ooxml/{family}/main"
        ).replace(f"http://schemas.openxmlformats.org/{family}/2006/", f"http://purl.oclc.org/ooxml/{family}/")
    assert "purl" in strict
    numbering = (
        '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:lvlText w:val="%1."/></w:lvl>'
        '</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    )
    body = p("甲", PICTURE, properties='<w:numPr><w:numId w:val="1"/></w:numPr>')
    document = read(body, names=strict, numbering=numbering)
    assert document.lines == ("1.\t甲",)
    assert document.pictures == {1}


def test_an_address_in_the_text_stays_as_it_is() -> None:
    assert lines(p("见 http://purl.oclc.org/ooxml/wordprocessingml/main")) == [
        "见 http://purl.oclc.org/ooxml/wordprocessingml/main"
    ]
