"""The newest of what the engine told about stored notes and paper; why a pen cannot be used."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from teacher_client.lesson.link import FromEngine, LinkState, PenState
from teacher_client.lesson.note_messages import KeptNotes, KeptPlaced, StoredNotes
from teacher_client.lesson.paper_messages import (
    ButtonBinding,
    PaperBook,
    PaperBooks,
    PaperButtons,
    PaperCalibration,
    PaperPressed,
)
from teacher_client.lesson.pen_messages import PenDetails, TrialLogSaved
from teacher_client.ui.pen_texts import PenText

DOTTED: Final = "ncode:"


@dataclass(slots=True)
class PenTold:
    """What the faces of the pen's page show; a new engine tells it anew."""

    notes: StoredNotes | None = None
    kept: KeptNotes | None = None
    placed: KeptPlaced | None = None
    books: PaperBooks = field(default_factory=PaperBooks)
    calibration: PaperCalibration = field(default_factory=PaperCalibration)
    buttons: PaperButtons = field(default_factory=PaperButtons)
    binding: ButtonBinding = field(default_factory=ButtonBinding)
    pressed: PaperPressed | None = None
    log: TrialLogSaved | None = None

    def take(self, message: FromEngine) -> bool:
        """Keep a message; False where it is none of these."""
        name = _FIELDS.get(type(message))
        if name is not None:
            setattr(self, name, message)
        return name is not None

    def book_at(self, paper: str) -> PaperBook | None:
        """The registered book of a sheet's address."""
        book = paper.rpartition(".")[0]
        return next((one for one in self.books.books if one.book == book), None)


_FIELDS: Final[dict[type, str]] = {
    StoredNotes: "notes",
    KeptNotes: "kept",
    KeptPlaced: "placed",
    PaperBooks: "books",
    PaperCalibration: "calibration",
    PaperButtons: "buttons",
    ButtonBinding: "binding",
    PaperPressed: "pressed",
    TrialLogSaved: "log",
}


def lack_of(pen: PenState | None, card: PenDetails) -> PenText | None:
    """What is to be done before the pen can be asked anything; None: it is here and open."""
    if not card.name:
        return PenText.REMEDY_CHOOSE
    if card.attempts_left is not None:
        return PenText.REMEDY_UNLOCK
    if pen is None or pen.link is not LinkState.GOOD:
        return PenText.REMEDY_CONNECT
    return None


def has_no_pattern(card: PenDetails) -> bool:
    """Whether the sheet it wrote on last has no printed addresses."""
    return bool(card.paper) and not card.paper.startswith(DOTTED)
