#!/bin/sh
# progress.sh FILE ALL: one more of ALL files is compiled; FILE has a line for each that is. On a
# terminal a line that is written over (whatever comes next begins there, too), else a few lines.
# SPDX-License-Identifier: GPL-3.0-or-later
set -u
all=${2:-1}
echo "$$." >>"$1" && done=$(grep -nxm1 "$$\." "$1") || exit 0
done=${done%%:*}
[ "$done" -le "$all" ] || all=$done
if [ -t 1 ] && [ "${TERM:-dumb}" != dumb ]; then
    { size=$(stty size <&3 2>/dev/null); } 3>&1
    width=${size#* }
    [ "${width:-0}" -gt 1 ] || width=80 # not every terminal knows
    printf '%.*s\r' $((width - 1)) "compiled $done of $all "
    [ "$done" -lt "$all" ] || echo
elif [ $((done * 8 / all)) -ne $(((done - 1) * 8 / all)) ]; then
    echo "compiled $done of $all"
fi
