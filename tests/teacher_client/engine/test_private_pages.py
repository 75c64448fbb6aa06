"""Nothing of a private page goes out on the live path (P-5.5)."""

from __future__ import annotations

from pathlib import Path

import pytest

from signaling_server.protocol.commands import Ink, Tool, WriteInk
from signaling_server.protocol.hints import decode_hints
from signaling_server.protocol.ids import TEACHER, PageId, StrokeId, stroke_id
from teacher_client.lesson.board_commands import AddPage
from teacher_client.lesson.link import Do
from teacher_client.live.peers import PeerPool
from tests.teacher_client.engine.pen_class import in_class


async def test_hints_are_of_public_pages_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[bytes] = []
    monkeypatch.setattr(PeerPool, "send_hint", lambda _self, data, _to: sent.append(data))
    async with in_class(tmp_path) as lesson:
        lesson.ask(Do(AddPage()), Do(AddPage(is_private=True)))
        await lesson.until(lambda: any(page.is_private for page in lesson.board.pages.values()))
        pages = lesson.board.pages
        secret, public = list(pages)[-1], list(pages)[-2]
        assert (pages[secret].is_private, pages[public].is_private) == (True, False)
        for counter in range(1, 21):
            page, name = (public, secret)[counter % 2], stroke_id(TEACHER, 0x8000, counter)
            ink = WriteInk(name, page, Tool.PEN, Ink.INK, 70, 0, (1, 2), (1, 2), (0, 8))
            lesson.ask(Do(ink))
        await lesson.until(lambda: [len(pages[n].strokes) for n in (secret, public)] == [10, 10])
        await lesson.until(lambda: len(hinted(sent)) == 10)
    assert {page for page, _ in hinted(sent)} == {public}


def hinted(sent: list[bytes]) -> set[tuple[PageId, StrokeId]]:
    return {(batch.page, batch.stroke) for data in sent for batch in decode_hints(data).batches}
