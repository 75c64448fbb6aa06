"""Bringing and fetching pictures over HTTP: who may, how much, and what comes back."""

from __future__ import annotations

import asyncio
import contextlib
import errno
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from signaling_server.api.state import Services
from signaling_server.protocol.messages import Ended, EndSession, Role
from signaling_server.protocol.pictures import MAX_UPLOAD_BYTES, PictureSize, picture_hash
from signaling_server.rules.pictures import UPLOADS
from signaling_server.sessions.records import SessionId
from signaling_server.storage import pictures
from tests.fakes.hostile_files import hostile_pictures, photo
from tests.signaling_server.kit import House, Peer, begin, serving


@dataclass
class Person:
    """Somebody signed in, with an engine's token."""

    house: House
    token: str
    session: str
    socket: Peer

    async def bring(
        self, data: bytes, kind: str = "image/jpeg", session: str | None = None
    ) -> httpx.Response:
        headers = {**self.head, "Content-Type": kind}
        path = f"/api/lessons/{session or self.session}/pictures"
        return await self.house.http.post(path, content=data, headers=headers)

    async def fetch(self, sha256: str, size: str = "full", **headers: str) -> httpx.Response:
        path = f"/api/lessons/{self.session}/pictures/{sha256}?size={size}"
        return await self.house.http.get(path, headers={**self.head, **headers})

    @property
    def head(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}", "X-Lamplight-Client": "engine"}


@dataclass
class Lesson:
    teacher: Person
    pupil: Person
    services: Services


@pytest.fixture
async def lesson(tmp_path: Path) -> AsyncIterator[Lesson]:
    async with (
        serving(tmp_path) as (house, services),
        house.person("teacher") as teacher,
        house.person("pupil1") as pupil,
    ):
        session = await begin(teacher, pupil)
        yield Lesson(
            Person(house, await house.sign_in("teacher"), session, teacher),
            Person(house, await house.sign_in("pupil1"), session, pupil),
            services,
        )


async def test_the_teacher_brings_and_the_pupil_sees_it(lesson: Lesson) -> None:
    brought = await lesson.teacher.bring(photo())
    assert brought.status_code == 201
    assert {"width": 800, "height": 600}.items() <= brought.json().items()
    sha256 = brought.json()["sha256"]
    full = await lesson.pupil.fetch(sha256)
    assert picture_hash(full.content) == sha256
    small = await lesson.pupil.fetch(sha256, "small")
    assert 0 < len(small.content) < len(full.content)
    for answer in (full, small):
        assert answer.headers["content-type"] == "image/jpeg"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["content-disposition"] == "attachment"
        assert answer.headers["cache-control"] == "private, max-age=31536000, immutable"
        assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
    tag = full.headers["etag"]
    assert tag != small.headers["etag"]
    assert (await lesson.pupil.fetch(sha256, **{"If-None-Match": tag})).status_code == 304


async def test_clean_bytes_keep_their_hash_and_lie_there_once(lesson: Lesson) -> None:
    sha256 = (await lesson.teacher.bring(photo())).json()["sha256"]
    clean = (await lesson.teacher.fetch(sha256)).content
    assert (await lesson.teacher.bring(clean)).json()["sha256"] == sha256
    used = await lesson.services.store.read(
        lambda c: pictures.used(c, SessionId(lesson.teacher.session))
    )
    assert used.pictures == 1
    assert used.stored_bytes > len(clean)


async def test_a_page_uses_its_cookie_and_its_origin(lesson: Lesson) -> None:
    house, path = lesson.pupil.house, f"/api/lessons/{lesson.pupil.session}/pictures"
    cookie = {"Cookie": f"lamplight_session={lesson.pupil.token}", "Content-Type": "image/jpeg"}
    for origin, status in ((house.url, 201), ("https://evil.example", 403)):
        answer = await house.http.post(path, content=photo(), headers={**cookie, "Origin": origin})
        assert answer.status_code == status
    answer = await house.http.post(path, content=photo(), headers=cookie)
    assert answer.status_code == 403


async def test_a_pupil_s_photo_is_the_teacher_s_until_the_teacher_brings_it(
    lesson: Lesson, tmp_path: Path
) -> None:
    sha256 = (await lesson.pupil.bring(photo())).json()["sha256"]
    assert (await lesson.pupil.fetch(sha256)).status_code == 200
    seen = await lesson.teacher.fetch(sha256)
    assert seen.status_code == 200
    row = await lesson.services.store.read(
        lambda c: pictures.find(c, SessionId(lesson.pupil.session), sha256)
    )
    assert row is not None
    assert not row.is_shared
    await lesson.teacher.bring(seen.content)
    row = await lesson.services.store.read(
        lambda c: pictures.find(c, SessionId(lesson.pupil.session), sha256)
    )
    assert row is not None
    assert (row.is_shared, row.member) == (True, 2)


async def test_A17_strangers_neither_bring_nor_see(lesson: Lesson) -> None:
    sha256 = (await lesson.teacher.bring(photo())).json()["sha256"]
    house, session = lesson.teacher.house, lesson.teacher.session
    nobody = {"X-Lamplight-Client": "engine", "Content-Type": "image/jpeg"}
    path = f"/api/lessons/{session}/pictures"
    assert (await house.http.post(path, content=photo(), headers=nobody)).status_code == 401
    assert (await house.http.get(f"{path}/{sha256}")).status_code == 401
    other = Person(house, await house.sign_in("pupil2"), session, lesson.pupil.socket)
    answers = [await other.bring(photo()), await other.fetch(sha256), await other.fetch("0" * 64)]
    answers.append(await other.bring(photo(), session="no-such-session"))
    assert {(a.status_code, a.json()["reason"]) for a in answers} == {(404, "not_in_session")}


async def test_A18_only_hashes_of_this_lesson_are_found(lesson: Lesson) -> None:
    for name in ("0" * 64, "..%2f..%2flamplight.db", "%00", "A" * 64, "x"):
        assert (await lesson.teacher.fetch(name)).status_code == 404
    sha256 = (await lesson.teacher.bring(photo())).json()["sha256"]
    assert (await lesson.teacher.fetch(sha256, "huge")).status_code == 422


@pytest.mark.parametrize("kind", ["text/html", "image/svg+xml", "image/heic", ""])
async def test_other_kinds_are_refused_by_name(lesson: Lesson, kind: str) -> None:
    answer = await lesson.teacher.bring(photo(), kind)
    assert (answer.status_code, answer.json()["reason"]) == (415, "unsupported")


async def test_A27_hostile_and_mislabelled_pictures_are_refused(lesson: Lesson) -> None:
    giant, cut = hostile_pictures()["jpeg of 4 gigapixels"], hostile_pictures()["png cut off"]
    for data, kind, status in (
        (giant[1], giant[0], 413),
        (cut[1], cut[0], 422),
        (photo(), "image/png", 422),
    ):
        assert (await lesson.pupil.bring(data, kind)).status_code == status
    assert (await lesson.pupil.bring(photo())).status_code == 201


async def first_line(person: Person, head: str, body: bytes, *, is_leaving: bool = False) -> bytes:
    """What the server answers to a request written by hand."""
    url = httpx.URL(person.house.url)
    reader, writer = await asyncio.open_connection(url.host, url.port)
    lines = [
        f"POST /api/lessons/{person.session}/pictures HTTP/1.1",
        f"Host: {url.host}:{url.port}",
        *(f"{name}: {value}" for name, value in person.head.items()),
        "Content-Type: image/jpeg",
        head,
    ]
    writer.write("\r\n".join([*lines, "", ""]).encode())
    with contextlib.suppress(ConnectionError):  # it may be cut while we still write
        writer.write(body)
        await writer.drain()
    line = b"" if is_leaving else await asyncio.wait_for(reader.readline(), 15)
    writer.close()
    return line


async def test_what_is_too_long_is_refused_by_its_head_and_by_its_body(lesson: Lesson) -> None:
    head = f"Content-Length: {MAX_UPLOAD_BYTES + 1}"
    assert b"413" in await first_line(lesson.teacher, head, b"")
    chunk = b"100000\r\n" + bytes(1 << 20) + b"\r\n"
    assert b"413" in await first_line(lesson.teacher, "Transfer-Encoding: chunked", chunk * 13)


async def test_A24_a_pupil_who_floods_waits_and_the_teacher_does_not(lesson: Lesson) -> None:
    burst = int(UPLOADS[Role.PUPIL].burst)
    answers = [await lesson.pupil.bring(b"x") for _ in range(burst + 1)]
    assert [a.status_code for a in answers] == [422] * burst + [429]
    assert int(answers[-1].headers["retry-after"]) >= 1
    assert answers[-1].json()["retry_in_ms"] > 0
    assert (await lesson.teacher.bring(photo())).status_code == 201


async def test_a_full_lesson_takes_no_more(lesson: Lesson, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("signaling_server.api.pictures.MAX_PICTURES", 1)
    first = await lesson.teacher.bring(photo())
    answer = await lesson.teacher.bring(photo(80, 60))
    assert (answer.status_code, answer.json()["reason"]) == (409, "lesson_full")
    files = lesson.services.pictures.files.path("ab" * 32, PictureSize.FULL).parents[2]
    assert [path.stem for path in files.rglob("*.full")] == [first.json()["sha256"]]
    again = await lesson.teacher.bring(photo())  # what it holds may come again
    assert again.json() == first.json()


async def test_after_the_end_the_pupil_brings_no_more_but_sees(lesson: Lesson) -> None:
    sha256 = (await lesson.teacher.bring(photo())).json()["sha256"]
    await lesson.teacher.socket.say(EndSession())
    await lesson.pupil.socket.hear(Ended)
    answer = await lesson.pupil.bring(photo())
    assert (answer.status_code, answer.json()["reason"]) == (409, "session_over")
    assert (await lesson.teacher.bring(photo(80, 60))).status_code == 201  # of an outage
    assert (await lesson.pupil.fetch(sha256)).status_code == 200


async def test_a_picture_whose_file_is_gone_is_gone(lesson: Lesson) -> None:
    sha256 = (await lesson.teacher.bring(photo())).json()["sha256"]
    lesson.services.pictures.files.path(sha256, PictureSize.FULL).unlink()
    assert (await lesson.teacher.fetch(sha256)).status_code == 404
    assert (await lesson.teacher.bring(photo())).json()["sha256"] == sha256
    assert (await lesson.teacher.fetch(sha256)).status_code == 200


async def test_where_the_disk_refuses_it_may_come_again(
    lesson: Lesson, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = lesson.services.pictures.files.path("ab" * 32, PictureSize.FULL).parents[1].parent
    monkeypatch.setattr("signaling_server.media.files.os.fsync", _no_space)
    answer = await lesson.teacher.bring(photo())
    assert (answer.status_code, answer.json()["reason"]) == (503, "busy")
    assert list(folder.rglob("*.full")) == []
    monkeypatch.undo()
    assert (await lesson.teacher.bring(photo())).status_code == 201


def _no_space(_handle: int) -> None:
    raise OSError(errno.ENOSPC, "no space")


async def test_who_goes_in_the_middle_leaves_nothing(lesson: Lesson) -> None:
    await first_line(lesson.pupil, "Content-Length: 9000", b"\xff\xd8", is_leaving=True)
    assert (await lesson.pupil.bring(photo())).status_code == 201
    incoming = lesson.services.pictures.files.make_incoming().parent
    async with asyncio.timeout(10):
        while list(incoming.iterdir()):
            await asyncio.sleep(0.01)


async def test_a_body_that_never_ends_is_cut(
    lesson: Lesson, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("signaling_server.api.pictures.BODY_SECONDS", 0.2)

    assert b"408" in await first_line(lesson.pupil, "Content-Length: 9000", b"\xff\xd8")
    monkeypatch.undo()
    assert (await lesson.pupil.bring(photo())).status_code == 201
