"""What each action of the lesson window does, and why one cannot be done now."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt

from signaling_server.protocol.commands import Redo, Right, Undo
from teacher_client.drawing.tokens import load_tokens
from teacher_client.lesson.link import Do
from teacher_client.ui.actions import INK_ACTIONS, ActionId, ActionSpec, When
from teacher_client.ui.file_texts import FileText
from teacher_client.ui.page_texts import PageText
from teacher_client.ui.player_bar import JUMP_MS
from teacher_client.ui.texts import Text, Words

if TYPE_CHECKING:
    from teacher_client.ui.lesson_window import LessonWindow

ZOOM_STEP: Final = 1.2
OUT: Final = (ActionId.EXPORT, ActionId.SAVE_COPY)
IN: Final = (ActionId.IMPORT, ActionId.FROM_PREPARED)

Handlers = dict[ActionId, Callable[[], None]]


def handlers(window: LessonWindow) -> Handlers:
    """What every action of a window does."""
    return {
        **_tool_handlers(window),
        **_page_handlers(window),
        **_view_handlers(window),
        **_people_handlers(window),
        **_player_handlers(window),
        **window.board.handlers(),
    }


def why_not(window: LessonWindow, spec: ActionSpec) -> Words | None:
    """Why an action cannot be done now; None: it can."""
    if spec.id in OUT:
        return FileText.WHY_NO_ENGINE if window.has_no_engine else window.files.why_not_out()
    if spec.when is not When.LIVE or spec.id is ActionId.END:
        return None  # after the end it closes the window
    if window.has_no_engine:
        return FileText.WHY_NO_ENGINE
    if window.is_over:
        return FileText.WHY_OVER
    if spec.id in IN:
        return window.files.why_not_in()
    is_about_people = spec.menu is Text.PEOPLE or spec.id is ActionId.MICROPHONE
    if window.is_preparing and is_about_people:
        return FileText.WHY_NO_PEOPLE
    if spec.id is ActionId.DELETE_PAGE and len(window.pages.model.order) <= 1:
        return PageText.ONLY_PAGE
    return window.board.board_actions.why_not(spec.id)


def _tool_handlers(window: LessonWindow) -> Handlers:
    tools = window.tools
    made: Handlers = {
        ActionId.PEN: tools.choose_pen,
        ActionId.MARKER: tools.choose_marker,
        ActionId.ERASER: tools.choose_eraser,
        ActionId.THINNER: lambda: tools.step_width(-1),
        ActionId.THICKER: lambda: tools.step_width(1),
        ActionId.UNDO: lambda: window.asked.emit(Do(Undo())),
        ActionId.REDO: lambda: window.asked.emit(Do(Redo())),
    }
    widths = (ActionId.WIDTH_1, ActionId.WIDTH_2, ActionId.WIDTH_3)
    for action, width in zip(widths, load_tokens().widths, strict=True):
        made[action] = lambda chosen=width: tools.choose_width(chosen)  # type: ignore[misc]
    for action, ink in INK_ACTIONS.items():
        made[action] = lambda chosen=ink: tools.choose_ink(chosen)  # type: ignore[misc]
    return made


def _page_handlers(window: LessonWindow) -> Handlers:
    pages, files, bottom = window.pages, window.files, window.bottom
    return {
        ActionId.PAGE_BEFORE: lambda: bottom.turn(-1),
        ActionId.PAGE_AFTER: lambda: bottom.turn(1),
        ActionId.NEW_PAGE: pages.add,
        ActionId.COPY_PAGE: pages.copy,
        ActionId.PRIVATE_PAGE: pages.toggle_private,
        ActionId.DELETE_PAGE: pages.delete,
        ActionId.IMPORT: files.choose_files,
        ActionId.FROM_PREPARED: files.prepared_sheet.toggle,
        ActionId.EXPORT: files.export_sheet.toggle,
        ActionId.SAVE_COPY: files.save_copy,
    }


def _view_handlers(window: LessonWindow) -> Handlers:
    board, people = window.board, window.people
    return {
        ActionId.FOLLOW: window.bottom.follow.click,
        ActionId.FIT: board.fit,
        ActionId.ZOOM_IN: lambda: board.zoom_by(ZOOM_STEP),
        ActionId.ZOOM_OUT: lambda: board.zoom_by(1 / ZOOM_STEP),
        ActionId.FULL_SCREEN: window.toggle_full_screen,
        ActionId.FOLD_PEOPLE: lambda: people.setVisible(people.isHidden()),
        ActionId.NEXT_PANEL: window.focus_next_panel,
        ActionId.BOARD: window.back_to_board,
        ActionId.PALETTE: window.open_palette,
        ActionId.KEYS: window.keys.toggle,
        ActionId.HELP: window.help.toggle,
        ActionId.SETTINGS: window.settings_wanted.emit,
    }


def _people_handlers(window: LessonWindow) -> Handlers:
    people = window.people
    return {
        ActionId.END: window.top.press_end,
        ActionId.MICROPHONE: window.bottom.microphone.click,
        ActionId.NEXT_HAND: people.call_next,
        ActionId.GIVE_PEN: people.give_pen,
        ActionId.MUTE_ALL: lambda: people.take_rights(Right.SPEAK),
        ActionId.TAKE_ALL: lambda: people.take_rights(Right.SPEAK, Right.WRITE),
        ActionId.CHAT: lambda: people.chat.line.setFocus(Qt.FocusReason.ShortcutFocusReason),
    }


def _player_handlers(window: LessonWindow) -> Handlers:
    player = window.player
    return {
        ActionId.PLAY_PAUSE: player.toggle,
        ActionId.STROKE_BEFORE: lambda: player.jump_to_ink(-1),
        ActionId.STROKE_AFTER: lambda: player.jump_to_ink(1),
        ActionId.BACK_5: lambda: player.jump(-JUMP_MS),
        ActionId.AHEAD_5: lambda: player.jump(JUMP_MS),
        ActionId.SLOWER: lambda: player.step_speed(-1),
        ActionId.FASTER: lambda: player.step_speed(1),
    }
