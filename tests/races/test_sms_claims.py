"""Many at once: one key, one message; one message, one claim."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

import pytest
from django.db import connection, transaction

from notifications import outbox, sms
from notifications.models import Attempt, Message
from notifications.rules import Pace
from tests.notifications.gateway import VALUES, queue_sms

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
