#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# fuzz.sh PROGRAM SECONDS [READER]: fuzzes each reader for so long, from its seed corpus; a line each.
# A finding ends with exit code 1; its input stands in build/fuzz/findings/.
set -u
program=$1 seconds=$2 only=${3:-}
here=$(dirname "$0")
work=$(dirname "$program")
mkdir -p "$work/findings"
failed=0
printf '%-12s %10s %8s %10s  %s\n' reader executions edges corpus result
for corpus in "$here"/corpus/*/; do
    name=$(basename "$corpus")
    [ -z "$only" ] || [ "$only" = "$name" ] || continue
    mkdir -p "$work/corpus/$name"
    log=$work/$name.log
    options=(-max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 -malloc_limit_mb=600
        -artifact_prefix="$work/findings/$name-" -print_final_stats=1 -max_len=65536)
    # libconfig's own leaks would have each input looked at for them, which takes a tenth of a second
    case $name in parameters | sweep) options+=(-detect_leaks=0) ;; esac
    [ -e "$here/$name.dict" ] && options+=(-dict="$here/$name.dict")
    SPINET_FUZZ=$name OMP_NUM_THREADS=1 ASAN_OPTIONS=allocator_may_return_null=1 \
        LSAN_OPTIONS=suppressions=$here/lsan.supp:print_suppressions=0 \
        "$program" "${options[@]}" "$work/corpus/$name" "$corpus" >"$log" 2>&1
    code=$?
    executions=$(sed -n 's/^stat::number_of_executed_units: //p' "$log")
    edges=$(grep -o 'cov: [0-9]*' "$log" | tail -1 | cut -d' ' -f2)
    if [ $code -eq 0 ]; then result=clean; else result="FINDING, see $log" failed=1; fi
    printf '%-12s %10s %8s %10s  %s\n' "$name" "${executions:-?}" "${edges:-?}" \
        "$(find "$work/corpus/$name" -type f | wc -l)" "$result"
done
exit $failed
