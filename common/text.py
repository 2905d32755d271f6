"""What people type: trimmed, without characters that no screen shows and no database keeps."""

from __future__ import annotations

import unicodedata

from common.errors import Invalid

_LINES = "\n\t"
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})


def cleaned(text: str, *, field: str, most: int, least: int = 0, lines: bool = False) -> str:
    """The text trimmed; line breaks only where `lines`. Raises Invalid("text.…") with the field.

    NUL, other control characters, bidirectional overrides and half surrogates are refused rather than dropped:
    what was typed should be what is stored.
    """
    text = text.replace("\r\n", "\n").strip()
    allowed = _LINES if lines else ""
    if any(unicodedata.category(char) in _HIDDEN and char not in allowed for char in text):
        raise Invalid("text.control-character", "文字中含有不可见的控制字符，请删除后重新输入", field=field)
    if len(text) > most:
        raise Invalid("text.too-long", f"文字过长：最多{most}个字，现有{len(text)}个字", field=field)
    if len(text) < least:
        sentence = "此项必填" if least == 1 else f"文字过短：至少{least}个字"
        raise Invalid("text.too-short", sentence, field=field)
    return text


def half_width(text: str) -> str:
    """Full-width letters and digits as half-width ones (NFKC): for codes and numbers, never for names."""
    return unicodedata.normalize("NFKC", text)
