"""What a report's figures were computed from, in parts that can be shown apart and still belong to one whole.

Each part is JSON with a salt of its own. The *manifest* names the SHA-256 of every part, and the *fingerprint* is the
SHA-256 of the manifest. A copy for a reader who may see some branches carries these parts and the whole manifest, and
so has the fingerprint of the whole; for the salts, whoever holds it cannot try out what stands in the parts that it
lacks (selective disclosure, as SD-JWT does it, RFC 9901).
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

FORMAT = 1
SALT = "salt"
SALT_BYTES = 16
TEST, ITEMS = "test", "items"
"""The part about the test itself, which every copy carries; and that about its items, with their keys."""

Part = Mapping[str, Any]


class EvidenceError(ValueError):
    """The evidence is not what its fingerprint says; ``part`` names the one that is not, or is empty."""

    def __init__(self, part: str = "") -> None:
        super().__init__(part)
        self.part = part


def branch_part(branch_id: int, what: str = "") -> str:
    """``branch/7``: the branch and how many people; ``branch/7/names`` and ``branch/7/scores`` are more of it."""
    return f"branch/{branch_id}/{what}" if what else f"branch/{branch_id}"


def canonical(value: Any) -> str:
    """JSON in one spelling: keys sorted, no spaces, nothing but what RFC 8259 has. Numbers must be whole."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def digest(text: str) -> str:
    """SHA-256 of ``text`` in UTF-8, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class Evidence:
    """Some or all parts, and the digests of all."""

    manifest: Mapping[str, str]
    parts: Mapping[str, Part]

    @cached_property
    def fingerprint(self) -> str:
        """What is printed on every copy, however many parts it carries."""
        return digest(canonical({"format": FORMAT, "parts": dict(self.manifest)}))

    @property
    def is_whole(self) -> bool:
        """Whether no part was left out."""
        return self.parts.keys() == self.manifest.keys()

    def only(self, names: Iterable[str]) -> "Evidence":
        """The same with these parts alone; names of parts that there are not are ignored."""
        return Evidence(self.manifest, {name: self.parts[name] for name in names if name in self.parts})

    def text(self) -> str:
        """In one spelling, for `evidence_from_text`."""
        return canonical({"format": FORMAT, "manifest": dict(self.manifest), "parts": dict(self.parts)})


def seal(parts: Mapping[str, Part], salt: Callable[[], str]) -> Evidence:
    """Evidence of these parts, each with a salt that ``salt`` gives it: random, in hexadecimal, `SALT_BYTES` long."""
    salted = {name: {**part, SALT: salt()} for name, part in parts.items()}
    return Evidence({name: digest(canonical(part)) for name, part in salted.items()}, salted)


def evidence_from_text(text: str, fingerprint: str) -> Evidence:
    """Read it and hold every part to the fingerprint. Raises EvidenceError where something is not as it was sealed."""
    try:
        found = json.loads(text)
        evidence = Evidence(found["manifest"], found["parts"])
        known = found["format"] == FORMAT and isinstance(evidence.parts, dict) and TEST in evidence.parts
        printed = evidence.fingerprint
    except (ValueError, KeyError, TypeError, RecursionError):
        raise EvidenceError from None
    if not known or printed != fingerprint:
        raise EvidenceError
    for name, part in evidence.parts.items():
        if evidence.manifest.get(name) != digest(canonical(part)):
            raise EvidenceError(name)
    return evidence


def grouped(fingerprint: str) -> str:
    """The first 16 digits in groups of four, for two people to compare aloud: ``3f2a 91bc 04de 77a0``."""
    return " ".join(fingerprint[start : start + 4] for start in range(0, 16, 4))
