"""Who sees which enterprise, and whose phone numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from accounts.models import Department, User
from accounts.roles import Role
from enterprises.models import Enterprise
from proxy_service.models import Step
from tests.make import make_contact, make_enterprise, make_project, make_user

pytestmark = pytest.mark.django_db
ClientFor = Callable[[User], Client]


def seen_by(user: User) -> set[int]:
    return set(Enterprise.objects.visible_to(user).values_list("pk", flat=True))


def test_agents_see_the_enterprises_of_their_cases_and_those_they_registered(
    agent: User, support: User, outsider: User
) -> None:
    served = make_project(agent, support_agent_id=support.pk).enterprise
    registered = make_enterprise(registered_by=agent)
    assert seen_by(agent) == {served.pk, registered.pk}
    assert seen_by(support) == {served.pk}
    assert seen_by(outsider) == set()


def test_a_supervisor_of_the_city_sees_all_and_one_of_a_county_only_the_county(supervisor: User) -> None:
    here, there = make_enterprise(district_id="210381"), make_enterprise(district_id="210302")
    county = make_user("county-supervisor", role=Role.SUPERVISOR, district_id="210381")
    assert seen_by(supervisor) == {here.pk, there.pk}
    assert seen_by(county) == {here.pk}


def test_a_section_sees_the_enterprises_whose_steps_it_leads(agent: User) -> None:
    enterprise = make_project(agent).enterprise
    make_project(agent)
    department = Department.objects.get(code="qxj")
    section = make_user("section", role=Role.SECTION, department=department)
    assert seen_by(section) == set()
    Step.objects.filter(project__enterprise=enterprise).update(department=department)
    assert seen_by(section) == {enterprise.pk}


def test_neither_an_administrator_nor_a_disabled_person_sees_any(admin: User, supervisor: User) -> None:
    make_enterprise()
    supervisor.is_active = False
    assert seen_by(admin) == seen_by(supervisor) == set()


def test_visible_rows_can_be_locked(agent: User) -> None:
    make_project(agent)
    with transaction.atomic():
        assert Enterprise.objects.visible_to(agent).select_for_update().count() == 1


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [("get", "", None), ("put", "", "form"), ("post", "/contacts", "person"), ("put", "/contacts/1", "person")],
)
def test_an_outsider_finds_nothing(
    agent: User,
    outsider: User,
    client_for: ClientFor,
    form: dict[str, Any],
    person: dict[str, Any],
    method: str,
    path: str,
    body: str | None,
) -> None:
    enterprise = make_project(agent).enterprise
    data = {"form": form, "person": person, None: None}[body]
    client = client_for(outsider)
    answer = getattr(client, method)(f"/api/enterprises/{enterprise.pk}{path}", data, content_type="application/json")
    absent = getattr(client, method)(f"/api/enterprises/999999{path}", data, content_type="application/json")
    assert answer.status_code == absent.status_code == 404
    assert answer.json()["code"] == absent.json()["code"] == "not-found"


def test_lists_and_exports_hide_what_is_not_visible(agent: User, outsider: User, client_for: ClientFor) -> None:
    name = make_project(agent).enterprise.name
    assert client_for(outsider).get("/api/enterprises").json() == {"items": [], "total": 0, "page": 1, "pages": 1}
    assert name not in client_for(outsider).get("/api/enterprises/export").content.decode()
    assert name in client_for(agent).get("/api/enterprises/export").content.decode()


def test_a_phone_is_shown_to_those_who_serve_and_masked_for_all_others(
    agent: User, supervisor: User, client_for: ClientFor
) -> None:
    enterprise = make_project(agent, contacts=0).enterprise
    make_contact(enterprise, phone="+8613812345678")

    def phone_for(user: User) -> tuple[str, bool]:
        contact = client_for(user).get(f"/api/enterprises/{enterprise.pk}").json()["contacts"][0]
        return contact["phone"], contact["phone_masked"]

    assert phone_for(agent) == ("+8613812345678", False)
    assert phone_for(supervisor) == ("138****5678", True)
