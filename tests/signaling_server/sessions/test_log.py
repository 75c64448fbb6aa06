from __future__ import annotations

import pytest

from signaling_server.protocol.commands import Refusal
from signaling_server.protocol.ids import EntryNumber, Epoch, Member
from signaling_server.protocol.messages import OpenEpoch
from signaling_server.rules.durations import Moment
from signaling_server.rules.limits import Limits
from signaling_server.sessions import log as log_module
from signaling_server.sessions.log import Accepted, Known, SessionLog
from tests.signaling_server.blocks import ENGINE_ID, Writer
from tests.signaling_server.sessions.records_in_memory import new_record

MEMBERS = {Member(1), Member(2)}
OTHER = "00000000000000e2"


def empty_log() -> SessionLog:
    return SessionLog(new_record(Limits(1), Moment("b", 0, 0)))


def open_epoch(log: SessionLog, counter: int, first: int, engine: str = ENGINE_ID) -> object:
    return log.open_epoch(OpenEpoch(counter, engine, EntryNumber(first)))


@pytest.fixture
def two_epochs() -> SessionLog:
    """1..6 of the first engine, 7..8 of the second."""
    log = empty_log()
    open_epoch(log, 1, 1)
    writer = Writer()
    for _ in range(3):
        assert isinstance(log.receive(writer.block(count=2), MEMBERS), Accepted)
    open_epoch(log, 2, 7, OTHER)
    later = Writer(2, 7, writer.previous)
    later.epoch = Epoch(2, OTHER)
    assert isinstance(log.receive(later.block(count=2), MEMBERS), Accepted)
    return log


@pytest.mark.parametrize(
    ("have", "epoch", "first"),
    [
        (0, Epoch(0, ""), 1),  # nothing yet
        (4, Epoch(1, ENGINE_ID), 5),
        (6, Epoch(1, ENGINE_ID), 7),
        (9, Epoch(1, ENGINE_ID), 7),  # held more of the first engine than was ever stored
        (7, Epoch(2, OTHER), 8),
        (8, Epoch(2, OTHER), 9),  # all there is
        (99, Epoch(2, OTHER), 9),
        (8, Epoch(2, ENGINE_ID), 1),  # an epoch that was never admitted
        (3, Epoch(2, OTHER), 1),  # cannot be: the epoch begins later
    ],
)
def test_a_reader_gets_from_where_it_parted(
    two_epochs: SessionLog, have: int, epoch: Epoch, first: int
) -> None:
    assert two_epochs.send_from(EntryNumber(have), epoch) == first


@pytest.mark.parametrize(
    ("counter", "first", "engine", "refusal"),
    [
        (2, 9, ENGINE_ID, Refusal.GONE),
        (1, 9, ENGINE_ID, Refusal.GONE),
        (3, 8, ENGINE_ID, Refusal.OUT_OF_ORDER),
        (3, 10, ENGINE_ID, Refusal.OUT_OF_ORDER),
        (3, 9, "not hexadecimal!", Refusal.INVALID),
    ],
)
def test_an_engine_is_admitted_behind_what_is_stored_only(
    two_epochs: SessionLog, counter: int, first: int, engine: str, refusal: Refusal
) -> None:
    assert open_epoch(two_epochs, counter, first, engine) is refusal


def test_the_same_block_again_is_known_and_another_in_its_place_is_not() -> None:
    log = empty_log()
    open_epoch(log, 1, 1)
    writer = Writer()
    blocks = [writer.block(), writer.block()]
    for block in blocks:
        assert isinstance(log.receive(block, MEMBERS), Accepted)
    assert isinstance(log.receive(blocks[0], MEMBERS), Known)
    assert log.receive(Writer().block(text="不同"), MEMBERS) is Refusal.OUT_OF_ORDER
    assert log.receive(Writer().block(count=2), MEMBERS) is Refusal.OUT_OF_ORDER
    assert log.stored == 2


def test_a_log_has_its_size(monkeypatch: pytest.MonkeyPatch) -> None:
    log = empty_log()
    open_epoch(log, 1, 1)
    writer = Writer()
    block = writer.block()
    monkeypatch.setattr(log_module, "MAX_LOG_BYTES", len(block) + 10)
    assert isinstance(log.receive(block, MEMBERS), Accepted)
    assert log.receive(writer.block(), MEMBERS) is Refusal.TOO_LARGE
