"""Two people at the same moment, with real threads on a real PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

import journal
from common.errors import Refused
from enterprises.actions.enterprise import add_contact, register_enterprise
from enterprises.models import Contact, Enterprise
from enterprises.rules import ContactFacts, EnterpriseFacts
from tests.make import make_enterprise, make_user

pytestmark = [pytest.mark.race, pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
FACTS = EnterpriseFacts(name="鞍山虚构公司", uscc="91210302MA0Y10011X", ownership="PRIVATE", district="210302")
PEOPLE = 8


@pytest.fixture(autouse=True)
def reference_afterwards(transactional_db: None) -> Iterator[None]:
    """A transactional test empties every table; the next test expects the reference data."""
    call_command("load_reference", verbosity=0)
    yield
    call_command("flush", verbosity=0, interactive=False)
    call_command("load_reference", verbosity=0)


def at_once(action: Callable[[], Any]) -> list[str]:
    """What came of `PEOPLE` simultaneous calls: "done" or the code of the refusal."""
    start = Barrier(PEOPLE)

    def one(_: int) -> str:
        try:
            start.wait(10)
            action()
        except Refused as refusal:
            return refusal.code
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(PEOPLE) as pool:
        return sorted(pool.map(one, range(PEOPLE)))


def test_one_of_many_registers_an_enterprise_and_the_others_are_told() -> None:
    actor = make_user("racer")
    outcome = at_once(lambda: register_enterprise(FACTS, actor=actor))
    assert outcome == ["done"] + ["enterprise.exists"] * (PEOPLE - 1)
    enterprise = Enterprise.objects.get()
    assert len(journal.read(f"enterprise-{enterprise.pk}", after=0, limit=9)) == 1


def test_one_of_many_adds_a_contact_and_the_others_are_told() -> None:
    actor = make_user("racer")
    enterprise = make_enterprise(registered_by=actor)
    facts = ContactFacts(name="张示例", role="HANDLER", phone="13812345678")
    outcome = at_once(lambda: add_contact(enterprise.pk, facts, actor=actor))
    assert outcome == ["contact.exists"] * (PEOPLE - 1) + ["done"]
    assert Contact.objects.count() == 1
