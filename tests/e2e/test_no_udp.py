"""The board works where UDP does not pass: the same lesson as `make smoke`, on the log path."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e import smoke
from tests.e2e.browser import CHROMIUM


@pytest.mark.skipif(not CHROMIUM.exists(), reason="no Chromium here (make installs it)")
def test_F14_the_board_is_equal_with_udp_blocked(tmp_path: Path) -> None:
    result = smoke.run(tmp_path, has_udp=False)
    print(result["latency_ms"])
    assert result["held"] == dict.fromkeys(result["held"], True)
    assert "live path open" not in (tmp_path / "profile" / "engine.log").read_text()
