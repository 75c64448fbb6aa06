"""``make lesson``: a server, the teacher's window with a pen that writes by itself, a pupil's link.

On loopback by default. ``--lan`` serves HTTPS with a certificate made on the spot, so that a
phone on the same network can join with its microphone. Without a display the window runs
offscreen and its picture is written to a file again and again.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import segno

from teacher_client.profile import load_state, prepare, save_state

ROOT = Path(__file__).resolve().parent.parent
VAR = ROOT / "var"


def main() -> int:
    """Run until the window is closed or Ctrl+C."""
    parser = argparse.ArgumentParser(prog="make lesson", description=__doc__)
    parser.add_argument("--lan", action="store_true", help="let phones on this network join")
    parser.add_argument("--port", type=int, default=8080, help="0: any free one")
    parser.add_argument("--pen", default="", help="serial:PORT; else one in software")
    parser.add_argument("--seconds", type=float, help="stop by itself after so long")
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    server = start_server(given.lan, given.port)
    window: subprocess.Popen[bytes] | None = None
    try:
        ready = await_ready(server)
        has_display = bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
        has_display = has_display or sys.platform in ("win32", "darwin")
        begin = VAR / "lesson" / "begin"
        begin.unlink(missing_ok=True)
        pen = given.pen or f"virtual:maths?once&wait-for={begin}"
        window = start_window(ready, pen, has_display)
        say_where(ready, has_display)
        wait(window, given.seconds, begin if not given.pen else None)
        return 0
    except KeyboardInterrupt:
        return 0
    finally:
        if window is not None:
            stop(window)
        stop(server)


def start_server(is_lan: bool, port: int) -> subprocess.Popen[bytes]:
    """The demonstration server on SQLite, its log beside its data."""
    VAR.mkdir(exist_ok=True)
    command = [sys.executable, "-m", "signaling_server", "demo", "--port", str(port)]
    command += ["--data", str(VAR / "server")] + (["--lan"] if is_lan else [])
    with (VAR / "server.log").open("ab") as log:
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, cwd=ROOT)


def await_ready(server: subprocess.Popen[bytes]) -> dict[str, str]:
    """The server's one line of JSON; its words where it did not start."""
    assert server.stdout is not None
    line = server.stdout.readline()
    if not line:
        print((VAR / "server.log").read_text(errors="replace")[-1500:], file=sys.stderr)
        print("The server did not start, as its last words above say.", file=sys.stderr)
        print("If another lesson runs here, end that one first (Ctrl+C there).", file=sys.stderr)
        print("If only the port is taken: make lesson PORT=0", file=sys.stderr)
        sys.exit(1)
    ready: dict[str, str] = json.loads(line)
    return ready


def start_window(ready: dict[str, str], pen: str, has_display: bool) -> subprocess.Popen[bytes]:
    """The teacher's window, signed in; without a display it takes the pupil by itself."""
    profile = VAR / "lesson" / "profile"
    prepare(profile)
    passwords = ready["passwords"]
    assert isinstance(passwords, dict)
    authority = ready.get("certificate")
    answer = httpx.post(
        f"{ready['url']}/api/sign-in",
        json={"login": "teacher", "password": passwords["teacher"]},
        headers={"X-Lamplight-Client": "engine"},
        verify=authority or True,
        trust_env=False,
    )
    answer.raise_for_status()
    state = load_state(profile)
    state.server, state.token = ready["url"], answer.json()["token"]
    save_state(profile, state)
    command = [sys.executable, "-m", "teacher_client", "--profile", str(profile)]
    command += ["--server", ready["url"], "--pen", pen, "--on-duty"]
    if authority:
        command += ["--authority", authority]
    environment = dict(os.environ)
    if not has_display:
        command.append("--accept-all")
        environment["QT_QPA_PLATFORM"] = "offscreen"
        environment["LAMPLIGHT_SHOT"] = str(VAR / "window.png")
    with (VAR / "window.log").open("wb") as log:
        return subprocess.Popen(command, stderr=log, env=environment, cwd=ROOT)


def say_where(ready: dict[str, str], has_display: bool) -> None:
    """Tell the person at the terminal what to do now."""
    link = ready["pupil_link"]
    code = segno.make(link, error="m")
    code.save(str(VAR / "pupil.png"), scale=8)
    print()
    code.terminal(compact=True)
    print(f"pupil / 学生    {link}")
    print(f"QR code         {VAR / 'pupil.png'}")
    password = ready["passwords"]["teacher"]  # type: ignore[index]
    print(f"teacher / 老师  signed in and on duty (account teacher, password {password});")
    print("                the pen in software writes one page as soon as a lesson is on")
    if has_display:
        print("Open the pupil's link, ask for a teacher, then accept in the teacher's window.")
    else:
        print("No display here: the teacher's window runs offscreen and accepts by itself.")
        print(f"Its picture     {VAR / 'window.png'} (every few seconds)")
    print(f"logs            {VAR}/server.log, window.log, lesson/profile/engine.log")
    print("Ctrl+C stops. A lesson that is on goes on at the next start.", flush=True)


def wait(window: subprocess.Popen[bytes], seconds: float | None, begin: Path | None) -> None:
    """Until the window is closed, or for so long; the pen begins with the lesson."""
    deadline = None if seconds is None else time.monotonic() + seconds
    while window.poll() is None and (deadline is None or time.monotonic() < deadline):
        if begin is not None and load_state(VAR / "lesson" / "profile").session:
            begin.touch()
            begin = None
        time.sleep(0.2)


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a child of ours, by force after a while."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


if __name__ == "__main__":
    sys.exit(main())
