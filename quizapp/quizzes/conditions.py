"""Under which conditions a test is sat: the pledge, the access code, the networks. Also asked at its door."""

import hmac
import unicodedata
from collections.abc import Iterator, Sequence

from quizapp.domain.networks import network_problems, read_network
from quizapp.domain.problem import N_, Problem

LONGEST_PLEDGE = 2000
SHORTEST_CODE, LONGEST_CODE = 4, 40
MOST_NETWORKS = 200

USUAL_PLEDGE = "我承诺：独立作答，不请人代答、不代他人作答，不抄录、不外传试题，如实反映自己的学习情况。"
"""A pledge to begin with. It stands on the paper of a Chinese test, so it does not follow the language of the page."""


def normal_code(code: str) -> str:
    """One spelling for what sounds the same: full-width characters are usual ones, and blanks do not count."""
    return "".join(unicodedata.normalize("NFKC", code).split())


def is_code(given: str, code: str) -> bool:
    """Whether somebody gave the access code. Large or small letters and blanks do not matter: it was heard, not read.

    Takes the same time wherever the two differ.
    """
    heard, wanted = (unicodedata.normalize("NFC", normal_code(each).casefold()) for each in (given, code))
    return hmac.compare_digest(heard.encode(), wanted.encode())


def normal_networks(lines: Sequence[str]) -> list[str]:
    """Ranges as they are kept, each once. Raises ValueError for what `condition_problems` complains of."""
    return list(dict.fromkeys(str(read_network(line)) for line in lines))


def condition_problems(pledge: str, access_code: str, networks: Sequence[str]) -> Iterator[Problem]:
    """Everything that keeps these conditions from being published; paths are the names of the plan's fields."""
    if len(pledge) > LONGEST_PLEDGE:
        yield Problem(N_("The pledge is too long; the limit is %(limit)s characters."), {"limit": LONGEST_PLEDGE},
                      path="pledge")  # fmt: skip
    code = normal_code(access_code)
    if code and not (SHORTEST_CODE <= len(code) <= LONGEST_CODE and all(_is_visible(each) for each in code)):
        msgid = N_("The access code needs %(least)s to %(most)s characters that can be read out.")
        yield Problem(msgid, {"least": SHORTEST_CODE, "most": LONGEST_CODE}, path="access_code")
    if len(networks) > MOST_NETWORKS:
        yield Problem(N_("At most %(limit)s networks can be named."), {"limit": MOST_NETWORKS}, path="networks")
    yield from network_problems(networks[:MOST_NETWORKS], "networks")


def _is_visible(character: str) -> bool:
    return character.isprintable() and not character.isspace()
