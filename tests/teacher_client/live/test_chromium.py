"""A real browser answers our offer: m-line order, bundle, channel and voice both ways."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, async_playwright

from signaling_server.protocol.ids import Member
from signaling_server.protocol.messages import SignalKind
from teacher_client.live.liveness import Patience, PeerState
from teacher_client.live.peers import PeerPool
from tests.teacher_client.live.pupils import PUPIL, until

CHROMIUM = Path("/usr/bin/chromium")
ARGS = [
    "--no-sandbox",
    "--mute-audio",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    "--allow-loopback-in-peer-connection",
]
PLAIN_ADDRESSES = "--disable-features=WebRtcHideLocalIpsWithMdns"

# What a pupil's page does, in the fewest lines: answer and trickle.
ANSWER = """async ([sdp, hasMicrophone]) => {
  const pc = new RTCPeerConnection({iceServers: []});
  window.pc = pc;
  window.hints = [];
  const ink = pc.createDataChannel("ink", {ordered: false, negotiated: true, id: 0});
  ink.binaryType = "arraybuffer";
  ink.onmessage = (m) => window.hints.push(new TextDecoder().decode(m.data));
  pc.onicecandidate = (e) => window.signal("candidate", JSON.stringify(e.candidate ?? {}));
  await pc.setRemoteDescription({type: "offer", sdp});
  if (hasMicrophone) {
    const stream = await navigator.mediaDevices.getUserMedia({audio: true});
    const [line] = pc.getTransceivers();
    line.direction = "sendrecv";
    await line.sender.replaceTrack(stream.getAudioTracks()[0]);
  }
  await pc.setLocalDescription(await pc.createAnswer());
  await window.signal("answer", pc.localDescription.sdp);
}"""

HEARD = """async () => {
  let packets = 0;
  (await window.pc.getStats()).forEach((s) => {
    if (s.type === "inbound-rtp") packets += s.packetsReceived;
  });
  return packets;
}"""


@pytest.fixture
async def blank_page_url() -> AsyncIterator[str]:
    """An empty page on 127.0.0.1, where browsers give out the microphone."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        body = b"<!doctype html><title>pupil</title>"
        writer.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n"
            b"Content-Length: %d\r\n\r\n%s" % (len(body), body)
        )
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        host, port = server.sockets[0].getsockname()
        yield f"http://{host}:{port}/"


async def answer_in(page: Page, *, has_microphone: bool) -> None:
    """Let `page` answer an offer; check that ink and voice pass."""
    offers: asyncio.Queue[tuple[int, str]] = asyncio.Queue()
    states: list[PeerState] = []
    voices: list[bytes] = []
    pool = PeerPool(
        lambda _m, kind, attempt, data: (
            offers.put_nowait((attempt, data)) if kind is SignalKind.OFFER else None
        ),
        lambda _m, voice: voices.append(voice.payload),
        lambda _m, state: states.append(state),
        patience=Patience(silent_s=1.6),
    )
    try:
        pool.keep(PUPIL)
        attempt, sdp = await offers.get()

        async def signal(kind: str, data: str) -> None:
            await pool.signalled(PUPIL, SignalKind(kind), attempt, data)

        await page.expose_function("signal", signal)
        await page.evaluate(ANSWER, [sdp, has_microphone])
        await until(lambda: PeerState.OPEN in states)
        pool.send_hint(b"ink", {PUPIL, Member(3)})
        for n in range(50):
            pool.send_voice(b"\xf8\xff\xfe", 960 * n)  # 20 ms of silence, mono
            await asyncio.sleep(0.02)
        await page.wait_for_function("window.hints.length === 1")
        assert await page.evaluate("window.hints") == ["ink"]
        assert int(await page.evaluate(HEARD)) >= 45
        if has_microphone:
            await until(lambda: len(voices) >= 25)
        for _ in range(4):  # what the page acknowledges and reports keeps a silent line open
            pool.send_hint(b"beat")
            await asyncio.sleep(0.5)
        assert states == [PeerState.CONNECTING, PeerState.OPEN]
        if not has_microphone:
            assert voices == []
    finally:
        await pool.aclose()


@pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed")
@pytest.mark.parametrize(
    ("has_microphone", "more"), [(True, [PLAIN_ADDRESSES]), (False, [])], ids=["voice", "listener"]
)
async def test_chromium_answers(
    blank_page_url: str, *, has_microphone: bool, more: list[str]
) -> None:
    """With a microphone; and without, where the browser hides its addresses behind names."""
    async with async_playwright() as playwright:
        options: dict[str, Any] = {"executable_path": str(CHROMIUM), "args": ARGS + more}
        browser = await playwright.chromium.launch(**options)
        try:
            page = await browser.new_page()
            await page.goto(blank_page_url)
            await answer_in(page, has_microphone=has_microphone)
        finally:
            await browser.close()
