#!/usr/bin/env bash
# python_fuzz.sh: ten minutes (or $SECONDS_EACH) of wrong arguments for every function of the package for
# Python, with the library as it is and with the sanitizer of memory, half of the time each.
# SPDX-License-Identifier: GPL-3.0-or-later
set -euo pipefail
cd "$(dirname "$0")/../.."
python=$(scripts/find_python.sh numpy pandas) || { echo "no Python with numpy and pandas: left out" && exit 0; }
each=${SECONDS_EACH:-300}
"$python" python/tests/fuzz.py "$each"
make -j2 BUILD=build/asan CFLAGS="-O1 -g" SANITIZE=address,undefined all >/dev/null
# What Python and numpy keep to the end is no leak of ours.
SPINET_LIBRARY=build/asan/libspinet.so LD_PRELOAD=$(gcc -print-file-name=libasan.so) \
    ASAN_OPTIONS=detect_leaks=0 UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1 \
    "$python" python/tests/fuzz.py "$each"
