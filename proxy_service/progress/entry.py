"""The door: query code and the last four digits of a contact's phone."""

from __future__ import annotations

import re

import structlog

from accounts.actions import lockout
from accounts.actions.lockout import QUERY_ADDRESS, QUERY_CODE
from common.errors import Invalid
from common.identifiers import normal_query_code
from common.text import half_width
from proxy_service.models import ServiceCase
from proxy_service.progress import cookie

log = structlog.get_logger(__name__)

WRONG = "查询码或手机号后四位不对，请对照短信核对后再试"
_FOUR = re.compile(r"\d{4}", re.ASCII)


def enter(*, code: str, digits: str, address: str) -> str:
    """A cookie for the case with this code, if an active contact of its enterprise has a phone with these last digits.

    Raises Invalid("progress.wrong"), the same whatever was wrong, and TooMany for a code or an address after too many
    failures. Codes that do not exist are counted like those that do.
    """
    code, digits = _normal(code), half_width(digits).strip()
    lockout.check(QUERY_ADDRESS, address)
    if code:
        lockout.check(QUERY_CODE, code)
    found = _found(code, digits)
    if found is None:
        lockout.fail(QUERY_ADDRESS, address)
        if code:
            lockout.fail(QUERY_CODE, code)
        raise Invalid("progress.wrong", WRONG)
    lockout.forget(QUERY_CODE, code)
    case_id, contact_id = found
    log.info("progress.entered", case=case_id, contact=contact_id)
    return cookie.seal(case_id=case_id, contact_id=contact_id, query_code=code)


def _normal(code: str) -> str:
    """Empty for what is no code at all."""
    try:
        return normal_query_code(code)
    except Invalid:
        return ""


def _found(code: str, digits: str) -> tuple[int, int] | None:
    """Case and contact. One query whether or not the code exists, so that the time it takes tells nothing."""
    if not code or not _FOUR.fullmatch(digits):
        return None
    rows = ServiceCase.objects.filter(
        query_code=code,
        project__enterprise__contacts__active=True,
        project__enterprise__contacts__phone__endswith=digits,
    ).order_by("project__enterprise__contacts")
    return rows.values_list("pk", "project__enterprise__contacts").first()
