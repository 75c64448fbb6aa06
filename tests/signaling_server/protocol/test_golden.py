"""What once was sent must be read the same for ever: tests/data/wire/*.json."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from signaling_server.protocol.blocks import NO_HASH, decode_block, seal
from signaling_server.protocol.board import Board, digest
from signaling_server.protocol.entries import Blank, Entry, EntryKind
from signaling_server.protocol.hints import decode_hints, encode_batch, encode_hints
from signaling_server.protocol.ids import Epoch, Member
from signaling_server.protocol.matrix import Matrix
from signaling_server.protocol.messages import (
    decode_client,
    decode_server,
    encode_message,
)
from signaling_server.protocol.reader import LessonReader
from signaling_server.protocol.schema import InvalidError
from tests.data.wire.make_golden import over_and_under, state

WIRE = Path(__file__).parents[2] / "data" / "wire"
LOGS: list[dict[str, Any]] = json.loads((WIRE / "logs.json").read_text(encoding="utf-8"))
MESSAGES: dict[str, list[str]] = json.loads((WIRE / "messages.json").read_text(encoding="utf-8"))
MATRICES: list[dict[str, list[int]]] = json.loads((WIRE / "matrices.json").read_text("utf-8"))
each_log = pytest.mark.parametrize("log", LOGS, ids=[str(i) for i in range(len(LOGS))])


def blocks_of(log: dict[str, Any], key: str = "blocks") -> list[bytes]:
    return [bytes.fromhex(text) for text in log[key]]


def assert_seen(board: Board, expected: dict[str, Any]) -> None:
    assert {str(n): digest(page) for n, page in board.pages.items()} == expected["digests"]
    assert board.order == expected["order"]
    assert board.shown == expected["shown"]
    assert board.skipped == expected["skipped"]
    assert {str(n): over_and_under(page) for n, page in board.pages.items()} == expected["pages"]
    assert [[c.member, c.text, c.time_ms] for c in board.chat] == expected["chat"]
    people = {
        str(member): [s.is_joined, s.hand_since_ms, s.may_speak, s.may_write]
        for member, s in board.members.items()
    }
    assert people == expected["members"]


@each_log
def test_logs_are_chained(log: dict[str, Any]) -> None:
    previous, number = NO_HASH, 0
    for data, expected in zip(blocks_of(log), log["hashes"], strict=True):
        block = decode_block(data)
        assert block.hash.hex() == expected
        assert (block.previous, block.first) == (previous, number + 1)
        previous, number = block.hash, block.last
    assert number == log["held"]


@each_log
@pytest.mark.parametrize(("key", "who"), [("blocks", "teacher"), ("sealed_for_3", "pupil_3")])
def test_logs_fold_to_their_digests(log: dict[str, Any], key: str, who: str) -> None:
    board = Board()
    for data, expected in zip(blocks_of(log, key), log[who]["states"], strict=True):
        for entry in decode_block(data).entries:
            board.apply(entry)
        assert state(board) == expected
    assert_seen(board, log[who])


@each_log
def test_a_reader_of_blocks_and_hints_ends_the_same(log: dict[str, Any]) -> None:
    reader = LessonReader()
    for text in log["hints"]:
        reader.add_hints(decode_hints(bytes.fromhex(text)))
    for data in blocks_of(log):
        reader.add_block(decode_block(data))
    assert reader.held == log["held"]
    assert reader.epoch == Epoch(log["epoch"]["counter"], log["epoch"]["engine"])
    assert_seen(reader.board, log["teacher"])
    for number in reader.board.pages:
        assert reader.drawn_digest(number) == log["teacher"]["digests"][str(number)]


@each_log
def test_sealed_logs(log: dict[str, Any]) -> None:
    for data, sealed, expected in zip(
        blocks_of(log), blocks_of(log, "sealed_for_3"), log["hashes"], strict=True
    ):
        assert seal(data, Member(3)) == sealed
        block = decode_block(sealed)
        assert block.hash.hex() == expected
        for whole, seen in zip(decode_block(data).entries, block.entries, strict=True):
            assert seen in (whole, Blank(whole.number, whole.author, whole.audience))


@each_log
def test_a_pupil_has_each_public_page_as_it_is_and_no_private_one(log: dict[str, Any]) -> None:
    teacher, pupil = log["teacher"], log["pupil_3"]
    public = {number for number, page in teacher["pages"].items() if page["audience"] == 0}
    assert set(pupil["digests"]) == public < set(teacher["digests"])
    assert {number: teacher["digests"][number] for number in public} == pupil["digests"]


def test_the_golden_logs_hold_every_kind() -> None:
    kinds = {
        entry.kind
        for log in LOGS
        for data in blocks_of(log)
        for entry in decode_block(data).entries
        if isinstance(entry, Entry)
    }
    assert set(EntryKind) - kinds <= {
        EntryKind.LESSON_ENDED,
        EntryKind.MEMBER_LEFT,
        EntryKind.HAND_LOWERED,
        EntryKind.RIGHT_TAKEN,
        EntryKind.AUDIO_MARK,
    }


@pytest.mark.parametrize("case", MATRICES)
def test_matrices_round_as_they_did(case: dict[str, list[int]]) -> None:
    assert Matrix(*case["matrix"]).columns(case["x"], case["y"]) == (case["to_x"], case["to_y"])


def test_the_golden_logs_hide_something() -> None:
    assert any(log["blocks"] != log["sealed_for_3"] for log in LOGS)


@each_log
def test_hints_are_written_again_to_the_same_bytes(log: dict[str, Any]) -> None:
    for text in log["hints"]:
        message = decode_hints(bytes.fromhex(text))
        assert encode_hints(message.epoch, map(encode_batch, message.batches)).hex() == text


@pytest.mark.parametrize("text", MESSAGES["client"])
def test_client_messages_are_written_again_to_the_same_text(text: str) -> None:
    message = decode_client(text)
    canonical = json.dumps(
        json.loads(text), ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )
    assert encode_message(message) == canonical == text


@pytest.mark.parametrize("text", MESSAGES["server"])
def test_server_messages_are_written_again_to_the_same_text(text: str) -> None:
    assert encode_message(decode_server(text)) == text


@pytest.mark.parametrize("text", MESSAGES["refused"])
def test_refused_messages_are_refused(text: str) -> None:
    with pytest.raises(InvalidError):
        decode_client(text)
    with pytest.raises(InvalidError):
        decode_server(text)
