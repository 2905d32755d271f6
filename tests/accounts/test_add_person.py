"""The first account of an installation, made on the server."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import Department, User

pytestmark = pytest.mark.django_db
GOOD = "korrekt-pferd-batterie"


@pytest.fixture
def type_password(monkeypatch: pytest.MonkeyPatch) -> Any:
    return lambda text: monkeypatch.setattr("sys.stdin", io.StringIO(text + "\n"))


def test_the_first_administrator_signs_in(type_password: Any, client: Client) -> None:
    type_password(GOOD)
    call_command("add_person", "Li", "--name", "李示例", "--role", "ADMIN")
    answer = client.post("/api/session", {"username": "li", "password": GOOD}, "application/json")
    assert (answer.status_code, answer.json()["user"]["role"]) == (200, "ADMIN")


def test_a_section_contact_has_a_department(type_password: Any) -> None:
    type_password(GOOD)
    code = Department.objects.values_list("code", flat=True)[0]
    call_command("add_person", "wang", "--name", "王示例", "--role", "SECTION", "--department", code)
    assert User.objects.get().department.code == code


@pytest.mark.parametrize(
    ("username", "more", "password", "sentence"),
    [
        ("li", ["--role", "SECTION"], GOOD, "科室"),
        ("li", ["--role", "AGENT", "--department", "castle"], GOOD, "科室"),
        ("li", ["--role", "AGENT", "--district", "110000"], GOOD, "区"),
        ("li", ["--role", "AGENT"], "short", "密码"),
        ("l", ["--role", "AGENT"], GOOD, "至少2个字"),
    ],
)
def test_what_does_not_fit_is_refused_with_a_sentence(
    username: str, more: list[str], password: str, sentence: str, type_password: Any
) -> None:
    type_password(password)
    with pytest.raises(CommandError, match=sentence):
        call_command("add_person", username, "--name", "李示例", *more)
    assert not User.objects.exists()


def test_a_name_is_taken_once(agent: User, type_password: Any) -> None:
    type_password(GOOD)
    with pytest.raises(CommandError, match="已有人使用"):
        call_command("add_person", "AGENT-A", "--name", "李示例", "--role", "AGENT")
