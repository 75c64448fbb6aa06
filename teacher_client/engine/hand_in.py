"""A lesson that is over here and not yet whole at the server: its last blocks are handed in.

It happens when a lesson ends while the line is away. The next time the line is there its blocks
go to the server, and a session that the teacher ended meanwhile is ended there too. The blocks
stay on this disk until then.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

from signaling_server.protocol.ids import EntryNumber, Epoch
from signaling_server.protocol.messages import EndSession, EpochOpened, Join, Joined, Stored
from teacher_client.engine.uploader import Uploader
from teacher_client.service.server_link import ServerLink

log = logging.getLogger(__name__)


@dataclass(slots=True)
class HandIn:
    """What is owed to the server of one lesson.

    Attributes:
        must_end: the teacher ended the lesson, and the server has not heard of it.
    """

    session: str
    uploader: Uploader
    must_end: bool
    is_done: bool = False

    def begin(self, server: ServerLink) -> None:
        """The line is there: enter the session once more."""
        self.uploader.lost()
        server.send(Join(self.session, EntryNumber(0)))

    def joined(self, joined: Joined, server: ServerLink) -> None:
        """The server says what it holds."""
        epoch = Epoch(joined.counter, joined.engine) if joined.counter else None
        self.uploader.joined(joined.stored, epoch)
        self._go_on(server)

    def heard(self, message: EpochOpened | Stored, server: ServerLink) -> None:
        """The server took something."""
        if isinstance(message, Stored):
            self.uploader.acknowledged(message.n)
        else:
            self.uploader.epoch_opened(message.counter)
        self._go_on(server)

    def _go_on(self, server: ServerLink) -> None:
        for piece in self.uploader.to_send():
            if isinstance(piece, bytes):
                server.send_block(piece)
            else:
                server.send(piece)
        if self.uploader.is_done and not self.is_done:
            self.is_done = True
            log.info("the lesson's last blocks are at the server")
            if self.must_end:
                server.send(EndSession())
