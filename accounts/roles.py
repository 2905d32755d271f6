"""One table: role → what it may do and how far it sees (`docs/roles.md` is printed from here)."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models


class Role(models.TextChoices):
    AGENT = "AGENT", "帮办专员"
    SUPPORT = "SUPPORT", "协办"
    SECTION = "SECTION", "牵头科室联系人"
    SUPERVISOR = "SUPERVISOR", "督办员"
    LEADER = "LEADER", "局领导"
    ADMIN = "ADMIN", "系统管理员"
    AUDITOR = "AUDITOR", "审计员"


class Scope(models.TextChoices):
    """How far a person sees; `visible_to` turns it into a filter."""

    NONE = "NONE", "不可见"
    OWN = "OWN", "本人承办"
    SECTION = "SECTION", "本科室事项"
    DISTRICT = "DISTRICT", "本辖区"
    ALL = "ALL", "全部"


class Capability(models.TextChoices):
    PROJECT_OPEN = "project.open", "立项登记"
    STEP_MOVE = "step.move", "推进办理环节"
    ENTERPRISE_WRITE = "enterprise.write", "维护企业与联系人"
    CONTACT_PHONE = "contact.phone", "查看联系电话"
    CASE_ASSIGN = "case.assign", "指派专员"
    SMS_READ = "sms.read", "查看短信记录"
    JOURNAL_VERIFY = "journal.verify", "核验流水"
    CATALOGUE_WRITE = "catalogue.write", "维护事项目录与日历"
    USERS_WRITE = "users.write", "维护人员"
    FEEDBACK_READ = "feedback.read", "查看意见反馈"


@dataclass(frozen=True, slots=True)
class Rights:
    scope: Scope
    capabilities: frozenset[Capability]


_C = Capability
TABLE: dict[Role, Rights] = {
    Role.AGENT: Rights(
        Scope.OWN, frozenset({_C.PROJECT_OPEN, _C.STEP_MOVE, _C.ENTERPRISE_WRITE, _C.CONTACT_PHONE, _C.SMS_READ})
    ),
    Role.SUPPORT: Rights(Scope.OWN, frozenset({_C.STEP_MOVE, _C.CONTACT_PHONE, _C.SMS_READ})),
    Role.SECTION: Rights(Scope.SECTION, frozenset({_C.STEP_MOVE})),
    Role.SUPERVISOR: Rights(Scope.ALL, frozenset({_C.PROJECT_OPEN, _C.CASE_ASSIGN, _C.SMS_READ, _C.FEEDBACK_READ})),
    Role.LEADER: Rights(Scope.ALL, frozenset({_C.FEEDBACK_READ})),
    Role.ADMIN: Rights(Scope.NONE, frozenset({_C.CATALOGUE_WRITE, _C.USERS_WRITE, _C.FEEDBACK_READ})),
    Role.AUDITOR: Rights(Scope.ALL, frozenset({_C.SMS_READ, _C.JOURNAL_VERIFY})),
}

CITY = "210300"


def scope_of(role: str, district: str | None) -> Scope:
    """How far a person of this role and district sees. «All» ends at the border of a county-level area."""
    scope = TABLE[Role(role)].scope
    return Scope.DISTRICT if scope is Scope.ALL and district != CITY else scope


def may(role: str, capability: Capability) -> bool:
    return capability in TABLE[Role(role)].capabilities
