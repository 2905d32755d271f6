"""Take away or give back a person's access."""

from __future__ import annotations

from functools import partial

from django.db import transaction

from accounts import access
from accounts.models import User
from accounts.roles import Capability
from common.errors import Forbidden, NotFound, Refused


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
