"""`manage.py roles > docs/roles.md`: who may do what, printed from the one table in `accounts/roles.py`."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from accounts.roles import TABLE, Capability, Role, Scope

_HEAD = """\
# Roles and rights (岗位与权限)

Printed by `manage.py roles` from `accounts/roles.py`; change that table, never this page.

## How far a role sees

Whatever lies outside looks as if it were not there: 404 in details, absent from lists, counts, exports and sockets.
The own inbox keeps what was told while one worked on a case.
"""
_REACH = {
    Scope.NONE: "no project and no enterprise",
    Scope.OWN: "projects the person leads or supports, and their enterprises",
    Scope.SECTION: "projects with a step that the person's department leads",
    Scope.DISTRICT: "projects and enterprises of the own county-level area",
    Scope.ALL: "everything; with a county-level area as district: that area only",
}
_TAIL = """\
Signed in is enough for: the own session, reference data, lists (of what the role sees), the own inbox, leaving
feedback.

A 牵头科室联系人 moves only the steps of the own department. Phone numbers are in clear only for those who hold
查看联系电话 **and** serve the enterprise; everybody else sees 138\\*\\*\\*\\*5678.
"""


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(page(), ending="")


def page() -> str:
    """The whole page in Markdown."""
    return "\n".join([_HEAD, _reaches(), "\n## What a role may do\n", _rights(), "", _TAIL])


def _reaches() -> str:
    lines = ["| role | code | sees | that is |", "|---|---|---|---|"]
    for role, rights in TABLE.items():
        lines.append(f"| {role.label} | `{role.value}` | {rights.scope.label} | {_REACH[rights.scope]} |")
    return "\n".join(lines)


def _rights() -> str:
    lines = ["| capability | " + " | ".join(role.label for role in Role) + " |", "|---" * (len(Role) + 1) + "|"]
    for capability in Capability:
        held = ["✓" if capability in TABLE[role].capabilities else "–" for role in Role]
        lines.append(f"| {capability.label} `{capability.value}` | " + " | ".join(held) + " |")
    return "\n".join(lines)
