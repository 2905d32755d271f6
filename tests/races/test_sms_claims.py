"""Many at once: one key, one message; one message, one claim."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

import pytest
from django.db import connection, transaction

from notifications import outbox, sms
from notifications.models import Attempt, Message, Outcome
from notifications.providers.base import SendResult
from notifications.rules import Pace
from notifications.status import Status
from tests.notifications.gateway import VALUES, queue_sms, until

T = TypeVar("T")
pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


def at_once(times: int, work: Callable[[], T]) -> list[T]:
    gate = Barrier(times)

    def one() -> T:
        gate.wait()
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        return [future.result() for future in [pool.submit(one) for _ in range(times)]]


def test_the_same_event_told_by_fifty_threads_queues_one_message() -> None:
    def tell() -> bool:
        with transaction.atomic():
            made = sms.queue(dedupe_key="project-1:S1-01:accepted:9:contact-1", template="SMS-01", values=VALUES,
                             phone="+8613812345678", recipient="contact-1", subject="project-1",
                             category="progress")  # fmt: skip
        return made is not None

    assert sum(at_once(50, tell)) == 1
    assert Message.objects.count() == 1


@pytest.mark.postgres
def test_eight_dispatchers_share_the_outbox_without_taking_anything_twice() -> None:
    for n in range(1, 201):
        queue_sms(n)

    def take() -> list[int]:
        taken: list[int] = []
        while batch := outbox.claim(7, provider="yunpian", pace=Pace()):
            taken += [item.pk for item in batch]
        return taken

    taken = sorted(pk for one in at_once(8, take) for pk in one)
    assert taken == sorted(Message.objects.values_list("pk", flat=True))
    assert Attempt.objects.count() == 200


def somebody_waits_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return bool(cursor.fetchone()[0])


@pytest.mark.postgres
def test_answers_of_two_kinds_and_receipts_lock_in_one_order() -> None:
    """The refused one has the smaller statement, the accepted one the smaller key; receipts go by the key."""
    for n in (1, 2):
        queue_sms(n)
    first, second = outbox.claim(2, provider="yunpian", pace=Pace())
    answers = [
        outbox.Sent(first, SendResult(Outcome.ACCEPTED, "77"), 200),
        outbox.Sent(second, SendResult(Outcome.REFUSED, code="4"), 400),
    ]

    def save() -> None:
        try:
            outbox.save(answers, pace=Pace())
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            Message.objects.select_for_update().get(pk=first.pk)
            saving = pool.submit(save)
            until(somebody_waits_for_a_lock)
            Message.objects.select_for_update().get(pk=second.pk)
        saving.result()
    assert set(Message.objects.values_list("status", flat=True)) == {Status.ACCEPTED, Status.FAILED}


@pytest.mark.postgres
def test_answers_and_the_sweep_lock_messages_before_attempts() -> None:
    queue_sms()
    (item,) = outbox.claim(1, provider="yunpian", pace=Pace())

    def save() -> None:
        try:
            outbox.save([outbox.Sent(item, SendResult(Outcome.ACCEPTED, "77"), 200)], pace=Pace())
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            Message.objects.select_for_update().get(pk=item.pk)
            saving = pool.submit(save)
            until(somebody_waits_for_a_lock)
            Attempt.objects.select_for_update().get(message_id=item.pk)
        saving.result()
    assert Message.objects.get().status == Status.ACCEPTED
