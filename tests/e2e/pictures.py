"""Make docs/images from a real lesson: server, engine, window, pen, Chromium.

``python -m tests.e2e.pictures`` (offscreen; half a minute). Run it when a face changed.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from teacher_client.profile import EngineState, prepare, save_state
from tests.e2e.browser import PupilBrowser
from tests.e2e.kit import ROOT, ServerProcess, running, virtual_pen, wait_for
from tests.e2e.test_window import window

IMAGES = ROOT / "docs" / "images"


def main() -> int:
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    with tempfile.TemporaryDirectory(prefix="lamplight-pictures-") as name:
        folder = Path(name)
        server = ServerProcess(folder)
        report = folder / "pen.json"
        pen = virtual_pen(folder, folder / "pen", "--once", "--speed", "3", "--report", str(report))
        with running(server):
            try_pen(folder, server)
            with window(folder, server, folder / "pen") as profile:
                browser = PupilBrowser(folder, server.url, server.ready["pupil_link"])
                with browser, running(pen):
                    browser.ask()
                    browser.await_lesson()
                    browser.page.locator("#talk").click()
                    wait_for(
                        lambda: report.exists() and json.loads(report.read_text())["finished"], 60
                    )
                    browser.page.get_by_text("知道了").click()
                    browser.page.locator("#hand").click()
                    time.sleep(2)
                    browser.page.screenshot(path=str(IMAGES / "pupil.png"))
                    browser.page.set_viewport_size({"width": 844, "height": 390})
                    time.sleep(1)
                    browser.page.screenshot(path=str(IMAGES / "pupil_landscape.png"))
                    take(folder, "teacher.png")
                lesson = next((profile / "lessons").iterdir()).name
        play_back(folder, profile, lesson)
    with tempfile.TemporaryDirectory(prefix="lamplight-pictures-") as name:
        teach(Path(name))
    return 0


def teach(folder: Path) -> None:
    """A page of mathematics with an instrument, and a worksheet with ink."""
    server = ServerProcess(folder)
    hands = ("tests.e2e.taught", str(folder))
    with running(server), window(folder, server, None, hands):
        browser = PupilBrowser(folder, server.url, server.ready["pupil_link"])
        with browser:
            browser.ask()
            browser.await_lesson()
            wait_for((folder / "taught.png").exists, 60)
    for name in ("maths.png", "worksheet.png"):
        (IMAGES / name).write_bytes((folder / name).read_bytes())


def take(folder: Path, name: str) -> None:
    """The window's newest picture."""
    shot = folder / "shot.png"
    shot.unlink(missing_ok=True)
    wait_for(shot.exists, 10)
    (IMAGES / name).write_bytes(shot.read_bytes())


def play_back(folder: Path, profile: Path, lesson: str) -> None:
    """Open the lesson in a window of its own and stop in its middle."""
    script = (
        f"    QTimer.singleShot(3000, lambda: self.send(OpenLesson({lesson!r})))\n"
        "    QTimer.singleShot(5000, lambda: self.send(Seek(14000)))\n"
    )
    shoot(folder, profile, script, 8, "playback.png")


def try_pen(folder: Path, server: ServerProcess) -> None:
    """Try a pen on its page."""
    profile = folder / "trial"
    prepare(profile)
    save_state(profile, EngineState(server.url, server.sign_in("teacher")))
    script = (
        "    self.main.resize(1180, 680)\n"
        "    QTimer.singleShot(3000, lambda: self.main.show_pen(is_shown=True))\n"
        "    QTimer.singleShot(4000, lambda: self.main.pen.trial.toggle())\n"
    )
    shoot(folder, profile, script, 13, "pen.png", "--pen", "virtual:maths?start-delay=4&speed=1.5")


def shoot(folder: Path, profile: Path, script: str, seconds: int, name: str, *options: str) -> None:
    """A picture of a window that does something after its start."""
    script = (
        "import sys\n"
        "from PySide6.QtCore import QTimer\n"
        "from teacher_client.lesson.link import OpenLesson, Seek\n"
        "from teacher_client.ui import app\n"
        "start = app.Application.start\n"
        "def started(self):\n"
        "    start(self)\n" + script + "app.Application.start = started\n"
        "sys.exit(app.run_window(sys.argv[1:]))\n"
    )
    shot = folder / name
    env = {**os.environ, "LAMPLIGHT_SHOT": str(shot), "LAMPLIGHT_SHOT_AFTER": str(seconds)}
    command = [sys.executable, "-c", script, "--profile", str(profile), "--speaker", "null:"]
    process = subprocess.Popen([*command, *options], env=env, cwd=ROOT)
    try:
        wait_for(shot.exists, 40)
        (IMAGES / name).write_bytes(shot.read_bytes())
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(15)


if __name__ == "__main__":
    sys.exit(main())
