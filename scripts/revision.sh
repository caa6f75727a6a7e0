#!/bin/sh
# revision.sh VERSION FILE: writes into FILE, if it says something else, what is built, as C. The
# revision is that of the tarball (its file REVISION), else git's, "-dirty" if something is changed,
# else "unknown" and why; the date is the revision's.
# revision.sh: the two lines that `make dist` puts into REVISION.
# SPDX-License-Identifier: GPL-3.0-or-later
set -eu
unset CDPATH GREP_OPTIONS
target=${2:-}
case $target in "" | /*) ;; *) target=$PWD/$target ;; esac
cd "$(dirname "$0")/.."

# This repository, whatever the environment says of others, and whoever owns it: its Makefile is
# already running. (-c safe.directory: root builds in a user's checkout.)
own_git() {
    git -c safe.directory="$(pwd -P)" "$@" 2>/dev/null
}

date=$(LC_ALL=C date -u '+%B %e, %Y')
if [ -e REVISION ]; then
    { read -r revision && read -r date; } <REVISION
elif [ ! -e .git ]; then
    # (git would take the repository of a folder above)
    revision="unknown: no checkout of git, and no tarball of make dist"
elif ! command -v git >/dev/null; then
    revision="unknown: there is no git"
else
    for name in $(own_git rev-parse --local-env-vars); do
        unset "$name"
    done
    revision=$(own_git describe --always --dirty --abbrev=12) &&
        date=$(LC_ALL=C own_git log -1 --format=%cd --date='format:%B %e, %Y') ||
        revision="unknown: git cannot read this checkout"
fi
date=$(printf %s "$date" | tr -s ' ')
if [ $# -eq 0 ]; then
    printf '%s\n' "$revision" "$date"
    exit
fi
text=$(printf '#define SPINET_%s "%s"\n' VERSION "$1" REVISION "$revision" DATE "$date")
if [ "$text" != "$(cat "$target" 2>/dev/null)" ]; then
    case $revision in unknown*) echo "The revision, which every manifest names, is $revision" >&2 ;; esac
    printf '%s\n' "$text" >"$target.$$"
    mv "$target.$$" "$target"
fi
