from __future__ import annotations

import pytest

from common.errors import Invalid
from common.spreadsheet import csv_bytes
from common.text import cleaned


def test_text_is_trimmed_and_otherwise_left_alone() -> None:
    assert cleaned("  鞍山 Ａ厂 ", field="name", most=10) == "鞍山 Ａ厂"


@pytest.mark.parametrize("char", ["\x00", "\x1b", "\u202e", "\ud800", "\ufeff", "\n"])
def test_characters_that_nobody_sees_are_refused(char: str) -> None:
    with pytest.raises(Invalid, match=r"text\.control-character") as refusal:
        cleaned(f"甲{char}乙", field="name", most=10)
    assert refusal.value.facts["field"] == "name"


def test_lines_are_kept_where_lines_are_wanted() -> None:
    assert cleaned("一\r\n二", field="note", most=10, lines=True) == "一\n二"


@pytest.mark.parametrize(("text", "code"), [("很长的文字", "text.too-long"), ("", "text.too-short")])
def test_text_has_to_fit(text: str, code: str) -> None:
    with pytest.raises(Invalid) as refusal:
        cleaned(text, field="name", most=4, least=1)
    assert refusal.value.code == code


@pytest.mark.parametrize("text", ["=1+1", "+86", "-1", "@A1", "  =1", "＝1"])
def test_a_cell_that_a_spreadsheet_would_run_is_only_text(text: str) -> None:
    assert csv_bytes(["a"], [[text]]).decode("utf-8-sig").splitlines()[1] == "'" + text


def test_numbers_and_gaps_stay_what_they_are() -> None:
    assert csv_bytes(["a", "b"], [[-1, None]]) == "\ufeffa,b\r\n-1,\r\n".encode()
