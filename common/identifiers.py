"""Codes of enterprises, projects and our own papers (`domain/identifiers.md`)."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable

from stdnum.cn import uscc as gb32100

from common.errors import Invalid
from common.text import half_width

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # GB 32100-2015: no I, O, S, V, Z, which look like digits
_LOOK_ALIKES = {"I": "1", "O": "0", "S": "5", "V": "U", "Z": "2"}
_PROJECT_CODE = re.compile(r"(\d{4}-\d{6}-\d{2}-\d{2}-\d{6})(-000)?", re.ASCII)
_QUERY_CODE_LENGTH = 6


def uscc(text: str) -> str:
    """统一社会信用代码 in its normal form: 18 characters, upper case, half-width, check character verified.

    Only the check character comes from stdnum: its format check wants digits in the first two places, while
    GB 32100 gives letters to some registering departments (for example Y, other).
    Raises Invalid("uscc.length" | "uscc.letter" | "uscc.character" | "uscc.check-digit"); look-alikes are suggested,
    never replaced silently.
    """
    code = re.sub(r"[\s-]", "", half_width(text)).upper()
    if len(code) != 18:
        hint = "（15位的旧营业执照注册号不能代替）" if len(code) == 15 else ""
        raise _wrong("length", f"统一社会信用代码应为18位，现有{len(code)}位{hint}")
    _refuse_strange_characters(code)
    if not re.fullmatch(r"\d{6}", code[2:8], re.ASCII):
        raise _wrong("region", "统一社会信用代码第3至8位是登记机关行政区划码，应为数字")
    if gb32100.calc_check_digit(code[:17]) != code[17]:
        raise _wrong("check-digit", "统一社会信用代码校验位不对，请对照营业执照逐位核对")
    return code


def _refuse_strange_characters(code: str) -> None:
    for place, char in enumerate(code, start=1):
        if char in _LOOK_ALIKES:
            suggestion = _LOOK_ALIKES[char]
            raise _wrong(
                "letter", f"统一社会信用代码不使用字母I、O、S、V、Z：第{place}位“{char}”是否应为“{suggestion}”？"
            )
        if char not in ALPHABET:
            raise _wrong("character", f"统一社会信用代码只含数字和大写字母：第{place}位“{char}”不对")


def _wrong(cause: str, sentence: str) -> Invalid:
    return Invalid(f"uscc.{cause}", sentence, field="uscc")


def project_code(text: str) -> str:
    """投资项目统一代码 in its normal form of 24 characters; the old suffix -000, which says nothing, is dropped.

    The check digit of GB/T 40058 is not verified: its formula is not public. Raises Invalid("project-code.format").
    """
    code = re.sub(r"\s", "", half_width(text)).replace("－", "-").replace("—", "-")
    match = _PROJECT_CODE.fullmatch(code)
    if match is None:
        raise Invalid(
            "project-code.format",
            "投资项目统一代码应为24位，形如2019-210302-70-03-012345；尚未取得的请留空",
            field="code",
        )
    return match[1]


def case_no(year: int, serial: int) -> str:
    return f"BB-{year}-{serial:05d}"


def mandate_no(year: int, serial: int) -> str:
    return f"WT-{year}-{serial:05d}"


def internal_project_no(year: int, serial: int) -> str:
    """Stands in for the project code until there is one."""
    return f"LS-{year}-{serial:04d}"


def query_code(choice: Callable[[str], str] = secrets.choice) -> str:
    """A new public query code, for example `A7K2P9`: no meaning, not guessable; uniqueness is the table's business."""
    return "".join(choice(ALPHABET) for _ in range(_QUERY_CODE_LENGTH))


def normal_query_code(text: str) -> str:
    """The six characters of what a person typed: case, width, spaces, hyphen and the CX prefix do not matter.

    Look-alikes are read as what they look like, as the alphabet has no such letters. Raises
    Invalid("query-code.format").
    """
    code = re.sub(r"[\s-]", "", half_width(text)).upper()
    code = code.removeprefix("CX") if len(code) == _QUERY_CODE_LENGTH + 2 else code
    code = "".join(_LOOK_ALIKES.get(char, char) for char in code)
    if len(code) != _QUERY_CODE_LENGTH or any(char not in ALPHABET for char in code):
        raise Invalid("query-code.format", "查询码为6位数字或字母，请对照短信核对", field="query_code")
    return code
