"""The private parts of aiortc and aioice that we rely on, one by one.

When a test here fails after an upgrade, read `aiortc_parts.py` again before anything else.
"""

from __future__ import annotations

import asyncio
import inspect

import aioice.ice
import aiortc
import pytest
from aiortc import (
    RTCCertificate,
    RTCConfiguration,
    RTCDtlsTransport,
    RTCIceServer,
    RTCPeerConnection,
)
from aiortc.jitterbuffer import JitterBuffer
from aiortc.mediastreams import MediaStreamError
from aiortc.rtcicetransport import connection_kwargs
from aiortc.rtp import RtpPacket

from teacher_client.live import aiortc_parts
from teacher_client.live.aiortc_parts import (
    KEPT_PACKETS,
    PacketTrack,
    RelayAddress,
    RtpVoice,
    host_addresses,
    is_usable_server,
    received_packets,
    relay_address,
    tap_voice,
    voice_packet,
)
from tests.teacher_client.live.pupils import PUPIL, Lesson, until


def test_the_version_is_the_one_these_parts_were_read_in() -> None:
    assert aiortc.__version__.startswith("1.16.")


async def test_the_receiver_has_the_parts_that_the_tap_replaces() -> None:
    connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    receiver = connection.addTransceiver("audio").receiver
    assert inspect.iscoroutinefunction(receiver._handle_rtp_packet)
    assert list(inspect.signature(receiver._handle_rtp_packet).parameters) == [
        "packet",
        "arrival_time_ms",
    ]
    assert isinstance(vars(receiver)["_RTCRtpReceiver__jitter_buffer"], JitterBuffer)
    assert list(inspect.signature(JitterBuffer.add).parameters) == ["self", "packet"]
    await connection.close()


async def test_the_tap_gives_each_packet_as_it_comes() -> None:
    connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    receiver = connection.addTransceiver("audio").receiver
    heard: list[RtpVoice] = []
    tap_voice(receiver, heard.append)
    for sequence in (65535, 3, 3, 1):
        packet = RtpPacket(payload_type=96, sequence_number=sequence, timestamp=960 * sequence)
        packet.ssrc, packet.payload = 7, bytes((0x78, sequence % 256))
        await receiver._handle_rtp_packet(packet, arrival_time_ms=0)
    empty = RtpPacket(payload_type=96, sequence_number=9, timestamp=9)
    await receiver._handle_rtp_packet(empty, arrival_time_ms=0)
    assert [(v.sequence, v.timestamp, v.ssrc, v.payload) for v in heard] == [
        (n, 960 * n, 7, bytes((0x78, n % 256))) for n in (65535, 3, 3, 1)
    ]
    await connection.close()


async def test_nothing_is_decoded_but_receiver_reports_go_on(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with Lesson() as lesson:
        lesson.pool.keep(PUPIL)
        await until(
            lambda: len(lesson.pupils) == 1 and lesson.pupils[0].channel.readyState == "open"
        )
        (pupil,) = lesson.pupils
        await asyncio.sleep(0.1)
        for n in range(30):
            pupil.say(b"\xff\xff no Opus at all", 960 * n)
            await asyncio.sleep(0.01)
        await until(lambda: len(lesson.voices) == 30)
        sender = pupil.connection.getTransceivers()[0].sender

        async def reported() -> bool:
            report = await sender.getStats()
            return any(value.type == "remote-inbound-rtp" for value in report.values())

        async with asyncio.timeout(5):
            while not await reported():
                await asyncio.sleep(0.1)
    # aiortc's decoder warns of each packet that is no Opus
    assert not [r for r in caplog.records if "failed to decode" in r.getMessage()]


async def test_what_comes_through_is_counted_and_stun_is_not() -> None:
    async with Lesson() as lesson:
        lesson.pool.keep(PUPIL)
        await until(lambda: lesson.pool.open_count == 1)
        (pupil,) = lesson.pupils
        transport = pupil.connection.getTransceivers()[0].sender.transport
        before = received_packets(transport)
        assert before > 0, "the handshake"
        for _ in range(5):
            lesson.pool.send_hint(b"ink")
        await until(lambda: len(pupil.hints) == 5)
        assert received_packets(transport) >= before + 5
    assert received_packets(RTCDtlsTransport(transport.transport, _certificates())) == 0


def _certificates() -> list[RTCCertificate]:
    return [RTCCertificate.generateCertificate()]


async def test_the_same_packet_serves_every_track() -> None:
    tracks = [PacketTrack() for _ in range(3)]
    async with asyncio.TaskGroup() as group:
        waiting = [group.create_task(track.recv()) for track in tracks]
        await asyncio.sleep(0)
        shared = voice_packet(b"opus", 4800)
        for track in tracks:
            track.put(shared)
    got = [task.result() for task in waiting]
    assert [bytes(packet) for packet in got] == [b"opus"] * 3
    assert {packet.pts for packet in got} == {4800}


async def test_a_track_keeps_the_newest_and_nothing_before_it_is_fetched() -> None:
    track = PacketTrack()
    track.put(voice_packet(b"early", 0))
    async with asyncio.TaskGroup() as group:
        first = group.create_task(track.recv())
        await asyncio.sleep(0)
        track.put(voice_packet(b"first", 960))
    assert bytes(first.result()) == b"first"
    for n in range(KEPT_PACKETS + 3):
        track.put(voice_packet(bytes((n,)), n))
    kept = [bytes(await track.recv())[0] for _ in range(KEPT_PACKETS)]
    assert kept == list(range(3, KEPT_PACKETS + 3))
    track.stop()
    with pytest.raises(MediaStreamError):
        await track.recv()


def test_aioice_asks_for_addresses_where_we_stand_in() -> None:
    source = inspect.getsource(aioice.ice.Connection.gather_candidates)
    assert "get_host_addresses(" in source
    assert aioice.ice.get_host_addresses is host_addresses


def test_loopback_only_where_there_is_nothing_else_or_on_request(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv(aiortc_parts.LOOPBACK_VARIABLE, raising=False)
    assert host_addresses(True, True) == ["127.0.0.1"]
    assert host_addresses(False, True) == []
    monkeypatch.setattr(aiortc_parts, "_own_addresses", lambda use_ipv4, use_ipv6: ["192.0.2.7"])
    assert host_addresses(True, True) == ["192.0.2.7"]
    monkeypatch.setenv(aiortc_parts.LOOPBACK_VARIABLE, "1")
    assert host_addresses(True, True) == ["192.0.2.7", "127.0.0.1"]


def test_servers_that_cannot_be_read_are_known() -> None:
    assert is_usable_server("turns:turn.example.org:443?transport=tcp")
    assert is_usable_server("stun:192.0.2.1")
    assert not is_usable_server("http://example.org")
    assert not is_usable_server("stun:")
    assert not is_usable_server("")


def test_a_relay_s_url_is_read_as_aiortc_reads_it() -> None:
    url = "turns:relay.example:443?transport=tcp"
    assert relay_address(url) == RelayAddress("relay.example", 443, "tcp", True)
    kwargs = connection_kwargs([RTCIceServer([url], "u", "c")])
    assert kwargs["turn_server"] == ("relay.example", 443)
    assert (kwargs["turn_ssl"], kwargs["turn_transport"]) == (True, "tcp")
    assert relay_address("turn:relay.example") == RelayAddress("relay.example", 3478, "udp", False)
    for unused in (
        "stun:relay.example",
        "turns:relay.example?transport=udp",
        "turn:",
        "turn:[::1]",
    ):
        assert relay_address(unused) is None
