"""A 300-page PDF comes into a live lesson: how soon the first page, and how the loop fares.

Run with ``python -m tests.bench.import_pdf [file]``. A real server and a pupil as neighbours,
the engine in this process; a task that wants to wake every 5 ms says how late it was, while the
pages come and are brought to the server. A neighbour process with nothing else to do says the
same of the machine.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from signaling_server.protocol.messages import Ping
from teacher_client.engine.engine import Engine, EngineOptions
from teacher_client.engine.sound import DeviceNames
from teacher_client.lesson.file_messages import ImportFiles, JobProgress, JobState
from teacher_client.lesson.link import LessonOpened, pack_message
from teacher_client.profile import EngineState, prepare, save_state
from teacher_client.tasks import spawn
from tests.e2e.kit import ServerProcess, SocketPupil, running
from tests.fakes.hostile_files import long_pdf
from tests.teacher_client.engine.test_engine import TOKEN, Teacher, heard

BEAT = 0.005
IDLE = """
import sys, threading, time
late, gone = [], threading.Event()
threading.Thread(target=lambda: (sys.stdin.read(), gone.set()), daemon=True).start()
while not gone.is_set():
    due = time.perf_counter() + 0.005
    time.sleep(0.005)
    late.append((time.perf_counter() - due) * 1000)
print(*late)
"""


async def lateness(late: list[float]) -> None:
    while True:
        due = time.perf_counter() + BEAT
        await asyncio.sleep(BEAT)
        late.append((time.perf_counter() - due) * 1000)


def say(name: str, late: list[float]) -> None:
    rows = sorted(late)
    row = [rows[int(len(rows) * part)] for part in (0.5, 0.99, 0.999)]
    print(
        f"{name}: late by ms p50 {row[0]:.1f}  p99 {row[1]:.1f}  p99.9 {row[2]:.1f}"
        f"  max {rows[-1]:.1f}  over 20: {sum(one > 20 for one in rows)} of {len(rows)}"
    )


async def measure(folder: Path, server: ServerProcess, pupil: SocketPupil, pdf: Path) -> None:
    sys.setswitchinterval(0.001)  # as the engine's process does
    os.environ["LAMPLIGHT_ICE_LOOPBACK"] = "1"
    profile = folder / "profile"
    prepare(profile)
    save_state(profile, EngineState(server.url, server.sign_in("teacher")))
    devices = DeviceNames("tone:440", "null:")
    options = EngineOptions(profile, server.url, "", devices, goes_on_duty=True, accepts_all=True)
    engine = Engine(options, lambda: None)
    task = spawn(engine.run(TOKEN), name="engine")
    await asyncio.sleep(1)
    teacher = Teacher(engine, profile, task)
    window = await teacher.window()

    def attend() -> None:
        pupil.connect()
        pupil.ask_and_join()

    opening = asyncio.to_thread(attend)
    await asyncio.gather(opening, heard(window, lambda m: isinstance(m, LessonOpened)))
    staying = asyncio.create_task(asyncio.to_thread(stay, pupil))  # noqa: TID251
    late: list[float] = []
    watch = spawn(lateness(late), name="lateness")
    command = [sys.executable, "-c", IDLE]
    idle = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    begun = time.perf_counter()
    window.send(pack_message(ImportFiles(1, (str(pdf),))))
    await heard(window, lambda m: isinstance(m, JobProgress) and m.done >= 1)
    print(f"first page after {time.perf_counter() - begun:.2f} s")
    await heard(window, lambda m: isinstance(m, JobProgress) and m.state is not JobState.RUNNING)
    room = engine.lesson.room
    assert room is not None
    pages = len(room.author.board.order) - 1
    took = time.perf_counter() - begun
    print(f"{pages} pages after {took:.1f} s; {len(engine.pictures.files.waiting())} to be sent")
    watch.cancel()
    told, _errors = await asyncio.to_thread(idle.communicate, "")
    say("the machine", [float(one) for one in told.split()])
    say("the engine ", late)
    GONE.append(True)
    await staying
    engine.quit.set()
    await task
    await window.close()


GONE: list[bool] = []


def stay(pupil: SocketPupil) -> None:
    """Be there, and read no more than has to be: the engine is in this process."""
    line, pinged = pupil._socket, 0.0
    assert line is not None
    while not GONE:
        if time.monotonic() - pinged > 1:
            pinged = time.monotonic()
            pupil.send(Ping(1))
        with contextlib.suppress(TimeoutError):
            line.recv(timeout=0.2)


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        pdf = Path(sys.argv[1]) if sys.argv[1:] else folder / "book.pdf"
        if not sys.argv[1:]:
            pdf.write_bytes(long_pdf(300))
        server = ServerProcess(folder)
        with running(server):
            pupil = SocketPupil(server)
            asyncio.run(measure(folder, server, pupil, pdf))
            pupil.close()


if __name__ == "__main__":
    main()
