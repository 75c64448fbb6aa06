"""Undo and redo per author, derived from the log."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from signaling_server.protocol.entries import ActionNamed, Blank, Entry, EntryKind
from signaling_server.protocol.ids import EntryNumber, Member, PageId

ACTION_KINDS = frozenset(
    {
        EntryKind.INK_BEGIN,
        EntryKind.STROKES_ERASED,
        EntryKind.STROKES_RESTORED,
        EntryKind.PICTURE_PLACED,
    }
)


@dataclass(frozen=True, slots=True)
class Action:
    """What one undo takes back: the entry that began it, and its page."""

    number: EntryNumber
    page: PageId


@dataclass(slots=True)
class _Stacks:
    done: list[Action] = field(default_factory=list)
    undone: list[Action] = field(default_factory=list)


class History:
    """The actions of each author that an undo or redo would take next."""

    def __init__(self) -> None:
        self._stacks: dict[Member, _Stacks] = defaultdict(_Stacks)

    def apply(self, entry: Entry | Blank) -> None:
        """Take in the next entry of the log."""
        if isinstance(entry, Blank):
            return
        stacks = self._stacks[entry.author]
        if entry.kind in ACTION_KINDS:
            stacks.done.append(Action(entry.number, entry.page))
            stacks.undone.clear()
        elif isinstance(entry.body, ActionNamed):
            source, target = (
                (stacks.done, stacks.undone)
                if entry.kind == EntryKind.UNDONE
                else (stacks.undone, stacks.done)
            )
            for index in range(len(source) - 1, -1, -1):
                if source[index].number == entry.body.of:
                    target.append(source.pop(index))
                    return

    def to_undo(self, author: Member) -> Action | None:
        """The author's newest action that still stands."""
        done = self._stacks[author].done
        return done[-1] if done else None

    def to_redo(self, author: Member) -> Action | None:
        """The author's action undone last, unless a newer one came since."""
        undone = self._stacks[author].undone
        return undone[-1] if undone else None
