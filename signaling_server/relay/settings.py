"""The operator's settings of the relay: one file for the server and for the relay's start."""

from __future__ import annotations

import ipaddress
import os
import re
import time
import tomllib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Final

from signaling_server.errors import RelayError
from signaling_server.protocol.schema import InvalidError, Items, Range, Text, decode
from signaling_server.relay.credentials import Relay, Secret

SECRET_VARIABLE: Final = "LAMPLIGHT_TURN_SECRET"  # noqa: S105 - its name, not the secret
MIN_SECRET: Final = 24
"""Characters; who guesses the secret relays for free."""

_SECRET: Final = re.compile(r"[A-Za-z0-9+/=_-]+")
_HOST: Final = r"(\[[0-9a-fA-F:]+\]|[A-Za-z0-9.-]+)"
_URL: Final = re.compile(rf"turns?:{_HOST}(:\d+)?(\?transport=(udp|tcp))?")
_PLAIN: Final = re.compile(r"[\x21-\x7e]*")

Port = Annotated[int, Range(1, 65535)]
Short = Annotated[str, Text(200)]


@dataclass(frozen=True, slots=True)
class CoturnSettings:
    """How the relay itself runs; the server does not read this part.

    Attributes:
        realm: told to clients, ASCII.
        listen: addresses of this machine to serve and to relay from; none means all.
        external: the address under which the world sees this machine, where that differs.
        port: UDP and TCP.
        tls_port: TLS; 443 passes most firewalls.
        certificate: file, PEM; without one there is no TLS.
        key: file of its key.
        first_port, last_port: UDP ports relayed from.
        allowed: networks that are relayed to although they are denied otherwise.
        user_quota: relayed addresses of one member at a time. A teacher needs one a pupil, and
            as many again while those of a lost line run out.
        total_quota: of all together.
        user_bytes_s: of one relayed address, each way.
        total_bytes_s: of all together, each way.
    """

    realm: Annotated[str, Text(64, 1)] = "lamplight"
    listen: Annotated[tuple[Short, ...], Items(8)] = ()
    external: Short = ""
    port: Port = 3478
    tls_port: Port = 443
    certificate: Short = ""
    key: Short = ""
    first_port: Port = 49152
    last_port: Port = 65535
    allowed: Annotated[tuple[Short, ...], Items(32)] = ()
    user_quota: Annotated[int, Range(1, 1000)] = 100
    total_quota: Annotated[int, Range(1, 100_000)] = 1200
    user_bytes_s: Annotated[int, Range(1000, 10**9)] = 64_000
    total_bytes_s: Annotated[int, Range(1000, 10**10)] = 16_000_000


@dataclass(frozen=True, slots=True)
class RelaySettings:
    """What the server tells engines and pages, and how the relay runs.

    Attributes:
        urls: ``turn:host:3478?transport=udp`` and the like; the order is a page's.
        secret_file: beside the settings unless absolute; not needed with the variable set.
        is_relay_only: neither side shows the other an address of its own (THREATS A21).
        coturn: how the relay runs.
    """

    urls: Annotated[tuple[Short, ...], Items(4)]
    secret_file: Short = ""
    is_relay_only: bool = False
    coturn: CoturnSettings = CoturnSettings()


def load_settings(path: Path) -> RelaySettings:
    """Read the operator's file; file names in it become absolute.

    Raises:
        RelayError: with the sentence for the operator.
    """
    try:
        settings = decode(RelaySettings, tomllib.loads(path.read_text("utf-8")))
    except (OSError, ValueError, InvalidError) as exc:
        raise RelayError(f"{path}: {exc}") from exc
    problem = _problem(settings)
    if problem:
        raise RelayError(f"{path}: {problem}")
    return replace(
        settings,
        secret_file=_beside(path, settings.secret_file),
        coturn=replace(
            settings.coturn,
            certificate=_beside(path, settings.coturn.certificate),
            key=_beside(path, settings.coturn.key),
        ),
    )


def load_secret(settings: RelaySettings) -> Secret:
    """The shared secret, from the environment or from its file.

    Raises:
        RelayError: there is none, or it is too short; the sentence does not tell it.
    """
    value = os.environ.get(SECRET_VARIABLE, "")
    source = SECRET_VARIABLE
    if not value:
        source = settings.secret_file
        if not source:
            raise RelayError(f"the relay has no secret: name secret_file, or set {SECRET_VARIABLE}")
        try:
            value = Path(source).read_text("ascii").strip()
        except (OSError, ValueError) as exc:
            raise RelayError(f"the relay's secret cannot be read from {source}") from exc
    if len(value) < MIN_SECRET or not _SECRET.fullmatch(value):
        raise RelayError(
            f"{source}: the secret has at least {MIN_SECRET} letters or digits, "
            "for example from: openssl rand -hex 32"
        )
    return Secret(value)


def load_relay(path: Path) -> Relay:
    """What the server needs of the operator's file.

    Raises:
        RelayError: with the sentence for the operator.
    """
    settings = load_settings(path)
    return Relay(
        settings.urls,
        load_secret(settings),
        settings.is_relay_only,
        lambda: time.time_ns() // 1_000_000,
    )


def _problem(settings: RelaySettings) -> str:
    coturn = settings.coturn
    if not settings.urls:
        return "urls names no address of the relay"
    for url in settings.urls:
        if not _URL.fullmatch(url):
            return f"{url!r} is not like turn:host:3478?transport=udp or turns:host?transport=tcp"
    if not all(_PLAIN.fullmatch(text) for text in (coturn.realm, coturn.certificate, coturn.key)):
        return "realm, certificate and key are plain ASCII without spaces"
    if bool(coturn.certificate) != bool(coturn.key):
        return "certificate and key go together"
    if coturn.first_port > coturn.last_port:
        return "first_port is above last_port"
    try:
        for address in (*coturn.listen, *([coturn.external] if coturn.external else [])):
            ipaddress.ip_address(address)
        for network in coturn.allowed:
            ipaddress.ip_network(network)
    except ValueError as exc:
        return str(exc)
    return ""


def _beside(path: Path, name: str) -> str:
    return str((path.parent / name).resolve()) if name else ""
