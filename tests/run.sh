#!/usr/bin/env bash
# run.sh [--under COMMAND] PROGRAM...: runs test programs one after the other; the last line counts
# the tests: "N passed, M failed".
# SPDX-License-Identifier: GPL-3.0-or-later
set -u
passed=0 failed=0 under=()
if [ "$1" = --under ]; then
    under=("$2")
    shift 2
fi
log=$(mktemp)
trap 'rm -f "$log"' EXIT
for program; do
    start=$(date +%s%N)
    "${under[@]}" "$program" >"$log" 2>&1
    code=$?
    seconds=$(( ($(date +%s%N) - start) / 10000000 ))
    ok=$(grep -c '^\[       OK \]' "$log")
    # cmocka names a test that failed or was skipped twice (where it is and in its summary)
    skipped=$(grep '^\[  SKIPPED \] given_' "$log" | sort -u | wc -l)
    bad=$(grep '^\[  FAILED  \] given_' "$log" | sort -u | wc -l)
    # a program that died, or failed outside its tests, counts as one more
    if [ "$code" -ne 0 ] && [ "$bad" -eq 0 ]; then bad=1; fi
    if [ "$code" -eq 0 ] && [ $((ok + skipped)) -eq 0 ]; then bad=1; fi
    passed=$((passed + ok)) failed=$((failed + bad))
    printf '%-28s %3d passed%s  %d.%02d s\n' "$(basename "$program")" "$ok" \
        "$([ "$bad" -gt 0 ] && echo ", $bad FAILED"; [ "$skipped" -gt 0 ] && echo ", $skipped skipped")" \
        $((seconds / 100)) $((seconds % 100))
    if [ "$bad" -gt 0 ]; then
        grep -v '^\[ RUN\|^\[       OK' "$log" | tail -n 60 | sed 's/^/    /'
        echo "    (exit code $code)"
    fi
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
