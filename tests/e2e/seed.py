"""A small world for the browser: run as `python -m tests.e2e.seed` against the database of the environment."""

from __future__ import annotations

import os

import django

AGENT, COLLEAGUE = "agent1", "agent2"
PROJECTS = 6  # 1 to 3 for test_screens, 4 to 6 for test_progress_page: what one test moves no other one waits for


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
    call_command("load_reference", verbosity=0)
    _people_and_projects()


def _people_and_projects() -> None:
    from tests.make import make_enterprise, make_project, make_user, move, walk

    agent, colleague = make_user(AGENT, name="王帮办"), make_user(COLLEAGUE, name="李代办")
    for number in range(1, PROJECTS + 1):
        enterprise = make_enterprise(name=f"鞍山演示{number}号制造有限公司", registered_by=agent, is_demo=True)
        project = make_project(
            agent,
            enterprise=enterprise,
            name=f"高端镁质耐火材料智能制造产业园{number}期",
            short_name=f"镁质园{number}期",
            category="SOC_GENERAL",
            support_agent_id=colleague.pk,
            is_demo=True,
        )
        walk(project, "S1-03", agent, "submit", "accept", "approve")
        move(project, "S1-08", "achieve", agent)
        move(project, "S1-09", "submit", colleague)


if __name__ == "__main__":
    main()
