"""JSON of projects, steps and events, in and out."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from ninja import Field, Schema

from accounts.schemas import Named, Person, example

Id = Annotated[int, Field(ge=1, le=2**53)]


class NextStep(Schema):
    step: str
    name: str
    state: str
    state_name: str
    action_hint: str
    due_on: date | None
    days_left: int | None
    whose: str


class Count(Schema):
    done: int
    total: int


class StageName(Schema):
    n: int
    name: str


class CaseOut(Schema):
    no: str
    kind: str
    kind_name: str
    state: str
    state_name: str


ROW_EXAMPLE: dict[str, Any] = {
    "id": 42,
    "name": "海城菱镁新材料产业园一期",
    "short_name": "菱镁产业园",
    "code": "2026-210381-30-03-012345",
    "internal_no": "LS-2026-0042",
    "enterprise": {"id": 5, "name": "演示菱镁新材料有限公司"},
    "district": {"code": "210381", "name": "海城市"},
    "category": {"code": "SOC_GENERAL", "name": "一般社会投资类"},
    "level_name": "市重点",
    "lamp": "YELLOW",
    "lamp_word": "临期",
    "lamp_days": 2,
    "progress": {"done": 4, "total": 14},
    "stage": {"n": 2, "name": "工程建设许可"},
    "next": {
        "step": "S2-04",
        "name": "建设工程规划许可证",
        "state": "ACCEPTED",
        "state_name": "部门受理",
        "action_hint": "等自然资源局办理",
        "due_on": "2026-11-25",
        "days_left": 2,
        "whose": "DEPT",
    },
    "case": {
        "no": "BB-2026-00042",
        "kind": "PROXY",
        "kind_name": "代办",
        "state": "RUNNING",
        "state_name": "办理中",
    },
    "lead_agent": {"id": 7, "name": "演示专员一"},
    "version": 17,
    "updated_at": "2026-11-23T09:30:00+08:00",
    "is_demo": True,
}


class ProjectRow(Schema):
    id: int
    name: str
    short_name: str
    code: str | None
    internal_no: str
    enterprise: Person
    district: Named
    category: Named
    level_name: str
    lamp: str | None
    lamp_word: str
    lamp_days: int | None
    progress: Count
    stage: StageName
    next: NextStep | None
    case: CaseOut
    lead_agent: Person
    version: int
    updated_at: datetime
    is_demo: bool

    model_config = example(**ROW_EXAMPLE)


class ProjectPage(Schema):
    items: list[ProjectRow]
    total: int
    page: int
    pages: int
    lamps: dict[str, int]

    model_config = example(items=[ROW_EXAMPLE], total=1, page=1, pages=1, lamps={"YELLOW": 1, "GREEN": 0})


class ProjectContact(Schema):
    """A contact as far as the project's screen needs it."""

    id: int
    name: str
    role: str
    role_name: str
    phone: str
    phone_masked: bool
    preference_name: str


class EnterpriseWithContacts(Person):
    contacts: list[ProjectContact]


class MandateOut(Schema):
    no: str
    signed_on: date
    ends_on: date
    stages: list[int]
    valid: bool


class ProjectStage(StageName):
    done: int
    total: int
    budget_days: int | None


class Statutory(Schema):
    n: int | None
    unit: str
    basis: str


class SuspensionOut(Schema):
    name: str
    basis: str
    announced_days: int
    started_on: date
    expected_on: date


class MoveOut(Schema):
    name: str
    label: str
    effect: str
    needs: list[str]
    danger: bool


class Special(Schema):
    code: str
    name: str
    basis: str


class StepOut(Schema):
    code: str
    name: str
    stage: int
    major: str
    department: Named
    state: str
    state_name: str
    national_code: int
    lamp: str | None
    lamp_word: str
    days_left: int | None
    committed: int
    statutory: Statutory
    accepted_on: date | None
    due_on: date | None
    statutory_due_on: date | None
    due_provisional: bool
    closed_on: date | None
    suspended: SuspensionOut | None
    is_milestone: bool
    parallel: bool
    after: list[str]
    soft_after: list[str]
    blocked_by: list[Named]
    whose: str
    actions: list[MoveOut]
    specials: list[Special]
    version: int


class MessageOut(Schema):
    id: str
    to: str
    text: str
    status: str
    status_name: str
    at: datetime


class ProjectOut(ProjectRow):
    enterprise: EnterpriseWithContacts
    investment_wan: Decimal | None
    opened_on: date
    target_days: int
    net_days: int
    mandate: MandateOut | None
    support_agent: Person | None
    query_code: str
    stages: list[ProjectStage]
    steps: list[StepOut]
    messages: list[MessageOut]

    model_config = example(
        **{
            **ROW_EXAMPLE,
            "enterprise": {"id": 5, "name": "演示菱镁新材料有限公司", "contacts": []},
            "investment_wan": "12800.00",
            "opened_on": "2026-06-01",
            "target_days": 70,
            "net_days": 23,
            "mandate": None,
            "support_agent": None,
            "query_code": "CX-A7K2P9",
            "stages": [{"n": 1, "name": "立项用地规划许可", "done": 4, "total": 5, "budget_days": 8}],
            "steps": [],
            "messages": [],
        }
    )


EVENT_EXAMPLE: dict[str, Any] = {
    "stream": "project-42",
    "seq": 18,
    "kind": "step.accepted",
    "occurred_at": "2026-11-23T09:30:00.000+08:00",
    "recorded_at": "2026-11-23T09:31:12.000+08:00",
    "actor": {"id": 7, "name": "演示专员一"},
    "source": "DOCUMENT",
    "payload": {"step": "S2-04", "name": "建设工程规划许可证", "from": "RECEIVED", "to": "ACCEPTED"},
}


class EventOut(Schema):
    stream: str
    seq: int
    kind: str
    occurred_at: datetime
    recorded_at: datetime
    actor: Person | None
    source: str
    payload: dict[str, Any]


class ToldEvent(EventOut):
    sentence: str
    late: bool


_TOLD = {**EVENT_EXAMPLE, "sentence": "部门受理“建设工程规划许可证”", "late": False}


class Timeline(Schema):
    items: list[ToldEvent]
    next_before: int | None

    model_config = example(items=[_TOLD], next_before=18)


class Inbox(Timeline):
    unread: int
    upto: int

    model_config = example(items=[_TOLD], next_before=None, unread=1, upto=17)


class ReadIn(Schema):
    upto: Annotated[int, Field(ge=0, le=2**31 - 1)]

    model_config = example(upto=18)


class MoveIn(Schema):
    """What is recorded about an act. `seen`: the project's version the person looked at; `occurred_at` default now."""

    seen: Annotated[int, Field(ge=0, le=2**31 - 1)]
    occurred_at: datetime | None = None
    source: str = "DOCUMENT"
    evidence: str = ""
    note: str = ""
    special: str = ""
    announced_days: Annotated[int, Field(ge=1, le=400)] | None = None
    materials: Annotated[list[str], Field(max_length=60)] = []
    due_on: date | None = None

    model_config = example(
        seen=17, occurred_at="2026-11-23T09:30:00+08:00", source="DOCUMENT", evidence="受理通知书", note=""
    )


class MoveAnswer(Schema):
    """What was recorded; the same Idempotency-Key always gets the same. `opened`: steps that may be filed now."""

    project_id: int
    version: int
    state_name: str
    event: EventOut
    opened: list[str]

    model_config = example(project_id=42, version=18, state_name="部门受理", event=EVENT_EXAMPLE, opened=["S3-05"])


class OpeningIn(Schema):
    name: str
    short_name: str
    enterprise_id: Id
    category: str
    district: str
    kind: str
    lead_agent_id: Id
    support_agent_id: Id | None = None
    code: str = ""
    level: str = "CITY"
    investment_wan: Decimal | None = None
    answers: dict[str, str] = {}
    mandate_stages: Annotated[list[int], Field(max_length=4)] = []
    mandate_signed_on: date | None = None
    mandate_ends_on: date | None = None

    model_config = example(
        name="海城菱镁新材料产业园一期",
        short_name="菱镁产业园",
        enterprise_id=5,
        category="SOC_GENERAL",
        district="210381",
        kind="PROXY",
        lead_agent_id=7,
        mandate_stages=[1, 2, 3],
        mandate_signed_on="2026-11-23",
        mandate_ends_on="2027-11-22",
    )


class AssignIn(Schema):
    seen: Annotated[int, Field(ge=0, le=2**31 - 1)]
    lead_agent_id: Id
    support_agent_id: Id | None = None

    model_config = example(seen=17, lead_agent_id=8, support_agent_id=9)


class CaseStateIn(Schema):
    seen: Annotated[int, Field(ge=0, le=2**31 - 1)]
    state: str
    note: str

    model_config = example(seen=17, state="PAUSED", note="企业申请中止，待土地移交")
