"""Nothing of a private page comes to a pupil in any frame, joined early, late or again; a reveal
writes its content for everybody (P-2.5, P-8.7).

Hints, which take another way, are tested in tests/teacher_client/engine.
"""

from __future__ import annotations

from pathlib import Path

from signaling_server.protocol.board import Page, digest
from signaling_server.protocol.commands import Ink, PageKind, Tool
from signaling_server.protocol.entries import (
    Blank,
    InstrumentKind,
    InstrumentSet,
    PicturePlaced,
    TextPlaced,
    ViewShown,
)
from signaling_server.protocol.ids import PageId
from signaling_server.protocol.ink import Samples, write_samples
from signaling_server.protocol.matrix import ONE, Matrix
from teacher_client.lesson.board_commands import (
    AddPage,
    ChangeAudience,
    ChangeItems,
    ChangePage,
    MovePage,
    PutItems,
    PutStroke,
    SetInstrument,
    ShowPage,
    ShowView,
)
from teacher_client.lesson.link import Do
from tests.e2e.kit import EngineProcess, ServerProcess, SocketPupil, running, wait_for
from tests.e2e.teacher import TeacherSocket

PUBLIC, PRIVATE, REVEALED = PageId(1), PageId(2), PageId(3)
ANSWER = "答案 x = 7"
PICTURE = "5ec2e7" + "0a" * 29
X, Y = (77_123, 65_432, 12_345), (54_321, 43_210, 9_876)
WIDTH, HEIGHT = 91_357, 92_468
ITEMS = PutItems(
    PRIVATE,
    strokes=(PutStroke(Tool.PEN, Ink.RED, 70, X, Y),),
    texts=(TextPlaced(ANSWER, 71_717, 1_000, 4_000, 700, 500, Ink.RED),),
    pictures=(PicturePlaced(PICTURE, 72_727, 2_000, 5_000, 5_000),),
)
ACTS = (
    AddPage(WIDTH, HEIGHT, is_private=True),
    ITEMS,
    ShowView(PRIVATE, ViewShown(73_737, 0, 4_000, 4_000)),
    SetInstrument(PRIVATE, InstrumentSet(InstrumentKind.RULER, 74_747, 0, 0, 9_000)),
    ChangePage(PRIVATE, WIDTH, HEIGHT + 1_000, PageKind.DOTS),
    MovePage(PRIVATE, PageId(0)),
    MovePage(PUBLIC, PRIVATE),
)
NUMBERS = (WIDTH, HEIGHT, HEIGHT + 1_000, 71_717, 72_727, 73_737, 74_747)


def secrets() -> list[bytes]:
    """As they stand in a block or a message."""
    ink = bytearray()
    write_samples(ink, Samples(X, Y, (0, 0, 0)))
    words = [ANSWER.encode(), PICTURE.encode(), *(str(number).encode() for number in NUMBERS)]
    return [bytes(ink), *words]


def leaked(pupil: SocketPupil) -> list[bytes]:
    came = b"\n".join(f if isinstance(f, bytes) else f.encode() for f in pupil.frames)
    return [secret for secret in secrets() if secret in came]


def looks(page: Page) -> list[object]:
    """What lies on a page, apart from its numbers and times."""
    strokes = [(s.x, s.y, s.style.ink) for s in page.strokes.values() if s.is_visible]
    texts = [(t.body.text, t.corners) for t in page.texts.values() if t.is_visible]
    pictures = [(p.body.sha256, p.corners) for p in page.pictures.values() if p.is_visible]
    return [page.width, page.height, strokes, texts, pictures]


def test_no_frame_holds_anything_of_a_private_page(tmp_path: Path) -> None:
    server = ServerProcess(tmp_path)
    with running(server):
        engine = EngineProcess(tmp_path, server, "--microphone", "null:", "--speaker", "null:")
        with running(engine), TeacherSocket(engine) as teacher:
            early = SocketPupil(server)
            early.connect()
            session = early.ask_and_join().session
            early.wait_until(lambda: PUBLIC in early.reader.board.pages)
            for act in ACTS:
                teacher.do(Do(act))
            stroke = wait_for(lambda: list(_page(engine, PRIVATE).strokes), 20, "the answer")[0]
            turned = Matrix(0, ONE, -ONE, 0, 90_000, 0)
            teacher.do(Do(ChangeItems(PRIVATE, (stroke,), turned)))
            teacher.do(Do(ShowPage(PRIVATE)))
            held = wait_for(lambda: _settled(engine), 20, "the journal")
            early.wait_until(lambda: early.reader.held >= held)
            early.close()

            again = early  # the same reader, on a new line
            again.connect()
            again.join(session)
            again.wait_until(lambda: again.reader.held >= held)
            again.close()
            late = SocketPupil(server)
            late.connect()
            late.join(session)
            late.wait_until(lambda: late.reader.held >= held)

            for pupil in (early, late):
                assert leaked(pupil) == []
                board = pupil.reader.board
                assert (list(board.pages), board.order, board.shown) == ([PUBLIC], [PUBLIC], PUBLIC)
                blanks = [e for e in pupil.reader.entries if isinstance(e, Blank)]
                assert len(blanks) >= len(ACTS)
                assert digest(board.pages[PUBLIC]) == digest(_page(engine, PUBLIC))

            teacher.do(Do(ChangeAudience(PRIVATE, is_private=False)))
            late.wait_until(lambda: REVEALED in late.reader.board.pages)
            late.wait_until(lambda: late.reader.held >= engine.log_board().held)
            shown = late.reader.board
            assert (shown.shown, PRIVATE in shown.pages) == (REVEALED, False)
            assert looks(shown.pages[REVEALED]) == looks(_page(engine, PRIVATE))
            assert leaked(late)  # the same search finds what was revealed
            late.close()


def _page(engine: EngineProcess, number: PageId) -> Page:
    pages = engine.log_board().board.pages
    return pages.get(number) or Page(number, 0, 0, PageKind.DOTS)


def _settled(engine: EngineProcess) -> int:
    """The last number, once the private page is shown to the teacher with all that was done."""
    log = engine.log_board()
    page = log.board.pages[PRIVATE]
    is_done = log.board.shown == PRIVATE and any(s.revision for s in page.strokes.values())
    return log.held if is_done else 0
