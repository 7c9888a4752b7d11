"""Why somebody need not have sat a test (缓考): the reasons there are, and how people write them in a sheet."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from quizapp.domain.problem import N_


class Reason(StrEnum):
    """Why an absence is excused. ``OTHER`` needs a note."""

    BUSINESS = "business"
    SICK = "sick"
    PERSONAL = "personal"
    PARENTAL = "parental"
    STUDY = "study"
    SECONDED = "seconded"
    RETIRED = "retired"
    LEFT = "left"
    OTHER = "other"


REASON_NAMES = {
    Reason.BUSINESS: N_("Away on business"),
    Reason.SICK: N_("Sick leave"),
    Reason.PERSONAL: N_("Personal leave"),
    Reason.PARENTAL: N_("Parental leave"),
    Reason.STUDY: N_("Away for study"),
    Reason.SECONDED: N_("Seconded elsewhere"),
    Reason.RETIRED: N_("Retired"),
    Reason.LEFT: N_("Left the department"),
    Reason.OTHER: N_("Other reason"),
}
LONGEST_NOTE = 200
LONGEST_NAME = 80
LONGEST_READ = 1_000  # a longer cell is no reason, and slow to look at

WORDS = {
    Reason.BUSINESS: ("出差", "公差", "因公外出", "公务外出", "外出公干", "away on business"),
    Reason.SICK: ("病假", "病休", "因病", "生病", "住院", "sick leave"),
    Reason.PERSONAL: ("事假", "年休假", "休假", "年假", "请假", "探亲假", "婚假", "丧假", "personal leave"),
    Reason.PARENTAL: ("产假", "陪产假", "孕产假", "育儿假", "哺乳假", "parental leave"),
    Reason.STUDY: ("学习", "培训", "学习培训", "脱产学习", "党校", "away for study"),
    Reason.SECONDED: ("借调", "挂职", "抽调", "驻村", "援藏", "援疆", "seconded elsewhere"),
    Reason.RETIRED: ("离退休", "离退", "退休", "离休", "内退", "retired"),
    Reason.LEFT: ("调离", "调出", "调走", "辞职", "离职", "left the department"),
    Reason.OTHER: ("其他原因", "其他", "其它", "other reason", "other"),
}
"""How each reason is written in the sheets of branches."""


@dataclass(frozen=True)
class Excuse:
    """A reason as it was read, and what else stood beside it."""

    reason: Reason
    note: str = ""


def read_excuse(text: str) -> Excuse | None:
    """The reason in a cell such as ``病假（住院）``; None where it names none, or more than one.

    What stands after the reason is the note; where the reason stands within a sentence, the whole sentence is.
    """
    if len(text) > LONGEST_READ:
        return None
    text = " ".join(text.split())
    head = _HEAD.match(text)
    reason = _REASON_OF.get(_plain(head["word"])) if head else None
    if head and reason:
        listed = head["listed"] or ""
        if _REASON_OF.get(_plain(listed), reason) is not reason:
            return None  # 事假、病假 names two; 出差：援藏 says more of one
        return Excuse(reason, (listed or head["told"] or head["inside"] or "").strip())
    named = {reason for reason, words in WORDS.items() if any(each in _plain(text) for each in words)}
    if len(named) > 1:  # 援藏出差 begins with the one that it is about
        named = {reason for reason in named if _plain(text).startswith(WORDS[reason])}
    return Excuse(named.pop(), text) if len(named) == 1 else None


_REASON_OF = {word: reason for reason, words in WORDS.items() for word in words}
_HEAD = re.compile(
    r"(?P<word>[^，,；;：:。、（(]+)(?:$|[：:]\s*(?P<told>.*)|[，,；;。、]\s*(?P<listed>.*)|[（(](?P<inside>[^（()）]*)[)）]$)"
)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().lower()
