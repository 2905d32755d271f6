from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from django.core.management import call_command
from django.test import Client

from accounts.models import User


@pytest.fixture
def reference(db: None) -> None:
    """What `load_reference` writes, also after a test that emptied every table."""
    call_command("load_reference", stdout=io.StringIO())


@pytest.fixture
def anybody(reference: None, support: User, client_for: Callable[[User], Client]) -> Client:
    return client_for(support)
