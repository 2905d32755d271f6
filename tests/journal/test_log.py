"""Numbers without gaps, a chain without breaks."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.utils import timezone

import journal
from accounts.models import User
from journal import log
from journal.models import Event, Stream
from tests.journal.conftest import write

pytestmark = pytest.mark.django_db
THEN = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


def events() -> QuerySet[Event]:
    """Ours; the reference data has a stream too."""
    return Event.objects.filter(stream_id="project-1")


def is_sound(*streams: str) -> bool:
    try:
        call_command("verify_journal", *streams)
    except SystemExit as broken:
        assert broken.code == 1
        return False
    return True


def test_events_of_a_stream_are_numbered_from_one() -> None:
    write("project-1", times=3)
    write("project-2")
    assert [event.seq for event in journal.read("project-1", after=0, limit=10)] == [1, 2, 3]
    assert journal.heads(["project-1", "project-2", "project-3"]) == {"project-1": 3, "project-2": 1}


def test_reading_goes_on_after_a_number_and_stops_at_the_limit() -> None:
    write("project-1", times=5)
    assert [event.seq for event in journal.read("project-1", after=2, limit=2)] == [3, 4]


@pytest.mark.django_db(transaction=True)
def test_an_event_outside_a_transaction_is_refused() -> None:
    with pytest.raises(transaction.TransactionManagementError):
        journal.append("project-1", "step.accepted", payload={}, actor=None, occurred_at=THEN)
    assert not events().exists()


def test_a_change_that_is_rolled_back_leaves_no_gap() -> None:
    write("project-1")
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        write("project-1")
        raise ZeroDivisionError
    write("project-1")
    assert [event.seq for event in journal.read("project-1", after=0, limit=10)] == [1, 2]
    assert is_sound()


def test_an_event_costs_three_queries(django_assert_num_queries) -> None:
    write("project-1")
    with transaction.atomic(), django_assert_num_queries(3):
        journal.append("project-1", "step.accepted", payload={}, actor=None, occurred_at=THEN)


def test_the_time_of_recording_is_ours_and_the_time_of_happening_is_given(agent: User) -> None:
    began = timezone.now()
    with transaction.atomic():
        event = journal.append("project-1", "step.accepted", payload={"a": 1}, actor=agent, occurred_at=THEN)
    assert began <= event.recorded_at <= timezone.now()
    assert journal.as_json(event) == {
        "stream": "project-1",
        "seq": 1,
        "kind": "step.accepted",
        "occurred_at": "2026-03-02T09:00:00.000+08:00",
        "recorded_at": journal.as_json(event)["recorded_at"],
        "actor": {"id": agent.pk, "name": agent.name},
        "source": "",
        "payload": {"a": 1},
    }


def test_dates_and_decimals_become_text_and_survive_the_database(agent: User) -> None:
    payload = {"due": date(2026, 3, 2), "wan": Decimal("12.50"), "n": {"10": 1, "9": [None, True, "，"]}}
    with transaction.atomic():
        event = journal.append("project-1", "step.accepted", payload=payload, actor=agent, occurred_at=THEN)
    (kept,) = journal.read("project-1", after=0, limit=1)
    assert kept.payload == event.payload == {**payload, "due": "2026-03-02", "wan": "12.50"}
    assert is_sound("project-1")


def test_a_float_is_refused_because_databases_round_differently() -> None:
    with pytest.raises(TypeError, match=r"1\.5"):
        write("project-1", share=1.5)


def test_a_number_is_given_only_once() -> None:
    write("project-1")
    copy = events().get()
    copy.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        copy.save(force_insert=True)


def swap(first: int, second: int) -> None:
    for old, new in ((first, 1000), (second, first), (1000, second)):
        events().filter(seq=old).update(seq=new)


@pytest.mark.parametrize(
    ("tamper", "fault"),
    [
        (lambda rows: rows.filter(seq=3).update(payload={"n": 9}), "project-1@3: altered"),
        (lambda rows: rows.filter(seq=3).update(occurred_at=THEN), "project-1@3: altered"),
        (lambda rows: rows.filter(seq=3).update(recorded_at=THEN), "project-1@3: altered"),
        (lambda rows: rows.filter(seq=3).update(kind="step.rejected"), "project-1@3: altered"),
        (lambda rows: rows.filter(seq=3).update(source="PHONE"), "project-1@3: altered"),
        (lambda rows: rows.filter(seq=3).update(hash="sha256:0"), "project-1@3: altered"),
        (lambda rows: rows.filter(seq=3).delete(), "project-1@3: missing"),
        (lambda rows: rows.filter(seq=1).delete(), "project-1@1: missing"),
        (lambda rows: rows.filter(seq=6).delete(), "project-1@6: missing at the end"),
        (lambda rows: swap(2, 4), "project-1@2: altered, or moved"),
        (
            lambda rows: Stream.objects.filter(pk="project-1").update(seq=F("seq") - 1),
            "project-1@5: not the row the stream's head knows",
        ),
        (
            lambda rows: Stream.objects.filter(pk="project-1").update(head="sha256:0"),
            "project-1@6: not the row the stream's head knows",
        ),
    ],
)
def test_tampering_is_found_and_the_first_broken_row_named(tamper, fault: str, capsys) -> None:
    write("project-1", times=6)
    assert is_sound()
    tamper(events())
    assert not is_sound()
    assert capsys.readouterr().err.startswith(fault)


def test_rows_removed_together_with_their_head_leave_the_rows_beyond(capsys) -> None:
    write("project-1", times=3)
    second = events().get(seq=2)
    Stream.objects.filter(pk="project-1").update(seq=2, head=second.hash)
    assert not is_sound()
    assert capsys.readouterr().err.startswith("project-1@3: beyond the stream's head")


def test_a_stream_that_is_not_there_is_a_fault(capsys) -> None:
    assert not is_sound("project-9")
    assert "project-9: no such stream" in capsys.readouterr().err


def test_reading_many_streams_gives_the_same_events_as_reading_each(agent: User) -> None:
    for stream, actor in (("project-1", agent), ("project-2", None), ("project-1", None)):
        with transaction.atomic():
            journal.append(stream, "step.accepted", payload={"a": "，"}, actor=actor, occurred_at=THEN, source="PHONE")
    many = log.read_many({"project-1": 0, "project-2": 0, "project-3": 0}, limit=9)
    each = [event for name in ("project-1", "project-2") for event in journal.read(name, after=0, limit=9)]
    assert [journal.as_json(event) for event in many] == [journal.as_json(event) for event in each]
