"""The private folder: who may read it, and what damage does."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from teacher_client.profile import (
    ENDPOINT_NAME,
    STATE_NAME,
    Endpoint,
    EngineState,
    load_endpoint,
    load_state,
    prepare,
    save_endpoint,
    save_state,
)

ENDPOINT = Endpoint(4321, "token", 99)
STATE = EngineState("http://127.0.0.1:1", "secret", "甲", "lesson-1")


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_everything_is_the_owners_only(tmp_path: Path) -> None:
    profile = tmp_path / "new" / "profile"
    prepare(profile)
    save_endpoint(profile, ENDPOINT)
    save_state(profile, STATE)
    assert [mode(p) for p in (profile, profile / "lessons")] == [0o700, 0o700]
    assert [mode(profile / name) for name in (ENDPOINT_NAME, STATE_NAME)] == [0o600, 0o600]
    assert sorted(p.name for p in profile.iterdir()) == [ENDPOINT_NAME, STATE_NAME, "lessons"]


def test_a_folder_that_was_open_is_closed(tmp_path: Path) -> None:
    profile = tmp_path / "profile"
    profile.mkdir(mode=0o755)
    prepare(profile)
    prepare(profile)
    assert mode(profile) == 0o700


def test_files_come_back_as_saved_and_the_newest_wins(tmp_path: Path) -> None:
    save_endpoint(tmp_path, Endpoint(1, "old", 1))
    save_endpoint(tmp_path, ENDPOINT)
    save_state(tmp_path, STATE)
    assert load_endpoint(tmp_path) == ENDPOINT
    assert load_state(tmp_path) == STATE


def test_an_open_file_is_replaced_by_a_private_one(tmp_path: Path) -> None:
    (tmp_path / STATE_NAME).write_text("{}")
    (tmp_path / STATE_NAME).chmod(0o644)
    save_state(tmp_path, STATE)
    assert mode(tmp_path / STATE_NAME) == 0o600


DAMAGED = [
    "",
    "{",
    "[]",
    "3",
    "null",
    '{"port": "x"}',
    '{"port": Infinity, "token": "", "pid": 1}',
    '{"port": null, "pid": 1}',
    "[" * 100_000,
]


@pytest.mark.parametrize("text", DAMAGED, ids=lambda text: text[:20])
def test_damaged_files_are_no_files(tmp_path: Path, text: str) -> None:
    (tmp_path / ENDPOINT_NAME).write_text(text)
    (tmp_path / STATE_NAME).write_text(text)
    assert load_endpoint(tmp_path) is None
    assert load_state(tmp_path) == EngineState()


def test_files_that_are_no_text_or_not_there(tmp_path: Path) -> None:
    assert load_endpoint(tmp_path) is None
    assert load_state(tmp_path) == EngineState()
    (tmp_path / ENDPOINT_NAME).write_bytes(b"\xff\xfe\x00")
    (tmp_path / STATE_NAME).mkdir()
    assert load_endpoint(tmp_path) is None
    assert load_state(tmp_path) == EngineState()


def test_a_state_of_another_version_keeps_what_is_known(tmp_path: Path) -> None:
    (tmp_path / STATE_NAME).write_text(json.dumps({"token": "t", "more": [1]}))
    assert load_state(tmp_path) == EngineState(token="t")
