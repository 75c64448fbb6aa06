"""Who is signed in at which server: the line, duty, requests."""

from __future__ import annotations

import asyncio
import logging
import ssl
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from signaling_server.protocol.commands import Refusal
from signaling_server.protocol.messages import (
    AcceptRequest,
    DeclineRequest,
    EndSession,
    Rejected,
    RequestGone,
    RequestOffered,
    ServerMessage,
    SetDuty,
    Welcome,
)
from teacher_client.engine.options import EngineOptions
from teacher_client.engine.window_server import WindowServer
from teacher_client.errors import SignInError
from teacher_client.lesson.link import (
    Accept,
    Account,
    ChooseDuty,
    Decline,
    Duty,
    FinishLesson,
    FromEngine,
    LinkState,
    NetworkState,
    Notice,
    NoticeId,
    SignIn,
)
from teacher_client.profile import EngineState, load_state, save_state
from teacher_client.service.account import sign_in
from teacher_client.service.pictures import PictureServer
from teacher_client.service.server_link import LinkListeners, ServerLink
from teacher_client.tasks import spawn

log = logging.getLogger(__name__)

GOOD_DELAY_MS = 150  # UX 3.4
FAIR_DELAY_MS = 600
NO_PEN = "off:"  # chosen: to use none


@dataclass(frozen=True, slots=True)
class DeskListeners:
    """Who hears what the server says.

    Attributes:
        message: every message that is about a lesson, and Welcome after the desk took it in.
        block: raw blocks.
        line_lost: the line went down.
        vital: called with the task without which the engine is of no use.
    """

    message: Callable[[ServerMessage], None]
    block: Callable[[bytes], None]
    line_lost: Callable[[], None]
    vital: Callable[[asyncio.Task[None]], asyncio.Task[None]]


class AccountDesk:
    """The account's side of the engine. Lives in the engine's loop."""

    def __init__(
        self, options: EngineOptions, window: WindowServer, listeners: DeskListeners
    ) -> None:
        self._options = options
        self._window = window
        self._listeners = listeners
        self._tls = _tls(options.authority)
        self._state: EngineState = load_state(options.profile)
        self._state.server = options.server or self._state.server
        self._account = Account(self._state.server)
        self._is_on_duty = False
        self._requests: dict[str, RequestOffered] = {}
        self._lost_since: float | None = None
        self._task: asyncio.Task[None] | None = None
        self.server: ServerLink | None = None
        self.may_export: bool | None = None
        """Whether the programme lets lessons be exported; None: its server does not say."""
        self.question = ""
        """What the pupil of the accepted request asked."""

    def start(self) -> None:
        """Go on with the sign-in that was kept, if there is one."""
        if self._state.token:
            self._connect(self._state.token)

    def states(self) -> Iterator[FromEngine]:
        """What a new window has to know."""
        yield self._account
        yield Duty(self._is_on_duty)
        yield from self._requests.values()

    def network(self, stored: int) -> NetworkState:
        """The network's badge; `stored` is the last number the server acknowledged."""
        if self.server is None:
            return NetworkState(LinkState.OFF)
        if self._lost_since is not None:
            lost = round((time.monotonic() - self._lost_since) * 1000)
            return NetworkState(LinkState.LOST, 0, min(lost, 86_400_000), stored)
        if not self.server.is_up:
            return NetworkState(LinkState.CONNECTING, 0, 0, stored)
        delay = self.server.delay_ms
        link = LinkState.GOOD if delay <= GOOD_DELAY_MS else LinkState.FAIR
        return NetworkState(link if delay <= FAIR_DELAY_MS else LinkState.WEAK, delay, 0, stored)

    def remember_session(self, session: str) -> None:
        """Keep which lesson is on, for an engine that has to go on with it."""
        self._state.session = session
        save_state(self._options.profile, self._state)

    @property
    def pen(self) -> str:
        """The pen to use, '' for none: the chosen one, unless the command line has changed."""
        given = self._options.pen
        if not self._state.pen or self._state.pen_given != given:
            return given
        return "" if self._state.pen == NO_PEN else self._state.pen

    def remember_pen(self, name: str) -> None:
        """Keep which pen was chosen, '' for none."""
        self._state.pen, self._state.pen_given = name or NO_PEN, self._options.pen
        try:
            save_state(self._options.profile, self._state)
        except OSError as exc:  # the pen works all the same, until the next start
            log.warning("the chosen pen is not kept: %s", exc.strerror)

    def pictures_at(self) -> PictureServer | None:
        """Where pictures go to and come from; None while nobody is signed in."""
        state = self._state
        return PictureServer(state.server, state.token, self._tls) if state.token else None

    def close(self) -> None:
        """Let the line go."""
        if self._task is not None:
            self._task.cancel()

    # what the window asks

    async def sign_in(self, message: SignIn) -> None:
        """Sign in; the window hears how it went."""
        server = message.server or self._state.server
        try:
            signed_in = await sign_in(server, message.login, message.password, self._tls)
        except SignInError as exc:
            self._account = Account(server, "", False, exc.refusal, exc.retry_in_ms)
            self._window.send(self._account)
            return
        self._state.server, self._state.token = server, signed_in.token
        self._state.name = signed_in.name
        save_state(self._options.profile, self._state)
        self._connect(signed_in.token)

    def sign_out(self, refusal: Refusal | None = None) -> None:
        """Forget the token; `refusal` says why, where the server wants it."""
        self.close()
        self.server = None
        self._state.token = ""
        save_state(self._options.profile, self._state)
        self._account = Account(self._state.server, refusal=refusal)
        self._window.send(self._account)
        self._is_on_duty = False
        self._forget_requests()

    def ask(self, message: ChooseDuty | Accept | Decline | FinishLesson) -> bool:
        """Hand a wish on to the server; False while there is no line."""
        if self.server is None:
            return False
        match message:
            case ChooseDuty():
                was_sent = self.server.send(SetDuty(message.is_on))
                self._is_on_duty = message.is_on if was_sent else self._is_on_duty
                self._window.send(Duty(self._is_on_duty))
            case Accept():
                offered = self._requests.get(message.request)
                self.question = offered.text if offered is not None else ""
                was_sent = self.server.send(AcceptRequest(message.request))
            case Decline():
                was_sent = self.server.send(DeclineRequest(message.request))
            case FinishLesson():
                was_sent = self.server.send(EndSession())
        return was_sent

    # what the server says

    def _connect(self, token: str) -> None:
        self.close()
        self.server = ServerLink(
            self._state.server,
            token,
            LinkListeners(self._heard, self._listeners.block, self._line_changed, self._replaced),
            self._tls,
        )
        self._task = self._listeners.vital(spawn(self.server.run(), name="server-link"))

    def _heard(self, message: ServerMessage) -> None:
        match message:
            case Welcome():
                self._welcomed(message)
            case RequestOffered() | RequestGone():
                self._request(message)
                return
            case Rejected(to="hello"):
                # a token that ran out needs no word; another version or a full server does
                is_old = message.reason is Refusal.NOT_SIGNED_IN
                self.sign_out(None if is_old else message.reason)
                return
            case Rejected(to="set_duty"):
                self._is_on_duty = False
                self._window.send(Duty(False))
                return
        self._listeners.message(message)

    def _replaced(self) -> None:
        """Two engines must not take the place from each other for ever: a person decides."""
        log.warning("signed in on another computer; this one stands back")
        self.sign_out(Refusal.BUSY)

    def _welcomed(self, message: Welcome) -> None:
        self._account = Account(self._state.server, message.name, True)
        self._is_on_duty = message.is_on_duty
        self._forget_requests()  # those that still stand come again
        self._window.send(self._account)
        self._window.send(Duty(self._is_on_duty))
        if self._options.goes_on_duty and not self._is_on_duty:
            self.ask(ChooseDuty(True))

    def _request(self, message: RequestOffered | RequestGone) -> None:
        if isinstance(message, RequestOffered):
            self._requests[message.request] = message
            if self._options.accepts_all:
                self.ask(Accept(message.request))
        else:
            self._requests.pop(message.request, None)
        self._window.send(message)

    def _forget_requests(self) -> None:
        for request in self._requests:
            self._window.send(RequestGone(request))
        self._requests.clear()

    def _line_changed(self, is_up: bool) -> None:
        if is_up:
            if self._lost_since is not None:
                seconds = round(time.monotonic() - self._lost_since)
                self._window.send(Notice(NoticeId.NETWORK_BACK, None, seconds))
            self._lost_since = None
            return
        self._lost_since = time.monotonic()
        self._listeners.line_lost()


def _tls(authority: Path | None) -> ssl.SSLContext | None:
    """Trust one more authority (a server on the own network with its own certificate)."""
    return None if authority is None else ssl.create_default_context(cafile=str(authority))
