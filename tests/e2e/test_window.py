"""The window and its engine care for each other: either may die in mid-lesson (F1)."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

from teacher_client.profile import EngineState, load_endpoint, prepare, save_state
from tests.e2e.kit import Process, ServerProcess, SocketPupil, running, virtual_pen, wait_for
from tests.e2e.test_kills import samples

BOARD = (240, 90, 800, 600)  # x, y, width, height of the paper in a window of 1440 x 900
OURS = {"teacher_client", "tests.e2e.taught"}


def processes_of(profile: Path) -> dict[int, str]:
    """Process ids of our program on this profile, with their role."""
    found = {}
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        with contextlib.suppress(OSError):
            command = (folder / "cmdline").read_bytes().decode().split("\0")
            is_zombie = (folder / "stat").read_text().rpartition(")")[2].split()[0] == "Z"
            if not is_zombie and str(profile) in command and OURS & {*command}:
                has_role = "--role" in command
                role = command[command.index("--role") + 1] if has_role else "window"
                found[int(folder.name)] = role
    return found


def the(role: str, profile: Path) -> int | None:
    """The one process of a role; None while there is none or more than one."""
    pids = [pid for pid, name in processes_of(profile).items() if name == role]
    return pids[0] if len(pids) == 1 else None


def board_picture(shot: Path) -> QImage | None:
    """The paper in the window's newest picture."""
    image = QImage(str(shot))
    return None if image.isNull() else image.copy(*BOARD)


@contextlib.contextmanager
def window(
    folder: Path,
    server: ServerProcess,
    pen: Path | None,
    module: tuple[str, ...] = ("teacher_client",),
) -> Iterator[Path]:
    """A window with its engine, signed in; both are ended whoever restarted them.

    `module`: what runs the window, with its own first arguments.
    """
    profile = folder / "profile"
    prepare(profile)
    save_state(profile, EngineState(server.url, server.sign_in("teacher")))
    command = [sys.executable, "-m", *module, "--profile", str(profile)]
    command += ["--server", server.url, "--accept-all"]
    command += [] if pen is None else ["--pen", f"serial:{pen}"]
    command += ["--microphone", "tone:440", "--speaker", "null:"]
    env = {
        "LAMPLIGHT_SHOT": str(folder / "shot.png"),
        "LAMPLIGHT_SHOT_AFTER": "0.5",
        "LAMPLIGHT_ICE_LOOPBACK": "1",
    }
    process = Process(command, folder / "window.log", env)
    process.start()
    try:
        wait_for(lambda: load_endpoint(profile), name="engine")
        yield profile
    finally:
        for number in (signal.SIGTERM, signal.SIGKILL):
            for pid in processes_of(profile):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, number)
            with contextlib.suppress(TimeoutError):
                wait_for(lambda: not processes_of(profile), 10)
        process.stop()


def test_F01_killed_window_and_engine_come_back_to_the_same_lesson(tmp_path: Path) -> None:
    server = ServerProcess(tmp_path)
    pen = virtual_pen(tmp_path, tmp_path / "pen", "--once", "--strokes", "12", "--speed", "2")
    shot = tmp_path / "shot.png"
    with running(server), window(tmp_path, server, tmp_path / "pen") as profile:
        pupil = SocketPupil(server)
        pupil.connect()
        pupil.ask_and_join()
        with running(pen):
            pupil.wait_until(lambda: samples(pupil.reader) > 300)
            written = pupil.wait_until(lambda: is_still(pupil), 40)
            before = picture_at_rest(pupil, shot)

            # the window dies: another is started, the pupil notices nothing
            epoch, first = pupil.reader.epoch, the("window", profile)
            assert first is not None
            shot.unlink()
            os.kill(first, signal.SIGKILL)
            died = time.monotonic()
            pupil.wait_until(lambda: the("window", profile) not in (None, first))
            after = picture_at_rest(pupil, shot, like=before)
            print(f"window killed: the same board again after {time.monotonic() - died:.2f} s")
            assert is_alike(after, before)
            assert pupil.reader.epoch == epoch
            assert samples(pupil.reader) == written

            # the engine dies: the window starts another, same lesson, new epoch
            engine = the("engine", profile)
            assert engine is not None
            os.kill(engine, signal.SIGKILL)
            died = time.monotonic()
            pupil.wait_until(lambda: pupil.reader.epoch > epoch, 40)
            print(
                f"engine killed under the window: new epoch after {time.monotonic() - died:.2f} s"
            )
            assert samples(pupil.reader) == written
            assert is_alike(picture_at_rest(pupil, shot, like=before), before)
        pupil.close()


def is_still(pupil: SocketPupil) -> int:
    """How many samples there are, once no more come for 1.5 s."""
    count, since = samples(pupil.reader), time.monotonic()
    while time.monotonic() - since < 1.5:
        pupil.pump()
        if samples(pupil.reader) != count:
            return 0
    return count


def picture_at_rest(pupil: SocketPupil, shot: Path, like: QImage | None = None) -> QImage:
    """The board in the window's picture: like `like`, or twice alike with ink in it."""
    last: list[QImage | None] = [None]

    def settled() -> QImage | None:
        pupil.pump(0.3)
        now = board_picture(shot)
        wanted = like if like is not None else last[0]
        last[0] = now
        return now if now is not None and is_alike(now, wanted) and has_ink(now) else None

    try:
        picture: QImage = wait_for(settled, 30, "the board in the window")
    except TimeoutError:
        if like is not None:
            like.save(str(shot.with_name("wanted.png")))
        raise
    return picture


def is_alike(one: QImage, other: QImage | None) -> bool:
    """The same ink; the layout may round half a pixel otherwise in another window."""
    if other is None:
        return False
    small = [
        image.scaled(
            image.width() // 4,
            image.height() // 4,
            mode=Qt.TransformationMode.SmoothTransformation,
        ).convertToFormat(QImage.Format.Format_Grayscale8)
        for image in (one, other)
    ]
    return all(
        abs(small[0].pixelColor(x, y).lightness() - small[1].pixelColor(x, y).lightness()) < 64
        for x in range(small[0].width())
        for y in range(small[0].height())
    )


def has_ink(image: QImage) -> bool:
    dark = sum(
        image.pixelColor(x, y).lightness() < 90
        for x in range(0, image.width(), 3)
        for y in range(0, image.height(), 3)
    )
    return dark > 50
