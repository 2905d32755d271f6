"""Reading enterprises for a screen."""

from __future__ import annotations

from django.db.models import Count, Q

from accounts.models import User
from accounts.roles import Capability
from common.errors import NotFound
from common.text import cleaned
from enterprises.models import Enterprise, EnterpriseQuerySet

PAGE_SIZE = 50


def found(user: User, text: str) -> EnterpriseQuerySet:
    """The enterprises this person may see, with `text` in name, short name or credit code. Raises Invalid("text.…")."""
    seen = Enterprise.objects.visible_to(user)
    text = cleaned(text, field="q", most=100)
    if text:
        seen = seen.filter(Q(name__icontains=text) | Q(short_name__icontains=text) | Q(uscc__icontains=text.upper()))
    return seen


def rows(seen: EnterpriseQuerySet) -> EnterpriseQuerySet:
    """With what a row shows, in one query."""
    counted = Count("contacts", filter=Q(contacts__active=True))
    return seen.select_related("district").annotate(contact_count=counted).order_by("name", "pk")


def detail(user: User, enterprise_id: int) -> Enterprise:
    """One enterprise with its contacts. Raises NotFound, also when it is not visible."""
    seen = Enterprise.objects.visible_to(user).filter(pk=enterprise_id)
    enterprise = rows(seen).prefetch_related("contacts").first()
    if enterprise is None:
        raise NotFound
    return enterprise


def is_own(user: User, enterprise_id: int) -> bool:
    return Enterprise.objects.own_of(user).filter(pk=enterprise_id).exists()


def may_see_phones(user: User, *, is_own: bool) -> bool:
    """The capability alone is not enough: only those who serve the enterprise need its numbers."""
    return is_own and user.may(Capability.CONTACT_PHONE)
