"""How the task book becomes the plan of a project."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

import journal
from accounts.models import Department, User
from catalogue.models import ApprovalItem, Unit
from proxy_service.demo.task_book import TASK_BOOK
from proxy_service.models import Project, Step, StepLink


@dataclass(frozen=True, slots=True)
class BookLine:
    code: str
    major: str
    name: str
    stage: int
    department: str
    committed: int
    item: str
    after: tuple[str, ...]


def lines() -> list[BookLine]:
    """The 128 sub-items in an order that their links allow."""
    read: list[BookLine] = []
    ends: dict[str, tuple[str, ...]] = {}  # the last lines of each major
    for block in TASK_BOOK.strip().removeprefix("# ").split("\n# "):
        heading, *rows = block.split("\n")
        major, stage, first = heading.split("|")
        before = tuple(code for number in first.split() for code in ends[number])
        level: tuple[str, ...] = ()
        for n, row in enumerate(rows, start=1):
            name, department, committed, item = (*row.removeprefix("+").split("|"), "")[:4]
            if not row.startswith("+") and level:
                before, level = level, ()
            code = f"{major[:2]}-{n:02d}"
            level += (code,)
            read.append(BookLine(code, major, name, int(stage), department, int(committed), item, before))
        ends[major[:2]] = level
    return read


@transaction.atomic(durable=True)
def adopt(project: Project, *, actor: User) -> None:
    """Put the task book in the place of the plan made from the template, as nothing of that has been filed yet."""
    project.links.all().delete()
    project.steps.all().delete()
    items = {item.code: item for item in ApprovalItem.objects.filter(catalogue=project.template.catalogue_id)}
    departments = {row.code: row for row in Department.objects.all()}
    steps = [_step(project, line, place, items, departments) for place, line in enumerate(lines(), start=1)]
    Step.objects.bulk_create(steps)
    by_code = {step.code: step for step in steps}
    StepLink.objects.bulk_create(
        [
            StepLink(project=project, before=by_code[before], after=by_code[line.code])
            for line in lines()
            for before in line.after
        ]
    )
    facts = {"majors": len({line.major for line in lines()}), "steps": len(steps)}
    event = journal.append(project.stream, "plan.replaced", payload=facts, actor=actor, occurred_at=timezone.now())
    project.version = event.seq
    project.save(update_fields=["version"])


def _step(
    project: Project, line: BookLine, place: int, items: dict[str, ApprovalItem], departments: dict[str, Department]
) -> Step:
    item = items[line.item] if line.item else None
    general = line.committed >= 5  # no law names a number for these: the general rule holds
    return Step(
        project=project,
        code=line.code,
        name=line.name,
        stage=line.stage,
        position=place,
        major=line.major,
        item=item,
        department=departments[line.department],
        is_milestone=item.is_milestone if item else False,
        parallel=len(line.after) != 1,
        committed=line.committed,
        statutory_n=item.statutory_n if item else 20 if general else None,
        statutory_unit=item.statutory_unit if item else Unit.WORKING_DAYS if general else Unit.NONE,
        statutory_basis=item.statutory_basis if item else "行政许可法42" if general else "",
    )
