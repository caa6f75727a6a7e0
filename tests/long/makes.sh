#!/usr/bin/env bash
# Two builds at once in one folder, as the tasks of a job array may begin them, a build under a run that
# goes on, and `make -j clean all`.
# SPDX-License-Identifier: GPL-3.0-or-later
set -euo pipefail
cd "$(dirname "$0")/../.."
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
build() {
    make -s -j2 BUILD="$folder/build" "$@" all >>"$folder/log" 2>&1 || {
        cat "$folder/log"
        exit 1
    }
}

build
for after in 0.0 0.1 0.2 0.3 0.4; do
    rm -rf "$folder"/build/commands "$folder"/build/spinet*
    build &
    first=$!
    sleep $after
    build
    wait $first
    "$folder/build/spinet" --version >/dev/null
done
echo "5 pairs of builds at once succeeded"

"$folder/build/spinet" train --quiet --no-pictures --out "$folder/run" --set stopping.max_presentations=5000 \
    --set stopping.fraction=1 2>/dev/null &
run=$!
sleep 1
rm "$folder/build/main.o"
build
kill -TERM $run
code=0
wait $run || code=$?
[ $code -eq 143 ] || {
    echo "makes.sh: a run whose program was built anew ended with $code"
    exit 1
}
echo "a run went on while its program was built anew"

build clean
"$folder/build/spinet" --version >/dev/null
echo "makes.sh: passed"
