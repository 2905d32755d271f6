"""Templates, their values, and how many parts a text is."""

from __future__ import annotations

import pytest

from common.errors import Invalid
from notifications.segments import parts
from notifications.templates import TEMPLATES, render

FIXED = {"signature": "鞍山市行政审批局", "bureau_phone": "0412-XXXXXXX"}
EXAMPLE = {
    "proj": "鞍钢配套物流园", "item": "建设工程规划许可证", "date": "11月23日", "n": "5", "k": "2", "code": "A7K2P9",
    "special": "专家评审", "stage": "工程建设许可阶段", "next": "施工许可",
    "half": "上午",
    "topic": "用地指标", "surname": "王",
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"),
    [("中" * 70, 1), ("中" * 71, 2), ("中" * 134, 2), ("中" * 135, 3), ("a" * 160, 3), ("😀" * 35, 1), ("😀" * 36, 2)],
)
def test_parts_are_counted_as_carriers_do(text: str, expected: int) -> None:
    assert parts(text) == expected


def example(code: str, **changed: str) -> dict[str, str]:
    return {name: changed.get(name, EXAMPLE[name]) for name in TEMPLATES[code].variables}


@pytest.mark.parametrize("code", TEMPLATES)
def test_each_template_renders_into_at_most_two_parts_with_the_signature_in_front(code: str) -> None:
    made = render(code, example(code), **FIXED)
    assert made.text.startswith("【鞍山市行政审批局】")
    assert "$" not in made.text
    assert made.parts <= 2


def test_the_usual_notice_of_acceptance_is_one_message() -> None:
    made = render("SMS-01", example("SMS-01"), **FIXED)
    assert (len(made.text), made.parts) == (59, 1)


@pytest.mark.parametrize("value", ["", "  ", "【假】", "看 http://x.cn", "www.x.com", "evil.cn/a", "a\x00b"])
def test_a_value_that_carriers_would_not_take_is_refused(value: str) -> None:
    with pytest.raises(Invalid):
        render("SMS-01", example("SMS-01", item=value), **FIXED)


def test_a_value_loses_its_line_breaks_and_what_is_too_long() -> None:
    made = render("SMS-01", example("SMS-01", proj=" 鞍钢\n配套 ", item="长" * 1000), **FIXED)
    assert made.values["proj"] == "鞍钢 配套"
    assert made.values["item"] == "长" * 19 + "…"


@pytest.mark.parametrize(
    ("code", "values"),
    [
        ("SMS-99", {}),
        ("SMS-13", {}),
        ("SMS-13", {"code": "123456", "extra": "x"}),
        ("SMS-13", {"code": "123456", "bureau_phone": "110"}),
    ],
)
def test_missing_and_undeclared_variables_are_refused(code: str, values: dict[str, str]) -> None:
    with pytest.raises(Invalid):
        render(code, values, **FIXED)
