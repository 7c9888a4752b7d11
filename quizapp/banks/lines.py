"""What single lines of an import are to a person: the title of the whole, or the empty place of a key."""

import re

from quizapp.importers.notation import KEY_WORDS, RATIONALE_WORDS, fold
from quizapp.importers.reading import ImportedItem, Reading
from quizapp.importers.separated import BREAK

LONGEST_TITLE_LINE = 60
_EMPTY_LABEL = re.compile(rf"[\[(]?\s*(?:{KEY_WORDS}|{RATIONALE_WORDS}|依据|答)\s*[\])]?\s*:?\s*")
_NO_TITLE = re.compile(
    r"[:。?!;_]|^[\[(#<*\d第]|^(?:说明|备注|注意|姓名|单位|答案|解析|班级|得分|日期)|https?|www\.|二维码|扫码|公众号|下载"
)
"""A name and a line to fill in, a sentence, a note in brackets, a page number, an advertisement."""
_LETTERS = re.compile(r"[^\W\d_]")
_YEAR_FIRST = re.compile(r"(?:19|20)\d\d\s*年")


def title_in(reading: Reading) -> str:
    """The title of a document: the first line above its questions that reads like one; else nothing.

    It is only proposed: a person sees it in the workbench before there is a bank.
    """
    if not reading.items:
        return ""
    first = min(item.line for item in reading.items)
    above = (each for each in reading.skipped if each.line < first)
    return next((title for each in above if (title := _as_title(reading.document.lines[each.line - 1]))), "")


def _as_title(line: str) -> str:
    """The line as a title; empty where it is none. In a table a title stands in one cell of its row."""
    cells = {cell.strip(" 　\"'") for cell in re.split(r"\t|,", line.replace(BREAK, " "))} - {""}
    if len(cells) != 1:
        return ""
    [title] = cells
    folded = fold(title).strip()
    if _NO_TITLE.search(folded) and not (_YEAR_FIRST.match(folded) and not _NO_TITLE.search(folded[4:])):
        return ""
    return title if 4 <= len(title) <= LONGEST_TITLE_LINE and len(_LETTERS.findall(title)) >= 4 else ""


def last_line_to_mend(reading: Reading, item: ImportedItem, before: int) -> int:
    """The last line that is offered with a question to be corrected: with the label of a key that nobody wrote.

    The readers take an empty ``答案：`` for no part of the question, but that is where its key is to be written.
    ``before`` is the line at which the next question begins.
    """
    last, document = item.last_line, reading.document
    for number in range(item.last_line + 1, min(before, len(document.lines) + 1)):
        folded = fold(document.lines[number - 1]).strip()
        if folded and not _EMPTY_LABEL.fullmatch(folded):
            break
        last = number if folded else last
    return last
