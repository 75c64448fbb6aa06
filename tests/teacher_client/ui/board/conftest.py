"""A live lesson with a log that tests go on writing, and a hand that works in page units."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import pytest
from pytestqt.qtbot import QtBot

from signaling_server.protocol.commands import Ink, Tool
from signaling_server.protocol.entries import EntryKind, TextKind, TextPlaced
from signaling_server.protocol.ids import TEACHER, EntryNumber, PageId
from teacher_client.lesson.link import Do, LessonOpened, ToolState
from teacher_client.ui.board_view import BoardView
from teacher_client.ui.ink_writer import Pointer
from teacher_client.ui.lesson_window import LessonWindow
from teacher_client.ui.state import WindowState
from tests.fakes.fake_lesson import FakeLesson
from tests.teacher_client.ui.conftest import SESSION, clear_away, show

PAGE = PageId(1)


@dataclass
class Hand:
    """The teacher at the board; `now` is the board's clock in seconds."""

    window: LessonWindow
    state: WindowState
    log: FakeLesson
    now: float = 100.0
    asked: list[object] = field(default_factory=list)

    @property
    def board(self) -> BoardView:
        return self.window.board

    def tell(self) -> None:
        """Bring what was added to the log."""
        for block in self.log.blocks():
            self.state.take_block(block)

    def choose(self, tool: Tool = Tool.PEN, **more: bool) -> None:
        """The engine confirms a tool."""
        self.state.take_message(ToolState(tool, Ink.BLUE, 70, **more))

    def press(self, x: float, y: float, **more: bool) -> None:
        self.board.press(Pointer(x, y, self.now, **more))

    def move(self, x: float, y: float, **more: bool) -> None:
        self.now += 0.01
        self.board.tools.move(Pointer(x, y, self.now, **more))

    def release(self, x: float, y: float, **more: bool) -> None:
        self.board.release(Pointer(x, y, self.now, **more), y)

    def way(self, points: Sequence[tuple[float, float]], **more: bool) -> None:
        """Down at the first, up at the last."""
        self.press(*points[0], **more)
        for point in points[1:]:
            self.move(*point, **more)
        self.release(*points[-1], **more)

    def board_pointer(self, x: float, y: float) -> Pointer:
        """A pointer that is up."""
        return Pointer(x, y, self.now)

    def wait(self, seconds: float) -> None:
        """Let time pass on the board's clock."""
        self.now += seconds
        self.board._pump_on()

    def commands(self, kind: type[object] | None = None) -> list[object]:
        """What was asked of the lesson so far."""
        bodies = [one.body for one in self.asked if isinstance(one, Do)]
        return [one for one in bodies if kind is None or isinstance(one, kind)]

    def text(self, words: str, x: int, y: int, *, source: str = "") -> EntryNumber:
        """A text is placed; with `source` a formula."""
        kind = TextKind.FORMULA if source else TextKind.TEXT
        outline = "M 0 0 L 1000 0 L 1000 500 Z" if source else ""
        placed = TextPlaced(source or words, x, y, 3000, 700, 500, Ink.INK, kind, outline=outline)
        self.log.add(EntryKind.TEXT_PLACED, placed, PAGE, TEACHER)
        self.tell()
        return EntryNumber(max(self.state.board.pages[PAGE].texts))


@pytest.fixture
def hand(qtbot: QtBot) -> Iterator[Hand]:
    """A live lesson with one empty page before the teacher."""
    state, log = WindowState(), FakeLesson()
    state.take_message(LessonOpened(SESSION, "数学"))
    log.page(PAGE)
    window = show(qtbot, state)
    made = Hand(window, state, log)
    window.board._clock = lambda: made.now
    window.asked.connect(made.asked.append)
    made.tell()
    made.choose()
    qtbot.waitUntil(lambda: window.board.page is not None, timeout=10000)
    made.asked.clear()
    yield made
    clear_away()


def line(x: int, y: int, length: int = 3000) -> list[tuple[int, int]]:
    """A level line with a sample each mm."""
    return [(x + 100 * i, y) for i in range(length // 100 + 1)]
