"""Appends events to the journal as actions do: `python -m benchmarks.rows.journal_writer COUNT RATE TOGETHER STREAM…`.

RATE is a second, 0: as fast as it goes. TOGETHER: how many in one transaction.
"""

from __future__ import annotations

import sys
import time
from itertools import cycle, islice

from django.db import transaction
from django.utils import timezone

import journal
from accounts.models import User


def main() -> None:
    count, rate, together, *streams = sys.argv[1:]
    actor = User.objects.get(username="bench")
    wanted = islice(cycle(streams), int(count))
    while group := list(islice(wanted, int(together))):
        with transaction.atomic():
            for stream in sorted(group):
                _append(stream, actor)
        if float(rate):
            time.sleep(1 / float(rate))


def _append(stream: str, actor: User) -> None:
    payload = {"step": "S2-04", "name": "建设工程规划许可证", "from": "ACCEPTED", "to": "PASSED", "opened": ["S3-05"]}
    journal.append(stream, "step.approved", payload=payload, actor=actor, occurred_at=timezone.now(), source="DOCUMENT")


if __name__ == "__main__":
    main()
