"""What a line in the log never shows, whoever wrote it."""

from __future__ import annotations

import io
import json
import logging
import logging.config
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import structlog
from django.conf import settings
from django.test import Client

from config.logs import logging_dict

Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def lines() -> Iterator[Lines]:
    """What is written from now on, as a running product writes it."""
    logging.config.dictConfig(logging_dict("info"))
    written = io.StringIO()
    (handler,) = (one for one in logging.root.handlers if type(one) is logging.StreamHandler)
    handler.setStream(written)
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    logging.config.dictConfig(settings.LOGGING)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("13812345678", "138****5678"),
        ("call +8613812345678 now", "call 138****5678 now"),
        ("008613812345678", "138****5678"),
        ("91210302138123456789", "91210302138123456789"),  # a longer number is no phone
        ({"to": ["13812345678"]}, {"to": ["138****5678"]}),
    ],
)
def test_a_phone_loses_its_middle_wherever_it_stands(lines: Lines, said: Any, shown: Any) -> None:
    structlog.get_logger("here").info("told", about=said)
    assert lines()[-1]["about"] == shown


def test_a_phone_in_an_exception_loses_its_middle_too(lines: Lines) -> None:
    try:
        raise ValueError("+8613812345678 is not there")
    except ValueError:
        structlog.get_logger("here").exception("failed")
    text = json.dumps(lines()[-1], ensure_ascii=False)
    assert "138****5678" in text and "13812345678" not in text


@pytest.mark.django_db
def test_the_token_of_the_receipts_address_stays_out_of_djangos_own_lines(lines: Lines, client: Client) -> None:
    address = f"/hooks/sms/yunpian/{settings.SMS_CALLBACK_TOKEN}/status"
    assert [client.get(address).status_code, client.post(address).status_code] == [405, 400]
    said = [line["event"] for line in lines() if line["logger"] == "django.request"]
    assert len(said) == 2
    assert all(line.endswith("/hooks/sms/yunpian/…/status") for line in said)
