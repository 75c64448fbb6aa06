"""Sign-in, Origin, Host, headers, sizes: what strangers meet (A2, A3, A4, A19, A26)."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from signaling_server.api.origins import Origins
from signaling_server.api.pages import read_pages
from signaling_server.protocol.commands import Refusal
from signaling_server.protocol.messages import Hello, Rejected, Role, Welcome
from signaling_server.storage import accounts
from tests.signaling_server.kit import House, serving

GOOD = {"login": "pupil1", "password": "lamplight"}
ENGINE = {"X-Lamplight-Client": "engine"}


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with serving(tmp_path) as (house, _services):
        yield house


async def test_a_page_gets_a_cookie_and_an_engine_a_token(house: House) -> None:
    answer = await house.http.post("/api/sign-in", json=GOOD, headers={"Origin": house.url})
    assert answer.json() == {"name": "乙同学", "role": "pupil", "token": None}
    cookie = answer.headers["set-cookie"]
    for part in ("lamplight_session=", "HttpOnly", "SameSite=strict", "Path=/"):
        assert part in cookie
    assert (await house.http.get("/api/me")).json() == {"name": "乙同学", "role": "pupil"}
    house.http.cookies.clear()
    assert (await house.http.get("/api/me")).status_code == 401
    answer = await house.http.post("/api/sign-in", json=GOOD, headers=ENGINE)
    assert len(answer.json()["token"]) >= 43  # 256 bit
    assert "set-cookie" not in answer.headers


async def test_A19_wrong_password_and_unknown_login_look_the_same(house: House) -> None:
    answers = [
        await house.http.post("/api/sign-in", json=body, headers=ENGINE)
        for body in (
            {"login": "pupil1", "password": "wrong"},
            {"login": "nobody", "password": "lamplight"},
        )
    ]
    assert [a.status_code for a in answers] == [401, 401]
    assert answers[0].content == answers[1].content
    assert set(answers[0].headers) == set(answers[1].headers)


async def test_A02_the_guesser_waits_and_the_owner_elsewhere_does_not(tmp_path: Path) -> None:
    async with serving(tmp_path) as (house, services):
        for _ in range(8):
            answer = await house.http.post(
                "/api/sign-in", json={**GOOD, "password": "wrong"}, headers=ENGINE
            )
        assert int(answer.headers["retry-after"]) >= 1
        again = await house.http.post("/api/sign-in", json=GOOD, headers=ENGINE)
        assert (again.status_code, again.json()["reason"]) == (429, "too_fast")
        assert 0 < again.json()["retry_in_ms"] <= 60_000
        granted = await services.desk.sign_in("pupil1", "lamplight", "192.0.2.7")
        assert not hasattr(granted, "wait_ms")


@pytest.mark.parametrize(
    "body",
    [
        b"{}",
        b"[]",
        b"not json",
        b'{"login":"pupil1","password":"lamplight","role":"teacher"}',
        b'{"login":"pupil1","login":"teacher","password":"lamplight"}',
        b'{"login":["pupil1"],"password":"lamplight"}',
        b'{"login":"pupil1","password":' + b"[" * 5000,
        json.dumps({"login": "x" * 65, "password": "y"}).encode(),
    ],
)
async def test_malformed_sign_ins_are_refused(house: House, body: bytes) -> None:
    answer = await house.http.post("/api/sign-in", content=body, headers=ENGINE)
    assert answer.status_code == 422
    assert answer.json() == {"reason": "invalid"}


async def test_a_huge_body_is_refused(house: House) -> None:
    answer = await house.http.post("/api/sign-in", content=b"x" * 40_000, headers=ENGINE)
    assert answer.status_code == 413


FOREIGN = ["null", "https://evil.example", "http://127.0.0.1", "http://127.0.0.1.evil.example:80"]


def look_alikes(url: str) -> list[str]:
    host = url.removeprefix("http://")
    return [
        *FOREIGN,
        f"https://{host}",
        f"http://{host}.evil.example",
        f"http://x@{host}",
        f"http://{host}/path",
        url.replace("127.0.0.1", "127.0.0.2"),
    ]


async def test_A04_a_foreign_page_cannot_post_nor_open_the_socket(house: House) -> None:
    await house.http.post("/api/sign-in", json=GOOD, headers={"Origin": house.url})
    cookie = f"lamplight_session={house.http.cookies['lamplight_session']}"
    house.http.cookies.clear()
    for origin in look_alikes(house.url):
        headers = {"Cookie": cookie, "Origin": origin}
        assert (await house.http.post("/api/sign-out", headers=headers)).status_code == 403
        with pytest.raises(InvalidStatus) as refused:
            async with connect(house.socket_url, additional_headers=headers):
                pass
        assert refused.value.response.status_code == 403
    assert (await house.http.post("/api/sign-out", headers={"Cookie": cookie})).status_code == 403
    # nobody was signed out by all that
    assert (await house.http.get("/api/me", headers={"Cookie": cookie})).status_code == 200


async def test_A04_without_an_origin_the_cookie_counts_for_nothing(house: House) -> None:
    await house.http.post("/api/sign-in", json=GOOD, headers={"Origin": house.url})
    cookie = {"Cookie": f"lamplight_session={house.http.cookies['lamplight_session']}"}
    async with house.socket(additional_headers=cookie) as engine:
        await engine.say(Hello(1))
        assert await engine.hear(Rejected) == Rejected("hello", Refusal.NOT_SIGNED_IN)
        assert await engine.closed() == 4001
    async with house.socket(additional_headers=cookie, origin=house.url) as page:
        await page.say(Hello(1))
        assert (await page.hear(Welcome)).role is Role.PUPIL


async def test_a_foreign_host_name_is_not_served(house: House) -> None:
    answer = await house.http.get("/api/health", headers={"Host": "evil.example"})
    assert answer.status_code == 421


async def test_an_old_protocol_is_told_so(house: House) -> None:
    async with house.socket() as old:
        await old.say(Hello(999, "x"))
        assert await old.hear(Rejected) == Rejected("hello", Refusal.PROTOCOL_VERSION)


async def test_every_answer_is_closed_to_other_origins(house: House) -> None:
    for path in ("/", "/api/health", "/nothing", "/api/me"):
        headers = (await house.http.get(path)).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert f"connect-src 'self' {house.socket_url.removesuffix('/ws')}" in policy
        assert "unsafe" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert "server" not in headers


async def test_A18_no_path_leaves_the_pages(house: House) -> None:
    for path in ("/..%2f..%2fpyproject.toml", "/%2e%2e/api/app.py", "//etc/passwd", "/a%00b"):
        assert (await house.http.get(path)).status_code == 404


def test_inline_scripts_of_the_bundle_are_allowed_by_hash(tmp_path: Path) -> None:
    (tmp_path / "live.html").write_text(
        "<script>a</script><script nomodule src='x.js'></script><script data-src='y'>b</script>"
    )
    assert read_pages(tmp_path).scripts == (
        "'sha256-PiPoFgA5WUoziU9lZOGxNIu9egCI1CxKy3PurtWcAJ0='",
        "'sha256-ypeBEsobvcr6wjGzmiPcTaeG7/gUfE5yuYB3ha/uSLs='",
    )


def test_a_default_port_may_be_left_out() -> None:
    origins = Origins(["https://school.example"])
    assert origins.is_secure
    assert origins.allows("https://school.example:443")
    assert origins.is_own_host("school.example")
    assert not origins.is_own_host("school.example:8443")
    assert not origins.allows("https://school.example:99999999")


async def test_A01_a_demonstration_link_signs_in_and_guesses_do_not(tmp_path: Path) -> None:
    async with serving(tmp_path) as (house, services):
        code = next(iter(services.links))
        assert len(code) >= 16  # 96 bit
        answer = await house.http.get(f"/join/{code}")
        assert (answer.status_code, answer.headers["location"]) == (303, "/")
        assert (await house.http.get("/api/me")).json()["role"] == "pupil"
        guesses = [await house.http.get(f"/join/{'x' * n}") for n in range(1, 12)]
        said = {(g.status_code, g.headers["location"], "set-cookie" in g.headers) for g in guesses}
        assert said == {(303, "/?link=dead", False)}


async def test_A26_slow_headers_are_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("signaling_server.api.serving.HANDSHAKE_S", 0.3)
    async with serving(tmp_path) as (house, _services):
        url = httpx.URL(house.url)
        reader, writer = await asyncio.open_connection(url.host, url.port)
        writer.write(b"GET / HTTP/1.1\r\nHost: x")
        await writer.drain()
        async with asyncio.timeout(10):
            with contextlib.suppress(ConnectionError):  # cut, not closed in order
                assert await reader.read() == b""
        writer.close()
        async with house.person("pupil1"):  # an upgraded connection is not cut by it
            await asyncio.sleep(0.5)
            assert (await house.http.get("/api/health")).status_code == 200


async def test_A03_a_revoked_account_session_is_dead_in_the_store(tmp_path: Path) -> None:
    async with serving(tmp_path) as (house, services):
        token = await house.sign_in("pupil1")
        await services.store.write(lambda c: accounts.revoke_all(c, 1))
        assert await services.desk.signed_in(token) is None
