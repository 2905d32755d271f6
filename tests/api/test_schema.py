"""The description of the API is complete, and what it promises holds for whatever a machine thinks of sending."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import cycle
from typing import Any
from uuid import uuid4

import jsonschema_rs
import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from ninja import Schema
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

import accounts.schemas
import catalogue.schemas
import enterprises.schemas
import proxy_service.schemas
from config.api import api
from tests.api.conftest import World
from tests.make import walk

EXAMPLES = 40
METHODS = {"get", "post", "put", "delete", "patch"}


def operations() -> list[tuple[str, str, dict[str, Any]]]:
    paths = api.get_openapi_schema(path_prefix="/api/")["paths"]
    return [(method, path, paths[path][method]) for path in paths for method in paths[path] if method in METHODS]


OPERATIONS = operations()
IDS = [f"{method.upper()} {path}" for method, path, _ in OPERATIONS]


@pytest.mark.parametrize(("method", "path", "operation"), OPERATIONS, ids=IDS)
def test_every_operation_has_a_summary_and_says_how_it_refuses(method: str, path: str, operation: Any) -> None:
    assert operation["summary"][0].isupper()
    responses = {str(code): response for code, response in operation["responses"].items()}
    wanted = {"401", "403", "404", "422"} | (set() if method == "get" else {"400", "409", "413", "429"})
    assert wanted <= set(responses)
    for code in wanted:
        problem = responses[code]["content"]["application/problem+json"]
        assert problem["schema"]["$ref"].endswith("/ProblemOut")
        assert problem["example"]["status"] == int(code)
        assert problem["example"]["code"] and problem["example"]["title"]


@pytest.mark.parametrize(("method", "path", "operation"), OPERATIONS, ids=IDS)
def test_every_operation_has_an_example_of_what_goes_in_and_what_comes_out(
    method: str, path: str, operation: Any
) -> None:
    schemas = api.get_openapi_schema(path_prefix="/api/")["components"]["schemas"]
    if "requestBody" in operation:
        assert has_example(operation["requestBody"]["content"]["application/json"], schemas)
    for code, response in operation["responses"].items():
        for kind, content in response.get("content", {}).items():
            assert has_example(content, schemas), (code, kind)


def has_example(content: dict[str, Any], schemas: dict[str, Any]) -> bool:
    """Its own, or that of the schema it names, alone or in a list."""
    schema = content.get("schema", {})
    schema = schema.get("items", schema)
    named = schemas.get(schema.get("$ref", "").rpartition("/")[2], schema)
    return any("example" in found or "examples" in found for found in (content, schema, named))


def test_every_example_of_what_goes_in_fits_its_own_schema() -> None:
    whole = api.get_openapi_schema(path_prefix="/api/")
    for method, path, operation in OPERATIONS:
        if "requestBody" in operation:
            ref = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"]
            schema = whole["components"]["schemas"][ref.rpartition("/")[2]]
            validator = jsonschema_rs.validator_for({"$ref": ref, "components": whole["components"]})
            assert validator.is_valid(schema["example"]), (method, path)


def test_no_two_schemas_share_a_name() -> None:
    """The description has one place per name: of two classes one would describe the other's answers."""
    modules = (accounts.schemas, catalogue.schemas, enterprises.schemas, proxy_service.schemas)
    made = {schema for module in modules for schema in vars(module).values() if _is_schema(schema)}
    names = Counter(schema.__name__ for schema in made)
    assert [name for name, times in names.items() if times > 1] == []


def _is_schema(thing: Any) -> bool:
    return isinstance(thing, type) and issubclass(thing, Schema) and thing is not Schema


# --- whatever a machine thinks of -----------------------------------------------------------------------------------

CHECKS: Any = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


@pytest.fixture
def seeded(world: World) -> World:
    """Something of everything, so that not every number leads to nothing."""
    walk(world.projects["ours"], "S1-03", world.people["section"], "submit", "accept")
    return world


def places(world: World) -> dict[str, Any]:
    """Where something is: what a path may name."""
    ours = world.projects["ours"]
    return {
        "project_id": ours.pk,
        "enterprise_id": ours.enterprise_id,
        "contact_id": ours.enterprise.contacts.get().pk,
        "user_id": world.people["outsider"].pk,
        "code": "S1-03",
        "name": "request-correction",
        "year": 2026,
    }


@contextmanager
def one_connection() -> Iterator[None]:
    """Requests through the real WSGI door would close the connection that holds the test's transaction."""
    ends = (request_started, request_finished)
    for signal in ends:
        signal.disconnect(close_old_connections)
    yield
    for signal in ends:
        signal.connect(close_old_connections)


@pytest.mark.parametrize("name", ["agent", "supervisor", "admin"])
@pytest.mark.parametrize(("method", "path"), [(m, p) for m, p, _ in OPERATIONS], ids=IDS)
def test_nothing_that_can_be_sent_makes_the_server_fail(
    name: str, method: str, path: str, seeded: World, client_for: Callable[..., Client]
) -> None:
    """No 5xx, and every answer has a status, a type and a shape that the description names."""
    if (method, path) == ("delete", "/api/session"):
        pytest.skip("would end the session that the others need; see test_sign_in")
    client = client_for(seeded.people[name])
    cookies = {morsel.key: morsel.value for morsel in client.cookies.values()}
    headers = {"X-CSRFToken": cookies["csrftoken"]}
    known, real = places(seeded), cycle((True, False))

    def send(case: Any) -> None:
        if next(real):
            case.path_parameters = {at: known[at] for at in case.path_parameters or {}}
            headers["Idempotency-Key"] = uuid4().hex
        case.call_and_validate(checks=CHECKS, headers=headers, cookies=cookies)
        headers.pop("Idempotency-Key", None)

    with one_connection():
        schema = schemathesis.openapi.from_wsgi("/api/openapi.json", WSGIHandler())
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            cases = schema[path][method.upper()].as_strategy(generation_mode=mode)
            try:
                BOUNDED(given(case=cases)(send))()
            except Unsatisfiable:  # nothing can be wrong where nothing is asked
                assert mode is GenerationMode.NEGATIVE


BOUNDED = settings(
    max_examples=EXAMPLES // 2,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
