"""The operator's file, the secret, the credentials and the configuration made of them."""

from __future__ import annotations

import dataclasses
import ipaddress
import logging
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import installer
from signaling_server.errors import RelayError
from signaling_server.protocol.ids import Member
from signaling_server.relay.__main__ import main, write_configuration
from signaling_server.relay.coturn import DENIED, configuration
from signaling_server.relay.credentials import Relay, Secret, relay_server
from signaling_server.relay.settings import (
    SECRET_VARIABLE,
    CoturnSettings,
    load_relay,
    load_secret,
    load_settings,
)

URL = "turn:relay.example:3478?transport=udp"
SECRET = "0123456789abcdef0123456789abcdef"


def write(folder: Path, more: str = "", secret: str = SECRET) -> Path:
    (folder / "secret").write_text(secret + "\n")
    path = folder / "relay.toml"
    path.write_text(f'urls = ["{URL}"]\nsecret_file = "secret"\n{more}')
    return path


def test_the_password_is_the_hmac_of_expiry_and_name() -> None:
    # printf '%s' '1700000000:s-2' | openssl dgst -sha1 -hmac north -binary | base64
    server = relay_server((URL,), Secret("north"), "s-2", 1_700_000_000)
    assert server.urls == (URL,)
    assert server.username == "1700000000:s-2"
    assert server.credential == "QIYZyGpPDFYf+1wdW36UV037K0w="


def test_it_runs_out_a_minute_after_the_session() -> None:
    relay = Relay((URL,), Secret(SECRET), False, lambda: 1_700_000_000_999)
    (server,) = relay.servers("session-1", Member(7), 30 * 60_000)
    assert server.username == f"{1_700_000_000 + 31 * 60}:session-1-7"


def test_file_names_are_taken_beside_the_file(tmp_path: Path) -> None:
    more = 'is_relay_only = true\n[coturn]\ncertificate = "c.pem"\nkey = "/keys/k.pem"\n'
    settings = load_settings(write(tmp_path, more))
    assert settings.secret_file == str(tmp_path / "secret")
    assert settings.coturn.certificate == str(tmp_path / "c.pem")
    assert settings.coturn.key == "/keys/k.pem"
    assert load_relay(tmp_path / "relay.toml").is_only


def test_the_sample_can_be_read() -> None:
    sample = Path(installer.__file__).parent / "coturn" / "relay.toml"
    settings = load_settings(sample)
    assert settings.coturn.certificate == str(sample.parent / "relay.pem")
    text = sample.read_text()
    left_out = {"listen", "external"}
    for name in {f.name for f in dataclasses.fields(CoturnSettings)} - left_out:
        assert f"\n{name} = " in text
        if name not in ("certificate", "key", "realm"):  # the sample says what holds without it
            assert getattr(settings.coturn, name) == getattr(CoturnSettings(), name)


@pytest.mark.parametrize(
    ("more", "word"),
    [
        ("unknown = 1", "unknown"),
        ('[coturn]\nallowed = ["10.0.0.1/8"]', "10.0.0.1/8"),
        ('[coturn]\nlisten = ["relay"]', "relay"),
        ('[coturn]\ncertificate = "c.pem"', "go together"),
        ('[coturn]\nrealm = "a\\nallowed-peer-ip=10.0.0.1"', "ASCII"),
        ("[coturn]\nfirst_port = 5000\nlast_port = 4000", "first_port"),
        ("[coturn]\nuser_quota = 0", "user_quota"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_name(
    tmp_path: Path, more: str, word: str
) -> None:
    with pytest.raises(RelayError, match=word):
        load_settings(write(tmp_path, more))


def test_a_file_without_an_address_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "relay.toml"
    path.write_text("urls = []")
    with pytest.raises(RelayError, match="urls names no address"):
        load_settings(path)


@pytest.mark.parametrize("url", ["http://relay", "turn:", "turn:relay?transport=sctp", "stun:a"])
def test_an_address_that_is_no_relay_is_refused(tmp_path: Path, url: str) -> None:
    path = tmp_path / "relay.toml"
    path.write_text(f'urls = ["{url}"]\nsecret_file = "secret"\n')
    with pytest.raises(RelayError, match="turn:host"):
        load_settings(path)


def test_the_secret_is_told_to_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    relay = load_relay(write(tmp_path))
    assert SECRET not in repr(relay)
    for bad in ("too-short-a-secret", "with a newline\nin it, and long enough", ""):
        with pytest.raises(RelayError) as refused:
            load_secret(load_settings(write(tmp_path, secret=bad)))
        assert not bad or bad not in str(refused.value)
    monkeypatch.setenv(SECRET_VARIABLE, "f" * 32)
    assert load_secret(load_settings(tmp_path / "relay.toml")).value == "f" * 32
    assert "f" * 32 not in caplog.text
    assert SECRET not in caplog.text


def test_the_configuration_is_for_the_relay_s_eyes_only(tmp_path: Path) -> None:
    run = tmp_path / "run"
    run.mkdir()
    (run / "turnserver.conf").write_text("")
    (run / "turnserver.conf").chmod(0o644)
    written = write_configuration(write(tmp_path), run)
    assert stat.S_IMODE(written.stat().st_mode) == 0o600
    assert f"static-auth-secret={SECRET}\n" in written.read_text()


def test_a_start_without_settings_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main([str(tmp_path / "none.toml"), "--run", str(tmp_path)]) == 2
    assert "none.toml" in capsys.readouterr().err
    monkeypatch.setenv("PATH", str(tmp_path))
    assert main([str(write(tmp_path)), "--run", str(tmp_path)]) == 2
    assert "install the package coturn" in capsys.readouterr().err


@given(st.ip_addresses())
def test_A20_no_inner_address_is_left_out(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    if address.is_private or address.is_multicast or address.is_link_local:
        assert any(address in network for network in DENIED)


def lines_of(settings: CoturnSettings) -> list[str]:
    return configuration(settings, Secret(SECRET), "/run/relay").splitlines()


def test_tls_needs_a_certificate_and_allowed_networks_stand_beside_the_denied() -> None:
    plain = lines_of(CoturnSettings())
    assert "no-tls" in plain
    assert not any(line.startswith("allowed") for line in plain)
    more = lines_of(CoturnSettings(certificate="/c", key="/k", allowed=("10.20.0.0/16",)))
    assert {"tls-listening-port=443", "cert=/c", "pkey=/k"} <= set(more)
    assert "allowed-peer-ip=10.20.0.0-10.20.255.255" in more
    assert {line for line in plain if line.startswith("denied")} <= set(more)
    assert "allow-loopback-peers" not in more
