"""How a phone behaves in the sandbox: by its magic number (`design/sms.md` 7.9), or as a test has set it."""

from __future__ import annotations

import random
from dataclasses import dataclass
from enum import StrEnum


class Behaviour(StrEnum):
    DELIVER = "deliver"
    UNDELIVERED = "undelivered"
    NO_RECEIPT = "no_receipt"
    RECEIPT_FIRST = "receipt_first"
    RECEIPT_THRICE = "receipt_thrice"
    RECEIPT_WRONG_PHONE = "receipt_wrong_phone"
    RECEIPT_TWICE_ENCODED = "receipt_twice_encoded"
    HTTP_500 = "http_500"
    HTML_502 = "html_502"
    EMPTY_LIST = "empty_list"
    CODE_AS_TEXT = "code_as_text"
    TRUNCATED = "truncated"
    HANG_ACCEPTED = "hang_accepted"
    HANG_REFUSED = "hang_refused"
    RESET_ACCEPTED = "reset_accepted"
    SLOW = "slow"
    REPLY_TD = "reply_td"
    CODE = "code"  # refuse with the code given beside it


# The answer is lost although the message was taken.
ACCEPTED_UNHEARD = frozenset({Behaviour.HANG_ACCEPTED, Behaviour.RESET_ACCEPTED, Behaviour.TRUNCATED})
SILENT = frozenset({Behaviour.NO_RECEIPT})


@dataclass(frozen=True, slots=True)
class Fault:
    """`times` left (None: for ever), on this `share` of requests."""

    behaviour: Behaviour
    code: int = 0
    times: int | None = None
    share: float = 1.0


MAGIC: dict[str, Fault] = {
    "01": Fault(Behaviour.DELIVER),
    "02": Fault(Behaviour.UNDELIVERED),
    "03": Fault(Behaviour.NO_RECEIPT),
    "04": Fault(Behaviour.RECEIPT_FIRST),
    "05": Fault(Behaviour.RECEIPT_THRICE),
    "07": Fault(Behaviour.HTTP_500),
    "08": Fault(Behaviour.HANG_ACCEPTED),
    "09": Fault(Behaviour.HANG_REFUSED),
    "10": Fault(Behaviour.RESET_ACCEPTED),
    "11": Fault(Behaviour.CODE, code=22),
    "12": Fault(Behaviour.CODE, code=8),
    "13": Fault(Behaviour.CODE, code=3),
    "14": Fault(Behaviour.CODE, code=-5),
    "15": Fault(Behaviour.HTML_502),
    "16": Fault(Behaviour.SLOW),
    "17": Fault(Behaviour.REPLY_TD),
    "18": Fault(Behaviour.RECEIPT_WRONG_PHONE),
    "20": Fault(Behaviour.RECEIPT_TWICE_ENCODED),
}
NONE = Fault(Behaviour.DELIVER)
EVERY_PHONE = "*"


class Behaviours:
    """Faults set by phone, or for every phone; a phone's own goes first, the magic number last."""

    def __init__(self) -> None:
        self._set: dict[str, Fault] = {}

    def set(self, mobile: str, fault: Fault | None) -> None:
        if fault is None:
            self._set.pop(mobile, None)
        else:
            self._set[mobile] = fault

    def clear(self) -> None:
        self._set.clear()

    def listed(self) -> dict[str, Fault]:
        return dict(self._set)

    def next_for(self, mobile: str) -> Fault:
        """What happens to this request; uses up one of `times`."""
        for key in (mobile, EVERY_PHONE):
            fault = self._set.get(key)
            if fault is not None and random.random() < fault.share:  # noqa: S311 -- a drill's dice
                self._use_up(key, fault)
                return fault
        return MAGIC.get(mobile[-2:], NONE) if mobile.startswith("100") else NONE

    def _use_up(self, key: str, fault: Fault) -> None:
        if fault.times is not None:
            left = Fault(fault.behaviour, code=fault.code, times=fault.times - 1, share=fault.share)
            self.set(key, left if left.times else None)
