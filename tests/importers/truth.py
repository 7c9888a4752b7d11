"""Random questions of which the truth is known: what a generated document must be read as."""

import random
import re
import unicodedata
from dataclasses import dataclass, replace

from quizapp.domain.bank import ItemType
from quizapp.importers.reading import ImportedItem

S, M, J, F, Q = ItemType.SINGLE, ItemType.MULTIPLE, ItemType.TRUE_FALSE, ItemType.FILL_IN, ItemType.ESSAY
LETTERS = "ABCDEFGHIJ"
BLANK = "（　）"


@dataclass(frozen=True)
class Question:
    """``key``: letters, ``("true",)``, ``("false",)`` or the reference text; ``blanks`` for a fill-in.

    The stem of a choice has `BLANK` once or not at all; that of a fill-in has ``____`` for each blank.
    """

    type: ItemType
    stem: str
    options: tuple[str, ...] = ()
    key: tuple[str, ...] = ()
    blanks: tuple[tuple[str, ...], ...] = ()
    rationale: str = ""

    def plain(self) -> "Question":
        """Without what an author may write either way: widths, spaces, the length of a blank."""
        return replace(
            self,
            stem=plain(self.stem),
            options=tuple(map(plain, self.options)),
            key=tuple(map(plain, self.key)) if self.type is Q else self.key,
            blanks=tuple(tuple(map(plain, blank)) for blank in self.blanks),
            rationale=plain(self.rationale),
        )


def plain(text: str) -> str:
    """Folded for a comparison: width, spaces, and the ways to write a blank."""
    text = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
    return re.sub(r"_{2,}", "____", text)


def as_read(item: ImportedItem) -> Question:
    """The item in the same words."""
    options = tuple(option.text for option in item.options) if item.type in (S, M) else ()
    key = () if item.type is F else item.key or ()
    return Question(item.type, item.stem, options, key, item.blanks, item.rationale).plain()


LAWS = (
    *("中国共产党纪律处分条例", "公职人员政务处分法", "建设工程质量管理条例", "招标投标法", "政府采购法实施条例"),
    *("保障农民工工资支付条例", "信访工作条例", "党内监督条例（试行）", "房屋市政工程质量监督办法", "行政许可法"),
    *("廉洁从业若干规定（2023年修订）", "党委（党组）落实主体责任规定"),
)
PEOPLE = (
    *("党员领导干部", "采购人代表", "评标委员会成员", "工程质量监督人员", "项目经理", "财务人员", "窗口工作人员"),
    *("投标人", "施工总承包单位", "建设单位", "驻村干部", "离职后的公职人员"),
)
ARTICLES = ("八", "十二", "三十一", "一百零三", "5", "24", "136")
TERMS = (
    "三日",
    "十个工作日",
    "15日",
    "30个工作日",
    "六个月",
    "一年半",
    "两年以内",
    "5年（自验收合格之日起）",
    "2个采暖期",
)
BODIES = (
    *("本单位党组织", "上一级纪检监察机关", "住房城乡建设主管部门", "财政部门", "招标代理机构", "公证处"),
    *("党员大会", "县级以上人民政府", "行业协会", "审计机关", "乡（镇）人民代表大会"),
)
ACTS = (
    *(
        "收受可能影响公正执行公务的购物卡",
        "向组织如实说明情况",
        "私下接触利害关系人",
        "按规定登记并上交礼金",
        "泄露标底",
    ),
    *("以他人名义投标", "在评标中公正履行职责", "借婚丧喜庆敛财", "参加PPP项目的正常论证", "主动申请回避"),
    *("持有A股股票后按规定报告", "篡改B超检查等鉴定资料", "用公款购买“土特产”", "拖欠农民工工资", "公开招标结果"),
    *("把3.5%的回扣交给中间人", "《党章》规定的其他义务", "为他人谋取利益，收取财物", "对举报人打击报复"),
)
SHARES = ("1%", "2.5%", "百分之三", "3%至5%", "10%以上", "20%", "50％", "三分之一", "三分之二以上", "0.5‰")
SUMS = ("500元", "2000元", "1万元", "30万元以上", "200万元（含）", "400万元", "3000美元")
POOLS = (TERMS, BODIES, ACTS, SHARES, SUMS)

CHOICE_STEMS: dict[tuple[str, ...], tuple[str, ...]] = {
    TERMS: (
        "根据《{law}》第{article}条，{people}对处理决定不服的，可以自收到决定之日起{blank}内申请复核。",
        "{year}年{month}月以后，{people}的申诉期限是{blank}",
        "{people}受到警告处分的影响期为{blank}。",
        "《{law}》规定，{people}应当在{blank}内报告个人有关事项？",
        "对{number}人以上联名的实名举报，{people}至迟多久给予答复？",
    ),
    BODIES: (
        "{people}违反《{law}》的，由{blank}给予处理。",
        "按照{year}年印发的《{law}》，负责监督{people}的是{blank}。",
        "下列单位中，{blank}有权受理对{people}的投诉。",
        "合同金额超过{sum}时，{people}应当先征求谁的意见？",
        "关于{people}的任免，下列说法正确的是{blank}",
    ),
    ACTS: (
        "下列行为中，{people}可以做的是{blank}。",
        "根据《{law}》（国发〔2018〕{number}号），{people}不得有的行为是{blank}",
        "{people}发现DNA鉴定结论有误时，应当怎么办？",
        "{blank}属于《{law}》第{article}条第{number}款规定的情形。",
        "某市{people}在E区和F区的项目中，下列做法答案最恰当的是{blank}。",
        "《{law}》对{people}提出的要求，不包括以下哪一项？",
    ),
    SHARES: (
        "投标保证金不得超过招标项目估算价的{blank}。",
        "《{law}》要求{people}预留的质量保证金比例为{blank}",
        "{year}年度抽查比例由3.5%提高到了{blank}。",
    ),
    SUMS: (
        "{people}单笔采购达到{blank}的，必须公开招标。",
        "《{law}》第{article}条所称“数额较大”，是指{blank}？",
    ),
}
STATEMENTS = (
    "{people}可以在{year}年{month}月以前补办手续。",
    "《{law}》自{year}年{month}月1日起施行。",
    "{people}受到处分后，{term}内不得提拔。",
    "经{body}批准，{people}可以不公开结果。",
    "对{people}的处理，应当坚持惩前毖后、治病救人。",
    "{people}退还{sum}后，一律不再追究责任。",
    "保证金比例为{share}，由{body}保管。",
    "C语言编写的评标软件由{body}验收即可。",
    "“三重一大”事项由{people}一人决定。",
    "依照《{law}》第{article}条，{people}应当{act}。",
)
GAPS = (
    ("《{law}》自{year}年{month}月____日起施行。", (("1", "一"),)),
    ("{people}少于____个的，应当重新招标。", (("三", "3"),)),
    ("屋面防水最低保修____年，电气管线最低保修____年。", (("五", "5"), ("二", "2", "两"))),
    ("{people}应当遵循____、公平、公正和____的原则。", (("公开",), ("诚实信用", "诚信"))),
    ("党的纪律处分共有____种，最轻的一种是____。", (("五", "5"), ("警告",))),
    ("{people}的监督由____负责，年度抽查比例不低于20%。", (("主管部门",),)),
    ("____是{people}廉洁从业的第一责任人。", (("主要负责人", "一把手"),)),
)
ESSAYS = (
    ("简述{people}不得有的行为。", "不得{act}；也不得打听评标情况。"),
    ("结合岗位，谈谈《{law}》第{article}条的要求。", "应当坚持公开透明，由{body}全程监督。"),
    ("{people}怎样防止围标串标？", "一是随机抽取专家，二是由{body}现场监督。"),
)
RATIONALES = (
    "《{law}》第{article}条。",
    "依据第{article}条第{number}款，{people}应当接受{body}的监督。",
    "见《{law}》，{year}年修订。",
    "处分影响期为{term}，不同于政务处分。",
    "比例为{share}，计算基数是合同价款。",
)


def _filled(random: random.Random, text: str) -> str:
    return text.format(
        law=random.choice(LAWS),
        people=random.choice(PEOPLE),
        article=random.choice(ARTICLES),
        term=random.choice(TERMS),
        body=random.choice(BODIES),
        act=random.choice(ACTS),
        share=random.choice(SHARES),
        sum=random.choice(SUMS),
        year=random.randint(1998, 2026),
        month=random.randint(1, 12),
        number=random.randint(2, 9),
        blank=BLANK,
    )


def question(random: random.Random, type: ItemType, *, explained: bool) -> Question:
    """One question of that type; ``explained``: with a rationale."""
    made = _MAKERS[type](random)
    rationale = _filled(random, random.choice(RATIONALES)) if explained else ""
    return replace(made, rationale=rationale)


def _choice(random: random.Random, type: ItemType) -> Question:
    pool = random.choice(POOLS)
    count = random.choice((3, 4, 4, 4, 4, 5, 6))
    letters = LETTERS[:count]
    right = 1 if type is S else random.randint(2, count)
    key = tuple(sorted(random.sample(letters, right)))
    return Question(type, _filled(random, random.choice(CHOICE_STEMS[pool])), tuple(random.sample(pool, count)), key)


def _statement(random: random.Random) -> Question:
    return Question(J, _filled(random, random.choice(STATEMENTS)), key=(random.choice(("true", "false")),))


def _fill_in(random: random.Random) -> Question:
    stem, blanks = random.choice(GAPS)
    return Question(F, _filled(random, stem), blanks=blanks)


def _essay(random: random.Random) -> Question:
    stem, reference = random.choice(ESSAYS)
    return Question(Q, _filled(random, stem), key=(_filled(random, reference),))


_MAKERS = {
    S: lambda random: _choice(random, S),
    M: lambda random: _choice(random, M),
    J: _statement,
    F: _fill_in,
    Q: _essay,
}


def questions(
    random: random.Random, types: tuple[ItemType, ...], count: int, *, explained: bool
) -> tuple[Question, ...]:
    """That many questions with different stems, all of one type after all of another, in the order of ``types``."""
    found: dict[str, Question] = {}
    while len(found) < count:
        made = question(random, random.choice(types), explained=explained)
        found.setdefault(plain(made.stem), made)
    return tuple(sorted(found.values(), key=lambda each: types.index(each.type)))
