#!/usr/bin/env bash
# Print the folder of a Node that can build the pages: the system's from 20.19 on, else the
# virtual environment's.
set -eu
if command -v node >/dev/null && command -v npm >/dev/null; then
    if node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 && a % 2 === 0 || a === 20 && b >= 19 ? 0 : 1)'; then
        dirname "$(command -v node)"
        exit 0
    fi
fi
cd "$(dirname "$0")/.."
echo "$PWD/.venv/bin"
