"""A double tap on «建档» opens one project."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User
from proxy_service.models import Project
from tests.make import make_enterprise

pytestmark = pytest.mark.django_db


def test_the_same_key_opens_one_project_and_gives_the_same_answer(
    agent: User, client_for: Callable[[User], Client]
) -> None:
    body = {
        "name": "演示项目一期",
        "short_name": "一期",
        "enterprise_id": make_enterprise(registered_by=agent).pk,
        "category": "SOC_SMALL",
        "district": "210300",
        "kind": "ASSIST",
        "lead_agent_id": agent.pk,
    }
    client, headers = client_for(agent), {"Idempotency-Key": "open-0000001"}
    first = client.post("/api/projects", body, content_type="application/json", headers=headers)
    again = client.post("/api/projects", body, content_type="application/json", headers=headers)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json()["id"] == again.json()["id"] and Project.objects.count() == 1
