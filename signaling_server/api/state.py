"""What the routes work with; built once by the start-up code."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from signaling_server.api.origins import Origins
from signaling_server.api.sign_in import SignInDesk
from signaling_server.media.shelf import PictureShelf
from signaling_server.realtime.hub import Hub
from signaling_server.rules.pictures import PictureBudgets
from signaling_server.rules.waits import Waits
from signaling_server.storage.store import Store


@dataclass(frozen=True, slots=True)
class Services:
    """The parts of a running server.

    Attributes:
        pages: folder of the built web pages.
        links: code of a demonstration link → login of the account it signs in.
    """

    store: Store
    hub: Hub
    desk: SignInDesk
    origins: Origins
    pages: Path
    pictures: PictureShelf
    links: dict[str, str] = field(default_factory=dict)
    link_waits: Waits = field(default_factory=Waits)
    picture_budgets: PictureBudgets = field(default_factory=PictureBudgets)
