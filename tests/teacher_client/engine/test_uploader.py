"""Journal to server: any outage, any restart, the server ends with exactly the journal."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from signaling_server.protocol.blocks import NO_HASH, Block, decode_block
from signaling_server.protocol.ids import EntryNumber, Epoch
from signaling_server.protocol.messages import OpenEpoch
from teacher_client.engine.uploader import MAX_IN_FLIGHT, Uploader
from tests.teacher_client.logs import EPOCH, chain


class Server:
    """The rules of PROTOCOL P-4.6 and P-7.4, strictly; a piece that breaks them fails the test."""

    def __init__(self) -> None:
        self.blocks: list[bytes] = []
        self.epoch: Epoch | None = None
        self.previous = NO_HASH
        self.stored = 0

    def take(self, piece: OpenEpoch | bytes) -> int | None:
        """Take one piece; returns the counter of an admitted epoch."""
        if isinstance(piece, OpenEpoch):
            wanted = Epoch(piece.counter, piece.engine)
            assert self.epoch is None or wanted == self.epoch or wanted > self.epoch
            assert wanted == self.epoch or piece.first == self.stored + 1
            self.epoch = wanted
            return piece.counter
        block = decode_block(piece)
        assert block.epoch == self.epoch
        if block.last <= self.stored:
            assert piece in self.blocks
            return None
        assert block.first == self.stored + 1
        assert block.previous == self.previous
        self.blocks.append(piece)
        self.stored, self.previous = block.last, block.hash
        return None


class World:
    """An engine's journal, its uploader, a line that loses its tail, and the server."""

    def __init__(self) -> None:
        self.journal: list[tuple[bytes, Block]] = []
        self.counter = 0
        self.server = Server()
        self.uploader = Uploader()
        self.up: list[OpenEpoch | bytes] = []
        self.down: list[tuple[str, int]] = []
        self.restart()

    def restart(self) -> None:
        """The engine dies and starts again from its journal."""
        self.lose()
        self.counter += 1
        self.uploader = Uploader()
        for data, block in self.journal:
            self.uploader.add(data, block)

    def write(self, count: int) -> None:
        last = self.journal[-1][1] if self.journal else None
        epoch = Epoch(self.counter, f"{self.counter:016x}")
        first, previous = (last.last + 1, last.hash) if last else (1, NO_HASH)
        for data in chain(count, epoch=epoch, first=first, previous=previous):
            self.journal.append((data, decode_block(data)))
            self.uploader.add(*self.journal[-1])
        self.pump()

    def connect(self) -> None:
        self.lose()
        self.uploader.joined(EntryNumber(self.server.stored), self.server.epoch)
        self.pump()

    def lose(self) -> None:
        self.up.clear()
        self.down.clear()
        self.uploader.lost()

    def pump(self) -> None:
        self.up += self.uploader.to_send()

    def deliver_up(self) -> None:
        if not self.up:
            return
        opened = self.server.take(self.up.pop(0))
        if opened is not None:
            self.down.append(("opened", opened))
        else:
            self.down.append(("stored", self.server.stored))

    def deliver_down(self) -> None:
        if not self.down:
            return
        kind, n = self.down.pop(0)
        if kind == "opened":
            self.uploader.epoch_opened(n)
        else:
            self.uploader.acknowledged(EntryNumber(n))
        self.pump()

    def settle(self) -> None:
        while self.up or self.down:
            self.deliver_up()
            self.deliver_down()


steps = st.lists(
    st.sampled_from(["write", "write", "up", "up", "up", "down", "down", "lose", "connect", "die"]),
    max_size=60,
)


@settings(max_examples=100, deadline=None)
@given(steps)
def test_the_server_ends_with_exactly_the_journal(calls: list[str]) -> None:
    world = World()
    does = {
        "write": lambda: world.write(1),
        "up": world.deliver_up,
        "down": world.deliver_down,
        "lose": world.lose,
        "connect": world.connect,
        "die": world.restart,
    }
    for call in calls:
        does[call]()
        synced = [data for data, _ in world.journal]
        assert world.server.blocks == synced[: len(world.server.blocks)]
    world.connect()
    world.settle()
    assert world.server.blocks == [data for data, _ in world.journal]
    assert world.uploader.is_done


def test_nothing_is_sent_before_the_session_is_joined() -> None:
    uploader = Uploader()
    for data in chain(2):
        uploader.add(data, decode_block(data))
    assert uploader.to_send() == []
    uploader.joined(EntryNumber(0), None)
    assert uploader.to_send() == [OpenEpoch(1, EPOCH.engine, EntryNumber(1))]
    assert uploader.to_send() == []  # until it is admitted
    uploader.lost()
    uploader.epoch_opened(1)
    assert uploader.to_send() == []


def test_an_unacknowledged_flood_waits() -> None:
    blocks = chain(400, entries=100)
    uploader = Uploader()
    for data in blocks:
        uploader.add(data, decode_block(data))
    uploader.joined(EntryNumber(0), EPOCH)
    sent = [piece for piece in uploader.to_send() if isinstance(piece, bytes)]
    assert MAX_IN_FLIGHT < sum(map(len, sent)) <= MAX_IN_FLIGHT + len(blocks[-1]) + 100
    assert uploader.to_send() == []
    uploader.acknowledged(decode_block(sent[9]).last)
    assert 9 <= len(uploader.to_send()) <= 11
    assert not uploader.is_done
