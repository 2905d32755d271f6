"""The page about roles is printed from the table, and the table keeps what `domain/workflow.md` 2.5 promises."""

from __future__ import annotations

from io import StringIO

import pytest
from django.conf import settings
from django.core.management import call_command

from accounts.models import User
from accounts.roles import CITY, TABLE, Capability, Role, Scope, scope_of


def test_the_page_about_roles_is_fresh() -> None:
    out = StringIO()
    call_command("roles", stdout=out)
    page = (settings.BASE_DIR / "docs" / "roles.md").read_text("utf-8")
    assert page == out.getvalue(), "print it anew: manage.py roles > docs/roles.md"


def test_every_role_has_one_row() -> None:
    assert set(TABLE) == set(Role) and len(Role) == 7


@pytest.mark.parametrize(
    ("role", "scope", "county"),
    [
        (Role.AGENT, Scope.OWN, Scope.OWN),
        (Role.SUPPORT, Scope.OWN, Scope.OWN),
        (Role.SECTION, Scope.SECTION, Scope.SECTION),
        (Role.SUPERVISOR, Scope.ALL, Scope.DISTRICT),
        (Role.LEADER, Scope.ALL, Scope.DISTRICT),
        (Role.ADMIN, Scope.NONE, Scope.NONE),
        (Role.AUDITOR, Scope.ALL, Scope.DISTRICT),
    ],
)
def test_all_ends_at_the_border_of_a_county(role: Role, scope: Scope, county: Scope) -> None:
    assert scope_of(role, CITY) is scope
    assert scope_of(role, "210381") is county
    assert scope_of(role, None) is county


def test_nobody_who_judges_or_keeps_the_system_moves_a_step() -> None:
    """三分离: who supervises, leads, audits or administers does not act on the case."""
    movers = {role for role in Role if Capability.STEP_MOVE in TABLE[role].capabilities}
    assert movers == {Role.AGENT, Role.SUPPORT, Role.SECTION}


def test_the_auditor_holds_no_capability_that_writes() -> None:
    assert TABLE[Role.AUDITOR].capabilities == {Capability.SMS_READ, Capability.JOURNAL_VERIFY}


def test_every_capability_is_held_by_somebody() -> None:
    held = frozenset().union(*(rights.capabilities for rights in TABLE.values()))
    assert held == set(Capability)


def test_a_person_may_what_the_role_may() -> None:
    user = User(username="x", role=Role.SUPERVISOR, district_id="210381")
    assert user.may(Capability.CASE_ASSIGN) and not user.may(Capability.STEP_MOVE)
    assert user.scope is Scope.DISTRICT
