"""Who works at the bureau in the demonstration."""

from __future__ import annotations

import os
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.hashers import make_password

from accounts.models import Department, User
from accounts.roles import CITY, Role

HAICHENG = "210381"
_SECTIONS = (  # noqa: SIM905 -- a list of words reads as words
    "办公室 人事科 财务科 法规科 政策研究科 标准化科 督查科 审批协调科 政务信息科 投资审批科 工程建设审批科 "
    "规划用地审批科 生态环境审批科 农林水审批科 交通城管审批科 社会事务审批科 文教卫审批科 "
    "市场准入审批科 安全生产审批科 勘验科 大厅管理科 帮办代办科"
).split()


@dataclass(frozen=True, slots=True)
class Account:
    username: str
    name: str
    role: Role
    department: str = ""
    district: str = CITY


ACCOUNTS = (
    Account("agent1", "沈知远", Role.AGENT),
    Account("agent2", "顾明澈", Role.AGENT),
    Account("agent3", "陆清和", Role.AGENT),
    Account("agent4", "温书珩", Role.AGENT),
    Account("agent5", "纪怀瑾", Role.AGENT),
    Account("agent6", "骆嘉树", Role.AGENT),
    Account("agent7", "祁望舒", Role.AGENT),
    Account("agent8", "裴思齐", Role.AGENT),
    Account("agent9", "卓云舟", Role.AGENT),
    Account("county1", "海若溪", Role.AGENT, district=HAICHENG),
    Account("support1", "简予安", Role.SUPPORT),
    Account("support2", "邵亦航", Role.SUPPORT),
    Account("section-zjj", "褚承泽", Role.SECTION, department="zjj"),
    Account("section-zrzy", "苗静姝", Role.SECTION, department="zrzy"),
    Account("supervisor1", "岳秉文", Role.SUPERVISOR),
    Account("supervisor2", "柏砚秋", Role.SUPERVISOR),
    Account("supervisor3", "卞立言", Role.SUPERVISOR, district=HAICHENG),
    Account("leader1", "钟景行", Role.LEADER),
    Account("leader2", "秦海晏", Role.LEADER),
    Account("admin1", "艾修远", Role.ADMIN),
    Account("auditor1", "闻昭宁", Role.AUDITOR),
)


def password() -> str:
    return os.environ.get("DEMO_PASSWORD") or "anshan-demo-2026"


def hire() -> dict[str, User]:
    """The 22 sections and the demo's accounts by username; who exists already stays as they are."""
    _found_sections()
    departments = {row.code: row for row in Department.objects.all()}
    # One hash for all: the password is printed at the start anyway, and a slow hash twenty times over is a wait.
    hashed = make_password(password())
    User.objects.bulk_create(
        [
            User(
                username=account.username,
                password=hashed,
                name=account.name,
                role=account.role,
                department=departments[account.department] if account.department else None,
                district_id=account.district,
            )
            for account in ACCOUNTS
        ],
        ignore_conflicts=True,
    )
    return {user.username: user for user in User.objects.filter(username__in=[a.username for a in ACCOUNTS])}


def _found_sections() -> None:
    if Department.objects.filter(is_section=True).exists():
        return
    Department.objects.bulk_create(
        [
            Department(code=f"spj-{n:02d}", name=settings.BUREAU_NAME + short, short=short, is_section=True)
            for n, short in enumerate(_SECTIONS, start=1)
        ]
    )
