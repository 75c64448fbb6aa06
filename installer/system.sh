#!/usr/bin/env bash
# System packages that a lesson and its tests need on Debian or Ubuntu. Installs what is missing
# where it may (root, or sudo without a question); else names it and stops.
set -eu
wanted=(
    python3-venv                                  # the virtual environment
    libegl1 libgl1 libxkbcommon0 libdbus-1-3 libfontconfig1 libglib2.0-0  # Qt
    libxkbcommon-x11-0 libxcb-cursor0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-render-util0 libxcb-shape0 libxcb-xinerama0
    libportaudio2                                 # microphone and loudspeaker
    fonts-noto-cjk                                # Chinese in Chromium
    chromium                                      # the pupil in the tests
    coturn                                        # the relay
    xvfb xournalpp                                # what its files and ours look like in the other program
)
command -v dpkg-query >/dev/null || { echo "not Debian or Ubuntu: install the like of ${wanted[*]} yourself" >&2; exit 0; }
is_installed() { dpkg-query -W -f='${Status}' "$1" 2>/dev/null | grep -q 'install ok installed'; }
missing=()
for package in "${wanted[@]}"; do
    # a Python that brings its own venv needs no python3-venv
    if [ "$package" = python3-venv ] && python3 -c 'import ensurepip, venv' 2>/dev/null; then continue; fi
    # newer releases renamed libraries for 64-bit times; Ubuntu's Chromium comes as a snap
    is_installed "$package" || is_installed "${package}t64" && continue
    [ "$package" = chromium ] && command -v chromium chromium-browser >/dev/null && continue
    missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0
run=()
if [ "$(id -u)" -ne 0 ]; then
    if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then run=(sudo -n); else
        echo "These system packages are missing. Install them, then call make again:" >&2
        echo "    sudo apt-get install ${missing[*]}" >&2
        exit 1
    fi
fi
echo "installing system packages: ${missing[*]}"
"${run[@]}" apt-get update -qq
for i in "${!missing[@]}"; do
    apt-cache show "${missing[$i]}t64" >/dev/null 2>&1 && missing[i]="${missing[$i]}t64"
done
"${run[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
# coturn's package starts a relay with its own settings; ours is started by hand (docs/relay.md)
if [[ " ${missing[*]} " == *" coturn "* ]] && [ -d /run/systemd/system ]; then
    "${run[@]}" systemctl disable --quiet --now coturn
fi
