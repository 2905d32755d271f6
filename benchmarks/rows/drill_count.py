"""What the database says after the drill, as JSON: `python -m benchmarks.rows.drill_count [--sms]`.

The expected messages are worked out here from the journal by a rule of its own, not by the product's table.
"""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from pathlib import Path

from django.core.management import CommandError, call_command

from enterprises.models import Contact
from journal.models import Event, Stream
from notifications.models import Message
from proxy_service.models import Project

# Who is told of what, in this drill's story.
TOLD = {
    "step.correction_requested": ("HANDLER", "PROJECT"),
    "step.accepted": ("HANDLER", "PROJECT"),
    "step.special_started": ("HANDLER",),
    "step.special_ended": ("HANDLER",),
    "step.approved": ("HANDLER", "PROJECT"),
}
UNFINISHED = ("pending", "sending", "uncertain")


def main() -> None:
    found = {"heads": dict(Stream.objects.filter(name__startswith="project-").values_list("name", "seq"))}
    found["changes"] = Event.objects.filter(stream__name__startswith="project-", kind__startswith="step.").count()
    found["unfinished"] = Message.objects.filter(status__in=UNFINISHED).count()
    if "--sms" in sys.argv:
        found |= _messages() | {"journal": _journal()}
    print(json.dumps(found))


def _journal() -> str:
    try:
        call_command("verify_journal", verbosity=0)
    except (CommandError, SystemExit) as broken:
        return f"broken: {broken}"
    return "whole"


def _messages() -> dict[str, object]:
    expected = _expected()
    rows = {message.dedupe_key: message for message in Message.objects.all()}
    sent = Counter(_accepted())
    return {
        "sms expected": len(expected),
        "sms not queued": len(expected - rows.keys()),
        "sms queued wrongly": len(rows.keys() - expected),
        "sms lost": sum(sent[message.ref] == 0 for message in rows.values()),
        "sms doubled": sum(n - 1 for n in sent.values() if n > 1),
        "sms unknown to us": len(sent.keys() - {message.ref for message in rows.values()}),
        "sms by status": dict(Counter(message.status for message in rows.values())),
    }


def _expected() -> set[str]:
    people = {project.pk: _contacts(project) for project in Project.objects.all()}
    events = Event.objects.filter(stream__name__startswith="project-", kind__in=TOLD)
    return {
        f"{stream}:{seq}:contact-{contact}"
        for stream, seq, kind in events.values_list("stream_id", "seq", "kind")
        for contact, role in people[int(stream.removeprefix("project-"))]
        if role in TOLD[kind]
    }


def _contacts(project: Project) -> list[tuple[int, str]]:
    return list(Contact.objects.filter(enterprise=project.enterprise_id, active=True).values_list("pk", "role"))


def _accepted() -> list[str]:
    """The references of all messages that the gateway took, from its own file."""
    lines = Path(os.environ["SANDBOX_STORE"]).read_text("utf-8").splitlines()
    return [line["uid"] for text in lines if (line := json.loads(text))["k"] == "accept"]


if __name__ == "__main__":
    main()
