"""The page's generated types are those of the contract as it stands."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

WEB = Path(__file__).parents[2] / "signaling_server" / "web"


def test_generated_typescript_is_fresh() -> None:
    command = [sys.executable, str(WEB / "tools" / "generate_protocol.py"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
