"""Lists as files for spreadsheets."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils import timezone

from accounts.models import User
from common.spreadsheet import csv_bytes
from proxy_service import queries
from proxy_service.queries import Filter

_COLUMNS = (
    "受理单号",
    "项目名称",
    "项目代码",
    "企业",
    "区县",
    "类别",
    "灯",
    "阶段",
    "进度",
    "当前事项",
    "到期日",
    "专员",
    "状态",
)
DESCRIBED = {
    "description": "UTF-8 with BOM, as an attachment",
    "content": {"text/csv": {"schema": {"type": "string"}, "example": ",".join(_COLUMNS)}},
}


def project_csv(user: User, asked: Filter) -> HttpResponse:
    """The projects a person would see page by page, in one file."""
    rows = csv_bytes(_COLUMNS, (_cells(row) for row in queries.all_rows(user, asked)))
    response = HttpResponse(rows, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="projects-{timezone.localdate():%Y%m%d}.csv"'
    return response


def _cells(row: dict[str, Any]) -> tuple[Any, ...]:
    ahead = row["next"] or {}
    return (
        row["case"]["no"],
        row["name"],
        row["code"] or row["internal_no"],
        row["enterprise"]["name"],
        row["district"]["name"],
        row["category"]["name"],
        row["lamp_word"],
        row["stage"]["name"],
        f"{row['progress']['done']}/{row['progress']['total']}",
        ahead.get("name", ""),
        ahead.get("due_on") or "",
        row["lead_agent"]["name"],
        row["case"]["state_name"],
    )
