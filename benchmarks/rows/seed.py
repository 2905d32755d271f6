"""Rows to measure with: one agent, and projects whose first step waits to be accepted."""

from __future__ import annotations

import json
import sys
from datetime import date
from uuid import uuid4

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from benchmarks.seed_name import CODE
from catalogue import calendar
from catalogue.models import FlowTemplate
from enterprises.models import Contact, Enterprise
from proxy_service.actions.project import Opening, open_project
from proxy_service.actions.step import Entry, move_step
from proxy_service.models import Project


def seed(projects: int) -> dict[str, object]:
    """`projects` of them, each with CODE received; the signed-in session's key and the projects' ids."""
    agent = User.objects.create_user("bench", "bench-password-1", name="演示专员", role=Role.AGENT)
    support = User.objects.create_user("bench2", "bench-password-1", name="演示协办", role=Role.SUPPORT)
    return {
        "session": session_of(agent),
        "projects": [_received(project(agent, support, n), agent) for n in range(projects)],
    }


def session_of(user: User) -> str:
    store = SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.save()
    return str(store.session_key)


def project(agent: User, support: User, n: int) -> Project:
    """A government building with one contact, who hears of everything."""
    firm = Enterprise.objects.create(
        name=f"演示企业{n}", short_name=f"演示{n}", uscc=f"BENCH{n:013d}", ownership="PRIVATE", district_id="210300"
    )
    Contact.objects.create(enterprise=firm, name="演示", role="HANDLER", phone=f"+86139{n:08d}")
    opening = Opening(
        name=f"演示项目{n}",
        short_name=f"项目{n}",
        enterprise_id=firm.pk,
        category="GOV_HOUSE",
        district="210300",
        kind="PROXY",
        lead_agent_id=agent.pk,
        support_agent_id=support.pk,
        mandate_stages=(1, 2, 3, 4),
        mandate_signed_on=date(2020, 1, 1),
        mandate_ends_on=date(2039, 1, 1),
    )
    Enterprise.objects.filter(pk=firm.pk).update(registered_by=agent)
    return open_project(opening, actor=agent)


def _received(project: Project, agent: User) -> int:
    move_step(
        project_id=project.pk,
        code=CODE,
        name="submit",
        actor=agent,
        entry=Entry(seen=project.version),
        key=uuid4().hex,
        fingerprint="",
        calendar=calendar.load(),
    )
    return project.pk


def seed_streams(projects: int) -> dict[str, object]:
    """Projects without a plan: something to watch for fan-out."""
    agent = User.objects.create_user("bench", "bench-password-1", name="演示督办员", role=Role.SUPERVISOR)
    firm = Enterprise.objects.create(
        name="演示企业", short_name="演示", uscc="BENCH0000000000000", ownership="PRIVATE", district_id="210300"
    )
    template, now = FlowTemplate.objects.first(), timezone.now()
    rows = [
        Project(
            name=f"演示{n}",
            short_name=f"演示{n}",
            internal_no=f"B{n}",
            enterprise=firm,
            district_id="210300",
            template=template,
            opened_on=now.date(),
            updated_at=now,
        )
        for n in range(projects)
    ]
    return {"session": session_of(agent), "projects": [project.pk for project in Project.objects.bulk_create(rows)]}


def main() -> None:
    """`python -m benchmarks.rows.seed 200`, or `--streams 1000`: prints the JSON."""
    if sys.argv[1] == "--streams":
        print(json.dumps(seed_streams(int(sys.argv[2]))))
    else:
        print(json.dumps(seed(int(sys.argv[1]))))


if __name__ == "__main__":
    main()
