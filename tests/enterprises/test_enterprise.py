"""Registering and changing enterprises over HTTP: rows, answers and the journal agree."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

import journal
from accounts.models import User
from enterprises.models import Enterprise
from tests.make import make_enterprise

pytestmark = pytest.mark.django_db
ClientFor = Callable[[User], Client]
JSON = "application/json"


def send(client: Client, form: dict[str, Any], **changes: Any) -> Any:
    return client.post("/api/enterprises", {**form, **changes}, content_type=JSON)


def kinds(enterprise_id: int) -> list[str]:
    return [event.kind for event in journal.read(f"enterprise-{enterprise_id}", after=0, limit=50)]


def test_an_agent_registers_an_enterprise_and_sees_it(agent: User, client_for: ClientFor, form: dict[str, Any]) -> None:
    client = client_for(agent)
    answer = send(client, form, uscc=" 91210302ma0y10011x ")
    assert answer.status_code == 201
    made = answer.json()
    assert (made["uscc"], made["district"], made["ownership"]) == (
        "91210302MA0Y10011X",
        {"code": "210302", "name": "铁东区"},
        {"code": "PRIVATE", "name": "民营企业"},
    )
    assert client.get(f"/api/enterprises/{made['id']}").json() == made
    assert kinds(made["id"]) == ["enterprise.registered"]


def test_without_a_short_name_the_name_serves(agent: User, client_for: ClientFor, form: dict[str, Any]) -> None:
    assert send(client_for(agent), form, short_name=" ").json()["short_name"] == form["name"][:12]


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"uscc": "91210302MA0Y100111"}, "uscc.check-digit", "uscc"),
        ({"uscc": "91210300MA0Y1003OQ"}, "uscc.letter", "uscc"),
        ({"uscc": "210300000012345"}, "uscc.length", "uscc"),
        ({"name": "鞍山\x00公司"}, "text.control-character", "name"),
        ({"name": "很" * 101}, "text.too-long", "name"),
        ({"name": " "}, "text.too-short", "name"),
        ({"short_name": "一二三四五六七八九十甲乙丙"}, "text.too-long", "short_name"),
        ({"address": "\u202e"}, "text.control-character", "address"),
        ({"district": "210200"}, "district.unknown", "district"),
        ({"district": "\x00"}, "text.control-character", "district"),
        ({"ownership": "OTHER"}, "input.invalid", "ownership"),
        ({"agreement_signed_on": "2020-01-01"}, "agreement.not-liaison", "agreement_signed_on"),
        ({"agreement_signed_on": "2999-01-01", "is_liaison": True}, "agreement.future", "agreement_signed_on"),
    ],
)
def test_wrong_input_is_refused_with_its_field_and_nothing_is_written(
    agent: User, client_for: ClientFor, form: dict[str, Any], changes: dict[str, Any], code: str, field: str
) -> None:
    answer = send(client_for(agent), form, **changes)
    assert answer.status_code == 422
    assert (answer.json()["code"], answer.json()["field"]) == (code, field)
    assert not Enterprise.objects.exists()


def test_the_same_credit_code_is_registered_once(
    agent: User, outsider: User, client_for: ClientFor, form: dict[str, Any]
) -> None:
    first = send(client_for(agent), form).json()["id"]
    again = send(client_for(outsider), form, name="另一个名称")
    assert (again.status_code, again.json()["code"], again.json()["field"]) == (409, "enterprise.exists", "uscc")
    assert Enterprise.objects.count() == 1
    assert kinds(first) == ["enterprise.registered"]


def test_only_agents_may_write(supervisor: User, client_for: ClientFor, form: dict[str, Any]) -> None:
    answer = send(client_for(supervisor), form)
    assert (answer.status_code, answer.json()["code"]) == (403, "role.not-allowed")


def test_a_change_is_recorded_with_old_and_new(agent: User, client_for: ClientFor, form: dict[str, Any]) -> None:
    client = client_for(agent)
    made = send(client, form).json()["id"]
    changed = {**form, "zone": "高新区", "is_liaison": True, "agreement_signed_on": "2026-01-05"}
    answer = client.put(f"/api/enterprises/{made}", changed, content_type=JSON)
    assert answer.status_code == 200
    event = journal.read(f"enterprise-{made}", after=1, limit=9)[0]
    assert event.kind == "enterprise.changed"
    assert event.payload["changes"] == {
        "zone": ["", "高新区"],
        "is_liaison": [False, True],
        "agreement_signed_on": [None, "2026-01-05"],
    }


def test_an_invented_firm_stays_marked_as_one(agent: User, client_for: ClientFor, form: dict[str, Any]) -> None:
    firm = make_enterprise(registered_by=agent, is_demo=True)
    answer = client_for(agent).put(f"/api/enterprises/{firm.pk}", form, content_type=JSON)
    assert (answer.status_code, answer.json()["is_demo"]) == (200, True)


def test_sending_the_same_again_records_nothing(agent: User, client_for: ClientFor, form: dict[str, Any]) -> None:
    client = client_for(agent)
    made = send(client, form).json()["id"]
    assert client.put(f"/api/enterprises/{made}", form, content_type=JSON).status_code == 200
    assert kinds(made) == ["enterprise.registered"]


def test_an_enterprise_cannot_take_the_code_of_another(
    agent: User, client_for: ClientFor, form: dict[str, Any]
) -> None:
    client = client_for(agent)
    made = send(client, form).json()["id"]
    other = make_enterprise(uscc="91210303MA0Y1002X4")
    answer = client.put(f"/api/enterprises/{made}", {**form, "uscc": other.uscc}, content_type=JSON)
    assert (answer.status_code, answer.json()["code"]) == (409, "enterprise.exists")
    assert Enterprise.objects.get(pk=made).uscc == form["uscc"]


def test_nobody_writes_without_signing_in(form: dict[str, Any], db: None) -> None:
    assert send(Client(), form).status_code in {401, 403}
