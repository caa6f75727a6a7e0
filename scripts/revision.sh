#!/usr/bin/env bash
# revision.sh VERSION: what is built, as C. The revision is that of the tarball (its file REVISION),
# else git's, "-dirty" if something is changed, else "unknown"; the date is the revision's.
# revision.sh: the two lines that `make dist` puts into REVISION.
# SPDX-License-Identifier: GPL-3.0-or-later
set -eu
cd "$(dirname "$0")/.."
if [ -e REVISION ]; then
    { read -r revision && read -r date; } <REVISION
elif ! revision=$(git describe --always --dirty --abbrev=12 2>/dev/null) ||
    ! date=$(LC_ALL=C git log -1 --format=%cd --date='format:%B %e, %Y' 2>/dev/null); then
    revision=unknown date=$(LC_ALL=C date -u '+%B %e, %Y')
fi
date=$(tr -s ' ' <<<"$date")
if [ $# -eq 0 ]; then
    printf '%s\n' "$revision" "$date"
else
    printf '#define SPINET_VERSION "%s"\n#define SPINET_REVISION "%s"\n#define SPINET_DATE "%s"\n' \
        "$1" "$revision" "$date"
fi
