from __future__ import annotations

import pytest

from pen_driver.discovery import (
    Candidate,
    CandidateKind,
    Explanation,
    Reason,
    ReasonKind,
    explanation_text,
    reason_text,
)
from pen_driver.discovery.candidates import PortFacts, from_advert, from_port, from_usb
from pen_driver.transports.ble_adverts import NEO1_SERVICE, Advert, uuid16

WINDOWS = "BTHENUM\\{00001101-0000-1000-8000-00805F9B34FB}_"
OUTGOING = WINDOWS + "VID&000104B0_PID&0001\\7&2C5B7A0&0&9C7BD2AABBCC_C00000001"
INCOMING = WINDOWS + "LOCALMFG&0000\\7&2C5B7A0&0&000000000000_00000002"
STRANGER = WINDOWS + "VID&000104B0_PID&0001\\7&2C5B7A0&0&001122334455_C00000001"
ADDRESS = Reason(ReasonKind.MAC_PREFIX, "9C:7B:D2")


@pytest.mark.parametrize(
    ("port", "reason"),
    [
        (PortFacts("COM5", "Standard Serial over Bluetooth link (COM5)", OUTGOING), ADDRESS),
        (PortFacts("/dev/rfcomm0", "n/a", remote="9C:7B:D2:AA:BB:CC"), ADDRESS),
        (PortFacts("/dev/cu.Neosmartpen_M1"), Reason(ReasonKind.NAME, "Neosmartpen")),
        (PortFacts("/dev/cu.NWP-F50-SPP"), Reason(ReasonKind.NAME, "NWP-")),
    ],
)
def test_ports_of_pens(port: PortFacts, reason: Reason) -> None:
    found = from_port(port)
    assert found.reasons == (reason,)
    assert found.is_supported
    assert found.explanation is None
    assert found.name == f"serial:{port.device}"


@pytest.mark.parametrize(
    "port", [PortFacts("COM4", "", INCOMING), PortFacts("/dev/cu.Bluetooth-Incoming-Port")]
)
def test_an_incoming_port_is_marked_and_explained(port: PortFacts) -> None:
    found = from_port(port)
    assert found.explanation is Explanation.INCOMING_PORT
    assert found.is_supported
    assert found.name == f"serial:{port.device}?protocol=anoto"


@pytest.mark.parametrize(
    ("port", "kind"),
    [
        (PortFacts("COM6", "", STRANGER), ReasonKind.BLUETOOTH_PORT),
        (PortFacts("/dev/rfcomm1", remote="00:11:22:33:44:55"), ReasonKind.BLUETOOTH_PORT),
        (PortFacts("/dev/ttyUSB0", "CP2102", usb_id="10C4:EA60"), ReasonKind.SERIAL_PORT),
    ],
)
def test_any_other_port_may_be_tried(port: PortFacts, kind: ReasonKind) -> None:
    found = from_port(port)
    assert (found.reasons, found.explanation) == (
        (Reason(kind, port.device),),
        Explanation.NO_SIGN,
    )


def test_ports_that_are_no_way_to_ink() -> None:
    found = from_port(PortFacts("COM3", "USB serial", usb_id="0E8D:0023"))
    assert (found.name, found.is_supported) == ("", False)
    assert found.explanation is Explanation.MANAGEMENT_ONLY


@pytest.mark.parametrize(
    ("usb_id", "explanation"),
    [("0C45:7099", Explanation.MAKERS_LIBRARY), ("1CFB:1020", Explanation.OFFLINE_ONLY)],
)
def test_closed_pens_are_named_and_explained(usb_id: str, explanation: Explanation) -> None:
    found = from_usb(usb_id)
    assert found is not None
    assert not found.is_supported
    assert found.explanation is explanation


def test_no_pen_on_the_bus() -> None:
    assert from_usb("046D:C52B") is None


def test_adverts() -> None:
    pen = from_advert(
        Advert("4A:00", "Smart Pen", manufacturer={0x7B9C: bytes.fromhex("D2AABBCC")}, rssi=-50)
    )
    assert pen == Candidate(
        "ble:9C:7B:D2:AA:BB:CC",
        CandidateKind.BLE,
        "Smart Pen",
        (Reason(ReasonKind.MANUFACTURER, "9C:7B:D2"), Reason(ReasonKind.NAME, "Smart Pen")),
        True,
        None,
        -50,
    )
    named = from_advert(Advert("4A:00", "Smart Pen"))
    assert named is not None
    assert named.name == "ble:Smart Pen"
    bare = from_advert(Advert("4A:00", services=frozenset({uuid16(0x19F1)})))
    assert bare is not None
    assert bare.name == "ble:4A:00"
    assert from_advert(Advert("4A:00", "Headphones")) is None


def test_an_n2_is_known_by_its_service() -> None:
    found = from_advert(Advert("x", "Neosmartpen_N2", frozenset({NEO1_SERVICE})))
    assert found is not None
    assert (found.name, found.explanation) == ("ble:Neosmartpen_N2", None)
    assert found.reasons[0] == Reason(ReasonKind.SERVICE, "18F1")


def test_everything_has_words_in_both_languages() -> None:
    for is_chinese in (True, False):
        for explanation in Explanation:
            assert explanation_text(explanation, is_chinese)
        for kind in ReasonKind:
            assert "19F1" in reason_text(Reason(kind, "19F1"), is_chinese)
