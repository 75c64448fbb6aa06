#!/usr/bin/env bash
# Run the relay in the foreground with the settings that the server reads too (docs/relay.md):
#   installer/coturn/start.sh relay.toml [--run FOLDER]
set -eu
here=$(cd "$(dirname "$0")/../.." && pwd)
python=$here/.venv/bin/python
[ -x "$python" ] || python=python3
PYTHONPATH=$here${PYTHONPATH:+:$PYTHONPATH} exec "$python" -m signaling_server.relay "$@"
