"""Pen events as one JSON object each, for people and scripts."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from enum import Enum

from pen_driver.events import AnotoPage, NcodeBook, NcodePage, PenEvent, SheetPage

# A reader of the line has no docstring at hand, so every quantity carries its unit.
_UNITS = {
    "t_host": "t_host_s",
    "t_pen": "t_pen_s",
    "tilt_x": "tilt_x_deg",
    "tilt_y": "tilt_y_deg",
    "twist": "twist_deg",
    "percent": "charge_percent",
}


# As the pen sent them: in its own units and steps, tilt upright at 90.
_RAW_UNITS = {
    "x": "x_units",
    "y": "y_units",
    "force": "force_steps",
    "tilt_x": "tilt_x_raw_deg",
    "tilt_y": "tilt_y_raw_deg",
    "twist": "twist_deg",
}


def event_to_json(event: PenEvent) -> str:
    """Return one line: ``{"event": "PenSample", "t_host_s": ...}``, numbers to six places."""
    values = {
        _UNITS.get(field.name, field.name): _plain(getattr(event, field.name))
        for field in fields(event)
    }
    return json.dumps({"event": type(event).__name__, **values}, ensure_ascii=False)


def _plain(value: object) -> object:
    match value:
        case Enum():
            return value.name.lower()
        case float():
            return round(value, 6)
        case NcodePage() | AnotoPage() | SheetPage() | NcodeBook():
            return str(value)
        case _ if is_dataclass(value):
            return {
                _RAW_UNITS.get(field.name, field.name): _plain(getattr(value, field.name))
                for field in fields(value)
                if field.repr  # what must not be printed is not told either
            }
        case frozenset():
            return sorted(str(_plain(item)) for item in value)
        case tuple():
            return [_plain(item) for item in value]
        case _:
            return value
