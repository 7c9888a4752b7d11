"""A formula of Word (OMML) as one line of text: read one after another, its numbers would mean something else."""

from lxml.etree import _Element

from quizapp.importers.word_parts import MATH, content

_PARTS = {
    "f": (("num", ""), ("den", "/")),
    "sSup": (("e", ""), ("sup", "^")),
    "sSub": (("e", ""), ("sub", "_")),
    "sSubSup": (("e", ""), ("sub", "_"), ("sup", "^")),
    "rad": (("deg", ""), ("e", "√")),
}
"""By structure: its parts in reading order, each with the sign before it."""


def formula_text(element: _Element) -> str:
    """The formula in one line: ``1/2``, ``x^2``, ``√(a+b)``."""
    if element.tag == MATH + "t":
        return element.text or ""
    name = element.tag.removeprefix(MATH)
    if name not in _PARTS:
        inside = "".join(formula_text(child) for child in content(element))
        return f"({inside})" if name == "d" else inside
    text = ""
    for part, sign in _PARTS[name]:
        child = element.find(MATH + part)
        inside = "" if child is None else formula_text(child)
        if inside:
            text += sign + (f"({inside})" if len(inside) > 1 and not inside.isalnum() else inside)
    return text
