"""Enterprises and contacts: the only place that writes them."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import date
from typing import Any

import structlog
from django.db import IntegrityError, transaction
from django.utils import timezone

import journal
from accounts.models import District, User
from accounts.roles import Capability
from common import phones
from common.errors import Forbidden, Invalid, NotFound, Refused
from enterprises.models import Contact, Enterprise
from enterprises.rules import ContactFacts, EnterpriseFacts, checked_contact, checked_enterprise

log = structlog.get_logger(__name__)


@transaction.atomic(durable=True)
def register_enterprise(facts: EnterpriseFacts, *, actor: User | None) -> Enterprise:
    """A new enterprise. `actor` None: an import. Raises Invalid, Forbidden, Refused("enterprise.exists")."""
    _permit(actor)
    enterprise = Enterprise(registered_by=actor)
    _apply(enterprise, _checked(facts))
    _save_once(enterprise)
    _record(enterprise, "enterprise.registered", actor, name=enterprise.name, uscc=enterprise.uscc)
    return enterprise


@transaction.atomic(durable=True)
def change_enterprise(enterprise_id: int, facts: EnterpriseFacts, *, actor: User) -> Enterprise:
    """Replace the facts; the event names the old and new value of what differs. Nothing different: no event.

    Raises Invalid, Forbidden, NotFound, Refused("enterprise.exists").
    """
    _permit(actor)
    enterprise = _locked(enterprise_id, actor)
    before = _facts_of(enterprise)
    _apply(enterprise, replace(_checked(facts), is_demo=enterprise.is_demo))  # an invented firm stays marked as one
    changes = _differences(before, _facts_of(enterprise))
    if changes:
        _save_once(enterprise)
        _record(enterprise, "enterprise.changed", actor, changes=changes)
    return enterprise


@transaction.atomic(durable=True)
def add_contact(enterprise_id: int, facts: ContactFacts, *, actor: User | None) -> Contact:
    """A new contact. Raises Invalid, Forbidden, NotFound, Refused("contact.exists")."""
    _permit(actor)
    enterprise = _locked(enterprise_id, actor)
    contact = Contact(enterprise=enterprise, **asdict(checked_contact(facts)))
    _refuse_same_phone(contact)
    contact.save(force_insert=True)
    _record(enterprise, "contact.added", actor, contact=contact.pk, **_shown(contact))
    return contact


@transaction.atomic(durable=True)
def change_contact(enterprise_id: int, contact_id: int, facts: ContactFacts, *, actor: User) -> Contact:
    """Replace a contact's facts. A contact who left is made not active. Nothing different: no event.

    Raises Invalid, Forbidden, NotFound, Refused("contact.exists").
    """
    _permit(actor)
    enterprise = _locked(enterprise_id, actor)
    contact = enterprise.contacts.filter(pk=contact_id).first()
    if contact is None:
        raise NotFound
    before = _shown(contact), contact.phone
    for name, value in asdict(checked_contact(facts)).items():
        setattr(contact, name, value)
    _refuse_same_phone(contact)
    if before != (_shown(contact), contact.phone):
        contact.save(update_fields=["name", "role", "phone", "preference", "active"])
        _record(
            enterprise, "contact.changed", actor, contact=contact.pk, changes=_differences(before[0], _shown(contact))
        )
    return contact


def _permit(actor: User | None) -> None:
    if actor is not None and not actor.may(Capability.ENTERPRISE_WRITE):
        raise Forbidden("role.not-allowed", f"{actor.get_role_display()}不能维护企业与联系人，请联系承办的帮办专员")


def _locked(enterprise_id: int, actor: User | None) -> Enterprise:
    """The enterprise under a row lock, which also makes its contacts' changes wait for each other."""
    seen = Enterprise.objects.visible_to(actor) if actor else Enterprise.objects.all()
    enterprise = seen.select_for_update().filter(pk=enterprise_id).first()
    if enterprise is None:
        raise NotFound
    return enterprise


def _checked(facts: EnterpriseFacts) -> EnterpriseFacts:
    checked = checked_enterprise(facts, today=timezone.localdate())
    if not District.objects.filter(code=checked.district).exists():
        raise Invalid("district.unknown", "没有这个县(市)区，请从列表中选择", field="district")
    return checked


def _apply(enterprise: Enterprise, facts: EnterpriseFacts) -> None:
    for name, value in asdict(facts).items():
        setattr(enterprise, "district_id" if name == "district" else name, value)


def _save_once(enterprise: Enterprise) -> None:
    """The unique code decides who was first, so there is no check before it that a rival could slip past."""
    try:
        with transaction.atomic():
            enterprise.save()
    except IntegrityError as error:
        sentence = "该统一社会信用代码的企业已登记；如果您的列表中没有，请督办员为它建档并指派您"
        raise Refused("enterprise.exists", sentence, field="uscc") from error


def _refuse_same_phone(contact: Contact) -> None:
    """Under the enterprise's lock, so nobody can add the same phone in between."""
    same = Contact.objects.filter(enterprise=contact.enterprise_id, phone=contact.phone).exclude(pk=contact.pk)
    if same.exists():
        raise Refused("contact.exists", "该企业已有使用这个电话的联系人，请直接修改", field="phone")


def _facts_of(enterprise: Enterprise) -> dict[str, Any]:
    fields = EnterpriseFacts.__dataclass_fields__
    return {name: getattr(enterprise, "district_id" if name == "district" else name) for name in fields}


def _shown(contact: Contact) -> dict[str, Any]:
    """For the journal, which outlives a contact's wish to be forgotten: the phone only masked."""
    return {
        "name": contact.name,
        "role": contact.role,
        "phone": phones.masked(contact.phone),
        "preference": contact.preference,
        "active": contact.active,
    }


def _differences(before: dict[str, Any], after: dict[str, Any]) -> dict[str, list[Any]]:
    return {name: [_plain(before[name]), _plain(after[name])] for name in after if before[name] != after[name]}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _record(enterprise: Enterprise, kind: str, actor: User | None, **payload: Any) -> None:
    journal.append(f"enterprise-{enterprise.pk}", kind, payload=payload, actor=actor, occurred_at=timezone.now())
    log.info(kind, enterprise=enterprise.pk)
