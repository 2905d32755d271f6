"""Enterprises as JSON."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from ninja import Schema
from pydantic import Field

from accounts.schemas import Named, example
from common import phones
from enterprises.models import Contact, ContactRole, Enterprise, Ownership, Preference
from enterprises.rules import ContactFacts, EnterpriseFacts

_ENTERPRISE_IN: dict[str, Any] = {
    "name": "鞍山虚构耐火材料有限公司",
    "short_name": "虚构耐火",
    "uscc": "91210302MA0Y10011X",
    "ownership": "PRIVATE",
    "industry": "C30 非金属矿物制品",
    "district": "210302",
    "zone": "",
    "address": "铁东区示例路1号",
    "is_liaison": True,
    "agreement_signed_on": "2026-03-02",
}
_ROW: dict[str, Any] = {
    **{key: value for key, value in _ENTERPRISE_IN.items() if key != "address"},
    "id": 12,
    "ownership": {"code": "PRIVATE", "name": "民营企业"},
    "district": {"code": "210302", "name": "铁东区"},
    "contact_count": 1,
    "is_demo": True,
}
_CONTACT_IN: dict[str, Any] = {
    "name": "张示例",
    "role": "HANDLER",
    "phone": "13812345678",
    "preference": "ALL",
    "active": True,
}
_CONTACT: dict[str, Any] = {
    **_CONTACT_IN,
    "id": 31,
    "role_name": "经办人",
    "phone": "138****5678",
    "phone_masked": True,
    "preference_name": "全部通知",
}


class EnterpriseIn(Schema):
    """Texts are checked by the action, whose refusals name the field and what to do."""

    model_config = example(**_ENTERPRISE_IN)

    name: str
    short_name: Annotated[str, Field(description="at most 12 characters, for SMS; empty: the first 12 of the name")] = (
        ""
    )
    uscc: Annotated[str, Field(description="18 characters with a correct check character")]
    ownership: Ownership
    industry: str = ""
    district: Annotated[str, Field(description="GB/T 2260 code")]
    zone: str = ""
    address: str = ""
    is_liaison: bool = False
    agreement_signed_on: date | None = None

    def facts(self) -> EnterpriseFacts:
        return EnterpriseFacts(**self.model_dump(mode="python"))


class ContactIn(Schema):
    model_config = example(**_CONTACT_IN)

    name: str
    role: ContactRole
    phone: Annotated[str, Field(description="an 11-digit mobile, or an Anshan landline with 0412")]
    preference: Preference = Preference.ALL
    active: bool = True

    def facts(self) -> ContactFacts:
        return ContactFacts(**self.model_dump(mode="python"))


class ContactOut(Schema):
    """`phone` is masked unless the reader serves the enterprise and may see numbers."""

    model_config = example(**_CONTACT)

    id: int
    name: str
    role: str
    role_name: str
    phone: str
    phone_masked: bool
    preference: str
    preference_name: str
    active: bool

    @classmethod
    def of(cls, contact: Contact, *, masked: bool) -> ContactOut:
        return cls(
            id=contact.pk,
            name=contact.name,
            role=contact.role,
            role_name=ContactRole(contact.role).label,
            phone=phones.masked(contact.phone) if masked else contact.phone,
            phone_masked=masked,
            preference=contact.preference,
            preference_name=Preference(contact.preference).label,
            active=contact.active,
        )


class EnterpriseRow(Schema):
    model_config = example(**_ROW)

    id: int
    name: str
    short_name: str
    uscc: str
    ownership: Named
    industry: str
    district: Named
    zone: str
    is_liaison: bool
    agreement_signed_on: date | None
    contact_count: int
    is_demo: bool

    @classmethod
    def of(cls, enterprise: Enterprise) -> EnterpriseRow:
        """`enterprise` comes from `queries.rows`."""
        return cls(**_row(enterprise))


class EnterprisePage(Schema):
    model_config = example(items=[_ROW], total=34, page=1, pages=1)

    items: list[EnterpriseRow]
    total: int
    page: int
    pages: int


class EnterpriseOut(EnterpriseRow):
    model_config = example(**_ROW, address="铁东区示例路1号", contacts=[_CONTACT])

    address: str
    contacts: list[ContactOut]

    @classmethod
    def with_contacts(cls, enterprise: Enterprise, *, masked: bool) -> EnterpriseOut:
        """`enterprise` comes from `queries.detail`."""
        contacts = [ContactOut.of(contact, masked=masked) for contact in enterprise.contacts.all()]
        return cls(**_row(enterprise), address=enterprise.address, contacts=contacts)


def _row(enterprise: Enterprise) -> dict[str, Any]:
    same = ("id", "name", "short_name", "uscc", "industry", "zone", "is_liaison", "agreement_signed_on", "is_demo")
    return {
        **{name: getattr(enterprise, name) for name in (*same, "contact_count")},
        "ownership": Named(code=enterprise.ownership, name=enterprise.get_ownership_display()),
        "district": Named(code=enterprise.district_id, name=enterprise.district.name),
    }
