"""Projects for the drill, printed as JSON: `python -m benchmarks.rows.drill_seed 60`."""

from __future__ import annotations

import json
import sys

from accounts.models import User
from accounts.roles import Role
from benchmarks.rows import seed as base
from enterprises.models import Contact
from proxy_service.models import Project


def main() -> None:
    agent = User.objects.create_user("bench", "bench-password-1", name="演示专员", role=Role.AGENT)
    support = User.objects.create_user("bench2", "bench-password-1", name="演示协办", role=Role.SUPPORT)
    watcher = User.objects.create_user("bench3", "bench-password-1", name="演示督办员", role=Role.SUPERVISOR)
    projects = [base.project(agent, support, n) for n in range(int(sys.argv[1]))]
    for n, project in enumerate(projects):
        if n % 3 == 0:  # every third firm has a second person who hears of most things
            phone = f"+86137{n:08d}"
            Contact.objects.create(enterprise=project.enterprise, name="演示二", role="PROJECT", phone=phone)
    print(
        json.dumps(
            {
                "agent": base.session_of(agent),
                "watcher": base.session_of(watcher),
                "projects": {project.pk: _steps(project) for project in projects},
            }
        )
    )


def _steps(project: Project) -> list[tuple[str, str]]:
    """The steps in an order in which they can be filed, each with a special procedure it knows."""
    steps = project.steps.filter(is_milestone=False).select_related("item").order_by("position")
    return [(step.code, special.code) for step in steps if step.item and (special := step.item.specials.first())]


if __name__ == "__main__":
    main()
