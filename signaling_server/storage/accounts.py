"""Accounts and sign-ins. Functions run on a store thread, inside its transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NewType

from sqlalchemy import Connection, func, insert, select, update

from signaling_server.protocol.messages import Role
from signaling_server.sessions.records import Person, PersonId
from signaling_server.storage.tables import ACCOUNTS, AUTH_SESSIONS

AccountId = NewType("AccountId", int)
AuthId = NewType("AuthId", int)


@dataclass(frozen=True, slots=True)
class Account:
    """A way to sign in; `password_hash` is argon2's own text."""

    id: AccountId
    person: Person
    password_hash: str


@dataclass(frozen=True, slots=True)
class SignIn:
    """A valid sign-in: which one, and whose."""

    id: AuthId
    person: Person


def find(connection: Connection, login: str) -> Account | None:
    """The active account of this login."""
    row = connection.execute(
        select(ACCOUNTS).where(ACCOUNTS.c.login == login, ACCOUNTS.c.is_active)
    ).one_or_none()
    if row is None:
        return None
    person = Person(PersonId(row.person), row.name, Role(row.role))
    return Account(AccountId(row.id), person, row.password_hash)


def ensure(
    connection: Connection, login: str, name: str, role: Role, password_hash: str, now_ms: int
) -> None:
    """Make an account of a person of its own, or give the one there is this password and name."""
    values = {"name": name, "role": role.value, "password_hash": password_hash, "is_active": True}
    changed = connection.execute(update(ACCOUNTS).where(ACCOUNTS.c.login == login).values(values))
    if changed.rowcount:
        return
    person = connection.execute(select(func.coalesce(func.max(ACCOUNTS.c.person), 0))).scalar_one()
    connection.execute(
        insert(ACCOUNTS).values(**values, login=login, person=person + 1, created_ms=now_ms)
    )


def set_hash(connection: Connection, account: AccountId, password_hash: str) -> None:
    """Keep a password under newer parameters."""
    connection.execute(
        update(ACCOUNTS).where(ACCOUNTS.c.id == account).values(password_hash=password_hash)
    )


def sign_in(
    connection: Connection, account: AccountId, token_hash: bytes, now_ms: int, lasts_ms: int
) -> AuthId:
    """Keep a new sign-in; the token itself is never stored."""
    result = connection.execute(
        insert(AUTH_SESSIONS).values(
            account=account, token_hash=token_hash, created_ms=now_ms, expires_ms=now_ms + lasts_ms
        )
    )
    key = result.inserted_primary_key
    assert key is not None
    return AuthId(key[0])


def signed_in(connection: Connection, token_hash: bytes, now_ms: int) -> SignIn | None:
    """Whose token this is, if it is still valid."""
    row = connection.execute(
        select(AUTH_SESSIONS.c.id, ACCOUNTS.c.person, ACCOUNTS.c.name, ACCOUNTS.c.role)
        .join_from(AUTH_SESSIONS, ACCOUNTS)
        .where(
            AUTH_SESSIONS.c.token_hash == token_hash,
            AUTH_SESSIONS.c.revoked_ms.is_(None),
            AUTH_SESSIONS.c.expires_ms > now_ms,
            ACCOUNTS.c.is_active,
        )
    ).one_or_none()
    if row is None:
        return None
    return SignIn(AuthId(row.id), Person(PersonId(row.person), row.name, Role(row.role)))


def revoke(connection: Connection, auth: AuthId, now_ms: int) -> None:
    """End a sign-in for ever."""
    connection.execute(
        update(AUTH_SESSIONS)
        .where(AUTH_SESSIONS.c.id == auth, AUTH_SESSIONS.c.revoked_ms.is_(None))
        .values(revoked_ms=now_ms)
    )


def revoke_all(connection: Connection, now_ms: int) -> None:
    """End all sign-ins; used when all passwords were made anew."""
    connection.execute(
        update(AUTH_SESSIONS).where(AUTH_SESSIONS.c.revoked_ms.is_(None)).values(revoked_ms=now_ms)
    )
