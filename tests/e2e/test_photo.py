"""A pupil's photo in a real browser: sent with progress, seen by the teacher, refused in words;
what the teacher puts on the board of it is painted there."""

from __future__ import annotations

from pathlib import Path

import pytest

from signaling_server.protocol.entries import PicturePlaced
from signaling_server.protocol.ids import PageId
from teacher_client.lesson.board_commands import PutItems
from teacher_client.lesson.link import Do
from tests.e2e.browser import CHROMIUM, PupilBrowser
from tests.e2e.kit import EngineProcess, ServerProcess, running, wait_for
from tests.e2e.teacher import TeacherSocket
from tests.e2e.test_pupil_writes import come_in

PAGE = PageId(1)
LARGE = """() => new Promise((done) => {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [3000, 2000];
  const context = canvas.getContext("2d");
  for (let i = 0; i < 3000; i++) {
    context.fillStyle = `hsl(${i % 360} 80% 50%)`;
    context.fillRect((i * 37) % 3000, (i * 91) % 2000, 60, 60);
  }
  canvas.toBlob((blob) => blob.arrayBuffer().then((b) => done(Array.from(new Uint8Array(b)))));
})"""
PIXEL = """() => {
  const canvas = document.querySelector(".board-page");
  const data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
  let coloured = 0;
  for (let i = 0; i < data.length; i += 4) {
    const [r, g, b] = data.slice(i, i + 3);
    if (Math.max(r, g, b) - Math.min(r, g, b) > 100) coloured += 1;
  }
  return coloured;
}"""


@pytest.mark.skipif(not CHROMIUM.exists(), reason="no Chromium here (make installs it)")
def test_a_pupils_photo_reaches_teacher_and_board(tmp_path: Path) -> None:
    server = ServerProcess(tmp_path)
    with running(server):
        engine = EngineProcess(tmp_path, server, "--microphone", "null:", "--speaker", "null:")
        pupil = PupilBrowser(tmp_path, server.url, server.ready["pupil_link"])
        with running(engine), TeacherSocket(engine) as teacher, pupil:
            come_in(pupil, server)
            page = pupil.page
            wait_for(lambda: pupil.ask_probe("p => p.page()") == PAGE, 20, "a page is shown")
            page.locator("#photo").click()
            word = tmp_path / "words.png"
            word.write_text("no picture at all")
            page.set_input_files("#from-album-file", str(word))
            page.locator(".photo.refused").wait_for(timeout=20_000)
            assert "cannot be" in page.locator(".photo.refused .state").inner_text()
            page.locator(".photo.refused").get_by_text("Do not send").click()

            photo = tmp_path / "photo.png"
            photo.write_bytes(bytes(page.evaluate(LARGE)))
            page.set_input_files("#from-album-file", str(photo))
            page.locator(".photo.sent").wait_for(timeout=30_000)
            chat = wait_for(lambda: engine.log_board().board.chat, 20, "the photo is in the log")
            assert len(chat[-1].picture) == 64
            page.keyboard.press("Escape")
            page.locator("#chat").click()
            wide = "document.querySelector('.chat .picture img')?.naturalWidth"
            wait_for(lambda: page.evaluate(wide) == 640, 20, "the small picture is seen")
            page.locator(".chat .picture").click()
            wait_for(lambda: page.evaluate(wide) == 2560, 20, "the full picture is seen")
            page.keyboard.press("Escape")

            before = page.evaluate(PIXEL)
            placed = PicturePlaced(chat[-1].picture, 2_000, 4_000, 12_000, 8_000)
            teacher.do(Do(PutItems(PAGE, pictures=(placed,))))
            wait_for(lambda: page.evaluate(PIXEL) > before + 10_000, 20, "it is on the board")
