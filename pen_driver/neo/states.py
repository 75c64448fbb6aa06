"""States of a session with a Neo pen, and what leads from one to the next."""

from __future__ import annotations

from enum import Enum, auto


class State(Enum):
    """Where the session stands; the first four wait for the answer that they are named after."""

    VERSION = auto()
    SETTINGS = auto()
    CLOCK = auto()
    NOTES = auto()
    LOCKED = auto()  # waits for a person, not for the pen
    UNLOCKING = auto()
    STREAMING = auto()
    OVER = auto()


class Trigger(Enum):
    """What happened."""

    ANSWERED = auto()
    IS_LOCKED = auto()
    PASSWORD_GIVEN = auto()
    INK_CAME = auto()  # live ink says that our last request was granted, its answer got lost
    NO_CLOCK = auto()  # refused because the clock is not set
    LOOK_AGAIN = auto()  # wiped, or an odd answer to a password: ask for the lock anew
    GAVE_UP = auto()
    LINK_LOST = auto()


TRANSITIONS: dict[tuple[State, Trigger], State] = {
    (State.VERSION, Trigger.ANSWERED): State.SETTINGS,
    (State.SETTINGS, Trigger.ANSWERED): State.CLOCK,
    (State.SETTINGS, Trigger.IS_LOCKED): State.LOCKED,
    (State.LOCKED, Trigger.PASSWORD_GIVEN): State.UNLOCKING,
    (State.UNLOCKING, Trigger.ANSWERED): State.CLOCK,
    (State.UNLOCKING, Trigger.IS_LOCKED): State.LOCKED,
    (State.UNLOCKING, Trigger.LOOK_AGAIN): State.SETTINGS,
    (State.STREAMING, Trigger.IS_LOCKED): State.LOCKED,
    (State.CLOCK, Trigger.ANSWERED): State.NOTES,
    (State.NOTES, Trigger.ANSWERED): State.STREAMING,
    (State.NOTES, Trigger.INK_CAME): State.STREAMING,
    (State.NOTES, Trigger.NO_CLOCK): State.CLOCK,
    **{(state, Trigger.GAVE_UP): State.OVER for state in State},
    **{(state, Trigger.LINK_LOST): State.OVER for state in State},
}
