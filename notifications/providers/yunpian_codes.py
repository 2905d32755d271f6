"""Yunpian's codes and what each means for a message (`design/sms.md` 2.7), as a table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from notifications.models import Outcome

HALF_MINUTE = timedelta(seconds=31)  # the rules say 30 s; one more, as two clocks are involved


@dataclass(frozen=True, slots=True)
class Verdict:
    outcome: Outcome
    wait: timedelta | None = None
    next_day: bool = False
    provider_down: bool = False  # the account, not this message: nothing else would get through either


REFUSED = Verdict(Outcome.REFUSED)
CONFIG = Verdict(Outcome.CONFIG)
DOWN = Verdict(Outcome.CONFIG, provider_down=True)
UNCERTAIN = Verdict(Outcome.UNCERTAIN)
TEMPORARY = Verdict(Outcome.TEMPORARY)

VERDICTS: dict[int, Verdict] = {
    1: REFUSED,  # 请求参数缺失
    2: REFUSED,  # 请求参数格式错误
    3: DOWN,  # 账户余额不足
    4: REFUSED,  # 关键词屏蔽
    5: CONFIG,  # 未找到对应模板
    6: CONFIG,  # 添加模板失败
    7: CONFIG,  # 模板不可用
    8: Verdict(Outcome.THROTTLED, wait=HALF_MINUTE),  # 30秒内重复提交相同的内容
    9: Verdict(Outcome.THROTTLED, wait=timedelta(minutes=5, seconds=1)),  # 5分钟内相同内容超过3次
    10: REFUSED,  # 手机号黑名单过滤
    11: REFUSED,
    12: REFUSED,
    13: CONFIG,  # 营销短信暂停发送
    14: REFUSED,  # 解码失败
    15: CONFIG,  # 签名不匹配
    16: CONFIG,  # 签名格式不正确
    17: Verdict(Outcome.THROTTLED, next_day=True),  # 24小时内同一手机号发送次数超过限制
    18: REFUSED,
    19: REFUSED,
    20: REFUSED,  # 暂不支持的国家地区
    21: REFUSED,
    22: Verdict(Outcome.THROTTLED, wait=timedelta(hours=1, seconds=1)),  # 1小时内超过限制
    23: REFUSED,
    24: CONFIG,
    25: REFUSED,
    26: CONFIG,
    27: CONFIG,
    28: CONFIG,
    33: Verdict(Outcome.THROTTLED, wait=HALF_MINUTE),  # 同一手机号同一模板每30秒1条
    -1: DOWN,  # 非法的apikey
    -2: DOWN,  # API没有权限
    -3: DOWN,  # IP没有权限
    -4: Verdict(Outcome.THROTTLED, wait=timedelta(seconds=60)),  # 访问次数超限
    -5: Verdict(Outcome.THROTTLED, wait=timedelta(seconds=5)),  # 访问频率超限
    -6: CONFIG,
    -50: UNCERTAIN,  # 未知异常: says nothing about whether the message left
    -51: TEMPORARY,  # 系统繁忙
    -53: UNCERTAIN,  # 提交短信失败
    -57: DOWN,  # 固定签名未设置
}
SAME_CONTENT = frozenset({8, 9})


def verdict(code: int, *, doubted: bool) -> Verdict:
    """Unknown positive codes are final, unknown negative ones pass.

    «Same content» after an attempt with unknown outcome is evidence that it was accepted: look it up, do not just wait.
    """
    if doubted and code in SAME_CONTENT:
        return UNCERTAIN
    return VERDICTS.get(code, REFUSED if code > 0 else TEMPORARY)
