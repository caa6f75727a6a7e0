#!/usr/bin/env bash
# What `make test-docs` runs: what the documents name is there; then, in an empty folder, from the
# tarball of `make dist`: the tutorial word for word, installing, and the same tarball once more.
# SPDX-License-Identifier: GPL-3.0-or-later
set -euo pipefail
cd "$(dirname "$0")/../.."
root=$PWD
unset MAKEFLAGS MFLAGS MAKELEVEL # of the make that calls: those in here run by themselves
export LC_ALL=C.UTF-8

fail() {
    echo "test-docs: FAILED: $1" >&2
    exit 1
}

echo "── what the documents name"
tests/docs/names.pl "${SPINET:-build/spinet}"

echo "── a tarball, unpacked in an empty folder"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
make -s dist
archive=$(cd build && ls -t spinet-*.tar.gz | head -n 1)
mkdir "$work/sources" && tar -xzf "build/$archive" -C "$work/sources"
cd "$work/sources/${archive%.tar.gz}"
[ ! -e .git ] || fail "the tarball holds a .git"

echo "── the tutorial in it"
PATH=$PWD/build:$PATH tests/docs/follow.pl docs/tutorial.md

echo "── installed, called from elsewhere, removed"
revision=$(head -n 1 REVISION)
make -s install DESTDIR="$work/root" PREFIX=/usr
(
    mkdir "$work/elsewhere" && cd "$work/elsewhere"
    PATH=$work/root/usr/bin:$PATH
    [ "$(command -v spinet)" = "$work/root/usr/bin/spinet" ] || fail "spinet is not the one installed"
    spinet --version | grep -qF "($revision)" || fail "the revision is not that of the tarball: $(spinet --version)"
    spinet sweep experiments/demo.sweep --seeds 8..8 --quiet --out demo >/dev/null
    cmp demo/results.csv "$work/sources/${archive%.tar.gz}/results/demo/results.csv"
    spinet manual | cmp - "$work/root/usr/share/man/man1/spinet.1"
    spinet completion | cmp - "$work/root/usr/share/bash-completion/completions/spinet"
)
make -s uninstall DESTDIR="$work/root" PREFIX=/usr
[ -z "$(find "$work/root" -not -type d)" ] || fail "uninstall leaves $(find "$work/root" -not -type d | head -n 3)"

echo "── the tarball's own tarball"
rm src/turnover/per_cell.c && sed -i '/PER_CELL/d' src/core/policies.def # the tutorial's
make -s dist
cmp "$root/build/$archive" "build/$archive"
echo "test-docs: passed"
