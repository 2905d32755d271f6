from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common import identifiers
from common.errors import Invalid

VALID = [
    "91350100M000100Y43",  # the worked example of the standard
    "91440300708461136T",
    "91330100799655058B",
    "914403001922038216",
    "91210302MA0Y10011X",
    "91210303MA0Y1002X4",
    "91210300MA0Y10038Q",
    "91210381MA0Y10046X",
    "91210321MA0Y10054U",
    "91210323MA0Y10062K",
    "11210300MB0Y200100",
]


@pytest.mark.parametrize("code", VALID)
def test_a_valid_credit_code_passes(code: str) -> None:
    assert identifiers.uscc(code) == code


@pytest.mark.parametrize(
    "typed", ["91210302ma0y10011x", " 91210302 MA0Y 10011X ", "９１２１０３０２ＭＡ０Ｙ１００１１Ｘ"]
)
def test_case_width_and_spaces_do_not_matter(typed: str) -> None:
    assert identifiers.uscc(typed) == "91210302MA0Y10011X"


WRONG = [
    ("91210302MA0Y100111", "uscc.check-digit", "校验位"),
    ("91210300MA0Y1003OQ", "uscc.letter", "第17位“O”是否应为“0”"),
    ("9121030OMA0Y10038Q", "uscc.letter", "第8位“O”是否应为“0”"),
    ("91210300MI0Y10038Q", "uscc.letter", "是否应为“1”"),
    ("91210300MA0Y1003鞍Q", "uscc.character", "第17位“鞍”"),
    ("9121030AMA0Y10038Q", "uscc.region", "行政区划"),
    ("210300000012345", "uscc.length", "旧营业执照"),
    ("", "uscc.length", "现有0位"),
]


@pytest.mark.parametrize(("code", "cause", "words"), WRONG)
def test_a_wrong_credit_code_is_refused_with_its_cause(code: str, cause: str, words: str) -> None:
    with pytest.raises(Invalid) as refusal:
        identifiers.uscc(code)
    assert refusal.value.code == cause
    assert words in refusal.value.sentence
    assert refusal.value.facts == {"field": "uscc"}


@given(st.sampled_from(VALID), st.integers(0, 17), st.sampled_from(identifiers.ALPHABET))
def test_one_wrong_character_never_passes(code: str, place: int, char: str) -> None:
    changed = code[:place] + char + code[place + 1 :]
    if changed != code:
        with pytest.raises(Invalid):
            identifiers.uscc(changed)


@pytest.mark.parametrize(
    "typed", ["2019-210302-70-03-012345", " ２０１９-210302-70-03-012345 ", "2019-210302-70-03-012345-000"]
)
def test_a_project_code_has_one_form(typed: str) -> None:
    assert identifiers.project_code(typed) == "2019-210302-70-03-012345"


@pytest.mark.parametrize(
    "typed", ["", "2019-210302-70-03-01234", "201921030270030123450000", "2019-210302-70-03-01234X"]
)
def test_another_form_is_no_project_code(typed: str) -> None:
    with pytest.raises(Invalid, match=r"project-code\.format"):
        identifiers.project_code(typed)


def test_own_numbers_have_their_printed_form() -> None:
    assert identifiers.case_no(2026, 44) == "BB-2026-00044"
    assert identifiers.mandate_no(2026, 44) == "WT-2026-00044"
    assert identifiers.internal_project_no(2026, 1) == "LS-2026-0001"


def test_query_codes_use_the_whole_alphabet_and_no_other_character() -> None:
    codes = [identifiers.query_code() for _ in range(2000)]
    assert {len(code) for code in codes} == {6}
    assert set("".join(codes)) == set(identifiers.ALPHABET)
    assert len(set(codes)) > 1990


@pytest.mark.parametrize("typed", ["A7K2P9", "cx-a7k2p9", " CX A7K2P9", "ＣＸ－Ａ７Ｋ２Ｐ９", "A7KZP9"])
def test_a_query_code_is_understood_however_it_is_typed(typed: str) -> None:
    assert identifiers.normal_query_code(typed) == "A7K2P9"


@pytest.mark.parametrize("typed", ["", "A7K2P", "A7K2P99", "A7K2P?", "CX-A7K2P"])
def test_anything_else_is_no_query_code(typed: str) -> None:
    with pytest.raises(Invalid, match=r"query-code\.format"):
        identifiers.normal_query_code(typed)
