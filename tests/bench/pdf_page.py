"""A page of 50 000 strokes as PDF: our export child beside Xournal++, same ink, one run.

Run: ``python -m tests.bench.pdf_page [strokes]``; needs the Debian package ``xournalpp``. Prints
processor time, peak memory and size of both, whole processes: each reads its own file (journal,
`.xopp`), and writes a PDF. Nothing decides on the figures: the machines are noisy.
"""

from __future__ import annotations

import math
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from signaling_server.protocol.blocks import NO_HASH, decode_block, encode_block
from signaling_server.protocol.commands import Ink, PageKind, Tool
from signaling_server.protocol.entries import Body, Entry, EntryKind, LessonBegun, PageAdded
from signaling_server.protocol.ids import TEACHER, EntryNumber, Epoch, PageId, stroke_id
from signaling_server.protocol.ink import InkBody, Samples, Style
from signaling_server.protocol.schema import dumps, encode
from teacher_client.files.request import ExportRequest
from teacher_client.lesson.file_messages import ExportFormat
from teacher_client.processes import role_command
from teacher_client.recording.journal import JOURNAL_NAME

STROKES = 50_000
SAMPLES = 24
CHUNK = 12  # samples in 100 ms
BLOCK = 500


def bodies(count: int) -> Iterator[tuple[EntryKind, Body]]:
    """Short bent lines with force, all over a page, as a pen at 120 samples a second gives them."""
    chance = random.Random(1)
    yield EntryKind.LESSON_BEGUN, LessonBegun("bench-lesson", 0)
    yield EntryKind.PAGE_ADDED, PageAdded(17_600, 25_000, PageKind.DOTS)
    for number in range(count):
        x, y = 1000 + chance.random() * 15_000, 1000 + chance.random() * 22_000
        way, bend = chance.random() * math.tau, (chance.random() - 0.5) * 0.3
        points: list[tuple[int, int]] = []
        for _ in range(SAMPLES):
            x, y = x + 22 * math.cos(way), y + 22 * math.sin(way)
            way += bend + (chance.random() - 0.5) * 0.1
            points.append((round(x), round(y)))
        name = stroke_id(TEACHER, 1, number + 1)
        style = Style(Tool.PEN, Ink(1 + number % 40 // 20), 70, 0)
        for first in range(0, SAMPLES, CHUNK):
            part = points[first : first + CHUNK]
            samples = Samples(
                tuple(p[0] for p in part),
                tuple(p[1] for p in part),
                tuple(range(8 * first, 8 * (first + len(part)), 8)),
                tuple(300 + round(500 * abs(math.sin((first + i) / 8))) for i in range(len(part))),
            )
            is_last = first + CHUNK >= SAMPLES
            body = InkBody(name, first, samples, style if first == 0 else None, is_last)
            kind = EntryKind.INK_END if is_last else EntryKind.INK_MORE
            yield EntryKind.INK_BEGIN if first == 0 else kind, body


def write_journal(folder: Path, count: int) -> None:
    """A lesson's folder with one page of ink."""
    folder.mkdir()
    previous, entries = NO_HASH, list[Entry]()
    with (folder / JOURNAL_NAME).open("wb") as file:
        for number, (kind, body) in enumerate(bodies(count), 1):
            page = PageId(0 if kind is EntryKind.LESSON_BEGUN else 1)
            entries.append(Entry(kind, EntryNumber(number), 0, body, page, TEACHER))
            if len(entries) == BLOCK or number == 2 + count * math.ceil(SAMPLES / CHUNK):
                raw = encode_block(Epoch(1, "00" * 8), previous, entries, lambda: bytes(16))
                previous, entries = decode_block(raw).hash, []
                file.write(raw)


def measured(command: list[str], question: bytes = b"") -> tuple[float, float]:
    """Processor seconds and peak MB of a process and its children."""
    child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
    assert child.stdin is not None
    child.stdin.write(question)
    child.stdin.close()
    _pid, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"{command[0]} ended with {child.returncode}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def export(lesson: Path, format_: ExportFormat, target: Path) -> tuple[float, float]:
    """Our child."""
    request = ExportRequest(format_, str(target), str(lesson))
    return measured(role_command("export"), dumps(encode(request)).encode() + b"\n")


def in_memory(lesson: Path, target: Path) -> float:
    """Processor seconds of the writing alone, the board being there."""
    from teacher_client.drawing.colors import paper_colors
    from teacher_client.files.errors import Losses
    from teacher_client.files.pdf import write_pdf
    from teacher_client.files.pdf_pages import Sources
    from teacher_client.files.pictures import ProfilePictures
    from teacher_client.files.source import fold_lesson

    pages = list(fold_lesson(lesson).pages.values())
    sources = Sources(paper_colors(), ProfilePictures(""), Losses())
    begun = time.process_time()
    write_pdf(pages, ExportRequest(ExportFormat.PDF, str(target)), sources)
    return time.process_time() - begun


def main(count: int) -> None:
    """Measure both and print."""
    program = shutil.which("xournalpp")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_journal(folder / "lesson", count)
        ours, theirs, xopp = folder / "ours.pdf", folder / "theirs.pdf", folder / "ink.xopp"
        cpu, memory = export(folder / "lesson", ExportFormat.PDF, ours)
        writing = in_memory(folder / "lesson", folder / "again.pdf")
        size = ours.stat().st_size / 1e6
        print(f"{count} strokes, {count * SAMPLES} samples")
        print(f"ours      {cpu:6.2f} s CPU  {memory:6.0f} MB  {size:5.1f} MB of PDF")
        print(f"  of that writing {writing:.2f} s; the rest reads the journal")
        if program is None:
            print("xournalpp is not installed")
            return
        export(folder / "lesson", ExportFormat.XOPP, xopp)
        other, other_memory = measured([program, f"--create-pdf={theirs}", str(xopp)])
        size = theirs.stat().st_size / 1e6
        print(f"Xournal++ {other:6.2f} s CPU  {other_memory:6.0f} MB  {size:5.1f} MB of PDF")
        print(f"CPU 1/{other / cpu:.1f} (writing alone 1/{other / writing:.1f}), ", end="")
        print(f"memory 1/{other_memory / memory:.1f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else STROKES)
