"""How a refusal looks in JSON (RFC 9457), for the description of the API."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class ProblemOut(BaseModel):
    """A code for machines and a sentence that tells a person what to do."""

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={
            "examples": [
                {"code": "not-found", "title": "没有找到，或您无权查看", "status": 404, "request_id": "5f2c9a31d0b8"}
            ]
        },
    )

    code: str
    title: str
    status: int
    field: str | None = None
    request_id: str | None = None
