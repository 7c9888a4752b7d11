"""Free layouts: one short text for each, and what must be read from it; every one also in its twins."""

import re
from collections.abc import Callable
from contextlib import suppress

import pytest

from quizapp.domain.bank import ItemType
from quizapp.importers.notation import fold
from quizapp.importers.reading import Document, Format, Grammar, ImportedItem, Reading, Refused
from quizapp.importers.text import parse_text

KINDS = {
    "S": ItemType.SINGLE,
    "M": ItemType.MULTIPLE,
    "J": ItemType.TRUE_FALSE,
    "F": ItemType.FILL_IN,
    "Q": ItemType.ESSAY,
}


def document(text: str, **more: object) -> Document:
    return Document(Format.TEXT, Grammar.TEXT, tuple(text.strip("\n").split("\n")), **more)  # type: ignore[arg-type]


def read(text: str) -> Reading:
    return parse_text(document(text))


def key_of(item: ImportedItem) -> str:
    """``AB``, ``T``, ``X``, ``a/b;c`` for blanks, ``text`` for a reference, ``-`` where there is none."""
    if item.type is ItemType.FILL_IN:
        return ";".join("/".join(fold(text) for text in blank) for blank in item.blanks) or "-"
    if not item.key:
        return "-"
    if item.type is ItemType.ESSAY:
        return "text"
    return {"true": "T", "false": "X"}.get(item.key[0], "".join(item.key))


def said(reading: Reading) -> str:
    """``S:B4`` is a single choice with key B and four options; ``!`` marks a draft."""
    names = {kind: name for name, kind in KINDS.items()}
    return " ".join(
        f"{names[item.type]}:{key_of(item)}{len(item.options) or ''}{'' if item.is_ready else '!'}"
        for item in reading.items
    )


LAYOUTS = {
    "T01 own lines": (
        "第一部分 单选题（共9题）\n1、因公出差的交通费应当凭（）报销。\nA.口头说明\n"
        "B.票据\nC.白条\nD.回忆\n【答案】：B\n解析：财务制度有规定。",
        "S:B4",
    ),
    "T02 empty lines": ("1、公务用车钥匙由（）保管\n\nA.专人\n\nB.任何人\n\n【答案】:A", "S:A2"),
    "T03 one paragraph": (
        "一、单选题1.礼金登记应在（）内完成。A.当天B.一个月C.半年D.一年答案:B解析:见制度第二条。2.廉政谈话由"
        "（）主持。A.司机B.负责人C.访客答案:B3、档案保存（）年。\nA.1\n"
        "B.2\nC.3\n【答案】:C",
        "S:B4 S:B3 S:C3",
    ),
    "T04 key in the stem": (
        "一、单项选择题(本大题共2小题,每小题2分,共4分)\n1.外出培训的批准人为( B )\n"
        "A  同事\nB  分\n管领导\n2.会议费报销的时限为(D )日。\nA  五",
        "S:B2 S:D1!",
    ),
    "T05 two on a line": (
        "一、单项选择题（多选、错选均不得分）\n1、接待费占比不得超过（ ）。 A.3% B.5% C.8% D.10% 2、押金不得"
        "超过合同价的（ ）。\nA 百分之五 . B.百分之十C. 百分之二十 D.百分之三十",
        "S:-4! S:-4!",
    ),
    "T06 marks after the stop": (
        "方可入库。(√)\n11、公车可以借给亲戚。(×) 12、礼品应当登记。（√）\n13、台账应当\n7\n至少留两年。(√)",
        "J:X J:T J:T",
    ),
    "T07 number alone": (
        "1.\n(不定项)收到举报信以后，应当（ ）。\nA.登记\nB.转给被举报人\nC.核实\n"
        "【答案与解析】\n1.答案：AC\n解析：按规则办理。",
        "M:AC3",
    ),
    "T08 broken heading": (
        "1.来信应当在收到后（ ）内登记。\nA.当日\nB.一月\nC.一季\nD半年\n【\n参考答案及解析】\n"
        "1.A 解析：见办法；B项、C项、D项均不对。",
        "S:A4",
    ),
    "T09 backslash numbers": (
        "欢迎学习第01关1\\来访一般在_____日内答复。A:15B:30C:60参考答案:C本题解释:【答案】C。解析:条例有规定"
        "。2\\复核应当在_____日内提出。A:10B:30参考答案:B本题解释"
        ":【答案】A。解析:见条例。",
        "S:C3 S:-2!",
    ),
    "T10 traditional": (
        "一、單選題1.收到禮品後應當如何處理？【選項】A.自己留下B.登記上交【參考答案】B【解析】應當上交。\n"
        "2.下列哪项不是公款？【选项】A.办公经费B.个人工资【参考答案】B【解析】见规定。",
        "S:B2 S:B2",
    ),
    "T11 numbers run on": (
        "一、单选题1. 谈话由谁主持？A. 书记B. 访客答案:A二、多选题2. 哪些须登记？A. 礼金B. 礼品C. 卡券答案:A "
        "B C三、判断题3. 礼金可以自留。答案:错误4. 礼品应当登记。答案:正确",
        "S:A2 M:ABC3 J:X J:T",
    ),
    "T12 numbered statements": (
        "2、关于登记的说法，正确的有\n①礼品应当登记；②卡券不必登记；③礼金应当登记\n"
        "A.①②B.①③C.②③D.①②③\n答案:B\n3、上交礼品，应当坚持\nA.①②",
        "S:B4 S:-1!",
    ),
    "T13 note in an option": (
        "第PAGE页共NUMPAGES页\n1.台账最少保存几年?()\nA.2年\nB.5年(注:自归档之日起计算)\n【答案】B",
        "S:B2",
    ),
    "T14 essays": (
        "二、判断题（正确的打“√”，错误的打“×”）\n1. 可以把投诉人告诉被投诉人。(×)\n"
        "……\n三、简答题\n1. 简述接待的禁令。\n答：不得超标；不得用公款送礼。\n四、论述题\n"
        "结合岗位谈谈怎样防止吃拿卡要。",
        "J:X Q:text Q:-!",
    ),
    "T15 blanks": (
        "二、填空题（共3题，每题2分）\n1.举报人少于________个的，也应当受理。\n2.核查组由两人以上组成。\n"
        "3.台账保存________年，档案保存________年。\n答案\n"
        "二、填空题\n1.一/1 2.（略）\n3.五/5；十/10",
        "F:一/1 F:-! F:五/5;十/10",
    ),
    "T16 printed paper": (
        "单位：________ 姓名：________ 得分：________\n一、多项选择题（每小题3分）\n"
        "l0.公款不得用于（ ）。\nA.旅游 B.送礼\nC.办公 D.宴请\n"
        "II.公车不得（ ）。 A.私用 B.出租 C.检修 D.外借\n参考答案\n一、10-11 ABD ABD",
        "M:ABD4 M:ABD4",
    ),
    "T17 judged by options": (
        "5、可以代人投票。（ ）\nA. 正确\nB. 错误\n正确答案：B\n6、会议应当有记录。\n"
        "A、√  B、×\n答案 A\n7、可以补签记录。\nA.错误\nB.正确\n答案：A",
        "J:X J:T J:X",
    ),
    "T18 no numbers": (
        "公务接待应当遵循的原则\n有()。\nA 有利公务\nB 务实节俭\nC 严格标准\\ans:ABC\n"
        "收到请柬后应当()。\nA 报告\nB 赴宴\\ans:A",
        "M:ABC3 S:A2",
    ),
    "T19 tabs and years": (
        "1.\t以（\t）为准。\nA.\t票据\nB.\t印象\n【答案】A\n2.1999 年印发的办法自（\t）起施行。\n"
        "A.\t2000年1月1日\nB.\t1999年8月30日\n【答案】A",
        "S:A2 S:A2",
    ),
    "T20 words in brackets": (
        "1、核查组不得少于（两人），否则无效。\n\n2、《党委（党组）工作规则》由（办公厅）印发。",
        "F:两人 F:办公厅",
    ),
    "T23 named options": (
        "1、:发现同事收红包，应当（ ）。\n选项A:不管\n选项B:报告\n选项C:以上都不是\n正确答案:选项B",
        "S:B3",
    ),
    "T24 Markdown": (
        "# 学习资料\n## 单选\n2. 台账至少保存几年？\n   - A. 1\n   - **B. 2**",
        "S:B2",
    ),
    "T25 indented": (
        "1.经办人应当自收到材料\n  之日起\n    A.7日内\n  B.15日内          \nC.30日内\n答案：B",
        "S:B3",
    ),
    "T26 key in mid-stem": (
        "1. 标书在签收后(C)开启。\nA.马上          B.经同意\nC.不得              D.由专人\n2. 专家不得少于（ D ）。\n"
        "A.三分之一(含)以下    B.二分之一   C.五分之三   D.三分之二",
        "S:C4 S:D4",
    ),
    "T28 shared passage": (
        "【案例】某科长收受购物卡。\n根据以上材料回答1-2题。\n1.他首先应当（ ）。A.上交 B.隐瞒\n"
        "2.送卡的行为（ ）。A.违规 B.合规\n答案：1.A 2.A",
        "S:A2 S:A2",
    ),
    "T29 options lost": ("1、名单由谁拟定？（ ）\n\n\n\n2、名单可以口头通知。（ ）\n答案:错", "S:-! J:X"),
    "T30 key as text": (
        "1.台账保存多久？\nA.一年\nB.三年\n答案：三年\n2.(多选)不得：A.送礼 B.受礼 C.登记\n答案：送礼、受礼",
        "S:B2 M:AB3",
    ),
    "T31 lists in rationales": (
        "2、记录由谁签字？\n2、A.全体成员 B.秘书\n答案：A\n解析：1. 先由成员签字。\n"
        "2. 再交负责人。\n3、通知由谁发出？\nA.甲方\nB.乙方\n答案：B",
        "S:A2 S:B2",
    ),
    "P1 blanks and alternatives": (
        "3.[填空题](系统评分)台账保存__年，档案保存__年。\n答案:5;五|2;二;两\n4.开会应当有记录。（是）\n"
        "5.[填空题](人工评分)写出一个风险点:____\n答案:略",
        "F:5/五;2/二/两 J:T Q:text",
    ),
    "P2 any order": ("接待遵循____、____和严格标准的原则。\n【答案】乱序匹配(务实)(节俭)", "F:务实;节俭"),
    "P3 tags after the stem": (
        "不得有的行为[多选题][答案:A, B][分数:1, 2][部分得分](题目备注)\nA. 送礼\n"
        "B. 受礼\nC. 登记\n核查少于_____人无效。[多项填空题][答案:1.两][分数:2][按空得分]",
        "M:AB3 F:两",
    ),
    "P4 options without letters": (
        "1. 会议由谁主持？[单选题]\n书记\n访客\n\n2. 核查少于{_}人无效。[考试多项填空]",
        "S:-2! F:-!",
    ),
}


def wide(text: str) -> str:
    return "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" and char not in "#*\\{}_" else char for char in text)


def spaced(text: str) -> str:
    return re.sub(r"(?m)^(?=[A-H][.、])", "\u3000\u3000", text)


def with_unseen(text: str) -> str:
    return text.replace("答案", "答\u200b案").replace("解析", "解\xad析")


TWINS: dict[str, Callable[[str], str]] = {
    "as written": str,
    "full width": wide,
    "empty lines": lambda text: text.replace("\n", "\n\n"),
    "wide spaces": spaced,
    "zero width": with_unseen,
    "trailing spaces": lambda text: text.replace("\n", " \u3000\n"),
}


@pytest.mark.parametrize("twin", TWINS)
@pytest.mark.parametrize("name", LAYOUTS)
def test_layouts_are_read_in_every_twin(name: str, twin: str) -> None:
    text, wanted = LAYOUTS[name]
    if twin == "full width" and name.startswith("T24"):
        return  # the signs of Markdown have no full width
    if twin == "empty lines" and name.startswith("P4"):
        text = text.replace("\n\n", "\n")
    assert said(read(TWINS[twin](text))) == wanted


@pytest.mark.parametrize("name", LAYOUTS)
def test_every_line_is_accounted_for(name: str) -> None:
    reading = read(LAYOUTS[name][0])
    told = set(reading.headings) | {each.line for each in reading.skipped}
    told |= {line for item in reading.items for line in range(item.line, item.last_line + 1)}
    assert {number for number, line in enumerate(reading.document.lines, 1) if line.strip()} <= told


@pytest.mark.parametrize("name", LAYOUTS)
def test_no_cut_raises(name: str) -> None:
    text = LAYOUTS[name][0]
    lines = text.split("\n")
    cuts = [text[:end] for end in range(0, len(text), 10)]
    cuts += ["\n".join(lines[:n] + lines[n + 1 :]) for n in range(len(lines))]
    cuts += ["\n".join([*lines[: n + 1], *lines[n:]]) for n in range(len(lines))]
    for cut in cuts:
        with suppress(Refused):
            read(cut)


def test_a_file_of_keys_is_refused() -> None:
    with pytest.raises(Refused, match="only keys"):
        read("第三季度\n1、B\n2、ACD\n3、公开\n4.正确")


def test_a_file_without_questions_names_what_it_found() -> None:
    with pytest.raises(Refused, match="2 paragraphs"):
        read("关于放假的通知\n请各单位做好值班。")


def test_keys_of_a_second_file() -> None:
    questions = "\n".join(
        f"{number}.事项{number}怎么办（ ）。\nA.甲{number}\nB.乙{number}\nC.丙{number}\nD.丁{number}"
        for number in range(1, 19)
    )
    keys = "题号：1 2 3 4\n答案：B D AC √\n5-8：A B A CD\n9B10D11A\n12.A 13.BC 14.√ 15.对\n16：A-D  17：A至C  18：全选"
    items = parse_text(document(questions), document(keys)).items
    assert [key_of(item) for item in items] == [
        *("B", "D", "AC", "-", "A", "B", "A", "CD", "B", "D", "A", "A", "BC", "-", "-", "ABCD", "ABC", "ABCD")
    ]
