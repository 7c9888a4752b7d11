"""Archives and XML are opened only within limits, and a refusal names the limit."""

import io
import zipfile
import zlib

import pytest

from quizapp.importers import archive
from quizapp.importers.archive import part_names, safe_children, safe_parts, safe_xml
from quizapp.importers.reading import Refused


def zipped(**parts: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return file.getvalue()


def every(_name: str) -> bool:
    return True


def refusal(data: bytes) -> str:
    with pytest.raises(Refused) as refused:
        safe_parts(data, every)
    return str(refused.value)


def test_reads_the_parts_that_are_wanted_and_no_others() -> None:
    data = zipped(first="甲".encode(), second=b"two")
    assert safe_parts(data, lambda name: name == "first") == {"first": "甲".encode()}
    assert part_names(data) == ("first", "second")


def test_what_unpacks_to_too_much_is_refused_by_what_comes_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MOST_INFLATED", 1024 * 1024)
    assert "more than 1 MB" in refusal(zipped(a=b"x" * 700_000, b=b"y" * 700_000))


def test_what_is_packed_far_too_tightly_is_refused() -> None:
    assert "300 times" in refusal(zipped(bomb=bytes(8 * 1024 * 1024)))


def test_a_small_part_may_be_packed_as_tightly_as_it_likes() -> None:
    assert len(safe_parts(zipped(spaces=b" " * 1_000_000), every)["spaces"]) == 1_000_000


def test_the_size_that_the_archive_states_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    data = zipped(a=b"x" * 3_000_000)
    lie = data.replace((3_000_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    assert lie != data
    monkeypatch.setattr(archive, "MOST_INFLATED", 1024 * 1024)
    with pytest.raises(Refused):
        safe_parts(lie, every)


def test_too_many_parts_are_refused() -> None:
    assert "2000 parts" in refusal(zipped(**{f"part{number}": b"" for number in range(2_001)}))


def test_a_name_that_stands_twice_is_refused() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        made.writestr("Word/document.xml", "one")
        made.writestr("word/document.xml", "two")
    assert "damaged" in refusal(file.getvalue())


def test_a_name_that_climbs_out_of_its_folder_does_not_exist() -> None:
    data = zipped(**{"../../a": b"1", "b/../../c": b"2", "..\\d": b"3", "e..f": b"4"})
    assert part_names(data) == ("e..f",)
    assert safe_parts(data, every) == {"e..f": b"4"}


def test_an_encrypted_part_is_named_as_a_password() -> None:
    data = bytearray(zipped(a=b"text"))
    data[6] |= 1  # the flag of the local header, and that of the directory
    data[data.index(b"PK\x01\x02") + 8] |= 1
    assert "password" in refusal(bytes(data))


@pytest.mark.parametrize("cut", range(0, 200, 7))
def test_a_damaged_archive_is_refused_wherever_it_ends(cut: int) -> None:
    assert "damaged" in refusal(zipped(a=zlib.compress(b"text" * 99), b=b"more")[: max(0, 200 - cut)])


def test_an_entry_packed_in_an_unknown_way_is_refused() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_BZIP2) as made:
        made.writestr("a", "text")
    assert "damaged" in refusal(file.getvalue())


def test_reads_xml_in_the_encodings_it_comes_in() -> None:
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        assert safe_xml("<题>甲</题>".encode(encoding)).text == "甲"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_a_doctype_is_refused_in_every_encoding(encoding: str) -> None:
    text = '<?xml version="1.0"?><!-- a --> <!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'
    with pytest.raises(Refused):
        safe_xml(text.encode(encoding))


def test_a_doctype_inside_a_text_is_only_text() -> None:
    assert safe_xml(b"<a><![CDATA[<!DOCTYPE html>]]></a>").text == "<!DOCTYPE html>"


@pytest.mark.parametrize("depth", [201, 250, 300, 50_000])
def test_nesting_too_deep_is_refused_by_its_limit(depth: int) -> None:
    with pytest.raises(Refused, match="more than 200 deep"):
        safe_xml(b"<a>" * depth + b"</a>" * depth)


def test_nesting_within_the_limit_is_read() -> None:
    assert safe_xml(b"<a>" * 200 + b"</a>" * 200).tag == "a"


@pytest.mark.parametrize("text", [b"", b"<a>", b"\0\0", b"plain", b"<a>&unknown;</a>", b"<a>\x01</a>"])
def test_broken_xml_is_refused_with_its_line(text: bytes) -> None:
    with pytest.raises(Refused, match="broken near line"):
        safe_xml(text)


def test_the_children_of_an_element_come_some_at_a_time_and_all_of_them() -> None:
    data = b"<r><a/><b>" + b"".join(b"<c n='%d'>%s</c>" % (number, b"x" * 90) for number in range(20_000)) + b"</b></r>"
    numbers, most = [], 0
    for children in safe_children(data, "b"):
        numbers += [int(child.get("n", "")) for child in children]
        most = max(most, len(children))
    assert numbers == list(range(20_000))
    assert most < 5_000


BROKEN = [b"<!DOCTYPE r []><r><b/></r>", b"<r><b><c></b></r>", b"<r><b><c/>", b"", b"<r><b>" + b"<c>" * 300]


@pytest.mark.parametrize("data", BROKEN)
def test_children_are_refused_as_a_whole_text_is(data: bytes) -> None:
    with pytest.raises(Refused):
        list(safe_children(data, "b"))


def test_where_the_element_is_not_there_it_has_no_children() -> None:
    assert list(safe_children(b"<r/>", "b")) == []
