"""Reading for screens. Every function starts from `visible_to` and takes a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, CharField, Count, F, Q, QuerySet, Value, When, prefetch_related_objects
from django.utils import timezone

import journal
from accounts.models import User
from accounts.roles import Capability, Role
from catalogue import calendar
from catalogue.models import SpecialProcedure
from common.errors import NotFound
from common.phones import masked
from enterprises.queries import may_see_phones
from journal.models import Event
from notifications import sms
from proxy_service import facts, flow
from proxy_service.facts import Plan, View
from proxy_service.models import InboxMark, Mandate, Project, ProjectQuerySet, ServiceCase, Step, StepLink
from proxy_service.rules import Lamp
from proxy_service.sentences import sentence

PAGE = 50
_RUNNING = ServiceCase.CaseState.RUNNING
_PAUSED = ServiceCase.CaseState.PAUSED


def view() -> View:
    return View(today=timezone.localdate(), calendar=calendar.load())


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What a person asked to see of the projects. `state` OPEN: running or paused."""

    q: str = ""
    lamp: str = ""
    category: str = ""
    district: str = ""
    state: str = "OPEN"


def with_lamp(rows: ProjectQuerySet, today: date) -> QuerySet[Any]:
    """The lamp as a comparison of stored dates with today: the same order as `rules.lamp`, asked of the database."""
    marks = (
        ("dark_red_from", Lamp.DARK_RED),
        ("red_from", Lamp.RED),
        ("doubt_from", Lamp.PURPLE),
        ("yellow_from", Lamp.YELLOW),
        ("blue_from", Lamp.BLUE),
    )
    shown = [When(**{f"{mark}__lte": today}, then=Value(lamp.value)) for mark, lamp in marks]
    return rows.annotate(
        lamp=Case(
            When(case__state=_PAUSED, then=Value(Lamp.GREY.value)),
            When(~Q(case__state=_RUNNING), then=Value("")),
            *shown,
            When(all_waiting=True, then=Value(Lamp.GREY.value)),
            default=Value(Lamp.GREEN.value),
            output_field=CharField(),
        )
    )


def found(user: User, asked: Filter, *, today: date) -> QuerySet[Any]:
    """Visible projects that fit everything but the lamp, with the lamp annotated."""
    rows = Project.objects.visible_to(user)
    if asked.q:
        words = Q()
        for name in ("name", "short_name", "code", "internal_no", "case__no", "enterprise__name", "enterprise__uscc"):
            words |= Q(**{f"{name}__icontains": asked.q})
        rows = rows.filter(words)
    if asked.category:
        rows = rows.filter(template__category=asked.category)
    if asked.district:
        rows = rows.filter(district_id=asked.district)
    if asked.state == "OPEN":
        rows = rows.filter(case__state__in=(_RUNNING, _PAUSED))
    elif asked.state != "ALL":
        rows = rows.filter(case__state=asked.state)
    return with_lamp(rows, today)


_LAMP_ORDER = Case(
    *(When(lamp=lamp.value, then=Value(place)) for place, lamp in enumerate(Lamp)), default=Value(len(Lamp))
)


_URGENT_FIRST = (_LAMP_ORDER, F("red_from").asc(nulls_last=True), "-updated_at", "-pk")


def all_rows(user: User, asked: Filter, *, batch: int = 100) -> Iterator[dict[str, Any]]:
    """Every project that the pages would show, each once: what moves between two pages meanwhile is not lost."""
    seen = view()
    rows = found(user, asked, today=seen.today)
    if asked.lamp:
        rows = rows.filter(lamp=asked.lamp)
    ids = list(rows.order_by(*_URGENT_FIRST).values_list("pk", flat=True))
    for start in range(0, len(ids), batch):
        few = ids[start : start + batch]
        by_id = {row["id"]: row for row in project_rows(Project.objects.visible_to(user).filter(pk__in=few), seen)}
        yield from (by_id[pk] for pk in few if pk in by_id)


def project_page(user: User, asked: Filter, *, page: int, size: int = PAGE) -> dict[str, Any]:
    """One page, most urgent first, with the counts of all lamps under the same filter."""
    seen = view()
    rows = found(user, asked, today=seen.today)
    lamps = {lamp.value: 0 for lamp in Lamp}
    lamps |= dict(rows.order_by().exclude(lamp="").values_list("lamp").annotate(n=Count("pk")))
    if asked.lamp:
        rows = rows.filter(lamp=asked.lamp)
        total = lamps.get(asked.lamp, 0)
    else:
        total = rows.count()
    pages = max(1, -(-total // size))
    page = min(page, pages)
    items = project_rows(rows.order_by(*_URGENT_FIRST)[(page - 1) * size : page * size], seen)
    return {"items": items, "total": total, "page": page, "pages": pages, "lamps": lamps}


def project_rows(rows: QuerySet[Any], seen: View) -> list[dict[str, Any]]:
    """Facts of several projects in four queries."""
    projects = list(rows.select_related("enterprise", "district", "template", "case__lead_agent"))
    plans = _plans(projects)
    return [_row(project, plans[project.pk], seen) for project in projects]


def _plans(projects: Sequence[Project]) -> dict[int, Plan]:
    ids = [project.pk for project in projects]
    steps: dict[int, list[Step]] = {pk: [] for pk in ids}
    links: dict[int, list[tuple[int, int, bool]]] = {pk: [] for pk in ids}
    for step in _with_suspensions(Step.objects.filter(project__in=ids).order_by("position")):
        steps[step.project_id].append(step)
    rows = StepLink.objects.filter(project__in=ids).order_by("pk")
    for project, before, after, hard in rows.values_list("project_id", "before_id", "after_id", "hard"):
        links[project].append((before, after, hard))
    return {project.pk: Plan.of(project.case, steps[project.pk], links[project.pk]) for project in projects}


def _with_suspensions(rows: QuerySet[Step]) -> list[Step]:
    """Steps with department, and with suspensions where there can be any: a step not accepted has none."""
    steps = list(rows.select_related("department"))
    prefetch_related_objects([step for step in steps if step.accepted_on], "suspensions")
    return steps


def _row(project: Project, plan: Plan, seen: View) -> dict[str, Any]:
    case = project.case
    lamp = facts.lamp_of_project(project, case, seen)
    ahead = facts.next_fact(plan, seen) if case.state in (_RUNNING, _PAUSED) else None
    return {
        "id": project.pk,
        "name": project.name,
        "short_name": project.short_name,
        "code": project.code,
        "internal_no": project.internal_no,
        "enterprise": {"id": project.enterprise_id, "name": project.enterprise.name},
        "district": {"code": project.district_id, "name": project.district.name},
        "category": {"code": project.template.category, "name": project.template.get_category_display()},
        "level_name": project.get_level_display(),
        "lamp": lamp,
        "lamp_word": lamp.word if lamp else case.get_state_display(),
        "lamp_days": ahead["days_left"] if ahead else None,
        "progress": {"done": plan.done, "total": len(plan.steps)},
        "stage": facts.stage_fact(plan),
        "next": ahead,
        "case": {
            "no": case.no,
            "kind": case.kind,
            "kind_name": case.get_kind_display(),
            "state": case.state,
            "state_name": case.get_state_display(),
        },
        "lead_agent": {"id": case.lead_agent_id, "name": case.lead_agent.name},
        "version": project.version,
        "updated_at": timezone.localtime(project.updated_at),
        "is_demo": project.is_demo,
    }


def project_detail(user: User, project_id: int) -> dict[str, Any]:
    """Everything the project's screen shows. Raises NotFound."""
    seen = view()
    rows = Project.objects.visible_to(user).select_related(
        "enterprise", "district", "template", "case__lead_agent", "case__support_agent"
    )
    project = rows.filter(pk=project_id).first()
    if project is None:
        raise NotFound
    plan = _detailed_plan(project)
    case = project.case
    return {
        **_row(project, plan, seen),
        "enterprise": {
            "id": project.enterprise_id,
            "name": project.enterprise.name,
            "contacts": _contacts(project, user),
        },
        "investment_wan": project.investment_wan,
        "opened_on": project.opened_on,
        "target_days": project.target_days,
        "net_days": facts.net_days_of(plan, seen),
        "mandate": _mandate(case, seen.today),
        "support_agent": _person(case.support_agent),
        "query_code": case.query_code,
        "stages": facts.stages_fact(plan, project.template.budget),
        "steps": [facts.step_fact(step, plan, seen, movable=_movable(step, case, user)) for step in plan.steps],
        "messages": _messages(project, user),
    }


def _detailed_plan(project: Project) -> Plan:
    steps = _with_suspensions(project.steps.order_by("position"))
    links = project.links.order_by("pk").values_list("before_id", "after_id", "hard")
    plan = Plan.of(project.case, steps, links)
    examined = [step.item_id for step in plan.steps if step.at in flow.MAY_BE_EXAMINED]
    if examined:
        rows = SpecialProcedure.objects.filter(items__in=examined).order_by("pk")
        for item, *special in rows.values_list("items", "code", "name", "basis"):
            plan.specials.setdefault(item, []).append(dict(zip(("code", "name", "basis"), special, strict=True)))
    return plan


def _movable(step: Step, case: ServiceCase, user: User) -> bool:
    if case.state != _RUNNING or not user.may(Capability.STEP_MOVE):
        return False
    return user.role != Role.SECTION or step.department_id == user.department_id


def _person(user: User | None) -> dict[str, Any] | None:
    return {"id": user.pk, "name": user.name} if user else None


def _contacts(project: Project, user: User) -> list[dict[str, Any]]:
    clear = may_see_phones(user, is_own=user.pk in (project.case.lead_agent_id, project.case.support_agent_id))
    return [
        {
            "id": contact.pk,
            "name": contact.name,
            "role": contact.role,
            "role_name": contact.get_role_display(),
            "phone": contact.phone if clear else masked(contact.phone),
            "phone_masked": not clear,
            "preference_name": contact.get_preference_display(),
        }
        for contact in project.enterprise.contacts.filter(active=True)
    ]


def _mandate(case: ServiceCase, today: date) -> dict[str, Any] | None:
    mandate: Mandate | None = case.mandates.order_by("-ends_on", "-pk").first()
    if mandate is None:
        return None
    valid = any(mandate.covers(stage, today) for stage in mandate.stages)
    names = ("no", "signed_on", "ends_on", "stages")
    return {**{name: getattr(mandate, name) for name in names}, "valid": valid}


def _messages(project: Project, user: User) -> list[dict[str, Any]]:
    if not user.may(Capability.SMS_READ):
        return []
    return [
        {
            "id": str(message.pk),
            "to": message.masked_phone,
            "text": message.text,
            "status": message.status,
            "status_name": message.get_status_display(),
            "at": timezone.localtime(message.created_at),
        }
        for message in sms.of_subject(project.stream, limit=20)
    ]


def timeline(user: User, project_id: int, *, before: int | None, limit: int) -> dict[str, Any]:
    """The project's events, newest first. Raises NotFound."""
    project = Project.objects.visible_to(user).filter(pk=project_id).first()
    if project is None:
        raise NotFound
    return _events(project.stream, before=before, limit=limit)


def _events(stream: str, *, before: int | None, limit: int) -> dict[str, Any]:
    rows = Event.objects.filter(stream_id=stream).select_related("actor").order_by("-seq")
    if before is not None:
        rows = rows.filter(seq__lt=before)
    items = [told(event) for event in rows[:limit]]
    more = bool(items) and items[-1]["seq"] > 1
    return {"items": items, "next_before": items[-1]["seq"] if more else None}


def told(event: Event) -> dict[str, Any]:
    """An event with its sentence and whether it was entered late."""
    plain = journal.as_json(event)
    return {**plain, "sentence": sentence(event.kind, event.payload), "late": bool(event.payload.get("late_days"))}


def inbox(user: User, *, before: int | None, limit: int) -> dict[str, Any]:
    stream = f"inbox-{user.pk}"
    upto = InboxMark.objects.filter(user=user).values_list("upto", flat=True).first() or 0
    unread = journal.heads([stream]).get(stream, 0) - upto
    return {**_events(stream, before=before, limit=limit), "unread": max(unread, 0), "upto": upto}
