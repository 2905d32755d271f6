"""Enterprises and their contacts."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router, Status

from accounts.api import me
from common.spreadsheet import csv_bytes
from enterprises import queries
from enterprises.actions import enterprise as actions
from enterprises.models import Enterprise
from enterprises.schemas import ContactIn, ContactOut, EnterpriseIn, EnterpriseOut, EnterprisePage, EnterpriseRow

router = Router()
Key = Annotated[int, Path(ge=1, le=2**53, examples=[12])]
Text = Annotated[str, Query(description="part of name, short name or credit code", examples=["耐火"])]
Page = Annotated[int, Query(ge=1, le=10_000)]


@router.get("/enterprises", response=EnterprisePage, summary="Enterprises the reader may see")
def list_enterprises(request: HttpRequest, q: Text = "", page: Page = 1) -> EnterprisePage:
    """Fifty per page, by name. A page after the last is empty."""
    seen = queries.found(me(request), q)
    total = seen.count()
    start = (page - 1) * queries.PAGE_SIZE
    items = [EnterpriseRow.of(row) for row in queries.rows(seen)[start : start + queries.PAGE_SIZE]]
    return EnterprisePage(items=items, total=total, page=page, pages=max(1, -(-total // queries.PAGE_SIZE)))


@router.get("/enterprises/export", response=None, summary="The same list as CSV for a spreadsheet")
def export_enterprises(request: HttpRequest, q: Text = "") -> HttpResponse:
    header = ("企业名称", "简称", "统一社会信用代码", "性质", "行业", "县(市)区", "园区", "联系点", "协议签订日期")
    lines = csv_bytes(header, (_line(row) for row in queries.rows(queries.found(me(request), q))))
    disposition = 'attachment; filename="enterprises.csv"'
    return HttpResponse(lines, content_type="text/csv; charset=utf-8", headers={"Content-Disposition": disposition})


@router.post("/enterprises", response={201: EnterpriseOut}, summary="Register an enterprise")
def register_enterprise(request: HttpRequest, body: EnterpriseIn) -> Status[EnterpriseOut]:
    enterprise = actions.register_enterprise(body.facts(), actor=me(request))
    return Status(201, _shown(request, enterprise.pk))


@router.get("/enterprises/{enterprise_id}", response=EnterpriseOut, summary="One enterprise with its contacts")
def show_enterprise(request: HttpRequest, enterprise_id: Key) -> EnterpriseOut:
    return _shown(request, enterprise_id)


@router.put("/enterprises/{enterprise_id}", response=EnterpriseOut, summary="Replace an enterprise's facts")
def change_enterprise(request: HttpRequest, enterprise_id: Key, body: EnterpriseIn) -> EnterpriseOut:
    actions.change_enterprise(enterprise_id, body.facts(), actor=me(request))
    return _shown(request, enterprise_id)


@router.post(
    "/enterprises/{enterprise_id}/contacts",
    response={201: ContactOut},
    summary="Add a contact",
)
def add_contact(request: HttpRequest, enterprise_id: Key, body: ContactIn) -> Status[ContactOut]:
    contact = actions.add_contact(enterprise_id, body.facts(), actor=me(request))
    return Status(201, ContactOut.of(contact, masked=_masked(request, enterprise_id)))


@router.put(
    "/enterprises/{enterprise_id}/contacts/{contact_id}",
    response=ContactOut,
    summary="Replace a contact's facts",
)
def change_contact(request: HttpRequest, enterprise_id: Key, contact_id: Key, body: ContactIn) -> ContactOut:
    """A contact who left stays, with `active` false."""
    contact = actions.change_contact(enterprise_id, contact_id, body.facts(), actor=me(request))
    return ContactOut.of(contact, masked=_masked(request, enterprise_id))


def _shown(request: HttpRequest, enterprise_id: int) -> EnterpriseOut:
    enterprise = queries.detail(me(request), enterprise_id)
    return EnterpriseOut.with_contacts(enterprise, masked=_masked(request, enterprise_id))


def _masked(request: HttpRequest, enterprise_id: int) -> bool:
    return not queries.may_see_phones(me(request), is_own=queries.is_own(me(request), enterprise_id))


def _line(row: Enterprise) -> tuple[object, ...]:
    return (
        row.name,
        row.short_name,
        row.uscc,
        row.get_ownership_display(),
        row.industry,
        row.district.name,
        row.zone,
        "是" if row.is_liaison else "",
        row.agreement_signed_on,
    )
