"""A pupil with a program of their own: every command at its limits, then as fast as it goes.

Nothing of it touches what is not the pupil's, costs anybody else the lesson, or fills a memory.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

import httpx
from websockets.exceptions import ConnectionClosed

from signaling_server.protocol.board import Page, digest
from signaling_server.protocol.closing import FLOODING
from signaling_server.protocol.commands import (
    Command,
    EraseItems,
    EraseParts,
    GiveRight,
    Ink,
    LowerHand,
    RaiseHand,
    Redo,
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
    MAX_PAGE,
    TEACHER,
    CommandId,
    Member,
    PageId,
    StrokeId,
    stroke_id,
)
from signaling_server.protocol.messages import Rejected
from signaling_server.protocol.schema import MAX_SAFE_INTEGER
from teacher_client.lesson.board_commands import AddPage, DeletePage, PutItems, PutStroke
from teacher_client.lesson.link import Do
from tests.e2e.kit import EngineProcess, Process, ServerProcess, SocketPupil, running, wait_for
from tests.e2e.teacher import TeacherSocket

PUBLIC, PRIVATE, DELETED = PageId(1), PageId(2), PageId(3)
FLOOD_S = float(os.environ.get("FLOOD_S", "4"))
"""60 by hand."""
MOST_GROWTH = 40 * 1024 * 1024
"""Bytes of a process in a flood."""


class Hostile(SocketPupil):
    """Sends what a page never would."""

    def ink(self, counter: int, page: int = PUBLIC, **fields: object) -> WriteInk:
        name = stroke_id(self.member, self.connection, counter)
        sane: dict[str, object] = {"x": (-100_000, 1_000_000), "y": (-100_000, 1_000_000)}
        sane |= {"stroke": name, "tool": Tool.PEN, "ink": Ink.INK, "width": 2000, "first": 0}
        sane |= {"ms": (0, 86_400_000), "is_last": True}
        return WriteInk(page=PageId(page), **(sane | fields))  # type: ignore[arg-type]

    def answer(self, body: Command) -> Refusal | None:
        """None: an entry cites the command."""
        command = self.command(body)

        def answered() -> list[Refusal | None]:
            refusals = [m for m in self.refusals() if m.command == command]
            rejected = [m for m in self.heard if isinstance(m, Rejected)]
            self.heard.clear()
            assert rejected == []
            cited = command in {getattr(e, "command", CommandId(0)) for e in self.reader.entries}
            return [refused.reason for refused in refusals] or ([None] if cited else [])

        (reason,) = self.wait_until(answered)
        assert reason is None or isinstance(reason, Refusal)
        return reason

    def flood(self, session: str, seconds: float) -> tuple[int, list[int | None]]:
        """Everything at once, until then, again after each cut; rounds, and codes of cuts."""
        cuts: list[int | None] = []
        rounds, deadline = 0, time.monotonic() + seconds
        while time.monotonic() < deadline:
            try:
                self._round(1000 + rounds)
                rounds += 1
            except ConnectionClosed as exc:
                cuts.append(None if exc.rcvd is None else exc.rcvd.code)
                self.come_back(session)
        return rounds, cuts

    def come_back(self, session: str) -> None:
        self.close()
        self.connect()
        self.join(session)

    def _round(self, counter: int) -> None:
        own = stroke_id(self.member, self.connection, counter)
        self.command(self.ink(counter))
        self.command(EraseParts(PUBLIC, (StrokePart(own, 0, 1_000_000),) * 200))
        self.command(EraseItems(PUBLIC, (own,) * 512))
        for body in (Undo(), Redo(), RaiseHand(), Say("\x01" * 500)):
            self.command(body)
        self.pump(0.001)
        self.heard.clear()
        self.frames.clear()


def memory(process: Process) -> int:
    """Resident bytes."""
    assert process.popen is not None
    status = Path(f"/proc/{process.popen.pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) * 1024


def page_of(engine: EngineProcess, number: PageId) -> Page | None:
    return engine.log_board().board.pages.get(number)


def test_A13_A14_A24_a_hostile_pupil_costs_nobody_the_lesson(tmp_path: Path) -> None:
    server = ServerProcess(tmp_path)
    with running(server):
        engine = EngineProcess(tmp_path, server, "--microphone", "null:", "--speaker", "null:")
        with running(engine), TeacherSocket(engine) as teacher:
            pupil = Hostile(server)
            pupil.connect()
            session = pupil.ask_and_join().session
            drawn = PutStroke(Tool.PEN, Ink.BLUE, 70, (100, 900), (100, 900))
            pupil.wait_until(lambda: PUBLIC in pupil.reader.board.pages)
            teacher.do(Do(PutItems(PUBLIC, strokes=(drawn,))))
            teacher.do(Do(AddPage(is_private=True)))
            teacher.do(Do(PutItems(PRIVATE, strokes=(drawn,))))
            teacher.do(Do(AddPage()))
            teacher.do(Do(DeletePage(DELETED)))
            wait_for(lambda: (p := page_of(engine, DELETED)) and p.is_deleted, 20, "the pages")
            held = engine.log_board()
            theirs = next(iter(held.board.pages[PUBLIC].strokes))
            hidden = next(iter(held.board.pages[PRIVATE].strokes))
            before = {n: digest(page) for n, page in held.board.pages.items()}

            for body in (pupil.ink(1), EraseItems(PUBLIC, (theirs,)), Undo(), Redo()):
                assert pupil.answer(body) is Refusal.NO_RIGHT
            teacher.do(Do(GiveRight(pupil.member, Right.WRITE)))
            pupil.wait_until(lambda: pupil.reader.board.may_write(pupil.member))

            check_refusals(pupil, theirs, hidden)
            after = engine.log_board().board.pages
            assert before == {n: digest(page) for n, page in after.items()}
            check_pictures(pupil, server, session)
            check_flood(pupil, server, engine, session)
            assert "Traceback" not in engine.log_text() + server.log.read_text()

            teacher.do(Do(PutItems(PUBLIC, strokes=(drawn,))))  # the lesson goes on
            count = len(after[PUBLIC].strokes)
            wait_for(lambda: len((page_of(engine, PUBLIC) or after[PUBLIC]).strokes) > count)
            pupil.close()


def check_refusals(pupil: Hostile, theirs: StrokeId, hidden: StrokeId) -> None:
    """What is not the pupil's, not there or not in order."""
    mine = stroke_id(pupil.member, pupil.connection, 77)
    other = stroke_id(Member(3), 1, 1)
    cases: list[tuple[Command, Refusal]] = [
        (EraseItems(PUBLIC, (theirs,)), Refusal.NOT_YOURS),
        (EraseItems(PRIVATE, (hidden,)), Refusal.NOT_YOURS),
        (EraseItems(PUBLIC, (mine, theirs)), Refusal.NOT_YOURS),
        (EraseItems(PUBLIC, (1,)), Refusal.NOT_YOURS),
        (EraseItems(PUBLIC, (MAX_SAFE_INTEGER,)), Refusal.NOT_YOURS),
        (EraseItems(PUBLIC, (mine,) * 512), Refusal.UNKNOWN_STROKE),
        (EraseItems(PageId(MAX_PAGE), (mine,)), Refusal.UNKNOWN_PAGE),
        (EraseParts(PUBLIC, (StrokePart(theirs, 0, 9),)), Refusal.NOT_YOURS),
        (EraseParts(PUBLIC, (StrokePart(StrokeId(0), 0, 9),)), Refusal.NOT_YOURS),
        (EraseParts(PUBLIC, (StrokePart(mine, 1_000_000, 1),) * 200), Refusal.UNKNOWN_STROKE),
        (pupil.ink(1, PRIVATE), Refusal.UNKNOWN_PAGE),
        (pupil.ink(1, DELETED), Refusal.UNKNOWN_PAGE),
        (pupil.ink(1, MAX_PAGE), Refusal.UNKNOWN_PAGE),
        (pupil.ink(1, 0), Refusal.UNKNOWN_PAGE),
        (pupil.ink(1, stroke=theirs), Refusal.NOT_YOURS),
        (pupil.ink(1, stroke=other), Refusal.NOT_YOURS),
        (pupil.ink(1, stroke=StrokeId(0)), Refusal.NOT_YOURS),
        (pupil.ink(1, tool=Tool.LASER), Refusal.NO_RIGHT),
        (pupil.ink(1, first=1_000_000), Refusal.OUT_OF_ORDER),
        (pupil.ink(1, x=(1,)), Refusal.INVALID),
        (pupil.ink(1, force=(1023,)), Refusal.INVALID),
        (pupil.ink(1, x=(), y=(), ms=()), Refusal.OUT_OF_ORDER),
        (Undo(), Refusal.NOTHING_TO_UNDO),
        (Redo(), Refusal.NOTHING_TO_UNDO),
        (GiveRight(pupil.member, Right.SPEAK), Refusal.NO_RIGHT),
        (TakeRight(TEACHER, Right.SPEAK), Refusal.NOT_YOURS),
        (LowerHand(TEACHER), Refusal.NOT_YOURS),
        (Say(""), Refusal.INVALID),
        (Say("", "ab"), Refusal.INVALID),
    ]
    for body, reason in cases:
        assert pupil.answer(body) is reason, body


def check_pictures(pupil: Hostile, server: ServerProcess, session: str) -> None:
    """A picture that is not of this lesson is a name and nothing more."""
    assert pupil.answer(Say("", "ab" * 32)) is None
    for place in (session, "x" * 22, "..%2f..%2fetc"):
        for name in ("ab" * 32, "AB" * 32, "..%2f" * 12, "0"):
            url = f"{server.url}/api/lessons/{place}/pictures/{name}"
            answer = httpx.get(url, headers=pupil.headers(), trust_env=False)
            assert answer.status_code in (404, 422), (place, name)


def check_flood(pupil: Hostile, server: ServerProcess, engine: EngineProcess, session: str) -> None:
    """Budgets hold; memory stays; the sender is answered or cut, and may come back."""
    pupil.wait_until(lambda: pupil.answer(pupil.ink(2)) is None)
    log_file = engine.lesson_folder()
    start = memory(server), memory(engine), _bytes_in(log_file)
    rounds, cuts = pupil.flood(session, FLOOD_S)
    grown = memory(server) - start[0], memory(engine) - start[1], _bytes_in(log_file) - start[2]
    print(
        f"{rounds} rounds and {len(cuts)} cuts in {FLOOD_S} s; server, engine, log grew by {grown}"
    )
    assert FLOODING in cuts
    assert set(cuts) <= {FLOODING, None}
    assert max(grown[:2]) < MOST_GROWTH
    assert grown[2] < 20_000 * (FLOOD_S + 20)
    pupil.come_back(session)
    rested = time.monotonic() + 3
    pupil.wait_until(lambda: time.monotonic() > rested)
    pupil.heard.clear()
    assert pupil.answer(Say("到此为止")) is None


def _bytes_in(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
