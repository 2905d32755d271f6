"""Is it alive, is it ready, what does it count: /healthz (in the edge), /readyz, /metrics."""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import cache

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from notifications import clock
from notifications.metrics import observe_outbox
from notifications.models import Message
from notifications.status import Status

OUTBOX_PATIENCE = timedelta(minutes=10)


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return ""


@cache
def _migrated() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def _migrations() -> str:
    if _migrated():
        return ""
    _migrated.cache_clear()  # only a good answer is kept: somebody may run migrate while we wait
    return "migrations are missing: run manage.py migrate"


@cache
def _redis() -> redis.Redis:
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1)


def _bus() -> str:
    if not settings.EMBEDDED:
        _redis().ping()
    return ""


def _outbox() -> str:
    age = outbox_age()
    if age < OUTBOX_PATIENCE:
        return ""
    return f"a message has been due for {age.total_seconds():.0f} s: is a dispatcher running?"


def outbox_age() -> timedelta:
    """How long the oldest message that should have left has waited; zero when none has."""
    now = clock.now()
    due = Message.objects.filter(status=Status.PENDING, next_attempt_at__lte=now)
    oldest = due.order_by("next_attempt_at").values_list("next_attempt_at", flat=True).first()
    return now - oldest if oldest else timedelta()


CHECKS: dict[str, Callable[[], str]] = {
    "database": _database,
    "migrations": _migrations,
    "bus": _bus,
}
# Told, but no reason to take a web process out of service: it cannot help what the SMS account or a dispatcher lacks.
WARNINGS: dict[str, Callable[[], str]] = {"outbox": _outbox}


def _reason(check: Callable[[], str]) -> str:
    try:
        return check()
    except (DatabaseError, redis.RedisError) as broken:
        return type(broken).__name__  # the message may name hosts and users


@never_cache
@require_safe
def readyz(_request: HttpRequest) -> HttpResponse:
    """200 when this process can do its work; 503 with the reasons otherwise. Warnings change nothing of that."""
    wrong, odd = _told(CHECKS), _told(WARNINGS)
    return JsonResponse({"ready": not wrong, "reasons": wrong, "warnings": odd}, status=503 if wrong else 200)


def _told(checks: Mapping[str, Callable[[], str]]) -> dict[str, str]:
    reasons = {name: _reason(check) for name, check in checks.items()}
    return {name: reason for name, reason in reasons.items() if reason}


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus text; for the holder of METRICS_TOKEN, or from this machine when no token is set."""
    if not _may_read_metrics(request):
        return HttpResponse("not found\n", status=404, content_type="text/plain")
    observe_outbox(clock.now())
    return HttpResponse(generate_latest(), content_type=CONTENT_TYPE_LATEST)


def _may_read_metrics(request: HttpRequest) -> bool:
    if settings.METRICS_TOKEN:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return hmac.compare_digest(given.encode(), settings.METRICS_TOKEN.encode())
    # A proxy on this machine speaks for somebody else; it says so, and is then not "this machine".
    return "X-Forwarded-For" not in request.headers and _is_loopback(request.META.get("REMOTE_ADDR", ""))


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


urlpatterns = [path("readyz", readyz), path("metrics", metrics)]
