"""What window and engine say to each other about the pen; part of the unions of `link`.

Notes in its memory: `note_messages`; books, calibration and buttons on paper: `paper_messages`.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import Annotated, ClassVar, Final

from pen_driver.commands import SettingName
from pen_driver.discovery.candidates import Explanation, ReasonKind
from pen_driver.events import PasswordOutcome, SettingOutcome
from signaling_server.protocol.schema import Items, Range, Text

MAX_CANDIDATES: Final = 100
MAX_POINTS: Final = 2000
LONGEST_NAME: Final = 400
Percent = Annotated[int, Range(0, 100)]
Count = Annotated[int, Range(0, 2**31)]
Milliseconds = Annotated[int, Range(0, 86_400_000)]
Share = Annotated[float, Range(0, 1)]
Position = Annotated[int, Range(-(2**31), 2**31 - 1)]
SettingNumber = Annotated[int, Range(0, 2**32 - 1)]


# window to engine


@dataclass(frozen=True, slots=True)
class LookForPens:
    """Search over all transports for some seconds; a running search begins anew."""

    TAG: ClassVar[str] = "look_for_pens"


@dataclass(frozen=True, slots=True)
class StopLooking:
    """End the search."""

    TAG: ClassVar[str] = "stop_looking"


@dataclass(frozen=True, slots=True)
class ChoosePen:
    """Use this pen from now on, also after a restart; '' lets the pen go."""

    TAG: ClassVar[str] = "choose_pen"

    name: Annotated[str, Text(LONGEST_NAME)]


@dataclass(frozen=True, slots=True)
class SetPenSetting:
    """Change one of the settings that the pen declares."""

    TAG: ClassVar[str] = "set_pen_setting"

    name: SettingName
    value: SettingNumber


@dataclass(frozen=True, slots=True)
class EnterPenPassword:
    """A password that a person has just typed; `is_confirmed`: so was the word of warning."""

    TAG: ClassVar[str] = "enter_pen_password"

    password: Annotated[str, Text(16, 1)] = field(repr=False)
    is_confirmed: bool = False


@dataclass(frozen=True, slots=True)
class SoundPen:
    """Let the pen beep and flash, so that it is found."""

    TAG: ClassVar[str] = "sound_pen"


@dataclass(frozen=True, slots=True)
class TryPen:
    """Begin or end the test on the sheet."""

    TAG: ClassVar[str] = "try_pen"

    is_on: bool


@dataclass(frozen=True, slots=True)
class SaveTrialLog:
    """Keep the raw bytes of the last test, or of the one that is on, in a file.

    Passwords and a part of the pen's address are taken out. Answered by :class:`TrialLogSaved`.
    """

    TAG: ClassVar[str] = "save_trial_log"


# engine to window


@dataclass(frozen=True, slots=True)
class PenReason:
    """One sign by which a pen was recognised."""

    kind: ReasonKind
    value: Annotated[str, Text(200)]


@dataclass(frozen=True, slots=True)
class FoundPen:
    """One line of the list; `name` is '' where it cannot be opened."""

    name: Annotated[str, Text(LONGEST_NAME)]
    label: Annotated[str, Text(100)]
    reasons: Annotated[tuple[PenReason, ...], Items(16)]
    is_supported: bool
    is_in_software: bool = False
    explanation: Explanation | None = None


@dataclass(frozen=True, slots=True)
class PenCandidates:
    """What the search has found so far, likeliest first."""

    TAG: ClassVar[str] = "pen_candidates"

    items: Annotated[tuple[FoundPen, ...], Items(MAX_CANDIDATES)]
    is_looking: bool


@dataclass(frozen=True, slots=True)
class PenSetting:
    """A setting and its value; switches are 0 and 1."""

    name: SettingName
    value: SettingNumber


@dataclass(frozen=True, slots=True)
class PenDetails:
    """The card of the pen in use; what the pen does not tell is None or ''.

    Attributes:
        name: the chosen pen, '' for none.
        paper: address of the sheet it wrote on last, as the driver prints it.
        attempts_left: passwords that may still be tried; None: it is not locked.
        password: what became of the last password.
        changed, outcome: what became of the last change of a setting.
    """

    TAG: ClassVar[str] = "pen_details"

    name: Annotated[str, Text(LONGEST_NAME)] = ""
    model: Annotated[str, Text(64)] = ""
    firmware: Annotated[str, Text(64)] = ""
    battery_percent: Percent | None = None
    is_charging: bool | None = None
    memory_percent: Percent | None = None
    paper: Annotated[str, Text(100)] = ""
    is_paper_known: bool = False
    image_errors: Count = 0
    lost_events: Count = 0
    attempts_left: Annotated[int, Range(0, 255)] | None = None
    needs_confirmation: bool = False
    password: PasswordOutcome | None = None
    can_sound: bool = False
    settings: Annotated[tuple[PenSetting, ...], Items(32)] = ()
    changed: SettingName | None = None
    outcome: SettingOutcome | None = None


class TrialVerdict(enum.StrEnum):
    """What the test says."""

    WAITING = "waiting"  # too little was written
    GOOD = "good"
    DOUBTFUL = "doubtful"
    BAD = "bad"


class TrialRemedy(enum.StrEnum):
    """The one thing to do about it."""

    NONE = "none"
    CHOOSE = "choose"  # no pen is chosen
    CONNECT = "connect"  # the pen is not there
    UNLOCK = "unlock"
    WRITE = "write"
    PRESS = "press"  # it hovers and never touches
    PAPER = "paper"  # its camera cannot read the pattern
    NEARER = "nearer"  # dots were lost or the link broke
    RADIO = "radio"  # dots come late
    FORCE = "force"  # it measures force and sends none that moves


@dataclass(frozen=True, slots=True)
class PenTrial:
    """How the test stands, twice a second while it is on, and once when it ended.

    Attributes:
        samples_per_s: while the pen was down; by the pen's own clock where it has one.
        delay_ms: of 95 % of the dots, behind the quickest one; None before any.
        force: the newest; `force_low`, `force_high` the range so far; None: it measures none.
        is_page_known: the sheet and its size are known; None before any page.
    """

    TAG: ClassVar[str] = "pen_trial"

    is_on: bool
    samples: Count = 0
    samples_per_s: Annotated[int, Range(0, 100_000)] = 0
    lost: Count = 0
    delay_ms: Milliseconds | None = None
    force: Share | None = None
    force_low: Share | None = None
    force_high: Share | None = None
    paper: Annotated[str, Text(100)] = ""
    is_page_known: bool | None = None
    verdict: TrialVerdict = TrialVerdict.WAITING
    remedy: TrialRemedy = TrialRemedy.NONE


@dataclass(frozen=True, slots=True)
class PenTrialInk:
    """Ink on the test sheet as it comes: positions in 1/100 mm, force 0..255."""

    TAG: ClassVar[str] = "pen_trial_ink"

    stroke: Count
    x: Annotated[tuple[Position, ...], Items(MAX_POINTS)]
    y: Annotated[tuple[Position, ...], Items(MAX_POINTS)]
    force: Annotated[tuple[Annotated[int, Range(0, 255)], ...], Items(MAX_POINTS)]


class TrialLogProblem(enum.StrEnum):
    """Why there is no file."""

    NOTHING = "nothing"  # no test since the pen was chosen, or no byte came
    DISK = "disk"


@dataclass(frozen=True, slots=True)
class TrialLogSaved:
    """Where the test's raw log is; `path` '' where it could not be kept.

    `is_cut`: the test brought more than is kept; its beginning is in the file.
    """

    TAG: ClassVar[str] = "trial_log_saved"

    path: Annotated[str, Text(1000)] = ""
    problem: TrialLogProblem | None = None
    is_cut: bool = False
