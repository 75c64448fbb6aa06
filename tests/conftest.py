"""For all tests: those of the cores get no sockets, so that a core with I/O is seen at once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from pytest_socket import disable_socket, enable_socket

HERE = Path(__file__).parent
PURE = (
    "signaling_server/protocol",
    "signaling_server/rules",
    "signaling_server/sessions",
    "teacher_client/lesson",
    "teacher_client/geometry",
)
"""Rooms whose tests must do without a network."""

# No test is timed: a busy machine makes any example late.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@pytest.fixture(autouse=True)
def _sockets_off_in_cores(request: pytest.FixtureRequest) -> Iterator[None]:
    place = request.path.relative_to(HERE).as_posix()
    if not place.startswith(PURE):
        yield
        return
    disable_socket()
    yield
    enable_socket()
