"""Fields of a Word text: their codes are instructions, not text; their results are what a person sees."""

import re
from dataclasses import dataclass, field

_ENCLOSED = re.compile(r"\\o\\ac\([○◯〇□△]\s*[,;，；]\s*(?:\\s\\\w+\d*\()?(\w{1,2})\)*", re.IGNORECASE)
_FRACTION = re.compile(r"\\f\(([^,;()]*)[,;]([^,;()]*)\)", re.IGNORECASE)
_ANY_SWITCH = re.compile(r"\\[a-z]+\d*", re.IGNORECASE)


@dataclass
class _Field:
    code: str = ""
    in_result: bool = False


@dataclass
class Fields:
    """Where in nested fields the reading stands: a code is collected, a result is text."""

    _open: list[_Field] = field(default_factory=list)

    @property
    def in_text(self) -> bool:
        """Whether what comes now is seen by a person."""
        return all(each.in_result for each in self._open)

    def begin(self) -> None:
        """A field begins with its code."""
        self._open.append(_Field())

    def instruct(self, code: str) -> None:
        """A piece of the code."""
        if self._open:
            self._open[-1].code += code

    def separate(self) -> None:
        """The code is over, the result begins."""
        if self._open:
            self._open[-1].in_result = True

    def end(self) -> str:
        """The field is over. Gives the text of a field that has no result but is drawn from its code (``EQ``)."""
        if not self._open:
            return ""
        done = self._open.pop()
        return "" if done.in_result or not self.in_text else _drawn(done.code)

    def end_paragraph(self) -> None:
        """A code never runs over paragraphs: a field left open in a damaged file must not swallow the rest."""
        self._open = [each for each in self._open if each.in_result]


def _drawn(code: str) -> str:
    """What Word draws for an ``EQ`` field: ① from ``eq \\o\\ac(○,1)``, 1/2 from ``eq \\f(1,2)``."""
    name, _, formula = code.strip().partition(" ")
    if name.lower() != "eq":
        return ""
    if found := _ENCLOSED.fullmatch(formula.strip()):
        sign = found.group(1)
        return chr(0x245F + int(sign)) if sign.isascii() and sign.isdigit() and 1 <= int(sign) <= 20 else f"({sign})"
    formula = _FRACTION.sub(r"\1/\2", formula)
    return _ANY_SWITCH.sub("", formula).strip().removeprefix("(").removesuffix(")")
