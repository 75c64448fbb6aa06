"""What Bluetooth LE advertisements and services tell about pens: pure (pen/PROTOCOL 2.1, 2.2, 14;
pen/OTHER_PENS 3, 4, 6)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum

MAC_PREFIX = bytes.fromhex("9C7BD2")
"""First half of the hardware address of every Neo pen."""


def uuid16(short: int) -> str:
    """Return the long form of a 16-bit UUID, in bleak's spelling."""
    return f"0000{short:04x}-0000-1000-8000-00805f9b34fb"


@dataclass(frozen=True, slots=True)
class ServiceSet:
    """One way in which a pen carries its bytes.

    Attributes:
        label: for people.
        protocol: what is spoken over it, see `pen_driver.transports.sessions`.
        write: None where the host has nothing to say.
    """

    label: str
    protocol: str
    service: str
    notify: str
    write: str | None


SERVICE_SETS = (
    # The 128-bit set comes first where a pen has both, as the maker's web kit does.
    ServiceSet(
        "128-bit",
        "neo2",
        "4f99f138-9d53-5bfa-9e50-b147491afe68",
        "64cd86b1-2256-5aeb-9f04-2caf6c60ae57",
        "8bc8cc7d-88ca-56b0-af9a-9bf514d0d61a",
    ),
    ServiceSet("19F1", "neo2", uuid16(0x19F1), uuid16(0x2BA1), uuid16(0x2BA0)),
    ServiceSet("FE03", "robotpen", uuid16(0xFE03), uuid16(0xFFC1), None),
)

NEO1_SERVICE = uuid16(0x18F1)
"""An N2: its fields are spread over characteristics of six services (PROTOCOL 14)."""

_ADVERTISED: dict[str, tuple[str, str]] = {
    **{known.service: (known.label, known.protocol) for known in SERVICE_SETS},
    uuid16(0x19F0): ("19F0", "neo2"),
    NEO1_SERVICE: ("18F1", "neo1"),
    "00001523-1212-efde-1523-785feabcd123": ("1523", "wacom"),
    "57444d01-ba5e-f4ee-5ca1-eb1e5e4b1ce0": ("57444D01", "woodemi"),
}
# First bytes of the manufacturer field, company id included (OTHER_PENS 3 and 6).
_MANUFACTURERS: tuple[tuple[bytes, str, str], ...] = (
    (MAC_PREFIX, "9C:7B:D2", "neo2"),
    (b"WDM", "WDM", "woodemi"),
    (b"DP", "DP", "robotpen"),
)
_NAMES = (
    "Neosmartpen", "NWP-", "NEP-", "NSP-", "NPP-", "LAMY", "Smart Pen", "Moleskine",
)  # fmt: skip


class Sign(Enum):
    """Where a pen was recognised by."""

    SERVICE = "service"
    MANUFACTURER = "manufacturer"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Recognised:
    """One sign of a pen; `protocol` as in `ServiceSet`, or the name of a family we do not speak."""

    sign: Sign
    value: str
    protocol: str


@dataclass(frozen=True, slots=True)
class Advert:
    """One advertisement with its scan response.

    Attributes:
        address: as the system gives it: random for most pens, an invented UUID on macOS.
        manufacturer: company id → the bytes after it, as scanners split the field.
    """

    address: str
    name: str = ""
    services: frozenset[str] = frozenset()
    manufacturer: Mapping[int, bytes] = field(default_factory=dict)
    rssi: int = 0

    def manufacturer_fields(self) -> Iterator[bytes]:
        """Yield the fields as they were sent, with the two bytes that scanners split off."""
        for company, rest in self.manufacturer.items():
            yield (company & 0xFFFF).to_bytes(2, "little") + rest


def real_mac(advert: Advert) -> str | None:
    """Return a Neo pen's own hardware address, "9C:7B:D2:…", None where none is sent.

    The field has no company id: its first six bytes are the address (PROTOCOL 2.2).
    """
    for sent in advert.manufacturer_fields():
        if sent.startswith(MAC_PREFIX) and len(sent) >= 6:
            return sent[:6].hex(":").upper()
    return None


def recognise(advert: Advert) -> tuple[Recognised, ...]:
    """Return the signs by which this is a pen, the surest first; empty: it is none."""
    signs = [
        Recognised(Sign.SERVICE, label, protocol)
        for service, (label, protocol) in _ADVERTISED.items()
        if service in advert.services
    ]
    for sent in advert.manufacturer_fields():
        signs += [
            Recognised(Sign.MANUFACTURER, value, protocol)
            for start, value, protocol in _MANUFACTURERS
            if sent.startswith(start)
        ]
    lowered = advert.name.lower()
    signs += [Recognised(Sign.NAME, name, "neo2") for name in _NAMES if name.lower() in lowered]
    return tuple(signs)


def is_wanted(advert: Advert, wanted: str) -> bool:
    """Say whether this is the pen of the name ``ble:wanted``.

    Args:
        wanted: a pen's own hardware address, else the address or the name that the system shows
            (for pens that send no address of their own), or "any".
    """
    mac = real_mac(advert)
    if wanted == "any":
        return any(sign.protocol in _SPOKEN for sign in recognise(advert))
    if mac is not None and mac == wanted.upper():
        return True
    return wanted.casefold() in (advert.address.casefold(), advert.name.casefold())


_SPOKEN = frozenset(known.protocol for known in SERVICE_SETS) | {"neo1"}

# Android's ladder of MTUs; the firmware team calls 160 the safe choice (PROTOCOL 2.1).
_MTU_LADDER = (160, 64, 23)
_ATT_HEAD = 3


def chunk_size(mtu: int) -> int:
    """Return how many bytes go into one write on a link with this MTU."""
    return next((step for step in _MTU_LADDER if step <= mtu), _MTU_LADDER[-1]) - _ATT_HEAD


def next_chunk_size(size: int) -> int | None:
    """Return the next smaller size to try after a refused write, None at the end."""
    smaller = (step - _ATT_HEAD for step in _MTU_LADDER if step - _ATT_HEAD < size)
    return next(smaller, None)
