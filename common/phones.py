"""Chinese phone numbers: stored as E.164, shown masked (`domain/identifiers.md` 5.4)."""

from __future__ import annotations

import re
import unicodedata

from common.errors import Invalid

_MOBILE = re.compile(r"1[3-9]\d{9}")
_LANDLINE = re.compile(r"0412-?\d{7}")


def to_e164(text: str) -> str:
    """The number as `+86…`. Accepts +86, 0086, spaces, hyphens and full-width digits; a mobile, or an Anshan landline.

    Raises Invalid("phone.format").
    """
    digits = re.sub(r"[\s()-]", "", unicodedata.normalize("NFKC", text))
    digits = re.sub(r"^(\+86|0086)", "", digits)
    if _MOBILE.fullmatch(digits):
        return "+86" + digits
    if _LANDLINE.fullmatch(digits):
        return "+86" + digits[1:]
    raise Invalid("phone.format", "电话号码格式不对：应为11位手机号，或0412开头的7位座机号", field="phone")


def masked(e164: str) -> str:
    """`+8613812345678` → `138****5678`; a landline keeps area code and last four."""
    national = e164.removeprefix("+86")
    if len(national) == 11:
        return f"{national[:3]}****{national[-4:]}"
    return f"0{national[:3]}-***{national[-4:]}"


def is_mobile(e164: str) -> bool:
    return bool(_MOBILE.fullmatch(e164.removeprefix("+86")))
