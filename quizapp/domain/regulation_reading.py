"""Articles as a person hands them in: the text of a regulation, or a table copied out of a spreadsheet."""

import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from quizapp.domain.articles import NUMERAL, article_name, article_number
from quizapp.domain.problem import N_, Problem
from quizapp.domain.regulation_compare import matched
from quizapp.domain.regulations import Article

HEADINGS = {
    "number": ("条号", "新条号", "编号", "序号", "number"),
    "formerly": ("原条号", "旧条号", "原编号", "旧编号", "上一版条号", "formerly"),
    "changed": ("是否修改", "是否改动", "有无改动", "状态", "changed"),
    "gist": ("提要", "内容提要", "内容", "措施", "防控措施", "职责", "责任内容", "gist"),
    "posts": ("岗位", "责任岗位", "涉及岗位", "适用岗位", "posts"),
}
"""The columns of a table, and what people call them."""
NO = frozenset({"", "否", "无", "未改", "不变", "未变", "没有", "相同", "0", "n", "no", "same"})
START = re.compile(rf"^\s*(?:\*\*)?(第\s*{NUMERAL}\s*条(?:\s*之\s*{NUMERAL})?)(?:\*\*)?(?:[\s　:：]|$)")
GLUED = re.compile(rf"^\s*(第\s*{NUMERAL}\s*条)(?![规所的中款项第至到之和与或及、，,；;。])")
"""Word's own numbering may set no space behind the number; a line that goes on with these words names an article."""
SHEET = re.compile(r"^【工作表】")
"""How `quizapp.importers.workbook` marks where a sheet begins."""
HEADING = re.compile(rf"^\s*(?:#|第\s*{NUMERAL}\s*[编章节]\s|附\s*则\s*$)")
HEADING_WITHIN = 10
"""A table has at most so many rows of titles and notes above its headings."""
LONGEST_GIST = 500
LONGEST_NUMBER = 64
MOST_ARTICLES = 1500
"""The Civil Code has 1 260; beyond this two editions cannot be compared while a person waits."""
MOST_SIGNS = 500_000
"""The Civil Code has 106 000; what is compared must end while a person waits."""


@dataclass(frozen=True)
class Handed:
    """What was read, what stands in the way of using it, and the rows of a table that are no entries."""

    articles: tuple[Article, ...]
    problems: tuple[Problem, ...] = ()
    left_out: tuple[str, ...] = ()


def read_articles(text: str, former: Sequence[Article] = ()) -> Handed:
    """The articles of an edition, each tied to the one it continues among those of the edition before.

    A table without a column for former numbers keeps its numbers: an entry changed if its gist did.
    """
    rows = _rows(text)
    if any(map(_is_heading, rows)):
        entries, left_out = _of_table(rows, former)
        return replace(_judged(tuple(entries)), left_out=tuple(left_out))
    articles = tuple(_of_text(text))
    judged = _judged(articles)
    if not former or judged.problems:
        return judged
    if not any(article.text for article in former):
        msgid = N_(
            "Of the edition before only the numbers are kept, not the text, so that the two cannot be compared. "
            "Please paste the text of that edition too, or a table that says which article is which."
        )
        return Handed(articles, (Problem(msgid),))
    return _judged(matched(former, articles))


def _rows(text: str) -> list[list[str]]:
    """The cells of each line: separated by tabs, or by commas where the headings are."""
    lines = text.splitlines()
    if any(len(_columns(line.split(","))) > 1 for line in lines[:HEADING_WITHIN]):
        with suppress(csv.Error):  # a cell of endless length: not a table then
            return list(csv.reader(lines))
    return [line.split("\t") for line in lines]


def _of_text(text: str) -> Iterator[Article]:
    number, lines = "", list[str]()
    for line in text.splitlines():
        start = START.match(line) or _glued(line, number)
        if start or HEADING.match(line):
            if number:
                yield Article(number, text="\n".join(lines).strip())
            number, lines = (article_number(start[1]), [line[start.end() :]]) if start else ("", [])
        elif number:
            lines.append(line)
    if number:
        yield Article(number, text="\n".join(lines).strip())


def _glued(line: str, before: str) -> re.Match[str] | None:
    """The number of an article with its text right behind it, where it is the next in turn."""
    found = GLUED.match(line)
    number, turn = article_number(found[1]) if found else "", before.partition("-")[0]
    return found if number == str(int(turn or 0) + 1) else None


def _is_heading(row: Sequence[str]) -> bool:
    found = _columns(row)
    return len(found) > 1 or "number" in found


def _columns(row: Sequence[str]) -> dict[str, int]:
    """Which column holds what, for a row of headings; empty for any other row."""
    plain = [re.sub(r"[\s（()）:：]", "", cell).lower() for cell in row]
    return {name: plain.index(word) for name, words in HEADINGS.items() for word in words if word in plain}


def _of_table(rows: Sequence[list[str]], former: Sequence[Article]) -> tuple[list[Article], list[str]]:
    """The entries below the headings of each sheet, and the rows that are none: titles, groups, notes."""
    before = {article.number: article for article in former}
    entries, left_out = list[Article](), list[str]()
    columns: dict[str, int] = {}
    for row in rows:
        said = " ".join(cell.strip() for cell in row if cell.strip())
        if not said or SHEET.match(said):
            continue
        if _is_heading(row):
            columns = _columns(row)
            continue
        cells = {name: row[place].strip() for name, place in columns.items() if place < len(row)}
        number = cells.get("number", "")
        if not number or (number == said and not re.fullmatch(r"[\d-]+", article_number(number))):
            left_out.append(said)
            continue
        posts = tuple(post for post in re.split(r"[、,，;；/\s]+", cells.get("posts", "")) if post)
        article = Article(article_number(number), gist=cells.get("gist", "")[:LONGEST_GIST], posts=posts)
        entries.append(_continued(article, cells, before))
    return entries, left_out


def _continued(article: Article, cells: dict[str, str], before: dict[str, Article]) -> Article:
    if "formerly" in cells:
        stated = cells["formerly"].strip("—–-/ 无")
        changed = cells.get("changed", "").lower() not in NO
        formerly = article_number(stated) if stated else None
        return replace(article, formerly=formerly, changed=changed and formerly is not None)
    old = before.get(article.number)
    if old is None:
        return article
    return replace(article, formerly=old.number, changed=old.gist != article.gist)


def _judged(articles: tuple[Article, ...]) -> Handed:
    if not articles:
        msgid = N_(
            "No article was found. Each must begin a line with its number (%(first)s), or stand in a row of a table "
            "whose heading names the column %(columns)s."
        )
        named = {"first": article_name("1"), "columns": " / ".join(HEADINGS["number"][:3])}
        return Handed((), (Problem(msgid, named),))
    if len(articles) > MOST_ARTICLES:
        msgid = N_("There are %(count)s articles; the limit is %(limit)s. Please register the parts one by one.")
        return Handed((), (Problem(msgid, {"count": len(articles), "limit": MOST_ARTICLES}),))
    if sum(len(article.text) for article in articles) > MOST_SIGNS:
        msgid = N_("The articles have more than %(limit)s signs. Please register the parts one by one.")
        return Handed((), (Problem(msgid, {"limit": MOST_SIGNS}),))
    numbers = [article.number for article in articles]
    twice = [number for number, count in Counter(numbers).items() if count > 1]
    problems = [
        Problem(N_("%(article)s stands there more than once. Please remove one."), {"article": article_name(number)})
        for number in twice
    ]
    if any(len(number) > LONGEST_NUMBER for number in numbers):
        problems.append(Problem(N_("A number is too long; the limit is %(limit)s signs."), {"limit": LONGEST_NUMBER}))
    return Handed(articles, tuple(problems))
