"""A pupil's request: decide in five seconds (UX §3.3)."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from signaling_server.protocol.messages import RequestOffered
from teacher_client.ui.history import earlier_text
from teacher_client.ui.parts import Label, set_property, text_button, tight
from teacher_client.ui.texts import Text, clock_text, say, subject_text

SHOWN_EARLIER = 3


class RequestCard(QFrame):
    """Who asks what, since when, and what was before.

    Signals:
        accepted, declined: the request's id.
    """

    accepted = Signal(str)
    declined = Signal(str)

    def __init__(self, offered: RequestOffered) -> None:
        super().__init__()
        self.request = offered.request
        self.setObjectName("card")
        self.setAccessibleName(f"{offered.name} {subject_text(offered.subject)} {offered.text}")
        self._waited = Label("", "smallDim")
        self.accept = text_button(say(Text.ACCEPT), say(Text.ACCEPT_TIP), "second")
        self.decline = text_button(say(Text.DECLINE), say(Text.DECLINE_TIP), "plain")
        self.accept.clicked.connect(lambda: self.accepted.emit(self.request))
        self.decline.clicked.connect(lambda: self.declined.emit(self.request))
        layout = QVBoxLayout(self)
        tight(layout, 16, 12, 16, 12)
        layout.setSpacing(6)
        head = QHBoxLayout()
        head.addWidget(Label(f"{offered.name} · {subject_text(offered.subject)}", "title"))
        head.addStretch()
        head.addWidget(self._waited)
        layout.addLayout(head)
        question = Label(offered.text or say(Text.NO_QUESTION), "" if offered.text else "smallDim")
        question.setWordWrap(True)
        layout.addWidget(question)
        count = len(offered.earlier)
        earlier = say(Text.EARLIER, count=count) if count else say(Text.EARLIER_NONE)
        layout.addWidget(Label(earlier, "heading"))
        for lesson in offered.earlier[:SHOWN_EARLIER]:
            layout.addWidget(Label(earlier_text(lesson), "smallDim"))
        buttons = QHBoxLayout()
        buttons.addWidget(self.accept)
        buttons.addWidget(self.decline)
        buttons.addStretch()
        layout.addLayout(buttons)

    def show_waited(self, waited_ms: int) -> None:
        """Show how long the pupil has waited."""
        self._waited.show_text(say(Text.WAITED, time=clock_text(waited_ms)))

    def set_chosen(self, is_chosen: bool) -> None:
        """Mark the card that Enter takes; only its button is the primary one."""
        set_property(self, "isChosen", is_chosen)
        set_property(self.accept, "role", "primary" if is_chosen else "second")

    def set_busy(self, is_busy: bool) -> None:
        """A pressed button waits for the server's word."""
        self.accept.setEnabled(not is_busy)
        self.decline.setEnabled(not is_busy)
