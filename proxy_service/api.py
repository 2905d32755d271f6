"""Projects, steps, timeline and inbox over HTTP: parse, one action or query, answer."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Path, Query, Router, Schema
from ninja.params import functions as params
from pydantic import Field
from pydantic_core import to_json

from accounts.api import me
from catalogue import calendar
from common.errors import Invalid
from common.text import cleaned
from journal import receipts
from proxy_service import exports, queries
from proxy_service.actions import inbox as inbox_actions
from proxy_service.actions import project as project_actions
from proxy_service.actions.step import Entry, move_step
from proxy_service.queries import Filter
from proxy_service.schemas import (
    AssignIn,
    CaseStateIn,
    Inbox,
    MoveAnswer,
    MoveIn,
    OpeningIn,
    ProjectOut,
    ProjectPage,
    ReadIn,
    Timeline,
)

router = Router()


def _json(facts: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """Plain facts as JSON. Ninja would build the schema's models of them first, for a third of the request's time;
    that answers fit their schema is what the tests of the API's description are for.
    """
    return HttpResponse(to_json(facts), content_type="application/json; charset=utf-8", status=status)


_Key = Field(min_length=8, max_length=64, pattern=r"^[A-Za-z0-9_.:-]+$")
Key = Annotated[str, _Key, params.Header(..., alias="Idempotency-Key")]
KeyIfAny = Annotated[Annotated[str, _Key] | None, params.Header(None, alias="Idempotency-Key")]
ProjectId = Annotated[int, Field(ge=1, le=2**53)]
Code = Annotated[str, Field(max_length=20, pattern=r"^[\w.-]+$")]
Before = Annotated[int, Field(ge=1, le=2**31 - 1)] | None
Limit = Annotated[int, Field(ge=1, le=200)]


class Asked(Schema):
    q: Annotated[str, Field(max_length=60)] = ""
    lamp: Annotated[str, Field(max_length=10)] = ""
    category: Annotated[str, Field(max_length=16)] = ""
    district: Annotated[str, Field(max_length=6)] = ""
    state: Annotated[str, Field(pattern="^(OPEN|ALL|RUNNING|PAUSED|COMPLETED|TERMINATED)$")] = "OPEN"

    def filter(self) -> Filter:
        words = self.dict(include={"q", "lamp", "category", "district", "state"})
        return Filter(**{name: cleaned(word, field=name, most=60) for name, word in words.items()})


@router.get("/projects", response=ProjectPage, summary="Visible projects, most urgent first, with lamp counts")
def list_projects(
    request: HttpRequest,
    asked: Query[Asked],
    page: Annotated[int, Field(ge=1, le=100_000)] = 1,
    size: Annotated[int, Field(ge=1, le=100)] = queries.PAGE,
) -> HttpResponse:
    return _json(queries.project_page(me(request), asked.filter(), page=page, size=size))


@router.get(
    "/projects/export",
    response=None,
    summary="The same list as a CSV file for spreadsheets",
    openapi_extra={"responses": {200: exports.DESCRIBED}},
)
def export_projects(request: HttpRequest, asked: Query[Asked]) -> HttpResponse:
    return exports.project_csv(me(request), asked.filter())


@router.post("/projects", response={201: ProjectOut}, summary="Open a project with its service case and plan")
def open_project(request: HttpRequest, given: OpeningIn, idempotency_key: KeyIfAny = None) -> HttpResponse:
    project = project_actions.open_project(
        project_actions.Opening(**given.dict()),
        actor=me(request),
        key=idempotency_key or "",
        fingerprint=receipts.fingerprint(request.path, request.body),
    )
    return _json(queries.project_detail(me(request), project.pk), status=201)


@router.get("/projects/{project_id}", response=ProjectOut, summary="One project with its plan, lamps and messages")
def project_detail(request: HttpRequest, project_id: Path[ProjectId]) -> HttpResponse:
    return _json(queries.project_detail(me(request), project_id))


@router.get("/projects/{project_id}/events", response=Timeline, summary="What happened, newest first")
def project_events(
    request: HttpRequest,
    project_id: Path[ProjectId],
    before: Before = None,
    limit: Limit = 50,
) -> HttpResponse:
    return _json(queries.timeline(me(request), project_id, before=before, limit=limit))


@router.post(
    "/projects/{project_id}/steps/{code}/{name}",
    response=MoveAnswer,
    summary="Record that something happened to a step",
)
def move(
    request: HttpRequest,
    project_id: Path[ProjectId],
    code: Path[Code],
    name: str,
    given: MoveIn,
    idempotency_key: Key,
) -> HttpResponse:
    answer = move_step(
        project_id=project_id,
        code=code,
        name=name,
        actor=me(request),
        entry=_entry(given),
        key=idempotency_key,
        fingerprint=receipts.fingerprint(request.path, request.body),
        calendar=calendar.load(),
    )
    return _json({"project_id": project_id, **answer})


def _entry(given: MoveIn) -> Entry:
    return Entry(
        seen=given.seen,
        occurred_at=_aware(given.occurred_at),
        source=cleaned(given.source, field="source", most=20),
        evidence=cleaned(given.evidence, field="evidence", most=120),
        note=cleaned(given.note, field="note", most=500, lines=True),
        special=cleaned(given.special, field="special", most=12),
        announced_days=given.announced_days,
        materials=tuple(cleaned(text, field="materials", most=60, least=1) for text in given.materials),
        due_on=given.due_on,
    )


def _aware(at: datetime | None) -> datetime | None:
    """A time without a zone is the bureau's. Dates that no calendar can carry are refused."""
    if at is None:
        return None
    if not 2000 <= at.year <= 2200:
        raise Invalid("occurred-at.range", "发生时间不合理，请核对", field="occurred_at")
    return at if timezone.is_aware(at) else timezone.make_aware(at)


@router.post("/projects/{project_id}/assign", response=ProjectOut, summary="Change the lead and support agent")
def assign(request: HttpRequest, project_id: Path[ProjectId], given: AssignIn) -> HttpResponse:
    project_actions.assign_case(project_id=project_id, actor=me(request), **given.dict())
    return _json(queries.project_detail(me(request), project_id))


@router.post("/projects/{project_id}/state", response=ProjectOut, summary="Pause, resume, complete or end the service")
def change_state(request: HttpRequest, project_id: Path[ProjectId], given: CaseStateIn) -> HttpResponse:
    project_actions.change_case_state(project_id=project_id, actor=me(request), **given.dict())
    return _json(queries.project_detail(me(request), project_id))


@router.get("/inbox", response=Inbox, summary="What happened in my cases and was done by others")
def inbox(
    request: HttpRequest,
    before: Before = None,
    limit: Limit = 50,
) -> HttpResponse:
    return _json(queries.inbox(me(request), before=before, limit=limit))


@router.post("/inbox/read", response=Inbox, summary="Mark the inbox as read up to an event")
def mark_read(request: HttpRequest, given: ReadIn) -> HttpResponse:
    inbox_actions.mark_read(user=me(request), upto=given.upto)
    return _json(queries.inbox(me(request), before=None, limit=50))
