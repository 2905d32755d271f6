"""Who works here: the administrator takes access away and gives it back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import Feedback, User

pytestmark = pytest.mark.django_db
ClientFor = Callable[[User], Client]


def set_active(client: Client, user: User, active: Any) -> Any:
    return client.post(f"/api/people/{user.pk}/active", {"active": active}, content_type="application/json")


def test_the_administrator_disables_and_enables(admin: User, agent: User, client_for: ClientFor) -> None:
    client = client_for(admin)
    assert set_active(client, agent, False).json()["is_active"] is False
    assert set_active(client, agent, True).json()["is_active"] is True


def test_nobody_disables_the_own_account(admin: User, client_for: ClientFor) -> None:
    answer = set_active(client_for(admin), admin, False)
    assert (answer.status_code, answer.json()["code"]) == (409, "people.self")
    assert User.objects.get(pk=admin.pk).is_active


def test_a_person_who_never_was_is_not_found(admin: User, client_for: ClientFor) -> None:
    answer = set_active(client_for(admin), User(pk=999_999), False)
    assert (answer.status_code, answer.json()["code"]) == (404, "not-found")


def test_the_list_of_people_takes_a_fixed_number_of_queries(
    admin: User, agent: User, outsider: User, client_for: ClientFor, django_assert_num_queries: Any
) -> None:
    client = client_for(admin)
    with django_assert_num_queries(3):  # session, person, list
        assert len(client.get("/api/people").json()) == 3


def test_feedback_of_anybody_reaches_those_who_read_it(agent: User, supervisor: User, client_for: ClientFor) -> None:
    text = "建议：列表里显示园区\n第二行"
    sent = client_for(agent).post("/api/feedback", {"text": text, "page": "/projects"}, content_type="application/json")
    assert sent.status_code == 201
    page = client_for(supervisor).get("/api/feedback").json()
    assert [(item["user"], item["text"], item["page"]) for item in page["items"]] == [(agent.name, text, "/projects")]
    assert (page["total"], page["page"], page["pages"]) == (1, 1, 1)


def test_a_page_of_feedback_beyond_the_last_shows_the_last(
    agent: User, supervisor: User, client_for: ClientFor
) -> None:
    Feedback.objects.bulk_create([Feedback(user=agent, text=f"第{n}条") for n in range(51)])
    page = client_for(supervisor).get("/api/feedback?page=99").json()
    assert (page["page"], page["pages"], len(page["items"])) == (2, 2, 1)
