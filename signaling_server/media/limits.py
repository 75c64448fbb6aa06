"""The confinement of a child that reads strangers' files (THREATS ground rule 8).

====================  =========================  ======================  ====================
limit                 Linux                      macOS                   Windows
====================  =========================  ======================  ====================
memory                RLIMIT_AS over baseline    watched every 50 ms     job object
processor time        RLIMIT_CPU for each job    the same                the parent's clock
files, core dumps     none can grow              the same                –
processes, threads    no further ones            the same                no process
network               own empty name space [1]_  –                       –
====================  =========================  ======================  ====================

.. [1] Where the system lets an ordinary user make one; otherwise the child keeps the network.

The parent gives the child an empty environment and an empty folder, and ends it after
:data:`JOB_SECONDS` of real time everywhere. macOS and Windows are written after their makers'
documentation and were not tried.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Final

from signaling_server.protocol.pictures import PictureTrouble

MEMORY_BYTES: Final = 350 * 1024 * 1024
"""On top of what the child takes with its libraries loaded (30 MB), so that all stays below 400."""
JOB_SECONDS: Final = 10
_WATCH_SECONDS: Final = 0.05
MEMORY_EXIT: Final = 86
"""Exit status of a child that ended itself for its memory."""


def child_environment() -> dict[str, str]:
    """What a confined child may know of its parent's environment: nothing."""
    kept = ("SYSTEMROOT",) if sys.platform == "win32" else ()  # no socket nor DLL loads without
    return {name: os.environ[name] for name in kept if name in os.environ}


def make_folder() -> Path:
    """A fresh empty folder for a child to stand in; its parent removes it."""
    return Path(tempfile.mkdtemp(prefix="lamplight-cage-"))


def cause_of_death(status: int | None) -> PictureTrouble:
    """Why a child ended by itself in the middle of a job, by its exit status."""
    if status == MEMORY_EXIT or status in _NO_MEMORY:
        return PictureTrouble.TOO_MUCH_MEMORY
    return PictureTrouble.TOOK_TOO_LONG if status in _NO_TIME else PictureTrouble.DAMAGED


def _statuses(*signals: str) -> frozenset[int]:
    return frozenset(-getattr(signal, name) for name in signals if hasattr(signal, name))


_NO_MEMORY: Final = _statuses("SIGABRT", "SIGTRAP", "SIGKILL")  # C++, PDFium, the system
_NO_TIME: Final = _statuses("SIGXCPU")


if sys.platform == "win32":

    def confine() -> None:
        """Bind this process for good; called once, with all libraries loaded."""
        _join_job(MEMORY_BYTES)

    def allow_cpu(seconds: int) -> None:
        """Only the parent's clock limits the time here."""

    def _join_job(memory_bytes: int) -> None:
        # JOBOBJECT_EXTENDED_LIMIT_INFORMATION, winnt.h; 64-bit layout
        active_process, process_memory = 0x8, 0x100
        kernel = ctypes.windll.kernel32
        kernel.CreateJobObjectW.restype = ctypes.c_void_p
        kernel.GetCurrentProcess.restype = ctypes.c_void_p
        job = ctypes.c_void_p(kernel.CreateJobObjectW(None, None))
        limits = bytearray(144)
        limits[16:20] = (active_process | process_memory).to_bytes(4, "little")
        limits[40:44] = (1).to_bytes(4, "little")
        limits[112:120] = memory_bytes.to_bytes(8, "little")
        raw = (ctypes.c_char * 144).from_buffer(limits)
        if not kernel.SetInformationJobObject(job, 9, raw, 144):
            raise OSError("the memory limit was refused")
        if not kernel.AssignProcessToJobObject(job, ctypes.c_void_p(kernel.GetCurrentProcess())):
            raise OSError("the job was refused")

else:
    import resource

    def confine() -> None:
        """Bind this process for good; called once, with all libraries loaded."""
        os.nice(10)  # a lesson's voice goes first
        _leave_network()
        if sys.platform == "linux":
            pages = int(Path("/proc/self/statm").read_text().split()[0])
            ceiling = pages * resource.getpagesize() + MEMORY_BYTES
            resource.setrlimit(resource.RLIMIT_AS, (ceiling, ceiling))
        else:
            threading.Thread(target=_watch_memory, daemon=True).start()
        for limit in (resource.RLIMIT_CORE, resource.RLIMIT_FSIZE, resource.RLIMIT_NPROC):
            resource.setrlimit(limit, (0, 0))

    def allow_cpu(seconds: int) -> None:
        """This much processor time from now on, then the system ends the process."""
        usage = resource.getrusage(resource.RUSAGE_SELF)
        spent = int(usage.ru_utime + usage.ru_stime) + 1
        hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
        resource.setrlimit(resource.RLIMIT_CPU, (spent + seconds, hard))

    def _leave_network() -> None:
        new_user, new_net = 0x1000_0000, 0x4000_0000  # sched.h
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).unshare(new_user | new_net)

    def _watch_memory() -> None:
        """Where the system takes no limit on memory: look, and leave when it is too much."""
        begun = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        while resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - begun < MEMORY_BYTES:
            time.sleep(_WATCH_SECONDS)
        os._exit(MEMORY_EXIT)
