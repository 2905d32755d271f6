"""Whether the gateway takes a message, and what it does with it. The protocol around it is in `yunpian`."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from string import Template as Placeholders
from typing import Any

from notifications.sandbox.behaviour import ACCEPTED_UNHEARD, SILENT, Behaviour, Behaviours, Fault
from notifications.sandbox.courier import Courier
from notifications.sandbox.store import Accepted, Store
from notifications.segments import parts
from notifications.templates import LONGEST, TEMPLATES

_MOBILE = re.compile(r"1\d{10}|\+\d{6,15}")
_UNREACHABLE = {Behaviour.UNDELIVERED: "DB:0103"}
_BEFORE_ACCEPTANCE = frozenset({
    Behaviour.CODE, Behaviour.HTTP_500, Behaviour.HTML_502, Behaviour.EMPTY_LIST, Behaviour.CODE_AS_TEXT,
    Behaviour.HANG_REFUSED,
})  # fmt: skip
WORDS = {
    -1: "非法的apikey", -5: "访问频率超限", 1: "请求参数缺失", 2: "请求参数格式错误", 3: "账户余额不足",
    5: "未自动匹配到合适的模板",
    8: "同一手机号30秒内重复提交相同的内容", 9: "同一手机号5分钟内重复提交相同的内容超过3次", 15: "签名不匹配",
    22: "1小时内同一手机号发送次数超过限制", 25: "号码与内容数量不符",
}  # fmt: skip


class Refusal(Exception):
    """A code of the protocol, and what is wrong in words."""

    def __init__(self, code: int, detail: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail


@dataclass(slots=True)
class Options:
    api_key: str
    signature: str
    bureau_phone: str
    callback_url: str = ""  # the address set in the console; a send may name its own
    receipt_seconds: float = 1.0
    answer_seconds: float = 0.0
    automatic: bool = True  # off: the buttons of the wall decide what becomes of a message


class Gateway:
    def __init__(self, store: Store, behaviours: Behaviours, courier: Courier, options: Options) -> None:
        self.store = store
        self.behaviours = behaviours
        self.courier = courier
        self.options = options
        self._approved = [_pattern(t.text, options.bureau_phone) for t in TEMPLATES.values()]

    def check_key(self, given: str) -> None:
        if given != self.options.api_key:
            raise Refusal(-1)

    def fault_for(self, mobile: str) -> Fault:
        return self.behaviours.next_for(mobile)

    def take(self, mobile: str, text: str, *, uid: str, callback_url: str, fault: Fault) -> Accepted:
        """The message, accepted. Raises Refusal in the provider's own order of checks."""
        if not _MOBILE.fullmatch(mobile):
            raise Refusal(2, "参数 mobile 格式不正确")
        self._check_text(text)
        if fault.behaviour is Behaviour.CODE:
            raise Refusal(fault.code)
        if code := self.store.same_content(mobile, text, now=time.time()):
            raise Refusal(code)
        return self.store.accept(
            mobile=mobile, text=text, uid=uid[:256], callback_url=callback_url or self.options.callback_url,
            count=parts(text),
        )  # fmt: skip

    def _check_text(self, text: str) -> None:
        signature, _, body = text.partition("】")
        if len(text) > LONGEST:
            raise Refusal(2, "参数 text 过长")
        if signature != f"【{self.options.signature}":
            raise Refusal(15, "短信内容须以已报备的签名开头")
        if not any(pattern.fullmatch(body) for pattern in self._approved):
            raise Refusal(5)

    async def follow_up(self, message: Accepted, fault: Fault) -> None:
        """The reports this phone's behaviour asks for; one of them goes out before the answer does."""
        behaviour = fault.behaviour
        error = _UNREACHABLE.get(behaviour, "")
        if behaviour is Behaviour.RECEIPT_FIRST:
            await self.courier.now(self.store.report(message, delivered=True, error=""), behaviour)
        elif behaviour not in SILENT and self.options.automatic:
            self.courier.later(
                message, behaviour, seconds=self.options.receipt_seconds, delivered=not error, error=error
            )
        if behaviour is Behaviour.REPLY_TD:
            self.store.reply(mobile=message.mobile, text="TD")

    def resume(self) -> None:
        """After a restart: what was accepted and not yet reported still gets its report."""
        for message in tuple(self.store.messages.values()):
            fault = self.behaviours.next_for(message.mobile)
            if not message.report and fault.behaviour not in SILENT and self.options.automatic:
                error = _UNREACHABLE.get(fault.behaviour, "")
                self.courier.later(
                    message, fault.behaviour, seconds=self.options.receipt_seconds, delivered=not error, error=error
                )


def is_before_acceptance(fault: Fault) -> bool:
    return fault.behaviour in _BEFORE_ACCEPTANCE


def is_unheard(fault: Fault) -> bool:
    return fault.behaviour in ACCEPTED_UNHEARD


def _pattern(text: str, bureau_phone: str) -> re.Pattern[str]:
    """An approved text with something short in the place of each variable."""
    names = Placeholders(text).get_identifiers()
    marked = Placeholders(text).substitute({**dict.fromkeys(names, "\x00"), "bureau_phone": bureau_phone})
    return re.compile(re.escape(marked).replace("\x00", r"[^【】\n]{1,30}"))


def templates_as_provider() -> dict[int, str]:
    """The approved texts as the provider numbers and writes them: `#name#`."""
    return {
        number: re.sub(r"\$\{(\w+)\}", r"#\1#", template.text)
        for number, template in enumerate(TEMPLATES.values(), start=1)
    }


def fee(message: Accepted) -> float:
    return round(0.05 * message.count, 2)


def sent_json(message: Accepted) -> dict[str, Any]:
    return {
        "code": 0, "msg": "发送成功", "count": message.count, "fee": fee(message), "unit": "RMB",
        "mobile": message.mobile, "sid": message.sid,
    }  # fmt: skip


def refused_json(refusal: Refusal) -> dict[str, Any]:
    return {
        "http_status_code": 400, "code": refusal.code, "msg": WORDS.get(refusal.code), "detail": refusal.detail or None,
    }  # fmt: skip
