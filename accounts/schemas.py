"""JSON of sign-in, people and feedback."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from ninja import Field, Schema
from pydantic import ConfigDict


def example(**facts: Any) -> ConfigDict:
    """The example that the API's description shows for a schema."""
    return ConfigDict(json_schema_extra={"example": facts})


class Named(Schema):
    code: str
    name: str


class Person(Schema):
    id: int
    name: str


class Me(Schema):
    id: int
    username: str
    name: str
    role: str
    role_name: str
    department: Named | None
    district: Named
    capabilities: list[str]
    inbox_stream: str


class Bureau(Schema):
    name: str
    phone: str


_ME = {
    "id": 7,
    "username": "agent1",
    "name": "演示专员一",
    "role": "AGENT",
    "role_name": "帮办专员",
    "department": None,
    "district": {"code": "210300", "name": "鞍山市"},
    "capabilities": ["step.move"],
    "inbox_stream": "inbox-7",
}


class SessionOut(Schema):
    """`sandbox_url`: where the phone wall is; empty outside the demo."""

    user: Me | None
    bureau: Bureau
    demo: bool
    sandbox_url: str

    model_config = example(
        user=_ME,
        bureau={"name": "鞍山市行政审批局", "phone": "0412-XXXXXXX"},
        demo=True,
        sandbox_url="http://127.0.0.1:8797/",
    )


class SignIn(Schema):
    username: Annotated[str, Field(min_length=1, max_length=40)]
    password: Annotated[str, Field(min_length=1, max_length=200)]

    model_config = example(username="agent1", password="a long passphrase")  # noqa: S106 - an example


class FeedbackIn(Schema):
    text: str
    page: str = ""

    model_config = example(text="建议在项目详情中显示委托书扫描件", page="/projects/42")


class FeedbackOut(Schema):
    id: int
    user: str
    text: str
    page: str
    at: datetime


class FeedbackPage(Schema):
    items: list[FeedbackOut]
    total: int
    page: int
    pages: int

    model_config = example(
        items=[{"id": 1, "user": "演示专员一", "text": "建议…", "page": "/", "at": "2026-11-23T09:30:00+08:00"}],
        total=1,
        page=1,
        pages=1,
    )


class PersonOut(Schema):
    id: int
    username: str
    name: str
    role: str
    role_name: str
    district: str
    department: str
    is_active: bool

    model_config = example(
        id=7,
        username="agent1",
        name="演示专员一",
        role="AGENT",
        role_name="帮办专员",
        district="鞍山市",
        department="",
        is_active=True,
    )


class ActiveIn(Schema):
    active: bool

    model_config = example(active=False)
