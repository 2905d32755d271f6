"""Nonsense in the environment ends the start with a sentence that says what to set."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from config.env import ROOT, read

GOOD = {
    "mode": "production",
    "secret_key": "s" * 50,
    "sms_callback_token": "t" * 32,
    "database_url": "postgres://somebody@127.0.0.1/bangban",
    "sms_provider": "yunpian",
    "sms_api_key": "k" * 32,
    "public_url": "https://bangban.example",
    "bureau_phone": "0412-5551234",
}


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"web_threads": 0}, "WEB_THREADS"),
        ({"mode": "prod"}, "MODE"),
        ({"log_level": "loud"}, "LOG_LEVEL"),
        ({"forwarded_allow_ips": "127.0.0.1, nginx"}, "FORWARDED_ALLOW_IPS"),
        (GOOD | {"secret_key": ""}, "SECRET_KEY with at least 50"),
        (GOOD | {"sms_callback_token": "short"}, "SMS_CALLBACK_TOKEN with at least 32"),
        (GOOD | {"database_url": ""}, "needs DATABASE_URL"),
        (GOOD | {"sms_provider": "sandbox"}, "needs SMS_PROVIDER=yunpian"),
        (GOOD | {"sms_api_key": ""}, "and SMS_API_KEY"),
        (GOOD | {"public_url": "http://127.0.0.1:8000"}, "needs PUBLIC_URL=https"),
        (GOOD | {"bureau_phone": "0412-XXXXXXX"}, "needs BUREAU_PHONE"),
    ],
)
def test_nonsense_is_refused_with_a_sentence(
    wrong: dict[str, object], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        read(**wrong)
    assert end.value.code == 78
    assert sentence in capsys.readouterr().err


def test_a_complete_production_environment_is_accepted() -> None:
    assert read(**GOOD).mode == "production"


@pytest.mark.parametrize("given", ["", "*", "127.0.0.1, 10.0.0.0/8, ::1"])
def test_proxies_are_addresses_networks_everybody_or_nobody(given: str) -> None:
    assert read(forwarded_allow_ips=given).forwarded_allow_ips == given


def test_every_setting_says_what_it_means() -> None:
    assert all(field.description for field in read(**GOOD).__class__.model_fields.values())


def test_a_start_with_nonsense_shows_no_traceback(tmp_path: Path) -> None:
    env = os.environ | {"WEB_THREADS": "many", "VAR_DIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "manage.py", "check"], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 78
    assert "WEB_THREADS" in done.stderr
    assert "Traceback" not in done.stderr
