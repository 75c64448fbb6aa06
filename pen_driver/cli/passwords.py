"""A locked pen asks the person at the terminal; without one nothing is ever sent."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Callable

from pen_driver.cli.output import is_chinese
from pen_driver.errors import PenLockedError
from pen_driver.events import PenLocked
from pen_driver.transports.base import Pen

CONFIRMATION = "WIPE"
"""To be typed before one of the last attempts."""

_ASK = ("密码（还剩 {left} 次）：", "Password ({left} attempts left): ")
_WARNING = (
    "再错 {left} 次，笔就清空。要继续，输入 {word}：",
    "{left} more wrong ones wipe the pen. To go on, type {word}: ",
)


def has_person() -> bool:
    """Say whether somebody can be asked."""
    return sys.stdin.isatty()


def unlock(pen: Pen, locked: PenLocked) -> None:
    """Ask for the password and send it once; a wrong one is told by another `PenLocked`.

    Raises:
        PenLockedError: nobody is here, or nothing was typed.
    """
    left = locked.attempts_left
    if not has_person():
        raise PenLockedError(left)
    if locked.needs_confirmation and _typed(input, _WARNING, left) != CONFIRMATION:
        raise PenLockedError(left)
    password = _typed(getpass.getpass, _ASK, left)
    if not password:
        raise PenLockedError(left)
    pen.submit_password(password, confirm=locked.needs_confirmation)


def _typed(ask: Callable[[str], str], words: tuple[str, str], left: int) -> str:
    text = words[0] if is_chinese(None) else words[1]
    try:
        return ask(text.format(left=left, word=CONFIRMATION))
    except EOFError:
        return ""
