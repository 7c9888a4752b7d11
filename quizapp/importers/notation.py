"""The words and marks in which people write questions, and what they mean: for every reader of foreign files.

Text is folded for recognition only (`fold`): what is stored keeps the author's own characters. A folded text is as
long as its original, so that a place found in the one is the place in the other.
"""

import re
from collections.abc import Sequence

from quizapp.domain.bank import FALSE, TRUE, ItemType
from quizapp.domain.bank_notation import LETTERS

_WIDE = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_SPACES = dict.fromkeys(
    [*range(0x2000, 0x2010), 0x3000, 0xA0, 0xAD, 0x1680, 0x180E, 0x202F, 0x205F, *range(0x2060, 0x2065), 0xFEFF], " "
)
_ALIKE = {
    **dict.fromkeys("✓✔☑", "√"),
    **dict.fromkeys("✗✘✕✖╳☒", "×"),
    **dict.fromkeys("–—―−﹣‐‑‒", "-"),
    **dict.fromkeys("〜∼", "~"),
    **dict.fromkeys("∶︰﹕", ":"),
    **dict.fromkeys("【〖﹝", "["),
    **dict.fromkeys("】〗﹞", "]"),
    **dict.fromkeys("﹙", "("),
    **dict.fromkeys("﹚", ")"),
    **dict.fromkeys("﹒․", "."),
}
_TRADITIONAL = dict(
    zip(
        "單選題項參確標準擇斷錯誤對說釋據難識點崗應見無簡論類問則測試開雙雜",
        "单选题项参确标准择断错误对说释据难识点岗应见无简论类问则测试开双杂",
        strict=True,
    )
)
_FOLDING = _WIDE | _SPACES | {ord(char): same for char, same in (_ALIKE | _TRADITIONAL).items()}
_FOLDING |= {code: " " for code in range(32) if chr(code) not in "\t\n"} | dict.fromkeys(range(127, 160), " ")
_MUST_FOLD = re.compile(f"[{re.escape(''.join(map(chr, _FOLDING)))}]")
"""Most short texts hold none of these, and to look is five times as fast as to fold."""
_MUST_SQUEEZE = re.compile(f"[\\s{re.escape(''.join(map(chr, _FOLDING)))}]")
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ufffc]")

_GAP = r"[ \t]{0,4}"


def _spaced(word: str) -> str:
    """A pattern for a word that may have spaces between its characters: 答　案."""
    return _GAP.join(re.escape(char) for char in word)


def _any_of(*words: str) -> str:
    return "|".join(_spaced(word) for word in sorted(words, key=len, reverse=True))


KEY_WORDS = _any_of(
    *("答案", "正确答案", "参考答案", "标准答案", "试题答案", "本题答案", "答案是", "答案为", "正确选项"),
    *("答案选项", "参考选项", "Answer", "ANSWER", "answer", "ans", "Ans", "ANS"),
)
"""A pattern for the words before a key, in folded text."""
_NOT_THE_KEY = (
    "错误|易错|干扰|不正确|非正确|原来?的?|旧的?|新的?|我的|您的|你的|他的|本人|个人|考生|学生|学员|用户|选手|作答|"
    "提交的?|上次|常见|错选|误选"
)
OTHER_KEY_WORDS = (
    rf"(?:{_NOT_THE_KEY}){_GAP}(?:的)?(?:正确|参考|标准)?{_GAP}(?:答{_GAP}案|选项|作答|选择)"
    r"|(?:你|您|我|考生|学生)(?:所)?选择?的?(?:答案)?(?=是|:)|正确答案不(?=是)"
)
"""A pattern for words that look like those before a key and name another thing: a candidate's answer, a wrong one."""
RATIONALE_WORDS = _any_of(
    *("解析", "答案解析", "试题解析", "题目解析", "本题解释", "本题解析", "参考解析", "详解", "解释", "答案解释"),
    *("考点解析", "解答", "名师解析", "答案与解析", "答案及解析", "Explanation"),
)
"""A pattern for the words before a rationale. 说明 and 依据 stand apart (`NOTE_WORDS`): both begin sentences, too."""
NOTE_WORDS = _any_of("说明", "备注")

TYPE_NAMES: dict[str, ItemType] = {
    **dict.fromkeys(("单选", "单项选择", "单选题", "单项选择题", "单项", "单项题"), ItemType.SINGLE),
    **dict.fromkeys(("选择题(单选)", "单选选择题", "单选择题", "选择题-单选", "单选择"), ItemType.SINGLE),
    **dict.fromkeys(("多选", "多项选择", "多选题", "多项选择题", "多项", "多项题", "双选题"), ItemType.MULTIPLE),
    **dict.fromkeys(("不定项", "不定项选择", "不定项选择题", "不定项题", "任选题", "不定选"), ItemType.MULTIPLE),
    **dict.fromkeys(("选择题(多选)", "选择题-多选", "多选择题", "不定项选择题(多选)"), ItemType.MULTIPLE),
    **dict.fromkeys(
        ("判断", "判断题", "正误判断", "正误判断题", "是非题", "是非判断题", "对错题"), ItemType.TRUE_FALSE
    ),
    **dict.fromkeys(("是非", "判断对错", "判断正误", "考试判断", "正误题"), ItemType.TRUE_FALSE),
    **dict.fromkeys(("填空", "填空题", "多项填空题", "单项填空题", "考试多项填空", "考试单项填空"), ItemType.FILL_IN),
    **dict.fromkeys(("多项填空", "单项填空", "考试填空", "补充句子题", "完形填空"), ItemType.FILL_IN),
    **dict.fromkeys(("简答", "简答题", "论述", "论述题", "问答", "问答题", "案例分析题", "分析题"), ItemType.ESSAY),
    **dict.fromkeys(("名词解释", "名词解释题", "主观题", "论述分析题", "材料分析题", "应用题"), ItemType.ESSAY),
    **dict.fromkeys(("考试简答", "作文题", "写作题", "综合题", "实务题", "考试问答", "思考题"), ItemType.ESSAY),
    **{"单选题(考试)": ItemType.SINGLE, "考试单选": ItemType.SINGLE, "考试多选": ItemType.MULTIPLE},
    **{"考试单选题": ItemType.SINGLE, "考试多选题": ItemType.MULTIPLE, "考试判断题": ItemType.TRUE_FALSE},
}
"""What each name of a kind of question means, folded and without spaces."""
ANY_NUMBER = re.compile("不定|任选")
"""Marks the names of choices whose right options may be one or several."""

_TYPE_ORDER = sorted(TYPE_NAMES, key=len, reverse=True)
TYPE_WORDS = "|".join(_spaced(name) for name in _TYPE_ORDER)
"""A pattern for the names of kinds of question, longest first, in folded text."""

_TRUE_WORDS = ("正确", "对", "是", "同意", "√", "true", "t", "yes", "y", "正", "真", "right")
_FALSE_WORDS = ("错误", "错", "否", "不同意", "×", "false", "f", "no", "n", "x", "不正确", "不对", "误", "假", "wrong")
_TRUTH = dict.fromkeys(_TRUE_WORDS, TRUE) | dict.fromkeys(_FALSE_WORDS, FALSE)
_LATIN_TRUTH = frozenset("tfynx")
_FRAME = " \t.。,;:()[]\"'“”‘’、!"

_NO_KEY = re.compile(
    r"(?:略|无|暂无|没有|空|待定|待补充?|不详|缺|无答案|暂缺|未提供|同上|[?？]+|[-/]+|\.{2,}|…+|"
    r"(?:详?见|参见|参考)(?:教材|解析|书|课本|课件|文件|原文|附件|讲义|答案|上|下|后|第|《)[^\n]{0,60})(?:答案|[.。])?"
)
_BETWEEN = r"[\s、,;/.|和及与+&()]*"
_LETTER_LIST = re.compile(
    rf"(?:(?:选项?|答案|应选|选择){_GAP})?([A-Za-z](?:{_BETWEEN}(?:选项)?[A-Za-z])*)(?:项)?[\s.。,;、]*"
)
_LETTER_RANGE = re.compile(r"(?:选项?)?\s*([A-Za-z])\s*(?:-+|至|到|~)\s*([A-Za-z])[\s.。]*")
_ALL = re.compile(r"(?:全选|全部选项|所有选项|以上全选|全部都选|都选)[\s.。]*")


def fold(text: str) -> str:
    """The text with what counts as the same written the same way, each character in its old place.

    Full width becomes half width, every kind of space a space, 【】 becomes [], ✓ √, ✗ ×, the traditional characters
    of the marker words simplified ones.
    """
    return text.translate(_FOLDING) if _MUST_FOLD.search(text) else text


def clean(text: str) -> str:
    """The text as it may be stored: nothing that cannot be seen, and ordinary spaces for the unbreakable ones."""
    return _UNSEEN.sub("", text.replace("\xa0", " ").replace("\u202f", " "))


def squeezed(text: str) -> str:
    """The text folded and without any space: for comparing words."""
    return "".join(fold(text).split())


def all_squeezed(texts: Sequence[str]) -> list[str]:
    """Each text `squeezed`; one look tells whether any of them must be, and mostly none must."""
    return list(map(squeezed, texts)) if _MUST_SQUEEZE.search("".join(texts)) else list(texts)


def type_named(text: str) -> ItemType | None:
    """The kind of question that a cell or tag names (``多选题``, ``（判断）``, ``單選``); None for other words."""
    word = squeezed(text).strip("()[]:.、,*#")
    return TYPE_NAMES.get(word) or TYPE_NAMES.get(word.removeprefix("考试")) or TYPE_NAMES.get(word.removesuffix("类"))


def parse_truth(text: str) -> str | None:
    """`TRUE` or `FALSE` for every word that says so (√, 对, 是, T, Y, 错误, 否, ×, X …); None for anything else.

    X, T, F, Y and N are letters of options too: ask only where the item is known to be a true/false one.
    """
    return _TRUTH.get(squeezed(text).strip(_FRAME).lower())


def is_no_key(text: str) -> bool:
    """Whether a key is given as 略, 无, 见教材 …: nothing that could be marked by."""
    return bool(_NO_KEY.fullmatch(squeezed(text).strip("()[]:")))


def parse_key(text: str, letters: Sequence[str] = ()) -> tuple[str, ...] | None:
    """The key that a whole text says: letters in order (``A、B`` · ``A-D`` · ``ａｃ`` · 选项B), or `TRUE` or `FALSE`.

    ``letters`` are those of the item's options: 全选 means all of them. None where the text is anything else, such as
    the words of an option, or says that there is no key. A letter named twice stays twice: that is a slip to report.
    """
    folded = fold(text).strip().strip("()[]:\"'“”").strip()
    if found := _LETTER_RANGE.fullmatch(folded):
        first, last = (LETTERS.index(letter.upper()) for letter in found.groups())
        return tuple(LETTERS[first : last + 1]) or None
    if _ALL.fullmatch(folded):
        return tuple(sorted(letters)) or None
    if (truth := parse_truth(folded)) and squeezed(folded).strip(_FRAME).lower() not in _LATIN_TRUTH:
        return (truth,)
    if found := _LETTER_LIST.fullmatch(folded):
        return tuple(sorted(re.findall("[A-Z]", re.sub("选项|答案", "", found.group(1)).upper())))
    return None
