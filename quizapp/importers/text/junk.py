"""Lines that belong to no question: page numbers and headers, menus, advertisements, forms to fill in."""

import itertools
import re
from collections import Counter
from collections.abc import Sequence

from quizapp.domain.problem import N_
from quizapp.importers.notation import squeezed
from quizapp.importers.text import chat
from quizapp.importers.text.headings import section_at
from quizapp.importers.text.lines import Line

_PAGE = re.compile(
    r"[-—·\s]*(?:第?\s*(?:\d{1,4}|page|[一二三四五六七八九十]{1,3})\s*页?\s*[,，/|、]?\s*(?:共|of|/)?\s*(?:\d{1,4}|numpages)?\s*页?)[-—·\s]*",
    re.IGNORECASE,
)
_PAGE_SIGN = re.compile(r"页|page|/|^-.*-$|^—|·", re.IGNORECASE)
_FORM = re.compile(
    r"(?<![\u4e00-\u9fff])(?:姓名|单位|部门|得分|评卷人|阅卷人|准考证号|工号|职务|科室|分数|学号|班级|日期|考号)\s*[:_\s(]"
)
_URL = re.compile(r"(?:https?://|www\.)[\w./%?=&#:-]+", re.IGNORECASE)
_MENU = re.compile(
    r"(?:-\s*)?(?:\d{1,6}|举报|收藏|下载|分享|点赞|打印|返回(?:首页|顶部|列表|目录|上一页)|上一[篇页题]|下一[篇页题]|立即下载|免费下载|查看答案|收起答案|登录|注册|首页|会员|"
    r"点击(?:查看|下载|收藏|展开|加载)\S{0,12}|约?[\d.]+千字|约\s*\d+页|\d{4}-\d{2}-\d{2}\s*发布于\S{1,8}|阅读全文|展开全部|加载更多|版权所有\S{0,30}|\S{0,16}(?:网友上传|侵权|仅供参考)\S{0,20}|"
    r"(?:扫码|关注|添加)\S{0,6}(?:公众号|微信|二维码|客服)\S{0,30}|更多\S{0,12}(?:资料|试题|题库|内容)\S{0,20}|\S{0,20}(?:公众号|微信号|QQ群|客服电话|考试课程资源|淘宝|优惠券)\S{0,20})"
)
_DOTS = re.compile(r"[.…·。\s]{2,}")
_ADVERTISEMENT = re.compile(r"(?:课程|资源|资料|题库|网校|培训|试题|真题|课件|下载|文库|备考|押题|辅导|考试网|领取)")

PAGE, REPEATED, FORM, ADDRESS, MENU, OMITTED, PROMOTION, RESIDUE = (
    N_("This is a page mark; it was left out."),
    N_("This line is repeated on %(count)s pages, as a header is; it was left out."),
    N_("This is a line of a form (name, unit, marks); it was left out."),
    N_("This is a web address; it was left out."),
    N_("This looks like a site's menu or an advertisement; it was left out."),
    N_("Something was left out of the text here. Add it from the original."),
    N_("This line between two options belongs to neither; it was left out."),
    N_("This is left over from a web page; it was left out."),
)
NOTE = N_("This line is a note about the question (a hint, statistics); it was left out.")
SPEAKER = N_("This line says who wrote a message and when; it was left out.")
_NOTE = re.compile(
    r"\s*(?:\[\s*)?(?:温馨提示|友情提示|答题提示|提示|正确率|全站正确率|平均正确率|错误率|得分率|易错项|易错点|答题时间|作答用时|用时|"
    r"出题人|命题人|审题人|审核人|供题单位|更新时间|录入时间|入库时间|试题编号|题目编号|试题ID|题目ID|使用次数|收藏次数|标签)\s*(?:\]\s*:?|:)"
)
_CUT_OFF = re.compile(r"\s*(?:[第题]\s?\d{0,4}|\[[^\[\]]{0,4}|\(\s?\d{0,4}|(?:参考|正确|标准)答|[答解])\s*")


LONGEST = 200
"""A longer line is none of these, and need not be looked at."""


def junk_reason(folded: str) -> str:
    """The sentence that says why the line belongs to no question, whatever stands around it; empty for other lines."""
    text = folded.strip()
    if _DOTS.fullmatch(text):
        return OMITTED
    if len(text) > LONGEST:
        return ""
    if chat.SPEAKER.fullmatch(text):
        return SPEAKER
    if _PAGE.fullmatch(text) and (_PAGE_SIGN.search(text) or not text.strip("-—· ")):
        return PAGE
    if len(_FORM.findall(text)) >= 2 and re.search("[_:]|\\s{2}", text):
        return FORM
    if (found := _URL.search(text)) and len(text) - len(found.group()) <= 12:
        return ADDRESS
    parts = [part for part in re.split(r"[\s|>·]+", text) if part]
    is_menu = _MENU.fullmatch(text) or (len(parts) > 1 and all(_MENU.fullmatch(part) for part in parts))
    return MENU if len(text) <= 40 and re.search(r"[^\d\s]", text) and is_menu else ""


def is_cut_off(folded: str) -> bool:
    """Whether the last line of a text is the beginning of a number or marker that was cut away: 第, 【解."""
    return bool(_CUT_OFF.fullmatch(folded))


def is_note(folded: str) -> bool:
    """Whether a line says something about a question that is no part of it: 提示, 正确率."""
    return bool(_NOTE.match(folded))


def is_promotion(folded: str) -> bool:
    """Whether a line may be an advertisement, where it stands between two options."""
    text = squeezed(folded)
    return len(text) <= 40 and bool(_ADVERTISEMENT.search(text)) and not re.search("[。;,、()]", text)


def repeated_headers(lines: Sequence[Line]) -> dict[int, int]:
    """The lines that repeat a page's header or footer, with how often it stands there.

    Same text, on three or more lines that lie well apart; a line between that begins as options, keys and headings
    do is none: those repeat by nature.
    """
    places: dict[str, list[int]] = {}
    for line in lines:
        text = re.sub(r"\d+", "#", squeezed(line.folded))
        if 4 <= len(text) <= 60 and not _NATURAL.match(text) and not section_at(line.folded, line.number):
            places.setdefault(text, []).append(line.number)
    found: dict[int, int] = {}
    exact = Counter(line.folded.strip() for line in lines)
    for numbers in places.values():
        apart = min((later - earlier for earlier, later in itertools.pairwise(numbers)), default=0)
        alike = {lines[number - 1].folded.strip() for number in numbers}
        if len(numbers) >= 3 and apart >= 8 and len(alike) == 1 and exact[next(iter(alike))] >= 3:
            found |= dict.fromkeys(numbers, len(numbers))
    return found


_NATURAL = re.compile(
    r"\W{0,3}[A-Z](?![A-Za-z])|选项|[\[(]|#+[、.):]|[一二三四五六七八九十]+[、.]|.{0,6}答案|.{0,4}解析|说明|依据|答|难度|知识点|岗位|考点|正确|错误|[√×]|根据|材料|案例|第#"
)
