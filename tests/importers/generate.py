"""Documents made from questions of which the truth is known, in every layout people use.

A layout is a `Style`; what a layout leaves open is drawn anew for each seed, so that every document is another one.
"""

import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace

from quizapp.domain.bank import ItemType
from tests.importers.truth import BLANK, LETTERS, F, J, M, Q, Question, S, questions

NUMBERS = (
    "{}、",
    "{}.",
    "{}．",
    "{}. ",
    "{})",
    "（{}）",
    "{}：",
    "{}\\",
    "第{}题 ",
    "第{}题：",
    "题{} ",
    "{}\t",
    "{} 、",
)
LABELS = (
    "{}.",
    "{}、",
    "{}．",
    "{}. ",
    "{}:",
    "{}：",
    "{})",
    "{}）",
    "（{}）",
    "({}) ",
    "{}　",
    "{}\t",
    "{}.\t",
    "{}  ",
)
MARKERS = (
    "答案：",
    "答案:",
    "正确答案：",
    "参考答案：",
    "【答案】",
    "【答案】：",
    "[答案]",
    "标准答案:",
    "答案 ",
    "答　案：",
)
WHYS = ("解析：", "【解析】", "答案解析：", "解析:", "试题解析：", "【解析】：")
JOINTS = ("", "", "", "、", ",", "，", " ", ";", "/")
TRUTHS = (("正确", "错误"), ("对", "错"), ("√", "×"), ("正确", "错误"))
HEADINGS = {
    S: ("单项选择题", "单选题", "单选"),
    M: ("多项选择题", "多选题", "多选", "不定项选择题"),
    J: ("判断题", "是非题", "正误判断题"),
    F: ("填空题",),
    Q: ("简答题", "论述题"),
}
FRAMES = (
    "{cn}、{title}",
    "{cn}、{title}（每题2分，共{sum}分）",
    "第{cn}部分 {title}（共{count}题）",
    "【{title}】",
    "{title}",
)
COUNTS = "一二三四五六七"
TAGS = ("（{}）", "【{}】", "[{}]")
TAG_WORDS = {S: ("单选", "单选题"), M: ("多选", "多选题"), J: ("判断", "判断题"), F: ("填空", "填空题"), Q: ("简答题",)}
JUNK = (
    *(
        "第 5 页 共 12 页",
        "第3页",
        "- 7 -",
        "单位：________  姓名：________  得分：________",
        "www.example.cn/tiku/81.html",
    ),
    *("扫码关注公众号，下载完整版题库", "……", "上一页 下一页 返回首页", "&nbsp;", "本文档由网友上传，如有侵权请举报"),
)
_TO_HALF = str.maketrans({**{chr(0xFEE0 + code): chr(code) for code in (*b"(),.:;?!%", *range(65, 91))}, "　": " "})
_TO_FULL = {code: 0xFEE0 + code for code in range(0x21, 0x7F) if code != ord("\\")}


APART = ("block", "block_rows", "ranges", "glued_range", "compact", "table", "file", "file_table")
"""Where keys stand that stand apart from their questions."""
Line = tuple[int, str, str]
"""The place of its question among all (-1: of none), what it is, and its text."""
Numbered = tuple[int, int, Question]
"""The place of a question among all, the number printed, and the question."""


@dataclass(frozen=True)
class Style:
    """How a document is written. ``options``: lines, pairs, row, stem_row; ``key``: line, tail, bracket, block, …"""

    types: tuple[ItemType, ...] = (S, M, J, F)
    number: str = "{}、"
    label: str = "{}."
    options: str = "lines"
    key: str = "line"
    marker: str = "答案："
    joint: str = ""
    truth: tuple[str, str] = ("正确", "错误")
    why: str = "解析："
    explained: bool = True
    sections: bool = True
    restart: bool = False
    tag: str = ""
    gaps: str = "none"
    width: str = "as_is"
    junk: bool = False
    wrap: bool = False
    flat: bool = False
    judge_options: bool = False
    tag_at_end: bool = False
    fill: tuple[str, str] = ("；", "/")
    """What stands between the blanks of a key, and between the texts accepted for one."""
    bracketed_fill: bool = False
    lower: bool = False
    wrap_all: bool = False


@dataclass
class Sample:
    """A document, the keys beside it where they have a file of their own, and what must be read."""

    layout: str
    seed: int
    style: Style
    lines: list[str] = field(default_factory=list)
    keys: list[str] | None = None
    questions: tuple[Question, ...] = ()
    roles: list[tuple[int, str]] = field(default_factory=list)
    """What each line is: the place of its question (-1: of none), and stem, A … J, options, key, why, title or gap."""
    junk: set[str] = field(default_factory=set)


def drawn(random: random.Random) -> Style:
    """A style in which everything is drawn; the layouts then fix what makes them what they are."""
    sections = random.random() < 0.7
    return Style(
        types=tuple(random.sample((S, M, J, F), random.randint(1, 4))),
        number=random.choice(NUMBERS),
        label=random.choice(LABELS),
        options=random.choice(("lines", "lines", "pairs", "row", "stem_row")),
        key=random.choice(("line", "line", "tail", "bracket", "block")),
        marker=random.choice(MARKERS),
        joint=random.choice(JOINTS),
        truth=random.choice(TRUTHS),
        why=random.choice(WHYS),
        explained=random.random() < 0.5,
        sections=sections,
        restart=sections and random.random() < 0.5,
        tag="" if sections or random.random() < 0.5 else random.choice(TAGS),
        gaps=random.choice(("none", "none", "between", "every")),
        width=random.choice(("as_is", "as_is", "half", "full")),
        junk=random.random() < 0.3,
        wrap=random.random() < 0.3,
    )


LAYOUTS: dict[str, dict[str, object]] = {
    "own_lines": {"options": "lines", "key": "line"},
    "key_in_bracket": {"key": "bracket"},
    "key_after_last_option": {"key": "tail", "options": "lines", "explained": False},
    "options_in_a_row": {"options": "row", "key": "line", "label": "{}."},
    "two_options_a_line": {"options": "pairs", "key": "line"},
    "options_after_stem": {"options": "stem_row", "key": "line", "label": "{}、"},
    "keys_at_end": {"key": "block", "sections": True},
    "keys_at_end_in_rows": {"key": "block_rows", "explained": False, "types": (S, M, J), "joint": ""},
    "keys_in_ranges": {"key": "ranges", "explained": False, "restart": False, "types": (S, M, J), "joint": ""},
    "key_table": {"key": "table", "explained": False, "restart": False, "types": (S, M, J), "joint": "", "tag": ""},
    "second_file": {"key": "file", "restart": False, "joint": ""},
    "second_file_table": {"key": "file_table", "explained": False, "restart": False, "types": (S, M, J), "joint": ""},
    "tags": {"sections": False, "restart": False, "tag": "（{}）", "types": (S, M, J, F, Q), "key": "line"},
    "judged_in_bracket": {"types": (J,), "key": "bracket", "options": "lines", "wrap": False},
    "essays": {"types": (S, J, Q), "sections": True, "key": "line", "tag": ""},
    "one_paragraph": {"flat": True, "number": "{}.", "label": "{}.", "options": "stem_row", "key": "line",
                      "gaps": "none", "junk": False, "wrap": False, "marker": "答案：", "tag": "",
                      "types": (S, M, J)},
    "marked_paragraph": {"flat": True, "number": "{}.", "label": "{}.", "options": "stem_row", "key": "line",
                         "gaps": "none", "junk": False, "wrap": False, "marker": "【参考答案】", "why": "【解析】",
                         "tag": "", "types": (S, M, J)},
    "no_numbers": {"number": "", "key": "line", "options": "lines", "junk": False, "wrap": False, "tag": "",
                   "types": (S, M), "label": "{}.", "restart": False},
    "judged_by_options": {"types": (J,), "judge_options": True, "key": "line", "options": "lines", "sections": False,
                          "tag": "", "restart": False, "label": "{}."},
    "key_as_text": {"key": "text", "types": (S, M)},
    "option_words": {"types": (S,), "label": "选项{}：", "options": "lines", "key": "line", "marker": "正确答案：选项"},
    "other_markers": {"key": "line", "marker": "答案是"},
    "short_marker": {"key": "line", "marker": "答：", "types": (S, M, J)},
    "tag_after_stem": {"key": "line", "tag": "[{}]", "tag_at_end": True, "sections": False, "restart": False},
    "company_rules": {"key": "line", "marker": "答案:", "joint": ";", "fill": ("|", ";"), "label": "{}、",
                      "tag": "[{}]", "options": "lines", "sections": False, "restart": False, "number": "{}."},
    "bracketed_fill": {"types": (F, S), "bracketed_fill": True, "key": "line", "marker": "【答案】"},
    "other_fill": {"types": (F,), "fill": ("；", "或"), "key": "line", "marker": "答案："},
    "keys_glued_range": {"key": "glued_range", "types": (S,), "explained": False, "restart": False, "joint": ""},
    "keys_compact": {"key": "compact", "types": (S,), "explained": False, "restart": False, "joint": ""},
    "lower_case": {"lower": True, "types": (S, M, J), "joint": "", "key": "line", "options": "row",
                   "label": "{}."},
    "wrapped_everything": {"wrap": True, "wrap_all": True, "options": "lines", "key": "line", "number": "{}、",
                           "label": "{}."},
    "anything": {},
}  # fmt: skip


def sample(layout: str, seed: int, count: int = 8) -> Sample:
    """The document of that layout and seed."""
    dice = random.Random(f"{layout} {seed}")
    style = replace(drawn(dice), **LAYOUTS[layout])  # type: ignore[arg-type]
    style = _possible(style)
    asked = list(questions(dice, style.types, count, explained=style.explained))
    if not style.sections:
        dice.shuffle(asked)
    return _Writer(dice, style, Sample(layout, seed, style)).written(asked)


def samples(layouts: Iterable[str], seeds: range) -> Iterator[Sample]:
    """A document for every layout and seed."""
    for layout in layouts:
        yield from (sample(layout, seed) for seed in seeds)


def _possible(style: Style) -> Style:
    """The style without what contradicts itself, or leaves a reader more than one right answer."""
    if Q in style.types and not style.sections and not style.tag:
        style = replace(style, types=tuple(each for each in style.types if each is not Q))
    if style.options == "stem_row" or style.flat:
        style = replace(style, wrap=False)
    if style.options != "lines" and style.label in ("{}　", "{}\t", "{}  ", "{}.\t"):
        style = replace(style, label="{}.")  # the space would be that between the options
    if style.key in APART and not style.number:
        style = replace(style, key="line")
    return style


class _Writer:
    """Writes one document line by line."""

    def __init__(self, dice: random.Random, style: Style, sample: Sample) -> None:
        self.dice, self.style, self.sample = dice, style, sample
        self.title = ""

    def written(self, asked: list[Question]) -> Sample:
        asked = [self._fitted(question) for question in asked]
        groups = self._groups(asked)
        units: list[list[Line]] = []
        for title, numbered in groups:
            if title:
                units.append([(-1, "title", title)])
            units += [self._unit(*each) for each in numbered]
        self._write(units)
        keys = [(place, role, self._width(text)) for place, role, text in self._keys(groups)]
        if self.style.key.startswith("file"):
            self.sample.keys = [text for _, _, text in keys]
        else:
            self._add(keys)
        self.sample.questions = tuple(asked)
        return self.sample

    def _add(self, lines: Iterable[Line]) -> None:
        for place, role, text in lines:
            self.sample.lines.append(text)
            self.sample.roles.append((place, role))

    def _fitted(self, question: Question) -> Question:
        """The question as this layout can hold it."""
        style = self.style
        if question.type in (S, M) and style.key == "bracket" and BLANK not in question.stem:
            question = replace(question, stem=question.stem.rstrip("？?。") + BLANK)
        if question.type is Q:
            question = replace(question, rationale="")
        if style.flat and question.stem[0].isdigit():
            question = replace(question, stem="截至" + question.stem)
        return question

    def _groups(self, asked: list[Question]) -> list[tuple[str, list[Numbered]]]:
        """The sections with their headings, and the questions of each with their numbers."""
        if not self.style.sections:
            return [("", [(place, place + 1, question) for place, question in enumerate(asked)])]
        groups = []
        types = list(dict.fromkeys(question.type for question in asked))
        frame = self.dice.choice(FRAMES[:3] if self.style.flat else FRAMES)
        done = 0
        for section, type in enumerate(types):
            own = [question for question in asked if question.type is type]
            first = 1 if self.style.restart else done + 1
            words = {"cn": COUNTS[section], "title": self.dice.choice(HEADINGS[type])}
            title = frame.format(**words, sum=2 * len(own), count=len(own))
            groups.append((title, [(done + step, first + step, question) for step, question in enumerate(own)]))
            done += len(own)
        return groups

    def _unit(self, place: int, number: int, question: Question) -> list[Line]:
        """The lines of one question."""
        style = self.style
        stem = self._wrapped(self._headed(number, question))
        lines: list[Line] = [(place, "wrap" if step else "stem", text) for step, text in enumerate(stem)]
        options = self._options(question)
        if options and style.options == "stem_row":
            lines[-1] = (place, "stem", lines[-1][2] + " " * (not style.flat) + options.pop(0))
        if style.wrap_all:
            return self._all_wrapped(place, question, lines, options)
        roles = LETTERS if style.options == "lines" else ["options"] * len(options)
        lines += [(place, role, text) for role, text in zip(roles, options, strict=False)]
        key = self._key(question)
        if key and style.key == "tail" and question.type in (S, M):
            _, role, text = lines.pop()
            lines.append((place, role, text + self.dice.choice(("", " ", "  ")) + key))
        elif key:
            lines.append((place, "key", key))
        if question.rationale and not self._apart:
            lines.append((place, "why", style.why + question.rationale))
        return lines

    def _all_wrapped(self, place: int, question: Question, lines: list[Line], options: list[str]) -> list[Line]:
        """The question with its longer options and its rationale broken too."""
        for letter, option in zip(LETTERS, options, strict=False):
            lines += [(place, letter if step == 0 else "wrap", text) for step, text in enumerate(self._wrapped(option))]
        lines.append((place, "key", self._key(question)))
        if question.rationale:
            lines += [(place, "why", text) for text in self._wrapped(self.style.why + question.rationale)]
        return lines

    def _headed(self, number: int, question: Question) -> str:
        style = self.style
        head = style.number.format(number) if style.number else ""
        tag = style.tag.format(self.dice.choice(TAG_WORDS[question.type])) if style.tag else ""
        stem = self._stem(question)
        return head + stem + tag if style.tag_at_end else head + tag + stem

    def _stem(self, question: Question) -> str:
        style, stem = self.style, question.stem
        if style.key != "bracket" or question.type in (F, Q):
            return stem
        if question.type is J:
            mark = self.dice.choice(("（{}）", "({})", "( {} )")).format(self._truth(question))
            return stem[:-1] + mark + stem[-1] if self.dice.random() < 0.4 else stem + mark
        letters = self._letters(question)
        return stem.replace(BLANK, self.dice.choice(("（{}）", "（ {} ）", "( {} )", "（{} ）")).format(letters))

    def _wrapped(self, text: str) -> list[str]:
        """The stem, sometimes broken where no reader could take the second line for something else."""
        if not self.style.wrap or self.dice.random() < 0.5:
            return [text]
        places = [place for place in range(8, len(text) - 5) if _is_plain(text[place - 1]) and _is_plain(text[place])]
        if not places:
            return [text]
        place = self.dice.choice(places)
        return [text[:place], self.dice.choice(("", "  ", "　　")) + text[place:]]

    def _options(self, question: Question) -> list[str]:
        style = self.style
        texts = question.options
        if question.type is J and style.judge_options:
            texts = self._judge_options(question)
        letters = LETTERS.lower() if style.lower else LETTERS
        labelled = [style.label.format(letter) + text for letter, text in zip(letters, texts, strict=False)]
        if style.options == "lines":
            return labelled
        if style.options == "pairs":
            gap = self.dice.choice(("  ", "    ", "\t"))
            return [gap.join(labelled[place : place + 2]) for place in range(0, len(labelled), 2)]
        joint = "" if style.flat else self.dice.choice((" ", "  ", "\t"))
        return [joint.join(labelled)] if labelled else []

    def _judge_options(self, question: Question) -> tuple[str, str]:
        return ("正确", "错误") if len(question.stem) % 3 else ("错误", "正确")

    @property
    def _apart(self) -> bool:
        """Whether the keys stand apart from the questions."""
        return self.style.key in APART

    def _key(self, question: Question) -> str:
        """The line of the key, empty where the key stands elsewhere."""
        style = self.style
        if self._apart or (style.key == "bracket" and question.type not in (F, Q)):
            return ""
        if question.type is Q:
            return self.dice.choice(("答：", "参考答案：", "答案：")) + question.key[0]
        if style.key == "text" and question.type in (S, M):
            texts = [question.options[LETTERS.index(letter)] for letter in question.key]
            return style.marker + "、".join(texts)
        return style.marker + self._value(question)

    def _value(self, question: Question) -> str:
        if question.type is J and self.style.judge_options:
            return "AB"[self._judge_options(question).index("正确" if question.key == ("true",) else "错误")]
        if question.type is J:
            return self._truth(question)
        if question.type is F and self.style.bracketed_fill:
            return "".join(f"（{'/'.join(blank)}）" for blank in question.blanks)
        if question.type is F:
            blanks, accepted = self.style.fill
            return blanks.join(accepted.join(blank) for blank in question.blanks)
        if question.type is Q:
            return question.key[0]
        return self._letters(question)

    def _letters(self, question: Question) -> str:
        letters = self.style.joint.join(question.key)
        return letters.lower() if self.style.lower else letters

    def _truth(self, question: Question) -> str:
        return self.style.truth[question.key == ("false",)]

    def _keys(self, groups: list[tuple[str, list[Numbered]]]) -> list[Line]:
        """The lines of the keys that stand apart."""
        if not self._apart:
            return []
        heading = self.dice.choice(("参考答案", "答案", "答案与解析", "【答案与解析】", "参考答案："))
        lines: list[Line] = [(-1, "keys", heading)]
        headed = self.style.restart or self.dice.random() < 0.3
        for title, numbered in groups:
            if title and headed:
                lines.append((-1, "keys", title))
            lines += _BLOCKS[self.style.key](self, numbered)
        return lines

    def entries(self, numbered: list[Numbered]) -> list[Line]:
        """``3.C 解析：…``, one to a line."""
        joint = self.dice.choice(("{}.{}", "{}、{}", "{}．{}", "{}. {}", "{}.答案：{}"))
        lines: list[Line] = []
        for place, number, question in numbered:
            why = self.dice.choice((" ", "  ")) + self.style.why + question.rationale if question.rationale else ""
            value = self._value(question)
            form = "{}、{}" if value[0].isdigit() else joint  # 1.1/一 could be one number
            lines.append((place, "key", form.format(number, value) + why))
        return lines

    def rows(self, numbered: list[Numbered]) -> list[Line]:
        """``1.A  2.BC  3.√``, several to a line."""
        entries = [f"{number}.{self._value(question)}" for _, number, question in numbered]
        return [(-1, "keys", "  ".join(entries[place : place + 5])) for place in range(0, len(entries), 5)]

    def ranges(self, numbered: list[Numbered]) -> list[Line]:
        """``1-5：A B AC √ D``."""
        dash = self.dice.choice(("-", "—", "~", "－"))
        lines: list[Line] = []
        for place in range(0, len(numbered), 5):
            part = numbered[place : place + 5]
            name = f"{part[0][1]}{dash}{part[-1][1]}" if len(part) > 1 else f"{part[0][1]}"
            lines.append((-1, "keys", f"{name}：" + " ".join(self._value(question) for _, _, question in part)))
        return lines

    def glued_range(self, numbered: list[Numbered]) -> list[Line]:
        """``1-5 ABACD``."""
        dash, lines = self.dice.choice(("-", "—", "~")), []
        for step in range(0, len(numbered), 5):
            part = numbered[step : step + 5]
            name = f"{part[0][1]}{dash}{part[-1][1]}" if len(part) > 1 else f"{part[0][1]}"
            lines.append((-1, "keys", f"{name} " + "".join(self._value(question) for *_, question in part)))
        return lines

    def compact(self, numbered: list[Numbered]) -> list[Line]:
        """``1B2D3A``."""
        return [(-1, "keys", "".join(f"{number}{self._value(question)}" for _, number, question in numbered))]

    def table(self, numbered: list[Numbered]) -> list[Line]:
        """Two rows: the numbers and the keys."""
        joint = self.dice.choice((" ", "\t", "  "))
        mark = "\t" if joint == "\t" else "："
        lines: list[Line] = []
        for place in range(0, len(numbered), 10):
            part = numbered[place : place + 10]
            lines.append((-1, "keys", f"题号{mark}" + joint.join(str(number) for _, number, _ in part)))
            lines.append((-1, "keys", f"答案{mark}" + joint.join(self._value(question) for _, _, question in part)))
        return lines

    def _write(self, units: list[list[Line]]) -> None:
        """The units one after another with the empty lines and the junk of the style."""
        if self.style.flat:
            text = "".join(text for unit in units for _, _, text in unit)
            self._add([(-1, "flat", self._width(text))])
            return
        for place, unit in enumerate(units):
            lines = list(unit)
            if self.style.junk and place and self.dice.random() < 0.2:
                junk = self.dice.choice(JUNK)
                self.sample.junk.add(junk)
                lines.insert(0, (-1, "junk", junk))
            if self.style.gaps == "between":
                lines.append((-1, "gap", ""))
            for line in lines:
                self._add([(*line[:2], line[2] if line[1] == "junk" else self._width(line[2]))])
                if self.style.gaps == "every":
                    self._add([(-1, "gap", "")])

    def _width(self, text: str) -> str:
        return text.translate({"half": _TO_HALF, "full": _TO_FULL}.get(self.style.width, {}))


def _is_plain(letter: str) -> bool:
    return "\u4e00" <= letter <= "\u9fff" and letter not in "第答解说依正错对是否单多判填简题"


_BLOCKS: dict[str, Callable[[_Writer, list[Numbered]], list[Line]]] = {
    "block": _Writer.entries,
    "block_rows": _Writer.rows,
    "ranges": _Writer.ranges,
    "glued_range": _Writer.glued_range,
    "compact": _Writer.compact,
    "table": _Writer.table,
    "file": _Writer.entries,
    "file_table": _Writer.table,
}
