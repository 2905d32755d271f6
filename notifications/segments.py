"""How many billed parts a text is (`design/sms.md` 7.7). Pure."""

from __future__ import annotations

SINGLE, PART = 70, 67


def units(text: str) -> int:
    """UTF-16 code units: what carriers count; an emoji is two."""
    return len(text.encode("utf-16-le")) // 2


def parts(text: str) -> int:
    """Chinese carriers' rule: up to 70 is one, beyond that 67 each, signature included, every character counts."""
    n = units(text)
    return 1 if n <= SINGLE else -(-n // PART)
