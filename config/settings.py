"""The one settings file, read from the environment (see `config/env.py`)."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Any

import dj_database_url

from config.env import ROOT, read
from config.logs import logging_dict

ENV = read()
BASE_DIR = ROOT
VAR_DIR: Path = ENV.var_dir
VAR_DIR.mkdir(parents=True, exist_ok=True)

PRODUCTION = ENV.mode == "production"
DEMO = not PRODUCTION
EMBEDDED = ENV.embedded
DEBUG = False


def _generated(name: str) -> str:
    """A secret for the demo, made once and kept outside the repository."""
    path = VAR_DIR / f"{name}.secret"
    if not path.exists():
        made = VAR_DIR / f"{name}.{os.getpid()}"
        made.touch(mode=0o600)
        made.write_text(secrets.token_urlsafe(48), "ascii")
        with suppress(FileExistsError):  # another process of the same start was quicker
            os.link(made, path)  # whole or not at all: nobody reads half a secret
        made.unlink()
    return path.read_text("ascii")


SECRET_KEY = ENV.secret_key or _generated("secret_key")
ALLOWED_HOSTS = [host.strip() for host in ENV.allowed_hosts.split(",") if host.strip()]
PUBLIC_URL = ENV.public_url.rstrip("/")
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL] if PUBLIC_URL.startswith("http") else []  # an origin has no slash at its end

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "channels",
    "accounts",
    "journal",
    "notifications",
    "catalogue",
    "enterprises",
    "proxy_service",
    "config",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"
WSGI_APPLICATION = None
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    }
]

# One connection per thread, kept: views run in a fixed pool (see config/asgi.py).
DATABASES: dict[str, Any] = {
    "default": dj_database_url.parse(
        ENV.database_url or f"sqlite:///{VAR_DIR / 'bangban.sqlite3'}", conn_max_age=None, conn_health_checks=True
    )
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = False
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-16000;",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in (
        ("UserAttributeSimilarityValidator", {}),
        ("MinimumLengthValidator", {"min_length": 10}),
        ("CommonPasswordValidator", {}),
        ("NumericPasswordValidator", {}),
    )
]
SESSION_COOKIE_AGE = 12 * 3600  # a working day
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
SECURE_SSL_REDIRECT = False  # TLS ends at the proxy, which redirects (deploy/nginx)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PRODUCTION else None
SECURE_HSTS_SECONDS = 365 * 86400 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = PRODUCTION
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SILENCED_SYSTEM_CHECKS = ["security.W008"]  # SSL redirect: see SECURE_SSL_REDIRECT
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

LANGUAGE_CODE = "zh-hans"
USE_I18N = True
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
STATIC_URL = "/static/"

REDIS_URL = ENV.redis_url
FORWARDED_ALLOW_IPS = ENV.forwarded_allow_ips.strip()
WEB_THREADS = ENV.web_threads
BUREAU_NAME = ENV.bureau_name
BUREAU_PHONE = ENV.bureau_phone
METRICS_TOKEN = ENV.metrics_token

SMS_PROVIDER = ENV.sms_provider
SMS_BASE_URL = ENV.sms_base_url.rstrip("/")
SMS_API_KEY = ENV.sms_api_key or ("sandbox-" + SECRET_KEY[:24] if DEMO else "")
SMS_CALLBACK_TOKEN = ENV.sms_callback_token or _generated("sms_callback_token")
SMS_SIGNATURE = ENV.sms_signature

LOGGING = logging_dict(ENV.log_level)
LOGGING_CONFIG = "logging.config.dictConfig"
