from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.notifications.gateway import Running, gateway


@pytest.fixture
def running(settings: Any) -> Iterator[Running]:
    """The sandbox gateway, and the product configured to send through it."""
    with gateway() as found:
        settings.SMS_BASE_URL = found.url
        yield found
