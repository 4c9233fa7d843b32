#!/bin/sh
# Makes a second virtual environment without Qt (hard links, no download), to prove that core works without it.
# Usage: venv-without-qt.sh VENV NEW_VENV
set -eu
rm -rf "$2"
"$1/bin/python" -m venv --without-pip "$2"
from=$("$1/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
to=$("$2/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
cp -al "$from/." "$to/" 2>/dev/null || cp -a "$from/." "$to/"
rm -rf "$to"/PySide6 "$to"/pyside6* "$to"/PySide6* "$to"/shiboken6* "$to"/pytestqt "$to"/pytest_qt*
