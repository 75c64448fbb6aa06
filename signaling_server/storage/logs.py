"""The stored logs: epochs, blocks, forwarded commands. Functions run on a store thread."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, func, insert, select

from signaling_server.protocol.blocks import decode_block
from signaling_server.protocol.ids import EntryNumber, Epoch, Member
from signaling_server.sessions.log import note_writers
from signaling_server.sessions.records import BlockRecord, EpochRecord, SessionId
from signaling_server.storage.tables import COMMANDS, EPOCHS, LOG_BLOCKS

RIGHT_MARK: Final = b'"right"'
"""Stands in the body of each entry that gives or takes a right."""


def save_epoch(connection: Connection, session: SessionId, epoch: EpochRecord, now_ms: int) -> None:
    """Keep an admitted epoch."""
    connection.execute(
        insert(EPOCHS).values(
            session=session,
            counter=epoch.epoch.counter,
            engine=epoch.epoch.engine,
            first=epoch.first,
            opened_ms=now_ms,
        )
    )


def save_block(
    connection: Connection, session: SessionId, block: BlockRecord, data: bytes, now_ms: int
) -> None:
    """Keep a checked block, stamped with the server's time."""
    connection.execute(
        insert(LOG_BLOCKS).values(
            session=session,
            first=block.first,
            last=block.last,
            counter=block.epoch.counter,
            engine=block.epoch.engine,
            hash=block.hash,
            stored_ms=now_ms,
            data=data,
        )
    )


def save_command(connection: Connection, session: SessionId, member: Member, command: int) -> None:
    """Keep that the server forwarded this command from this member."""
    connection.execute(insert(COMMANDS).values(session=session, member=member, command=command))


def records(connection: Connection, session: SessionId) -> tuple[tuple[BlockRecord, ...], int]:
    """All blocks without their data, in order, and how many bytes the data has."""
    rows = connection.execute(
        select(
            LOG_BLOCKS.c.first,
            LOG_BLOCKS.c.last,
            LOG_BLOCKS.c.counter,
            LOG_BLOCKS.c.engine,
            LOG_BLOCKS.c.hash,
            func.length(LOG_BLOCKS.c.data).label("size"),
        )
        .where(LOG_BLOCKS.c.session == session)
        .order_by(LOG_BLOCKS.c.first)
    ).all()
    blocks = tuple(
        BlockRecord(
            EntryNumber(row.first),
            EntryNumber(row.last),
            Epoch(row.counter, row.engine),
            row.hash,
        )
        for row in rows
    )
    return blocks, sum(row.size for row in rows)


def commands(connection: Connection, session: SessionId) -> tuple[tuple[Member, int], ...]:
    """All forwarded commands, by member."""
    rows = connection.execute(
        select(COMMANDS.c.member, COMMANDS.c.command).where(COMMANDS.c.session == session)
    )
    return tuple((Member(row.member), row.command) for row in rows)


def read_blocks(
    connection: Connection, session: SessionId, first: int, last: int, limit: int
) -> list[tuple[EntryNumber, bytes]]:
    """At most `limit` blocks that hold numbers of `first`..`last`: each with its last number."""
    rows = connection.execute(
        select(LOG_BLOCKS.c.last, LOG_BLOCKS.c.data)
        .where(
            LOG_BLOCKS.c.session == session,
            LOG_BLOCKS.c.last >= first,
            LOG_BLOCKS.c.first <= last,
        )
        .order_by(LOG_BLOCKS.c.first)
        .limit(limit)
    )
    return [(EntryNumber(row.last), row.data) for row in rows]


def writers(connection: Connection, session: SessionId) -> frozenset[Member]:
    """Pupils who may write, by the stored log."""
    found: set[Member] = set()
    rows = connection.execute(
        select(LOG_BLOCKS.c.data)
        .where(LOG_BLOCKS.c.session == session)
        .order_by(LOG_BLOCKS.c.first)
    )
    for row in rows:
        if RIGHT_MARK in row.data:  # most blocks are ink alone and need no decoding
            note_writers(found, decode_block(row.data))
    return frozenset(found)
