"""Streams of events, and receipts for requests that may be repeated."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models


class Stream(models.Model):
    """One numbered story, such as `project-42` or `inbox-7`. Its row is the lock under which numbers are given."""

    name = models.CharField(max_length=60, primary_key=True)
    seq = models.PositiveBigIntegerField(default=0)
    head = models.CharField(max_length=71, blank=True, default="")

    def __str__(self) -> str:
        return f"{self.name}@{self.seq}"


class Event(models.Model):
    """Something that happened. Rows are only added; the hash of each covers the one before (`journal/chain.py`)."""

    # The name itself is the key, so that reading a stream needs no join and the index below is the only one.
    stream = models.ForeignKey(Stream, on_delete=models.PROTECT, related_name="events", db_index=False)
    seq = models.PositiveBigIntegerField()
    kind = models.CharField(max_length=60)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    source = models.CharField(max_length=30, blank=True)
    payload: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField()
    hash = models.CharField(max_length=71)

    class Meta:
        ordering = ("stream", "seq")
        constraints = [
            models.UniqueConstraint(fields=("stream", "seq"), name="event_numbered_once"),
            models.CheckConstraint(condition=models.Q(seq__gt=0), name="event_numbers_start_at_one"),
        ]

    def __str__(self) -> str:
        return f"{self.stream_id}@{self.seq} {self.kind}"


class Receipt(models.Model):
    """What a request with this `Idempotency-Key` was answered; null only inside the transaction that makes it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    key = models.CharField(max_length=100)
    fingerprint = models.CharField(max_length=64)
    answer: models.JSONField[dict[str, Any] | None, dict[str, Any] | None] = models.JSONField(null=True)
    at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("user", "key"), name="receipt_once_per_key")]

    def __str__(self) -> str:
        return f"{self.user_id}:{self.key}"
