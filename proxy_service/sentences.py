"""An event as a Chinese sentence: for the timeline, the inbox and the enterprise's page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

_STEP = {
    "step.submitted": "“{name}”已接件",
    "step.window_accepted": "窗口受理“{name}”{due}",
    "step.accepted": "部门受理“{name}”{due}",
    "step.declined": "“{name}”不受理",
    "step.acceptance_refused": "“{name}”不予受理",
    "step.correction_requested": "“{name}”需补正{materials}{asked}",
    "step.correction_finished": "“{name}”补正完成",
    "step.special_started": "“{name}”进入特别程序，预计{announced}个工作日",
    "step.special_ended": "“{name}”特别程序结束{due}",
    "step.approved": "“{name}”办结（通过）{opened}",
    "step.approved_with_deficiency": "“{name}”办结（容缺通过）{opened}",
    "step.rejected": "“{name}”办结（不通过）",
    "step.withdrawal_requested": "企业申请撤回“{name}”，待确认",
    "step.withdrawn": "“{name}”已撤件",
    "step.kept": "“{name}”撤件不成立，继续办理",
    "step.recalled": "“{name}”的批准被撤回",
    "step.revoked": "“{name}”的批准被撤销",
    "step.achieved": "“{name}”已达成{opened}",
}
_OTHER = {
    "project.opened": "项目建档，共{steps}个事项",
    "plan.replaced": "方案换为任务书：{majors}个大项、{steps}个子项",
    "case.assigned": "主办专员：{lead}{support}",
    "case.state_changed": "服务状态改为“{state}”",
}


def sentence(kind: str, payload: Mapping[str, Any]) -> str:
    """What happened, in one line; an event kind of a later version shows as itself rather than failing."""
    form = _STEP.get(kind) or _OTHER.get(kind)
    return form.format_map(_words(payload)) if form else kind


def _words(payload: Mapping[str, Any]) -> dict[str, str]:
    materials = payload.get("materials") or []
    opened = payload.get("opened") or []
    return {
        "name": str(payload.get("name", "")),
        "due": f"，承诺{_day(payload['due_on'])}前办结" if payload.get("due_on") else "",
        "asked": f"，请于{_day(payload['asked_until'])}前补齐" if payload.get("asked_until") else "",
        "materials": f"：{'、'.join(materials)}" if materials else "材料",
        "announced": str(payload.get("announced_days", "")),
        "opened": f"，随即开放{len(opened)}个后续事项" if opened else "",
        "steps": str(payload.get("steps", "")),
        "majors": str(payload.get("majors", "")),
        "lead": str(payload.get("lead", "")),
        "support": f"，协办：{payload['support']}" if payload.get("support") else "",
        "state": str(payload.get("state", "")),
    }


def _day(iso: str) -> str:
    day = date.fromisoformat(iso)
    return f"{day.month}月{day.day}日"
