#!/bin/sh
# Reproduces experiments: installs what is missing, builds, and hands over to `spinet experiment`.
#   ./run_experiments.sh                            the demo: shapes with and without turnover
#   ./run_experiments.sh mnist --pair 3,8 --runs 2  two digits, two seeds
#   ./run_experiments.sh all                        everything
# `--help` lists experiments and options. May be called from anywhere; results come into results/
# there, or where --out says. What an experiment is stands in experiments/NAME.sweep.
# SPDX-License-Identifier: GPL-3.0-or-later
set -eu
unset CDPATH MAKEFLAGS MFLAGS MAKELEVEL GNUMAKEFLAGS MAKEFILES
root=$(dirname "$(readlink -f "$0")")
case ${BUILD:-} in
/*) spinet=$BUILD/spinet ;;
*) spinet=$root/${BUILD:-build}/spinet ;;
esac

for word; do
    case $word in -h | --help) help=yes ;; esac
done
if [ -n "${help:-}" ]; then
    sed -n '2,7s/^# \{0,1\}//p' "$root/run_experiments.sh"
    [ -x "$spinet" ] || exit 0
    printf '\nExperiments:\n' && "$spinet" experiments && echo
    exec "$spinet" experiment --help
fi
case ${1:-} in
"" | -*) set -- demo "$@" ;;
esac
# (What is built and may not be written, or has no make beside it, is taken as it is.)
if [ ! -x "$spinet" ] || { [ -w "${spinet%/*}" ] && command -v make >/dev/null; }; then
    make --no-print-directory -C "$root" -j"$(getconf _NPROCESSORS_ONLN)" ready >&2
fi
exec "$spinet" experiment "$@"
