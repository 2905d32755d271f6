"""The providers we can send through. A new one is a module with the shape of `base.SmsProvider` and a line here."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings

from notifications.providers.base import SmsProvider
from notifications.providers.yunpian import Yunpian


def callback_url() -> str:
    return f"{settings.PUBLIC_URL}/hooks/sms/yunpian/{settings.SMS_CALLBACK_TOKEN}/status"


def _yunpian() -> SmsProvider:
    return Yunpian(base_url=settings.SMS_BASE_URL, api_key=settings.SMS_API_KEY, callback_url=callback_url())


_ACCOUNTS: dict[str, Callable[[], SmsProvider]] = {"yunpian": _yunpian, "sandbox": _yunpian}


def configured() -> SmsProvider:
    """The account of SMS_PROVIDER. The sandbox is Yunpian's protocol towards our own gateway."""
    return _ACCOUNTS[settings.SMS_PROVIDER]()
