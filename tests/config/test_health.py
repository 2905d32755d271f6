"""Ready, and counted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.test.utils import override_settings

from config import counts, health
from tests.notifications.gateway import queue_sms

pytestmark = pytest.mark.django_db


def test_a_migrated_database_and_an_empty_outbox_are_ready(client: Client) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"ready": True, "reasons": {}, "warnings": {}})
    assert "no-store" in answer["Cache-Control"]


def test_a_message_that_waits_too_long_is_told_but_takes_no_web_process_out_of_service(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "outbox_age", lambda: timedelta(minutes=11))
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["ready"]) == (200, True)
    assert "is a dispatcher running?" in answer.json()["warnings"]["outbox"]


def test_an_unreachable_bus_is_a_reason_without_its_address(client: Client) -> None:
    health._redis.cache_clear()
    with override_settings(EMBEDDED=False, REDIS_URL="redis://:hidden@127.0.0.1:1/0"):
        answer = client.get("/readyz")
    health._redis.cache_clear()
    assert answer.status_code == 503
    assert answer.json()["reasons"] == {"bus": "ConnectionError"}


def test_an_empty_outbox_has_no_age() -> None:
    assert health.outbox_age() == timedelta()


@pytest.mark.postgres
def test_a_web_server_whose_clock_is_wrong_sees_no_message_waiting(at: Callable[[str], None]) -> None:
    queue_sms()
    at("2039-01-01 09:00")
    assert health.outbox_age() < timedelta(minutes=1)


def test_metrics_are_text_for_prometheus(client: Client) -> None:
    counts.count_request("api", "GET", 200, 1.0)
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert b"bangban_http_requests" in answer.content
    assert b"sms_outbox_rows" in answer.content


@pytest.mark.parametrize(
    ("token", "given", "address", "status"),
    [
        ("", "", "127.0.0.1", 200),
        ("", "", "::1", 200),
        ("", "", "10.0.0.5", 404),
        ("", "", "nonsense", 404),
        ("s3cret", "Bearer s3cret", "10.0.0.5", 200),
        ("s3cret", "Bearer wrong", "127.0.0.1", 404),
        ("s3cret", "", "127.0.0.1", 404),
        ("s3cret", "Bearer 密", "127.0.0.1", 404),
    ],
)
def test_only_the_holder_of_the_token_or_this_machine_reads_metrics(
    client: Client, token: str, given: str, address: str, status: int
) -> None:
    with override_settings(METRICS_TOKEN=token):
        answer = client.get("/metrics", REMOTE_ADDR=address, headers={"Authorization": given})
    assert answer.status_code == status


def test_what_a_proxy_passes_on_is_not_this_machine(client: Client) -> None:
    assert client.get("/metrics", headers={"X-Forwarded-For": "203.0.113.9"}).status_code == 404


def test_only_reading_is_allowed(client: Client) -> None:
    assert client.post("/readyz").status_code == 405
