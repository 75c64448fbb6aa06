"""Undo and redo per author, derived from the log."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Final, NamedTuple, TypeAlias

from signaling_server.protocol.commands import Tool
from signaling_server.protocol.entries import ActionNamed, Blank, Entry, EntryKind, PageAdded
from signaling_server.protocol.ids import NO_COMMAND, CommandId, EntryNumber, Member, PageId
from signaling_server.protocol.ink import InkBody

ACTION_KINDS: Final = frozenset(
    {
        EntryKind.INK_BEGIN,
        EntryKind.ITEMS_ERASED,
        EntryKind.ITEMS_RESTORED,
        EntryKind.PARTS_ERASED,
        EntryKind.ITEMS_CHANGED,
        EntryKind.PICTURE_PLACED,
        EntryKind.TEXT_PLACED,
        EntryKind.PAGE_CLEARED,
        EntryKind.PAGE_ADDED,
        EntryKind.PAGE_MOVED,
        EntryKind.PAGE_DELETED,
        EntryKind.PAGE_CHANGED,
    }
)


class Action(NamedTuple):
    """What an undo entry names: the first entry of an action, and its page."""

    number: EntryNumber
    page: PageId


Step: TypeAlias = tuple[Action, ...]
"""What one undo takes back: the actions of one command, at most one on each page."""


@dataclass(slots=True)
class _Step:
    actions: list[Action]


@dataclass(slots=True)
class _Stacks:
    done: list[_Step] = field(default_factory=list)
    undone: list[_Step] = field(default_factory=list)
    by_command: dict[CommandId, _Step] = field(default_factory=dict)


class History:
    """The steps of each author that an undo or redo would take next."""

    def __init__(self) -> None:
        self._stacks: dict[Member, _Stacks] = defaultdict(_Stacks)

    def apply(self, entry: Entry | Blank) -> None:
        """Take in the next entry of the log."""
        if isinstance(entry, Blank):
            return
        stacks = self._stacks[entry.author]
        if isinstance(entry.body, ActionNamed):
            is_undo = entry.kind == EntryKind.UNDONE
            _move(entry.body.of, stacks.done, stacks.undone, is_undo=is_undo)
        elif _is_action(entry):
            _add(stacks, entry)

    def to_undo(self, author: Member) -> Step | None:
        """The author's newest step that still stands."""
        done = self._stacks[author].done
        return tuple(done[-1].actions) if done else None

    def to_redo(self, author: Member) -> Step | None:
        """The author's step undone last, unless a newer one came since."""
        undone = self._stacks[author].undone
        return tuple(undone[-1].actions) if undone else None


def _is_action(entry: Entry) -> bool:
    """A sheet of paper that was turned is no step, nor is pointing."""
    match entry.body:
        case PageAdded():
            return not entry.body.paper
        case InkBody(style=style) if style is not None:
            return style.tool is not Tool.LASER
        case _:
            return entry.kind in ACTION_KINDS


def _add(stacks: _Stacks, entry: Entry) -> None:
    """Other entries may stand between those of a long command: ink, above all."""
    action = Action(entry.number, entry.page)
    step = stacks.by_command.get(entry.command)
    if step is not None:
        if all(known.page != action.page for known in step.actions):
            step.actions.append(action)
        return
    step = _Step([action])
    stacks.done.append(step)
    stacks.undone.clear()
    if entry.command != NO_COMMAND:
        stacks.by_command[entry.command] = step


def _move(of: EntryNumber, done: list[_Step], undone: list[_Step], *, is_undo: bool) -> None:
    source, target = (done, undone) if is_undo else (undone, done)
    for index in range(len(source) - 1, -1, -1):
        if any(action.number == of for action in source[index].actions):
            target.append(source.pop(index))
            return
