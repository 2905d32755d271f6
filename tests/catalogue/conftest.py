from __future__ import annotations

import io

import pytest
from django.core.management import call_command
from django.test import Client

from accounts.models import User


@pytest.fixture
def reference(db: None) -> None:
    """Everything that `load_reference` writes."""
    call_command("load_reference", stdout=io.StringIO())


@pytest.fixture
def client_of_anybody(reference: None) -> Client:
    client = Client()
    client.force_login(User.objects.create_user("reader", None, name="读者", role="SUPPORT"))
    return client
