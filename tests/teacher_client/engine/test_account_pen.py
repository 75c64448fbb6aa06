"""Which pen an engine begins with."""

from __future__ import annotations

import asyncio
from pathlib import Path

from teacher_client.engine.account_desk import AccountDesk, DeskListeners
from teacher_client.engine.options import EngineOptions
from teacher_client.engine.sound import DeviceNames
from teacher_client.engine.window_server import WindowServer
from teacher_client.profile import prepare


def same(task: asyncio.Task[None]) -> asyncio.Task[None]:
    return task


def desk(profile: Path, given: str) -> AccountDesk:
    prepare(profile)
    options = EngineOptions(profile, "", given, DeviceNames("null:", "null:"))
    window = WindowServer(profile, lambda: (), lambda _message: None, lambda _is_there: None)
    listeners = DeskListeners(lambda _message: None, lambda _data: None, lambda: None, same)
    return AccountDesk(options, window, listeners)


def test_a_chosen_pen_is_used_by_the_next_engine(tmp_path: Path) -> None:
    first = desk(tmp_path, "virtual:maths")
    assert first.pen == "virtual:maths"
    first.remember_pen("serial:/dev/rfcomm0")
    assert desk(tmp_path, "virtual:maths").pen == "serial:/dev/rfcomm0"


def test_another_word_on_the_command_line_counts(tmp_path: Path) -> None:
    desk(tmp_path, "").remember_pen("serial:/dev/rfcomm0")
    assert desk(tmp_path, "virtual:maths").pen == "virtual:maths"
    assert desk(tmp_path, "").pen == "serial:/dev/rfcomm0"


def test_having_let_the_pen_go_is_kept_too(tmp_path: Path) -> None:
    desk(tmp_path, "virtual:maths").remember_pen("")
    assert desk(tmp_path, "virtual:maths").pen == ""


def test_a_disk_that_refuses_does_not_stop_the_pen(tmp_path: Path) -> None:
    made = desk(tmp_path, "")
    (tmp_path / "engine.json").mkdir()
    made.remember_pen("ble:any")
    assert made.pen == "ble:any"
