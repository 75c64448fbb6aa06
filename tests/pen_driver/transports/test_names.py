from __future__ import annotations

import pytest

from pen_driver.errors import UnknownPenNameError
from pen_driver.transports import open_pen
from pen_driver.transports.names import PenName, parse_pen_name


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
