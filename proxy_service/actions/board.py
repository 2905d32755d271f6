"""The locked project with everything the rules look at, read in five small queries.

Every change of a step goes through here, so the neighbours of the step are plain rows, not models: reading forty of
them as models took more processor time than all the rest of the change.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.db import connection

from accounts.models import User
from common.errors import NotFound
from proxy_service import flow
from proxy_service.flow import State
from proxy_service.models import Project, ServiceCase, Step


class Neighbour(NamedTuple):
    """What the rules ask of the other steps of the project."""

    pk: int
    code: str
    name: str
    state: str
    due_on: date | None
    statutory_due_on: date | None
    blue_from: date | None
    yellow_from: date | None
    doubt_from: date | None

    @property
    def at(self) -> State:
        return State(self.state)


@dataclass(slots=True)
class Board:
    project: Project
    case: ServiceCase
    step: Step
    others: dict[int, Neighbour]
    links: list[tuple[int, int]]  # hard ones: what comes before, what after

    def missing(self) -> list[Neighbour]:
        """The prerequisites of the step that are not passed."""
        before = (self.others[first] for first, then in self.links if then == self.step.pk)
        return [other for other in before if other.at not in flow.DONE]

    def opened(self) -> list[str]:
        """Codes of the steps behind this one that may be filed now, as it has just been passed."""
        if self.step.at not in flow.DONE:
            return []
        passed = {pk for pk, other in self.others.items() if other.at in flow.DONE} | {self.step.pk}
        closed = {then for first, then in self.links if first not in passed}
        behind = (self.others[then] for first, then in self.links if first == self.step.pk)
        return sorted(other.code for other in behind if other.at is State.PENDING and other.pk not in closed)

    def __iter__(self) -> Iterator[Step | Neighbour]:
        yield self.step
        yield from self.others.values()


def lock(project_id: int, code: str, actor: User) -> Board:
    """The project's row is ours until the end of the transaction. Raises NotFound for what is not there or not visible.

    Everything is read once the lock is held: while we waited, a service may have been paused or an agent replaced.
    """
    _lock_row(project_id)
    project = Project.objects.visible_to(actor).filter(pk=project_id).select_related("case").first()
    if project is None:
        raise NotFound
    step = Step.objects.filter(project=project, code=code).select_related("department").first()
    if step is None:
        raise NotFound("step.unknown", f"本项目没有编号为“{code[:12]}”的事项")
    rows = Step.objects.filter(project=project).order_by().values_list(*Neighbour._fields)
    others = {row[0]: Neighbour(*row) for row in rows if row[0] != step.pk}
    links = list(project.links.filter(hard=True).order_by().values_list("before_id", "after_id"))
    return Board(project, project.case, step, others, links)


def _lock_row(project_id: int) -> None:
    """SQLite needs none: its write transactions are IMMEDIATE, one at a time."""
    if connection.features.has_select_for_update:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM proxy_service_project WHERE id = %s FOR UPDATE", [project_id])
