"""Signing in: argon2 off the loop, opaque tokens, growing waits; no answer tells who exists."""

from __future__ import annotations

import asyncio
import concurrent.futures
import hashlib
import secrets
from dataclasses import dataclass
from typing import Final

import argon2

from signaling_server.realtime.clocks import monotonic_ms, wall_ms
from signaling_server.rules.waits import ADDRESS_FREE_TRIES, Waits
from signaling_server.sessions.records import Person
from signaling_server.storage import accounts
from signaling_server.storage.accounts import Account, AuthId, SignIn
from signaling_server.storage.store import Store

TOKEN_BYTES: Final = 32  # 256 bit
LASTS_MS: Final = 12 * 60 * 60 * 1000
HASHERS: Final = 2  # argon2 takes a core for tens of ms; never more than these at once
MAX_TOKEN: Final = 128


@dataclass(frozen=True, slots=True)
class Granted:
    """A successful sign-in; `token` is known to the client alone."""

    token: str
    person: Person


@dataclass(frozen=True, slots=True)
class Denied:
    """Wrong login or password; or, `is_early`, not looked at for coming before its time."""

    wait_ms: int
    is_early: bool


class SignInDesk:
    """All that concerns passwords and tokens. Event loop only."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._hasher = argon2.PasswordHasher()
        self._threads = concurrent.futures.ThreadPoolExecutor(HASHERS, "argon2")
        # verified where there is no such login, so that the time tells nothing
        self._nobody = self._hasher.hash(secrets.token_hex(16))
        self._pairs = Waits()
        self._addresses = Waits(ADDRESS_FREE_TRIES)

    def close(self) -> None:
        """Wait for what is being hashed. Blocks."""
        self._threads.shutdown(wait=True)

    async def sign_in(self, login: str, password: str, address: str) -> Granted | Denied:
        """Check a password; the same work and answer for known and unknown logins."""
        now = monotonic_ms()
        pair = hashlib.sha256(f"{login}\0{address}".encode()).hexdigest()
        wait = max(self._pairs.wait_ms(pair, now), self._addresses.wait_ms(address, now))
        if wait > 0:
            return Denied(wait, is_early=True)
        self._pairs.failed(pair, now)  # counted first, so that parallel tries count too
        account = await self._store.read(lambda c: accounts.find(c, login))
        stored = account.password_hash if account else self._nobody
        is_right = await self._verify(stored, password)
        if account is None or not is_right:
            self._addresses.failed(address, now)
            return Denied(self._pairs.wait_ms(pair, now), is_early=False)
        self._pairs.succeeded(pair)
        return await self._grant(account)

    async def admit(self, login: str) -> Granted | None:
        """Sign an account in without its password; only for the demonstration's links."""
        account = await self._store.read(lambda c: accounts.find(c, login))
        return None if account is None else await self._grant(account)

    async def signed_in(self, token: str) -> SignIn | None:
        """Whose token this is."""
        if not token or len(token) > MAX_TOKEN:
            return None
        return await self._store.read(lambda c: accounts.signed_in(c, token_hash(token), wall_ms()))

    async def revoke(self, auth: AuthId) -> None:
        """End a sign-in."""
        await self._store.write(lambda c: accounts.revoke(c, auth, wall_ms()))

    async def _grant(self, account: Account) -> Granted:
        token = secrets.token_urlsafe(TOKEN_BYTES)
        await self._store.write(
            lambda c: accounts.sign_in(c, account.id, token_hash(token), wall_ms(), LASTS_MS)
        )
        return Granted(token, account.person)

    async def _verify(self, stored: str, password: str) -> bool:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._check, stored, password)

    def _check(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, password)
        except argon2.exceptions.VerificationError:
            return False


def token_hash(token: str) -> bytes:
    """What is stored of a token; it is random, so a plain hash is enough."""
    return hashlib.sha256(token.encode()).digest()
