from __future__ import annotations

import asyncio
import logging
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert, select, text
from sqlalchemy.exc import IntegrityError

from signaling_server.errors import StorageError
from signaling_server.protocol.messages import Role
from signaling_server.sessions.effects import SaveRequest
from signaling_server.sessions.records import Person, PersonId, RequestId
from signaling_server.storage import accounts, requests
from signaling_server.storage.store import Store
from signaling_server.storage.tables import COMMANDS, METADATA

PLANTED = "我的电话是一二三"


def test_migrations_make_exactly_the_tables_and_run_twice(tmp_path: Path) -> None:
    for _ in range(2):
        store = Store.open(tmp_path / "a" / "b.db")
        store.close()
    store = Store.open(tmp_path / "a" / "b.db")

    def columns(connection: Connection) -> dict[str, set[str]]:
        return {
            name: {row[1] for row in connection.execute(text(f"PRAGMA table_info({name})"))}
            for name in METADATA.tables
        }

    found = store.write_now(columns)
    assert found == {name: set(table.c.keys()) for name, table in METADATA.tables.items()}
    store.close()


def test_what_is_written_is_synced(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "a.db")
    modes = store.write_now(
        lambda c: [c.execute(text(f"PRAGMA {p}")).scalar() for p in ("journal_mode", "synchronous")]
    )
    assert modes == ["wal", 2]
    store.close()


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    path = tmp_path / "bad.db"
    path.write_bytes(b"no database at all" * 100)
    with pytest.raises(StorageError, match=r"bad\.db"):
        Store.open(path)


async def test_one_bad_job_in_a_group_fails_alone(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "a.db")

    def add(login: str, person: int) -> None:
        def job(connection: Connection) -> None:
            if person < 0:
                connection.execute(insert(COMMANDS).values(session="none", member=1, command=1))
            accounts.ensure(connection, login, "甲", Role.PUPIL, "x", 1)

        jobs.append(store.write(job))

    jobs: list[object] = []
    for n in range(20):
        add(f"login{n}", -1 if n == 7 else n)
    results = await asyncio.gather(*jobs, return_exceptions=True)  # type: ignore[call-overload]
    assert [n for n, r in enumerate(results) if isinstance(r, IntegrityError)] == [7]
    found = await store.read(lambda c: accounts.find(c, "login7"))
    assert found is None
    people = [
        account.person.id
        for n in range(20)
        if n != 7
        for account in [await store.read(lambda c, n=n: accounts.find(c, f"login{n}"))]  # type: ignore[misc]
        if account
    ]
    assert len(set(people)) == 19
    await asyncio.to_thread(store.close)


async def test_jobs_run_in_the_order_of_their_calls(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "a.db")
    order: list[int] = []
    await asyncio.gather(*(store.write(lambda _c, n=n: order.append(n)) for n in range(500)))  # type: ignore[misc]
    assert order == list(range(500))
    await store.read(lambda c: c.execute(select(1)).scalar())
    await asyncio.to_thread(store.close)


async def test_A22_what_people_wrote_is_not_in_the_log_of_a_failed_statement(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store = Store.open(tmp_path / "a.db")
    asked = SaveRequest(
        RequestId("r" * 8), Person(PersonId(1), PLANTED, Role.PUPIL), PLANTED, PLANTED
    )
    for _ in range(2):
        try:
            await store.write(lambda c: requests.save(c, asked, 1))  # the second: same id
        except IntegrityError:
            logging.getLogger("lobby").exception("not saved")
    await asyncio.to_thread(store.close)
    assert "INSERT INTO requests" in caplog.text
    assert PLANTED not in caplog.text
