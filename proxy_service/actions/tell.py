"""Who hears of an event: the case's other agents in their inbox, the enterprise's contacts by SMS."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.utils import timezone

import journal
from accounts.models import User
from enterprises.models import Contact
from journal.models import Event
from notifications import sms
from notifications.templates import TEMPLATES
from proxy_service.models import Project, ServiceCase, Step
from proxy_service.notices import NOTICES

if TYPE_CHECKING:
    from proxy_service.actions.step import Entry


def inboxes(case: ServiceCase, event: Event, *, actor: User | None) -> None:
    """The same event on the inbox streams of those who work on the case and did not act themselves."""
    people = {case.lead_agent_id, case.support_agent_id} - {None, actor.pk if actor else None}
    for person in sorted(pk for pk in people if pk is not None):  # sorted: locks in one order
        journal.append(
            f"inbox-{person}",
            event.kind,
            payload={"project": case.project_id, "project_name": case.project.short_name, **event.payload},
            actor=actor,
            occurred_at=event.occurred_at,
            source=event.source,
        )


def contacts(project: Project, case: ServiceCase, step: Step, event: Event, *, entry: Entry, counted: bool) -> None:
    """One message per contact who is meant and wants it; the same event never queues a second.

    `counted`: the clock of this filing had begun before. Then a further acceptance (by the department after the window,
    or after a correction) changes no date, and a second «accepted on» would name a wrong one.
    """
    notice = NOTICES.get(event.kind)
    if notice is None or (notice.template == "SMS-01" and counted):
        return
    values = _values(project, case, step, event, entry)
    declared = {name: values[name] for name in TEMPLATES[notice.template].variables}
    people = Contact.objects.filter(
        enterprise=project.enterprise_id, active=True, role__in=notice.roles, preference__in=notice.wishes
    )
    for contact, phone in people.values_list("pk", "phone"):
        sms.queue(
            dedupe_key=f"{project.stream}:{event.seq}:contact-{contact}",
            template=notice.template,
            values=declared,
            phone=phone,
            recipient=f"contact-{contact}",
            subject=project.stream,
            category=notice.category,
        )


def _values(project: Project, case: ServiceCase, step: Step, event: Event, entry: Entry) -> dict[str, str]:
    """Every variable a message may name. No amounts, addresses, people or reasons (`sms-practice.md` 7.3)."""
    due = step.due_on or step.accepted_on or timezone.localdate()
    dates = {"SMS-02": entry.due_on or due, "SMS-04": due}
    template = NOTICES[event.kind].template
    return {
        "proj": project.short_name,
        "item": step.title,
        "date": _day(dates.get(template, timezone.localdate(event.occurred_at))),
        "n": str(entry.announced_days if template == "SMS-03" else step.committed),
        "k": str(len(entry.materials)),
        "special": _special(step) if template in ("SMS-03", "SMS-04") else "",
        "code": case.query_code,
    }


def _special(step: Step) -> str:
    last = step.suspensions.last()
    return last.name if last else "特别程序"


def _day(day: date) -> str:
    return f"{day.month}月{day.day}日"
