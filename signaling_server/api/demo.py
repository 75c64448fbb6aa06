"""The demonstration: accounts, links and addresses of ``python -m signaling_server demo``."""

from __future__ import annotations

import ipaddress
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import argon2
from sqlalchemy import Connection

import signaling_server
from signaling_server.api.certificates import local_addresses, make_certificate
from signaling_server.api.origins import Origins
from signaling_server.api.sign_in import SignInDesk
from signaling_server.api.state import Services
from signaling_server.errors import PolicyError
from signaling_server.media.shelf import PictureShelf
from signaling_server.policies import Policy
from signaling_server.protocol.messages import Role
from signaling_server.realtime.clocks import wall_ms
from signaling_server.realtime.hub import Hub
from signaling_server.relay.settings import load_relay
from signaling_server.storage import accounts
from signaling_server.storage.store import Store

LOOPBACK_PASSWORD: Final = "lamplight"  # noqa: S105 - known to all, so loopback only
CODE_BYTES: Final = 12  # 96 bit (A1)
PAGES: Final = Path(signaling_server.__file__).parent / "web" / "dist"


@dataclass(frozen=True, slots=True)
class DemoOptions:
    """What the command line says; `certificate` and key are given, or made for `is_lan`.

    `turn` is the relay's settings file (docs/relay.md).
    """

    host: str
    port: int
    data: Path
    time_scale: float
    is_lan: bool
    certificate: tuple[Path, Path] | None
    origins: tuple[str, ...]
    turn: Path | None = None


@dataclass(frozen=True, slots=True)
class DemoAccess:
    """What the operator is told once: passwords by login, link codes by pupil's login."""

    passwords: dict[str, str]
    codes: dict[str, str]


def check_options(options: DemoOptions) -> None:
    """Refuse what would open a demonstration to the world.

    Raises:
        PolicyError: with the sentence for the operator.
    """
    if not is_loopback(options.host) and not options.is_lan:
        raise PolicyError(
            f"the demonstration listens on this machine only, not on {options.host}; "
            "use --lan to show it in your own network"
        )
    if options.time_scale <= 0 or options.time_scale > 10_000:
        raise PolicyError("--time-scale is a number above 0, at most 10000")
    if options.time_scale != 1 and options.is_lan:
        raise PolicyError("--time-scale is for tests on this machine; it does not go with --lan")


def is_loopback(host: str) -> bool:
    """The name or address means this machine alone."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def certificate_for(options: DemoOptions) -> tuple[Path, Path] | None:
    """The certificate to serve with; in a network there is always one."""
    if options.certificate is not None or not options.is_lan:
        return options.certificate
    return make_certificate(options.data, local_addresses())


def addresses_of(options: DemoOptions, port: int, is_secure: bool) -> list[str]:
    """All addresses under which it is reached, the one to show first."""
    scheme = "https" if is_secure else "http"
    hosts = [options.host if ":" not in options.host else f"[{options.host}]"]
    if options.is_lan:
        hosts = local_addresses()
    hosts += ["127.0.0.1", "localhost", "[::1]"]
    return [f"{scheme}://{host}:{port}" for host in dict.fromkeys(hosts)]


def prepare_accounts(policy: Policy, store_write: Connection, is_lan: bool) -> DemoAccess:
    """Make the accounts; in a network with new passwords, and old sign-ins ended."""
    hasher = argon2.PasswordHasher()
    passwords: dict[str, str] = {}
    shared = None if is_lan else hasher.hash(LOOPBACK_PASSWORD)
    for account in policy.accounts:
        password = LOOPBACK_PASSWORD if shared else secrets.token_urlsafe(9)
        passwords[account.login] = password
        kept = shared or hasher.hash(password)
        accounts.ensure(store_write, account.login, account.name, account.role, kept, wall_ms())
    if is_lan:
        accounts.revoke_all(store_write, wall_ms())
    codes = {
        account.login: secrets.token_urlsafe(CODE_BYTES)
        for account in policy.accounts
        if account.role is Role.PUPIL
    }
    return DemoAccess(passwords, codes)


def build_services(
    store: Store, policy: Policy, options: DemoOptions, bases: list[str], access: DemoAccess
) -> Services:
    """Put the parts together.

    Raises:
        RelayError: the relay's settings cannot be used.
    """
    relay = None if options.turn is None else load_relay(options.turn)
    return Services(
        store=store,
        hub=Hub(store, policy.limits(options.time_scale), relay),
        desk=SignInDesk(store),
        origins=Origins(bases, options.origins),
        pages=PAGES,
        pictures=PictureShelf(options.data / "pictures"),
        links={code: login for login, code in access.codes.items()},
    )
