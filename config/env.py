"""What the environment may say, each with its type, default and meaning.

Nonsense is refused at start with a sentence that says what to set.
"""

from __future__ import annotations

import ipaddress
import re
import sys
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent


class Env(BaseSettings):
    """The configuration table of the README is made from these fields."""

    model_config = SettingsConfigDict(extra="ignore")

    mode: Literal["demo", "production"] = Field(
        "demo", description="demo: generated secret, plain http, demo data allowed; production: everything must be set"
    )
    secret_key: str = Field(
        "", description="at least 50 random characters; generated for the demo, refused when missing in production"
    )
    database_url: str = Field(
        "", description="sqlite:///path or postgres://user:password@host:port/name; empty: SQLite under VAR_DIR"
    )
    redis_url: str = Field("", description="redis://host:port/0; empty: one process carries everything (embedded)")
    var_dir: Path = Field(
        ROOT / "var", description="what the running product writes: embedded database, locks, generated secret"
    )
    allowed_hosts: str = Field("localhost,127.0.0.1,[::1]", description="comma list of host names served")
    forwarded_allow_ips: str = Field(
        "127.0.0.1",
        description="comma list of proxies (addresses, networks, or *) whose X-Forwarded-For is believed; empty: nobody's",
    )
    public_url: str = Field(
        "http://127.0.0.1:8000", description="address that providers call back and that cards print"
    )
    web_threads: int = Field(
        8, ge=1, le=64, description="threads for synchronous views, each with one database connection"
    )
    sms_provider: Literal["sandbox", "yunpian"] = Field(
        "sandbox", description="which account sends; sandbox speaks Yunpian's protocol to our own gateway"
    )
    sms_base_url: str = Field(
        "http://127.0.0.1:8797",
        description="address of the Yunpian-compatible gateway; https://sms.yunpian.com for the real one",
    )
    sms_api_key: str = Field("", description="Yunpian's 32-character apikey; generated for the sandbox")
    sms_callback_token: str = Field(
        "", description="at least 32 characters, part of the address receipts are pushed to; generated for the demo"
    )
    sms_signature: str = Field(
        "鞍山市行政审批局", description="carrier-registered signature put in 【】 before every text"
    )
    bureau_name: str = Field("鞍山市行政审批局", description="name shown on screen and paper")
    bureau_phone: str = Field("0412-XXXXXXX", description="landline printed in messages and on the progress page")
    metrics_token: str = Field("", description="bearer token for /metrics; empty: loopback only")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="lowest level written")

    @field_validator("forwarded_allow_ips")
    @classmethod
    def _proxies_are_addresses(cls, given: str) -> str:
        """A name would be taken for an address that never occurs: then every visitor shares the proxy's lock-out."""
        for part in filter(None, (part.strip() for part in given.split(","))):
            if part != "*":
                ipaddress.ip_network(part)
        return given

    @model_validator(mode="after")
    def _production_is_complete(self) -> Env:
        if self.mode == "production":
            for name, least in (("secret_key", 50), ("sms_callback_token", 32)):
                if len(getattr(self, name)) < least:
                    raise ValueError(f"MODE=production needs {name.upper()} with at least {least} random characters")
            if not self.database_url:
                raise ValueError(
                    "MODE=production needs DATABASE_URL, for example postgres://user:password@host:5432/bangban"
                )
            if self.sms_provider == "sandbox" or not self.sms_api_key:
                raise ValueError(
                    "MODE=production needs SMS_PROVIDER=yunpian and SMS_API_KEY: the sandbox sends to nobody"
                )
            if not self.public_url.startswith("https://"):
                raise ValueError("MODE=production needs PUBLIC_URL=https://…, where the provider can call back")
            if not re.fullmatch(r"[0-9-]{7,}", self.bureau_phone):
                raise ValueError("MODE=production needs BUREAU_PHONE in digits: messages tell people to call it")
        return self

    @property
    def embedded(self) -> bool:
        """One process carries web, worker, beat and dispatcher; no server needed."""
        return not self.redis_url


def read(**given: Any) -> Env:
    """The checked environment; ends the process with one sentence per mistake."""
    try:
        return Env(**given)
    except ValidationError as wrong:
        for error in wrong.errors():
            where = "_".join(str(part) for part in error["loc"]).upper() or "environment"
            print(f"config: {where}: {error['msg']}", file=sys.stderr)
        raise SystemExit(78) from None
