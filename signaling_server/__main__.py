"""Start the server: ``python -m signaling_server demo``."""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import signal
import socket
import sys
from pathlib import Path

from signaling_server.api.app import create_app
from signaling_server.api.demo import (
    DemoAccess,
    DemoOptions,
    addresses_of,
    build_services,
    certificate_for,
    check_options,
    prepare_accounts,
)
from signaling_server.api.serving import Server, bind, make_server
from signaling_server.errors import ServerError
from signaling_server.policies import load_policy
from signaling_server.storage.lock import lock_folder
from signaling_server.storage.store import Store


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    options = _parse(arguments)
    logging.basicConfig(
        stream=sys.stderr,
        level=logging.INFO,
        format="%(asctime)s %(levelname)s %(name)s %(message)s",
    )
    logging.getLogger("alembic").setLevel(logging.WARNING)
    try:
        check_options(options)
        with lock_folder(options.data):
            return _run_demo(options)
    except ServerError as exc:
        print(f"lamplight: {exc}", file=sys.stderr)
        return 2


def _parse(arguments: list[str] | None) -> DemoOptions:
    parser = argparse.ArgumentParser(prog="python -m signaling_server", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    demo = commands.add_parser("demo", help="a server with demonstration accounts")
    demo.add_argument("--host", default="127.0.0.1", help="loopback address to listen on")
    demo.add_argument("--port", type=int, default=8080, help="0: any free one")
    demo.add_argument("--data", type=Path, default=Path("var/demo"), help="folder of its files")
    demo.add_argument("--time-scale", type=float, default=1.0, help="rules' minutes run N times")
    demo.add_argument("--lan", action="store_true", help="HTTPS for the own network")
    demo.add_argument("--https", nargs=2, type=Path, metavar=("CERT", "KEY"), help="own files")
    demo.add_argument("--origin", action="append", default=[], help="one more page that may call")
    demo.add_argument("--turn", type=Path, help="settings of the relay (docs/relay.md)")
    given = parser.parse_args(arguments)
    return DemoOptions(
        host=given.host,
        port=given.port,
        data=given.data,
        time_scale=given.time_scale,
        is_lan=given.lan,
        certificate=(given.https[0], given.https[1]) if given.https else None,
        origins=tuple(given.origin),
        turn=given.turn,
    )


def _run_demo(options: DemoOptions) -> int:
    policy = load_policy("demo")
    certificate = certificate_for(options)
    try:
        listener = bind("0.0.0.0" if options.is_lan else options.host, options.port)  # noqa: S104
    except OSError as exc:
        raise ServerError(f"cannot listen on {options.host}:{options.port}: {exc}") from exc
    store = Store.open(options.data / "lamplight.db")
    try:
        access = store.write_now(lambda c: prepare_accounts(policy, c, options.is_lan))
        bases = addresses_of(options, listener.getsockname()[1], certificate is not None)
        services = build_services(store, policy, options, bases, access)
        crashed: list[bool] = []

        def on_crash() -> None:
            crashed.append(True)
            server.should_exit = True

        app = create_app(services, on_crash)
        server = make_server(app, lambda: _say_ready(bases[0], access, certificate), certificate)
        _serve(server, [listener])
        services.desk.close()
        return 1 if crashed else 0
    finally:
        store.close()
        listener.close()


def _serve(server: Server, listeners: list[socket.socket]) -> None:
    # uvicorn handles these itself and raises them again when done: an asked-for end is no error
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: None)
    factory = server.config.get_loop_factory()
    with asyncio.Runner(loop_factory=factory) as runner:
        runner.run(server.serve(listeners))


def _say_ready(url: str, access: DemoAccess, certificate: tuple[Path, Path] | None) -> None:
    links = {login: f"{url}/join/{code}" for login, code in access.codes.items()}
    ready = {
        "event": "ready",
        "url": url,
        "pupil_link": next(iter(links.values()), None),
        "pupil_links": links,
        "passwords": access.passwords,
        "certificate": str(certificate[0]) if certificate else None,
    }
    print(json.dumps(ready, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    sys.exit(main())
