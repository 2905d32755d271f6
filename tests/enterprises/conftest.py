from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture
def form() -> dict[str, Any]:
    """What the front end sends to register an enterprise."""
    return {
        "name": "鞍山虚构耐火材料有限公司",
        "short_name": "虚构耐火",
        "uscc": "91210302MA0Y10011X",
        "ownership": "PRIVATE",
        "district": "210302",
        "industry": "C30 非金属矿物制品",
    }


@pytest.fixture
def person() -> dict[str, Any]:
    """What the front end sends to add a contact."""
    return {"name": "张示例", "role": "HANDLER", "phone": "138 1234 5678"}
