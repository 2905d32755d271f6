"""Counts failures per door and key, and locks after too many (GB/T 22239: 登录失败处理)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.utils import timezone

from accounts.models import Attempt
from common.errors import TooMany

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Door:
    """Where one knocks. The failure that makes `tries` of them within `window` locks the key for `lock`."""

    name: str
    tries: int
    window: timedelta
    lock: timedelta
    sentence: str


ACCOUNT = Door("account", 5, timedelta(minutes=15), timedelta(minutes=15), "连续多次登录失败，账号已锁定")
ADDRESS = Door("address", 50, timedelta(minutes=15), timedelta(minutes=15), "该网络登录失败次数过多，暂停登录")
QUERY_CODE = Door("query-code", 10, timedelta(minutes=30), timedelta(minutes=30), "该查询码输错次数过多，暂停查询")
QUERY_ADDRESS = Door("query-address", 30, timedelta(minutes=10), timedelta(minutes=10), "查询过于频繁，请稍后再试")


def check(door: Door, key: str) -> None:
    """Raises TooMany with `retry_after` in seconds while the key is locked."""
    row = Attempt.objects.filter(door=door.name, key=key[:120]).first()
    now = timezone.now()
    if row and row.locked_until and row.locked_until > now:
        seconds = int((row.locked_until - now).total_seconds()) + 1
        minutes = -(-seconds // 60)
        raise TooMany(f"{door.name}.locked", f"{door.sentence}，请{minutes}分钟后再试", retry_after=seconds)


@transaction.atomic(durable=True)
def fail(door: Door, key: str) -> int:
    """Count one failure; the tries that are left before the lock."""
    now, key = timezone.now(), key[:120]
    Attempt.objects.bulk_create([Attempt(door=door.name, key=key, first_at=now)], ignore_conflicts=True)
    row = Attempt.objects.select_for_update().get(door=door.name, key=key)
    _count(row, door, now)
    row.save(update_fields=["failures", "first_at", "locked_until"])
    return max(door.tries - row.failures, 0)


def _count(row: Attempt, door: Door, now: datetime) -> None:
    over = row.locked_until <= now if row.locked_until else now - row.first_at > door.window
    if over:
        row.failures, row.first_at, row.locked_until = 0, now, None
    row.failures += 1
    if row.failures >= door.tries and row.locked_until is None:
        row.locked_until = now + door.lock
        log.warning("lockout.locked", door=door.name)


def forget(door: Door, key: str) -> None:
    """After a success the count starts anew."""
    Attempt.objects.filter(door=door.name, key=key[:120]).delete()


def sweep() -> int:
    """Drop rows that lock nobody any more; the number dropped."""
    old = timezone.now() - timedelta(days=1)
    return Attempt.objects.filter(first_at__lt=old).delete()[0]
