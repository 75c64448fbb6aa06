"""Python and the pupil's page fold any log to the same board, sensible or hostile.

The page's reader runs as a program of its own (web/tests/support/fold.ts).
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
from pathlib import Path

import pytest

from signaling_server.protocol.blocks import decode_block, seal
from signaling_server.protocol.ids import Member
from signaling_server.protocol.reader import LessonReader
from tests.data.wire.make_golden import seen

from .hostile import forked, shuffled
from .worlds import live

WEB = Path(__file__).resolve().parents[3] / "signaling_server" / "web"
ESBUILD = WEB / "node_modules" / ".bin" / "esbuild"
NODE = shutil.which("node")
PUPIL_3 = Member(3)
LESSONS = int(os.environ.get("LESSONS", "12"))
"""Of each kind; more by hand."""


@pytest.fixture(scope="module")
def page_reader(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if NODE is None or not ESBUILD.exists():
        pytest.skip("no Node or no packages of the page here (make installs them)")
    program = tmp_path_factory.mktemp("page") / "fold.mjs"
    source = WEB / "tests" / "support" / "fold.ts"
    options = ["--bundle", "--platform=node", "--format=esm", "--log-level=error"]
    subprocess.run([ESBUILD, source, *options, f"--outfile={program}"], check=True, cwd=WEB)
    return program


def by_page(program: Path, logs: list[list[bytes]]) -> list[dict[str, object]]:
    lines = "\n".join(" ".join(block.hex() for block in blocks) for blocks in logs)
    assert NODE is not None
    done = subprocess.run([NODE, program], input=lines, text=True, capture_output=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def by_python(log: list[bytes]) -> dict[str, object]:
    known = seen(log)
    del known["states"]
    plain = json.loads(json.dumps({"held": decode_block(log[-1]).last, **known}))
    assert isinstance(plain, dict)
    return plain


def test_lessons_as_they_go(page_reader: Path) -> None:
    logs = []
    for seed in range(LESSONS):
        world = live(seed, 200, kill_rate=0.03)
        logs += [world.synced, [seal(data, PUPIL_3) for data in world.synced]]
    assert by_page(page_reader, logs) == [by_python(log) for log in logs]


def test_hostile_lessons_whose_end_is_replaced(page_reader: Path) -> None:
    """The reducer's rules at their limits; then the same by readers of a shuffled mail."""
    mails, logs = [], []
    for seed in range(LESSONS):
        came, log = forked(seed, 150)
        for own in (lambda data: data, lambda data: seal(data, PUPIL_3)):
            logs.append([own(data) for data in log])
            mail = [own(data) for data in shuffled(came, random.Random(seed))]
            mails.append(mail)
            reader = LessonReader()
            for data in mail:
                reader.add_block(decode_block(data))
            assert reader.held == decode_block(log[-1]).last
    expected = [by_python(log) for log in logs]
    assert by_page(page_reader, logs) == expected
    assert by_page(page_reader, mails) == expected
