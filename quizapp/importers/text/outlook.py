"""What stands further on: whether a text asks something, and which labels follow, up to the next number."""

import re
from collections import Counter
from collections.abc import Sequence

from quizapp.importers.notation import KEY_WORDS
from quizapp.importers.text.headings import section_at
from quizapp.importers.text.lines import Line
from quizapp.importers.text.tokens import number_at

_ASKS = re.compile(
    r"\(\s*\)|\[\s*\]|_{2,}|\{_\}|(?<![A-Za-z])A\s?[.、:)]|^\s*A\s|[(\[]\s*A\s*[)\]]|\[选项\]|\[?答\s*案\]?\s*:"
    rf"|\[\s*(?:{KEY_WORDS})\s*\]"
    r"|\(\s*[√×]\s*\)|\(\s*[A-Z](?:[\s、,]*[A-Z]){0,7}\s*\)|\(\s*(?:正确|错误|对|错|是|否)\s*\)|\?|ans:|^答\s?:|\[[^\]]{0,10}题\]|\((?:单选|多选|判断|填空|简答|不定项|单项|多项)[^()]{0,4}\)"
)
_FIRST_LABEL = re.compile(
    r"(?<![A-Za-z、,和或])[(\[]?([A-Z])\s?[.、:)\]]|^\s*([A-Z])(?=[\s\u4e00-\u9fff])|(?<=\s)([A-Z])(?=\s)"
)
_KEY = re.compile(r"\s*(?:\[?(?:参考|正确)?答|[A-Z][A-Z、,;/ ]*(?:$|[\s\[])|[√×]|[对错](?:$|\s)|正确|错误)")
_FIRST = re.compile(r"\s*(?:选项\s?)?[(\[]?A\s?[.、:)\]]")
_FAR = 14
_WIDE = 3000


class Outlook:
    """Looks ahead in the lines of a document. Every look is at most some lines far, so that all stay linear."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self._lines = lines
        self._asks = [bool(_ASKS.search(line.folded)) for line in lines]
        self._numbers = [number_at(line.folded) for line in lines]
        self._headings = [section_at(line.folded, line.number) is not None for line in lines]
        styles = Counter(
            token.style[:5]
            for index, token in enumerate(self._numbers)
            if token and token.style != "plain " and self.asks(index, token.end) and not self._is_key(index, token.end)
        )
        self.has_plain = 0 < styles["plain"] >= styles["paren"]
        self.has_numbers = sum(styles.values()) > 0

    def _is_key(self, index: int, column: int) -> bool:
        return bool(_KEY.match(self._lines[index].folded, column))

    def _until_number(self, index: int) -> range:
        last = index + 1
        seen = 0
        while last < len(self._lines) and seen < _FAR:
            token = self._numbers[last]
            if self._headings[last] or (token and token.style != "plain "):
                break
            seen += not self._lines[last].is_empty
            last += 1
        return range(index + 1, last)

    def asks(self, index: int, column: int) -> bool:
        """Whether the text from here to the next numbered line has a blank, options, a key or a question mark."""
        if _ASKS.search(self._lines[index].folded, column, column + _WIDE):
            return True
        return any(self._asks[place] for place in self._until_number(index))

    def first_label(self, index: int, column: int) -> str:
        """The first letter after here that may be an option's label."""
        for text in self._texts(index, column):
            if found := _FIRST_LABEL.search(text):
                return found[1] or found[2] or found[3]
        return ""

    def label_follows(self, index: int, column: int, letter: str) -> bool:
        """Whether a label of that letter follows, before the next number."""
        pattern = re.compile(
            rf"(?<![A-Za-z、,和或]){letter}\s?[.、:)]|[(\[]\s?{letter}\s?[)\]]|^\s*(?:选项)?{letter}(?=[^A-Za-z])|(?<=\s){letter}(?=[\s\u4e00-\u9fff])"
        )
        return any(pattern.search(text) for text in self._texts(index, column))

    def framed_follows(self, index: int, column: int, letter: str) -> bool:
        """Whether a label such as (B) follows, before the next number."""
        pattern = re.compile(rf"[(\[]\s?{letter}\s?[)\]]")
        return any(pattern.search(text) for text in self._texts(index, column))

    def starts_line(self, index: int, letter: str) -> bool:
        """Whether a later line, before the next number, begins with that label."""
        pattern = re.compile(rf"\s*(?:选项\s?)?[(\[]?{letter}\s?[.、:)\]]")
        for place in self._until_number(index):
            if pattern.match(self._lines[place].folded):
                return True
            if letter != "A" and _FIRST.match(self._lines[place].folded):
                return False  # the options of another question
        return False

    def number_starts_line(self, index: int, number: int) -> bool:
        """Whether one of the next lines begins with that number."""
        for place in range(index + 1, min(index + _FAR, len(self._lines))):
            token = self._numbers[place]
            if self._headings[place]:
                return False
            if token and token.value == str(number) and token.style != "plain ":
                return True
        return False

    def line_before(self, index: int) -> Line | None:
        """The line before that is not empty."""
        return next((line for line in reversed(self._lines[max(0, index - 39) : index]) if not line.is_empty), None)

    def next_line(self, index: int) -> Line | None:
        """The next line that is not empty."""
        return next((line for line in self._lines[index + 1 : index + 40] if not line.is_empty), None)

    def _texts(self, index: int, column: int) -> list[str]:
        here = self._lines[index].folded[column : column + _WIDE]
        return [
            "。" + here if column else here,
            *(self._lines[place].folded[:_WIDE] for place in self._until_number(index)),
        ]
