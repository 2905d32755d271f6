"""Enterprises, projects and services that cannot be are refused whole."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from common.identifiers import ALPHABET
from enterprises.models import Enterprise
from proxy_service.models import Project
from tests.api.ask import JSON, refused
from tests.api.conftest import ClientFor, Rows
from tests.make import make_enterprise, make_uscc

pytestmark = pytest.mark.django_db


def wrong_check(code: str) -> str:
    return code[:17] + next(char for char in ALPHABET if char != code[17])


@pytest.mark.usefixtures("nothing_written")
@pytest.mark.parametrize(
    ("code", "problem"),
    [
        (wrong_check(make_uscc(900_003)), "uscc.check-digit"),
        ("91210300MA00000", "uscc.length"),
        ("9121O300MA0900003X", "uscc.letter"),
        ("9121030界MA0900003X", "uscc.character"),
        ("91AB0300MA0900003X", "uscc.region"),
        ("", "uscc.length"),
        ("\x00" * 18, "uscc.character"),
    ],
)
def test_a_wrong_credit_code_is_refused_with_the_cause(client: Client, code: str, problem: str) -> None:
    body = {"name": "演示企业", "uscc": code, "ownership": "PRIVATE", "district": "210302"}
    assert refused(client.post("/api/enterprises", body, content_type=JSON), 422, problem)["field"] == "uscc"


def opening(agent: User, enterprise: Enterprise, **changes: Any) -> dict[str, Any]:
    return {
        "name": "演示新项目",
        "short_name": "新项目",
        "enterprise_id": enterprise.pk,
        "category": "SOC_SMALL",
        "district": "210300",
        "kind": "PROXY",
        "lead_agent_id": agent.pk,
        **changes,
    }


MANDATE = {"mandate_stages": [1], "mandate_signed_on": "2026-01-05", "mandate_ends_on": "2027-01-05"}


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"name": "x"}, 422, "text.too-short"),
        ({"name": "长" * 121}, 422, "text.too-long"),
        ({"short_name": "长" * 13}, 422, "text.too-long"),
        ({"short_name": "a\x00b"}, 422, "text.control-character"),
        ({"short_name": "云谷【二期】"}, 422, "short-name.not-sendable"),
        ({"short_name": "www.云谷"}, 422, "short-name.not-sendable"),
        ({"category": "CASTLE"}, 422, "category.unknown"),
        ({"category": "a\x00b"}, 422, "text.control-character"),
        ({"category": "\ud800"}, 422, "text.control-character"),
        ({"district": "110000"}, 422, "district.unknown"),
        ({"district": "21\x00"}, 422, "text.control-character"),
        ({"district": "\ud800"}, 422, "text.control-character"),
        ({"level": "\ud800"}, 422, "level.unknown"),
        ({"kind": "\x00"}, 422, "kind.unknown"),
        ({"level": "GALAXY"}, 422, "level.unknown"),
        ({"kind": "GIFT"}, 422, "kind.unknown"),
        ({"code": "2019-21"}, 422, "project-code.format"),
        ({"investment_wan": "0"}, 422, "investment.range"),
        ({"investment_wan": "-5"}, 422, "investment.range"),
        ({"investment_wan": "1e30"}, 422, "investment.range"),
        ({"investment_wan": "NaN"}, 422, "input.invalid"),
        ({"investment_wan": "0.0000001"}, 422, "investment.range"),
        ({"support_agent_id": "lead"}, 422, "support.same"),
        ({"support_agent_id": 999_999}, 422, "agent.unknown"),
        ({"lead_agent_id": 999_999}, 403, "project.not-own"),
        ({"enterprise_id": 999_999}, 404, "not-found"),
        ({"answers": {"weather": "fine"}}, 422, "scenario.unknown-question"),
        ({"answers": {"a\x00": "fine"}}, 422, "text.control-character"),
        ({"answers": {"a\ud800": "fine"}}, 422, "text.control-character"),
        ({"answers": {"a\ud800": 1}}, 422, "input.invalid"),
        ({"answers": {"weather": "\x00"}}, 422, "text.control-character"),
        ({"answers": {"x": 1}}, 422, "input.invalid"),
        (MANDATE | {"mandate_ends_on": None}, 422, "mandate.incomplete"),
        (MANDATE | {"mandate_ends_on": "2025-12-31"}, 422, "mandate.term"),
        (MANDATE | {"mandate_ends_on": "9999-12-31"}, 422, "mandate.range"),
        (MANDATE | {"mandate_signed_on": "0001-01-01"}, 422, "mandate.range"),
        (MANDATE | {"mandate_stages": [5]}, 422, "mandate.stages"),
        (MANDATE | {"mandate_stages": [1, 1, 1, 1, 1]}, 422, "input.invalid"),
    ],
)
@pytest.mark.usefixtures("nothing_written")
def test_a_project_that_cannot_be_is_refused_whole(
    client: Client, agent: User, project: Project, changes: dict[str, Any], status: int, code: str
) -> None:
    given = {name: agent.pk if value == "lead" else value for name, value in changes.items()}
    answer = client.post("/api/projects", opening(agent, project.enterprise, **given), content_type=JSON)
    refused(answer, status, code)


def test_a_project_code_is_taken_once(client: Client, agent: User, project: Project, rows: Rows) -> None:
    code = "2026-210302-70-03-012345"
    body = opening(agent, project.enterprise, code=code)
    assert client.post("/api/projects", body, content_type=JSON).status_code == 201
    before = rows()
    refused(client.post("/api/projects", body, content_type=JSON), 409, "project-code.taken")
    assert rows() == before


def test_a_foreign_firm_looks_as_if_it_were_not_there(client: Client, agent: User, outsider: User, rows: Rows) -> None:
    foreign = make_enterprise(registered_by=outsider)
    before = rows()
    refused(client.post("/api/projects", opening(agent, foreign), content_type=JSON), 404, "not-found")
    assert rows() == before


@pytest.mark.usefixtures("nothing_written")
@pytest.mark.parametrize(
    ("path", "changes", "status", "code"),
    [
        ("state", {"state": "DANCING"}, 409, "case.not-allowed"),
        ("state", {"state": "RUNNING"}, 409, "case.not-allowed"),
        ("state", {"state": "COMPLETED"}, 409, "case.steps-open"),
        ("state", {"note": ""}, 422, "text.too-short"),
        ("state", {"note": "a\x00b"}, 422, "text.control-character"),
        ("state", {"seen": 1}, 409, "project.stale"),
        ("assign", {"seen": 1}, 409, "project.stale"),
        ("assign", {"lead_agent_id": 999_999}, 422, "agent.unknown"),
        ("assign", {"support_agent_id": "lead"}, 422, "support.same"),
    ],
)
def test_a_change_of_the_service_that_cannot_be_is_refused(
    project: Project,
    agent: User,
    supervisor: User,
    client_for: ClientFor,
    path: str,
    changes: dict[str, Any],
    status: int,
    code: str,
) -> None:
    given = {"seen": 2, "state": "PAUSED", "note": "企业申请中止", "lead_agent_id": agent.pk} | changes
    given = {name: agent.pk if value == "lead" else value for name, value in given.items()}
    refused(client_for(supervisor).post(f"/api/projects/{project.pk}/{path}", given, content_type=JSON), status, code)
