#!/usr/bin/env bash
# run.sh [--under COMMAND] PROGRAM...: runs test programs one after the other, says which and about how
# long all of them will take; the last line counts the tests: "N passed, M failed".
# SPDX-License-Identifier: GPL-3.0-or-later
set -u
unset CDPATH GREP_OPTIONS POSIXLY_CORRECT
passed=0 failed=0 under=()
if [ "$1" = --under ]; then
    under=("$2")
    shift 2
fi
if [ -n "${TMPDIR:-}" ] && ! { [ -d "$TMPDIR" ] && [ -w "$TMPDIR" ]; }; then
    echo "TMPDIR=$TMPDIR is no folder that can be written: /tmp is taken"
    unset TMPDIR
fi

# Hundredths of a second.
now() {
    local time=${EPOCHREALTIME:-$SECONDS.000000} # bash before 5 has whole seconds only
    echo $((10#${time//[.,]/} / 10000))
}

# What each took the last time, in a file beside the programs; four seconds, which is the mean of all, if
# that is not known.
times=$(dirname "$1")/times
expected() {
    local known
    known=$(sed -n "s/^$(basename "$1") //p" "$times" 2>/dev/null)
    echo "${known:-400}"
}
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

left=0 n=0 lines=""
for program; do
    left=$((left + $(expected "$program")))
done
echo "$# test programs, about $(minutes $left)"
for program; do
    n=$((n + 1)) name=$(basename "$program")
    over "[$n/$#] $name, $(minutes $left) to go"
    start=$(now)
    log=$(${under[@]+"${under[@]}"} "$program" 2>&1)
    code=$?
    took=$(($(now) - start)) left=$((left - $(expected "$program"))) lines+="$name $took"$'\n'
    ok=$(grep -c '^\[       OK \]' <<<"$log")
    # cmocka names a test that failed or was skipped twice (where it is and in its summary)
    skipped=$(grep '^\[  SKIPPED \] given_' <<<"$log" | sort -u | wc -l)
    bad=$(grep '^\[  FAILED  \] given_' <<<"$log" | sort -u | wc -l)
    # a program that died, or failed outside its tests, counts as one more
    if [ "$code" -ne 0 ] && [ "$bad" -eq 0 ]; then bad=1; fi
    if [ "$code" -eq 0 ] && [ $((ok + skipped)) -eq 0 ]; then bad=1; fi
    passed=$((passed + ok)) failed=$((failed + bad))
    over ""
    printf '%-7s %-28s %3d passed%s  %d.%02d s\n' "[$n/$#]" "$name" "$ok" \
        "$([ "$bad" -gt 0 ] && echo ", $bad FAILED"; [ "$skipped" -gt 0 ] && echo ", $((skipped)) skipped")" \
        $((took / 100)) $((took % 100))
    if [ "$bad" -gt 0 ]; then
        grep -v '^\[ RUN\|^\[       OK' <<<"$log" | tail -n 60 | sed 's/^/    /'
        echo "    (exit code $code)"
    fi
done
{ grep -vF "$(cut -d' ' -f1 <<<"${lines%$'\n'}" | sed 's/$/ /')" "$times"; printf %s "$lines"; } 2>/dev/null >"$times.$$" &&
    mv "$times.$$" "$times"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
