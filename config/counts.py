"""What the edge counts. Apart from `config.health`, so that the edge needs no database to be tested or run."""

from __future__ import annotations

from prometheus_client import Counter, Histogram

_REQUESTS = Counter("bangban_http_requests_total", "Answered requests", ["kind", "method", "status"])
_SECONDS = Histogram(
    "bangban_http_seconds", "Time to answer", ["kind"], buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)
)
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def count_request(kind: str, method: str, status: int, ms: float) -> None:
    """Called by the edge once per request; status 0 means the client left before an answer."""
    _REQUESTS.labels(kind, method if method in _METHODS else "OTHER", str(status)).inc()
    _SECONDS.labels(kind).observe(ms / 1000)
