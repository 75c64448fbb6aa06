"""spawn(): kept, named, and heard of when it crashes."""

from __future__ import annotations

import asyncio
import gc
import logging

import pytest

from teacher_client.tasks import spawn


async def test_a_task_is_kept_and_given_back() -> None:
    done: list[int] = []

    async def work() -> None:
        await asyncio.sleep(0.01)
        done.append(1)

    name = spawn(work(), name="work").get_name()
    gc.collect()
    await asyncio.sleep(0.05)
    assert (name, done) == ("work", [1])


async def test_a_crash_is_logged_once_with_the_name(caplog: pytest.LogCaptureFixture) -> None:
    async def crash() -> None:
        raise ValueError("no")

    with pytest.raises(ValueError):
        await spawn(crash(), name="crasher")
    (record,) = [r for r in caplog.records if r.name == "teacher_client.tasks"]
    assert record.levelno == logging.ERROR
    assert "crasher" in record.getMessage()


async def test_a_cancelled_task_is_no_crash(caplog: pytest.LogCaptureFixture) -> None:
    task = spawn(asyncio.sleep(10), name="sleeper")
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not caplog.records
