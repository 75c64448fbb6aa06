"""Signing in: what the server may answer, and what the engine makes of it."""

from __future__ import annotations

import json

import pytest

from signaling_server.protocol.commands import Refusal
from teacher_client.errors import SignInError
from teacher_client.service.account import SignedIn, sign_in
from tests.teacher_client.servers import as_json, http_server


async def test_a_good_answer_is_a_token_and_a_name() -> None:
    asked: list[tuple[str, object]] = []

    def answer(head: str, body: bytes) -> tuple[int, bytes]:
        asked.append((head.splitlines()[0], json.loads(body)))
        return 200, as_json({"token": "t", "name": "甲" * 100, "role": "teacher"})

    async with http_server(answer) as address:
        assert await sign_in(address, "a", "密", None) == SignedIn("t", "甲" * 64)
    assert asked == [("POST /api/sign-in HTTP/1.1", {"login": "a", "password": "密"})]


@pytest.mark.parametrize(
    ("status", "body", "refusal", "wait"),
    [
        (401, as_json({"reason": "not_signed_in"}), Refusal.NOT_SIGNED_IN, 0),
        (429, as_json({"retry_in_ms": 4000}), Refusal.TOO_FAST, 4000),
        (429, as_json({"retry_in_ms": "soon"}), Refusal.TOO_FAST, 0),
        (429, as_json({"retry_in_ms": 10**12}), Refusal.TOO_FAST, 86_400_000),
        (429, as_json([]), Refusal.TOO_FAST, 0),
        (503, as_json({}), Refusal.GONE, 0),
        (200, b"<html>another server</html>", Refusal.GONE, 0),
        (200, as_json({"name": "x"}), Refusal.GONE, 0),
        (200, as_json([1]), Refusal.GONE, 0),
    ],
)
async def test_anything_else_is_refused(
    status: int, body: bytes, refusal: Refusal, wait: int
) -> None:
    async with http_server(lambda _head, _body: (status, body)) as address:
        with pytest.raises(SignInError) as caught:
            await sign_in(address, "a", "b", None)
    assert (caught.value.refusal, caught.value.retry_in_ms) == (refusal, wait)


@pytest.mark.parametrize(
    "address", ["", "http://127.0.0.1:1", "no address", "http://[", "ftp://127.0.0.1/", "http://"]
)
async def test_where_no_server_is_it_says_gone(address: str) -> None:
    with pytest.raises(SignInError) as caught:
        await sign_in(address, "a", "b", None)
    assert caught.value.refusal is Refusal.GONE
