"""Everything here runs over real UDP on the loopback address, and over no other."""

from __future__ import annotations

import pytest

from teacher_client.live import aiortc_parts


@pytest.fixture(autouse=True)
def _only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aiortc_parts, "_own_addresses", lambda use_ipv4, use_ipv6: [])
    aiortc_parts.allow_loopback()
