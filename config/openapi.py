"""What every operation has in common is written into the API's description once, here."""

from __future__ import annotations

from typing import Any

from common.problem import ProblemOut

_REFUSALS: dict[str, tuple[str, str, str]] = {
    "400": ("Unreadable body", "http.400", "请求无法读取：不是有效的JSON"),
    "401": ("Not signed in", "sign-in.needed", "请先登录"),
    "403": ("Not allowed for this role, or the CSRF token is missing", "step.role", "您的岗位只能查看，不能推进事项"),
    "404": ("Not there, or not yours", "not-found", "没有找到，或您无权查看"),
    "409": ("The rules do not allow it now", "step.not-open", "前置事项“建设用地规划许可证”尚未办结"),
    "413": ("Body too large", "body.too-large", "提交的内容过大"),
    "422": ("The input is wrong", "uscc.check-digit", "统一社会信用代码校验位不对，请对照营业执照逐位核对"),
    "429": ("Too many tries", "account.locked", "连续多次登录失败，账号已锁定，请15分钟后再试"),
}
_ALWAYS = ("401", "403", "404", "422")
_WRITES = ("400", "409", "413", "429")


def with_problems(schema: Any) -> Any:
    """Add the refusals, each with an example, to every operation that does not describe them itself."""
    schema.setdefault("components", {}).setdefault("schemas", {})["ProblemOut"] = ProblemOut.model_json_schema()
    for operations in schema["paths"].values():
        for method, operation in operations.items():
            codes = _ALWAYS if method == "get" else (*_ALWAYS, *_WRITES)
            for code in codes:
                operation["responses"].setdefault(int(code), _refusal(code))
    return schema


def _refusal(code: str) -> dict[str, Any]:
    meaning, example, sentence = _REFUSALS[code]
    body = {"code": example, "title": sentence, "status": int(code), "request_id": "0b7c6f0e"}
    content = {"schema": {"$ref": "#/components/schemas/ProblemOut"}, "example": body}
    return {"description": meaning, "content": {"application/problem+json": content}}
