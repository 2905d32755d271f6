"""Reading the catalogue for screens and for planning."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

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
    TemplateStep,
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
    """The template as `catalogue.plan` wants it. Raises Invalid("flow.loop")."""
    return flows([template])[0]


def flows(templates: Sequence[FlowTemplate]) -> list[plan.Flow]:
    """The flows of templates of one catalogue version, in three queries for any number of them."""
    steps: dict[int, list[plan.DraftStep]] = defaultdict(list)
    links: dict[int, list[plan.Link]] = defaultdict(list)
    rows = TemplateStep.objects.filter(template__in=templates)
    for row in rows.select_related("item").order_by("position"):
        steps[row.template_id].append(_draft(row))
    named = TemplateLink.objects.filter(before__template__in=templates)
    ends = named.values_list("before__template", "before__item__code", "after__item__code", "hard")
    for template, before, after, hard in ends:
        links[template].append(plan.Link(before, after, hard))
    asked = ScenarioQuestion.objects.filter(catalogue__in={template.catalogue_id for template in templates})
    questions = [_question(row) for row in asked]
    found = [plan.Flow(steps[template.pk], links[template.pk], questions) for template in templates]
    for flow in found:
        plan.in_order((step.code for step in flow.steps), flow.links)
    return found


def _draft(row: TemplateStep) -> plan.DraftStep:
    return plan.DraftStep(
        code=row.item.code,
        item=row.item_id,
        committed=row.committed,
        parallel=row.parallel,
        condition=row.condition,
        committed_by=row.committed_by,
        statutory_by=row.statutory_by,
    )


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
    """The flows of the current version."""
    templates = list(FlowTemplate.objects.filter(catalogue=current()).select_related("catalogue"))
    return list(zip(templates, flows(templates), strict=True))


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
