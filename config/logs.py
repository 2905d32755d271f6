"""Structured logs: one JSON line per event, with the request's id, and neither a phone number nor a token in clear."""

from __future__ import annotations

import logging
import re
from collections.abc import MutableMapping
from typing import Any

import structlog

_PHONE = re.compile(r"(?<!\d)((?:\+|00)?86)?(1[3-9]\d)\d{4}(\d{4})(?!\d)")
_TOKEN = re.compile(r"(/hooks/sms/[a-z]+/)[^/\s]+")  # the address that receipts are pushed to is the secret


def _masked(value: Any) -> Any:
    if isinstance(value, str):
        return _TOKEN.sub(r"\1…", _PHONE.sub(r"\2****\3", value))
    if isinstance(value, dict):
        return {key: _masked(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_masked(inner) for inner in value]
    return value


def masked(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Every text in the event, exceptions and Django's lines too, loses the middle of phones and the token."""
    return {key: _masked(value) for key, value in event.items()}


_CHAIN: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=False),
]


def logging_dict(level: str) -> dict[str, Any]:
    """Django's LOGGING; also tells structlog to go through the same chain."""
    structlog.configure(
        processors=[*_CHAIN, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    last = [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        structlog.processors.format_exc_info,
        masked,
        structlog.processors.JSONRenderer(ensure_ascii=False),
    ]
    quiet = max(level.upper(), "WARNING", key=logging.getLevelName)
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {"()": structlog.stdlib.ProcessorFormatter, "processors": last, "foreign_pre_chain": _CHAIN}
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["stderr"], "level": level.upper()},
        "loggers": {
            "django": {"handlers": [], "level": level.upper(), "propagate": True},
            # The edge writes one line per request and the hub counts sockets: theirs would be a second one for each.
            **{name: {"level": quiet} for name in ("uvicorn.access", "uvicorn.error", "websockets")},
        },
    }
