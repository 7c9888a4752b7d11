"""Ranges of addresses, as people write them and as servers see them."""

import pytest

from quizapp.domain.networks import lies_within, network_lines, network_problems, read_network


@pytest.mark.parametrize(
    ("line", "range_"),
    [
        ("10.20.0.0/16", "10.20.0.0/16"),
        ("10.20.3.4/16", "10.20.0.0/16"),
        ("10.20.3.4", "10.20.3.4/32"),
        (" １０.20.0.0／16 ", "10.20.0.0/16"),
        ("192.168.1.0/255.255.255.0", "192.168.1.0/24"),
        ("2001:DB8::/32", "2001:db8::/32"),
        ("::ffff:10.0.0.0/104", "10.0.0.0/8"),
        ("::ffff:10.20.3.4", "10.20.3.4/32"),
        ("::/0", "::/0"),
    ],
)
def test_a_range_is_read_as_people_write_it(line: str, range_: str) -> None:
    assert str(read_network(line)) == range_


@pytest.mark.parametrize(
    "line", ["10.20.0.0/33", "10.20.0", "10.20.0.0-10.20.0.9", "办公楼", "10.20.0.0/16, 10.21.0.0/16"]
)
def test_a_line_that_is_no_range_is_named(line: str) -> None:
    [problem] = network_problems(["10.0.0.0/8", line, "::1"], "networks")
    assert problem.path == "networks"
    assert line in problem.text()


def test_blank_lines_are_no_ranges() -> None:
    assert network_lines(" 10.0.0.0/8 \r\n\r\n  \n::1") == ("10.0.0.0/8", "::1")


RANGES = ("10.20.0.0/16", "2001:db8::/32")


@pytest.mark.parametrize("address", ["10.20.255.255", "::ffff:10.20.0.1", "2001:db8::5", "2001:db8::5%eth0"])
def test_an_address_lies_within(address: str) -> None:
    assert lies_within(address, RANGES)


@pytest.mark.parametrize("address", ["10.21.0.0", "::ffff:10.21.0.1", "2001:db9::5", "::10.20.0.1", "", "unknown"])
def test_an_address_lies_outside(address: str) -> None:
    assert not lies_within(address, RANGES)


def test_nobody_lies_within_no_range() -> None:
    assert not lies_within("10.20.0.1", ())
