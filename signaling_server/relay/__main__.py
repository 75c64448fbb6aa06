"""Run coturn with our settings, in the foreground: ``python -m signaling_server.relay FILE``."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from pathlib import Path

from signaling_server.errors import RelayError
from signaling_server.relay.coturn import configuration
from signaling_server.relay.settings import load_secret, load_settings


def main(arguments: list[str] | None = None) -> int:
    """Write the configuration and become the relay; returns only where that fails."""
    parser = argparse.ArgumentParser(prog="python -m signaling_server.relay", description=__doc__)
    parser.add_argument("settings", type=Path, help="the file that the server's --turn names too")
    parser.add_argument("--run", type=Path, default=Path("var/relay"), help="folder of its files")
    given = parser.parse_args(arguments)
    try:
        _run(given.settings, given.run)
    except RelayError as exc:
        print(f"lamplight: {exc}", file=sys.stderr)
    return 2


def _run(settings_file: Path, folder: Path) -> None:
    program = shutil.which("turnserver")
    if program is None:
        raise RelayError("turnserver is missing: install the package coturn")
    written = write_configuration(settings_file, folder)
    os.execv(program, [program, "-c", str(written)])  # noqa: S606 - no shell


def write_configuration(settings_file: Path, folder: Path) -> Path:
    """Write turnserver.conf into `folder`, readable by this user alone; return its path.

    Raises:
        RelayError: the settings or the secret cannot be used, or the folder not written.
    """
    settings = load_settings(settings_file)
    text = configuration(settings.coturn, load_secret(settings), str(folder.resolve()))
    written = folder.resolve() / "turnserver.conf"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        written.unlink(missing_ok=True)  # an older file might be readable by others
        with open(os.open(written, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(text)
    except OSError as exc:
        raise RelayError(f"{written} cannot be written: {exc}") from exc
    return written


if __name__ == "__main__":
    sys.exit(main())
