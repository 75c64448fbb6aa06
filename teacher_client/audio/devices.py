"""Microphones and speakers by name.

file:PATH       a sound file, looped · for a speaker a wave file to write
tone:HZ         a tone (microphone only)
null:           silence · nothing
device:NAME     a sound card by (part of) its name; `device:default` the system's choice
"""

from __future__ import annotations

from pathlib import Path

from teacher_client.audio.errors import DeviceNameWrong
from teacher_client.audio.frames import RATE_HZ
from teacher_client.audio.microphones import (
    Microphone,
    file_microphone,
    null_microphone,
    tone_microphone,
)
from teacher_client.audio.speakers import FileSpeaker, NullSpeaker, Speaker

DEFAULT_DEVICE = "device:default"


def open_microphone(name: str) -> Microphone:
    """Open a microphone; on the loop's thread.

    Raises:
        DeviceNameWrong: the name means nothing.
        DeviceMissing: no such card or file.
        DeviceFailed: it is there and does not work.
    """
    scheme, rest = _split(name)
    match scheme:
        case "null" if not rest:
            return null_microphone(name)
        case "tone":
            return tone_microphone(name, _hertz(name, rest))
        case "file" if rest:
            return file_microphone(name, Path(rest))
        case "device" if rest:
            from teacher_client.audio.soundcard import CardMicrophone  # PortAudio only when asked

            return CardMicrophone(name, rest)
        case _:
            raise DeviceNameWrong(name, "not a microphone")


def open_speaker(name: str) -> Speaker:
    """Open a speaker.

    Raises:
        DeviceNameWrong: the name means nothing.
        DeviceMissing: no such card or folder.
        DeviceFailed: it is there and does not work.
    """
    scheme, rest = _split(name)
    match scheme:
        case "null" if not rest:
            return NullSpeaker(name)
        case "file" if rest.lower().endswith(".wav"):
            return FileSpeaker(name, Path(rest))
        case "device" if rest:
            from teacher_client.audio.soundcard import CardSpeaker  # PortAudio only when asked

            return CardSpeaker(name, rest)
        case _:
            raise DeviceNameWrong(name, "not a speaker")


def _split(name: str) -> tuple[str, str]:
    scheme, _colon, rest = name.partition(":")
    return scheme, rest


def _hertz(name: str, text: str) -> float:
    try:
        hz = float(text)
    except ValueError as exc:
        raise DeviceNameWrong(name, "no frequency") from exc
    if not 20.0 <= hz <= RATE_HZ / 2 - 1:
        raise DeviceNameWrong(name, "frequency out of range")
    return hz
