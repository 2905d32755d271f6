"""Reading the enterprise's page as a contact does."""

from __future__ import annotations

import re
from typing import Any

from django.test import Client

from proxy_service.models import Project


def enter(project: Project, *, client: Client | None = None, **typed: str) -> tuple[Client, Any]:
    """The form filled in by the enterprise's first contact, unless something else is typed."""
    client = client or Client()
    contact = project.enterprise.contacts.first()
    assert contact is not None
    given = {"code": project.case.query_code, "digits": contact.phone[-4:], **typed}
    return client, client.post("/progress", given)


def page(project: Project) -> str:
    client, _ = enter(project)
    return client.get("/progress/view").content.decode()


def first_line(html: str) -> str:
    found = re.search(r"<h1>(.*?)</h1>", html)
    assert found
    return found[1]


def section(html: str, title: str) -> str:
    """The readable text of the card with that heading."""
    found = re.search(rf"<h2>{title}</h2>(.*?)</section>", html, re.S)
    assert found
    return re.sub(r"\s+", "", re.sub(r"<[^>]+>", " ", found[1]))
