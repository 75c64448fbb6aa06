"""What a confined child cannot do; each tried in a real one."""

from __future__ import annotations

import ctypes
import json
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from signaling_server.media.limits import child_environment, make_folder

TRIES = """
import json, os, resource, socket, sys
from signaling_server.media.limits import MEMORY_BYTES, allow_cpu, confine
confine([sys.argv[2]])
allow_cpu(5)
done = {"environment": sorted(os.environ), "core": resource.getrlimit(resource.RLIMIT_CORE)}
def tried(name, act):
    try:
        act()
        done[name] = "done"
    except Exception as exc:
        done[name] = type(exc).__name__
def write():
    with open("x", "wb") as file:
        file.write(b"x")
tried("connect", lambda: socket.create_connection(("127.0.0.1", int(sys.argv[1])), 2))
tried("too much memory", lambda: bytearray(MEMORY_BYTES + (16 << 20)))
tried("enough memory", lambda: bytearray(MEMORY_BYTES // 2))
import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
tried("write", write)
tried("read", lambda: open("/proc/self/status").read())
tried("list", lambda: os.listdir("/"))
tried("read a font", lambda: open(os.path.join(sys.argv[2], "font")).read())
print(json.dumps(done))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the limits of Linux")
def test_a_confined_child_reaches_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SECRET", "x")
    folder, fonts = make_folder(), tmp_path
    (fonts / "font").write_text("A")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = str(listener.getsockname()[1])
        said = subprocess.run(
            [sys.executable, "-c", TRIES, port, str(fonts)],
            env=child_environment(),
            cwd=folder,
            capture_output=True,
            check=True,
            timeout=60,
        )
    done = json.loads(said.stdout)
    assert "SECRET" not in done["environment"]
    assert done["core"] == [0, 0]
    assert done["too much memory"] == "MemoryError"
    assert done["enough memory"] == "done"
    assert done["write"] in ("OSError", "PermissionError")
    assert done["read a font"] == "done"
    if ctypes.CDLL(None).syscall(444, None, 0, 1) >= 1:  # the kernel has Landlock
        assert (done["read"], done["list"]) == ("PermissionError", "PermissionError")
    may_unshare = subprocess.run(["unshare", "-Un", "true"], capture_output=True, check=False)
    if may_unshare.returncode == 0:  # some systems keep it from ordinary users
        assert done["connect"] in ("OSError", "PermissionError")
    for path in folder.iterdir():
        path.unlink()
    Path(folder).rmdir()


@pytest.mark.skipif(sys.platform != "linux", reason="the limits of Linux")
def test_a_busy_child_is_ended_by_the_system() -> None:
    code = (
        "from signaling_server.media.limits import allow_cpu, confine\n"
        "confine()\nallow_cpu(0)\nwhile True: pass"
    )
    ended = subprocess.run([sys.executable, "-c", code], check=False, timeout=60)
    assert ended.returncode == -24  # SIGXCPU
