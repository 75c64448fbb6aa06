"""``python -m teacher_client``: one program, several roles (DESIGN §2)."""

from __future__ import annotations

import argparse
import sys


def main(argv: list[str]) -> int:
    """Run the role that the command line names; the window is what a teacher starts."""
    parser = argparse.ArgumentParser(prog="teacher_client", add_help=False)
    parser.add_argument("--role", choices=["window", "engine", "cage", "export"], default="window")
    given, rest = parser.parse_known_args(argv)
    if given.role == "engine":
        from teacher_client.engine.main import run_engine

        return run_engine(rest)
    if given.role == "cage" and "--pages" in rest:
        from teacher_client.files.reader_child import run_reader

        return run_reader()
    if given.role == "cage":
        from teacher_client.cage.child import run_cage

        return run_cage()
    if given.role == "export":
        from teacher_client.files.child import run_export

        return run_export()
    from teacher_client.ui.app import run_window

    return run_window(rest)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
