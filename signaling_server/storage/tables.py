"""The tables. Changed only together with a new migration; wall times are UTC ms since 1970."""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
)

METADATA: Final = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

ACCOUNTS: Final = Table(
    "accounts",
    METADATA,
    Column("id", Integer, primary_key=True),
    # several accounts may belong to one person; limits belong to the person (A8)
    Column("person", Integer, nullable=False, index=True),
    Column("login", String(64), nullable=False, unique=True),
    Column("name", String(64), nullable=False),
    Column("role", String(16), nullable=False),
    Column("password_hash", String(256), nullable=False),
    Column("is_active", Boolean, nullable=False),
    Column("created_ms", BigInteger, nullable=False),
)

AUTH_SESSIONS: Final = Table(
    "auth_sessions",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("account", ForeignKey("accounts.id"), nullable=False, index=True),
    Column("token_hash", LargeBinary(32), nullable=False, unique=True),
    Column("created_ms", BigInteger, nullable=False),
    Column("expires_ms", BigInteger, nullable=False),
    Column("revoked_ms", BigInteger),
)

REQUESTS: Final = Table(
    "requests",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("pupil", Integer, nullable=False, index=True),
    Column("subject", String(32), nullable=False),
    Column("text", String(500), nullable=False),
    Column("asked_ms", BigInteger, nullable=False),
    Column("state", String(16), nullable=False),
    Column("teacher", Integer),
    Column("session", String(32)),
    Column("closed_ms", BigInteger),
)

SESSIONS: Final = Table(
    "sessions",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("subject", String(32), nullable=False),
    Column("opened_ms", BigInteger, nullable=False),
    # the limits of its first moment hold to its end, whatever the policy says later
    Column("limit_ms", BigInteger, nullable=False),
    Column("minute_ms", BigInteger, nullable=False),
    # the clock, as of one moment on all clocks of the machine
    Column("age_ms", BigInteger, nullable=False),
    Column("begun_ms", BigInteger),
    Column("boot", String(64), nullable=False),
    Column("monotonic_ms", BigInteger, nullable=False),
    Column("wall_ms", BigInteger, nullable=False),
    # set once, at the end
    Column("ended_ms", BigInteger),
    Column("ended_wall_ms", BigInteger),
    Column("end_reason", String(16)),
    Column("effective_ms", BigInteger),
    Column("effective_min", Integer),
)

MEMBERS: Final = Table(
    "members",
    METADATA,
    Column("session", ForeignKey("sessions.id"), primary_key=True),
    Column("member", Integer, primary_key=True),
    Column("person", Integer, nullable=False, index=True),
    Column("name", String(64), nullable=False),
    Column("role", String(16), nullable=False),
    Column("connection", Integer, nullable=False),
    Column("effective_ms", BigInteger),
    Column("effective_min", Integer),
    UniqueConstraint("session", "person"),
)

PRESENCE: Final = Table(
    "presence",
    METADATA,
    Column("session", ForeignKey("sessions.id"), primary_key=True),
    Column("member", Integer, primary_key=True),
    Column("connection", Integer, primary_key=True),
    Column("from_ms", BigInteger, nullable=False),
    Column("to_ms", BigInteger),  # null while connected
)

EPOCHS: Final = Table(
    "epochs",
    METADATA,
    Column("session", ForeignKey("sessions.id"), primary_key=True),
    Column("counter", Integer, primary_key=True),
    Column("engine", String(16), nullable=False),
    Column("first", Integer, nullable=False),
    Column("opened_ms", BigInteger, nullable=False),
)

LOG_BLOCKS: Final = Table(
    "log_blocks",
    METADATA,
    Column("session", ForeignKey("sessions.id"), primary_key=True),
    Column("first", Integer, primary_key=True),
    Column("last", Integer, nullable=False),
    Column("counter", Integer, nullable=False),
    Column("engine", String(16), nullable=False),
    Column("hash", LargeBinary(32), nullable=False),
    Column("stored_ms", BigInteger, nullable=False),
    Column("data", LargeBinary, nullable=False),
)

COMMANDS: Final = Table(
    "commands",
    METADATA,
    Column("session", ForeignKey("sessions.id"), primary_key=True),
    Column("member", Integer, primary_key=True),
    Column("command", BigInteger, primary_key=True),
    sqlite_with_rowid=False,
)

PICTURES: Final = Table(
    "pictures",
    METADATA,
    # the bytes lie in files, each content once; a row gives a lesson its part in one
    Column("session", ForeignKey("sessions.id"), primary_key=True),
    Column("sha256", String(64), primary_key=True, index=True),
    Column("member", Integer, nullable=False),
    Column("is_shared", Boolean, nullable=False),
    Column("media_type", String(16), nullable=False),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("stored_bytes", BigInteger, nullable=False),
    Column("created_ms", BigInteger, nullable=False),
)

Index("ix_sessions_running", SESSIONS.c.ended_ms)
Index("ix_requests_state", REQUESTS.c.state)
