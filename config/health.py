"""Is it alive, is it ready, what does it count: /healthz (in the edge), /readyz, /metrics."""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Callable
from datetime import timedelta
from functools import cache

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, Counter, Gauge, Histogram, generate_latest

OUTBOX_PATIENCE = timedelta(minutes=10)

_REQUESTS = Counter("bangban_http_requests_total", "Answered requests", ["kind", "method", "status"])
_SECONDS = Histogram(
    "bangban_http_seconds", "Time to answer", ["kind"], buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)
)
_OUTBOX = Gauge("bangban_sms_outbox", "Messages by status", ["status"])
_OUTBOX_AGE = Gauge("bangban_sms_oldest_due_seconds", "Age of the oldest message that should have left")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def count_request(kind: str, method: str, status: int, ms: float) -> None:
    """Called by the edge once per request; status 0 means the client left before an answer."""
    _REQUESTS.labels(kind, method if method in _METHODS else "OTHER", str(status)).inc()
    _SECONDS.labels(kind).observe(ms / 1000)


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
    from notifications.models import Message

    now = timezone.now()
    oldest = Message.objects.filter(status="QUEUED", ready_at__lte=now).order_by("ready_at").first()
    return now - oldest.ready_at if oldest else timedelta()


CHECKS: dict[str, Callable[[], str]] = {
    "database": _database,
    "migrations": _migrations,
    "bus": _bus,
    "outbox": _outbox,
}


def _reason(check: Callable[[], str]) -> str:
    try:
        return check()
    except (DatabaseError, redis.RedisError) as broken:
        return type(broken).__name__  # the message may name hosts and users


@never_cache
@require_safe
def readyz(_request: HttpRequest) -> HttpResponse:
    """200 when this process can do its work; 503 with the reasons otherwise."""
    reasons = {name: _reason(check) for name, check in CHECKS.items()}
    wrong = {name: reason for name, reason in reasons.items() if reason}
    return JsonResponse({"ready": not wrong, "reasons": wrong}, status=503 if wrong else 200)


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus text; for the holder of METRICS_TOKEN, or from this machine when no token is set."""
    if not _may_read_metrics(request):
        return HttpResponse("not found\n", status=404, content_type="text/plain")
    _gather_outbox()
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


def _gather_outbox() -> None:
    from django.db.models import Count

    from notifications.models import Message

    for row in Message.objects.values("status").annotate(n=Count("pk")):
        _OUTBOX.labels(row["status"]).set(row["n"])
    _OUTBOX_AGE.set(outbox_age().total_seconds())


urlpatterns = [path("readyz", readyz), path("metrics", metrics)]
