"""The virtual pen's process ends when its parent does, however that ends."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.pen_driver.transports.desk import wait_until

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs pseudo-terminals")

PARENT = """
import sys, time
from pen_driver import open_pen
pen = open_pen("virtual:maths", lambda event: None)
print(pen._pen._port_name, flush=True)
time.sleep(60)
"""


def test_killed_parent_takes_its_pen_along() -> None:
    with subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        link = Path(parent.stdout.readline().decode().strip())
        assert link.is_symlink()
        parent.send_signal(signal.SIGKILL)
        parent.wait()
    wait_until(lambda: not link.is_symlink() and not link.parent.exists())
