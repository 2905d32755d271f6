"""What must hold for an enterprise and its contacts before they are stored. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from common import identifiers, phones
from common.errors import Invalid
from common.text import cleaned


@dataclass(frozen=True, slots=True)
class EnterpriseFacts:
    """What a person enters; `district` is a code."""

    name: str
    uscc: str
    ownership: str
    district: str
    short_name: str = ""
    industry: str = ""
    zone: str = ""
    address: str = ""
    is_liaison: bool = False
    agreement_signed_on: date | None = None
    is_demo: bool = False


@dataclass(frozen=True, slots=True)
class ContactFacts:
    name: str
    role: str
    phone: str
    preference: str = "ALL"
    active: bool = True


def checked_enterprise(facts: EnterpriseFacts, *, today: date) -> EnterpriseFacts:
    """The facts in their normal form. Without a short name the first twelve characters of the name serve.

    Raises Invalid with the field.
    """
    name = cleaned(facts.name, field="name", least=2, most=100)
    _check_agreement(facts, today=today)
    return replace(
        facts,
        name=name,
        short_name=cleaned(facts.short_name, field="short_name", most=12) or name[:12],
        uscc=identifiers.uscc(facts.uscc),
        district=cleaned(facts.district, field="district", least=1, most=6),
        industry=cleaned(facts.industry, field="industry", most=40),
        zone=cleaned(facts.zone, field="zone", most=40),
        address=cleaned(facts.address, field="address", most=120),
    )


def checked_contact(facts: ContactFacts) -> ContactFacts:
    """The facts in their normal form, the phone as E.164. A landline cannot receive SMS, so it needs preference NONE.

    Raises Invalid with the field.
    """
    phone = phones.to_e164(cleaned(facts.phone, field="phone", least=1, most=40))
    if facts.preference != "NONE" and not phones.is_mobile(phone):
        raise Invalid("contact.landline", "座机收不到短信：请填手机号，或把通知偏好设为“不接收”", field="preference")
    return replace(facts, name=cleaned(facts.name, field="name", least=1, most=40), phone=phone)


def _check_agreement(facts: EnterpriseFacts, *, today: date) -> None:
    signed_on = facts.agreement_signed_on
    if signed_on is None:
        return
    if not facts.is_liaison:
        raise Invalid("agreement.not-liaison", "只有联系点企业才签订联系点协议", field="agreement_signed_on")
    if signed_on > today:
        raise Invalid("agreement.future", "协议签订日期不能晚于今天", field="agreement_signed_on")
