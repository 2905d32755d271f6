"""SMS dispatch against a bare client loop on the same gateway, which answers after 50 ms; 120 connections each.

The gateway's own file says when the first and the last message arrived. Ours claims from the outbox, writes an attempt
before and the answer after each request; the loop only posts. Run in turn, three times; medians.
"""

from __future__ import annotations

import json
import subprocess
import time
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.run import ROOT, Env, Process, python, run, running, topology

MESSAGES = 3000
ROUNDS = 3
ANSWER_SECONDS = "0.05"


def measure(engine: str) -> list[dict[str, Any]]:
    with topology(engine) as env:
        env["SMS_API_KEY"] = "b" * 32
        ours, bare = [], []
        for number in range(ROUNDS):
            bare.append(_rate(env, number, python("-m", "benchmarks.peer_sender", env["SMS_BASE_URL"], str(MESSAGES))))
            run(python("manage.py", "shell", "-c", _EMPTY), env=env)
            run(python("-m", "benchmarks.rows.outbox_seed", str(MESSAGES)), env=env)
            ours.append(_rate(env, number, python("manage.py", "sms_dispatch")))
    mine, theirs = median(ours), median(bare)
    return [
        {
            "what": f"SMS dispatch, {engine}, against a bare loop (higher is better)",
            "ours": f"{mine:,.0f}/s",
            "peer": f"{theirs:,.0f}/s",
            "ratio": mine / theirs,
        }
    ]


_EMPTY = "from notifications.models import Message; Message.objects.all().delete()"


def _rate(env: Env, number: int, sender: list[str]) -> float:
    """Messages a second from the first to the last that the gateway took from this sender."""
    store = Path(env["VAR_DIR"]) / f"{number}-{len(sender)}.jsonl"
    words = (
        "--port",
        env["SMS_PORT"],
        "--answer-seconds",
        ANSWER_SECONDS,
        "--receipt-seconds",
        "3600",
        "--store",
        str(store),
    )
    gateway = Process("gateway", python("manage.py", "sms_sandbox", *words), port=int(env["SMS_PORT"]))
    with running(gateway, env=env):
        child = subprocess.Popen(sender, env=env, cwd=ROOT)
        try:
            _await_lines(store, child)
        finally:
            child.terminate()
            child.wait(30)
    times = [json.loads(line)["at"] for line in store.read_text("utf-8").splitlines()]
    return len(times) / (max(times) - min(times))


def _await_lines(store: Path, child: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 120
    while not store.exists() or store.read_bytes().count(b"\n") < MESSAGES:
        if time.monotonic() > end:
            raise SystemExit(f"{store.name}: the gateway has not got all {MESSAGES} messages")
        time.sleep(0.2)
