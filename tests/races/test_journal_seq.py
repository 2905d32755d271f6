"""Sixteen writers on one stream, fifty repeats of one request: on a real PostgreSQL, with real threads."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connections, transaction
from django.utils import timezone

import journal
from accounts.models import District, User
from journal import receipts
from journal.models import Event, Receipt

pytestmark = [pytest.mark.postgres, pytest.mark.race, pytest.mark.django_db(transaction=True)]


def together(threads: int, work: Callable[[int], Any]) -> list[Any]:
    """The same work in so many threads, all begun at the same moment."""
    start = Barrier(threads)

    def one(number: int) -> Any:
        try:
            start.wait(timeout=30)
            return work(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(one, range(threads)))


def append(stream: str, **payload: Any) -> Event:
    with transaction.atomic():
        return journal.append(stream, "step.accepted", payload=payload, actor=None, occurred_at=timezone.now())


def test_sixteen_writers_leave_no_gap_and_no_double_number() -> None:
    def work(number: int) -> None:
        for turn in range(20):
            append("project-1", writer=number, turn=turn)

    together(16, work)
    events = journal.read("project-1", after=0, limit=1000)
    assert [event.seq for event in events] == list(range(1, 321))
    for number in range(16):
        own = [event.payload["turn"] for event in events if event.payload["writer"] == number]
        assert own == list(range(20))
    call_command("verify_journal")


def test_a_stream_that_sixteen_begin_at_once_begins_once() -> None:
    for turn in range(10):
        events = together(16, lambda _number, turn=turn: append(f"project-{turn}").seq)
        assert sorted(events) == list(range(1, 17))


def test_writers_that_give_up_leave_no_gap() -> None:
    def work(number: int) -> None:
        for turn in range(10):
            try:
                with transaction.atomic():
                    append("project-1", writer=number)
                    if turn % 2:
                        raise ZeroDivisionError
            except ZeroDivisionError:
                pass

    together(16, work)
    assert [event.seq for event in journal.read("project-1", after=0, limit=1000)] == list(range(1, 81))
    call_command("verify_journal")


def test_numbers_become_visible_in_their_order() -> None:
    """Who reads while others write never sees 18 without 17: otherwise a socket would leave it out for ever."""

    def work(number: int) -> bool:
        if number:
            for _ in range(30):
                append("project-1")
            return True
        seen: list[int] = []
        while len(seen) < 210:
            seen = list(Event.objects.filter(stream_id="project-1").order_by("seq").values_list("seq", flat=True))
            if seen != list(range(1, len(seen) + 1)):
                return False
        return True

    assert all(together(8, work))


def test_fifty_parallel_repeats_change_once_and_all_get_the_same_answer() -> None:
    District.objects.get_or_create(code="210300", defaults={"name": "鞍山市"})
    user = User.objects.create_user("agent-a", None, name="甲", role="AGENT")

    def work(_number: int) -> dict[str, Any]:
        with transaction.atomic():
            if (answer := receipts.replay(user, "k1", "f")) is not None:
                return answer
            answer = {"version": append("project-1").seq}
            receipts.store(user, "k1", answer=answer)
            return answer

    assert together(50, work) == [{"version": 1}] * 50
    assert (journal.heads(["project-1"]), Receipt.objects.count()) == ({"project-1": 1}, 1)
