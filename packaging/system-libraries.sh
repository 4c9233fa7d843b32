#!/bin/sh
# Installs what Qt and venv need from the system, where apt is the package manager. It installs only what is
# missing, and where it may not install it prints the one line to run and goes on.
set -u

command -v apt-get >/dev/null 2>&1 || exit 0

wanted="libegl1:libEGL.so.1 libgl1:libGL.so.1 libxkbcommon0:libxkbcommon.so.0 libdbus-1-3:libdbus-1.so.3
libfontconfig1:libfontconfig.so.1 libxcb-cursor0:libxcb-cursor.so.0 libxcb-icccm4:libxcb-icccm.so.4
libxcb-keysyms1:libxcb-keysyms.so.1 libxcb-shape0:libxcb-shape.so.0 libxcb-image0:libxcb-image.so.0
libxcb-render-util0:libxcb-render-util.so.0 libxcb-xinerama0:libxcb-xinerama.so.0
libxkbcommon-x11-0:libxkbcommon-x11.so.0 libpulse0:libpulse.so.0 libxrandr2:libXrandr.so.2"

known=$(PATH="$PATH:/sbin:/usr/sbin" ldconfig -p)
missing=""
for pair in $wanted; do
    case "$known" in
        *"${pair#*:} "*) ;;
        *) missing="$missing ${pair%%:*}" ;;
    esac
done
fc-list 2>/dev/null | grep -q . || missing="$missing fonts-dejavu-core"
python3 -c 'import ensurepip' 2>/dev/null || missing="$missing python3-venv"
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ]; then
    as_root=""
elif command -v sudo >/dev/null 2>&1 && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
    as_root="sudo"
else
    echo "System libraries are missing. Please run:  sudo apt-get install$missing" >&2
    exit 0
fi
echo "Installing system libraries:$missing"
# shellcheck disable=SC2086 # the lists are words
{ $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $missing >/dev/null 2>&1; } ||
    { $as_root apt-get update -qq && $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $missing >/dev/null; } ||
    echo "That failed. Please run:  sudo apt-get install$missing" >&2
exit 0
