"""Which way to the relay works: UDP, TCP or TLS, found by asking for an address to relay from.

aiortc takes the first relay it is given and says nothing where that one does not answer (5 s a
join) or refuses the credential (no candidates). So the choice is made before, in at most 2 s.
"""

from __future__ import annotations

import asyncio
import enum
import logging
import socket
import ssl
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, assert_never

from aioice import stun, turn

from signaling_server.protocol.messages import IceServer
from teacher_client.live.aiortc_parts import RelayAddress, relay_address

logger = logging.getLogger(__name__)

PROBE_SECONDS: Final = 2.0
CLOSE_SECONDS: Final = 0.5
FRESH_SECONDS: Final = 5.0
"""A class that joins together asks once; a line that was lost asks anew."""


class Verdict(enum.Enum):
    """What became of asking one URL for a relayed address."""

    WORKS = "works"
    NO_ANSWER = "no_answer"
    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    FULL = "full"
    BAD_CERTIFICATE = "bad_certificate"
    NOT_A_RELAY = "not_a_relay"


_CODES: Final = {
    401: Verdict.REFUSED,
    441: Verdict.REFUSED,
    486: Verdict.FULL,
    508: Verdict.FULL,
}
"""RFC 8656, section 19: error codes. coturn gives 401 for expired and forged ones alike."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found at one URL.

    Attributes:
        delay_s: until the address was there; for WORKS, else None.
    """

    url: str
    verdict: Verdict
    delay_s: float | None = None

    def __str__(self) -> str:
        return f"{self.url}: {_sentence(self)}"


def _sentence(finding: Finding) -> str:
    match finding.verdict:
        case Verdict.WORKS:
            return f"works, {finding.delay_s or 0:.2f} s"
        case Verdict.NO_ANSWER:
            return "no answer; a firewall may drop it, or the relay is down"
        case Verdict.UNREACHABLE:
            return "cannot be reached; the name is unknown or nobody listens there"
        case Verdict.REFUSED:
            return "refuses our credential; it has run out, or secrets or clocks differ"
        case Verdict.FULL:
            return "takes no more; its quota is reached"
        case Verdict.BAD_CERTIFICATE:
            return "its certificate is not trusted here"
        case Verdict.NOT_A_RELAY:
            return "answers, but does not relay"
        case _:
            assert_never(finding.verdict)


async def probe(
    servers: Sequence[IceServer], seconds: float = PROBE_SECONDS
) -> tuple[Finding, ...]:
    """Ask every relay URL at once, the preferred first in the answer; at most `seconds`."""
    return tuple(await asyncio.gather(*(_ask(way, seconds) for way in _ways(servers))))


class RelayChooser:
    """Gives aiortc the one relay URL that works, and the log the reasons of the others.

    Loop's thread only.
    """

    def __init__(
        self, seconds: float = PROBE_SECONDS, fresh_seconds: float = FRESH_SECONDS
    ) -> None:
        self._seconds = seconds
        self._fresh_seconds = fresh_seconds
        self._asking = asyncio.Lock()
        self._known: _Known | None = None

    async def choose(self, servers: Sequence[IceServer]) -> tuple[IceServer, ...]:
        """`servers` with at most one relay URL: the first of UDP, TCP, TLS that works.

        Where none works, none is left, so that nobody waits for it.
        """
        key = tuple(servers)
        if not any(url.startswith("turn") for server in key for url in server.urls):
            return key
        async with self._asking:
            known = self._known
            if known is None or known.servers != key or known.until < time.monotonic():
                relays = await _first(key, self._seconds)
                until = time.monotonic() + self._fresh_seconds
                self._known = known = _Known(key, relays, until)
        others = (_without_relays(server) for server in key)
        return (*known.relays, *(server for server in others if server.urls))


@dataclass(frozen=True, slots=True)
class _Known:
    servers: tuple[IceServer, ...]
    relays: tuple[IceServer, ...]
    until: float


@dataclass(frozen=True, slots=True)
class _Way:
    """One URL and what is needed to use it."""

    url: str
    server: IceServer
    address: RelayAddress


def _ways(servers: Sequence[IceServer]) -> list[_Way]:
    """The relay URLs that aiortc can use: UDP, then TCP, then TLS."""
    ways = [
        _Way(url, server, address)
        for server in servers
        for url in server.urls
        if (address := relay_address(url)) is not None
    ]
    return sorted(ways, key=lambda way: (way.address.is_tls, way.address.transport == "tcp"))


def _without_relays(server: IceServer) -> IceServer:
    urls = tuple(url for url in server.urls if not url.startswith("turn"))
    return IceServer(urls, server.username, server.credential)


async def _first(servers: Sequence[IceServer], seconds: float) -> tuple[IceServer, ...]:
    ways = _ways(servers)
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(_ask(way, seconds)) for way in ways]
        for way, task in zip(ways, tasks, strict=True):
            finding = await task
            if finding.verdict is Verdict.WORKS:
                logger.info("relay %s", finding)
                for other in tasks:
                    other.cancel()
                return (IceServer((way.url,), way.server.username, way.server.credential),)
            logger.warning("relay %s", finding)
    return ()


class _Receiver(asyncio.DatagramProtocol):
    """Takes nothing; knows when the relayed address was given back."""

    def __init__(self) -> None:
        self.closed = asyncio.Event()

    def connection_lost(self, exc: Exception | None) -> None:
        """It was."""
        self.closed.set()


async def _ask(way: _Way, seconds: float) -> Finding:
    begun = time.monotonic()
    try:
        async with asyncio.timeout(seconds):
            transport, receiver = await turn.create_turn_endpoint(
                _Receiver,
                (way.address.host, way.address.port),
                way.server.username,
                way.server.credential,
                ssl=way.address.is_tls or None,
                transport=way.address.transport,
            )
    except (stun.TransactionError, OSError) as exc:  # TimeoutError is an OSError
        return Finding(way.url, _verdict(exc))
    finding = Finding(way.url, Verdict.WORKS, time.monotonic() - begun)
    transport.close()
    try:
        async with asyncio.timeout(CLOSE_SECONDS):
            await receiver.closed.wait()
    except TimeoutError:
        logger.debug("relay %s: the probe's address runs out by itself", way.url)
    return finding


def _verdict(exc: Exception) -> Verdict:
    match exc:
        case stun.TransactionFailed():
            return _CODES.get(exc.response.error_code or 0, Verdict.NOT_A_RELAY)
        case stun.TransactionError() | TimeoutError():
            return Verdict.NO_ANSWER
        case ssl.SSLCertVerificationError():
            return Verdict.BAD_CERTIFICATE
        case ssl.SSLError():
            return Verdict.NOT_A_RELAY
        case socket.gaierror() | OSError():
            return Verdict.UNREACHABLE
        case _:
            raise exc
