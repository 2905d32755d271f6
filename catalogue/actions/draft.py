"""Fills a draft version from the product's data files. Only for `actions.catalogue`, inside its transaction."""

from __future__ import annotations

from typing import Any

from accounts.models import Department
from catalogue import plan, source
from catalogue.models import (
    ApprovalItem,
    Catalogue,
    FlowTemplate,
    ItemMaterial,
    Kind,
    Material,
    ScenarioQuestion,
    SpecialProcedure,
    TemplateLink,
    TemplateStep,
)

_KINDS = {kind.label: kind for kind in Kind}


def fill(catalogue: Catalogue) -> None:
    data = source.read("catalogue")
    specials = _specials(catalogue, data["special_types"])
    items = _items(catalogue, data["items"], specials)
    _materials(catalogue, items)
    _questions(catalogue)
    for category in data["categories"]:
        _template(catalogue, category, items)


def _specials(catalogue: Catalogue, rows: list[dict[str, Any]]) -> dict[str, SpecialProcedure]:
    made = SpecialProcedure.objects.bulk_create(
        SpecialProcedure(
            catalogue=catalogue,
            code=row["code"],
            name=row["zh"],
            stops_statutory=row["stops_statutory"],
            basis=row["basis"],
        )
        for row in rows
    )
    return {special.code: special for special in made}


def _items(
    catalogue: Catalogue, rows: list[dict[str, Any]], specials: dict[str, SpecialProcedure]
) -> dict[str, ApprovalItem]:
    leads = source.read("departments")["leads"]
    departments = Department.objects.in_bulk(set(leads.values()), field_name="code")
    made = ApprovalItem.objects.bulk_create(_item(catalogue, row, departments[leads[row["lead"]]]) for row in rows)
    items = {item.code: item for item in made}
    through = ApprovalItem.specials.through
    through.objects.bulk_create(
        through(approvalitem_id=items[row["code"]].pk, specialprocedure_id=specials[special].pk)
        for row in rows
        for special in row["specials"]
    )
    return items


def _item(catalogue: Catalogue, row: dict[str, Any], lead: Department) -> ApprovalItem:
    statutory = row["statutory"]
    kind = _KINDS[row["type"]]
    return ApprovalItem(
        catalogue=catalogue,
        code=row["code"],
        key=row["en"],
        name=row["zh"],
        stage=row["stage"],
        kind=kind,
        lead=lead,
        lead_text=row["lead"],
        statutory_n=statutory["n"],
        statutory_unit=statutory["unit"],
        statutory_extend=statutory.get("extend"),
        statutory_variants=statutory.get("variants", {}),
        statutory_basis=statutory["basis"],
        committed=row["committed"],
        committed_variants=row.get("committed_variants", {}),
        when=row.get("when", ""),
        result=row["result"],
        is_milestone=kind is Kind.MILESTONE,
        outside_target=row.get("outside_target", False),
    )


def _materials(catalogue: Catalogue, items: dict[str, ApprovalItem]) -> None:
    data = source.read("materials")
    made = Material.objects.bulk_create(
        Material(
            catalogue=catalogue,
            key=row["key"],
            name=row["zh"],
            source=row["src"],
            form=row["form"],
            once=row.get("once", False),
            validity=row.get("validity", ""),
        )
        for row in data["materials"]
    )
    materials = {material.key: material for material in made}
    uses = []
    for code, asked in data["item_materials"].items():
        for position, text in enumerate(asked):
            key, _, scenario = text.partition("?")
            uses.append(ItemMaterial(item=items[code], material=materials[key], scenario=scenario, position=position))
    ItemMaterial.objects.bulk_create(uses)


def _questions(catalogue: Catalogue) -> None:
    ScenarioQuestion.objects.bulk_create(
        ScenarioQuestion(
            catalogue=catalogue,
            code=row["code"],
            text=row["text"],
            options=[{"code": code, "name": name} for code, name in row["options"].items()],
            default=row["default"],
            position=position,
        )
        for position, row in enumerate(source.read("scenarios")["questions"])
    )


def _template(catalogue: Catalogue, category: dict[str, Any], items: dict[str, ApprovalItem]) -> None:
    scenarios = source.read("scenarios")
    added = scenarios["additions"].get(category["code"], {})
    rows = {**category["plan"], **added}
    links = _links(rows)
    conditions = {**scenarios["conditions"]["all"], **scenarios["conditions"].get(category["code"], {})}
    template = FlowTemplate.objects.create(
        catalogue=catalogue,
        category=category["code"],
        name=category["zh"],
        budget={stage.removeprefix("S"): days for stage, days in category["budget"].items()},
    )
    made = TemplateStep.objects.bulk_create(
        TemplateStep(
            template=template,
            item=items[code],
            committed=rows[code]["c"],
            optional=code in added or rows[code].get("optional", False),
            parallel=rows[code].get("parallel", False),
            condition=rows[code].get("when") or conditions.get(code, {}),
            committed_by=scenarios["committed_by"].get(code, {}),
            statutory_by=scenarios["statutory_by"].get(code, {}),
            position=position,
        )
        for position, code in enumerate(plan.in_order(rows, links))
    )
    steps = {step.item.code: step for step in made}
    TemplateLink.objects.bulk_create(
        TemplateLink(before=steps[link.before], after=steps[link.after], hard=link.hard) for link in links
    )


def _links(rows: dict[str, Any]) -> list[plan.Link]:
    links = []
    for code, row in rows.items():
        links += [plan.Link(before, code) for before in row["after"]]
        links += [plan.Link(before, code, hard=False) for before in row.get("soft_after", [])]
        links += [plan.Link(code, after) for after in row.get("before", [])]
    return links
