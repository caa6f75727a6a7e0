#!/usr/bin/env bash
# make_dist.sh NAME FOLDER: FOLDER/NAME.tar.gz with all that git knows (as it is now), the revision
# (REVISION) and the list of the files (MANIFEST), so that it builds, tests and makes a tarball
# again without git.
# SPDX-License-Identifier: GPL-3.0-or-later
set -euo pipefail
cd "$(dirname "$0")/.."
name=$1
mkdir -p "$2"
folder=$(cd "$2" && pwd)

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/$name"
scripts/revision.sh >"$work/$name/REVISION"
if [ -e MANIFEST ]; then
    cp MANIFEST "$work/$name/MANIFEST"
    time=@$(stat -c %Y MANIFEST)
else
    git ls-files | while read -r file; do
        [ ! -f "$file" ] || printf '%s\n' "$file"
    done | LC_ALL=C sort >"$work/$name/MANIFEST"
    time=$(git log -1 --format=%cI)
fi
tar -cf - -T "$work/$name/MANIFEST" | tar -xf - -C "$work/$name"
tar --sort=name --mtime="$time" --owner=0 --group=0 --numeric-owner --mode=u=rwX,go=rX \
    -C "$work" -cf - "$name" | gzip -n9 >"$folder/$name.tar.gz.tmp"
mv "$folder/$name.tar.gz.tmp" "$folder/$name.tar.gz"
echo "${2%/}/$name.tar.gz: $(wc -l <"$work/$name/MANIFEST") files, revision $(head -n 1 "$work/$name/REVISION")"
