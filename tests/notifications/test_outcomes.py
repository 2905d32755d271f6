"""What each answer does to the message and its attempt."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from notifications import outbox, rules, sweep
from notifications.breaker import Breaker
from notifications.models import Attempt, Message, Outcome
from notifications.providers.base import LookupResult, SendResult
from notifications.rules import Pace
from notifications.status import Status
from tests.notifications.gateway import queue_sms

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
PACE = Pace()
SECOND = timedelta(seconds=1)

AFTER_SEND = [
    (SendResult(Outcome.ACCEPTED), 1, Status.ACCEPTED, 0 * SECOND),
    (SendResult(Outcome.REFUSED), 1, Status.FAILED, 0 * SECOND),
    (SendResult(Outcome.UNCERTAIN), 1, Status.UNCERTAIN, 60 * SECOND),
    (SendResult(Outcome.TEMPORARY), 1, Status.PENDING, 5 * SECOND),
    (SendResult(Outcome.TEMPORARY), 2, Status.PENDING, 30 * SECOND),
    (SendResult(Outcome.TEMPORARY), 99, Status.PENDING, 3600 * SECOND),
    (SendResult(Outcome.CONFIG), 1, Status.PENDING, 600 * SECOND),
    (SendResult(Outcome.THROTTLED, retry_after=31 * SECOND), 1, Status.PENDING, 31 * SECOND),
    (SendResult(Outcome.THROTTLED, next_day=True), 1, Status.PENDING, timedelta(hours=23, minutes=15)),
]


@pytest.mark.parametrize(("result", "tries", "status", "later"), AFTER_SEND)
def test_an_outcome_decides_the_next_attempt(result: SendResult, tries: int, status: Status, later: timedelta) -> None:
    change = rules.after_send(result, tries=tries, started=NOW, now=NOW, pace=PACE, jitter=1.0)
    assert (change.status, change.next_attempt_at - NOW) == (status, later)


def test_no_spread_brings_a_throttled_message_back_too_early() -> None:
    result = SendResult(Outcome.THROTTLED, retry_after=31 * SECOND)
    change = rules.after_send(result, tries=1, started=NOW, now=NOW, pace=PACE, jitter=0.8)
    assert change.next_attempt_at >= NOW + 31 * SECOND


AFTER_LOOKUP = [
    # found, misses so far, same content, seconds after the attempt → status, next look in seconds after the attempt
    (LookupResult(True), 0, False, 60, Status.ACCEPTED, 60),
    (LookupResult(True, delivered=True), 0, False, 60, Status.DELIVERED, 60),
    (LookupResult(True, delivered=False), 0, False, 60, Status.UNDELIVERED, 60),
    (LookupResult(None), 1, False, 180, Status.UNCERTAIN, 210),
    (LookupResult(False), 0, False, 60, Status.UNCERTAIN, 180),
    (LookupResult(False), 1, False, 180, Status.PENDING, 180),
    (LookupResult(False), 1, False, 100, Status.UNCERTAIN, 600),
    (LookupResult(False), 1, True, 180, Status.UNCERTAIN, 600),
    (LookupResult(False), 2, True, 600, Status.PENDING, 600),
]


@pytest.mark.parametrize(("found", "misses", "same", "at", "status", "then"), AFTER_LOOKUP)
def test_a_message_goes_out_again_only_after_enough_misses(
    found: LookupResult, misses: int, same: bool, at: int, status: Status, then: int
) -> None:
    change = rules.after_lookup(
        found, misses=misses, same_content=same, doubted_at=NOW, now=NOW + at * SECOND, pace=PACE
    )
    assert (change.status, change.next_attempt_at) == (status, NOW + then * SECOND)


def claimed() -> outbox.Claimed:
    (item,) = outbox.claim(1, provider="yunpian", pace=PACE)
    return item


@pytest.mark.django_db
def test_an_acceptance_is_written_down_with_its_attempt() -> None:
    queue_sms()
    outbox.save([outbox.Sent(claimed(), SendResult(Outcome.ACCEPTED, "77", "0", cost_fen=5, parts=1), 200)], pace=PACE)
    message, attempt = Message.objects.get(), Attempt.objects.get()
    assert (message.status, message.provider_id, message.cost_fen) == (Status.ACCEPTED, "77", 5)
    assert (attempt.outcome, attempt.http_status) == (Outcome.ACCEPTED, 200)
    assert message.accepted_at and attempt.finished_at and not message.lease_token


@pytest.mark.django_db
def test_one_id_for_two_messages_keeps_the_other_answers() -> None:
    for n in (1, 2, 3):
        queue_sms(n)
    items = outbox.claim(3, provider="yunpian", pace=PACE)
    answers = [
        outbox.Sent(item, SendResult(Outcome.ACCEPTED, sid), 200)
        for item, sid in zip(items, ("7", "7", "8"), strict=True)
    ]
    outbox.save(answers, pace=PACE)
    assert set(Message.objects.values_list("provider_id", flat=True)) == {"7", None, "8"}
    assert Message.objects.filter(status=Status.ACCEPTED).count() == 3


@pytest.mark.django_db
def test_a_late_acceptance_stops_the_message_from_going_out_again() -> None:
    queue_sms()
    item = claimed()
    Message.objects.update(status=Status.PENDING, lease_token="")  # two lookups missed it meanwhile
    outbox.save([outbox.Sent(item, SendResult(Outcome.ACCEPTED, "77"), 200)], pace=PACE)
    assert Message.objects.get().status == Status.ACCEPTED


@pytest.mark.django_db
def test_a_dead_dispatchers_message_is_in_doubt_and_looked_up_before_it_is_sent() -> None:
    queue_sms()
    item = claimed()
    Message.objects.update(lease_until=item.started - SECOND)
    assert sweep.sweep()["leases"] == 1
    assert sweep.sweep()["leases"] == 0
    message = Message.objects.get()
    assert (message.status, Attempt.objects.get().outcome) == (Status.UNCERTAIN, Outcome.UNCERTAIN)
    assert message.next_attempt_at == item.started + PACE.lookups[0]
    assert outbox.claim(1, provider="yunpian", pace=PACE) == []


@pytest.mark.django_db
def test_two_misses_send_it_again_and_a_hit_does_not() -> None:
    for n in (1, 2):
        queue_sms(n)
    first, second = outbox.claim(2, provider="yunpian", pace=PACE)
    doubt = SendResult(Outcome.UNCERTAIN, code="transport")
    outbox.save([outbox.Sent(first, doubt, None), outbox.Sent(second, doubt, None)], pace=PACE)
    for back in (60, 180):
        Message.objects.filter(status=Status.UNCERTAIN).update(
            next_attempt_at=first.started - timedelta(hours=1), doubted_at=first.started - back * SECOND
        )
        for item in outbox.claim_doubts(10, pace=PACE):
            hit = item.pk == second.pk
            outbox.save([outbox.Looked(item, LookupResult(hit, "55" if hit else None))], pace=PACE)
    statuses = dict(Message.objects.values_list("pk", "status"))
    assert statuses == {first.pk: Status.PENDING, second.pk: Status.ACCEPTED}
    again = claimed()
    assert (again.pk, again.tries, again.sms.doubted) == (first.pk, 2, True)


@pytest.mark.django_db
def test_what_nobody_wants_to_know_any_more_is_not_sent() -> None:
    message = queue_sms()
    Message.objects.filter(pk=message.pk).update(expires_at=message.created_at)
    assert sweep.sweep()["expired"] == 1
    assert Message.objects.get().status == Status.EXPIRED


@pytest.mark.django_db
def test_after_72_hours_of_silence_a_message_counts_as_without_receipt() -> None:
    queue_sms()
    outbox.save([outbox.Sent(claimed(), SendResult(Outcome.ACCEPTED, "77"), 200)], pace=PACE)
    Message.objects.update(accepted_at=NOW - timedelta(days=9000))
    assert sweep.sweep()["silent"] == 1
    assert Message.objects.get().get_status_display() == "已提交，无回执"


def test_a_broken_account_pauses_at_once_and_one_probe_ends_it() -> None:
    breaker = Breaker()
    breaker.note(SendResult(Outcome.CONFIG, provider_down=True), now=0)
    assert [breaker.allows(50, now=at) for at in (1, 29, 31)] == [0, 0, 1]
    breaker.note(SendResult(Outcome.CONFIG, provider_down=True), now=31)
    assert [breaker.allows(50, now=at) for at in (62, 92)] == [0, 1]
    breaker.note(SendResult(Outcome.ACCEPTED), now=92)
    assert breaker.allows(50, now=92) == 50


def test_a_dead_network_pauses_after_five_failures_and_a_refused_template_never() -> None:
    breaker = Breaker()
    for _ in range(4):
        breaker.note(SendResult(Outcome.TEMPORARY, code="transport"), now=0)
        breaker.note(SendResult(Outcome.UNCERTAIN), now=0)
    assert breaker.allows(9, now=0) == 9
    breaker.note(SendResult(Outcome.TEMPORARY, code="transport"), now=0)
    assert breaker.allows(9, now=0) == 0
    template = Breaker()
    for _ in range(50):
        template.note(SendResult(Outcome.CONFIG, code="5"), now=0)
    assert template.allows(9, now=0) == 9
