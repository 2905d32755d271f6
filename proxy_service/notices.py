"""Which event tells whom by which message. SMS is a courtesy, never the legal notice (行政许可法 32, 38, 42, 45)."""

from __future__ import annotations

from dataclasses import dataclass

from enterprises.models import ContactRole as Role
from enterprises.models import Preference as Wish


@dataclass(frozen=True, slots=True)
class Notice:
    template: str
    category: str
    roles: frozenset[str]
    wishes: frozenset[str]  # the notice preferences that include this message


_EVERYTHING = frozenset({Wish.ALL})
_IMPORTANT = frozenset({Wish.ALL, Wish.IMPORTANT})
_RESULTS = frozenset({Wish.ALL, Wish.IMPORTANT, Wish.FINISHED})
_CLERK = frozenset({Role.HANDLER})
_BOTH = frozenset({Role.HANDLER, Role.PROJECT})

NOTICES: dict[str, Notice] = {
    "step.window_accepted": Notice("SMS-01", "progress", _BOTH, _EVERYTHING),
    "step.accepted": Notice("SMS-01", "progress", _BOTH, _EVERYTHING),
    "step.correction_requested": Notice("SMS-02", "action_required", _BOTH, _IMPORTANT),
    "step.special_started": Notice("SMS-03", "progress", _CLERK, _EVERYTHING),
    "step.special_ended": Notice("SMS-04", "progress", _CLERK, _EVERYTHING),
    "step.approved": Notice("SMS-05", "finished", _BOTH, _RESULTS),
    "step.approved_with_deficiency": Notice("SMS-05", "finished", _BOTH, _RESULTS),
    "step.rejected": Notice("SMS-14", "statutory", _BOTH, _RESULTS),
    "step.acceptance_refused": Notice("SMS-14", "statutory", _BOTH, _RESULTS),
}
