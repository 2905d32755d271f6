"""A small city: every role, and a project that is ours, one that is another agent's, one in a county."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from django.apps import apps
from django.test import Client

from accounts.models import Department, User
from accounts.roles import Role, Scope
from proxy_service.models import Project, Step
from tests.make import make_project, make_user

COUNTY = "210381"
ClientFor = Callable[[User], Client]
Rows = Callable[[], dict[str, int]]


@dataclass
class World:
    people: dict[str, User]
    projects: dict[str, Project]

    def sees(self, name: str, project: str) -> bool:
        """What the table of roles says, spelled out for these three projects."""
        person = self.people[name]
        match person.scope:
            case Scope.ALL:
                return True
            case Scope.DISTRICT:
                return self.projects[project].district_id == person.district_id
            case Scope.OWN | Scope.SECTION:
                return project == ("theirs" if name == "outsider" else "ours")
        return False

    def seen_by(self, name: str) -> set[str]:
        return {project for project in self.projects if self.sees(name, project)}


PEOPLE = ("agent", "support", "section", "supervisor", "county supervisor", "leader", "admin", "auditor", "outsider")


@pytest.fixture
def world(db: None) -> World:
    section = Department.objects.create(code="demo-section", name="演示科室", short="演示科室", is_section=True)
    people = {
        "agent": make_user("w-agent", role=Role.AGENT),
        "support": make_user("w-support", role=Role.SUPPORT),
        "section": make_user("w-section", role=Role.SECTION, department=section),
        "supervisor": make_user("w-supervisor", role=Role.SUPERVISOR),
        "county supervisor": make_user("w-county", role=Role.SUPERVISOR, district_id=COUNTY),
        "leader": make_user("w-leader", role=Role.LEADER),
        "admin": make_user("w-admin", role=Role.ADMIN),
        "auditor": make_user("w-auditor", role=Role.AUDITOR),
        "outsider": make_user("w-outsider", role=Role.AGENT),
    }
    county_agent = make_user("w-county-agent", role=Role.AGENT, district_id=COUNTY)
    ours = make_project(people["agent"], support_agent_id=people["support"].pk)
    Step.objects.filter(project=ours, code="S1-03").update(department=section)
    projects = {"ours": ours, "theirs": make_project(people["outsider"]), "county": make_project(county_agent)}
    return World(people, projects)


@pytest.fixture
def rows() -> Rows:
    """How many rows each of our tables has, but for the counters of failed sign-ins."""

    def count() -> dict[str, int]:
        ours = ("accounts", "catalogue", "enterprises", "proxy_service", "journal", "notifications")
        models = [model for app in ours for model in apps.get_app_config(app).get_models()]
        return {model.__name__: model.objects.count() for model in models if model.__name__ != "Attempt"}

    return count


@pytest.fixture
def project(agent: User) -> Project:
    return make_project(agent)


@pytest.fixture
def client(agent: User, client_for: ClientFor) -> Client:
    return client_for(agent)


@pytest.fixture
def nothing_written(client: Client, project: Project, supervisor: User, admin: User, rows: Rows) -> Iterator[None]:
    """Row counts and the project's version are the same before and after."""
    before, version = rows(), Project.objects.get(pk=project.pk).version
    yield
    assert rows() == before
    assert Project.objects.get(pk=project.pk).version == version
