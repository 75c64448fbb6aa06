"""A pupil in a real Chromium, phone size, with a microphone that plays a tone."""

from __future__ import annotations

import shutil
import time
import wave
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
from playwright.sync_api import Page, Playwright, sync_playwright

from tests.e2e.kit import wait_for

CHROMIUM = Path(shutil.which("chromium") or shutil.which("chromium-browser") or "/usr/bin/chromium")
PHONE = {"width": 390, "height": 844}
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--mute-audio",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
    "--disable-features=WebRtcHideLocalIpsWithMdns",
    "--allow-loopback-in-peer-connection",
]
NO_UDP = "--webrtc-ip-handling-policy=disable_non_proxied_udp"
"""Chromium's own switch for a network on which UDP does not pass."""


class PupilBrowser:
    """One pupil's page; use as a context manager."""

    def __init__(self, folder: Path, url: str, link: str, *, tone_hz: int = 660) -> None:
        self._url = url
        self._link = link
        self._sound = folder / "microphone.wav"
        write_tone(self._sound, tone_hz)
        self.flags: list[str] = []
        self._playwright: Playwright | None = None
        self.page: Page = None  # type: ignore[assignment]
        self.console: list[str] = []
        self.offset_ms = 0.0

    def __enter__(self) -> PupilBrowser:
        self._playwright = sync_playwright().start()
        browser = self._playwright.chromium.launch(
            executable_path=str(CHROMIUM),
            args=[*FLAGS, f"--use-file-for-fake-audio-capture={self._sound}", *self.flags],
        )
        context = browser.new_context(
            viewport=PHONE,
            device_scale_factor=2,
            is_mobile=True,
            has_touch=True,
            locale="zh-CN",
            permissions=["microphone"],
            ignore_https_errors=True,
        )
        self.page = context.new_page()
        self.page.on("console", lambda m: self.console.append(f"{m.type}: {m.text}"))
        self.page.on("pageerror", lambda e: self.console.append(f"error: {e}"))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._playwright is not None
        if self.page is not None and self.page.context.browser is not None:
            self.page.context.browser.close()
        self._playwright.stop()

    def ask(self) -> None:
        """Come in by the link, choose a subject, look for a teacher."""
        self.page.goto(self._link)
        self.page.goto(f"{self._url}/?probe=1&lang=zh")
        self.page.locator("[data-subject]").nth(1).click()
        self.page.locator("#find-teacher").click()

    def await_lesson(self) -> None:
        try:
            wait_for(lambda: self.ask_probe("p => p && p.state().link"), 40, "the lesson's page")
        except TimeoutError as exc:
            words = self.page.locator("body").inner_text()
            raise TimeoutError(f"no lesson; the page says {words!r}, {self.console}") from exc

    def ask_probe(self, script: str) -> Any:
        """Evaluate a function of the probe; None before there is one."""
        return self.page.evaluate(f"() => ({script})(window.__lamplight)")

    def digest(self, page: int) -> str | None:
        return self.page.evaluate(
            """page => window.__lamplight.pages().includes(page)
                ? window.__lamplight.digest(page) : null""",
            page,
        )

    def measure_clock(self) -> None:
        """The page's clock against this process's, by the shortest of many round trips."""
        best = 1e9
        for _ in range(40):
            before = time.time()
            there = self.page.evaluate("() => performance.timeOrigin + performance.now()")
            after = time.time()
            if after - before < best:
                best = after - before
                self.offset_ms = there - (before + after) / 2 * 1000

    def painted(self) -> dict[tuple[int, int], float]:
        """For each (stroke, sample) the wall ms, on this process's clock, of its painting."""
        rows = self.page.evaluate("() => window.__lamplight.painted")
        return {(s, i): wall - self.offset_ms for s, i, wall in rows}


def write_tone(path: Path, hz: int, seconds: float = 2.0) -> None:
    t = np.arange(int(48000 * seconds)) / 48000
    pcm = (np.sin(2 * np.pi * hz * t) * 12000).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(48000)
        file.writeframes(pcm.tobytes())
