"""What an official paper consists of, from the title to the last annex; `official_docx` writes it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from quizapp.exporters.docx_chart import Chart


@dataclass(frozen=True)
class Title:
    """标题."""

    text: str


@dataclass(frozen=True)
class Addressee:
    """主送: to whom it goes, on the left edge."""

    text: str


@dataclass(frozen=True)
class Heading:
    """``level`` 1 is 一、, 2 is （一）; the number stands in the text."""

    text: str
    level: int = 1


@dataclass(frozen=True)
class Body:
    """A paragraph, indented by two characters. ``last``: it stays on the page of what follows, the signature."""

    text: str
    last: bool = False


@dataclass(frozen=True)
class Note:
    """A line below a table, small."""

    text: str


@dataclass(frozen=True)
class Attachments:
    """附件说明: the names of what is attached, after the text."""

    titles: tuple[str, ...]


@dataclass(frozen=True)
class Signature:
    """署名 and 成文日期."""

    signer: str
    date: str


@dataclass(frozen=True)
class AnnexHead:
    """A new page with its mark (附件1) and its title."""

    mark: str
    title: str


@dataclass(frozen=True)
class Table:
    """Cells as text under ``heads``. ``widths`` in millimetres, 156 in all; ``strong`` rows are sums.

    ``left`` columns hold names, the others figures in the middle.
    """

    heads: tuple[str, ...]
    rows: Sequence[Sequence[str]]
    widths: tuple[float, ...]
    left: frozenset[int] = frozenset({0})
    strong: frozenset[int] = field(default_factory=frozenset)


Block = Title | Addressee | Heading | Body | Note | Attachments | Signature | AnnexHead | Table | Chart
