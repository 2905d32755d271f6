"""What can become of a message, and which change may follow which. Pure."""

from __future__ import annotations

from django.db import models


class Status(models.TextChoices):
    """`design/sms.md` 7.2; the planner's own states (held, superseded …) arrive with the planner."""

    PENDING = "pending", "排队中"
    SENDING = "sending", "发送中"
    UNCERTAIN = "uncertain", "待核实"
    ACCEPTED = "accepted", "已提交运营商"
    NO_RECEIPT = "no_receipt", "已提交，无回执"
    FAILED = "failed", "发送失败"
    EXPIRED = "expired", "已过期未发"
    UNDELIVERED = "undelivered", "未送达"
    DELIVERED = "delivered", "已送达"


# A receipt may overtake the answer to the request that caused it, and receipts come twice and in any order.
# So what providers report only moves a message to a higher rank, and nothing overrides DELIVERED.
RANK: dict[Status, int] = {
    Status.PENDING: 0,
    Status.SENDING: 1,
    Status.UNCERTAIN: 2,
    Status.ACCEPTED: 3,
    Status.NO_RECEIPT: 4,
    Status.FAILED: 4,
    Status.EXPIRED: 4,
    Status.UNDELIVERED: 5,
    Status.DELIVERED: 6,
}

OPEN = (Status.PENDING, Status.SENDING, Status.UNCERTAIN)


def below(status: Status) -> list[Status]:
    """The states a report of `status` may replace."""
    return [other for other, rank in RANK.items() if rank < RANK[status]]
