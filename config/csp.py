"""Headers that every answer carries, static files too."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable
from pathlib import Path

_INLINE = {
    "script": re.compile(r"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", re.S | re.I),
    "style": re.compile(r"<style[^>]*>(.*?)</style>", re.S | re.I),
}


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def inline_hashes(pages: Iterable[Path], kind: str) -> list[str]:
    """Hashes of the inline scripts or styles written in our own page files.

    Taken from the files at start, never from an answer: what somebody managed to inject gets no hash. A piece that
    contains template tags changes with every answer and so cannot run; keep data in attributes.
    """
    texts = {text for page in pages for text in _INLINE[kind].findall(page.read_text("utf-8"))}
    return sorted(_hash(text) for text in texts if text.strip())


def policy(*, scripts: Iterable[str], styles: Iterable[str]) -> str:
    """The content security policy. `connect-src 'self'` covers the websocket of the same host in current browsers;
    Safari 14 and older Chromium shells need ws: named, which still sends cookies to our own host only.
    """
    rules = {
        "default-src": ["'none'"],
        "script-src": ["'self'", *scripts],
        "style-src": ["'self'", *styles],
        "style-src-attr": ["'unsafe-inline'"],  # a progress bar's width; an attribute can load and run nothing
        "img-src": ["'self'", "data:", "blob:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'", "ws:", "wss:"],
        "manifest-src": ["'self'"],
        "worker-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
    }
    return "; ".join(f"{name} {' '.join(words)}" for name, words in rules.items())


def headers(pages: Iterable[Path], *, https: bool) -> list[tuple[bytes, bytes]]:
    """Name and value as ASGI wants them, computed once at start."""
    files = list(pages)
    csp = policy(scripts=inline_hashes(files, "script"), styles=inline_hashes(files, "style"))
    plain = {
        "content-security-policy": csp,
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "referrer-policy": "same-origin",
        "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
    }
    if https:
        plain["strict-transport-security"] = "max-age=31536000; includeSubDomains; preload"
    return [(name.encode(), value.encode()) for name, value in plain.items()]
