"""Let a person in; take away or give back access."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import access
from accounts.models import Department, District, User
from accounts.roles import CITY, Capability, Role
from common.errors import Forbidden, Invalid, NotFound, Refused
from common.text import cleaned


@dataclass(frozen=True, slots=True, kw_only=True)
class Newcomer:
    """Who gets an account; district and department by their codes."""

    username: str
    name: str
    role: str
    district: str = CITY
    department: str = ""


@transaction.atomic(durable=True)
def add_person(given: Newcomer, *, password: str) -> User:
    """A new account, made on the server itself. Raises Invalid with the field, Refused("people.exists")."""
    username = cleaned(given.username, field="username", least=2, most=40).lower()
    if User.objects.filter(username=username).exists():
        raise Refused("people.exists", f"用户名“{username}”已有人使用")
    if given.role not in Role.values:
        raise Invalid("role.unknown", "没有这种岗位", field="role")
    if not District.objects.filter(pk=given.district).exists():
        raise Invalid("district.unknown", "没有这个县(市)区", field="district")
    department = Department.objects.filter(code=given.department).first()
    if department is None and (given.department or given.role == Role.SECTION):
        raise Invalid("department.unknown", "请填写所属科室的代码", field="department")
    name = cleaned(given.name, field="name", least=2, most=40)
    user = User(username=username, name=name, role=given.role, district_id=given.district, department=department)
    _refuse_weak(password, user)
    user.set_password(password)
    user.save(force_insert=True)
    return user


def _refuse_weak(password: str, user: User) -> None:
    try:
        validate_password(password, user)
    except ValidationError as weak:
        sentence = "密码太弱：至少10个字符，不能是纯数字或常见密码，也不能与用户名相近"
        raise Invalid("password.weak", sentence, field="password") from weak


@transaction.atomic(durable=True)
def set_active(*, user_id: int, active: bool, actor: User) -> User:
    """Disable or enable an account. A disabled person is out at once, open sockets included."""
    if not actor.may(Capability.USERS_WRITE):
        raise Forbidden("people.role", "只有系统管理员可以维护人员")
    user = User.objects.select_for_update().filter(pk=user_id).first()
    if user is None:
        raise NotFound
    if user == actor:
        raise Refused("people.self", "不能停用自己的账号")
    user.is_active = active
    user.save(update_fields=["is_active"])
    transaction.on_commit(partial(access.announce, user.pk), robust=True)
    return user


def leave_feedback(*, user: User, text: str, page: str) -> None:
    """Keep a 投诉建议 of a member of staff."""
    user.feedback_set.create(text=text, page=page)
