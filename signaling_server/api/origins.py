"""Which pages may talk to us: our own, and those an operator named (A4)."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit


class Origins:
    """The allow-list. An origin is scheme, host and port, compared whole.

    Args:
        bases: addresses under which people reach this server, as ``https://host:port``.
        others: further origins whose pages may call us.
    """

    def __init__(self, bases: Iterable[str], others: Iterable[str] = ()) -> None:
        own = [_canonical(base) for base in bases]
        self.is_secure = any(base.startswith("https:") for base in own)
        self._allowed = frozenset(own) | {_canonical(other) for other in others}
        self._hosts = frozenset(urlsplit(base).netloc for base in own)

    def allows(self, origin: str) -> bool:
        """True for an allowed page; 'null', look-alikes and anything odd are refused."""
        try:
            return _canonical(origin) in self._allowed and origin == origin.strip()
        except ValueError:
            return False

    def is_own_host(self, host: str) -> bool:
        """The Host header names us; keeps out names that were made to point here."""
        try:
            return urlsplit(_canonical(f"x://{host}")).netloc in {
                *self._hosts,
                *(_without_default(name) for name in self._hosts),
            }
        except ValueError:
            return False

    def socket_sources(self, host: str) -> str:
        """For connect-src: the socket of the host that the page came from."""
        return f"{'wss' if self.is_secure else 'ws'}://{host}"


def _canonical(origin: str) -> str:
    parts = urlsplit(origin)
    if not parts.scheme or not parts.hostname or parts.path not in ("", "/") or parts.query:
        raise ValueError(origin)
    if "@" in parts.netloc or parts.fragment:
        raise ValueError(origin)
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    return f"{parts.scheme}://{host}" + (f":{port}" if port else "")


def _without_default(netloc: str) -> str:
    for ending in (":80", ":443"):
        if netloc.endswith(ending):
            return netloc.removesuffix(ending)
    return netloc
