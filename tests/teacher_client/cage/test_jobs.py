"""Frames between parent and child, and children that a file has taken over."""

from __future__ import annotations

import contextlib
import io
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling_server.protocol.pictures import MAX_CLEAN_BYTES, PictureTrouble
from signaling_server.protocol.schema import InvalidError
from teacher_client.cage.jobs import (
    HEAD,
    MAX_JSON,
    Answer,
    Area,
    Pictured,
    Probe,
    Probed,
    Question,
    Reencode,
    Refused,
    Render,
    Thumbnail,
    pack_head,
    read_answer,
    read_question,
)
from teacher_client.cage.parent import Cage
from teacher_client.errors import PictureError
from tests.fakes.hostile_files import photo

QUESTIONS: list[Question] = [
    Probe(),
    Render(3, 800, Area(1.5, -2, 30, 40)),
    Render(0),
    Reencode(),
    Thumbnail(64),
]
ANSWERS: list[Answer] = [
    Probed("application/pdf", (210.0, 1.5), (297.0, 2.5)),
    Probed("image/png", width_px=3, height_px=4),
    Pictured(30, 40, 5, 6),
    Refused(PictureTrouble.ENCRYPTED),
]


@given(st.sampled_from(QUESTIONS), st.sampled_from(ANSWERS), st.binary(max_size=50))
def test_what_is_said_is_heard(question: Question, answer: Answer, payload: bytes) -> None:
    asked = io.BytesIO(pack_head(question, payload) + payload)
    assert read_question(asked) == (question, payload)
    assert read_question(asked) is None
    answered = io.BytesIO(pack_head(answer, payload) + payload)
    assert read_answer(answered) == (answer, payload)


@given(st.binary(max_size=200))
def test_noise_is_no_answer(noise: bytes) -> None:
    with contextlib.suppress(InvalidError):
        assert read_answer(io.BytesIO(noise)) is None


@pytest.mark.parametrize("head", [(MAX_JSON + 1, 0), (2, 2 * MAX_CLEAN_BYTES + 1)])
def test_a_flood_is_refused_by_its_head(head: tuple[int, int]) -> None:
    with pytest.raises(InvalidError):
        read_answer(io.BytesIO(HEAD.pack(*head) + b"{}"))


BEGIN = "import struct, sys; out = sys.stdout.buffer; read = sys.stdin.buffer.read\n"
LIES = {
    "nonsense": "out.write(b'x' * 100)",
    "an endless answer": "while True: out.write(bytes(1 << 16))",
    "no answer": "read()",
    "the end": "pass",
    "a script as a picture": """
said = b'{"t":"pictured","width_px":9,"height_px":9,"full":8}'
out.write(struct.pack('<II', len(said), 8) + said + b'<script>'); out.flush(); read()""",
    "another answer": """
said = b'{"t":"probed","media_type":"x"}'
out.write(struct.pack('<II', len(said), 0) + said); out.flush(); read()""",
}


@pytest.mark.parametrize("lie", LIES)
async def test_a_child_that_was_taken_over_gets_nothing_through(
    lie: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("teacher_client.cage.parent.JOB_SECONDS", 1)
    with monkeypatch.context() as taken_over:
        taken_over.setattr(
            "teacher_client.cage.parent.role_command",
            lambda _role: [sys.executable, "-c", BEGIN + LIES[lie]],
        )
        cage = Cage()
        with pytest.raises(PictureError):
            await cage.reencode(photo(20, 20))
        await cage.close()
