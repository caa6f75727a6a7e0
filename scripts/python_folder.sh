#!/bin/sh
# python_folder.sh PREFIX: prints where below PREFIX packages of Python belong, without the PREFIX: the
# folder that Python looks in if there is one (Debian's /lib/python3/dist-packages), else its usual one.
# SPDX-License-Identifier: GPL-3.0-or-later
set -u
python=$("${0%/*}/find_python.sh" numpy || "${0%/*}/find_python.sh") || python=""
[ -n "$python" ] || { echo /lib/python3/dist-packages && exit; }
"$python" - "$1" <<'END'
import sys

below = sys.argv[1].rstrip("/") + "/lib/python"
usual = "/lib/python%d.%d/site-packages" % sys.version_info[:2]
found = [path[len(sys.argv[1].rstrip("/")):] for path in sys.path
         if path.startswith(below) and path.endswith("-packages")]
print(found[0] if found else usual)
END
