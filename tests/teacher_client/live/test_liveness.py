"""Liveness: a table of what is heard when, and what follows."""

from __future__ import annotations

from teacher_client.live.liveness import Liveness, PeerState


def opened(now: float = 100.0) -> Liveness:
    live = Liveness()
    live.begun(now - 1)
    live.opened(now)
    return live


def test_an_attempt_that_does_not_open_fails_and_is_tried_again_quietly() -> None:
    live = Liveness()
    live.begun(0.0)
    assert not live.tick(7.9)
    assert live.state is PeerState.CONNECTING
    assert not live.tick(8.0)
    assert live.state is PeerState.FAILED
    assert not live.tick(22.9)
    assert live.tick(23.0)
    live.begun(23.0)
    assert not live.tick(24.0)
    assert live.state is PeerState.FAILED, "quietly"
    assert not live.tick(31.0)
    assert live.tick(46.0)


def test_an_offer_that_took_long_to_make_counts_from_when_it_was_sent() -> None:
    live = Liveness()
    live.begun(0.0)
    live.begun(5.0)
    live.tick(9.0)
    assert live.state is PeerState.CONNECTING


def test_silence_is_lost_after_three_seconds_and_replaced_after_ten() -> None:
    live = opened(100.0)
    assert not live.tick(102.9)
    assert live.state is PeerState.OPEN
    assert not live.tick(103.0)
    assert live.state is PeerState.LOST
    assert not live.tick(109.9)
    assert live.tick(110.0)
    live.begun(110.0)
    assert live.state is PeerState.LOST, "quietly"
    assert not live.tick(111.0)
    live.opened(111.5)
    assert live.state is PeerState.OPEN


def test_a_voice_after_silence_is_open_again() -> None:
    live = opened(100.0)
    live.tick(105.0)
    live.heard(105.5)
    assert live.state is PeerState.OPEN
    assert not live.tick(108.0)
    assert live.state is PeerState.OPEN


def test_what_is_heard_before_the_channel_is_open_does_not_open_it() -> None:
    live = Liveness()
    live.begun(0.0)
    live.heard(1.0)
    assert live.state is PeerState.CONNECTING


def test_an_end_from_the_other_side_is_followed_soon() -> None:
    live = opened(100.0)
    live.ended(101.0)
    assert live.state is PeerState.LOST
    live.ended(101.5)
    assert not live.tick(101.9)
    assert live.tick(102.0)


def test_an_end_before_opening_is_a_failure() -> None:
    live = Liveness()
    live.begun(0.0)
    live.ended(1.0)
    assert live.state is PeerState.FAILED
    assert not live.tick(15.9)
    assert live.tick(16.0)


def test_another_attempt_on_request_shows_as_connecting() -> None:
    live = opened(100.0)
    live.begun(101.0)
    assert live.state is PeerState.CONNECTING
    live.tick(109.0)
    assert live.state is PeerState.FAILED
