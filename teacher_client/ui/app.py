"""The role ``window``: builds, connects, decides nothing."""

from __future__ import annotations

import logging
import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QSize, QTimer, Signal
from PySide6.QtWidgets import QApplication, QWidget

from signaling_server.protocol.board import Changes
from signaling_server.protocol.commands import Tool
from teacher_client.lesson.file_messages import (
    ListPrepared,
    PicturesCame,
    PictureSharpened,
    PrepareLesson,
)
from teacher_client.lesson.link import (
    Account,
    ChooseTool,
    FromEngine,
    FromWindow,
    LessonOpened,
    ListLessons,
    Quit,
)
from teacher_client.starter import EngineStarter, starter_for
from teacher_client.ui.board.writing import SAID, Writing, load_writing, save_writing
from teacher_client.ui.engine_link import EngineLink
from teacher_client.ui.lesson_window import LessonWindow
from teacher_client.ui.main_window import MainWindow
from teacher_client.ui.parts import watch_keyboard_focus
from teacher_client.ui.picture_shelf import DiskPictures
from teacher_client.ui.settings import (
    Language,
    PageSize,
    Settings,
    Theme,
    load_settings,
    save_settings,
)
from teacher_client.ui.state import WindowState
from teacher_client.ui.texts import speak
from teacher_client.ui.theme import apply_theme

ENDPOINT_VARIABLE: Final = "LAMPLIGHT_ENDPOINT"
FIRST_ATTACH_VARIABLE: Final = "LAMPLIGHT_TOKEN"
SHOT_VARIABLE: Final = "LAMPLIGHT_SHOT"
SHOT_AFTER_VARIABLE: Final = "LAMPLIGHT_SHOT_AFTER"
WATCH_MS: Final = 1000
SAID_AFTER_SECONDS: Final = 1.0
"""An engine away for less is not worth a line."""
LESSON_SIZE: Final = QSize(1440, 900)
SMALL_SCREEN: Final = QSize(1500, 960)
QUIT_MS: Final = 150


class Application(QObject):
    """Link, state and windows, put together.

    Signals:
        finished: the teacher quit and the engine was told.
    """

    finished = Signal()

    def __init__(
        self,
        application: QApplication,
        settings: Settings,
        link: EngineLink,
        ensure_engine: Callable[[], object],
        profile: Path | None = None,
    ) -> None:
        """`ensure_engine` starts an engine if none runs; it never waits.

        `profile` is the user's private folder, which has the pictures; without it none are shown.
        """
        super().__init__()
        self._application = application
        self.settings = settings
        self.link = link
        self.state = WindowState()
        self._ensure_engine = ensure_engine
        self._lost_at: float | None = time.monotonic()
        self._is_quitting = False
        self.main: MainWindow | None = None
        self.lesson: LessonWindow | None = None
        self._opening = ""
        self.pictures = None if profile is None else DiskPictures(profile, self)
        if self.pictures is not None:
            self.pictures.asked.connect(self.send)
            self.pictures.came.connect(self._show_picture)
        link.received.connect(self.state.take_message)
        link.block_received.connect(self.state.take_block)
        link.hint_received.connect(self.state.take_hints)
        link.attached.connect(self._attached)
        link.detached.connect(self._detached)
        self.state.changed.connect(self._show)
        self.state.board_changed.connect(self._show_board)
        self._watch = QTimer(self, interval=WATCH_MS)
        self._watch.timeout.connect(self._look_for_engine)

    def start(self) -> None:
        """Show the first window and look for the engine."""
        self._build_main()
        self._ensure_engine()
        self.link.start()
        self._watch.start()

    def send(self, message: FromWindow) -> None:
        """Ask the engine."""
        self.link.send(message)

    def rebuild(self, settings: Settings) -> None:
        """Another language or theme: build the windows anew from the state."""
        self.settings = settings
        save_settings(settings)
        speak(settings.language)
        apply_theme(self._application, is_dark=settings.is_dark)
        had_lesson, self.lesson = self.lesson, None
        if had_lesson is not None:
            had_lesson.closed.disconnect()
            had_lesson.deleteLater()
        old, self.main = self.main, None
        self._build_main()
        if old is not None:
            old.hide()
            old.deleteLater()
        if had_lesson is not None:
            self._open_lesson()

    def apply(self, settings: Settings) -> None:
        """The teacher chose something in the settings."""
        before, self.settings = self.settings, settings
        save_settings(settings)
        if (before.language, before.theme) != (settings.language, settings.theme):
            self.rebuild(settings)
            if self.main is not None:
                self.main.show_settings(is_shown=True)
        elif before.board_paper != settings.board_paper and self.lesson is not None:
            self._open_lesson()
            self._show_settings()
        elif self.lesson is not None:
            self.lesson.pages.new_kind = settings.page_kind
            self.lesson.pages.new_size = settings.page_size

    def write_so(self, writing: Writing) -> None:
        """The teacher's habits from now on, in the settings, the lesson and the engine."""
        if self.lesson is not None:
            self.lesson.board.board_actions.write_so(writing, SAID[writing.smoothing])
        else:
            save_writing(writing)
            self.send(writing.message)

    def quit(self) -> None:
        """The teacher quits: the engine leaves the lesson and ends, then this program."""
        if self._is_quitting:
            return
        self._is_quitting = True
        self._watch.stop()
        self.send(Quit())
        self.link.stop()
        QTimer.singleShot(QUIT_MS, self.finished.emit)

    def close(self) -> None:
        """Let go of the engine and the windows; the engine goes on."""
        self._watch.stop()
        self.link.stop()
        for window in (self.lesson, self.main):
            if window is not None:
                window.hide()
                window.deleteLater()
        self.lesson = self.main = None
        if self.pictures is not None:
            self.pictures.close()

    # windows

    def _build_main(self) -> None:
        self.main = main = MainWindow(self.state, self.settings)
        main.settings.changed.connect(self.apply)
        main.settings.writing_changed.connect(self.write_so)
        main.settings.keys_changed.connect(self._reload_keys)
        main.asked.connect(self.send)
        main.quit_wanted.connect(self._close_main)
        main.home.file_chosen.connect(self._open_file)
        main.home.lesson_wanted.connect(self._raise_lesson)
        main.home.language_toggled.connect(self._toggle_language)
        main.home.theme_toggled.connect(self._toggle_theme)
        main.show()

    def _open_lesson(self) -> None:
        if self.lesson is not None:
            self.lesson.closed.disconnect()
            self.lesson.hide()
            self.lesson.deleteLater()
        paper = self.settings.board_paper
        self.lesson = window = LessonWindow(self.state, paper, self.pictures)
        window.pages.new_kind = self.settings.page_kind
        window.pages.new_size = self.settings.page_size
        window.pages.size_chosen.connect(self._keep_size)
        window.settings_wanted.connect(self._show_settings)
        window.asked.connect(self.send)
        window.closed.connect(self._close_lesson)
        window.resize(LESSON_SIZE)
        screen = self._application.primaryScreen().availableSize()
        is_seen = self._application.platformName() != "offscreen"
        if is_seen and (
            screen.width() < SMALL_SCREEN.width() or screen.height() < SMALL_SCREEN.height()
        ):
            window.showMaximized()
        else:
            window.show()
        self._raise_lesson()

    def _keep_size(self, size: PageSize) -> None:
        self.settings = replace(self.settings, page_size=size)
        save_settings(self.settings)

    def _reload_keys(self) -> None:
        if self.lesson is not None:
            self.lesson.reload_keys()

    def _show_settings(self) -> None:
        if self.main is not None:
            self.main.show_settings(is_shown=True)
            self.main.show()
            self.main.raise_()
            self.main.activateWindow()

    def _raise_lesson(self) -> None:
        if self.lesson is not None:
            self.lesson.raise_()
            self.lesson.activateWindow()

    def _close_lesson(self) -> None:
        if self.lesson is not None:
            self.lesson.deleteLater()
            self.lesson = None
        self.state.taken = None
        if self.main is not None:
            self.send(ListPrepared())
            self.send(ListLessons())
            self.main.show()
            self.main.raise_()
            self.main.activateWindow()

    def _close_main(self) -> None:
        """Home was closed: with a lesson on, the lesson's window stays; else quit."""
        if self.lesson is None:
            self.quit()

    def _toggle_language(self) -> None:
        other = Language.EN if self.settings.language is Language.ZH else Language.ZH
        self.rebuild(replace(self.settings, language=other))

    def _toggle_theme(self) -> None:
        other = Theme.LIGHT if self.settings.is_dark else Theme.DARK
        self.rebuild(replace(self.settings, theme=other))

    # what the engine tells

    def _show(self, message: FromEngine) -> None:
        if isinstance(message, LessonOpened):
            shown = self.lesson
            if shown is None or (shown.session, shown.is_playback) != (
                message.session,
                message.is_playback,
            ):
                self._open_lesson()
        if self.lesson is not None:
            self.lesson.show_message(message)
        if isinstance(message, LessonOpened) and self._opening and self.lesson is not None:
            path, self._opening = self._opening, ""
            if message.is_prepared:
                self.lesson.files.bring_in([path])
        if self.main is not None:
            self.main.show_message(message)
        if isinstance(message, Account) and message.is_signed_in:
            self.send(ListPrepared())
            self.send(ListLessons())
        if isinstance(message, PicturesCame | PictureSharpened):
            self._take_pictures(message)
        if isinstance(message, LessonOpened):
            self._take_usual_pen(message)

    def _take_usual_pen(self, lesson: LessonOpened) -> None:
        """Begin with a pen of constant width, where the teacher wants that."""
        tool = self.state.tool
        is_new = not (lesson.is_playback or lesson.is_reopened)
        if is_new and self.settings.has_constant_width and tool and tool.tool is Tool.PEN:
            self.send(ChooseTool(Tool.FINELINER, tool.ink, tool.width))

    def _take_pictures(self, message: PicturesCame | PictureSharpened) -> None:
        if self.pictures is None:
            return
        if isinstance(message, PicturesCame):
            self.pictures.pictures_came(message.hashes)
        else:
            self.pictures.sharpened(message)

    def _show_picture(self, sha256: str) -> None:
        if self.lesson is not None:
            self.lesson.show_picture(sha256)

    def _open_file(self, path: str) -> None:
        """Open a file as a prepared lesson of its own: begin one, then put its pages in."""
        self._opening = path
        self.send(PrepareLesson(title=Path(path).stem[:100], has_first_page=False))

    def _show_board(self, changes: Changes) -> None:
        if self.lesson is not None:
            self.lesson.show_changes(changes)

    def _attached(self) -> None:
        self._lost_at = None
        self.state.forget_engine()
        self.send(load_writing().message)
        self._show_engine(None)

    def _detached(self) -> None:
        self._lost_at = time.monotonic()
        self._ensure_engine()

    def _look_for_engine(self) -> None:
        """Once a second while the engine is away: start one if none runs, and say so."""
        if self._lost_at is None:
            return
        self._ensure_engine()
        away = time.monotonic() - self._lost_at
        if away >= SAID_AFTER_SECONDS:
            self._show_engine(round(away))

    def _show_engine(self, lost_seconds: int | None) -> None:
        for window in (self.main, self.lesson):
            if window is not None:
                window.show_engine(lost_seconds)


def run_window(argv: Sequence[str]) -> int:
    """Run the window until the teacher quits.

    Args:
        argv: options handed on to the engine, ``--profile`` among them.

    Environment:
        LAMPLIGHT_ENDPOINT: an engine's endpoint file to use; then no engine is started.
        LAMPLIGHT_TOKEN: the token of the first attach, else the file's.
        LAMPLIGHT_LANG (zh, en), LAMPLIGHT_THEME (light, dark), LAMPLIGHT_PAPER: over the settings.
        LAMPLIGHT_SHOT, LAMPLIGHT_SHOT_AFTER: save a picture of the window every few seconds.

    Returns:
        The exit status.
    """
    logging.basicConfig(level=logging.INFO)
    existing = QApplication.instance()
    application = existing if isinstance(existing, QApplication) else QApplication(sys.argv[:1])
    application.setApplicationName("lamplight")
    application.setQuitOnLastWindowClosed(False)
    settings = load_settings()
    speak(settings.language)
    apply_theme(application, is_dark=settings.is_dark)
    watch_keyboard_focus(application)
    endpoint, ensure = _engine(argv)
    link = EngineLink(endpoint, os.environ.get(FIRST_ATTACH_VARIABLE, ""))
    program = Application(application, settings, link, ensure, endpoint.parent)
    # not quit(): that asks each window, and a live lesson's window stays
    program.finished.connect(lambda: application.exit(0))
    program.start()
    _quit_when_told(program)
    _plan_shot(program)
    return application.exec()


def _engine(argv: Sequence[str]) -> tuple[Path, Callable[[], object]]:
    """Where the endpoint file is, and how an engine is started."""
    given = os.environ.get(ENDPOINT_VARIABLE)
    if given:
        return Path(given), lambda: None
    starter: EngineStarter = starter_for(argv)
    return starter.endpoint_path, starter.ensure


def _quit_when_told(program: Application) -> None:
    """SIGTERM and Ctrl+C quit as the menu does; Python hears them at the next timer event."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: program.quit())


def _plan_shot(program: Application) -> None:
    """Where there is no display: pictures of the window that would be in front."""
    target = os.environ.get(SHOT_VARIABLE)
    if not target:
        return
    seconds = float(os.environ.get(SHOT_AFTER_VARIABLE) or 5)

    def shoot() -> None:
        window: QWidget | None = program.lesson or program.main
        if window is not None:
            window.grab().save(f"{target}.new.png")
            Path(f"{target}.new.png").replace(target)  # whoever looks sees a whole picture

    timer = QTimer(program, interval=round(seconds * 1000))
    timer.timeout.connect(shoot)
    timer.start()
