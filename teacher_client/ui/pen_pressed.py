"""What a button on paper does, and did, in words."""

from __future__ import annotations

from typing import Final

from signaling_server.protocol.commands import Ink
from teacher_client.lesson.paper_messages import PaperAction, PaperPressed
from teacher_client.ui.actions import ink_name
from teacher_client.ui.pen_paper_texts import PaperText
from teacher_client.ui.texts import say

_INKS: Final = {
    PaperAction.INK_1: Ink.INK,
    PaperAction.INK_2: Ink.BLUE,
    PaperAction.INK_3: Ink.RED,
    PaperAction.INK_4: Ink.GREEN,
}


def action_text(action: PaperAction) -> str:
    """What a button does."""
    if action in _INKS:
        return ink_name(_INKS[action])
    return say(PaperText[f"ACTION_{action.name}"])


def pressed_text(pressed: PaperPressed) -> str:
    """What became of a touch on a button."""
    return say(PaperText[f"PRESSED_{pressed.outcome.name}"], action=action_text(pressed.action))
