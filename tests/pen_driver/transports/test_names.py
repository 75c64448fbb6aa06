from __future__ import annotations

import pytest

from pen_driver.errors import UnknownPenNameError
from pen_driver.transports import open_pen
from pen_driver.transports.names import PenName, parse_pen_name, redacted


def test_names_with_options() -> None:
    parsed = parse_pen_name("virtual:/tmp/a.json?once&rate=240")
    assert parsed == PenName("virtual", "/tmp/a.json", (("once", None), ("rate", "240")))
    assert parsed.option("once") == ""
    assert parsed.option("rate") == "240"
    assert parsed.option("loop") is None


def test_names_with_colons() -> None:
    assert parse_pen_name("replay:C:/a.cap").place == "C:/a.cap"


@pytest.mark.parametrize("name", ["", "maths", "virtual:", ":maths", "crayon:red"])
def test_unknown_names(name: str) -> None:
    with pytest.raises(UnknownPenNameError):
        open_pen(name, lambda event: None)


def test_addresses_are_not_whole_in_logs() -> None:
    assert redacted("ble:9C:7B:D2:00:A1:7E") == "ble:9C:7B:D2:xx:A1:7E"
    assert redacted("device 4a:00:00:00:00:01 was not found") == (
        "device 4a:00:00:xx:00:01 was not found"
    )
    assert redacted("serial:/dev/rfcomm0") == "serial:/dev/rfcomm0"
