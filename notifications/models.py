"""The outbox, its attempts and the raw receipts (`design/sms.md` 7.1)."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from common.phones import masked
from notifications.status import Status


class Category(models.TextChoices):
    """Why the message is sent; decides how long it stays worth sending."""

    PROGRESS = "progress", "办理进展"
    ACTION_REQUIRED = "action_required", "待企业办理"
    RETURNED = "returned", "退回补正"
    FINISHED = "finished", "办结"
    STATUTORY = "statutory", "法定告知提示"


class Outcome(models.TextChoices):
    """How one attempt ended. STARTED is written before any byte leaves, so that a crash leaves proof."""

    STARTED = "started", "已发起"
    ACCEPTED = "accepted", "已受理"
    REFUSED = "refused", "被拒绝"
    THROTTLED = "throttled", "被限流"
    TEMPORARY = "temporary", "暂时失败"
    CONFIG = "config", "配置有误"
    UNCERTAIN = "uncertain", "结果不明"


def new_ref() -> str:
    return uuid.uuid4().hex


class Message(models.Model):
    """One text to one phone. Its content is frozen when it is queued; the row is also the queue."""

    ref = models.CharField(max_length=32, unique=True, default=new_ref, editable=False)
    dedupe_key = models.CharField(max_length=200, unique=True)
    template = models.CharField(max_length=20)
    values = models.JSONField(default=dict)
    text = models.CharField(max_length=500)
    parts = models.PositiveSmallIntegerField()
    phone = models.CharField(max_length=20)
    recipient = models.CharField(max_length=60)
    subject = models.CharField(max_length=60)
    category = models.CharField(max_length=20, choices=Category.choices)

    status = models.CharField(max_length=12, choices=Status.choices, default=Status.PENDING)
    created_at = models.DateTimeField()
    ready_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    next_attempt_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    misses = models.PositiveSmallIntegerField(default=0)
    lease_token = models.CharField(max_length=32, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)

    provider = models.CharField(max_length=20, blank=True)
    provider_id = models.CharField(max_length=64, null=True, blank=True)
    last_code = models.CharField(max_length=40, blank=True)
    cost_fen = models.PositiveIntegerField(null=True, blank=True)
    doubted_at = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    final_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-pk",)
        indexes = [
            models.Index(fields=("next_attempt_at",), condition=Q(status="pending"), name="sms_due"),
            models.Index(fields=("lease_until",), condition=Q(status="sending"), name="sms_leased"),
            models.Index(fields=("next_attempt_at",), condition=Q(status="uncertain"), name="sms_in_doubt"),
            models.Index(fields=("accepted_at",), condition=Q(status="accepted"), name="sms_awaiting_receipt"),
            models.Index(fields=("subject", "-id"), name="sms_of_subject"),
            models.Index(fields=("phone", "-id"), name="sms_of_phone"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=("provider", "provider_id"), condition=Q(provider_id__isnull=False), name="sms_provider_id_once"
            ),
            models.CheckConstraint(name="sms_status_known", condition=Q(status__in=[s.value for s in Status])),
        ]

    def __str__(self) -> str:
        return f"{self.template} {masked(self.phone)}"

    @property
    def masked_phone(self) -> str:
        return masked(self.phone)


class Attempt(models.Model):
    """One request to the provider. Written `started` before it leaves, closed when its answer is known."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="attempts")
    n = models.PositiveSmallIntegerField()
    provider = models.CharField(max_length=20)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    http_status = models.PositiveSmallIntegerField(null=True, blank=True)
    outcome = models.CharField(max_length=12, choices=Outcome.choices, default=Outcome.STARTED)
    code = models.CharField(max_length=40, blank=True)
    detail = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("message", "n")
        constraints = [models.UniqueConstraint(fields=("message", "n"), name="sms_attempt_numbered_once")]

    def __str__(self) -> str:
        return f"{self.message_id}/{self.n} {self.outcome}"


class Receipt(models.Model):
    """A provider's report as it came, once per distinct event; the phone is kept as a keyed hash only."""

    class Result(models.TextChoices):
        UNKNOWN = "unknown", "暂无对应短信"
        APPLIED = "applied", "已采纳"
        STALE = "stale", "晚于更新的状态"
        REJECTED = "rejected", "号码不符"

    provider = models.CharField(max_length=20)
    ext_id = models.CharField(max_length=64, db_index=True)
    ref = models.CharField(max_length=256, blank=True)
    phone_hash = models.CharField(max_length=64)
    delivered = models.BooleanField()
    code = models.CharField(max_length=40, blank=True)
    event_at = models.DateTimeField(null=True, blank=True)
    received_at = models.DateTimeField()
    raw = models.JSONField()
    fingerprint = models.CharField(max_length=64, unique=True)
    result = models.CharField(max_length=8, choices=Result.choices, default=Result.UNKNOWN)
    message = models.ForeignKey(Message, null=True, blank=True, on_delete=models.CASCADE, related_name="receipts")

    class Meta:
        ordering = ("-pk",)
        indexes = [models.Index(fields=("received_at",), condition=Q(result="unknown"), name="sms_receipt_unmatched")]

    def __str__(self) -> str:
        return f"{self.provider} {self.ext_id} {self.code}"
