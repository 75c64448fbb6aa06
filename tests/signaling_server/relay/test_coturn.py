"""The running relay: whom it serves, and where it never leads (THREATS A20)."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from aioice import stun, turn

from signaling_server.protocol.messages import IceServer
from tests.signaling_server.relay.running import LOOPBACK, RunningRelay, needs_coturn, running

pytestmark = needs_coturn

FAMILY = {4: 0x01000000, 6: 0x02000000}
FORBIDDEN = (403, "Forbidden IP")
INNER = (
    "0.0.0.1", "10.0.0.1", "10.255.255.254", "100.64.0.1", "100.100.100.200", "127.0.0.1",
    "127.0.0.0", "127.255.255.255", "168.63.129.16", "169.254.169.254", "172.16.0.1",
    "172.31.255.254", "192.0.0.192", "192.168.0.0", "192.168.1.1", "192.168.255.254",
    "198.18.0.1", "224.0.0.251", "239.255.255.250", "255.255.255.255",
)  # fmt: skip
INNER_6 = (
    "::", "::1", "fe80::1", "febf::1", "fec0::1", "fc00::1", "fd00::2", "fd00:ec2::254",
    "ff02::fb", "2001:db8::1", "64:ff9b:1::a00:1", "100::1",
)  # fmt: skip
OUTER = {4: ("8.8.8.8", "223.5.5.5", "126.255.255.255"), 6: ("2400:3200::1", "2606:4700::1111")}


def spellings(address: str) -> list[str]:
    """An IPv4 address as IPv6 knows to write it: mapped, compatible, NAT64, 6to4."""
    inner = int(ipaddress.IPv4Address(address))
    forms = (0xFFFF << 32 | inner, inner, 0x64FF9B << 96 | inner, 0x2002 << 112 | inner << 80)
    return [str(ipaddress.IPv6Address(form)) for form in forms]


@dataclass
class Client:
    """Speaks TURN by hand, to ask what a well-behaved client never would."""

    protocol: turn.TurnClientUdpProtocol

    async def ask(self, method: stun.Method, **attributes: object) -> tuple[int, str]:
        """The error, or (0, "") for success."""
        request = stun.Message(message_method=method, message_class=stun.Class.REQUEST)
        request.attributes |= {k.replace("_", "-"): v for k, v in attributes.items()}
        try:
            await self.protocol.request_with_retry(request)
        except stun.TransactionFailed as exc:
            code, reason = exc.response.attributes["ERROR-CODE"]
            return code, reason.rstrip("\0")
        return 0, ""

    async def allocate(self, version: int = 4) -> tuple[int, str]:
        return await self.ask(
            stun.Method.ALLOCATE,
            LIFETIME=600,
            REQUESTED_TRANSPORT=turn.UDP_TRANSPORT,
            REQUESTED_ADDRESS_FAMILY=FAMILY[version],
        )

    async def permit(self, address: str) -> tuple[int, str]:
        return await self.ask(stun.Method.CREATE_PERMISSION, XOR_PEER_ADDRESS=(address, 9))

    async def bind(self, address: str) -> tuple[int, str]:
        return await self.ask(
            stun.Method.CHANNEL_BIND, CHANNEL_NUMBER=0x4000, XOR_PEER_ADDRESS=(address, 9)
        )


@contextlib.asynccontextmanager
async def client(relay: RunningRelay, lent: IceServer) -> AsyncIterator[Client]:
    loop = asyncio.get_running_loop()
    server = (relay.address, relay.ports[0])
    transport, protocol = await loop.create_datagram_endpoint(
        lambda: turn.TurnClientUdpProtocol(server, lent.username, lent.credential, 600, 500),
        remote_addr=server,
    )
    try:
        yield Client(protocol)
    finally:
        transport.close()


@pytest.fixture(autouse=True)
def _asked_family(monkeypatch: pytest.MonkeyPatch) -> None:
    name = "REQUESTED-ADDRESS-FAMILY"
    entry = (0x0017, name, stun.pack_unsigned, stun.unpack_unsigned)  # RFC 8656, section 18
    monkeypatch.setitem(stun.ATTRIBUTES_BY_NAME, name, entry)


async def test_A20_it_serves_whom_the_server_lent_it_and_for_so_long(tmp_path: Path) -> None:
    async with running(RunningRelay(tmp_path, "user_quota = 2")) as relay:
        lent = relay.lent()
        forged = replace(lent, credential="A" * len(lent.credential))
        longer = replace(lent, username="9" + lent.username[1:])
        foreign = RunningRelay(tmp_path / "foreign", secret="another-secret-of-the-same-length")
        expired = relay.lent(valid_ms=-61_000)
        for refused in (forged, longer, foreign.lent(), expired, replace(lent, credential="")):
            async with client(relay, refused) as asking:
                assert (await asking.allocate())[0] == 401
        async with (
            client(relay, lent) as one,
            client(relay, relay.lent(valid_ms=70_000)) as two,
            client(relay, lent) as three,
            client(relay, relay.lent(3)) as other,
        ):
            assert (await one.allocate())[0] == 0
            assert (await two.allocate())[0] == 0
            assert (await three.allocate())[0] == 486  # the quota is the member's, not the name's
            assert (await other.allocate())[0] == 0
    text = "".join(relay.log)
    assert relay.secret not in text
    assert lent.credential not in text


async def test_A20_it_leads_to_no_inner_address(tmp_path: Path) -> None:
    async with running(RunningRelay(tmp_path)) as relay, client(relay, relay.lent()) as asking:
        assert (await asking.allocate())[0] == 0
        for address in INNER:
            assert await asking.permit(address) == FORBIDDEN, address
            assert await asking.bind(address) == FORBIDDEN, address
            for spelling in spellings(address):
                assert (await asking.permit(spelling))[0] == 443, spelling  # not of its family
        for address in OUTER[4]:
            assert (await asking.permit(address))[0] == 0, address


async def test_A20_nor_by_any_spelling_of_one_in_ipv6(tmp_path: Path) -> None:
    if not socket.has_ipv6 or not _has_loopback_6():
        pytest.skip("this machine has no IPv6")
    async with (
        running(RunningRelay(tmp_path, address="::1")) as relay,
        client(relay, relay.lent()) as asking,
    ):
        assert (await asking.allocate(6))[0] == 0
        for address in (*INNER_6, *(s for inner in INNER for s in spellings(inner))):
            assert await asking.permit(address) == FORBIDDEN, address
            assert await asking.bind(address) == FORBIDDEN, address
        for address in OUTER[6]:
            assert (await asking.permit(address))[0] == 0, address


async def test_it_leads_where_an_operator_allows(tmp_path: Path) -> None:
    allowed = RunningRelay(tmp_path, 'allowed = ["10.20.0.0/16", "192.168.7.7/32"]')
    async with running(allowed) as relay, client(relay, relay.lent()) as asking:
        assert (await asking.allocate())[0] == 0
        for address in ("10.20.0.0", "10.20.255.255", "192.168.7.7"):
            assert (await asking.permit(address))[0] == 0, address
        for address in ("10.19.255.255", "10.21.0.0", "192.168.7.8", LOOPBACK):
            assert await asking.permit(address) == FORBIDDEN, address


def _has_loopback_6() -> bool:
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind(("::1", 0))
        except OSError:
            return False
    return True
