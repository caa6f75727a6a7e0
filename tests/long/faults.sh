#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# More of tests/test_faults.c than fits there: every allocation of spinet's own fails once, in all
# commands that take memory; address space that ends at any size; a limit on file sizes at any size;
# signals at random moments. Each ends with exit code 0 or with one message, never with a crash or
# half a file, and a run that goes on afterwards ends with the same SHA-256 as one left alone.
set -euo pipefail
export LC_ALL=C
cd "$(dirname "$0")/../.."
spinet=$(realpath "${SPINET:-build/spinet}")
shim=$(realpath "$(dirname "$spinet")/tests/shim.so")
signals=${SIGNALS:-30}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
RANDOM=20261124

fail() {
    echo "faults.sh: $*" >&2
    [ ! -e err ] || head -5 err >&2
    exit 1
}

# All results of a run, without the time it took.
digest() {
    (cd "$1" && for file in *.csv *.csv.gz; do
        if [ "$file" = result.csv ]; then sed 's/,[^,]*$//' $file; else cat "$file"; fi | sha256sum
    done) | sha256sum
}

# check WHAT CODE: a failure has a code of 1 or 2, says only lines that begin with "spinet: ", and
# leaves nothing half-written.
check() {
    case $2 in 0) ;; 1 | 2) grep -q '^spinet: ' err && ! grep -qv '^spinet: ' err || fail "$1: said" ;; *) fail "$1: exit code $2" ;; esac
    [ -z "$(find . -name '*.tmp')" ] || fail "$1: left $(find . -name '*.tmp')"
}

small=(--no-pictures --quiet --threads 1 --set data.test_per_class=3 --set data.train_per_class=10)
all=(--log-synapses --set intrinsic.form=kesten --set turnover.policy=clustered --set turnover.period=3
    --set record.maps_period=4 --set stopping.max_presentations=8)
"$spinet" train "${small[@]}" --set stopping.max_presentations=4 --out base >/dev/null
"$spinet" shapes --difficulty hard --count 3 --test-count 3 --out shapes >/dev/null
cat >a.sweep <<'SWEEP'
runs = 2;
set = ["stopping.max_presentations=4", "data.test_per_class=3", "data.train_per_class=10"];
factors: ( { name = "turnover"; levels = ( { name = "none"; set = ["turnover.policy=none"]; },
                                           { name = "random"; set = ["turnover.policy=random"]; } ); } );
SWEEP
"$spinet" sweep a.sweep --quiet --out swept >/dev/null
for label in 1 2; do
    printf '%s' $label
    for pixel in $(seq 400); do printf ',%d' $((pixel * label % 256)); done
    echo
done >a.csv

# ---- every allocation

n_allocations=0
each_fails() {
    local n k code
    rm -rf out
    SHIM_COUNT=$folder/count LD_PRELOAD=$shim "$spinet" "$@" >/dev/null 2>err || fail "$1 does not run"
    n=$(cat count)
    for ((k = 1; k <= n; k++)); do
        rm -rf out
        code=0
        SHIM_FAIL=$k LD_PRELOAD=$shim "$spinet" "$@" >/dev/null 2>err || code=$?
        check "allocation $k of $1" $code
    done
    n_allocations=$((n_allocations + n))
}
each_fails train "${small[@]}" "${all[@]}" --checkpoint-every 3 --out out
each_fails train "${small[@]}" --set stopping.max_presentations=2 --set data.kind=files --out out \
    --set data.train_images=shapes/train-images-idx3-ubyte --set data.train_labels=shapes/train-labels-idx1-ubyte \
    --set data.test_images=shapes/t10k-images-idx3-ubyte --set data.test_labels=shapes/t10k-labels-idx1-ubyte
each_fails replay --quiet --train --network base/network.csv --images a.csv --out out.csv --network-out out.net
each_fails shapes --difficulty hard --count 3 --test-count 3 --out out
each_fails stats swept/results.csv --json out.json
each_fails verify --threads 1 base
each_fails sweep a.sweep --quiet --threads 1 --out out
echo "memory: each of $n_allocations allocations of 7 commands failed once"

# ---- address space, file sizes

crashes=0 errors=0 n=0 first=
for threads in 1 2; do
    for ((kib = 20000; kib < 70000; kib += 250)); do
        rm -rf out
        code=0
        (ulimit -v $kib && exec "$spinet" train "${small[@]}" "${all[@]}" --checkpoint-every 3 --threads $threads --out out) \
            >/dev/null 2>err || code=$?
        [ $code -ne 127 ] || continue # the libraries could not be loaded
        n=$((n + 1)) first=${first:-$kib}
        [ $code -lt 128 ] || crashes=$((crashes + 1))
        [ $code -eq 0 ] || errors=$((errors + 1))
    done
done
[ $crashes -eq 0 ] || fail "$crashes crashes in $n limits on memory"
echo "memory: $n limits from $first KiB, $errors ended with an error, none with a crash"

whole=(train "${small[@]}" --seed 3 --checkpoint-every 4 --log-synapses --set intrinsic.form=kesten
    --set stopping.max_presentations=12 --set data.test_per_class=20)
"$spinet" "${whole[@]}" --out whole >/dev/null
expected=$(digest whole)
n=0 resumed=0
for ((kib = 4; kib <= 400; kib += 4)); do
    rm -rf out
    code=0
    (ulimit -f $kib && exec "$spinet" "${whole[@]}" --out out) >/dev/null 2>err || code=$?
    check "a limit of $kib KiB a file" $code
    n=$((n + 1))
    if [ $code -ne 0 ] && [ -e out/manifest.json ]; then
        "$spinet" train --resume out --quiet --no-pictures --threads 1 >/dev/null
        resumed=$((resumed + 1))
    elif [ $code -ne 0 ]; then
        "$spinet" "${whole[@]}" --out out >/dev/null
    fi
    [ "$(digest out)" = "$expected" ] || fail "a limit of $kib KiB a file: other results"
done
echo "disk: $n limits on file sizes, $resumed runs resumed, all with the same SHA-256"

# ---- signals

long=(train --no-pictures --quiet --threads 1 --seed 3 --checkpoint-every 9 --log-synapses --set intrinsic.form=kesten
    --set stopping.max_presentations=120 --set data.test_per_class=100)
start=$(date +%s.%N)
"$spinet" "${long[@]}" --out undisturbed >/dev/null
seconds=$(awk -v a="$start" -v b="$(date +%s.%N)" 'BEGIN { print b - a }')
expected=$(digest undisturbed)
n=0 ended=0
while [ $n -lt "$signals" ]; do
    rm -rf out
    while :; do
        if [ -e out/manifest.json ]; then
            "$spinet" train --resume out --quiet --no-pictures --threads 1 >/dev/null 2>err &
        else
            "$spinet" "${long[@]}" --out out >/dev/null 2>err &
        fi
        pid=$!
        sleep "$(awk -v r=$RANDOM -v s="$seconds" 'BEGIN { print s * r / 32768 }')"
        # one that has not begun to watch dies of it; bash itself ignores SIGINT for what runs behind it
        case $((RANDOM % 2)) in 0) signal=TERM ;; 1) signal=HUP ;; esac
        kill -$signal $pid 2>/dev/null || true
        code=0
        wait $pid 2>/dev/null || code=$?
        [ $code -ne 0 ] || break
        [ $code = $((128 + $(kill -l $signal))) ] || fail "SIG$signal: exit code $code"
        n=$((n + 1))
    done
    [ "$(digest out)" = "$expected" ] || fail "signals: other results"
    ended=$((ended + 1))
done
echo "signals: $n of SIGTERM and SIGHUP, $ended runs ended, all with the same SHA-256"
