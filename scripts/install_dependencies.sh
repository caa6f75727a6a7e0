#!/usr/bin/env bash
# Finds what spinet needs, names all that is missing at once, and installs it from Debian: as root
# or with password-less sudo; otherwise it prints the command and stops.
# SPDX-License-Identifier: GPL-3.0-or-later
set -u
missing=()

# need PACKAGE MODULE: a library pkg-config knows
need() {
    command -v pkg-config >/dev/null && pkg-config --exists "$2" || missing+=("$1")
}

# need_command PACKAGE COMMAND
need_command() {
    command -v "$2" >/dev/null || missing+=("$1")
}

# need_header PACKAGE HEADER: a compile probe
need_header() {
    echo "#include <$2>" | ${CC:-gcc} -fsyntax-only -x c - 2>/dev/null || missing+=("$1")
}

need_command gcc gcc
need_command make make
need_command pkg-config pkg-config
need_header libc6-dev stdio.h
need libconfig-dev libconfig
need libjansson-dev jansson
need libpopt-dev popt
need libpng-dev libpng
need zlib1g-dev zlib
need libmd-dev libmd
need libgsl-dev gsl
need libhdf5-dev hdf5
need libcmocka-dev cmocka
need_header librandom123-dev Random123/philox.h
need_command gnuplot-nox gnuplot

if [ ${#missing[@]} -eq 0 ]; then
    exit 0
fi
command="apt-get install -y --no-install-recommends ${missing[*]}"
echo "spinet needs packages that are not installed: ${missing[*]}"
if [ "$(id -u)" -eq 0 ]; then
    sudo=""
elif sudo -n true 2>/dev/null; then
    sudo="sudo -n"
else
    echo "Install them as root, then try again:"
    echo "    $command"
    exit 2
fi
log=$(mktemp)
trap 'rm -f "$log"' EXIT
echo "Installing them: $command"
export DEBIAN_FRONTEND=noninteractive
# shellcheck disable=SC2086
if ! { $sudo $command || { $sudo apt-get update && $sudo $command; }; } >"$log" 2>&1 </dev/null; then
    tail -n 5 "$log"
    echo "The installation failed. As root, try:"
    echo "    apt-get update && $command"
    exit 2
fi
