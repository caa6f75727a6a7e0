#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs every test in tests/long/ (or those whose names hold $1), says how long each took.
cd "$(dirname "$0")/.." || exit 2
passed=0 failed=0
for test in tests/long/*"${1:-}"*.sh; do
    name=$(basename "$test" .sh)
    start=$(date +%s)
    echo "── $name"
    if "$test"; then
        passed=$((passed + 1)) && verdict=passed
    else
        failed=$((failed + 1)) && verdict=FAILED
    fi
    printf '%-20s %s  %d s\n' "$name" $verdict $(($(date +%s) - start))
done
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
