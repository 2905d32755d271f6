"""The real dispatcher against the real gateway: faults of the network, and what is left in the rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import OperationalError

from notifications import outbox
from notifications.dispatcher import Dispatcher
from notifications.models import Message
from notifications.rules import Pace, quick
from notifications.status import Status
from tests.notifications.gateway import Running, queue_sms, until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def dispatching(running: Running) -> Iterator[None]:
    end = Dispatcher(pace=quick(Pace(), factor=0.01)).run_in_thread()
    yield
    end()


def settled(*wanted: str) -> bool:
    return set(Message.objects.values_list("status", flat=True)) <= set(wanted)


def test_what_is_queued_arrives_once_with_its_text(running: Running, dispatching: None) -> None:
    messages = [queue_sms(n) for n in range(1, 31)]
    until(lambda: settled(Status.ACCEPTED))
    assert running.stats()["accepted"] == running.stats()["refs"] == 30
    (received,) = running.received(messages[0].phone)
    assert (received["text"], received["uid"]) == (messages[0].text, messages[0].ref)


@pytest.mark.parametrize("behaviour", ["reset_accepted", "truncated"])
def test_an_answer_that_was_lost_is_looked_up_and_not_sent_twice(
    running: Running, dispatching: None, behaviour: str
) -> None:
    running.behave("*", behaviour)
    message = queue_sms()
    until(lambda: settled(Status.ACCEPTED, Status.DELIVERED))
    assert len(running.received(message.phone)) == 1
    kept = Message.objects.get()
    assert (kept.tries, kept.provider_id) == (1, str(running.received(message.phone)[0]["sid"]))


@pytest.mark.parametrize("behaviour", ["http_500", "html_502", "empty_list"])
def test_an_odd_answer_without_acceptance_is_sent_again_after_the_lookups(
    running: Running, dispatching: None, behaviour: str
) -> None:
    running.behave("*", behaviour, times=1)
    message = queue_sms()
    until(lambda: settled(Status.ACCEPTED, Status.DELIVERED))
    assert len(running.received(message.phone)) == 1
    assert [a.outcome for a in Message.objects.get().attempts.all()] == ["uncertain", "accepted"]


def test_a_refused_number_fails_with_its_code(running: Running, dispatching: None) -> None:
    running.behave("*", "code", code=10)
    queue_sms()
    until(lambda: settled(Status.FAILED))
    assert Message.objects.get().last_code == "10"


def test_a_gateway_that_is_down_gets_everything_once_it_is_back(running: Running, settings: Any) -> None:
    address, settings.SMS_BASE_URL = running.url, "http://127.0.0.1:8299"
    end = Dispatcher(pace=quick(Pace(), factor=0.01)).run_in_thread()
    queue_sms()
    until(lambda: Message.objects.get().attempts.filter(outcome="temporary").exists())
    end()
    assert Message.objects.get().status == Status.PENDING
    settings.SMS_BASE_URL = address
    end = Dispatcher(pace=quick(Pace(), factor=0.01)).run_in_thread()
    until(lambda: settled(Status.ACCEPTED))
    end()
    assert running.stats()["refs"] == 1


def test_stopping_finishes_what_is_in_flight(running: Running) -> None:
    running.ask("/__sandbox/settings", {"answer_seconds": 0.4})
    for n in range(1, 6):
        queue_sms(n)
    end = Dispatcher().run_in_thread()
    until(lambda: running.stats()["requests"] == 5)
    end()
    assert settled(Status.ACCEPTED)
    assert running.stats()["accepted"] == 5


def test_a_receipt_pushed_before_the_answer_wins(running: Running, live_server: Any, settings: Any) -> None:
    settings.PUBLIC_URL = live_server.url
    running.behave("*", "receipt_first")
    queue_sms()
    end = Dispatcher().run_in_thread()
    until(lambda: settled(Status.DELIVERED))
    end()
    assert Message.objects.get().provider_id
    assert settled(Status.DELIVERED)


def test_no_log_line_shows_key_text_or_phone(running: Running, dispatching: None, capfd: Any) -> None:
    running.behave("*", "code", code=5)
    message = queue_sms()
    until(lambda: message.attempts.filter(outcome="config").exists())
    shown = "".join(capfd.readouterr())
    from django.conf import settings as configured

    for secret in (configured.SMS_API_KEY, message.text, "13800000001", configured.SMS_CALLBACK_TOKEN):
        assert secret not in shown


def test_a_database_that_goes_away_costs_neither_messages_nor_doubles(running: Running, monkeypatch: Any) -> None:
    real, times = outbox.save, iter(range(3))

    def failing(*given: Any, **named: Any) -> Any:
        if next(times, None) is not None:
            raise OperationalError("database is locked")
        return real(*given, **named)

    monkeypatch.setattr(outbox, "save", failing)
    for n in range(1, 11):
        queue_sms(n)
    end = Dispatcher().run_in_thread()
    until(lambda: settled(Status.ACCEPTED))
    end()
    assert (running.stats()["refs"], running.stats()["doubled"]) == (10, 0)


def test_a_bug_in_the_embedded_dispatcher_is_logged_and_sending_goes_on(
    running: Running, monkeypatch: Any, caplog: Any
) -> None:
    real, times = outbox.claim, iter(range(1))

    def failing(*given: Any, **named: Any) -> Any:
        if next(times, None) is not None:
            raise KeyError("a bug")
        return real(*given, **named)

    monkeypatch.setattr(outbox, "claim", failing)
    queue_sms()
    end = Dispatcher().run_in_thread()
    until(lambda: settled(Status.ACCEPTED))
    end()
    assert "sms.dispatcher_died" in caplog.text
