"""Tables in a Word file: question tables keep their columns, other tables their order."""

from tests.support.word_files import cell, level, lines, listed, lists, p, r, read, table

HEADINGS = ("题号", "题干", "选项A", "选项B", "答案")


def test_a_table_with_known_headings_keeps_its_columns() -> None:
    body = p("附件") + table(HEADINGS, ("1", "谁主持开标？", "招标人", "投标人", "A")) + p("完")
    assert lines(body) == ["附件", "\t".join(HEADINGS), "1\t谁主持开标？\t招标人\t投标人\tA", "", "完"]


def test_line_breaks_and_tabs_in_a_cell_do_not_break_the_row() -> None:
    stem = cell(p("甲", "<w:r><w:br/></w:r>", "乙") + p() + p("丙", "<w:r><w:tab/></w:r>", "丁"))
    assert lines(table(HEADINGS, ("1", stem, "子", "丑", " A ")))[1] == "1\t甲↵乙↵丙 丁\t子\t丑\tA"


def test_a_title_above_the_headings_stays_a_line() -> None:
    title = cell(p("廉政题库"), '<w:gridSpan w:val="5"/>')
    read_lines = lines(table((title,), HEADINGS, ("1", "题", "子", "丑", "B")))
    assert read_lines == ["廉政题库", "\t".join(HEADINGS), "1\t题\t子\t丑\tB", ""]


def test_merged_cells_are_told_once_and_leave_their_place() -> None:
    wide = cell("并", '<w:gridSpan w:val="2"/>')
    first, below = cell("1", '<w:vMerge w:val="restart"/>'), cell("1", "<w:vMerge/>")
    rows = (first, "题一", wide, "A"), (below, "题二", "子", "丑", "B")
    assert lines(table(HEADINGS, *rows))[1:] == ["1\t题一\t并\t\tA", "\t题二\t子\t丑\tB", ""]


def test_short_rows_are_filled_and_empty_rows_dropped() -> None:
    assert lines(table(HEADINGS, ("1", "题"), ("", "", "", "", "")))[1:] == ["1\t题\t\t\t", ""]


def test_a_row_that_begins_later_keeps_its_columns() -> None:
    row = "<w:tr><w:trPr><w:gridBefore w:val='2'/></w:trPr>" + "".join(map(cell, ("子", "丑", "A"))) + "</w:tr>"
    body = table(HEADINGS).replace("</w:tbl>", row + "</w:tbl>")
    assert lines(body)[1] == "\t\t子\t丑\tA"


def test_a_deleted_row_is_gone() -> None:
    row = "<w:tr><w:trPr><w:del/></w:trPr>" + "".join(map(cell, ("1", "旧"))) + "</w:tr>"
    assert lines(table(HEADINGS).replace("</w:tbl>", row + "</w:tbl>")) == ["\t".join(HEADINGS), ""]


def test_automatic_numbers_in_a_column_are_told() -> None:
    numbered = cell(listed(""))
    read_lines = lines(table(HEADINGS, *[(numbered, "题", "子", "丑", "A")] * 2), numbering=lists(level(0, "%1")))
    assert read_lines[1:3] == ["1\t题\t子\t丑\tA", "2\t题\t子\t丑\tA"]


def test_a_control_around_a_row_or_a_cell_is_opened() -> None:
    row = "<w:tr>" + cell("1") + f"<w:sdt><w:sdtContent>{cell('题')}</w:sdtContent></w:sdt></w:tr>"
    body = table(HEADINGS).replace("</w:tbl>", f"<w:sdt><w:sdtContent>{row}</w:sdtContent></w:sdt></w:tbl>")
    assert lines(body)[1] == "1\t题\t\t\t"


def test_other_tables_are_read_cell_by_cell() -> None:
    body = table((cell(p("1.招标人应当") + p("A.公开")), cell(p("2.投标人不得") + p("A.串标"))))
    assert lines(body) == ["1.招标人应当", "A.公开", "2.投标人不得", "A.串标"]


def test_short_cells_stay_on_one_line_in_their_order() -> None:
    stem = "评标委员会成员人数为多少人以上单数（　）"
    body = table(("1", stem, "C"), ("题号", "1", "2"), ("答案", "B", "AC"), ("A.三人", "B.五人"))
    assert lines(body) == [f"1\t{stem}\tC", "题号\t1\t2", "答案\tB\tAC", "A.三人\tB.五人"]


def test_a_number_alone_goes_with_the_stem_beside_it() -> None:
    long = "评标委员会成员人数为多少人以上单数（　）"
    assert lines(table(("12", cell(p(long) + p("A.三人") + p("B.五人"))))) == [f"12\t{long}", "A.三人", "B.五人"]


def test_long_cells_side_by_side_are_lines() -> None:
    left, right = "招标人应当公开开标并邀请所有投标人参加。", "投标人不得相互串通投标报价排挤其他投标人。"
    assert lines(table((left, right))) == [left, right]


def test_a_table_in_a_cell_is_read_in_its_place() -> None:
    inner = table(("A.三人以上的单数并且另有规定", "B.五人以上的单数并且另有规定"))
    read_lines = lines(table((cell(p("1.人数为") + inner + p("答案：B")),)))
    assert read_lines == ["1.人数为", "A.三人以上的单数并且另有规定", "B.五人以上的单数并且另有规定", "答案：B"]


def test_marks_follow_their_text_into_the_row() -> None:
    body = p("正文" * 20) + table(("1", cell(p("A.", r("公开", "<w:b/>"))), "B.保密"))
    document = read(body)
    assert document.lines[1] == "1\tA.公开\tB.保密"
    assert document.marks == {2: ((4, 6),)}


def test_made_up_spans_cost_nothing() -> None:
    wide = cell("题", '<w:gridSpan w:val="999999999"/>')
    assert len(lines(table(HEADINGS, (wide,)))[1]) < 500
