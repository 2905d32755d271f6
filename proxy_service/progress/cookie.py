"""The signed cookie of the progress page: one case, seen by one contact, for twelve hours.

It holds numbers only, and is asked about at every request and by the socket: it ends early when the contact is no
longer active or the case got another query code.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.core import signing
from django.db.models import F
from django.utils.crypto import constant_time_compare, salted_hmac

from proxy_service.models import ServiceCase

NAME = "progress"
AGE = timedelta(hours=12)
_SALT = "proxy_service.progress"


@dataclass(frozen=True, slots=True)
class Visit:
    """Who is looking at what."""

    case: ServiceCase
    tail: str  # last four digits of the contact's phone: what was typed to get in


def seal(*, case_id: int, contact_id: int, query_code: str) -> str:
    """The cookie's value."""
    return signing.dumps([case_id, contact_id, _proof(query_code)], salt=_SALT)


def visit_of(cookie: str) -> Visit | None:
    """The visit this cookie still allows, with project and lead agent loaded; one query, none if it is forged."""
    try:
        case_id, contact_id, proof = signing.loads(cookie, salt=_SALT, max_age=AGE)
    except signing.BadSignature:
        return None
    case = (
        ServiceCase.objects.filter(
            pk=case_id, project__enterprise__contacts=contact_id, project__enterprise__contacts__active=True
        )
        .annotate(phone=F("project__enterprise__contacts__phone"))
        .select_related("project", "lead_agent")
        .first()
    )
    if case is None or not constant_time_compare(proof, _proof(case.query_code)):
        return None
    return Visit(case, case.phone[-4:])


def project_of(cookie: str) -> int | None:
    """The project whose stream the holder may follow."""
    visit = visit_of(cookie)
    return visit.case.project_id if visit else None


def _proof(query_code: str) -> str:
    """Changes with the code and does not give it away: the cookie is signed, not secret."""
    return salted_hmac(_SALT, query_code).hexdigest()[:16]
