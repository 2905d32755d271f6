"""The catalogue as JSON."""

from __future__ import annotations

from datetime import date
from typing import Any

from ninja import Schema

from accounts.schemas import Named, example
from catalogue import plan
from catalogue.models import NATIONAL_CATEGORY, ApprovalItem, CalendarNotice, Category, FlowTemplate


class DistrictOut(Named):
    model_config = example(code="210302", name="铁东区")


class DepartmentOut(Named):
    """`item_count`: the items it leads in the current version."""

    model_config = example(code="zjj", name="鞍山市住房和城乡建设局", short="住建局", is_section=False, item_count=6)

    short: str
    is_section: bool
    item_count: int


class SpecialOut(Named):
    """`stops_statutory`: yes, no, or item = only where the item's own rule says so."""

    model_config = example(code="EXPERT", name="专家评审", stops_statutory="yes", basis="行政许可法45")

    stops_statutory: str
    basis: str


class LeadOut(Named):
    short: str


class StageOut(Schema):
    n: int
    name: str


class StatutoryOut(Schema):
    n: int | None
    unit: str
    unit_name: str
    extend: int | None
    variants: dict[str, int]
    basis: str


class MaterialOut(Schema):
    """`scenario` empty = always asked for; `once` = only at the first filing of a project."""

    key: str
    name: str
    source: str
    source_name: str
    form: str
    once: bool
    validity: str
    scenario: str


class ItemOut(Named):
    model_config = example(
        code="S2-04",
        name="建设工程规划许可证",
        stage={"n": 2, "name": "工程建设许可"},
        kind={"code": "PERMIT", "name": "行政许可"},
        lead={"code": "zrzy", "name": "鞍山市自然资源局", "short": "自然资源局"},
        statutory={
            "n": 20,
            "unit": "WD",
            "unit_name": "工作日",
            "extend": None,
            "variants": {},
            "basis": "城乡规划法40; 行政许可法42",
        },
        committed=5,
        committed_variants={},
        specials=[{"code": "PUBLIC", "name": "公示"}],
        when="",
        result="建设工程规划许可证",
        is_milestone=False,
        outside_target=False,
        materials=[],
    )

    stage: StageOut
    kind: Named
    lead: LeadOut
    statutory: StatutoryOut
    committed: int
    committed_variants: dict[str, int]
    specials: list[Named]
    when: str
    result: str
    is_milestone: bool
    outside_target: bool
    materials: list[MaterialOut]

    @staticmethod
    def resolve_stage(item: ApprovalItem) -> dict[str, Any]:
        return {"n": item.stage, "name": item.get_stage_display()}

    @staticmethod
    def resolve_kind(item: ApprovalItem) -> dict[str, Any]:
        return {"code": item.kind, "name": item.get_kind_display()}

    @staticmethod
    def resolve_statutory(item: ApprovalItem) -> dict[str, Any]:
        return {
            "n": item.statutory_n,
            "unit": item.statutory_unit,
            "unit_name": item.get_statutory_unit_display(),
            "extend": item.statutory_extend,
            "variants": item.statutory_variants,
            "basis": item.statutory_basis,
        }

    @staticmethod
    def resolve_materials(item: ApprovalItem) -> list[dict[str, Any]]:
        return [
            {
                "key": use.material.key,
                "name": use.material.name,
                "source": use.material.source,
                "source_name": use.material.get_source_display(),
                "form": use.material.form,
                "once": use.material.once,
                "validity": use.material.validity,
                "scenario": use.scenario,
            }
            for use in item.materials.all()
        ]


class QuestionOut(Schema):
    code: str
    text: str
    options: list[Named]
    default: str


class CategoryOut(Named):
    """`shortest_days`: the critical path when every question has its default answer."""

    model_config = example(
        code="SOC_SMALL",
        name="中小型社会投资类",
        full_name="中小型社会投资项目",
        national_code="4",
        catalogue_version=1,
        target_days=70,
        shortest_days=21,
        step_count=9,
        budget={"1": 4, "2": 8, "3": 5, "4": 10},
        questions=[
            {
                "code": "greening",
                "text": "是否涉及城市绿地或树木？",
                "options": [{"code": "YES", "name": "是"}, {"code": "NO", "name": "否"}],
                "default": "NO",
            }
        ],
    )

    full_name: str
    national_code: str
    catalogue_version: int
    target_days: int
    shortest_days: int
    step_count: int
    budget: dict[str, int]
    questions: list[QuestionOut]

    @classmethod
    def of(cls, template: FlowTemplate, flow: plan.Flow) -> CategoryOut:
        steps = plan.plan_for(flow, {})
        return cls(
            code=template.category,
            name=Category(template.category).label,
            full_name=template.name,
            national_code=NATIONAL_CATEGORY[template.category],
            catalogue_version=template.catalogue.version,
            target_days=template.target_days,
            shortest_days=plan.shortest_days(steps),
            step_count=len(steps),
            budget=template.budget,
            questions=[_question(question) for question in plan.asked(flow)],
        )


def _question(question: plan.Question) -> QuestionOut:
    options = [Named(code=code, name=name) for code, name in question.options.items()]
    return QuestionOut(code=question.code, text=question.text, options=options, default=question.default)


class NoticeOut(Schema):
    number: str
    title: str
    source: str
    revision: int


class DayOut(Schema):
    date: date
    is_working: bool
    name: str


class CalendarOut(Schema):
    """`days`: only those a notice names; all others are plain Monday to Friday."""

    model_config = example(
        year=2026,
        provisional=False,
        working_days=248,
        notice={
            "number": "国办发明电〔2025〕7号",
            "title": "国务院办公厅关于2026年部分节假日安排的通知",
            "source": "chinesecalendar 1.11.0",
            "revision": 1,
        },
        days=[{"date": "2026-01-04", "is_working": True, "name": "元旦调休"}],
    )

    year: int
    provisional: bool
    working_days: int
    notice: NoticeOut | None
    days: list[DayOut]

    @classmethod
    def of(cls, year: int, notice: CalendarNotice | None, *, working_days: int) -> CalendarOut:
        return cls(
            year=year,
            provisional=notice is None,
            working_days=working_days,
            notice=NoticeOut.model_validate(notice) if notice else None,
            days=[DayOut.model_validate(day) for day in notice.days.all()] if notice else [],
        )
