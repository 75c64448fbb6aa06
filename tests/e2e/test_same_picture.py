"""One page, painted by the window's canvas, the PDF export and the pupil's page: one picture."""

from __future__ import annotations

import base64
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QRect
from PySide6.QtGui import QGuiApplication, QImage, QPainter

from signaling_server.protocol.ids import PageId
from signaling_server.protocol.reader import LessonReader
from teacher_client.drawing.canvas import PageCanvas
from teacher_client.drawing.colors import paper_colors
from teacher_client.files.export import export
from teacher_client.files.request import ExportRequest
from teacher_client.lesson.file_messages import ExportFormat
from tests.e2e.browser import CHROMIUM, PupilBrowser
from tests.e2e.kit import EngineProcess, ServerProcess, running, wait_for
from tests.e2e.teacher import TeacherSocket
from tests.fakes.everything import steps

PAGE = PageId(1)
WIDTH = 1000
HEIGHT = 1420
TALL = {"width": WIDTH // 2, "height": 1000}

MEAN = 0.007
"""Mean difference of two pictures, of full scale 1; seen: 0.001 window and page, 0.005 PDF."""
FAR_SHARE = 0.002
"""Share of the page whose colour differs by more than FAR after soft edges are evened out."""
FAR = 0.2

ON_CANVAS = "() => document.querySelector('.board-page').toDataURL('image/png')"

Picture = NDArray[np.float64]


def pixels(image: QImage) -> Picture:
    """Height x width x 3, 0..1."""
    image = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:HEIGHT, : WIDTH * 3].reshape(-1, WIDTH, 3).astype(float) / 255


def by_window(reader: LessonReader) -> Picture:
    canvas = PageCanvas(paper_colors())
    canvas.turn_to(reader.board.pages[PAGE])
    canvas.set_scale(WIDTH / reader.board.pages[PAGE].width)
    canvas.show_all(reader)
    image = QImage(WIDTH, HEIGHT, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    canvas.paint(painter, QRect(0, 0, WIDTH, HEIGHT))
    painter.end()
    return pixels(image)


def by_pdf(engine: EngineProcess, folder: Path) -> Picture:
    target = folder / "page.pdf"
    request = ExportRequest(
        ExportFormat.PDF,
        str(target),
        lesson=str(engine.lesson_folder()),
        profile=str(engine.profile),
        pages=(PAGE,),
    )
    assert export(request).trouble == ""
    document = pypdfium2.PdfDocument(target)
    page = document[0]
    bitmap = page.render(scale=WIDTH / page.get_width())
    rows = bitmap.to_numpy()[:HEIGHT, :WIDTH, :3][..., ::-1].astype(float) / 255
    bitmap.close()
    document.close()
    return np.ascontiguousarray(rows)


def by_page(pupil: PupilBrowser) -> Picture:
    """What stands on the canvas once nothing changes it any more: the letters have come."""
    data, before = "", "?"
    while data != before:
        pupil.page.wait_for_timeout(700)
        before, data = data, pupil.page.evaluate(ON_CANVAS)
    image = QImage.fromData(base64.b64decode(data.partition(",")[2]))
    assert image.width() == WIDTH
    return pixels(image)


def differ(one: Picture, other: Picture) -> tuple[float, float]:
    """Mean difference, and the share of the page that differs by far.

    Edges are soft in another way in each painter, so that blocks of 4 x 4 pixels are compared.
    """
    assert one.shape == other.shape
    rows, columns = one.shape[0] // 4 * 4, one.shape[1] // 4 * 4

    def evened(picture: Picture) -> Picture:
        blocks = picture[:rows, :columns].reshape(rows // 4, 4, columns // 4, 4, 3)
        return blocks.mean(axis=(1, 3))

    apart = np.abs(evened(one) - evened(other)).max(axis=2)
    return float(apart.mean()), float((apart > FAR).mean())


def save(folder: Path, name: str, picture: Picture) -> None:
    rows = np.ascontiguousarray(picture * 255, dtype=np.uint8)
    image = QImage(
        rows.data, rows.shape[1], rows.shape[0], 3 * rows.shape[1], QImage.Format.Format_RGB888
    )
    image.save(str(folder / f"{name}.png"))


def lay_out(teacher: TeacherSocket, engine: EngineProcess) -> None:
    """Put everything on page 1, step by step."""
    page = engine.log_board().board.pages[PAGE]
    for step in steps(page):
        before = engine.log_board().held
        teacher.do(step)
        wait_for(lambda before=before: engine.log_board().held > before, name="the step is kept")
        last = 0
        while last != (last := engine.log_board().held):
            teacher.listen(0.3)
        latest = engine.log_board().board.pages[PAGE]
        for name in ("strokes", "pictures", "texts"):
            getattr(page, name).clear()
            getattr(page, name).update(getattr(latest, name))


@pytest.mark.skipif(not CHROMIUM.exists(), reason="no Chromium here (make installs it)")
def test_window_pdf_and_pupils_page_paint_one_picture(
    tmp_path: Path, qapp: QGuiApplication
) -> None:
    server = ServerProcess(tmp_path)
    with running(server):
        engine = EngineProcess(tmp_path, server, "--microphone", "null:", "--speaker", "null:")
        pupil = PupilBrowser(tmp_path, server.url, server.ready["pupil_link"])
        with running(engine), TeacherSocket(engine) as teacher, pupil:
            pupil.page.set_viewport_size(TALL)
            pupil.ask()
            pupil.await_lesson()
            wait_for(lambda: pupil.ask_probe("p => p.page()") == PAGE, 20, "a page is shown")
            lay_out(teacher, engine)
            reader = engine.log_board()
            wait_for(lambda: pupil.ask_probe("p => p.held()") == reader.held, 20, "the page's log")
            pictures = {
                "window": by_window(reader),
                "pdf": by_pdf(engine, tmp_path),
                "page": by_page(pupil),
            }
    for name, picture in pictures.items():
        save(tmp_path, name, picture)
    figures = {
        f"{one}, {other}": differ(pictures[one], pictures[other])
        for one, other in (("window", "pdf"), ("window", "page"), ("pdf", "page"))
    }
    print(figures)
    for pair, (mean, far) in figures.items():
        assert mean < MEAN, (pair, figures)
        assert far < FAR_SHARE, (pair, figures)
