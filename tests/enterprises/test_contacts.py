from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

import journal
from accounts.models import User
from enterprises.models import Contact, Enterprise
from tests.make import make_contact, make_enterprise

pytestmark = pytest.mark.django_db
ClientFor = Callable[[User], Client]


@pytest.fixture
def enterprise(agent: User) -> Enterprise:
    return make_enterprise(registered_by=agent)


@pytest.fixture
def client(agent: User, client_for: ClientFor) -> Client:
    return client_for(agent)


def add(client: Client, enterprise: Enterprise, person: dict[str, Any], **changes: Any) -> Any:
    path = f"/api/enterprises/{enterprise.pk}/contacts"
    return client.post(path, {**person, **changes}, content_type="application/json")


def change(client: Client, contact: Contact, person: dict[str, Any], **changes: Any) -> Any:
    path = f"/api/enterprises/{contact.enterprise_id}/contacts/{contact.pk}"
    return client.put(path, {**person, **changes}, content_type="application/json")


def test_a_contact_is_stored_in_normal_form_and_journalled_masked(
    client: Client, enterprise: Enterprise, person: dict[str, Any]
) -> None:
    answer = add(client, enterprise, person)
    assert answer.status_code == 201
    assert answer.json() == {
        "id": Contact.objects.get().pk,
        "name": "张示例",
        "role": "HANDLER",
        "role_name": "经办人",
        "phone": "+8613812345678",
        "phone_masked": False,
        "preference": "ALL",
        "preference_name": "全部通知",
        "active": True,
    }
    event = journal.read(f"enterprise-{enterprise.pk}", after=0, limit=9)[0]
    assert (event.kind, event.payload["phone"]) == ("contact.added", "138****5678")


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"phone": "12345"}, "phone.format", "phone"),
        ({"phone": "1381234\x005678"}, "text.control-character", "phone"),
        ({"phone": "0412-5536111"}, "contact.landline", "preference"),
        ({"name": ""}, "text.too-short", "name"),
        ({"name": "名" * 41}, "text.too-long", "name"),
        ({"role": "KING"}, "input.invalid", "role"),
        ({"preference": "SOMETIMES"}, "input.invalid", "preference"),
    ],
)
def test_wrong_input_is_refused_with_its_field(
    client: Client, enterprise: Enterprise, person: dict[str, Any], changes: dict[str, Any], code: str, field: str
) -> None:
    answer = add(client, enterprise, person, **changes)
    assert answer.status_code == 422
    assert (answer.json()["code"], answer.json()["field"]) == (code, field)
    assert not Contact.objects.exists()


def test_a_landline_is_fine_for_somebody_who_wants_no_messages(
    client: Client, enterprise: Enterprise, person: dict[str, Any]
) -> None:
    assert add(client, enterprise, person, phone="0412-5536111", preference="NONE").status_code == 201


def test_one_phone_is_one_contact_of_an_enterprise(
    client: Client, agent: User, enterprise: Enterprise, person: dict[str, Any]
) -> None:
    other = make_enterprise(registered_by=agent)
    assert add(client, enterprise, person).status_code == 201
    again = add(client, enterprise, person, name="李示例", phone="+86 138-1234-5678")
    assert (again.status_code, again.json()["code"], again.json()["field"]) == (409, "contact.exists", "phone")
    assert add(client, other, person).status_code == 201


def test_a_contact_who_left_stays_inactive(client: Client, enterprise: Enterprise, person: dict[str, Any]) -> None:
    contact = make_contact(enterprise, name="张示例", phone="+8613812345678")
    assert change(client, contact, person, active=False).json()["active"] is False
    event = journal.read(f"enterprise-{enterprise.pk}", after=0, limit=9)[0]
    assert (event.kind, event.payload["changes"]) == ("contact.changed", {"active": [True, False]})


def test_a_new_number_that_looks_the_same_masked_is_still_a_change(
    client: Client, enterprise: Enterprise, person: dict[str, Any]
) -> None:
    contact = make_contact(enterprise, name="张示例", phone="+8613899995678")
    assert change(client, contact, person).status_code == 200
    contact.refresh_from_db()
    assert contact.phone == "+8613812345678"
    assert [event.kind for event in journal.read(f"enterprise-{enterprise.pk}", after=0, limit=9)] == [
        "contact.changed"
    ]


def test_a_contact_is_only_found_in_its_own_enterprise(
    client: Client, agent: User, enterprise: Enterprise, person: dict[str, Any]
) -> None:
    contact = make_contact(make_enterprise(registered_by=agent))
    contact.enterprise_id = enterprise.pk
    assert change(client, contact, person).status_code == 404
