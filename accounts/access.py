"""Says that somebody's rights changed.

`config` puts the real announcement in: below the journal nobody knows of sockets.
"""

from __future__ import annotations

from collections.abc import Callable


def _nobody_listens(user_id: int) -> None:
    """Before `config` is ready there is no socket that could be open."""


announce: Callable[[int], None] = _nobody_listens
