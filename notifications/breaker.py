"""Stops claiming while nothing would get through, and tries one message now and then. Pure: time comes in."""

from __future__ import annotations

from notifications.models import Outcome
from notifications.providers.base import SendResult

TOLERATED = 5  # connections in a row that never left this host
FIRST_PAUSE, LONGEST_PAUSE = 30.0, 600.0


class Breaker:
    """Opens on a broken account at once, on a dead network after five failures; each failed probe doubles the pause."""

    def __init__(self, *, first_pause: float = FIRST_PAUSE) -> None:
        self._first = first_pause
        self._pause = first_pause
        self._failures = 0
        self._open_until: float | None = None

    @property
    def is_open(self) -> bool:
        return self._open_until is not None

    def allows(self, wanted: int, *, now: float) -> int:
        """How many messages may leave: all, none, or one as a probe once the pause is over."""
        if self._open_until is None:
            return wanted
        return min(wanted, 1) if now >= self._open_until else 0

    def note(self, result: SendResult, *, now: float) -> None:
        if result.provider_down or (result.outcome == Outcome.TEMPORARY and result.code == "transport"):
            self._failures += 1
            if result.provider_down or self._failures >= TOLERATED:
                self._open(now=now)
        elif result.outcome != Outcome.UNCERTAIN:
            self._failures, self._open_until, self._pause = 0, None, self._first

    def slow_down(self, seconds: float, *, now: float) -> None:
        """The account as a whole is too quick (codes −4, −5): nobody gets through for a moment."""
        self._open_until = max(self._open_until or 0.0, now + seconds)

    def _open(self, *, now: float) -> None:
        if self._open_until is not None and now < self._open_until:
            return  # answers to requests sent before it opened say nothing new
        self._open_until = now + self._pause
        self._pause = min(self._pause * 2, LONGEST_PAUSE)
