"""What ports, USB devices and advertisements say about pens: pure.

Sources: pen/PROTOCOL 2, 16, 17; pen/OTHER_PENS 1, 3, 5, 7.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from pen_driver.transports.ble_adverts import MAC_PREFIX, Advert, Sign, real_mac, recognise


class CandidateKind(Enum):
    """By which way it was found."""

    SERIAL = "serial"
    BLE = "ble"
    USB = "usb"
    DISK = "disk"
    VIRTUAL = "virtual"


class ReasonKind(Enum):
    """Why it is on the list; `Reason.value` says which."""

    SERVICE = "service"
    MANUFACTURER = "manufacturer"
    NAME = "name"
    MAC_PREFIX = "mac_prefix"
    USB_ID = "usb_id"
    STROKE_FILE = "stroke_file"
    BLUETOOTH_PORT = "bluetooth_port"
    SERIAL_PORT = "serial_port"
    BUILT_IN = "built_in"
    SYSTEM = "system"


class Explanation(Enum):
    """What a person should know before choosing it."""

    INCOMING_PORT = "incoming_port"
    MAKERS_LIBRARY = "makers_library"
    MANAGEMENT_ONLY = "management_only"
    OFFLINE_ONLY = "offline_only"
    STORED_NOTES = "stored_notes"  # of a pen's disk; read only
    OTHER_MAKE = "other_make"  # its format is public, we do not speak it
    NO_SIGN = "no_sign"
    IN_SOFTWARE = "in_software"
    NO_BLUETOOTH = "no_bluetooth"


@dataclass(frozen=True, slots=True)
class Reason:
    """One sign, with what was seen ("19F1", "0C45:7099")."""

    kind: ReasonKind
    value: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """One line of the list.

    Attributes:
        name: for `open_pen`; "" where it cannot be opened.
        title: what people call it.
        is_supported: choosing it can lead to ink, live or stored.
        rssi: radio strength in dBm, None where there is none.
    """

    name: str
    kind: CandidateKind
    title: str
    reasons: tuple[Reason, ...]
    is_supported: bool
    explanation: Explanation | None = None
    rssi: int | None = None

    @property
    def key(self) -> tuple[CandidateKind, str]:
        """What it is known by from look to look."""
        return self.kind, self.name or self.title


@dataclass(frozen=True, slots=True)
class PortFacts:
    """A serial port as the system describes it; `remote` is a Bluetooth port's other end."""

    device: str
    description: str = ""
    hwid: str = ""
    usb_id: str = ""
    remote: str = ""


@dataclass(frozen=True, slots=True)
class _UsbId:
    title: str
    explanation: Explanation


USB_IDS: dict[str, _UsbId] = {
    "0483:5740": _UsbId("Neo wired pen", Explanation.MAKERS_LIBRARY),
    "0E8D:0023": _UsbId("Neo M1+", Explanation.MANAGEMENT_ONLY),
    "0C45:7099": _UsbId("TQL dongle", Explanation.MAKERS_LIBRARY),
    "0E20:0101": _UsbId("RobotPen", Explanation.OTHER_MAKE),
    "0ED1:7805": _UsbId("RobotPen touch display", Explanation.OTHER_MAKE),
    "1CFB:1010": _UsbId("Livescribe", Explanation.OFFLINE_ONLY),
    "1CFB:1020": _UsbId("Livescribe", Explanation.OFFLINE_ONLY),
    "1CFB:1030": _UsbId("Livescribe", Explanation.OFFLINE_ONLY),
    "1CFB:1032": _UsbId("Livescribe", Explanation.OFFLINE_ONLY),
}
"""Pens known by vendor and product of their USB plug or dongle."""

# Windows names the other end in the device's instance, all zeros for a port that pens call in on.
_BTHENUM = re.compile(r"^BTHENUM\\.*[&\\]([0-9A-F]{12})_C?[0-9A-F]+", re.IGNORECASE)
_NO_REMOTE = "000000000000"
_PEN_PORT = re.compile(r"neosmartpen|smart ?pen|nwp-|neo[ _]?pen", re.IGNORECASE)
_INCOMING_PORT = re.compile(r"bluetooth-incoming-port|anoto", re.IGNORECASE)
_PREFIX_TEXT = MAC_PREFIX.hex().upper()


def from_port(port: PortFacts) -> Candidate:
    """Say what is known of a serial port. Each one is listed: a pen may hide behind any."""
    name = f"serial:{port.device}"
    known = USB_IDS.get(port.usb_id)
    if known is not None:
        reasons: tuple[Reason, ...] = (Reason(ReasonKind.USB_ID, port.usb_id),)
        return Candidate("", CandidateKind.SERIAL, known.title, reasons, False, known.explanation)
    title = port.description if port.description not in ("", "n/a") else port.device
    remote = _remote_of(port)
    if remote == _NO_REMOTE or _INCOMING_PORT.search(port.device):
        reasons = (Reason(ReasonKind.BLUETOOTH_PORT, port.device),)
        incoming = Explanation.INCOMING_PORT
        return Candidate(
            f"{name}?protocol=anoto", CandidateKind.SERIAL, title, reasons, True, incoming
        )
    reasons = _port_reasons(port, remote)
    if reasons:
        return Candidate(name, CandidateKind.SERIAL, title, reasons, True)
    kind = ReasonKind.BLUETOOTH_PORT if remote else ReasonKind.SERIAL_PORT
    plain = (Reason(kind, port.device),)
    return Candidate(name, CandidateKind.SERIAL, title, plain, True, Explanation.NO_SIGN)


def _remote_of(port: PortFacts) -> str:
    if port.remote:
        return re.sub("[^0-9A-F]", "", port.remote.upper())
    match = _BTHENUM.match(port.hwid)
    return match.group(1).upper() if match else ""


def _port_reasons(port: PortFacts, remote: str) -> tuple[Reason, ...]:
    reasons = []
    if remote.startswith(_PREFIX_TEXT):
        reasons.append(Reason(ReasonKind.MAC_PREFIX, MAC_PREFIX.hex(":").upper()))
    match = _PEN_PORT.search(f"{port.device} {port.description}")
    if match:
        reasons.append(Reason(ReasonKind.NAME, match.group()))
    return tuple(reasons)


def from_usb(usb_id: str) -> Candidate | None:
    """Return a plugged-in device that is a known pen without a serial port, None for others."""
    known = USB_IDS.get(usb_id)
    if known is None:
        return None
    reasons = (Reason(ReasonKind.USB_ID, usb_id),)
    return Candidate("", CandidateKind.USB, known.title, reasons, False, known.explanation)


_SIGNS = {
    Sign.SERVICE: ReasonKind.SERVICE,
    Sign.MANUFACTURER: ReasonKind.MANUFACTURER,
    Sign.NAME: ReasonKind.NAME,
}
_PROTOCOLS: dict[str, Explanation | None] = {
    "neo2": None,
    "robotpen": None,
    "neo1": None,
    "wacom": Explanation.OTHER_MAKE,
    "woodemi": Explanation.OTHER_MAKE,
}


def from_advert(advert: Advert) -> Candidate | None:
    """Return the pen that an advertisement is of, None for other devices."""
    signs = recognise(advert)
    if not signs:
        return None
    mac = real_mac(advert)
    explanation = _PROTOCOLS[signs[0].protocol]
    is_supported = explanation is None
    # The address changes; a name does not, but two pens may share it.
    place = mac or advert.name or advert.address
    return Candidate(
        f"ble:{place}" if is_supported else "",
        CandidateKind.BLE,
        advert.name or place,
        tuple(Reason(_SIGNS[sign.sign], sign.value) for sign in signs),
        is_supported,
        explanation,
        advert.rssi,
    )


def from_disk(root: str, label: str, stroke_file: str | None) -> Candidate | None:
    """Return the pen whose disk this volume is, None for any other volume.

    Args:
        stroke_file: path below `root` of a file that begins as a pen's strokes do.
    """
    reasons = []
    if stroke_file is not None:
        reasons.append(Reason(ReasonKind.STROKE_FILE, stroke_file))
    match = _PEN_PORT.search(label)
    if match:
        reasons.append(Reason(ReasonKind.NAME, match.group()))
    if not reasons:
        return None
    return Candidate(
        f"disk:{root}",
        CandidateKind.DISK,
        "Neo N2",
        tuple(reasons),
        True,
        Explanation.STORED_NOTES,
    )


def from_ink(ink: str) -> Candidate:
    """Return the virtual pen that writes a sample."""
    reasons = (Reason(ReasonKind.BUILT_IN, ink),)
    kind = CandidateKind.VIRTUAL
    return Candidate(f"virtual:{ink}", kind, ink, reasons, True, Explanation.IN_SOFTWARE)


def no_bluetooth(detail: str) -> Candidate:
    """Return the line that says why no pen was looked for over Bluetooth LE."""
    reasons = (Reason(ReasonKind.SYSTEM, detail),)
    kind = CandidateKind.BLE
    return Candidate("", kind, "Bluetooth", reasons, False, Explanation.NO_BLUETOOTH)
