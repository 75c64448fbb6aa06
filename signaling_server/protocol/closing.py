"""Codes with which the server closes a socket; a client may come back after all but REPLACED."""

from __future__ import annotations

from typing import Final

UNWELCOME: Final = 4001
"""No valid sign-in within the time for it."""
REPLACED: Final = 4002
"""The same person is in the session with a newer device."""
SILENT: Final = 4003
"""No heartbeat for 3 s in a session."""
SLOW: Final = 4004
"""Did not read what was sent."""
FLOODING: Final = 4005
"""Sent far more than its budgets."""
SIGNED_OUT: Final = 4006
"""The sign-in was revoked."""
RELOADED: Final = 4007
"""The session was read anew from the store after a failed write; join again."""
