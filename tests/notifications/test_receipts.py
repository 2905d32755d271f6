"""Receipts come early, late, twice, in any order and from strangers."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import Any
from urllib.parse import quote_plus, urlencode

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from notifications import outbox, sweep
from notifications.models import Message, Outcome, Receipt
from notifications.providers.base import SendResult
from notifications.rules import Pace
from notifications.status import RANK, Status, below
from tests.notifications.gateway import queue_sms

Push = Callable[..., HttpResponse]


def report(message: Message, *, sid: str = "77", delivered: bool = True, **changed: Any) -> dict[str, Any]:
    return {
        "sid": int(sid), "uid": message.ref, "mobile": message.phone.removeprefix("+86"),
        "report_status": "SUCCESS" if delivered else "FAIL", "error_msg": "" if delivered else "DB:0103",
        "user_receive_time": "2026-03-02 09:00:01", **changed,
    }  # fmt: skip


def push(*rows: Any, token: str | None = None, twice: bool = False) -> Any:
    text = json.dumps(list(rows))
    body = urlencode({"sms_status": quote_plus(text) if twice else text})
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    path = f"/hooks/sms/yunpian/{token or settings.SMS_CALLBACK_TOKEN}/status"
    return client.post(path, body, content_type="application/x-www-form-urlencoded")


def accepted(n: int = 1, sid: str = "77") -> Message:
    message = queue_sms(n)
    (item,) = outbox.claim(1, provider="yunpian", pace=Pace())
    outbox.save([outbox.Sent(item, SendResult(Outcome.ACCEPTED, sid), 200)], pace=Pace())
    return message


def status(message: Message) -> str:
    return Message.objects.get(pk=message.pk).status


@pytest.mark.django_db
@pytest.mark.parametrize("twice", [False, True])
def test_a_receipt_delivers_the_message_and_is_answered_as_yunpian_wants(twice: bool) -> None:
    message = accepted()
    answer = push(report(message), twice=twice)
    assert (answer.status_code, answer.content) == (200, b"SUCCESS")
    assert status(message) == Status.DELIVERED


@pytest.mark.django_db
def test_a_receipt_without_our_reference_is_found_by_the_providers_id() -> None:
    message = accepted()
    push(report(message, uid=None))
    assert status(message) == Status.DELIVERED


@pytest.mark.django_db
def test_a_receipt_keeps_no_phone_in_clear() -> None:
    message = accepted()
    push(report(message))
    kept = Receipt.objects.get()
    assert "13800000001" not in json.dumps(kept.raw) + kept.phone_hash


@pytest.mark.django_db
def test_a_receipt_that_overtakes_the_answer_is_not_undone_by_it() -> None:
    message = queue_sms()
    (item,) = outbox.claim(1, provider="yunpian", pace=Pace())
    push(report(message))
    assert status(message) == Status.DELIVERED
    outbox.save([outbox.Sent(item, SendResult(Outcome.ACCEPTED, "77"), 200)], pace=Pace())
    assert status(message) == Status.DELIVERED


@pytest.mark.django_db
def test_a_receipt_settles_a_message_whose_answer_was_lost() -> None:
    message = queue_sms()
    (item,) = outbox.claim(1, provider="yunpian", pace=Pace())
    outbox.save([outbox.Sent(item, SendResult(Outcome.UNCERTAIN), None)], pace=Pace())
    push(report(message))
    assert Message.objects.get().provider_id == "77"
    assert status(message) == Status.DELIVERED


@pytest.mark.django_db
def test_every_receipt_three_times_in_any_order_ends_the_same() -> None:
    messages = [accepted(n, sid=str(n)) for n in range(1, 7)]
    rows = [report(m, sid=str(n), delivered=n % 2 == 0) for n, m in enumerate(messages, start=1)]
    rows += [report(messages[0], sid="1")]  # the carrier thinks again: it arrived after all
    rows *= 3
    random.Random(7).shuffle(rows)
    for start in range(0, len(rows), 4):
        assert push(*rows[start : start + 4]).status_code == 200
    assert Receipt.objects.count() == 7
    failed = {2, 4}  # the odd ones, but for the first
    expected = [Status.UNDELIVERED if n in failed else Status.DELIVERED for n in range(6)]
    assert [status(message) for message in messages] == expected


@pytest.mark.django_db
def test_a_receipt_for_a_message_not_yet_known_is_matched_later() -> None:
    ghost = Message(ref="f" * 32, phone="+8613800000001")
    assert push(report(ghost)).content == b"SUCCESS"
    assert Receipt.objects.get().result == Receipt.Result.UNKNOWN
    message = queue_sms()
    Message.objects.filter(pk=message.pk).update(ref="f" * 32, status=Status.ACCEPTED)
    assert sweep.sweep()["receipts"] == 1
    assert sweep.sweep()["receipts"] == 0
    assert status(message) == Status.DELIVERED


FORGED: list[tuple[str, dict[str, Any], int]] = [
    ("wrong phone", {"rows": {"mobile": "13999999999"}}, 200),
    ("unknown reference and id", {"rows": {"uid": "c" * 32, "sid": 99}}, 200),
    ("wrong token", {"token": "wrong"}, 404),
    ("not a status", {"rows": {"report_status": "MAYBE"}}, 400),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("what", "how", "code"), FORGED)
def test_a_forged_receipt_changes_nothing(what: str, how: dict[str, Any], code: int) -> None:
    message = accepted()
    answer = push(report(message, **how.get("rows", {})), token=how.get("token"))
    assert (answer.status_code, status(message)) == (code, Status.ACCEPTED), what


@pytest.mark.django_db
def test_a_forged_receipt_does_not_block_the_true_one() -> None:
    message = accepted()
    push(report(message, mobile="13999999999"))
    push(report(message))
    assert status(message) == Status.DELIVERED


@pytest.mark.django_db
def test_a_huge_push_is_refused_unread() -> None:
    message = accepted()
    answer = push(report(message, error_msg="x" * 300_000))
    assert (answer.status_code, status(message)) == (413, Status.ACCEPTED)


@pytest.mark.django_db
def test_a_push_of_a_hundred_costs_a_bounded_number_of_queries(django_assert_max_num_queries: Any) -> None:
    messages = [accepted(n, sid=str(n)) for n in range(1, 101)]
    with django_assert_max_num_queries(110):
        push(*[report(m, sid=str(n)) for n, m in enumerate(messages, start=1)])
    assert Message.objects.filter(status=Status.DELIVERED).count() == 100


@given(st.lists(st.sampled_from(list(Status)), max_size=30))
def test_reports_only_move_forward_and_delivery_is_final(reports: list[Status]) -> None:
    now, seen = Status.PENDING, [Status.PENDING]
    for reported in reports:
        if now in below(reported):
            now = reported
        seen.append(now)
    assert [RANK[s] for s in seen] == sorted(RANK[s] for s in seen)
    if Status.DELIVERED in reports:
        assert now == Status.DELIVERED
