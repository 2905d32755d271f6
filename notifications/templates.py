# ruff: noqa: E501 -- one text per line, as the carriers approve it
"""The texts we may send (`domain/sms-practice.md` 7.4): declared variables, checked values, a frozen result.

Carriers approve each text beforehand, so a text is changed by a new approval, not by an editor's whim.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from string import Template as Placeholders

from common.errors import Invalid
from notifications.segments import parts

LONGEST = 500  # characters a provider takes, signature included
_FORBIDDEN = re.compile(r"[【】]")
_LINK = re.compile(r"https?://|www\.|[a-z0-9-]+\.(?:com|cn|net|org|gov|top|xyz|cc|io)\b", re.IGNORECASE)

# Longest value per variable; longer ones are cut with «…», as the carrier's approval is for short values.
LENGTHS: dict[str, int] = {
    "proj": 12, "item": 20, "date": 11, "n": 4, "k": 3, "code": 8, "special": 12,
    "stage": 12, "next": 16, "half": 4, "topic": 16, "surname": 2,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class SmsTemplate:
    code: str
    name: str
    text: str

    @property
    def variables(self) -> dict[str, int]:
        """Declared variables and their longest value. `${bureau_phone}` is the bureau's fixed text, not a variable."""
        names = Placeholders(self.text).get_identifiers()
        return {name: LENGTHS[name] for name in names if name != "bureau_phone"}


@dataclass(frozen=True, slots=True)
class Rendered:
    text: str
    values: dict[str, str]
    parts: int


# fmt: off
_DECLARED = (
    ("SMS-01", "受理", "“${proj}”的${item}已于${date}受理,承诺${n}个工作日办结。查询码${code}"),
    ("SMS-02", "补正", "“${proj}”的${item}申请需补正${k}份材料,请于${date}前补齐。查询码${code}。咨询${bureau_phone}"),
    ("SMS-03", "特殊环节开始", "“${proj}”的${item}进入${special},预计${n}个工作日,不计入办理时限。查询码${code}"),
    ("SMS-04", "特殊环节结束", "“${proj}”的${item}${special}已结束,恢复计时,预计${date}前办结。查询码${code}"),
    ("SMS-05", "办结", "“${proj}”的${item}已办结,可在政务大厅统一出件窗口领取或选择邮寄。查询码${code}"),
    ("SMS-06", "延期", "“${proj}”的${item}经批准延长${n}个工作日,新时限${date},理由已书面送达。咨询${bureau_phone}"),
    ("SMS-07", "阶段完成", "“${proj}”${stage}已全部完成,用时${n}个工作日,下一步为${next}。查询码${code}"),
    ("SMS-08", "待企业办理", "“${proj}”有${k}项工作待贵单位完成,最近一项建议${date}前完成。查询码${code}。咨询${bureau_phone}"),
    ("SMS-09", "走访预约", "我局拟于${date}${half}走访贵单位,了解审批服务需求,无需准备汇报材料。如不便请致电${bureau_phone}改期"),
    ("SMS-10", "诉求回复", "贵单位${date}反映的“${topic}”问题已有办理结果,详情请凭查询码${code}查看或致电${bureau_phone}"),
    ("SMS-11", "专员变更", "“${proj}”的帮办专员自${date}起调整为${surname}工,交接已完成,如有异议请致电${bureau_phone}"),
    ("SMS-12", "委托书待签", "“${proj}”帮办服务委托书已准备好,请贵单位核对授权事项后签章。帮办服务全程免费。咨询${bureau_phone}"),
    ("SMS-13", "验证码", "验证码${code},用于查询项目办理进度,5分钟内有效,请勿告知他人。"),
    ("SMS-14", "决定提示", "“${proj}”的一项申请已作出决定,决定书已送达,帮办专员将与您电话联系。咨询${bureau_phone}"),
)
# fmt: on
TEMPLATES: dict[str, SmsTemplate] = {code: SmsTemplate(code, name, text) for code, name, text in _DECLARED}


def render(code: str, values: Mapping[str, str], *, signature: str, bureau_phone: str) -> Rendered:
    """The text as it will leave, signature in front.

    Raises Invalid for an unknown template, a missing, empty or undeclared variable, a link or 【】 in a value.
    """
    template = TEMPLATES.get(code)
    if template is None:
        raise Invalid("sms.template", f"没有短信模板“{code}”", field="template")
    declared = template.variables
    if odd := sorted(declared.keys() ^ values.keys()):
        raise Invalid("sms.variables", f"短信模板“{template.name}”的变量缺少或多余：{'、'.join(odd)}", field=odd[0])
    clean = {name: _clean(name, values[name], longest=longest) for name, longest in declared.items()}
    text = f"【{signature}】" + Placeholders(template.text).substitute(clean, bureau_phone=bureau_phone)
    return Rendered(text=text, values=clean, parts=parts(text))


def _clean(name: str, value: str, *, longest: int) -> str:
    flat = " ".join(value.split())  # newlines too: carriers refuse them
    if not flat:
        raise Invalid("sms.empty", f"短信变量“{name}”不能为空", field=name)
    if not is_sendable(flat):
        raise Invalid("sms.forbidden", f"短信变量“{name}”不能含有【】或网址", field=name)
    return flat if len(flat) <= longest else flat[: longest - 1] + "…"


def is_sendable(value: str) -> bool:
    """Whether carriers take a message with this in it. To be asked when a name is first written down."""
    return not ("\x00" in value or _FORBIDDEN.search(value) or _LINK.search(value))
