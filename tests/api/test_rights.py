"""Every route × every role × own and foreign objects, against the one table of `accounts/roles.py`.

`ROUTES` names for each operation the capability it asks for and the object it is about. An operation that the API has
and this table has not fails the first test, so nobody adds a route without saying who may use it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from accounts.models import User
from accounts.roles import TABLE, Role
from accounts.roles import Capability as Can
from config.api import api
from proxy_service.models import Project
from tests.api.conftest import PEOPLE, World
from tests.make import make_contact, make_uscc

pytestmark = pytest.mark.django_db
NOBODY = 999_999_999
ClientFor = Callable[[User], Client]
Body = Callable[[World, str, Project | None], Any]


@dataclass(frozen=True)
class Route:
    """`about`: whose rights the object in path or body falls under; `needs` None: whoever sees it may."""

    about: str = ""  # "", "project" or "enterprise"
    needs: Can | None = None
    body: Body | None = None


def _enterprise(world: World, name: str, project: Project | None) -> dict[str, Any]:
    district = world.people[name].district_id
    code = project.enterprise.uscc if project else make_uscc(900_001)
    return {"name": "演示新企业", "uscc": code, "ownership": "PRIVATE", "district": district}


def _opening(world: World, name: str, project: Project | None) -> dict[str, Any]:
    person = world.people[name]
    lead = person if person.role == Role.AGENT else world.people["agent"]
    return {
        "name": "演示新项目",
        "short_name": "新项目",
        "enterprise_id": project.enterprise_id if project else NOBODY,
        "category": "SOC_SMALL",
        "district": person.district_id,
        "kind": "ASSIST",
        "lead_agent_id": lead.pk,
    }


def _assignment(world: World, _name: str, project: Project | None) -> dict[str, Any]:
    return {"seen": project.version if project else 1, "lead_agent_id": world.people["agent"].pk}


def _state(_world: World, _name: str, project: Project | None) -> dict[str, Any]:
    return {"seen": project.version if project else 1, "state": "PAUSED", "note": "企业申请中止"}


def _move(_world: World, _name: str, project: Project | None) -> dict[str, Any]:
    return {"seen": project.version if project else 1}


def _contact(*_: Any) -> dict[str, Any]:
    return {"name": "张示例", "role": "HANDLER", "phone": "13912345678"}


ROUTES: dict[tuple[str, str], Route] = {
    ("GET", "/api/session"): Route(),
    ("POST", "/api/session"): Route(body=lambda *_: {"username": "w-agent", "password": "korrekt-pferd-batterie"}),
    ("DELETE", "/api/session"): Route(),
    ("GET", "/api/people"): Route(needs=Can.USERS_WRITE),
    ("POST", "/api/people/{user_id}/active"): Route(needs=Can.USERS_WRITE, body=lambda *_: {"active": False}),
    ("GET", "/api/feedback"): Route(needs=Can.FEEDBACK_READ),
    ("POST", "/api/feedback"): Route(body=lambda *_: {"text": "建议一条"}),
    ("GET", "/api/catalogue/items"): Route(),
    ("GET", "/api/catalogue/categories"): Route(),
    ("GET", "/api/catalogue/departments"): Route(),
    ("GET", "/api/catalogue/districts"): Route(),
    ("GET", "/api/catalogue/specials"): Route(),
    ("GET", "/api/calendar/{year}"): Route(),
    ("GET", "/api/enterprises"): Route(),
    ("GET", "/api/enterprises/export"): Route(),
    ("POST", "/api/enterprises"): Route(needs=Can.ENTERPRISE_WRITE, body=lambda w, n, p: _enterprise(w, n, None)),
    ("GET", "/api/enterprises/{enterprise_id}"): Route("enterprise"),
    ("PUT", "/api/enterprises/{enterprise_id}"): Route("enterprise", Can.ENTERPRISE_WRITE, _enterprise),
    ("POST", "/api/enterprises/{enterprise_id}/contacts"): Route("enterprise", Can.ENTERPRISE_WRITE, _contact),
    ("PUT", "/api/enterprises/{enterprise_id}/contacts/{contact_id}"): Route(
        "enterprise", Can.ENTERPRISE_WRITE, _contact
    ),
    ("GET", "/api/projects"): Route(),
    ("GET", "/api/projects/export"): Route(),
    ("POST", "/api/projects"): Route("enterprise", Can.PROJECT_OPEN, _opening),
    ("GET", "/api/projects/{project_id}"): Route("project"),
    ("GET", "/api/projects/{project_id}/events"): Route("project"),
    ("POST", "/api/projects/{project_id}/steps/{code}/{name}"): Route("project", Can.STEP_MOVE, _move),
    ("POST", "/api/projects/{project_id}/assign"): Route("project", Can.CASE_ASSIGN, _assignment),
    ("POST", "/api/projects/{project_id}/state"): Route("project", Can.CASE_ASSIGN, _state),
    ("GET", "/api/inbox"): Route(),
    ("POST", "/api/inbox/read"): Route(body=lambda *_: {"upto": 1}),
}
READS = [route for route in ROUTES if route[0] == "GET"]
WRITES = [route for route in ROUTES if route[0] != "GET"]


def described() -> set[tuple[str, str]]:
    paths = api.get_openapi_schema(path_prefix="/api")["paths"]
    return {(method.upper(), "/api" + path.removeprefix("/api")) for path in paths for method in paths[path]}


def call(client: Client, world: World, route: tuple[str, str], name: str, project: Project | None) -> Any:
    """One request of `name` about `project`, or about something that never was."""
    method, path = route
    contact = make_contact(project.enterprise) if project and "{contact_id}" in path else None
    places = {
        "user_id": world.people["outsider"].pk,
        "year": 2026,
        "enterprise_id": project.enterprise_id if project else NOBODY,
        "contact_id": contact.pk if contact else NOBODY,
        "project_id": project.pk if project else NOBODY,
        "code": "S1-03",
        "name": "submit",
    }
    body = ROUTES[route].body
    sent = {} if body is None else {"data": body(world, name, project), "content_type": "application/json"}
    headers = {"Idempotency-Key": uuid4().hex}
    return client.generic_json(method, path.format(**places), headers=headers, **sent)  # type: ignore[attr-defined]


@pytest.fixture
def json_client_for(client_for: ClientFor) -> ClientFor:
    """A signed-in client that sends any method with a JSON body."""

    def of(user: User) -> Client:
        return _with_json(client_for(user))

    return of


def _with_json(client: Client) -> Client:
    def send(method: str, path: str, **given: Any) -> Any:
        return getattr(client, method.lower())(path, **given)

    client.generic_json = send  # type: ignore[attr-defined]
    return client


def test_every_operation_of_the_api_says_here_who_may_use_it() -> None:
    assert described() == set(ROUTES)


@pytest.mark.parametrize("name", PEOPLE)
@pytest.mark.parametrize("route", list(ROUTES), ids=" ".join)
def test_a_role_gets_what_its_table_gives_and_what_is_foreign_looks_as_if_it_were_not_there(
    route: tuple[str, str], name: str, world: World, json_client_for: ClientFor
) -> None:
    person, asks = world.people[name], ROUTES[route]
    client = json_client_for(person)
    may = asks.needs is None or asks.needs in TABLE[Role(person.role)].capabilities
    missing = call(client, world, route, name, None) if asks.about else None
    for key, project in world.projects.items() if asks.about else [("", None)]:
        if project:
            project.refresh_from_db()
        answer = call(client, world, route, name, project)
        if asks.about and not world.sees(name, key):
            assert answer.status_code in (403, 404), answer.content
            assert (answer.status_code, answer.json()["code"]) == (missing.status_code, missing.json()["code"])
        elif not may:
            assert answer.status_code == 403, answer.content
        else:
            assert answer.status_code in (200, 201, 204), (key, answer.content.decode())
    if missing is not None:
        assert missing.status_code == (404 if may or missing.status_code == 404 else 403)


@pytest.mark.parametrize("route", list(ROUTES), ids=" ".join)
def test_who_is_not_signed_in_gets_nothing(route: tuple[str, str], world: World) -> None:
    client = _with_json(Client(enforce_csrf_checks=True))
    client.get("/api/session")
    client.defaults["HTTP_X_CSRFTOKEN"] = client.cookies["csrftoken"].value
    answer = call(client, world, route, "agent", world.projects["ours"])
    if route[1] == "/api/session" and route[0] in ("GET", "POST"):
        assert answer.status_code == 200  # the way in
    else:
        assert (answer.status_code, answer.json()["code"]) == (401, "sign-in.needed")


@pytest.mark.parametrize("route", WRITES, ids=" ".join)
def test_a_write_without_the_csrf_token_is_refused_and_writes_nothing(
    route: tuple[str, str], world: World, json_client_for: ClientFor, rows: Callable[[], dict[str, int]]
) -> None:
    client = json_client_for(world.people["agent"])
    del client.defaults["HTTP_X_CSRFTOKEN"]
    if "{contact_id}" in route[1]:
        make_contact(world.projects["ours"].enterprise)
    before = rows()
    answer = call(client, world, route, "agent", None)
    assert answer.status_code == 403, answer.content
    assert rows() == before


@pytest.mark.parametrize("name", PEOPLE)
def test_lists_counts_and_exports_hold_what_one_sees_and_nothing_else(
    name: str, world: World, client_for: ClientFor
) -> None:
    client = client_for(world.people[name])
    seen = {world.projects[key] for key in world.seen_by(name)}
    page = client.get("/api/projects?state=ALL").json()
    assert {row["id"] for row in page["items"]} == {project.pk for project in seen}
    assert page["total"] == sum(page["lamps"].values()) == len(seen)
    export = client.get("/api/projects/export?state=ALL").content.decode()
    listed = client.get("/api/enterprises").json()
    enterprises = client.get("/api/enterprises/export").content.decode()
    assert listed["total"] == len(listed["items"]) == len({project.enterprise_id for project in seen})
    for key, project in world.projects.items():
        assert (f",{project.name}," in export) == world.sees(name, key)
        assert (f"{project.enterprise.name}," in enterprises) == world.sees(name, key)


@pytest.mark.parametrize("name", PEOPLE)
def test_words_and_filters_find_nothing_foreign(name: str, world: World, client_for: ClientFor) -> None:
    client = client_for(world.people[name])
    for key, project in world.projects.items():
        for query in (f"q={project.name}", f"q={project.internal_no}", f"q={project.enterprise.uscc}"):
            found = client.get(f"/api/projects?{query}").json()
            assert (project.pk in {row["id"] for row in found["items"]}) == world.sees(name, key)
            assert sum(found["lamps"].values()) == found["total"]


def test_an_inbox_tells_only_of_projects_one_works_on(world: World, json_client_for: ClientFor) -> None:
    for key, name in (("ours", "agent"), ("theirs", "outsider")):
        project = world.projects[key]
        project.refresh_from_db()
        client = json_client_for(world.people[name])
        route = ("POST", "/api/projects/{project_id}/steps/{code}/{name}")
        assert call(client, world, route, name, project).status_code == 200
    told = {
        name: {event["payload"]["project"] for event in json_client_for(person).get("/api/inbox").json()["items"]}
        for name, person in world.people.items()
    }
    assert told.pop("support") == {world.projects["ours"].pk}
    assert set().union(*told.values()) == set()


def test_the_auditor_reads_everything_and_changes_nothing_of_a_case(
    world: World, json_client_for: ClientFor, rows: Callable[[], dict[str, int]]
) -> None:
    client = json_client_for(world.people["auditor"])
    before = rows()
    own = {"/api/session", "/api/feedback", "/api/inbox/read"}  # the own session, the own voice, the own bookmark
    for route in WRITES:
        if route[1] not in own:
            assert call(client, world, route, "auditor", world.projects["ours"]).status_code == 403
    after = rows()
    assert after == before | {"Contact": after["Contact"]}  # `call` itself prepares a contact
    assert client.get(f"/api/projects/{world.projects['theirs'].pk}").status_code == 200


def test_phones_are_in_clear_only_for_those_who_serve_the_firm(world: World, client_for: ClientFor) -> None:
    project = world.projects["ours"]
    for name in world.people:
        if not world.sees(name, "ours"):
            continue
        client = client_for(world.people[name])
        contacts = client.get(f"/api/projects/{project.pk}").json()["enterprise"]["contacts"]
        contacts += client.get(f"/api/enterprises/{project.enterprise_id}").json()["contacts"]
        clear = name in ("agent", "support")
        assert len(contacts) == 2
        assert all(contact["phone_masked"] is not clear for contact in contacts)
        assert all(("*" in contact["phone"]) is not clear for contact in contacts)


def test_a_county_supervisor_opens_projects_in_the_own_county_only(world: World, json_client_for: ClientFor) -> None:
    client = json_client_for(world.people["county supervisor"])
    body = _opening(world, "county supervisor", world.projects["county"]) | {"district": "210300"}
    before = Project.objects.count()
    answer = client.post("/api/projects", body, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (403, "project.other-district")
    assert Project.objects.count() == before


def test_a_disabled_person_is_out_at_once(world: World, client_for: ClientFor) -> None:
    agent, admin = client_for(world.people["agent"]), client_for(world.people["admin"])
    assert agent.get("/api/projects").status_code == 200
    path = f"/api/people/{world.people['agent'].pk}/active"
    assert admin.post(path, {"active": False}, content_type="application/json").status_code == 200
    assert agent.get("/api/projects").status_code == 401


def test_who_leaves_a_case_loses_sight_of_it(world: World, client_for: ClientFor) -> None:
    project = world.projects["ours"]
    project.refresh_from_db()
    body = {"seen": project.version, "lead_agent_id": world.people["outsider"].pk, "support_agent_id": None}
    supervisor = client_for(world.people["supervisor"])
    assert (
        supervisor.post(f"/api/projects/{project.pk}/assign", body, content_type="application/json").status_code == 200
    )
    assert client_for(world.people["agent"]).get(f"/api/projects/{project.pk}").status_code == 404
    assert client_for(world.people["support"]).get(f"/api/projects/{project.pk}").status_code == 404
    assert client_for(world.people["outsider"]).get(f"/api/projects/{project.pk}").status_code == 200
