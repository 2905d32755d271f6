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
    with connection.cursor() as cursor:
        if connection.features.has_select_for_update:  # SQLite needs no lock: its write transactions are IMMEDIATE
            cursor.execute(_LOCK, [project_id])
        project = _visible(project_id, actor)
        cursor.execute(_STEP, [project_id, code])
        row = cursor.fetchone()
        if row is None:
            raise NotFound("step.unknown", f"本项目没有编号为“{code[:12]}”的事项")
        step = Step.from_db(connection.alias, _STEP_FIELDS, row)
        cursor.execute(_NEIGHBOURS, [project_id, step.pk])
        others = {row[0]: Neighbour(*row) for row in cursor.fetchall()}
        cursor.execute(_LINKS, [project_id])
        return Board(project, project.case, step, others, cursor.fetchall())


def _visible(project_id: int, actor: User) -> Project:
    """Of project and case only what a move looks at; rights are the queryset's business."""
    rows = Project.objects.visible_to(actor).filter(pk=project_id)
    row = rows.values_list(*_PROJECT_FIELDS, *(f"case__{name}" for name in _CASE_FIELDS)).first()
    if row is None:
        raise NotFound
    project = Project.from_db(connection.alias, _PROJECT_FIELDS, row[: len(_PROJECT_FIELDS)])
    project.case = ServiceCase.from_db(connection.alias, _CASE_FIELDS, row[len(_PROJECT_FIELDS) :])
    project.case.project = project
    return project


# By hand, because every move of a step reads this: what the ORM builds of it costs ten times the processor time.
_PROJECT_FIELDS = ["id", "short_name", "enterprise_id", "version"]  # in the model's order, which from_db() expects
_CASE_FIELDS = ["id", "project_id", "kind", "state", "lead_agent_id", "support_agent_id", "query_code"]
_STEP_FIELDS = [field.attname for field in Step._meta.concrete_fields]
_LOCK = "SELECT 1 FROM proxy_service_project WHERE id = %s FOR UPDATE"
_FROM_STEPS = "FROM proxy_service_step WHERE project_id = %s"
_STEP = f"SELECT {', '.join(_STEP_FIELDS)} {_FROM_STEPS} AND code = %s"
_NEIGHBOURS = f"SELECT {', '.join(['id', *Neighbour._fields[1:]])} {_FROM_STEPS} AND id <> %s"
_LINKS = "SELECT before_id, after_id FROM proxy_service_steplink WHERE project_id = %s AND hard"
