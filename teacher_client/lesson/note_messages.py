"""What window and engine say about notes in the pen's memory, and about copies kept here.

Part of the unions of `link`. Copy, verify, and only then, as a wish of its own, delete: the engine
deletes a book only after it has read a whole copy back, and takes one from a pen that deletes what
it hands out (`StoredNotes.deletes_on_copy`) only where the person was told so.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Annotated, ClassVar, Final, TypeAlias

from signaling_server.protocol.schema import Items, Range, Text

MAX_BOOKS: Final = 256
MAX_PAGES: Final = 512
Count = Annotated[int, Range(0, 2**31)]
PageNumber = Annotated[int, Range(0, 2**32 - 1)]
BookAddress = Annotated[str, Text(100, 1)]
"""As the driver prints it: ``ncode:3.27.604``."""
PenLabel = Annotated[str, Text(64, 1)]
UnixMilliseconds = Annotated[int, Range(0, 2**53 - 1)]


# window to engine


@dataclass(frozen=True, slots=True)
class ListStored:
    """Ask the pen what it has stored; answered by :class:`StoredNotes`, at once and as it comes."""

    TAG: ClassVar[str] = "list_stored"


@dataclass(frozen=True, slots=True)
class CopyStored:
    """Copy one stored book to this disk and verify it; several are copied one after another.

    Attributes:
        is_confirmed: the person knows that this pen keeps no copy of what it hands out. Where
            `StoredNotes.deletes_on_copy` holds, nothing is copied without.
    """

    TAG: ClassVar[str] = "copy_stored"

    book: BookAddress
    is_confirmed: bool = False


@dataclass(frozen=True, slots=True)
class StopCopy:
    """End the running copy and forget those that wait; what came so far stays on this disk."""

    TAG: ClassVar[str] = "stop_copy"


@dataclass(frozen=True, slots=True)
class DeleteStored:
    """Delete one book in the pen's memory; refused unless `StoredBook.can_delete`.

    Attributes:
        is_confirmed: the person was asked for just this and said yes; nothing happens without.
    """

    TAG: ClassVar[str] = "delete_stored"

    book: BookAddress
    is_confirmed: bool = False


@dataclass(frozen=True, slots=True)
class ListKept:
    """Ask for the copies on this disk; answered by :class:`KeptNotes`."""

    TAG: ClassVar[str] = "list_kept"


@dataclass(frozen=True, slots=True)
class PlaceKept:
    """Write a kept page's ink into the lesson that is on; answered by :class:`KeptPlaced`.

    Attributes:
        pen, book, page: as in :class:`KeptNotes`.
        on_shown: onto the page that is shown, at the place where it lies on its sheet; otherwise
            onto the sheet's own page, which is added and shown where it is new.
    """

    TAG: ClassVar[str] = "place_kept"

    pen: PenLabel
    book: BookAddress
    page: PageNumber
    on_shown: bool = False


# engine to window


class StoredState(enum.StrEnum):
    """Where a stored book stands."""

    NOT_COPIED = "not_copied"
    WAITING = "waiting"  # behind another copy
    COPYING = "copying"
    VERIFIED = "verified"  # whole on this disk, read back and equal
    FAILED = "failed"  # see `StoredProblem`
    DELETING = "deleting"
    DELETED = "deleted"  # on the pen; the copy stays


class StoredProblem(enum.StrEnum):
    """Why a copy, a list or a deletion came to nothing, and what the person can do."""

    NO_PEN = "no_pen"  # not there, or locked: connect or unlock it
    NO_MEMORY = "no_memory"  # this pen stores nothing that can be read
    LINK_LOST = "link_lost"  # bring it nearer, copy again: what came is on disk
    SILENT = "silent"  # switch the pen off and on, copy again
    DAMAGED = "damaged"  # bring it nearer, copy again
    INCOMPLETE = "incomplete"  # less came than promised: copy again
    EMPTY = "empty"  # the pen has nothing of this book any more: list again
    STOPPED = "stopped"  # by the person
    REFUSED = "refused"  # by the pen
    BUSY = "busy"  # one thing at a time: wait
    NEEDS_CONFIRMATION = "needs_confirmation"  # nothing was done: ask the person first
    DISK = "disk"  # this disk refuses: make room, copy again
    NOT_VERIFIED = "not_verified"  # the copy read back differs: copy again
    NOT_COPIED = "not_copied"  # to be deleted without a verified copy: copy first
    GROWN = "grown"  # written in since the copy, nothing deleted: copy again
    OTHER_PEN = "other_pen"  # the copy is of another pen, nothing deleted
    UNKNOWN_BOOK = "unknown_book"  # not in the list: list again
    UNSURE = "unsure"  # no answer to a deletion: list again


@dataclass(frozen=True, slots=True)
class StoredBook:
    """One book in the pen's memory.

    Attributes:
        title: the person's name for it, '' for none.
        pages: written on, ascending; the first 512. `has_more_pages`: the pen did not tell all.
        strokes: that the pen promised at the copy; 0 before one.
        copied: of these, how many have come.
        first_ms, last_ms: pen-down of its earliest and latest copied stroke, ms since 1970 on our
            clock; None before a copy, and where the pen's clock was never set.
        problem: set with FAILED, and beside another state when a deletion was refused.
        can_delete: verified, and this pen deletes on demand.
    """

    book: BookAddress
    state: StoredState
    title: Annotated[str, Text(60)] = ""
    pages: Annotated[tuple[PageNumber, ...], Items(MAX_PAGES)] = ()
    has_more_pages: bool = False
    strokes: Count = 0
    copied: Count = 0
    first_ms: UnixMilliseconds | None = None
    last_ms: UnixMilliseconds | None = None
    problem: StoredProblem | None = None
    can_delete: bool = False


@dataclass(frozen=True, slots=True)
class StoredNotes:
    """The pen's memory; sent on every change, at most 5 times a second while copying.

    Attributes:
        is_listed: the pen has told its list since it connected.
        is_listing: an answer is awaited.
        has_more: the pen lists no more at once; after a deletion the rest comes.
        can_list: the pen that is here stores ink and gives it to us.
        deletes_on_copy: it deletes what it hands out: ask the person before :class:`CopyStored`.
        folder: where the copies are kept.
        problem: why there is no list.
    """

    TAG: ClassVar[str] = "stored_notes"

    books: Annotated[tuple[StoredBook, ...], Items(MAX_BOOKS)] = ()
    is_listed: bool = False
    is_listing: bool = False
    has_more: bool = False
    can_list: bool = False
    deletes_on_copy: bool = False
    folder: Annotated[str, Text(1000)] = ""
    problem: StoredProblem | None = None


@dataclass(frozen=True, slots=True)
class KeptPage:
    """One page of a copy; times as in :class:`StoredBook`."""

    page: PageNumber
    strokes: Count
    first_ms: UnixMilliseconds | None = None
    last_ms: UnixMilliseconds | None = None


@dataclass(frozen=True, slots=True)
class KeptBook:
    """One pen's copy of a book; `pen` tells pens apart and is no hardware address."""

    pen: PenLabel
    book: BookAddress
    title: Annotated[str, Text(60)] = ""
    pages: Annotated[tuple[KeptPage, ...], Items(MAX_PAGES)] = ()


@dataclass(frozen=True, slots=True)
class KeptNotes:
    """The copies on this disk, newest ink first; sent when asked and after each copy.

    Attributes:
        can_place: a lesson is on, so :class:`PlaceKept` has somewhere to write.
        has_failed: the folder could not be read; `books` is what could be.
    """

    TAG: ClassVar[str] = "kept_notes"

    books: Annotated[tuple[KeptBook, ...], Items(MAX_BOOKS)] = ()
    folder: Annotated[str, Text(1000)] = ""
    can_place: bool = False
    has_failed: bool = False


class PlaceOutcome(enum.StrEnum):
    """What became of :class:`PlaceKept`."""

    PLACED = "placed"
    NO_LESSON = "no_lesson"
    NO_PAGE = "no_page"  # nothing is shown to write on, or no page can be added
    NO_INK = "no_ink"  # no such copy, or nothing on it
    DISK = "disk"


@dataclass(frozen=True, slots=True)
class KeptPlaced:
    """Answer to :class:`PlaceKept`; each stroke is one step of undo."""

    TAG: ClassVar[str] = "kept_placed"

    pen: PenLabel
    book: BookAddress
    page: PageNumber
    outcome: PlaceOutcome
    strokes: Count = 0


FromNotesPage: TypeAlias = ListStored | CopyStored | StopCopy | DeleteStored | ListKept | PlaceKept
FROM_NOTES_PAGE: Final = (ListStored, CopyStored, StopCopy, DeleteStored, ListKept, PlaceKept)
