"""The same request twice gives the same answer once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from common.errors import Refused
from journal import receipts
from journal.models import Receipt

pytestmark = pytest.mark.django_db
REQUEST = receipts.fingerprint("POST /api/projects/1/steps/S2-04/accept", b"{}")


def test_the_same_key_gets_the_same_answer(agent: User) -> None:
    with transaction.atomic():
        assert receipts.replay(agent, "k1", REQUEST) is None
        receipts.store(agent, "k1", answer={"version": 18})
    with transaction.atomic():
        assert receipts.replay(agent, "k1", REQUEST) == {"version": 18}


def test_the_same_key_for_another_request_is_refused(agent: User) -> None:
    with transaction.atomic():
        receipts.replay(agent, "k1", REQUEST)
        receipts.store(agent, "k1", answer={})
    with pytest.raises(Refused, match=r"idempotency\.reused"), transaction.atomic():
        receipts.replay(agent, "k1", receipts.fingerprint("POST /api/projects/1/steps/S2-04/accept", b'{"seen":1}'))


def test_another_person_may_use_the_same_key(agent: User, outsider: User) -> None:
    with transaction.atomic():
        receipts.replay(agent, "k1", REQUEST)
        receipts.store(agent, "k1", answer={"whose": "mine"})
        assert receipts.replay(outsider, "k1", REQUEST) is None


def test_a_refused_change_gives_its_key_back(agent: User) -> None:
    with pytest.raises(Refused), transaction.atomic():
        receipts.replay(agent, "k1", REQUEST)
        raise Refused("step.not-open", "前置事项尚未办结")
    with transaction.atomic():
        assert receipts.replay(agent, "k1", REQUEST) is None


def test_where_one_part_ends_and_the_next_begins_counts() -> None:
    assert receipts.fingerprint("ab", "c") != receipts.fingerprint("a", "bc")


def test_old_receipts_are_swept_and_young_ones_kept(agent: User) -> None:
    with transaction.atomic():
        for key in ("old", "young"):
            receipts.replay(agent, key, REQUEST)
    Receipt.objects.filter(key="old").update(at=timezone.now() - timedelta(days=8))
    assert receipts.sweep(before=timezone.now() - timedelta(days=7)) == 1
    assert Receipt.objects.get().key == "young"
