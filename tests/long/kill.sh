#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Kills a run, then a sweep, with SIGKILL at 50 random moments each, goes on each time, and compares
# the SHA-256 of every result with that of one left alone. KILLS=10 for fewer.
set -euo pipefail
export LC_ALL=C
cd "$(dirname "$0")/../.."
spinet=${SPINET:-build/spinet}
kills=${KILLS:-50}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
RANDOM=20261123

# All results in a folder, without what may differ: times, host, pictures.
digest() {
    (cd "$1" && find . -name '*.csv' -o -name '*.csv.gz' -o -name '*.h5' -o -name '*.part' | grep -v 'times.csv' | sort | while read -r file; do
        if [ "$(basename "$file")" = result.csv ]; then
            echo "$(sed 's/,[^,]*$//' "$file" | sha256sum) $file"
        else
            echo "$(sha256sum <"$file") $file"
        fi
    done) | sha256sum
}

# begin COMMAND...: runs it, kills it at a random moment of the time one takes; sets $killed.
run_and_kill() {
    "$@" >/dev/null 2>"$folder/said" &
    local pid=$!
    sleep "$(awk -v r=$RANDOM -v s="$seconds" 'BEGIN { print s * r / 32768 }')"
    kill -9 $pid 2>/dev/null || true
    if wait $pid 2>/dev/null; then killed=no; else killed=$?; fi
}

train=(train --seed 3 --threads 1 --no-pictures --checkpoint-every 5 --log-synapses --record-spikes
    --set data.stability=0 --set data.overlap=4 --set data.test_per_class=50
    --set intrinsic.form=kesten --set record.maps_period=20)
start=$(date +%s.%N)
"$spinet" "${train[@]}" --quiet --out "$folder/whole" >/dev/null
seconds=$(awk -v a="$start" -v b="$(date +%s.%N)" 'BEGIN { print b - a }')
expected=$(digest "$folder/whole")
n=0 ended=0 round=0
while [ $n -lt "$kills" ]; do
    out=$folder/run-$round
    while :; do
        if [ -e "$out/manifest.json" ]; then
            run_and_kill "$spinet" train --resume "$out" --quiet --no-pictures --threads 1
        else
            run_and_kill "$spinet" "${train[@]}" --quiet --out "$out"
        fi
        [ "$killed" != no ] || break
        [ "$killed" = 137 ] || { echo "run: exit code $killed:" && cat "$folder/said" && exit 1; }
        n=$((n + 1))
        if [ -e "$out/DONE" ]; then # in its last moments: all is there, and perhaps what is taken away then
            rm -f "$out"/checkpoint-*.npz "$out/spikes.part"
            break
        fi
        if [ $n -ge "$kills" ]; then
            "$spinet" train --resume "$out" --quiet --no-pictures --threads 1 >/dev/null
            break
        fi
    done
    ended=$((ended + 1)) round=$((round + 1))
    [ "$(digest "$out")" = "$expected" ] || { echo "run: $out differs" && exit 1; }
    rm -rf "$out"
done
echo "run: $n kills, $ended runs ended, all with the same SHA-256"

cat >"$folder/small.sweep" <<'SWEEP'
title = "small";
runs = 4;
set = ["stopping.max_presentations=60", "data.test_per_class=20", "record.spikes=true"];
factors: ( { name = "turnover"; levels = ( { name = "none"; set = ["turnover.policy=none"]; },
                                           { name = "random"; set = ["turnover.policy=random"]; } ); } );
SWEEP
start=$(date +%s.%N)
"$spinet" sweep "$folder/small.sweep" --out "$folder/all" >/dev/null 2>&1
seconds=$(awk -v a="$start" -v b="$(date +%s.%N)" 'BEGIN { print b - a }')
expected=$(digest "$folder/all")
n=0 ended=0 round=0
while [ $n -lt "$kills" ]; do
    out=$folder/sweep-$round
    while :; do
        run_and_kill "$spinet" sweep "$folder/small.sweep" --out "$out"
        [ "$killed" != no ] || break
        [ "$killed" = 137 ] || { echo "sweep: exit code $killed:" && cat "$folder/said" && exit 1; }
        n=$((n + 1))
        if [ $n -ge "$kills" ]; then
            "$spinet" sweep "$folder/small.sweep" --out "$out" >/dev/null 2>&1
            break
        fi
    done
    ended=$((ended + 1)) round=$((round + 1))
    [ "$(digest "$out")" = "$expected" ] || { echo "sweep: $out differs" && exit 1; }
    rm -rf "$out"
done
echo "sweep: $n kills, $ended sweeps ended, all with the same SHA-256"
