#!/usr/bin/env bash
# make_dist.sh NAME FOLDER: FOLDER/NAME.tar.gz with all that git knows (as it is now), the revision
# (REVISION) and the list of the files (MANIFEST), so that it builds, tests and makes a tarball
# again without git.
# SPDX-License-Identifier: GPL-3.0-or-later
set -euo pipefail
unset CDPATH TAR_OPTIONS GZIP POSIXLY_CORRECT GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE
cd "$(dirname "$0")/.."
name=$1
mkdir -p "$2"
folder=$(cd "$2" && pwd)

work=$(mktemp -d "$folder/dist.XXXXXX")
trap 'rm -rf "$work"' EXIT
mkdir "$work/$name"
scripts/revision.sh >"$work/$name/REVISION"
if [ -e MANIFEST ]; then
    cp MANIFEST "$work/$name/MANIFEST"
    time=@$(date -r MANIFEST +%s)
elif [ ! -e .git ]; then
    echo "make dist: no checkout of git, and no tarball of make dist, to tell what belongs to spinet" >&2
    exit 2
else
    git -c safe.directory="$(pwd -P)" -c core.quotePath=off ls-files | while read -r file; do
        [ ! -f "$file" ] || printf '%s\n' "$file"
    done | LC_ALL=C sort >"$work/$name/MANIFEST"
    time=$(git -c safe.directory="$(pwd -P)" log -1 --format=%cI)
fi
tar -cf - -T "$work/$name/MANIFEST" | tar -xf - -C "$work/$name"
tar --sort=name --mtime="$time" --owner=0 --group=0 --numeric-owner --mode=u=rwX,go=rX \
    -C "$work" -cf - "$name" | gzip -n9 >"$folder/$name.tar.gz.tmp"
mv "$folder/$name.tar.gz.tmp" "$folder/$name.tar.gz"
echo "${2%/}/$name.tar.gz: $(wc -l <"$work/$name/MANIFEST") files, revision $(head -n 1 "$work/$name/REVISION")"
