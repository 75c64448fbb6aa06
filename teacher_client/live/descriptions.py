"""What pupils' pages say while a connection is set up: read, checked, never trusted. Pure.

An offer or answer is the SDP text itself; a candidate is the browser's JSON:
``{"candidate": …, "sdpMid": …, "sdpMLineIndex": …}``.
"""

from __future__ import annotations

import ipaddress
import json
import re
from dataclasses import dataclass
from typing import Final

from aiortc import RTCIceCandidate
from aiortc.sdp import SessionDescription, candidate_from_sdp

AUDIO_MID: Final = "0"
"""Everything is bundled into the first m-line, the audio."""

MEDIA: Final = ["audio", "application"]
MAX_CANDIDATE: Final = 400

OPUS_PARAMETERS: Final = "minptime=10;useinbandfec=1;stereo=0;maxaveragebitrate=24000"
"""What we wish to be sent: mono with FEC, 24 kbit/s (DESIGN §4)."""

_OPUS_LINE: Final = re.compile(r"a=rtpmap:(\d+) opus/48000/2\r\n", re.IGNORECASE)
_TYPES: Final = frozenset({"host", "srflx", "relay"})  # what aioice takes
_PARSE_ERRORS: Final = (ValueError, AssertionError, LookupError, AttributeError, TypeError)
"""What aiortc's parser was seen to raise for damaged text; it has no error of its own."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A checked answer without its candidates, and those apart.

    The candidates go in one by one, because a name that must be looked up first would hold up
    the rest; and without the word that they are complete, so that aioice goes on listening.
    """

    sdp: str
    candidates: tuple[RTCIceCandidate, ...]


def with_opus_parameters(sdp: str) -> str:
    """Add our wishes for Opus to an offer of aiortc, which makes none."""
    return _OPUS_LINE.sub(
        lambda line: f"{line[0]}a=fmtp:{line[1]} {OPUS_PARAMETERS}\r\n", sdp, count=1
    )


def read_answer(text: str) -> Answer | None:
    """Check an answer to our offer; None for anything else."""
    try:
        description = SessionDescription.parse(text)
        kinds = [media.kind for media in description.media]
        audio = description.media[0] if description.media else None
        if (
            kinds != MEDIA
            or audio is None
            or not _is_secured(description)
            or not any(codec.mimeType.lower() == "audio/opus" for codec in audio.rtp.codecs)
        ):
            return None
    except _PARSE_ERRORS:
        return None
    lines: list[str] = []
    candidates: list[RTCIceCandidate] = []
    for line in text.splitlines():
        if line.startswith("a=candidate:"):
            candidate = _candidate(line.removeprefix("a="))
            if candidate is not None and candidate not in candidates:
                candidates.append(candidate)
        elif line and line != "a=end-of-candidates":
            lines.append(line)
    return Answer("".join(f"{line}\r\n" for line in lines), tuple(candidates))


def _is_secured(description: SessionDescription) -> bool:
    return all(
        media.ice is not None
        and media.ice.usernameFragment
        and media.ice.password
        and media.dtls is not None
        and media.dtls.fingerprints
        and media.dtls.role in ("client", "server")
        for media in description.media
    )


def read_candidate(text: str) -> RTCIceCandidate | None:
    """Read a candidate's JSON; None for what cannot be used (end, TCP, damaged, unknown type)."""
    try:
        value: object = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, dict):
        return None
    line: object = value.get("candidate")
    return _candidate(line) if isinstance(line, str) else None


def _candidate(line: str) -> RTCIceCandidate | None:
    """Read `candidate:…`; for the audio m-line, whichever it was said for."""
    if len(line) > MAX_CANDIDATE or not line.startswith("candidate:"):
        return None
    try:
        candidate = candidate_from_sdp(line.removeprefix("candidate:"))
        if not is_local_name(candidate.ip):
            ipaddress.ip_address(candidate.ip)
    except _PARSE_ERRORS:
        return None
    if (
        candidate.protocol.lower() != "udp"
        or candidate.type not in _TYPES
        or candidate.component != 1
        or not 0 < candidate.port < 65536
        or not 0 <= candidate.priority < 2**32
    ):
        return None
    candidate.sdpMid = AUDIO_MID
    candidate.sdpMLineIndex = 0
    return candidate


def is_local_name(host: str) -> bool:
    """Whether a browser hid this address behind an mDNS name."""
    return host.endswith(".local")
