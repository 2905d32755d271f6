"""Sign in and out, people, feedback."""

from __future__ import annotations

from typing import Annotated, cast

from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from ninja import Path, Router
from ninja.utils import check_csrf
from pydantic import Field

from accounts import access
from accounts.actions import lockout, people
from accounts.models import Feedback, User
from accounts.roles import TABLE, Capability, Role
from accounts.schemas import ActiveIn, FeedbackIn, FeedbackPage, PersonOut, SessionOut, SignIn
from common.errors import Forbidden, Problem
from common.text import cleaned

router = Router()
PersonId = Annotated[int, Path(ge=1, le=2**53)]
PAGE = 50


class SignInFailed(Problem):
    status = 401


def me(request: HttpRequest) -> User:
    """The signed-in person; only for operations behind the session."""
    return cast(User, request.user)


def _session(request: HttpRequest) -> dict[str, object]:
    get_token(request)  # sets the cookie that writes must echo
    user = me(request) if request.user.is_authenticated else None
    return {
        "user": _card(user) if user else None,
        "bureau": {"name": settings.BUREAU_NAME, "phone": settings.BUREAU_PHONE},
        "demo": settings.DEMO,
        "sandbox_url": settings.SMS_BASE_URL + "/" if settings.DEMO and settings.SMS_PROVIDER == "sandbox" else "",
    }


def _card(user: User) -> dict[str, object]:
    department = user.department
    return {
        "id": user.pk,
        "username": user.username,
        "name": user.name,
        "role": user.role,
        "role_name": user.get_role_display(),
        "department": {"code": department.code, "name": department.name} if department else None,
        "district": {"code": user.district_id, "name": user.district.name},
        "capabilities": sorted(capability.value for capability in TABLE[Role(user.role)].capabilities),
        "inbox_stream": f"inbox-{user.pk}",
    }


@router.get("/session", response=SessionOut, auth=None, summary="Who is signed in; sets the CSRF cookie")
def session(request: HttpRequest) -> dict[str, object]:
    return _session(request)


@router.post("/session", response=SessionOut, auth=None, summary="Sign in with user name and password")
def sign_in(request: HttpRequest, given: SignIn) -> dict[str, object]:
    if check_csrf(request) is not None:
        raise Forbidden("csrf", "页面已过期，请刷新后重试")
    address = str(request.META.get("REMOTE_ADDR", ""))
    username = cleaned(given.username, field="username", most=40).lower()
    lockout.check(lockout.ADDRESS, address)
    lockout.check(lockout.ACCOUNT, username)
    user = authenticate(request, username=username, password=given.password)
    if user is None:
        lockout.fail(lockout.ADDRESS, address)
        left = lockout.fail(lockout.ACCOUNT, username)
        lockout.check(lockout.ACCOUNT, username)
        raise SignInFailed("sign-in.wrong", f"用户名或密码不对，还可尝试{left}次", tries_left=left)
    lockout.forget(lockout.ACCOUNT, username)
    before = request.user.pk
    login(request, user)
    if before is not None:  # that session has just ended, and its open sockets with it
        access.announce(before)
    return _session(request)


@router.delete("/session", response={204: None}, summary="Sign out; open sockets of this session close at once")
def sign_out(request: HttpRequest) -> HttpResponse:
    user = me(request)
    logout(request)
    access.announce(user.pk)
    return HttpResponse(status=204)


@router.get("/people", response=list[PersonOut], summary="All accounts, for the system administrator")
def list_people(request: HttpRequest) -> list[dict[str, object]]:
    if not me(request).may(Capability.USERS_WRITE):
        raise Forbidden("people.role", "只有系统管理员可以维护人员")
    return [_person(user) for user in User.objects.select_related("district", "department")]


def _person(user: User) -> dict[str, object]:
    names = ("id", "username", "name", "role", "is_active")
    return {
        **{name: getattr(user, name) for name in names},
        "role_name": user.get_role_display(),
        "district": user.district.name,
        "department": user.department.name if user.department else "",
    }


@router.post("/people/{user_id}/active", response=PersonOut, summary="Disable or enable an account")
def set_active(request: HttpRequest, user_id: PersonId, given: ActiveIn) -> dict[str, object]:
    return _person(people.set_active(user_id=user_id, active=given.active, actor=me(request)))


@router.post("/feedback", response={201: None}, summary="Leave a complaint or suggestion (投诉建议)")
def leave_feedback(request: HttpRequest, given: FeedbackIn) -> HttpResponse:
    text = cleaned(given.text, field="text", most=1000, least=2, lines=True)
    people.leave_feedback(user=me(request), text=text, page=cleaned(given.page, field="page", most=200))
    return HttpResponse(status=201)


@router.get("/feedback", response=FeedbackPage, summary="Complaints and suggestions, newest first")
def list_feedback(request: HttpRequest, page: Annotated[int, Field(ge=1, le=100_000)] = 1) -> dict[str, object]:
    if not me(request).may(Capability.FEEDBACK_READ):
        raise Forbidden("feedback.role", "您的岗位不能查看意见反馈")
    rows = Feedback.objects.select_related("user")
    total = rows.count()
    pages = max(1, -(-total // PAGE))
    page = min(page, pages)
    shown = rows[(page - 1) * PAGE : page * PAGE]
    items = [{"id": f.pk, "user": f.user.name, "text": f.text, "page": f.page, "at": f.at} for f in shown]
    return {"items": items, "total": total, "page": page, "pages": pages}
