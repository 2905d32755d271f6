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

router = Router()
Year = Annotated[int, Path(ge=2000, le=2100, examples=[2026])]


@router.get(
    "/catalogue/items", response=list[ItemOut], summary="Approval items with limits, materials and special procedures"
)
def list_items(request: HttpRequest) -> QuerySet[ApprovalItem]:
    return queries.items()


@router.get(
    "/catalogue/categories", response=list[CategoryOut], summary="Project categories with their flow's questions"
)
def list_categories(request: HttpRequest) -> list[CategoryOut]:
    return [CategoryOut.of(template, flow) for template, flow in queries.categories()]


@router.get("/catalogue/departments", response=list[DepartmentOut], summary="Departments that lead approval items")
def list_departments(request: HttpRequest) -> QuerySet[Department]:
    return queries.departments()


@router.get("/catalogue/districts", response=list[DistrictOut], summary="The city and its county-level areas")
def list_districts(request: HttpRequest) -> QuerySet[District]:
    return queries.districts()


@router.get(
    "/catalogue/specials",
    response=list[SpecialOut],
    summary="Special procedures and whether they stop the statutory clock",
)
def list_specials(request: HttpRequest) -> QuerySet[SpecialProcedure]:
    return queries.specials()


@router.get(
    "/calendar/{year}", response=CalendarOut, summary="The working days of a year and the notice they come from"
)
def year_calendar(request: HttpRequest, year: Year) -> CalendarOut:
    """A year without a notice is provisional: counted Monday to Friday."""
    days = calendar.load().between(date(year - 1, 12, 31), date(year, 12, 31))
    return CalendarOut.of(year, queries.notice_for(year), working_days=days)
