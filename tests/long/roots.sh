#!/usr/bin/env bash
# Bare systems, made by debootstrap in folders of their own: Debian 12 and 13, or those that are named. In
# each, from a fresh clone of what is committed, with warnings as errors: what `make` says without root, and
# the command that it prints; libraries that a user only unpacks; the README's two commands; make
# test-docs; the packages of debian/; a read-only checkout, one with an odd name; what the Containerfile does; the tarball without git.
#     roots.sh [--quick] [SUITE]...     --quick: build, demo and some tests; keeps to some minutes
# Roots that are there already are taken from $ROOTS/SUITE (git, make, gcc, ca-certificates in them), and
# debootstrap from $DEBOOTSTRAP or the path. Exit code 77: such roots cannot be made here.
# SPDX-License-Identifier: GPL-3.0-or-later
set -euo pipefail
unset CDPATH
cd "$(dirname "$0")/../.."
sources=$PWD
mirror=${MIRROR:-http://deb.debian.org/debian}

cannot() {
    echo "roots: $1: left out"
    exit 77
}
[ "$(id -u)" -eq 0 ] || cannot "only root can make them"
# mounts of our own, which go when we do
[ -n "${ROOTS_UNSHARED:-}" ] || { unshare --mount true 2>/dev/null || cannot "mounting is not allowed"; }
[ -n "${ROOTS_UNSHARED:-}" ] || ROOTS_UNSHARED=yes exec unshare --mount "$0" "$@"

quick=""
if [ "${1:-}" = --quick ]; then quick=yes && shift; fi
[ $# -gt 0 ] || set -- bookworm trixie
work=$(mktemp -d /tmp/spinet_roots.XXXXXX)
trap 'umount -R "$work"/*/dev "$work"/*/proc "$work"/*/read-only 2>/dev/null || true; rm -rf --one-file-system "$work"' EXIT

fail() {
    echo "roots: FAILED: $suite: $1" >&2
    [ ! -e "$work/log" ] || { grep -m 3 -A 15 FAILED "$work/log" || true; tail -n 10 "$work/log"; } >&2
    exit 1
}

# in_root USER COMMAND: in the root, with an environment of a fresh login; what it says is in $work/log. Commands that stand one
# below the other have to succeed each; of a list joined by && bash -e sees only the last, so such a list stands at the end only.
in_root() {
    chroot "$root" /usr/bin/env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 \
        TERM=dumb WERROR=1 HOME="/home/$1" setpriv --reuid="$1" --regid="$1" --clear-groups bash -ec "cd; $2" \
        >"$work/log" 2>&1 </dev/null
}

# step WHAT USER COMMAND: which has to succeed; prints its seconds.
step() {
    local start=$SECONDS
    in_root "$2" "$3" || fail "$1"
    printf '%-10s %-55s %4d s\n' "$suite" "$1" $((SECONDS - start))
}

# Without a network or a mirror there is nothing to be tested.
make_root() {
    local debootstrap=${DEBOOTSTRAP:-debootstrap} start=$SECONDS
    if [ -d "${ROOTS:-/nonexistent}/$suite" ]; then
        cp -a "$ROOTS/$suite" "$root"
    else
        command -v "$debootstrap" >/dev/null || { apt-get update && apt-get install -y debootstrap; } >/dev/null 2>&1 ||
            cannot "there is no debootstrap"
        "$debootstrap" --variant=minbase --include=git,make,gcc,ca-certificates "$suite" "$root" "$mirror" \
            >"$work/log" 2>&1 || cannot "$suite cannot be had ($(tail -n 1 "$work/log"))"
    fi
    mount -t proc proc "$root/proc" && mount --rbind /dev "$root/dev" || cannot "mounting is not allowed"
    chroot "$root" useradd -m user && chroot "$root" ln -sfn /root /home/root || cannot "chroot is not allowed"
    chmod 1777 "$root/tmp" # (debootstrap under another umask)
    printf '%-10s %-55s %4d s\n' "$suite" "a bare root" $((SECONDS - start))
}

# clone FOLDER: of what is committed, owned by the user.
clone() {
    git -c safe.directory="*" clone -q --no-hardlinks "$sources" "$root/home/user/$1"
    chroot "$root" chown -R user:user "/home/user/$1"
}

without_root() {
    local command
    ! in_root user "cd spinet && make" || fail "make without its libraries succeeded"
    command=$(sed -n 's/^    \(apt-get update && apt-get install\)/\1/p' "$work/log")
    [ -n "$command" ] && [ "$(wc -l <"$work/log")" -eq 4 ] || fail "what make says without root"
    # A cluster: a compiler that works and pkg-config, and nothing else.
    step "packages of a machine for everybody" root "apt-get update && apt-get install -y libc6-dev pkg-config"
    step "libraries that a user unpacks, build, demo" user '
        mkdir libraries
        cd libraries
        packages=$(make -C ../spinet 2>&1 | sed -n "s/.*--no-install-recommends //p")
        [ -n "$packages" ]
        apt-get download $(apt-get install --print-uris -qq --no-install-recommends $packages | sed "s/.* \([^_]*\)_.*/\1/")
        for package in *.deb; do dpkg-deb -x "$package" .; done
        for link in $(find usr -xtype l -name "*.so"); do ln -sf "/${link%/*}/$(readlink "$link")" "$link"; done
        cd ../spinet
        make -j4 LIBRARIES=$HOME/libraries
        make -j4 LIBRARIES=$HOME/libraries | tee /dev/stderr | wc -c | grep -qx 0
        build/spinet experiment demo --out ~/demo
        ldd build/spinet build/hdf5.so | grep -q "libhdf5.* => /home/user/libraries"
        rm -rf build ~/libraries ~/demo'
    step "the command that make printed" root "$command"
}

# Everything is built: nothing may want to write here.
read_only() {
    mkdir "$root/read-only"
    mount --bind "$root/home/user/spinet" "$root/read-only"
    mount -o remount,bind,ro "$root/read-only"
    step "read-only, built: make, make test, the demo" user '
        cd /read-only
        if touch build/x 2>/dev/null; then exit 1; fi
        make && make test ONLY=number && ./run_experiments.sh demo --out ~/demo && rm -r ~/demo'
    step "read-only: built elsewhere" user '
        cd /read-only && make BUILD=~/else -j4 && ~/else/spinet experiment demo --out ~/demo && rm -r ~/demo ~/else'
    umount "$root/read-only"
}

for suite; do
    root=$work/$suite
    make_root
    clone spinet
    if [ -z "$quick" ]; then without_root; fi
    # as root in a user's checkout: git would not trust it
    step "README: ./run_experiments.sh" root "cd /home/user/spinet && ./run_experiments.sh"
    in_root user 'cd spinet && build/spinet --version | grep -F "($(git describe --always --abbrev=12))"' || fail "the revision"
    if [ -n "$quick" ]; then
        step "make test ONLY=png, =hdf5, =golden" root \
            "cd /home/user/spinet && for t in png hdf5 golden; do make -j4 test ONLY=\$t || exit; done"
        continue
    fi
    step "make test-docs" root "cd /home/user/spinet && make test-docs"
    odd='a b#$c:d'\''e"f;é'
    clone "$odd"
    step "a checkout called $odd" user "cd a* && make -j4 && ./run_experiments.sh && make test ONLY=shared && cd && rm -rf a*"
    step "what the Containerfile does" root "
        mkdir -p /usr/src
        cp -r /home/user/spinet /usr/src/spinet
        rm -rf /usr/src/spinet/build
        cd /
        unset WERROR
        $(sed -n 's/^RUN //p' Containerfile)
        spinet experiment demo --out /tmp/demo"
    diff <(sed -n 's/^RUN //p' Containerfile) <(sed -n '/^%post/,/^$/s/^    //p' spinet.def) || fail "spinet.def"
    step "debian/: four packages, lintian, installed, tried" root '
        export DEBIAN_FRONTEND=noninteractive
        make -C /home/user/spinet uninstall # the Containerfile'"'"'s
        if command -v spinet; then exit 1; fi
        cp -r /home/user/spinet /tmp/packages
        cd /tmp/packages
        apt-get install -y --no-install-recommends build-essential lintian
        apt-get build-dep -y --no-install-recommends ./
        dpkg-buildpackage -b -uc -us
        lintian --fail-on error ../spinet_*.changes
        rm -f ../*dbgsym*.deb
        apt-get install -y --no-install-recommends ../*spinet*.deb
        cd /
        [ "$(command -v spinet)" = /usr/bin/spinet ]
        python3 -c "import spinet; assert spinet.Training(\"shapes\", seed=8).train().test().accuracy == 1"
        cc /usr/share/doc/spinet/examples/train.c $(pkg-config --cflags --libs spinet) -o /tmp/train
        /tmp/train
        apt-get remove -y spinet libspinet0
        if command -v spinet; then exit 1; fi
        rm -rf /tmp/packages /tmp/*spinet*'
    step "README: make test" root "cd /home/user/spinet && make -j4 test"
    sed -n 's/^\([0-9]* passed, .*failed\)$/           \1/p' "$work/log"
    chroot "$root" chown -R user:user /home/user
    read_only
    step "make dist" user "cd spinet && make dist && tar -xzf build/spinet-*.tar.gz -C ~"
    mv "$root/usr/bin/git" "$root/usr/bin/git.away"
    step "the tarball without git: make, make test, install" user '
        cd spinet-*/ && make -j4 && make -j4 test && make install PREFIX="$HOME/in stalled" &&
        cd / && "$HOME/in stalled/bin/spinet" experiment demo --out ~/demo'
done
echo "roots: passed"
