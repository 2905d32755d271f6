"""The door: one key one message, frozen text, nothing without the caller's commit."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import structlog
from django.db import transaction
from django.utils import timezone

from common.errors import Invalid
from notifications import outbox, sms, wake
from notifications.models import Attempt, Message
from notifications.rules import Pace
from notifications.status import Status
from tests.notifications.gateway import VALUES, queue_sms

pytestmark = pytest.mark.django_db


def claim(limit: int = 10) -> list[outbox.Claimed]:
    return outbox.claim(limit, provider="yunpian", pace=Pace())


def test_a_queued_message_waits_with_its_text_frozen() -> None:
    message = queue_sms()
    assert (
        message.text
        == "【鞍山市行政审批局】“鞍钢配套物流园”的建设工程规划许可证已于11月23日受理,承诺5个工作日办结。查询码A7K2P9"
    )
    assert (message.status, message.parts, message.masked_phone) == (Status.PENDING, 1, "138****0001")
    assert message.get_status_display() == "排队中"


def test_the_same_key_again_adds_nothing() -> None:
    queue_sms()
    with transaction.atomic():
        again = sms.queue(dedupe_key="test-1", template="SMS-01", values=VALUES, phone="+8613900000000",
                          recipient="contact-9", subject="project-9", category="progress")  # fmt: skip
    assert again is None
    assert Message.objects.count() == 1


def test_a_rollback_takes_the_message_along() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        queue_sms()
        raise RuntimeError
    assert not Message.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_queueing_outside_a_transaction_is_refused() -> None:
    with pytest.raises(transaction.TransactionManagementError):
        sms.queue(dedupe_key="x", template="SMS-01", values=VALUES, phone="+8613812345678", recipient="contact-1",
                  subject="project-1", category="progress")  # fmt: skip


def test_the_hint_comes_after_the_commit_only(django_capture_on_commit_callbacks: Any) -> None:
    rung: list[bool] = []
    forget = wake.listen(lambda: rung.append(True))
    with django_capture_on_commit_callbacks(execute=True):
        queue_sms()
        assert not rung
    forget()
    assert rung == [True]


def test_a_dead_redis_is_asked_once_for_many_messages(
    django_capture_on_commit_callbacks: Any, settings: Any, monkeypatch: Any
) -> None:
    wake._redis.cache_clear()
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    monkeypatch.setattr(wake, "_silent_until", 0.0)
    with structlog.testing.capture_logs() as lines, django_capture_on_commit_callbacks(execute=True):
        for n in (1, 2, 3):
            queue_sms(n)
    wake._redis.cache_clear()
    assert [line["event"] for line in lines] == ["sms.hint_lost"]


def test_a_landline_gets_no_message_and_breaks_nothing() -> None:
    with transaction.atomic():
        made = sms.queue(dedupe_key="x", template="SMS-01", values=VALUES, phone="+864125550000", recipient="contact-1",
                         subject="project-1", category="progress")  # fmt: skip
    assert made is None


def test_a_wrong_value_is_refused_before_anything_is_written() -> None:
    with pytest.raises(Invalid):
        queue_sms(values={**VALUES, "item": "看www.x.com"})
    assert not Message.objects.exists()


def test_a_subject_lists_its_messages_newest_first() -> None:
    first, second, _ = queue_sms(1), queue_sms(2), queue_sms(3, subject="project-2")
    assert sms.of_subject("project-1") == [second, first]
    assert sms.of_subject("project-1", limit=1) == [second]


def test_a_message_is_not_claimed_before_it_is_ready_nor_after_it_expired() -> None:
    queue_sms(1, ready_at=timezone.now() + timedelta(hours=1))
    expired = queue_sms(2)
    Message.objects.filter(pk=expired.pk).update(expires_at=timezone.now())
    ready = queue_sms(3)
    assert [item.pk for item in claim()] == [ready.pk]


def test_a_claim_leaves_proof_before_anything_is_sent_and_is_not_given_twice() -> None:
    message = queue_sms()
    (item,) = claim()
    assert (item.sms.ref, item.sms.phone, item.sms.text) == (message.ref, message.phone, message.text)
    assert Attempt.objects.get().outcome == "started"
    assert claim() == []


def test_a_claim_takes_no_more_than_there_are_free_slots() -> None:
    for n in range(5):
        queue_sms(n)
    assert len(claim(3)) == 3
    assert Message.objects.filter(status=Status.PENDING).count() == 2


def test_a_claim_costs_a_handful_of_queries_however_many_rows(django_assert_max_num_queries: Any) -> None:
    for n in range(20):
        queue_sms(n)
    with django_assert_max_num_queries(6):
        assert len(claim(20)) == 20
