"""kill -9 of the real dispatcher against the real gateway: nothing lost, nothing twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured
from django.db import connection

from notifications.models import Attempt, Message
from notifications.status import OPEN, Status
from tests.notifications.gateway import gateway, queue_sms, until

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
MESSAGES, KILLS = 200, 3
ROOT = Path(__file__).resolve().parents[2]


def database_url() -> str:
    kept = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{kept['NAME']}"
    return f"postgres://{kept['USER']}:{kept['PASSWORD']}@{kept['HOST']}:{kept['PORT']}/{kept['NAME']}"


def dispatcher(url: str) -> subprocess.Popen[bytes]:
    environment = {
        **os.environ, "DATABASE_URL": database_url(), "SMS_BASE_URL": url, "SMS_API_KEY": configured.SMS_API_KEY,
        "VAR_DIR": str(configured.VAR_DIR),
    }  # fmt: skip
    command = [sys.executable, "manage.py", "sms_dispatch", "--quick", "0.02", "--concurrency", "20"]
    return subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)


def test_a_dispatcher_killed_again_and_again_loses_and_doubles_nothing(tmp_path: Path) -> None:
    for n in range(1, MESSAGES + 1):
        queue_sms(n)
    with gateway(store=tmp_path / "sandbox.jsonl", answer_seconds=0.15) as running:
        for kill in range(1, KILLS + 1):
            process = dispatcher(running.url)
            until(lambda goal=kill * 40: running.stats()["accepted"] >= goal, seconds=60)  # type: ignore[misc]
            process.send_signal(signal.SIGKILL)
            process.wait()
        process = dispatcher(running.url)
        until(lambda: not Message.objects.filter(status__in=OPEN).exists(), seconds=90)
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
        stats: dict[str, Any] = running.stats()
    assert Attempt.objects.filter(code="crash").exists(), "no kill hit a message in flight: the test proves nothing"
    assert (stats["refs"], stats["doubled"], stats["accepted"]) == (MESSAGES, 0, MESSAGES)
    # DELIVERED where the lookup already saw the report.
    assert set(Message.objects.values_list("status", flat=True)) <= {Status.ACCEPTED, Status.DELIVERED}
