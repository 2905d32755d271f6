"""What people write down beside a move: numbers of papers, reasons, materials. Invented, in the tone of the trade."""

from __future__ import annotations

from datetime import date
from random import Random

from proxy_service.actions.step import Entry
from proxy_service.demo.acts import Act

_PAPERS = {
    "submit": ("接件回执", "收"),
    "accept-window": ("窗口受理单", "窗受"),
    "accept": ("受理通知书", "受"),
    "request-correction": ("一次性告知书", "补"),
    "start-special": ("特殊程序审查期限告知书", "特"),
    "approve": ("准予许可决定书", "准"),
    "approve-with-deficiency": ("容缺办理决定书", "容"),
    "decline": ("不受理告知书", "不受"),
    "refuse-acceptance": ("不予受理决定书", "不予"),
    "reject": ("不予许可决定书", "驳"),
    "recall": ("撤回许可决定书", "撤回"),
    "revoke": ("撤销许可决定书", "撤销"),
    "confirm-withdrawal": ("撤件确认单", "撤件"),
}
_NOTES = {
    "decline": ("配建指标未落实，不属于本阶段受理范围",),
    "refuse-acceptance": ("缺少法定要件，企业补齐后可重新申报", "设计单位资质证明已过期，请更换后重新申报"),
    "reject": ("选址与专项规划不符，已告知救济途径", "方案不满足退线要求，已告知救济途径"),
    "recall": ("控制性详细规划依法调整，许可所依据的客观情况发生变化",),
    "revoke": ("经查申报材料中的监测数据不实",),
    "request-withdrawal": ("企业拟调整建设规模，申请撤件",),
    "start-special": ("已书面告知企业所需时间",),
    "finish-correction": ("企业已一次补齐",),
}
_SOMETIMES = {
    "submit": ("专员陪同企业到综合窗口递交", "网上提交，纸质件随后送达", "材料预审后一次递交"),
    "accept": ("电话与承办人核实", "材料齐全，当场受理", ""),
    "approve": ("已通知企业到统一出件窗口领取", "电子证照已生成", ""),
    "achieve": ("公告期满，无异议",),
}
_MATERIALS = (
    "总平面图", "岩土工程勘察报告", "授权委托书", "建设单位承诺书", "土地权属证明", "设计单位资质证书",
    "消防专篇", "日照分析报告", "节能计算书", "水土保持监测方案", "公众参与说明", "施工组织设计",
)  # fmt: skip
_SOURCES = ("DOCUMENT",) * 6 + ("SYSTEM_IMPORT",) * 3 + ("PHONE",) * 2 + ("SAID_BY_ENTERPRISE",)


def entry(act: Act, *, day: date, asked_until: date, rng: Random, department: str) -> Entry:
    """The entry of an act but for its time: the caller adds `occurred_at`, and `seen`."""
    materials: tuple[str, ...] = ()
    if act.move in ("request-correction", "approve-with-deficiency"):
        materials = tuple(rng.sample(_MATERIALS, rng.randint(1, 3)))
    paper = _paper(act, day, department, rng)
    return Entry(
        seen=0,
        source="DOCUMENT" if paper and act.move not in ("submit", "accept", "approve") else rng.choice(_SOURCES),
        evidence=paper,
        note=rng.choice(_NOTES.get(act.move, _SOMETIMES.get(act.move, ("",)))),
        special=act.special,
        announced_days=act.announced or None,
        materials=materials,
        due_on=asked_until if materials else None,
    )


def _paper(act: Act, day: date, department: str, rng: Random) -> str:
    name, sign = _PAPERS.get(act.move, ("", ""))
    return f"{name} 鞍{department[:1]}{sign}〔{day.year}〕{rng.randint(1, 980)}号" if name else ""
