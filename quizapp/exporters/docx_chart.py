"""A bar chart for a Word file, drawn by whoever opens it: no picture, and no font that the server would need.

DrawingML (ECMA-376 part 1, 21.2) with the numbers in the chart itself and no workbook behind it, so that nothing in the
file can be edited apart from the text it belongs to. One colour and a number at every bar: it reads in grey.
"""

from dataclasses import dataclass
from xml.sax.saxutils import escape

from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part

from quizapp.exporters.docx import plain

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
NAMESPACE = "http://schemas.openxmlformats.org/drawingml/2006"
EMU_IN_MM = 36000
INK, BAR, LINE = "1F1D1A", "7A2E2A", "A8A296"
FONT = "宋体"
LONGEST_NAME = 22
_NO_FRAME = "<c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>"


@dataclass(frozen=True)
class Chart:
    """Bars with a name and a value each. ``alt`` says in a sentence or two what can be seen (for a screen reader).

    ``across``: lying bars, the first on top, for long names; otherwise standing columns. ``number_format`` as Excel
    has it; ``most`` is the end of the scale, None: as the largest value needs it.
    """

    title: str
    alt: str
    names: tuple[str, ...]
    values: tuple[float, ...]
    number_format: str = "0"
    across: bool = True
    most: float | None = None

    @property
    def height_mm(self) -> int:
        """So high that names do not meet."""
        return 22 + max(3, len(self.names)) * 7 if self.across else 68


def add_chart(document: Document, chart: Chart, number: int) -> str:
    """Put it into the package as that ``number``, and give the drawing that shows it, as XML."""
    package = document.part.package
    name = PackURI(f"/word/charts/chart{number}.xml")
    part = Part(name, MEDIA_TYPE, chart_xml(chart).encode(), package)
    relation = document.part.relate_to(part, RELATIONSHIP_TYPE.CHART)
    width, height = 150 * EMU_IN_MM, chart.height_mm * EMU_IN_MM
    return (
        f'<w:drawing xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
        f'xmlns:wp="{NAMESPACE}/wordprocessingDrawing" xmlns:a="{NAMESPACE}/main" xmlns:c="{NAMESPACE}/chart" '
        f'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
        f'<wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{width}" cy="{height}"/>'
        f'<wp:docPr id="{number}" name={_quoted(chart.title)} descr={_quoted(chart.alt)}/><wp:cNvGraphicFramePr/>'
        f'<a:graphic><a:graphicData uri="{NAMESPACE}/chart"><c:chart r:id="{relation}"/></a:graphicData></a:graphic>'
        f"</wp:inline></w:drawing>"
    )


def chart_xml(chart: Chart) -> str:
    """The chart's own part."""
    names = "".join(f'<c:pt idx="{n}"><c:v>{_safe(_short(name))}</c:v></c:pt>' for n, name in enumerate(chart.names))
    values = "".join(f'<c:pt idx="{n}"><c:v>{value!r}</c:v></c:pt>' for n, value in enumerate(chart.values))
    count = f'<c:ptCount val="{len(chart.names)}"/>'
    code = f"<c:formatCode>{_safe(chart.number_format)}</c:formatCode>"
    most = "" if chart.most is None else f'<c:max val="{chart.most!r}"/>'
    bars, scale = ("l", "b") if chart.across else ("b", "l")
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        f'<c:chartSpace xmlns:c="{NAMESPACE}/chart" xmlns:a="{NAMESPACE}/main">'
        '<c:roundedCorners val="0"/><c:chart><c:autoTitleDeleted val="1"/><c:plotArea><c:layout/>'
        f'<c:barChart><c:barDir val="{"bar" if chart.across else "col"}"/><c:grouping val="clustered"/>'
        f'<c:varyColors val="0"/><c:ser><c:idx val="0"/><c:order val="0"/>{_fill(BAR)}<c:invertIfNegative val="0"/>'
        f'<c:dLbls><c:numFmt formatCode={_quoted(chart.number_format)} sourceLinked="0"/><c:spPr><a:noFill/></c:spPr>'
        f'{_text()}<c:dLblPos val="outEnd"/><c:showLegendKey val="0"/><c:showVal val="1"/><c:showCatName val="0"/>'
        '<c:showSerName val="0"/><c:showPercent val="0"/><c:showBubbleSize val="0"/></c:dLbls>'
        f"<c:cat><c:strLit>{count}{names}</c:strLit></c:cat><c:val><c:numLit>{code}{count}{values}</c:numLit></c:val>"
        '</c:ser><c:gapWidth val="60"/><c:axId val="1"/><c:axId val="2"/></c:barChart>'
        f'<c:catAx><c:axId val="1"/><c:scaling><c:orientation val="{"maxMin" if chart.across else "minMax"}"/>'
        f'</c:scaling><c:delete val="0"/><c:axPos val="{bars}"/><c:majorTickMark val="none"/>'
        f'<c:minorTickMark val="none"/><c:tickLblPos val="low"/>{_line()}{_text()}<c:crossAx val="2"/>'
        '<c:crosses val="autoZero"/></c:catAx>'
        f'<c:valAx><c:axId val="2"/><c:scaling><c:orientation val="minMax"/>{most}<c:min val="0"/></c:scaling>'
        f'<c:delete val="1"/><c:axPos val="{scale}"/><c:numFmt formatCode={_quoted(chart.number_format)} '
        'sourceLinked="0"/><c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="none"/>'
        '<c:crossAx val="1"/><c:crosses val="autoZero"/></c:valAx>'
        f'</c:plotArea><c:plotVisOnly val="1"/></c:chart>{_NO_FRAME}{_text()}</c:chartSpace>'
    )


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"


def _safe(text: str) -> str:
    return escape(plain(text))


def _quoted(text: str) -> str:
    return '"{}"'.format(escape(plain(text), {'"': "&quot;"}))


def _fill(colour: str) -> str:
    return f'<c:spPr><a:solidFill><a:srgbClr val="{colour}"/></a:solidFill></c:spPr>'


def _line() -> str:
    return f'<c:spPr><a:ln w="6350"><a:solidFill><a:srgbClr val="{LINE}"/></a:solidFill></a:ln></c:spPr>'


def _text() -> str:
    return (
        f'<c:txPr><a:bodyPr/><a:p><a:pPr><a:defRPr sz="1050"><a:solidFill><a:srgbClr val="{INK}"/></a:solidFill>'
        f'<a:latin typeface="Times New Roman"/><a:ea typeface="{FONT}"/></a:defRPr></a:pPr>'
        '<a:endParaRPr lang="zh-CN"/></a:p></c:txPr>'
    )
