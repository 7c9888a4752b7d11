"""How long large files take to import, as the server does it: ``python benchmarks/import_files.py``.

A Word file and a text of 2,000 questions, and a workbook of 20,000 rows. The seconds are those of the caller, with
the start of the child and the way of the answer; the memory is the most that a child has had at one time.
"""

import io
import resource
import time
from collections.abc import Callable

import docx
import xlsxwriter

from quizapp.importers import sandbox

QUESTIONS = 2_000
ROWS = 20_000


def lines(count: int) -> list[str]:
    """A paper of that many questions, each with its rationale."""
    made = ["一、单项选择题"]
    for number in range(1, count + 1):
        made += [
            f"{number}、第{number}号工程的质量保修书应当由（　）在竣工验收时出具，并写明保修的范围、期限和责任。",
            "A.建设单位",
            "B.施工总承包单位",
            f"C.{number}号监理单位",
            "D.住房城乡建设主管部门",
            f"答案：{'ABCD'[number % 4]}",
            f"解析：见建设工程质量管理条例第{number % 80 + 1}条，保修书由承包单位出具。",
        ]
    return made


def text_file() -> bytes:
    """The paper as text."""
    return "\n".join(lines(QUESTIONS)).encode()


def word_file() -> bytes:
    """The paper as a Word file, a paragraph a line."""
    document = docx.Document()
    for line in lines(QUESTIONS):
        document.add_paragraph(line)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def workbook() -> bytes:
    """A row for each question."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet("题目")
        sheet.write_row(0, 0, ("题号", "题型", "题干", "选项A", "选项B", "选项C", "选项D", "答案", "解析"))
        for row in range(1, ROWS + 1):
            stem = f"第{row}号工程的质量保修书应当由（　）出具。"
            options = ("建设单位", "施工总承包单位", f"{row}号监理单位", "住房城乡建设主管部门")
            sheet.write_row(row, 0, (row, "单选题", stem, *options, "ABCD"[row % 4], "保修书由承包单位出具。"))
    return file.getvalue()


def measure(name: str, make: Callable[[], bytes]) -> None:
    """Import a file and print what it took."""
    data = make()
    start, before = time.perf_counter(), _processor()
    reading = sandbox.read_file(name, data)
    seconds, worked = time.perf_counter() - start, _processor() - before
    ready = sum(item.is_ready for item in reading.items)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    size = f"{len(data) / 1024 / 1024:.1f} MB"
    took = f"{seconds:6.2f} s ({worked:.2f} s of a processor)"
    print(f"{name:14} {size:>8}  {len(reading.items):6} items, {ready:6} ready  {took}  {peak:4} MB so far")


def _processor() -> float:
    """Seconds of processor time, of this process and of the children it has ended."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def main() -> None:
    """Measure each, the smallest first: the peak of memory is that of every child until then."""
    measure("questions.txt", text_file)
    measure("questions.docx", word_file)
    measure("rows.xlsx", workbook)


if __name__ == "__main__":
    main()
