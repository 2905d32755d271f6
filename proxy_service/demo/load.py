"""Make the demonstration: people, enterprises, projects and their twelve months."""

from __future__ import annotations

import time as stopwatch
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from random import Random

import structlog
from django.conf import settings
from django.utils import timezone

import journal
from accounts.models import User
from catalogue import calendar
from catalogue.models import ApprovalItem
from catalogue.plan import Link, in_order, plan_for
from catalogue.queries import flow_of, template_for
from common.errors import Refused
from enterprises.models import Enterprise
from notifications import sms
from notifications.models import Message
from proxy_service.actions.inbox import mark_read
from proxy_service.demo import book, firms, outbox, people, script
from proxy_service.demo.cast import Part
from proxy_service.demo.history import Line
from proxy_service.demo.play import Days, Stage, happenings
from proxy_service.demo.script import SEED, Story
from proxy_service.demo.travel import Watch, all_or_nothing, own_time
from proxy_service.models import Project, ServiceCase, Step, Suspension

log = structlog.get_logger(__name__)
_BEGINNING = -243  # working days: the day on which the register was typed in


@dataclass(frozen=True, slots=True)
class Made:
    """What a load brought, for the table at its end."""

    counts: Mapping[str, int]
    seconds: float


def load() -> Made | None:
    """The whole demonstration, or nothing; None when there already is one. Refused in production."""
    if settings.PRODUCTION:
        raise Refused("demo.production", "正式环境不能装入演示数据")
    begun = stopwatch.monotonic()
    with all_or_nothing():
        if Project.objects.filter(is_demo=True).exists():
            return None
        with own_time() as watch:
            _make(watch)
    made = Made(_counts(), stopwatch.monotonic() - begun)
    log.info("demo.loaded", **made.counts, seconds=round(made.seconds, 1))
    return made


def _make(watch: Watch) -> None:
    staff, rng = people.hire(), Random(SEED)  # noqa: S311 -- dice of a play
    days = Days(timezone.localdate(), calendar.load())
    invented = firms.invent(rng, today=days.today, calendar=days.calendar)
    stories = script.write(plans())
    rows = _enterprises(invented, stories, staff, days, watch)
    stage = Stage(stories, rows, staff, days, rng, watch, {}, {})
    for one in happenings(stories, days, rng):
        stage.happen(one)
    watch.moment = None
    _without_basis(stage.projects)
    outbox.settle([project.stream for project in stage.projects.values()], rng)
    _for_tomorrow(days)
    _mostly_read(staff.values())


def plans() -> list[list[Line]]:
    """The lines of every case of the cast, from the published templates and from the task book."""
    return [_book_lines() if part.role == "book" else _template_lines(part) for _, part in script.parts()]


def _template_lines(part: Part) -> list[Line]:
    template = template_for(part.category)
    planned = {step.code: step for step in plan_for(flow_of(template), part.answers)}
    items = _items([step.item for step in planned.values()])
    links = [Link(before, step.code) for step in planned.values() for before in step.after]
    return [
        Line(code, planned[code].after, planned[code].committed, *items[planned[code].item])
        for code in in_order(planned, links)
    ]


def _items(keys: Sequence[int]) -> dict[int, tuple[bool, tuple[str, ...]]]:
    """Milestone or not, and the special procedures that stop its clock."""
    rows = ApprovalItem.objects.filter(pk__in=keys).prefetch_related("specials")
    return {row.pk: (row.is_milestone, tuple(special.code for special in row.specials.all())) for row in rows}


def _book_lines() -> list[Line]:
    return [Line(line.code, line.after, line.committed, line.committed == 0) for line in book.lines()]


def _enterprises(
    invented: Sequence[firms.Firm], stories: Sequence[Story], staff: Mapping[str, User], days: Days, watch: Watch
) -> list[Enterprise]:
    """Registered by those who serve them, the liaison points by all in turn; agreements on their day."""
    serving = {story.client: story.agent for story in stories}
    clerks = [staff[serving.get(n, f"agent{n % 9 + 1}")] for n in range(len(invented))]
    watch.moment = days.at(_BEGINNING, 30)
    rows = firms.register(invented, clerks)
    for firm, row, clerk in zip(invented, rows, clerks, strict=True):
        if firm.signed_on is not None:
            watch.moment = datetime.combine(firm.signed_on, time(10), timezone.get_default_timezone())
            firms.sign(firm, row, clerk=clerk)
    return rows


def _without_basis(projects: Mapping[int, Project]) -> None:
    """One suspension shows no legal basis, as older records do; an action would never leave it empty."""
    lasting = Suspension.objects.filter(step__project__in=projects.values(), ended_on=None)
    Suspension.objects.filter(pk__in=lasting.order_by("pk").values("pk")[:1]).update(basis="")


def _for_tomorrow(days: Days) -> None:
    """Three reminders wait for the opening of the next working day."""
    ready = datetime.combine(days.date(1), time(8, 30), timezone.get_default_timezone())
    waiting = ServiceCase.objects.filter(state="RUNNING", project__is_demo=True).exclude(query_code=script.TOUR_CODE)
    on_them = waiting.filter(project__steps__state__in=("CORRECTING", "WITHDRAWING")).distinct().order_by("pk")
    for case in on_them.select_related("project__enterprise")[:3]:
        contact = case.project.enterprise.contacts.filter(role="HANDLER").order_by("pk")[0]
        until = days.date(4)
        date = f"{until.month}月{until.day}日"
        values = {"proj": case.project.short_name, "k": "1", "date": date, "code": case.query_code}
        sms.queue(
            dedupe_key=f"demo-reminder:{case.pk}:contact-{contact.pk}",
            template="SMS-08",
            values=values,
            phone=contact.phone,
            recipient=f"contact-{contact.pk}",
            subject=case.project.stream,
            category=sms.Category.ACTION_REQUIRED,
            ready_at=ready,
        )


def _mostly_read(staff: Iterable[User]) -> None:
    """All but the newest three of everybody's inbox."""
    for user in staff:
        head = journal.heads([f"inbox-{user.pk}"]).get(f"inbox-{user.pk}", 0)
        if head > 3:
            mark_read(user=user, upto=head - 3)


def _counts() -> dict[str, int]:
    cases = ServiceCase.objects.filter(project__is_demo=True)
    return {
        "enterprises": Enterprise.objects.filter(is_demo=True).count(),
        "cases": cases.count(),
        "steps": Step.objects.filter(project__is_demo=True).count(),
        "messages": Message.objects.count(),
    }
