"""Dates and events as the enterprise reads them. Pure: today comes in as an argument."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from proxy_service.sentences import sentence

DECIDED = "已作出决定，决定书已送达"
_ADVERSE = frozenset({"step.declined", "step.acceptance_refused", "step.rejected", "step.recalled", "step.revoked"})
# What is not named here stays inside: kinds of a later version too, until somebody decides otherwise.
_TOLD = frozenset(
    {
        "project.opened",
        "case.assigned",
        "case.state_changed",
        "step.submitted",
        "step.window_accepted",
        "step.accepted",
        "step.correction_requested",
        "step.correction_finished",
        "step.special_started",
        "step.special_ended",
        "step.approved",
        "step.approved_with_deficiency",
        "step.withdrawal_requested",
        "step.withdrawn",
        "step.kept",
        "step.achieved",
    }
)
KINDS = _TOLD | _ADVERSE
_FACTS = ("name", "due_on", "asked_until", "materials", "announced_days", "opened", "steps", "lead", "state")
_NEAR = {-1: "昨天", 0: "今天", 1: "明天"}
_WEEKDAYS = "一二三四五六日"


def told(kind: str, payload: Mapping[str, Any]) -> str:
    """The public sentence of an event. Of an adverse decision only that there is one (`sms-practice.md` 7.3)."""
    if kind in _ADVERSE:
        return f"“{payload.get('name', '')}”{DECIDED}"
    return sentence(kind, {name: payload[name] for name in _FACTS if name in payload})


def day(when: date, today: date) -> str:
    """«今天», «昨天», «11月30日»; with the year when it is another one."""
    return _NEAR.get((when - today).days) or _plain(when, today)


def full(when: date, today: date) -> str:
    """«11月30日（周一）», for terms: «今天前办结» would leave open whether today counts."""
    return f"{_plain(when, today)}（周{_WEEKDAYS[when.weekday()]}）"


def _plain(when: date, today: date) -> str:
    year = "" if when.year == today.year else f"{when.year}年"
    return f"{year}{when.month}月{when.day}日"


def left(days: int) -> str:
    """Working days until a promised date."""
    if days < 0:
        return f"已过{-days}个工作日"
    return f"还剩{days}个工作日" if days else "今天到期"
