"""Open a project with its service case and plan; change who works on it; pause, resume and end the service."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import partial

from django.db import transaction
from django.utils import timezone

import journal
from accounts.models import District, User
from accounts.roles import Capability, Role, Scope
from catalogue.models import ApprovalItem, FlowTemplate, Unit
from catalogue.plan import PlannedStep, plan_for
from catalogue.queries import flow_of
from common import identifiers
from common.errors import Forbidden, Invalid, NotFound, Refused, Stale
from common.text import cleaned
from enterprises.models import Enterprise
from journal import bus, receipts
from notifications.templates import is_sendable
from proxy_service.models import Mandate, Project, Serial, ServiceCase, Step, StepLink

_CENT = Decimal("0.01")  # what the column keeps


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What is known of a project when its service begins. Money in 万元, dates as dates."""

    name: str
    short_name: str
    enterprise_id: int
    category: str
    district: str
    kind: str
    lead_agent_id: int
    support_agent_id: int | None = None
    code: str = ""
    level: str = Project.Level.CITY
    investment_wan: Decimal | None = None
    answers: Mapping[str, str] = field(default_factory=dict)
    mandate_stages: Sequence[int] = ()
    mandate_signed_on: date | None = None
    mandate_ends_on: date | None = None
    is_demo: bool = False


@transaction.atomic(durable=True)
def open_project(opening: Opening, *, actor: User, key: str = "", fingerprint: str = "") -> Project:
    """Create the project, its case, its mandate if one is signed, and its plan from the newest published template.

    The plan keeps that version for good. Raises Forbidden, NotFound (enterprise), Invalid per field, and
    Refused("project-code.taken").
    """
    if key and (answer := receipts.replay(actor, key, fingerprint)) is not None:
        return Project.objects.get(pk=answer["project"])
    _may_open(actor, opening)
    enterprise = Enterprise.objects.visible_to(actor).filter(pk=opening.enterprise_id).first()
    if enterprise is None:
        raise NotFound
    template = _template(opening.category)
    project = _project(opening, enterprise, template)
    case = _case(opening, project)
    _mandate(opening, case)
    steps = _plan(project, plan_for(flow_of(template), opening.answers))
    _first_events(project, case, steps, actor)
    if key:
        receipts.store(actor, key, answer={"project": project.pk})
    return project


def _may_open(actor: User, opening: Opening) -> None:
    if not actor.may(Capability.PROJECT_OPEN):
        raise Forbidden("project.role", "您的岗位不能建档")
    if actor.role == Role.AGENT and opening.lead_agent_id != actor.pk:
        raise Forbidden("project.not-own", "专员只能为自己承办的项目建档；为他人建档请联系督办员")
    if actor.scope is Scope.DISTRICT and opening.district != actor.district_id:
        raise Forbidden("project.other-district", "只能为本辖区的项目建档")


def _template(category: str) -> FlowTemplate:
    rows = FlowTemplate.objects.filter(
        category=cleaned(category, field="category", most=16), catalogue__published_at__isnull=False
    )
    template = rows.order_by("-catalogue__version").first()
    if template is None:
        raise Invalid("category.unknown", "没有这类项目的已发布流程模板", field="category")
    return template


def _project(opening: Opening, enterprise: Enterprise, template: FlowTemplate) -> Project:
    today = timezone.localdate()
    # Taking a number lines up whoever opens a project now, so what is asked of the table below stays true.
    internal_no = identifiers.internal_project_no(today.year, _serial("LS", today.year))
    code = identifiers.project_code(opening.code) if opening.code.strip() else None
    if code and Project.objects.filter(code=code).exists():
        raise Refused("project-code.taken", "该项目代码已建档", field="code")
    district = cleaned(opening.district, field="district", most=6)
    if not District.objects.filter(pk=district).exists():
        raise Invalid("district.unknown", "请选择所属区县", field="district")
    if opening.level not in Project.Level.values:
        raise Invalid("level.unknown", "请选择项目级别", field="level")
    if opening.investment_wan is not None and not _CENT <= opening.investment_wan < 10**10:
        raise Invalid("investment.range", "总投资应大于0且小于100亿万元", field="investment_wan")
    return Project.objects.create(
        name=cleaned(opening.name, field="name", most=120, least=2),
        short_name=_short_name(opening.short_name),
        code=code,
        internal_no=internal_no,
        enterprise=enterprise,
        district_id=district,
        template=template,
        answers={_word(code): _word(answer) for code, answer in opening.answers.items()},
        level=opening.level,
        investment_wan=opening.investment_wan,
        opened_on=today,
        target_days=template.target_days,
        updated_at=timezone.now(),
        is_demo=opening.is_demo,
    )


def _short_name(text: str) -> str:
    """It goes into every message: one that no carrier takes would bar every step that has to tell somebody."""
    name = cleaned(text, field="short_name", most=12, least=2)
    if not is_sendable(name):
        raise Invalid("short-name.not-sendable", "项目简称会写进短信，不能含有【】或网址", field="short_name")
    return name


def _word(text: str) -> str:
    return cleaned(text, field="answers", most=60)


def _serial(kind: str, year: int) -> int:
    Serial.objects.bulk_create([Serial(kind=kind, year=year)], ignore_conflicts=True)
    row = Serial.objects.select_for_update().get(kind=kind, year=year)
    row.last += 1
    row.save(update_fields=["last"])
    return row.last


def _case(opening: Opening, project: Project) -> ServiceCase:
    if opening.kind not in ServiceCase.Kind.values:
        raise Invalid("kind.unknown", "请选择帮办或代办", field="kind")
    lead = _agent(opening.lead_agent_id, field="lead_agent_id")
    support = _agent(opening.support_agent_id, field="support_agent_id") if opening.support_agent_id else None
    if support == lead:
        raise Invalid("support.same", "协办专员不能与主办专员相同", field="support_agent_id")
    year = project.opened_on.year
    return ServiceCase.objects.create(
        project=project,
        no=identifiers.case_no(year, _serial("BB", year)),
        kind=opening.kind,
        lead_agent=lead,
        support_agent=support,
        query_code=_free_query_code(),
        opened_on=project.opened_on,
    )


def _agent(pk: int, *, field: str) -> User:
    agent = User.objects.filter(pk=pk, role__in=(Role.AGENT, Role.SUPPORT), is_active=True).first()
    if agent is None:
        raise Invalid("agent.unknown", "请选择在岗的专员", field=field)
    return agent


def _free_query_code() -> str:
    while True:  # 31^6 codes: a second round is rare, a third practically never
        code = identifiers.query_code()
        if not ServiceCase.objects.filter(query_code=code).exists():
            return code


def _mandate(opening: Opening, case: ServiceCase) -> None:
    signed, ends = opening.mandate_signed_on, opening.mandate_ends_on
    if signed is None and ends is None and not opening.mandate_stages:
        return
    if signed is None or ends is None or not opening.mandate_stages:
        raise Invalid("mandate.incomplete", "委托书须写明阶段、签订日期和截止日期", field="mandate_ends_on")
    if not all(2000 <= day.year <= 2100 for day in (signed, ends)):
        raise Invalid("mandate.range", "委托书日期不合理，请核对年份", field="mandate_ends_on")
    if ends < signed:
        raise Invalid("mandate.term", "委托截止日期早于签订日期", field="mandate_ends_on")
    if not set(opening.mandate_stages) <= {1, 2, 3, 4}:
        raise Invalid("mandate.stages", "委托阶段只能是一至四阶段", field="mandate_stages")
    no = identifiers.mandate_no(signed.year, _serial("WT", signed.year))
    stages = sorted(set(opening.mandate_stages))
    Mandate.objects.create(case=case, no=no, stages=stages, signed_on=signed, ends_on=ends)


def _plan(project: Project, planned: Sequence[PlannedStep]) -> list[Step]:
    items = ApprovalItem.objects.in_bulk([plan.item for plan in planned])
    steps = [_step(project, plan, items[plan.item], place) for place, plan in enumerate(planned, start=1)]
    Step.objects.bulk_create(steps)
    by_code = {step.code: step for step in steps}
    links = [
        StepLink(project=project, before=by_code[before], after=by_code[plan.code], hard=hard)
        for plan in planned
        for hard, codes in ((True, plan.after), (False, plan.soft_after))
        for before in codes
    ]
    StepLink.objects.bulk_create(links)
    return steps


def _step(project: Project, plan: PlannedStep, item: ApprovalItem, place: int) -> Step:
    return Step(
        project=project,
        code=plan.code,
        name=item.name,
        stage=item.stage,
        position=place,
        item=item,
        department_id=item.lead_id,
        is_milestone=item.is_milestone,
        parallel=plan.parallel,
        committed=plan.committed,
        statutory_n=item.statutory_n if plan.statutory_n is None else plan.statutory_n,
        statutory_unit=item.statutory_unit or Unit.NONE,
        statutory_basis=item.statutory_basis,
    )


def _first_events(project: Project, case: ServiceCase, steps: Sequence[Step], actor: User) -> None:
    now = timezone.now()
    facts = {"case": case.no, "category": project.template.category, "steps": len(steps)}
    journal.append(project.stream, "project.opened", payload=facts, actor=actor, occurred_at=now)
    _record_assignment(project, case, actor)


def _record_assignment(project: Project, case: ServiceCase, actor: User) -> None:
    people = {"lead": case.lead_agent.name, "support": case.support_agent.name if case.support_agent else ""}
    _record(project, case, "case.assigned", people, actor)


def _record(project: Project, case: ServiceCase, kind: str, facts: dict[str, str], actor: User) -> None:
    """The event on the project's stream, and in the inboxes of those who work on the case and did not act."""
    now = timezone.now()
    event = journal.append(project.stream, kind, payload=facts, actor=actor, occurred_at=now)
    for person in sorted(_workers(case) - {actor.pk}):  # sorted: locks in one order
        told = {"project": project.pk, "project_name": project.short_name, **facts}
        journal.append(f"inbox-{person}", kind, payload=told, actor=actor, occurred_at=now)
    _moved_on(project, event.seq)


def _workers(case: ServiceCase) -> set[int]:
    return {pk for pk in (case.lead_agent_id, case.support_agent_id) if pk is not None}


def _moved_on(project: Project, version: int) -> None:
    project.version, project.updated_at = version, timezone.now()
    project.save(update_fields=["version", "updated_at"])


def _locked(project_id: int, actor: User, seen: int) -> Project:
    rows = Project.objects.visible_to(actor).select_for_update(of=("self",)).filter(pk=project_id)
    project = rows.select_related("case__lead_agent", "case__support_agent").first()
    if project is None:
        raise NotFound
    if not actor.may(Capability.CASE_ASSIGN):
        raise Forbidden("case.role", "您的岗位不能调整专员或服务状态")
    if seen > project.version:
        raise Invalid("seen.ahead", "页面上的版本号比系统里的还新，请刷新页面后重试", field="seen")
    if seen < project.version:
        raise Stale("project.stale", "项目已有新进展，请看过后再提交", version=project.version)
    return project


@transaction.atomic(durable=True)
def assign_case(
    *, project_id: int, lead_agent_id: int, support_agent_id: int | None, actor: User, seen: int
) -> Project:
    """Change who works on the case. Those who leave lose sight of it at once, open sockets included."""
    project = _locked(project_id, actor, seen)
    case = project.case
    before = _workers(case)
    case.lead_agent = _agent(lead_agent_id, field="lead_agent_id")
    case.support_agent = _agent(support_agent_id, field="support_agent_id") if support_agent_id else None
    if case.support_agent == case.lead_agent:
        raise Invalid("support.same", "协办专员不能与主办专员相同", field="support_agent_id")
    case.save(update_fields=["lead_agent", "support_agent"])
    _record_assignment(project, case, actor)
    for left in before - _workers(case):
        transaction.on_commit(partial(bus.publish_access, left), robust=True)
    return project


_CASE_MOVES = {
    ("RUNNING", "PAUSED"),
    ("PAUSED", "RUNNING"),
    ("RUNNING", "TERMINATED"),
    ("PAUSED", "TERMINATED"),
    ("RUNNING", "COMPLETED"),
}


@transaction.atomic(durable=True)
def change_case_state(*, project_id: int, state: str, note: str, actor: User, seen: int) -> Project:
    """Pause, resume, terminate or complete the service; completing needs every step passed."""
    project = _locked(project_id, actor, seen)
    case = project.case
    if (case.state, state) not in _CASE_MOVES:
        raise Refused("case.not-allowed", f"服务{case.get_state_display()}，不能改为该状态")
    if state == "COMPLETED" and project.steps.exclude(state__in=("PASSED", "PASSED_WITH_DEFICIENCY")).exists():
        raise Refused("case.steps-open", "还有事项未办结，不能办结服务")
    note = cleaned(note, field="note", most=500, least=2)
    case.state = state
    case.closed_on = timezone.localdate() if state in ("COMPLETED", "TERMINATED") else None
    case.save(update_fields=["state", "closed_on"])
    _record(project, case, "case.state_changed", {"state": case.get_state_display(), "note": note}, actor)
    return project
