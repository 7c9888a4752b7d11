"""Ranges of addresses a test may be sat from, as network people write them: ``10.20.0.0/16``, ``2001:db8::/32``."""

import unicodedata
from collections.abc import Iterable, Sequence
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from quizapp.domain.problem import N_, Problem

Network = IPv4Network | IPv6Network
MAPPED_BITS = 96
"""How much of an IPv6 address says that it stands for an IPv4 one."""


def network_lines(text: str) -> tuple[str, ...]:
    """The lines of a text field, without those that are blank."""
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def read_network(line: str) -> Network:
    """The range a line names; a single address is a range of one. Raises ValueError.

    Full-width figures are read as plain ones, 192.168.1.7/24 as the network that this address lies in, and
    ::ffff:10.0.0.0/104 as the 10.0.0.0/8 it stands for: callers are compared as IPv4.
    """
    network = ip_network(unicodedata.normalize("NFKC", line).strip(), strict=False)
    mapped = network.network_address.ipv4_mapped if isinstance(network, IPv6Network) else None
    if mapped is None or network.prefixlen < MAPPED_BITS:
        return network
    return IPv4Network((mapped, network.prefixlen - MAPPED_BITS))


def network_problems(lines: Iterable[str], path: str) -> list[Problem]:
    """One problem for each line that names no range."""
    problems = []
    for line in lines:
        try:
            read_network(line)
        except ValueError:
            msgid = N_("'%(line)s' is no range of addresses. Write one on each line, for example 10.20.0.0/16.")
            problems.append(Problem(msgid, {"line": line[:60]}, path=path))
    return problems


def lies_within(address: str, networks: Sequence[str]) -> bool:
    """Whether an address lies in one of the ranges; what is no address lies in none.

    A server that listens on IPv6 sees IPv4 callers as ``::ffff:10.20.0.1``, which is 10.20.0.1.
    """
    try:
        caller = ip_address(address.split("%")[0])  # fe80::1%eth0: the interface is no part of the address
    except ValueError:
        return False
    if isinstance(caller, IPv6Address) and caller.ipv4_mapped is not None:
        caller = caller.ipv4_mapped
    return any(caller in read_network(line) for line in networks)
