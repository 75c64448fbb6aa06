"""What a pen can do and how it is set, from its own answers, as events and capabilities."""

from __future__ import annotations

from pen_driver.events import PenBattery, PenCapabilities, PenEvent, PenMemory, PenSettings
from pen_driver.neo.jobs import INFO_VERSION
from pen_driver.neo.packets import Settings, VersionInfo
from pen_driver.neo.setting_values import changeable, version_parts


def capabilities_of(version: VersionInfo, settings: Settings) -> PenCapabilities:
    """Return what a pen can do, by its protocol version (PROTOCOL 12) and its own settings."""
    return PenCapabilities(
        force_steps=settings.force_steps,
        has_tilt=True,
        has_hover=settings.has_hover,
        can_hover=True,
        has_twist=True,
        has_battery=True,
        has_memory=True,
        has_password=True,
        has_find=True,
        has_offline=True,
        keeps_offline=True,
        can_delete=True,
        has_note_info=version_parts(version.protocol) >= INFO_VERSION,
        settings=changeable(settings.values),
    )


def settings_events(settings: Settings, now: float) -> list[PenEvent]:
    """Return what answer 84 says."""
    return [
        PenBattery(now, settings.battery_percent, settings.is_charging),
        PenMemory(now, settings.memory_percent),
        PenSettings(now, settings.values),
    ]
