"""What happened, in order, for ever; and who is watching.

The door is four names, used as `import journal; journal.append(...)`:

    append    records one event of a stream, inside the caller's transaction
    read      the events of a stream after a number
    as_json   an event as every screen gets it
    heads     how far streams are

They live in `journal/log.py` and are looked up when first used, because models must not be imported while the apps are
loading. Beside them: `journal.receipts` (an answer given once stays the answer) and `journal.bus` (hints between
processes).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from journal.log import append, as_json, heads, read

__all__ = ["append", "as_json", "heads", "read"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'journal' has no attribute {name!r}")
    from journal import log

    return getattr(log, name)
