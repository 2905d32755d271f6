"""Reference data for screens: everybody who is signed in may read it."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Path, Router

from accounts.models import Department, District
from catalogue import calendar, queries
from catalogue.models import ApprovalItem, SpecialProcedure
from catalogue.schemas import CalendarOut, CategoryOut, DepartmentOut, DistrictOut, ItemOut, SpecialOut
from common.problem import problems

router = Router(tags=["目录"])
Year = Annotated[int, Path(ge=2000, le=2100, description="公历年份", examples=[2026])]


@router.get(
    "/catalogue/items", response={200: list[ItemOut], **problems(404)}, summary="审批事项：时限、材料、特别程序"
)
def list_items(request: HttpRequest) -> QuerySet[ApprovalItem]:
    return queries.items()


@router.get("/catalogue/categories", response={200: list[CategoryOut], **problems(404)}, summary="项目类别与情形问题")
def list_categories(request: HttpRequest) -> list[CategoryOut]:
    return [CategoryOut.of(template, flow) for template, flow in queries.categories()]


@router.get("/catalogue/departments", response={200: list[DepartmentOut], **problems(404)}, summary="审批部门")
def list_departments(request: HttpRequest) -> QuerySet[Department]:
    return queries.departments()


@router.get("/catalogue/districts", response={200: list[DistrictOut], **problems()}, summary="市和县(市)区")
def list_districts(request: HttpRequest) -> QuerySet[District]:
    return queries.districts()


@router.get("/catalogue/specials", response={200: list[SpecialOut], **problems(404)}, summary="特别程序")
def list_specials(request: HttpRequest) -> QuerySet[SpecialProcedure]:
    return queries.specials()


@router.get("/calendar/{year}", response={200: CalendarOut, **problems(422)}, summary="某年的工作日历及其依据")
def year_calendar(request: HttpRequest, year: Year) -> CalendarOut:
    """A year without a notice is provisional: counted Monday to Friday."""
    days = calendar.load().between(date(year - 1, 12, 31), date(year, 12, 31))
    return CalendarOut.of(year, queries.notice_for(year), working_days=days)
