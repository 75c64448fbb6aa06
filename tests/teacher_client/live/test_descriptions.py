"""What pages say is read strictly, and candidates apart from the answer."""

from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from teacher_client.live.descriptions import (
    OPUS_PARAMETERS,
    is_local_name,
    read_answer,
    read_candidate,
    with_opus_parameters,
)

FINGERPRINT = ":".join(["AB"] * 32)


def section(kind: str, mid: int) -> list[str]:
    head = (
        ["m=audio 9 UDP/TLS/RTP/SAVPF 111", "a=rtpmap:111 opus/48000/2", "a=rtcp-mux"]
        if kind == "audio"
        else ["m=application 9 UDP/DTLS/SCTP webrtc-datachannel", "a=sctp-port:5000"]
    )
    return [
        head[0],
        "c=IN IP4 0.0.0.0",
        f"a=mid:{mid}",
        "a=ice-ufrag:abcd",
        "a=ice-pwd:abcdefghijklmnopqrstuvwx",
        f"a=fingerprint:sha-256 {FINGERPRINT}",
        "a=setup:active",
        *head[1:],
    ]


def sdp(*parts: list[str], extra: tuple[str, ...] = ()) -> str:
    head = ["v=0", "o=- 1 2 IN IP4 127.0.0.1", "s=-", "t=0 0", "a=group:BUNDLE 0 1"]
    lines = [*head, *(line for part in parts for line in part), *extra]
    return "".join(f"{line}\r\n" for line in lines)


GOOD = sdp(section("audio", 0), section("application", 1))
HOST = "candidate:1 1 udp 2122260223 192.0.2.5 50000 typ host generation 0 network-id 1"
HIDDEN = HOST.replace("192.0.2.5", "5ca9c0de.local")


def test_candidates_are_taken_out_of_the_answer() -> None:
    text = sdp(
        [*section("audio", 0), f"a={HOST}", f"a={HIDDEN}", "a=end-of-candidates"],
        [*section("application", 1), f"a={HOST}"],
    )
    answer = read_answer(text)
    assert answer is not None
    assert answer.sdp == GOOD
    assert [(c.ip, c.port, c.sdpMid) for c in answer.candidates] == [
        ("192.0.2.5", 50000, "0"),
        ("5ca9c0de.local", 50000, "0"),
    ]


def test_answers_of_another_shape_are_refused() -> None:
    assert read_answer(GOOD) is not None
    assert read_answer(sdp(section("application", 0), section("audio", 1))) is None
    assert read_answer(sdp(section("audio", 0))) is None
    assert read_answer(GOOD.replace("a=ice-pwd", "a=x")) is None
    assert read_answer(GOOD.replace("a=fingerprint", "a=x")) is None
    assert read_answer(GOOD.replace("setup:active", "setup:actpass")) is None
    assert read_answer(GOOD.replace("opus", "PCMX")) is None


def test_a_candidate_is_bound_to_the_bundle_whatever_it_says() -> None:
    text = json.dumps(
        {"candidate": HOST, "sdpMid": "1", "sdpMLineIndex": 1, "usernameFragment": ""}
    )
    candidate = read_candidate(text)
    assert candidate is not None
    assert (candidate.ip, candidate.sdpMid, candidate.sdpMLineIndex) == ("192.0.2.5", "0", 0)


def test_names_hidden_by_the_browser() -> None:
    assert is_local_name("5ca9c0de.local")
    assert not is_local_name("192.0.2.5")


def test_wishes_for_opus_stand_behind_its_line() -> None:
    offer = "m=audio 9 UDP/TLS/RTP/SAVPF 96\r\na=rtpmap:96 opus/48000/2\r\na=x\r\n"
    assert with_opus_parameters(offer) == offer.replace(
        "a=x\r\n", f"a=fmtp:96 {OPUS_PARAMETERS}\r\na=x\r\n"
    )


@settings(max_examples=100, deadline=None)
@given(st.integers(0, len(GOOD)), st.integers(0, 60), st.text(max_size=20))
def test_damage_anywhere_never_raises(at: int, cut: int, put: str) -> None:
    read_answer(GOOD[:at] + put + GOOD[at + cut :])


@settings(max_examples=100, deadline=None)
@given(st.integers(0, len(HOST)), st.integers(0, 20), st.text(max_size=20))
def test_damaged_candidates_never_raise(at: int, cut: int, put: str) -> None:
    read_candidate(json.dumps({"candidate": HOST[:at] + put + HOST[at + cut :]}))
    read_candidate(put)
