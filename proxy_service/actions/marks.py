"""Puts right what the lamps go by, should it ever disagree with the steps (a restored backup, a repair by hand)."""

from __future__ import annotations

from django.db import transaction

from proxy_service.actions.clock import PROJECT_MARKS, mark
from proxy_service.models import Project, ServiceCase


def recompute_marks() -> tuple[int, int]:
    """How many running projects were looked at, how many put right. No event: nothing happened to them."""
    running = Project.objects.filter(case__state=ServiceCase.CaseState.RUNNING)
    projects = list(running.prefetch_related("steps"))
    return len(projects), sum(_put_right(project.pk) for project in projects if _differs(project))


def _differs(project: Project) -> bool:
    before = [getattr(project, name) for name in PROJECT_MARKS]
    mark(project, project.steps.all())
    return before != [getattr(project, name) for name in PROJECT_MARKS]


@transaction.atomic(durable=True)
def _put_right(project_id: int) -> bool:
    """Again under the lock: a move may have come in between."""
    project = Project.objects.select_for_update().get(pk=project_id)
    differs = _differs(project)
    project.save(update_fields=PROJECT_MARKS)
    return differs
