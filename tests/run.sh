#!/usr/bin/env bash
# run.sh [--under COMMAND] PROGRAM...: runs test programs side by side, as many as there are processors
# ($JOBS, if that is set), first those that took longest the last time. Says which are running and about how
# long all will take; the last line counts the tests: "N passed, M failed".
# SPDX-License-Identifier: GPL-3.0-or-later
set -u
shopt -s lastpipe # what the loop at the end of a pipe counts is kept
unset CDPATH GREP_OPTIONS POSIXLY_CORRECT
export under=""
if [ "${1:?no test program has such a name}" = --under ]; then
    under=$2
    shift 2
fi
if [ -n "${TMPDIR:-}" ] && ! { [ -d "$TMPDIR" ] && [ -w "$TMPDIR" ]; }; then
    echo "TMPDIR=$TMPDIR is no folder that can be written: /tmp is taken"
    unset TMPDIR
fi
jobs=${JOBS:-$(env -u OMP_NUM_THREADS -u OMP_THREAD_LIMIT nproc)}
# Threads that wait sleep, so that those of other programs get on.
export OMP_WAIT_POLICY=${OMP_WAIT_POLICY:-passive}
logs=$(mktemp -d) && export logs || exit
trap 'rm -rf "$logs"' EXIT

# Runs a program, with what it says in a file, and tells when it begins and ends (exit code, hundredths
# of a second).
run() {
    now() {
        local time=${EPOCHREALTIME:-$SECONDS.000000} # bash before 5 has whole seconds only
        echo $((10#${time//[.,]/} / 10000))
    }
    local name=${1##*/} start
    start=$(now)
    echo "begins $name"
    ${under:+"$under"} "$1" >"$logs/$name" 2>&1
    echo "ends $name $? $(($(now) - start))"
}
export -f run

minutes() {
    printf '%d:%02d min' $(($1 / 6000)) $(($1 / 100 % 60))
}

# over TEXT: on a terminal, a line that the next one takes the place of.
over() {
    local size
    [ -t 1 ] || return
    { size=$(stty size <&3 2>/dev/null); } 3>&1
    printf '\r\033[K%.*s' $((${size#* } > 1 ? ${size#* } - 1 : 79)) "$1"
}

# What each took the last time, in a file beside the programs; if that is not known, what most stay below.
declare -A took=()
while read -r name time; do
    took[$name]=$time
done 2>/dev/null <"${1%/*}/times"
left=0 n=0 passed=0 failed=0 running="" blamed=""
for program; do
    : "${took[${program##*/}]:=250}"
    left=$((left + took[${program##*/}]))
done
echo "$# test programs, about $(minutes $((left / jobs)))"
for program; do
    echo "${took[${program##*/}]} $program"
done | sort -rn | cut -d' ' -f2- | xargs -d '\n' -n 1 -P "$jobs" bash -c 'run "$1"' run |
    while read -r event name code time; do
        if [ "$event" = begins ]; then
            running+=" $name,"
        else
            n=$((n + 1)) left=$((left - took[$name])) took[$name]=$time running=${running/ $name,/}
            ok=$(grep -c '^\[       OK \]' "$logs/$name")
            # cmocka names a test that failed or was skipped twice (where it is and in its summary)
            skipped=$(grep '^\[  SKIPPED \] given_' "$logs/$name" | sort -u | wc -l)
            bad=$(grep '^\[  FAILED  \] given_' "$logs/$name" | sort -u | wc -l)
            # a program that died, or failed outside its tests, counts as one more
            if [ "$bad" -eq 0 ] && { [ "$code" -ne 0 ] || [ $((ok + skipped)) -eq 0 ]; }; then bad=1; fi
            passed=$((passed + ok)) failed=$((failed + bad))
            over ""
            printf '%-7s %-28s %3d passed%s  %d.%02d s\n' "[$n/$#]" "$name" "$ok" \
                "$([ "$bad" -gt 0 ] && echo ", $bad FAILED"; [ "$skipped" -gt 0 ] && echo ", $skipped skipped")" \
                $((time / 100)) $((time % 100))
            if [ "$bad" -gt 0 ]; then
                blamed+=" $name ($(sed -n 's/^\[  FAILED  \] \(given_\)/\1/p' "$logs/$name" | sort -u | paste -sd' '))"
                grep -v '^\[ RUN\|^\[       OK' "$logs/$name" | tail -n 60 | sed 's/^/    /'
                echo "    (exit code $code)"
            fi
        fi
        over "[$n/$#]${running%,}: $(minutes $((left / jobs))) to go"
    done
over ""
for name in "${!took[@]}"; do
    echo "$name ${took[$name]}"
done 2>/dev/null >"${1%/*}/times.$$" && mv "${1%/*}/times.$$" "${1%/*}/times"
[ -z "$blamed" ] || echo "failed in:$blamed"
echo "$passed passed, $((failed + $# - n)) failed" # one that never ended has failed
[ "$failed" -eq 0 ] && [ "$n" -eq $# ] && [ "$passed" -gt 0 ]
