"""The tree and the people of the demonstration."""

from dataclasses import dataclass
from datetime import datetime
from random import Random

from sqlalchemy import select, update

from quizapp.accounts.models import Account
from quizapp.accounts.operations import grant_role, open_account
from quizapp.accounts.passwords import hash_password
from quizapp.db import db
from quizapp.roster.models import UnitKind
from quizapp.roster.operations import Newcomer, add_people, add_unit
from quizapp.web.access import Role

PASSWORD = "lianzheng-2026"
FIRST_STAFF_NO = 100001
SIGN_INS = (
    ("organizer", "组织者（机关纪委）"),
    ("committee", "机关党委"),
    ("secretary", "支部书记（办公室党支部）"),
    ("auditor", "审计员"),
    ("admin", "系统管理员"),
    (str(FIRST_STAFF_NO), "干部职工（办公室党支部）；其余工号顺延，密码相同"),
)
DEPARTMENT = "示范省住房和城乡建设厅"
OFFICES = [
    "办公室", "人事处", "法规处", "计划财务处", "住房保障处", "房地产市场监管处", "建筑市场监管处",
    "工程质量安全监管处", "城市建设处", "村镇建设处", "建筑节能与科技处", "标准定额处", "公积金监管处",
    "行政审批处", "城市管理监督处", "离退休干部处", "机关党委办公室",
]  # fmt: skip
UNITS: tuple[tuple[str, list[str] | int], ...] = (
    ("厅机关处室", OFFICES),
    ("建设工程质量安全总站", 14),
    ("建设工程造价总站", 8),
    ("住房公积金管理中心", 10),
    ("建筑科学研究院", 12),
    ("城乡规划设计研究院", 12),
    ("住房和城乡建设信息中心", 4),
    ("城市建设档案馆", 4),
    ("住建干部学校", 4),
    ("建设执业资格注册中心", 4),
)
NUMERALS = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二", "十三", "十四"]
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎"
GIVEN_TWO = "建国建华志强国庆卫东秀英桂兰玉兰海燕晓东晓红丽华丽娟春梅雪梅文博文静子涵子轩浩然思远"
GIVEN_ONE = "明伟芳娜敏静强磊军洋勇艳杰涛超霞平刚辉玲鹏婷波斌宇琳欣倩凯宁毅颖峰岩"
GIVEN = [*GIVEN_ONE, *(GIVEN_TWO[at : at + 2] for at in range(0, len(GIVEN_TWO), 2))]
DUTIES = (("干部", 8), ("主任科员", 4), ("副科长", 3), ("科长", 3), ("工程师", 6), ("高级工程师", 4), ("副处长", 1))
POSTS = (("综合", 6), ("工程建设", 4), ("质量监督", 4), ("招标采购", 3), ("公积金", 2), ("行政审批", 2), ("财务", 1))


@dataclass(frozen=True)
class Department:
    """What was made: ids, in the organisation's order."""

    id: int
    units: tuple[int, ...]
    branches: tuple[int, ...]
    people: tuple[int, ...]
    branch_of: dict[int, int]  # person → branch at the beginning
    post_of: dict[int, str]
    organizer_id: int


def is_empty() -> bool:
    """Whether nobody is in the database yet."""
    return db.session.scalar(select(Account.id).limit(1)) is None


def add_department(*, people: int, since: datetime, random: Random) -> Department:
    """Write tree, people, accounts and roles, inside the caller's transaction."""
    root = add_unit(code="D", kind=UnitKind.DEPARTMENT, name=DEPARTMENT, parent_id=None, position=0, since=since)
    units: list[int] = []
    branches: list[int] = []
    for place, (name, parts) in enumerate(UNITS):
        unit = add_unit(
            code=f"U{place + 1:02}", kind=UnitKind.UNIT, name=name, parent_id=root.id, position=place, since=since
        )
        units.append(unit.id)
        for branch_name in _branch_names(name, parts):
            number = len(branches) + 1
            branch = add_unit(
                code=f"B{number:03}",
                kind=UnitKind.BRANCH,
                name=branch_name,
                parent_id=unit.id,
                position=number,
                since=since,
            )
            branches.append(branch.id)
    newcomers = _newcomers(people, branches, random)
    members = add_people(newcomers, since)
    db.session.execute(update(Account).values(password_hash=hash_password(PASSWORD)))
    organizer = _officers(root.id, branches[0])
    return Department(
        id=root.id,
        units=tuple(units),
        branches=tuple(branches),
        people=tuple(person.id for person in members),
        branch_of={person.id: new.branch_id for person, new in zip(members, newcomers, strict=True)},
        post_of={person.id: new.post for person, new in zip(members, newcomers, strict=True)},
        organizer_id=organizer,
    )


def _branch_names(unit: str, parts: list[str] | int) -> list[str]:
    if isinstance(parts, int):
        return [f"{unit}第{NUMERALS[number]}党支部" for number in range(parts)]
    return [f"{office}党支部" for office in parts]


def _newcomers(people: int, branches: list[int], random: Random) -> list[Newcomer]:
    """People spread over the branches: most have about twenty, a few a handful or forty."""
    sizes = [random.lognormvariate(0, 0.45) for _branch in branches]
    home = _shares(people, sizes)
    return [
        Newcomer(
            staff_no=str(FIRST_STAFF_NO + number),
            name=random.choice(SURNAMES) + random.choice(GIVEN),
            branch_id=branches[branch],
            duty=_weighted(DUTIES, random),
            post=_weighted(POSTS, random),
            phone=f"139{random.randrange(10**8):08}",
        )
        for number, branch in enumerate(home)
    ]


def _shares(people: int, sizes: list[float]) -> list[int]:
    """The branch of each person, in the order of the branches: in proportion, and nobody's branch is empty."""
    least = min(3, people // len(sizes))
    rest = people - least * len(sizes)
    quotas = [rest * size / sum(sizes) for size in sizes]
    heads = [least + int(quota) for quota in quotas]
    by_remainder = sorted(range(len(sizes)), key=lambda branch: int(quotas[branch]) - quotas[branch])
    for branch in by_remainder[: people - sum(heads)]:
        heads[branch] += 1
    return [branch for branch, count in enumerate(heads) for _head in range(count)]


def _weighted(choices: tuple[tuple[str, int], ...], random: Random) -> str:
    return random.choices([name for name, _weight in choices], [weight for _name, weight in choices])[0]


def _officers(root_id: int, first_branch: int) -> int:
    """The accounts that hold an office. The organizer's id is returned."""
    offices = {
        "organizer": ("周敏", Role.ORGANIZER, root_id),
        "committee": ("机关党委", Role.COMMITTEE, root_id),
        "secretary": ("孙建华", Role.BRANCH_SECRETARY, first_branch),
        "auditor": ("审计员", Role.AUDITOR, None),
        "admin": ("系统管理员", Role.ADMINISTRATOR, None),
    }
    password_hash = hash_password(PASSWORD)
    ids = {}
    for login, (name, role, unit_id) in offices.items():
        account = open_account(login=login, name=name)
        account.password_hash = password_hash
        grant_role(account, role, unit_id)
        ids[login] = account.id
    return ids["organizer"]
