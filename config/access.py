"""Who is behind a websocket and which streams it may watch: the answers that `journal/rights.py` asks for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session
from django.http.cookie import parse_cookie
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from accounts.models import User
from journal.rights import Access, Grant, Identity, View

PROGRESS_COOKIE = "progress"
PROGRESS_STREAM = "progress"
_STAFF_NAMES = re.compile(r"(?:project|inbox)-[1-9][0-9]{0,17}")


def _cookie(scope: Mapping[str, Any], name: str) -> str:
    for key, value in scope["headers"]:
        if key == b"cookie":
            return parse_cookie(value.decode("latin1")).get(name, "")
    return ""


# ── staff: the session's cookie ──────────────────────────────────────────────


def _signed_in(scope: Mapping[str, Any]) -> Identity | None:
    key = _cookie(scope, settings.SESSION_COOKIE_NAME)
    if not key:
        return None
    told = import_module(settings.SESSION_ENGINE).SessionStore(key)
    if told.get(BACKEND_SESSION_KEY) not in settings.AUTHENTICATION_BACKENDS:
        return None
    user = User.objects.filter(pk=told[SESSION_KEY], is_active=True).first()
    proof = told.get(HASH_SESSION_KEY, "")
    if user is None or not constant_time_compare(proof, user.get_session_auth_hash()):
        return None
    return Identity(user.pk, key, proof)


def _still(identity: Identity) -> User | None:
    """The person, while the session's row is there, the account enabled and the password the same."""
    if not Session.objects.filter(pk=identity.credential, expire_date__gt=timezone.now()).exists():
        return None
    user = User.objects.filter(pk=identity.user_id or 0, is_active=True).first()
    if user is None or not constant_time_compare(identity.proof, user.get_session_auth_hash()):
        return None
    return user


def _staff_grants(identity: Identity, names: Iterable[str]) -> dict[str, Grant] | None:
    user = _still(identity)
    if user is None:
        return None
    seen = _visible_projects(user, [name for name in names if name.startswith("project-")])
    inbox = f"inbox-{user.pk}"
    return {name: Grant(name, View.FULL) for name in names if name in seen or name == inbox}


def _visible_projects(user: User, names: list[str]) -> set[str]:
    from proxy_service.models import Project  # late: the server's websocket class is loaded before the apps

    ids = [int(name.removeprefix("project-")) for name in names]
    if not ids:
        return set()
    return {f"project-{pk}" for pk in Project.objects.visible_to(user).filter(pk__in=ids).values_list("pk", flat=True)}


STAFF = Access(identify=_signed_in, grants=_staff_grants, names=_STAFF_NAMES)


# ── an enterprise's progress page: its signed cookie ─────────────────────────


def _with_code(scope: Mapping[str, Any]) -> Identity | None:
    cookie = _cookie(scope, PROGRESS_COOKIE)
    return Identity(None, cookie) if cookie and _project_of(cookie) is not None else None


def _progress_grants(identity: Identity, names: Iterable[str]) -> dict[str, Grant] | None:
    project = _project_of(identity.credential)
    if project is None:
        return None
    return {name: Grant(f"project-{project}", View.HINT) for name in names if name == PROGRESS_STREAM}


def _project_of(cookie: str) -> int | None:
    from proxy_service.progress.cookie import project_of  # late, as above

    return project_of(cookie)


PROGRESS = Access(identify=_with_code, grants=_progress_grants, names=re.compile(re.escape(PROGRESS_STREAM)))
