"""``make smoke``: one whole lesson on real parts; the last line is one line of JSON.

Server on SQLite, engine, virtual pen over a pty, pupil in Chromium. The exit status says whether
samples, hashes, voice, limit and recording held. Times are printed and decide nothing.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
import wave
from pathlib import Path
from typing import Any

import numpy as np

from signaling_server.protocol.board import Board, digest
from signaling_server.protocol.messages import EndReason
from teacher_client.audio.tone import tone_level
from teacher_client.engine.playback import fold
from teacher_client.recording.journal import JOURNAL_NAME, read_journal
from teacher_client.recording.voice_recorder import track_path
from teacher_client.recording.voices import VoiceTrackReader
from tests.e2e.browser import NO_UDP, PupilBrowser
from tests.e2e.kit import EngineProcess, ServerProcess, running, virtual_pen, wait_for

TEACHER_HZ, PUPIL_HZ = 440, 660
BESIDE_HZ = 1234  # where neither of the two tones has a harmonic
HEARD = 0.5  # share of the energy that has to lie at the tone
HEARD_DB = 20.0
QUIET_DB = -60.0
TIME_SCALE = 75  # the 30 minutes in 24 s
STROKES = 18


def main() -> int:
    parser = argparse.ArgumentParser(prog="make smoke", description=__doc__)
    parser.add_argument("--no-udp", action="store_true", help="the pupil's UDP is blocked")
    parser.add_argument("--keep", type=Path, help="leave everything in this folder")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="lamplight-smoke-") as name:
        folder = given.keep or Path(name)
        folder.mkdir(parents=True, exist_ok=True)
        result = run(folder, has_udp=not given.no_udp)
    print(json.dumps(result, separators=(",", ":")))
    return 0 if result["ok"] else 1


def run(folder: Path, *, has_udp: bool) -> dict[str, Any]:
    """One lesson; the figures."""
    begun = time.monotonic()
    server = ServerProcess(folder, "--time-scale", str(TIME_SCALE))
    with running(server):
        server_s = time.monotonic() - begun
        options = ["--microphone", f"tone:{TEACHER_HZ}", "--speaker", f"file:{folder}/heard.wav"]
        options += ["--pen", f"serial:{folder}/pen", "--probe", str(folder / "probe.json")]
        engine = EngineProcess(folder, server, *options)
        report = folder / "pen.json"
        pen_options = ["--once", "--rate", "240", "--strokes", str(STROKES)]
        pen = virtual_pen(folder, folder / "pen", *pen_options, "--report", str(report))
        pupil = PupilBrowser(folder, server.url, server.ready["pupil_link"], tone_hz=PUPIL_HZ)
        pupil.flags += [] if has_udp else [NO_UDP]
        started = time.monotonic()
        with running(engine), pupil:
            engine_s = time.monotonic() - started
            pupil.ask()
            pupil.await_lesson()
            started = time.monotonic()
            if has_udp:
                # before the log says so, the same button raises the hand
                wait_for(lambda: pupil.ask_probe("p => p.state().maySpeak"), 20, "the word")
                pupil.page.locator("#talk").click()
                wait_for(lambda: tone_heard(pupil) > HEARD_DB, 15, "the teacher's voice")
            voice_s = time.monotonic() - started
            pupil.measure_clock()
            with running(pen):
                result = follow(pupil, report, has_udp=has_udp)
                result.update(at_the_end(pupil))
            result["painted_at"] = pupil.painted()
        folder_of_lesson = engine.lesson_folder()
        result.update(recording(folder_of_lesson, result, folder, has_udp=has_udp))
        result["minutes"] = minutes(server)
        result["held"]["limit"] &= result["minutes"] == 30 and "30" in result["end_words"]
    result["latency_ms"] = latency(folder / "probe.json", result.pop("painted_at"))
    result["start_s"] = {
        k: round(v, 2)
        for k, v in {"server": server_s, "engine": engine_s, "voice": voice_s}.items()
    }
    result["udp"] = has_udp
    result["took_s"] = round(time.monotonic() - begun, 1)
    result["ok"] = all(result["held"].values())
    return result


def tone_heard(pupil: PupilBrowser) -> float:
    """How far the teacher's tone stands out of the received samples, in dB."""
    tone, beside = pupil.ask_probe(f"p => [p.toneLevel({TEACHER_HZ}), p.toneLevel({BESIDE_HZ})]")
    return round(tone - beside, 1) if tone > QUIET_DB else 0.0


def follow(pupil: PupilBrowser, report: Path, *, has_udp: bool) -> dict[str, Any]:
    """Until the pen has written; what the pupil's page shows then."""
    wait_for(lambda: report.exists() and json.loads(report.read_text())["finished"], 25, "the pen")
    sent = json.loads(report.read_text())
    shown = wait_for(
        lambda: (n := pupil.ask_probe("p => p.samplesShown()")) >= sent["samples_sent"] and n,
        10,
        "all samples on the page",
    )
    wait_for(lambda: pupil.ask_probe("p => p.isSettled()"), 5, "the log to catch up")
    pages = {str(n): pupil.digest(n) for n in pupil.ask_probe("p => p.pages()")}
    return {
        "samples": {"sent": sent["samples_sent"], "shown": shown},
        "strokes": {
            "sent": sent["strokes_sent"],
            "shown": pupil.ask_probe("p => p.strokesShown()"),
        },
        "hash_pupil": pages,
        "tone_pupil_db": tone_heard(pupil) if has_udp else None,
    }


def at_the_end(pupil: PupilBrowser) -> dict[str, Any]:
    """The server ends the lesson; the page says so."""
    pupil.page.locator("#minutes").wait_for(timeout=40_000)
    return {"end_words": pupil.page.locator("#minutes").inner_text()}


def recording(
    lesson: Path, result: dict[str, Any], folder: Path, *, has_udp: bool
) -> dict[str, Any]:
    """Read the recording back and compare it with what was shown and heard."""
    journal = read_journal(lesson / JOURNAL_NAME)
    board: Board = fold(journal)
    pages = {str(number): digest(page) for number, page in board.pages.items()}
    strokes = [s for page in board.pages.values() for s in page.strokes.values()]
    samples = sum(len(stroke.x) for stroke in strokes)
    teacher = track_tone(track_path(lesson, 1), TEACHER_HZ)
    pupil = track_tone(track_path(lesson, 2), PUPIL_HZ) if has_udp else None
    heard = wave_tone(folder / "heard.wav", PUPIL_HZ) if has_udp else None
    sent, shown = result["samples"], result["strokes"]
    held = {
        "samples": sent["sent"] == sent["shown"] == samples,
        "strokes": shown["sent"] == shown["shown"] == len(strokes),
        "hashes": pages == result["hash_pupil"],
        "limit": board.ended is EndReason.TIME,
        "recording": journal.lost_bytes == 0 and (teacher or 0) > HEARD,
    }
    if has_udp:
        is_heard = result["tone_pupil_db"] > HEARD_DB
        held["voice"] = is_heard and min(pupil or 0, heard or 0) > HEARD
    return {
        "held": held,
        "hash_teacher": pages,
        "tone_teacher": heard,
        "tone_recorded": {"teacher": teacher, "pupil": pupil},
        "lesson_s": round(board.time_ms / 1000, 1),
    }


def minutes(server: ServerProcess) -> int:
    """What the server's record says."""
    import httpx

    token = server.sign_in("teacher")
    answer = httpx.get(
        f"{server.url}/api/lessons",
        headers={"Authorization": f"Bearer {token}"},
        trust_env=False,
    )
    return int(answer.json()["lessons"][0]["minutes"])


def latency(probe: Path, painted: dict[tuple[int, int], float]) -> dict[str, float]:
    """Pen bytes in to painted on the pupil's canvas, in ms."""
    rows = json.loads(probe.read_text())
    values = [painted[(s, i)] - wall for s, i, wall in rows if (s, i) in painted]
    if not values:
        return {}
    p50, p95, p99 = np.percentile(values, [50, 95, 99])
    return {"p50": round(p50, 1), "p95": round(p95, 1), "p99": round(p99, 1), "n": len(values)}


def track_tone(path: Path, hz: int) -> float | None:
    """The tone's share in the loudest seconds of a recorded track."""
    if not path.exists():
        return None
    reader = VoiceTrackReader(path)
    reader.seek(0)
    pcm = np.concatenate([reader.read() for _ in range(reader.slots)])
    return best_tone(pcm, hz)


def wave_tone(path: Path, hz: int) -> float:
    """The same of what the teacher's speaker got."""
    with wave.open(str(path)) as file:
        pcm = np.frombuffer(file.readframes(file.getnframes()), "<i2")
    return best_tone(pcm, hz)


def best_tone(pcm: Any, hz: int) -> float:
    """Median of the tone's share over the seconds in which there is sound."""
    shares = []
    for start in range(0, len(pcm) - 48000, 48000):
        second = pcm[start : start + 48000]
        if np.abs(second).max() > 1000:
            shares.append(tone_level(second, hz))
    return round(float(np.median(shares)), 3) if shares else 0.0


if __name__ == "__main__":
    sys.exit(main())
