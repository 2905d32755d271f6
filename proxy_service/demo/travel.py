"""Living through twelve months in some seconds: a clock that can be set, and one transaction around everything."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import transaction
from django.utils import timezone


class Watch:
    """Shows the moment it was set to. Set it before every act."""

    def __init__(self) -> None:
        self.moment: datetime | None = None


_worn = threading.local()
_one_at_a_time = threading.Lock()


@contextmanager
def own_time() -> Iterator[Watch]:
    """Within, `timezone.now()` and `localdate()` go by the watch, in this thread only.

    All our code asks `django.utils.timezone` for the time, so replacing that one name moves `recorded_at`, due dates
    and numbers alike, and the history is written by the very actions that people use. Other threads (the embedded
    worker and the web server share a process) keep the real time. The database's own clock does not move.
    """
    watch, real = Watch(), timezone.now
    with _one_at_a_time:
        _worn.watch = watch
        timezone.now = _seen_by(real)
        try:
            yield watch
        finally:
            timezone.now = real
            del _worn.watch


def _seen_by(real: Callable[[], datetime]) -> Callable[[], datetime]:
    def now() -> datetime:
        watch: Watch | None = getattr(_worn, "watch", None)
        return watch.moment if watch is not None and watch.moment is not None else real()

    return now


@contextmanager
def all_or_nothing() -> Iterator[None]:
    """One transaction around actions that each insist on being the outermost one.

    So a demo that fails half-way leaves nothing, and no dispatcher ever sees a message of the past as due: it is
    already marked as sent when it becomes visible. The actions are durable on purpose; the mark below, which
    Django sets for its own tests, says that here the caller knows what that means.
    """
    block = transaction.atomic()
    block._from_testcase = True  # type: ignore[attr-defined]
    with block:
        yield
