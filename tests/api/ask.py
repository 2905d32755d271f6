"""Sending a move as a browser does, and looking at how it was refused."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.test import Client

from proxy_service.models import Project

JSON = "application/json"
# Texts nobody means to write, and the refusal each gets.
WILD = {
    "a NUL": ("a\x00b", "text.control-character"),
    "an escape": ("a\x1b[31m", "text.control-character"),
    "a direction override": ("abc\u202edef", "text.control-character"),
    "a half surrogate": ("a\ud800b", "text.control-character"),
    "5,000 characters": ("长" * 5000, "text.too-long"),
}


def act(client: Client, project: Project, *, code: str = "S1-03", name: str = "submit", **given: Any) -> Any:
    """One move; `raw` sends bytes as they are, `key` None sends no Idempotency-Key."""
    key = given.pop("key", uuid4().hex)
    raw = given.pop("raw", None)
    headers = {} if key is None else {"Idempotency-Key": key}
    body = raw if raw is not None else {"seen": 2, **given}
    path = f"/api/projects/{project.pk}/steps/{code}/{name}"
    return client.post(path, body, content_type=JSON, headers=headers)


def refused(answer: Any, status: int, code: str) -> dict[str, Any]:
    """The problem, after a look at what every problem must have."""
    problem: dict[str, Any] = answer.json()
    assert (answer.status_code, problem["code"]) == (status, code), problem
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["status"] == status
    assert any("\u4e00" <= char <= "\u9fff" for char in problem["title"])
    return problem
