"""Write the golden files that both languages read; run only when the contract changes.

``python -m tests.data.wire.make_golden`` writes beside itself. A golden log of a release is
kept for ever: a later reader must still fold it to the same digests.
"""

from __future__ import annotations

import json
import random
import re
from pathlib import Path

from signaling_server.protocol.blocks import decode_block, seal
from signaling_server.protocol.board import Board, Page, digest
from signaling_server.protocol.commands import (
    EraseItems,
    EraseParts,
    Ink,
    Refusal,
    Right,
    Say,
    StrokePart,
    TakeRight,
    Tool,
    Undo,
    WriteInk,
)
from signaling_server.protocol.ids import (
    CommandId,
    EntryNumber,
    Member,
    PageId,
    StrokeId,
    command_id,
    stroke_id,
)
from signaling_server.protocol.ink import MAX_COORDINATE
from signaling_server.protocol.matrix import Matrix
from signaling_server.protocol.messages import (
    ClientMessage,
    Clock,
    Commanded,
    Ended,
    EndReason,
    Hello,
    Join,
    Joined,
    MemberInfo,
    PauseReason,
    Ping,
    Refused,
    Rejected,
    Role,
    SendCommand,
    ServerMessage,
    Signal,
    SignalKind,
    Welcome,
    encode_message,
)
from tests.signaling_server.protocol.acts import some_matrix
from tests.signaling_server.protocol.worlds import PUPIL, live

HERE = Path(__file__).parent
LIST_OF_NUMBERS = re.compile(r"\[[-\d\s,]*\]")
"""Written on one line."""

INK = WriteInk(
    stroke_id(PUPIL, 3, 1), PageId(1), Tool.PEN, Ink.PUPIL, 70, 0, (100, 120), (5, 7), (0, 8)
)
CLOCK = Clock(1_800_000, 1_800_000, 0, False, False, PauseReason.NOT_BEGUN)

CLIENT: list[ClientMessage] = [
    Hello(1),
    Ping(7),
    Join("session-0001", EntryNumber(12), 2, "00ff00ff00ff00ff"),
    Signal(Member(1), SignalKind.ANSWER, 3, "v=0"),
    SendCommand(command_id(3, 1), INK),
    SendCommand(command_id(3, 2), EraseItems(PageId(1), (StrokeId(5),))),
    SendCommand(command_id(3, 3), Undo()),
    SendCommand(command_id(3, 4), Say("为什么要加 4？ \U0001f600")),
    SendCommand(command_id(3, 5), TakeRight(PUPIL, Right.WRITE)),
    SendCommand(command_id(3, 6), EraseParts(PageId(1), (StrokePart(StrokeId(5), 3, 9),))),
    SendCommand(command_id(3, 7), Say("", "a" * 64)),
]
SERVER: list[ServerMessage] = [
    Welcome("甲同学", Role.PUPIL, 1767225600000, "session-0001"),
    Joined(
        "session-0001",
        "数学",
        PUPIL,
        3,
        (MemberInfo(Member(1), "老师", Role.TEACHER, True, 1),),
        CLOCK,
        EntryNumber(12),
        2,
        "00ff00ff00ff00ff",
        EntryNumber(9),
    ),
    Ended("session-0001", EndReason.TIME, 29),
    Refused(CommandId(50331649), Refusal.NO_RIGHT),
    Rejected("join", Refusal.GONE, "R-S1", 5000),
    Commanded(PUPIL, command_id(3, 1), INK),
]
REFUSED = [
    '{"t":"ping","id":1,"extra":1}',
    '{"t":"ping","id":1,"id":1}',
    '{"t":"ping","id":true}',
    '{"t":"ping","id":1.5}',
    '{"t":"ping","id":-1}',
    '{"t":"ping"}',
    '{"t":"nothing"}',
    '{"id":1}',
    "[]",
    '{"t":"ping","id":NaN}',
    '{"t":"command","command":1,"member":1,"body":{"t":"undo"}}',
    '{"t":"command","command":1,"body":{"t":"say"}}',
    '{"t":"command","command":1,"body":{"t":"say","text":"","picture":"A"}}',
    '{"t":"command","command":1,"body":{"t":"erase","page":1,"items":[]}}',
    '{"t":"command","command":1,"body":{"t":"erase","page":1,"strokes":[5]}}',
    '{"t":"command","command":1,"body":{"t":"add_page"}}',
    '{"t":"command","command":1,"body":{"t":"say","text":"\\ud800"}}',
    '{"t":"join","session":"session-0001","have":0,"minutes":600}',
]


def main() -> None:
    messages = {
        "client": [encode_message(m) for m in CLIENT],
        "server": [encode_message(m) for m in SERVER],
        "refused": REFUSED,
    }
    write("messages.json", messages)
    worlds = [golden_log(seed) for seed in (55, 62, 78, 93)]
    write("logs.json", worlds)
    write("matrices.json", golden_matrices())


def golden_log(seed: int) -> dict[str, object]:
    """One lesson with kills: what was sent, and what every reader must end with."""
    world = live(seed, 250, kill_rate=0.03)
    last = decode_block(world.synced[-1])
    sealed = [seal(data, Member(3)) for data in world.synced]
    return {
        "blocks": [data.hex() for data in world.synced],
        "sealed_for_3": [data.hex() for data in sealed],
        "hashes": [block.hash.hex() for block in world.blocks()],
        "hints": [data.hex() for data in world.hints],
        "held": last.last,
        "epoch": {"counter": last.epoch.counter, "engine": last.epoch.engine},
        "teacher": seen(world.synced),
        "pupil_3": seen(sealed),
    }


def seen(blocks: list[bytes]) -> dict[str, object]:
    """What a reader of these blocks ends with, and the board's :func:`state` behind each."""
    board = Board()
    states = []
    for data in blocks:
        for entry in decode_block(data).entries:
            board.apply(entry)
        states.append(state(board))
    return {
        "digests": {str(number): digest(page) for number, page in board.pages.items()},
        "order": board.order,
        "shown": board.shown,
        "skipped": board.skipped,
        "states": states,
        "pages": {str(number): over_and_under(page) for number, page in board.pages.items()},
        "chat": [[line.member, line.text, line.time_ms] for line in board.chat],
        "members": {
            str(member): [s.is_joined, s.hand_since_ms, s.may_speak, s.may_write]
            for member, s in board.members.items()
        },
    }


def state(board: Board) -> str:
    """``row of pages;shown page;page:first 8 digits of its digest …``, pages as they came."""
    row = ",".join(map(str, board.order))
    digests = " ".join(f"{number}:{digest(page)[:8]}" for number, page in board.pages.items())
    return f"{row};{board.shown};{digests}"


def over_and_under(page: Page) -> dict[str, object]:
    """What a page shows besides its digest; `runs`: what is drawn of the strokes with gaps."""
    view, tool = page.view, page.instrument
    return {
        "audience": page.audience,
        "is_deleted": page.is_deleted,
        "lasers": list(page.lasers),
        "view": view and [view.x, view.y, view.width, view.height],
        "instrument": tool
        and [tool.kind.value, tool.x, tool.y, tool.angle, tool.size, tool.opening],
        "runs": {
            str(stroke.id): [list(run) for run in stroke.runs()]
            for stroke in page.strokes.values()
            if stroke.is_visible and stroke.gaps
        },
    }


def golden_matrices() -> list[dict[str, list[int]]]:
    """Points before and behind matrices, numbers at the limits among them."""
    rng = random.Random(1)
    limits = [-MAX_COORDINATE, -1, 0, 1, MAX_COORDINATE]
    cases = []
    for matrix in [
        Matrix(),
        Matrix(500_000, 0, 0, 500_000),
        *(some_matrix(rng) for _ in range(40)),
    ]:
        x = [*limits, *(rng.randint(-1000, 30_000) for _ in range(5))]
        y = [*limits[::-1], *(rng.randint(-1000, 30_000) for _ in range(5))]
        to_x, to_y = matrix.columns(x, y)
        numbers = [matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f]
        cases.append({"matrix": numbers, "x": x, "y": y, "to_x": to_x, "to_y": to_y})
    return cases


def write(name: str, value: object) -> None:
    text = json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True)
    text = LIST_OF_NUMBERS.sub(lambda found: re.sub(r"\s+", " ", found[0]), text)
    (HERE / name).write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
