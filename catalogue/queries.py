"""Reading the catalogue for screens and for planning."""

from __future__ import annotations

from django.db.models import Count, Q, QuerySet

from accounts.models import Department, District
from catalogue import plan
from catalogue.models import (
    ApprovalItem,
    CalendarNotice,
    Catalogue,
    FlowTemplate,
    ScenarioQuestion,
    SpecialProcedure,
    TemplateLink,
)
from common.errors import NotFound


def current() -> Catalogue:
    """The version that new projects are planned from."""
    catalogue = Catalogue.objects.filter(published_at__isnull=False).order_by("-version").first()
    if catalogue is None:
        raise NotFound
    return catalogue


def template_for(category: str) -> FlowTemplate:
    """The current flow of a category."""
    template = FlowTemplate.objects.filter(catalogue=current(), category=category).first()
    if template is None:
        raise NotFound
    return template


def flow_of(template: FlowTemplate) -> plan.Flow:
    """The template as `catalogue.plan` wants it, in three queries. Raises Invalid("flow.loop")."""
    rows = list(template.steps.select_related("item").order_by("position"))
    links = TemplateLink.objects.filter(before__template=template).values_list(
        "before__item__code", "after__item__code", "hard"
    )
    flow = plan.Flow(
        steps=[
            plan.DraftStep(
                code=row.item.code,
                item=row.item_id,
                committed=row.committed,
                parallel=row.parallel,
                condition=row.condition,
                committed_by=row.committed_by,
            )
            for row in rows
        ],
        links=[plan.Link(*link) for link in links],
        questions=[_question(row) for row in ScenarioQuestion.objects.filter(catalogue=template.catalogue_id)],
    )
    plan.in_order((step.code for step in flow.steps), flow.links)
    return flow


def _question(row: ScenarioQuestion) -> plan.Question:
    options = {option["code"]: option["name"] for option in row.options}
    return plan.Question(code=row.code, text=row.text, options=options, default=row.default)


def items() -> QuerySet[ApprovalItem]:
    """The items of the current version with everything a list shows: four queries for any number."""
    return (
        ApprovalItem.objects.filter(catalogue=current())
        .select_related("lead")
        .prefetch_related("specials", "materials__material")
        .order_by("code")
    )


def categories() -> list[tuple[FlowTemplate, plan.Flow]]:
    """The flows of the current version: three queries each, five of them."""
    return [(template, flow_of(template)) for template in FlowTemplate.objects.filter(catalogue=current())]


def specials() -> QuerySet[SpecialProcedure]:
    return SpecialProcedure.objects.filter(catalogue=current())


def departments() -> QuerySet[Department]:
    """With the number of items each leads in the current version."""
    led = Count("items", filter=Q(items__catalogue=current()))
    return Department.objects.annotate(item_count=led).order_by("code")


def districts() -> QuerySet[District]:
    return District.objects.order_by("code")


def notice_for(year: int) -> CalendarNotice | None:
    return CalendarNotice.objects.filter(year=year).order_by("-revision").prefetch_related("days").first()
