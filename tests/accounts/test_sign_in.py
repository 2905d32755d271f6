"""Signing in, the lock after too many failures, and the way out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts import access, tasks
from accounts.actions import lockout
from accounts.models import Attempt, User
from common.errors import TooMany
from config.celery import BEAT_SCHEDULE
from tests.make import PASSWORD, make_user

pytestmark = pytest.mark.django_db
At = Callable[[str], None]


@pytest.fixture
def client() -> Client:
    """A browser that has looked at the page and holds its CSRF token."""
    client = Client(enforce_csrf_checks=True)
    client.get("/api/session")
    client.defaults["HTTP_X_CSRFTOKEN"] = client.cookies["csrftoken"].value
    return client


def knock(client: Client, password: str = "nicht das richtige", username: str = "agent-a", **more: Any) -> Any:
    return client.post("/api/session", {"username": username, "password": password}, "application/json", **more)


def test_a_person_signs_in_and_sees_the_own_card(client: Client, agent: User) -> None:
    answer = knock(client, PASSWORD, username=" AGENT-A ")
    assert answer.status_code == 200
    card = answer.json()["user"]
    assert (card["id"], card["role"], card["inbox_stream"]) == (agent.pk, "AGENT", f"inbox-{agent.pk}")
    assert "step.move" in card["capabilities"]
    assert client.get("/api/session").json()["user"] == card


def test_a_stranger_is_told_who_is_asked_and_no_more(client: Client, db: None) -> None:
    assert client.get("/api/session").json()["user"] is None


def test_a_wrong_password_says_how_many_tries_are_left_and_the_fifth_locks(client: Client, agent: User) -> None:
    for left in (4, 3, 2, 1):
        answer = knock(client)
        assert (answer.status_code, answer.json()["code"], answer.json()["tries_left"]) == (401, "sign-in.wrong", left)
    answer = knock(client)
    assert (answer.status_code, answer.json()["code"]) == (429, "account.locked")
    assert 890 <= answer.json()["retry_after"] <= 901
    assert int(answer.headers["Retry-After"]) == answer.json()["retry_after"]


def test_a_locked_account_stays_locked_for_the_right_password_until_the_time_is_over(
    client: Client, agent: User, at: At
) -> None:
    at("2026-03-02 09:00")
    for _ in range(5):
        knock(client)
    assert knock(client, PASSWORD).status_code == 429
    at("2026-03-02 09:14")
    assert knock(client, PASSWORD).status_code == 429
    at("2026-03-02 09:16")
    assert knock(client, PASSWORD).status_code == 200


def test_a_failure_under_way_when_the_lock_came_does_not_open_it(agent: User, at: At) -> None:
    at("2026-03-02 09:00")
    lockout.fail(lockout.ACCOUNT, "agent-a")
    at("2026-03-02 09:14")
    for _ in range(4):
        lockout.fail(lockout.ACCOUNT, "agent-a")
    at("2026-03-02 09:16")
    lockout.fail(lockout.ACCOUNT, "agent-a")
    with pytest.raises(TooMany):
        lockout.check(lockout.ACCOUNT, "agent-a")


def test_after_the_lock_the_count_begins_anew(client: Client, agent: User, at: At) -> None:
    at("2026-03-02 09:00")
    for _ in range(5):
        knock(client)
    at("2026-03-02 09:16")
    assert knock(client).json()["tries_left"] == 4


def test_failures_a_quarter_of_an_hour_apart_do_not_add_up(client: Client, agent: User, at: At) -> None:
    at("2026-03-02 09:00")
    for _ in range(4):
        knock(client)
    at("2026-03-02 09:16")
    assert knock(client).json()["tries_left"] == 4


def test_a_success_forgets_the_failures(client: Client, agent: User) -> None:
    for _ in range(4):
        knock(client)
    assert knock(client, PASSWORD).status_code == 200
    assert not Attempt.objects.filter(door="account").exists()


def test_an_account_that_never_was_is_refused_and_locked_just_as_one_that_is(client: Client, agent: User) -> None:
    known = [knock(client).json() for _ in range(5)]
    unknown = [knock(client, username="niemand").json() for _ in range(5)]
    told = ("code", "title", "status", "tries_left")
    assert [{k: a.get(k) for k in told} for a in known] == [{k: a.get(k) for k in told} for a in unknown]


def test_one_account_locked_leaves_the_others_open(client: Client, agent: User, outsider: User) -> None:
    for _ in range(5):
        knock(client)
    assert knock(client, PASSWORD, username="agent-b").status_code == 200


def test_an_address_that_tries_many_accounts_is_locked(client: Client, agent: User) -> None:
    for n in range(50):
        lockout.fail(lockout.ADDRESS, "127.0.0.1") if n < 49 else knock(client, username=f"niemand{n}")
    assert knock(client, PASSWORD).json()["code"] == "address.locked"


def test_a_disabled_person_cannot_sign_in_and_learns_nothing_from_it(client: Client) -> None:
    make_user("weg", is_active=False)
    assert knock(client, PASSWORD, username="weg").json()["code"] == "sign-in.wrong"


def test_a_door_without_csrf_token_stays_shut(agent: User) -> None:
    answer = knock(Client(enforce_csrf_checks=True), PASSWORD)
    assert (answer.status_code, answer.json()["code"]) == (403, "csrf")


@pytest.mark.parametrize(
    "body", [{}, {"username": "agent-a"}, {"username": "", "password": "x"}, {"username": ["a"], "password": "x"}]
)
def test_half_a_form_is_refused_without_counting(client: Client, agent: User, body: dict[str, Any]) -> None:
    assert client.post("/api/session", body, "application/json").status_code == 422
    assert not Attempt.objects.exists()


def test_signing_out_ends_the_session(client: Client, agent: User) -> None:
    token = knock(client, PASSWORD) and client.cookies["csrftoken"].value  # a new one comes with the sign-in
    assert client.delete("/api/session", headers={"X-CSRFToken": token}).status_code == 204
    assert client.get("/api/projects").status_code == 401


def test_signing_in_changes_the_session_number(client: Client, agent: User) -> None:
    """Else a session handed to somebody beforehand would become theirs."""
    knock(client, PASSWORD)
    first = client.cookies["sessionid"].value
    client.defaults["HTTP_X_CSRFTOKEN"] = client.cookies["csrftoken"].value
    make_user("agent-z")
    knock(client, PASSWORD, username="agent-z")
    assert client.cookies["sessionid"].value != first


def test_signing_in_over_another_session_closes_the_sockets_of_that_one(
    client: Client, agent: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[int] = []
    monkeypatch.setattr(access, "announce", told.append)
    knock(client, PASSWORD)
    assert told == []
    client.defaults["HTTP_X_CSRFTOKEN"] = client.cookies["csrftoken"].value
    make_user("agent-z")
    knock(client, PASSWORD, username="agent-z")
    assert told == [agent.pk]


def test_old_counts_are_swept(client: Client, agent: User, at: At) -> None:
    at("2026-03-02 09:00")
    knock(client)
    at("2026-03-03 10:00")
    assert BEAT_SCHEDULE["attempts"]["task"] == tasks.sweep_attempts.name
    assert tasks.sweep_attempts() == 2
    assert not Attempt.objects.exists()
