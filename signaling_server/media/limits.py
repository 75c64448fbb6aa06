"""The confinement of a child that reads strangers' files (THREATS ground rule 8).

====================  =========================  ======================  ====================
limit                 Linux                      macOS                   Windows
====================  =========================  ======================  ====================
memory                RLIMIT_AS over baseline    watched every 50 ms     job object
processor time        RLIMIT_CPU for each job    the same                the parent's clock
files to write, cores none can grow              the same                –
files to read         none but fonts [1]_        –                       –
processes, threads    no further ones            the same                no process
network               own empty name space [2]_  –                       –
====================  =========================  ======================  ====================

.. [1] Landlock, where the kernel has it (5.13).
.. [2] Where the system lets an ordinary user make one; otherwise Landlock's, without TCP (6.7).

The parent gives the child an empty environment and an empty folder, and ends it after
:data:`JOB_SECONDS` of real time everywhere. macOS and Windows are written after their makers'
documentation and were not tried.
"""

from __future__ import annotations

import ctypes
import os
import signal
import struct
import sys
import tempfile
import threading
import time
from collections.abc import Iterable
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

    def confine(readable: Iterable[str] = ()) -> None:
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

    def confine(readable: Iterable[str] = ()) -> None:
        """Bind this process for good; called once, with all libraries loaded.

        Args:
            readable: folders whose files it may go on reading.
        """
        os.nice(10)  # a lesson's voice goes first
        if sys.platform == "linux":
            pages = int(Path("/proc/self/statm").read_text().split()[0])
            ceiling = pages * resource.getpagesize() + MEMORY_BYTES
            resource.setrlimit(resource.RLIMIT_AS, (ceiling, ceiling))
            _leave_network()
            _leave_files(readable)
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
        ctypes.CDLL(None).unshare(new_user | new_net)

    def _leave_files(readable: Iterable[str]) -> None:
        """Nothing to open but what lies in these folders, no TCP (linux/landlock.h)."""
        create, add, restrict, no_new_privileges = 444, 445, 446, 38
        all_of_files, read_file_and_folder, all_of_tcp = (1 << 13) - 1, 0b1100, 0b11
        version = _call(create, None, 0, 1)
        if version < 1:
            return
        rules = struct.pack("=QQ", all_of_files, all_of_tcp)[: 16 if version >= 4 else 8]
        ruleset = _call(create, rules, len(rules), 0)
        for folder in filter(os.path.isdir, readable):
            handle = os.open(folder, os.O_RDONLY)
            _call(add, ruleset, 1, struct.pack("=Qi", read_file_and_folder, handle), 0)
            os.close(handle)
        ctypes.CDLL(None).prctl(no_new_privileges, 1, 0, 0, 0)
        _call(restrict, ruleset, 0)
        os.close(ruleset)

    def _call(number: int, *values: int | bytes | None) -> int:
        """A system call that the C library has no function for."""
        long = ctypes.c_long
        given = (long(value) if isinstance(value, int) else value for value in values)
        return int(ctypes.CDLL(None).syscall(long(number), *given))

    def _watch_memory() -> None:
        """Where the system takes no limit on memory: look, and leave when it is too much."""
        begun = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        while resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - begun < MEMORY_BYTES:
            time.sleep(_WATCH_SECONDS)
        os._exit(MEMORY_EXIT)
