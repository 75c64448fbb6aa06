"""Badges: pen, network, recording; each an icon with a word or a figure, never colour alone."""

from __future__ import annotations

from typing import Final

from PySide6.QtWidgets import QHBoxLayout, QWidget

from teacher_client.lesson.link import LinkState, NetworkState, PenState
from teacher_client.ui.parts import IconLabel, Label, tight
from teacher_client.ui.pen_texts import paper_text
from teacher_client.ui.texts import Text, say, say_link

LINK_ICONS: Final = {
    LinkState.OFF: ("wifi-off", "text.3"),
    LinkState.CONNECTING: ("antenna-bars-1", "text.3"),
    LinkState.GOOD: ("antenna-bars-5", "success"),
    LinkState.FAIR: ("antenna-bars-3", "success"),
    LinkState.WEAK: ("antenna-bars-3", "warning"),
    LinkState.LOST: ("wifi-off", "danger"),
}
LINK_TONES: Final = {LinkState.WEAK: "warn", LinkState.LOST: "bad"}
LOW_PERCENT: Final = 20
EMPTY_PERCENT: Final = 5


class Badge(QWidget):
    """An icon, what it is about, and its state in words or a figure."""

    def __init__(self, glyph: str, about: str) -> None:
        super().__init__()
        self._about = about
        self._icon = IconLabel(glyph)
        self._name = Label(about, "smallDim")
        self._name.setVisible(bool(about))
        self._word = Label("", "strong")
        layout = QHBoxLayout(self)
        tight(layout, 8, 0, 8)
        layout.setSpacing(6)
        for part in (self._icon, self._name, self._word):
            layout.addWidget(part)

    def show_state(self, glyph: str, color: str, word: str, tone: str, tip: str) -> None:
        """Show icon and word; `tone` colours the word by meaning."""
        self._icon.show_icon(glyph, color, self._about)
        self._word.show_text(word)
        self._word.set_tone(tone)
        self.setToolTip(tip)
        self.setAccessibleName(f"{self._about} {word}")
        self.setAccessibleDescription(tip)


class PenBadge(Badge):
    """The pen's battery, or what it lacks."""

    def __init__(self) -> None:
        super().__init__("ballpen", say(Text.PEN))
        self.show_pen(None)

    def show_pen(self, pen: PenState | None) -> None:
        """Show the pen; None while nothing was told."""
        glyph, color, word, tone = "ballpen", "text.2", say(Text.PEN_OFF), ""
        if pen is not None and pen.is_locked:
            glyph, color, word, tone = "lock", "warning", say(Text.PEN_IS_LOCKED), "warn"
        elif pen is not None and pen.link in (LinkState.GOOD, LinkState.FAIR, LinkState.WEAK):
            percent = pen.battery_percent
            word = say(Text.PEN_READY) if percent is None else f"{percent}%"
            if percent is not None and percent <= LOW_PERCENT:
                is_empty = percent <= EMPTY_PERCENT
                color, tone = ("danger", "bad") if is_empty else ("warning", "warn")
        elif pen is not None and pen.link is LinkState.LOST:
            glyph, color, word, tone = "refresh", "warning", say(Text.PEN_LOST), "warn"
        elif pen is not None and pen.link is LinkState.CONNECTING:
            word = say(Text.LINK_CONNECTING)
        self.show_state(glyph, color, word, tone, _pen_tip(pen, word))


def _pen_tip(pen: PenState | None, word: str) -> str:
    """Model, state, a low battery in words, the sheet, what was lost."""
    model = pen.model if pen is not None and pen.model else "–"
    parts = [say(Text.PEN_TIP, model=model, state=word)]
    if pen is None:
        return parts[0]
    percent = pen.battery_percent
    if percent is not None and percent <= LOW_PERCENT:
        low = Text.PEN_EMPTY if percent <= EMPTY_PERCENT else Text.PEN_LOW
        parts.append(say(low, percent=percent))
    if pen.paper:
        parts.append(paper_text(pen.paper))
    if pen.lost_events:
        parts.append(say(Text.PEN_TIP_LOST, lost=pen.lost_events))
    return " · ".join(parts)


class NetworkBadge(Badge):
    """The line to the platform in a word."""

    def __init__(self) -> None:
        super().__init__("antenna-bars-5", say(Text.NETWORK))
        self.show_network(None)

    def show_network(self, network: NetworkState | None) -> None:
        """Show the line; None while nothing was told."""
        state = LinkState.CONNECTING if network is None else network.link
        glyph, color = LINK_ICONS[state]
        word = say_link(state)
        tip = word if network is None else say(Text.NETWORK_TIP, ms=network.delay_ms)
        self.show_state(glyph, color, word, LINK_TONES.get(state, ""), tip)


class RecordingBadge(Badge):
    """Whether ink and voice are being kept: dot and word."""

    def __init__(self) -> None:
        super().__init__("player-record-filled", "")
        self.show_recording(is_on=True)

    def show_recording(self, *, is_on: bool) -> None:
        """Show on or stopped."""
        if is_on:
            word, tip = say(Text.RECORDING), say(Text.RECORDING_TIP)
            self.show_state("player-record-filled", "rec", word, "bad", tip)
        else:
            word, tip = say(Text.RECORDING_STOPPED), say(Text.RECORDING_STOPPED_TIP)
            self.show_state("player-stop", "warning", word, "warn", tip)
