#!/bin/sh
# find_python.sh MODULE...: prints the first Python ($PYTHON, python3, Debian's) that has all of these
# modules; exit code 1 if none has.
# SPDX-License-Identifier: GPL-3.0-or-later
set -u
for module; do
    modules="${modules:-}import $module;"
done
for python in "${PYTHON:-python3}" /usr/bin/python3; do
    if "$python" -c "import sys; ${modules:-} assert sys.version_info >= (3, 9)" 2>/dev/null; then
        echo "$python"
        exit 0
    fi
done
exit 1
