"""For all tests: cores get no sockets; an unexpected warning in the log fails the test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_socket import disable_socket, enable_socket

HERE = Path(__file__).parent
PURE = ("signaling_server/protocol", "signaling_server/rules", "teacher_client/lesson")
"""Rooms whose tests must do without a network."""


@pytest.fixture(autouse=True)
def _sockets_off_in_cores(request: pytest.FixtureRequest) -> Iterator[None]:
    place = Path(request.fspath).relative_to(HERE).as_posix()
    if not place.startswith(PURE):
        yield
        return
    disable_socket()
    yield
    enable_socket()
