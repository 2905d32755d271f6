"""A message queued in one process wakes a dispatcher in another through Redis; without the hint the poll finds it."""

from __future__ import annotations

from typing import Any

import pytest

from notifications import dispatcher, wake
from notifications.models import Message
from notifications.status import Status
from tests.notifications.conftest import running  # noqa: F401 -- a fixture
from tests.notifications.gateway import Running, queue_sms, until

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


def accepted() -> bool:
    return not Message.objects.exclude(status=Status.ACCEPTED).exists()


def test_a_lost_hint_costs_a_poll_interval_only(running: Running, monkeypatch: Any) -> None:  # noqa: F811
    monkeypatch.setattr(wake, "_listeners", set())  # hints of this process go nowhere
    end = dispatcher.Dispatcher().run_in_thread()
    until(lambda: bool(wake._listeners))
    wake._listeners.clear()
    queue_sms()
    until(accepted)
    end()


@pytest.mark.redis
def test_a_hint_travels_through_redis(running: Running, monkeypatch: Any) -> None:  # noqa: F811
    monkeypatch.setattr(dispatcher, "POLL_SECONDS", 600)
    end = dispatcher.Dispatcher().run_in_thread()
    until(lambda: bool(wake._listeners) and wake._redis().pubsub_numsub(wake.CHANNEL)[0][1] > 0)
    wake._listeners.clear()
    queue_sms()
    until(accepted)
    end()
