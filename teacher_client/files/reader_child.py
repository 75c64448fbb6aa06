"""Role ``cage`` with ``--pages``: one stranger's file on stdin, its pages on stdout, confined."""

from __future__ import annotations

import contextlib
import os
import sys

from signaling_server.media.limits import JOB_SECONDS, allow_cpu, confine
from teacher_client.drawing.tokens import load_tokens
from teacher_client.files.errors import FileError, FileTrouble
from teacher_client.files.packed import pack, pack_trouble
from teacher_client.files.read import read_pages
from teacher_client.files.strict_xml import MAX_FILE
from teacher_client.formulas import FormulaError, outline


def run_reader() -> int:
    """Read one file; the exit status is 0 where pages or a reason were given."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no part of an answer
    load_tokens()
    with contextlib.suppress(FormulaError):
        outline(r"\frac{\text{字}}{2}", 400)  # all that formulas read from the disk, once
    confine()
    allow_cpu(JOB_SECONDS)
    try:
        answer = pack(read_pages(sys.stdin.buffer.read(MAX_FILE + 1)))
    except FileError as exc:
        answer = pack_trouble(exc.trouble)
    except (MemoryError, RecursionError):
        answer = pack_trouble(FileTrouble.TOO_LARGE)
    answers.write(answer)
    answers.flush()
    return 0
