"""Things to test with: plain functions with sensible defaults, going through the real actions."""

from __future__ import annotations

from datetime import date
from functools import cache
from itertools import count
from typing import Any
from uuid import uuid4

from django.contrib.auth.hashers import make_password
from stdnum.cn import uscc

from accounts.models import User
from accounts.roles import Role
from catalogue import calendar
from common.identifiers import ALPHABET
from enterprises.models import Contact, ContactRole, Enterprise, Ownership, Preference
from proxy_service import flow
from proxy_service.actions.project import Opening, open_project
from proxy_service.actions.step import Entry, move_step
from proxy_service.models import Project

PASSWORD = "korrekt-pferd-batterie"
_numbers = count(1)


def make_user(username: str, *, role: Role = Role.AGENT, **fields: Any) -> User:
    """Signs in with PASSWORD, whose slow hash is made once."""
    return User.objects.create(
        username=username, password=_hashed(), name=fields.pop("name", username), role=role, **fields
    )


@cache
def _hashed() -> str:
    return make_password(PASSWORD)


def make_uscc(n: int) -> str:
    """A well-formed code of an invented body."""
    body = f"91210300MA{n:07d}"
    assert all(char in ALPHABET for char in body)
    return body + uscc.calc_check_digit(body)


def make_enterprise(**fields: Any) -> Enterprise:
    n = next(_numbers)
    given = {
        "name": f"演示企业{n}有限公司",
        "short_name": f"演示{n}",
        "uscc": make_uscc(n),
        "ownership": Ownership.PRIVATE,
        "district_id": "210300",
    }
    return Enterprise.objects.create(**{**given, **fields})


def make_contact(enterprise: Enterprise, **fields: Any) -> Contact:
    n = next(_numbers)
    given = {
        "name": f"联系人{n}",
        "role": ContactRole.HANDLER,
        "phone": f"+86138{n:08d}",
        "preference": Preference.ALL,
    }
    return Contact.objects.create(enterprise=enterprise, **{**given, **fields})


def make_project(agent: User, **fields: Any) -> Project:
    """A running project with a mandate for all stages; `contacts` says how many people hear of it."""
    contacts = fields.pop("contacts", 1)
    enterprise = fields.pop("enterprise", None) or make_enterprise(registered_by=agent, district_id=agent.district_id)
    for _ in range(contacts):
        make_contact(enterprise)
    given: dict[str, Any] = {
        "name": f"演示项目{enterprise.pk}",
        "short_name": f"项目{enterprise.pk}",
        "enterprise_id": enterprise.pk,
        "category": "SOC_SMALL",
        "district": agent.district_id,
        "kind": "PROXY",
        "lead_agent_id": agent.pk,
        "mandate_stages": (1, 2, 3, 4),
        "mandate_signed_on": date(2019, 1, 1),
        "mandate_ends_on": date(2039, 12, 31),
    }
    return open_project(Opening(**{**given, **fields}), actor=agent)


def move(project: Project, code: str, name: str, actor: User, **entry: Any) -> dict[str, Any]:
    """Record a move as the API would; what the move needs gets a default, `seen` is the newest version."""
    version = Project.objects.values_list("version", flat=True).get(pk=project.pk)
    needs = {
        "note": "理由说明",
        "evidence": "文书一号",
        "special": "SITE",
        "announced_days": 5,
        "materials": ("总平面图",),
        "due_on": date(2039, 12, 1),
    }
    given = {need: needs[need] for need in flow.MOVES[name].needs} if name in flow.MOVES else {}
    key = entry.pop("key", None) or uuid4().hex
    fingerprint = entry.pop("fingerprint", key)
    return move_step(
        project_id=project.pk,
        code=code,
        name=name,
        actor=actor,
        entry=Entry(**{"seen": version, **given, **entry}),
        key=key,
        fingerprint=fingerprint,
        calendar=calendar.load(),
    )


def walk(project: Project, code: str, actor: User, *names: str) -> dict[str, Any]:
    """Several moves, one after the other; the answer to the last."""
    answer: dict[str, Any] = {}
    for name in names:
        answer = move(project, code, name, actor)
    return answer
