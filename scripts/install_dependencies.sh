#!/bin/sh
# install_dependencies.sh GROUP...: sees to what spinet needs to `build` and to `test`, and, since it
# works without them, to what it likes to have: Vega and node for its `charts`, curl to `download` data, Chromium to test pages in a `browser`, what
# the tests of the package for `python` and its `notebooks` need. All
# that is missing is named at once. On Debian it is installed, by root or with sudo that asks for no
# password; else the command that does it is printed. Exit code 2: something that is needed is missing.
# SPDX-License-Identifier: GPL-3.0-or-later
set -u
unset CDPATH
cc=${CC:-gcc}
pkg_config=${PKG_CONFIG:-pkg-config}
groups=$*

# Packages, and what tells that one is there; "-": there is no package.
#   for          told by             Debian, Ubuntu    Fedora              Arch      Alpine         Homebrew
table='
    build        compiler             gcc               gcc                 gcc       gcc            gcc
    build        header:stdio.h       libc6-dev         glibc-devel         glibc     musl-dev       gcc
    build        header:omp.h         libomp-dev        libomp-devel        openmp    openmp-dev     libomp
    build        command:pkg-config   pkg-config        pkgconf-pkg-config  pkgconf   pkgconf        pkgconf
    build        module:libconfig     libconfig-dev     libconfig-devel     libconfig libconfig-dev  libconfig
    build        module:jansson       libjansson-dev    jansson-devel       jansson   jansson-dev    jansson
    build        module:popt          libpopt-dev       popt-devel          popt      popt-dev       popt
    build        module:libpng        libpng-dev        libpng-devel        libpng    libpng-dev     libpng
    build        module:zlib          zlib1g-dev        zlib-devel          zlib      zlib-dev       zlib
    build        module:libcrypto     libssl-dev        openssl-devel       openssl   openssl-dev    openssl
    build        module:gsl           libgsl-dev        gsl-devel           gsl       gsl-dev        gsl
    build        module:libzip        libzip-dev        libzip-devel        libzip    libzip-dev     libzip
    build        module:hdf5          libhdf5-dev       hdf5-devel          hdf5      hdf5-dev       hdf5
    build        header:Random123/philox.h  librandom123-dev  Random123-devel  -      -              -
    test         module:cmocka        libcmocka-dev     libcmocka-devel     cmocka    cmocka-dev     cmocka
    test,charts  file:/usr/share/javascript/vega  libjs-vega  -             -         -              -
    test,charts  command:node         nodejs            nodejs              nodejs    nodejs         node
    test,charts  command:rsvg-convert librsvg2-bin      librsvg2-tools      librsvg   rsvg-convert   librsvg
    browser      command:chromium     chromium          chromium            chromium  chromium       -
    python       python:pytest        python3-pytest    python3-pytest      python-pytest  py3-pytest  -
    python       python:pandas        python3-pandas    python3-pandas      python-pandas  py3-pandas  -
    python       python:matplotlib    python3-matplotlib  python3-matplotlib  python-matplotlib  py3-matplotlib  -
    python       python:scipy         python3-scipy     python3-scipy       python-scipy  py3-scipy  -
    notebooks    python:nbconvert     jupyter-nbconvert  python3-nbconvert  jupyter-nbconvert  jupyter-nbconvert  -
    notebooks    python:ipykernel     python3-ipykernel  python3-ipykernel  python-ipykernel  py3-ipykernel  -
    download     command:curl         curl              curl                curl      curl           curl
    download     file:/etc/ssl/certs  ca-certificates   ca-certificates     ca-certificates  ca-certificates  ca-certificates
'
if command -v apt-get >/dev/null; then
    column=1 command="apt-get install -y --no-install-recommends" before="apt-get update"
elif command -v dnf >/dev/null; then
    column=2 command="dnf install -y" before=""
elif command -v pacman >/dev/null; then
    column=3 command="pacman -S --needed" before=""
elif command -v apk >/dev/null; then
    column=4 command="apk add" before=""
elif command -v brew >/dev/null; then
    column=5 command="brew install" before=""
else
    column=1 command="" before=""
fi

# shellcheck disable=SC2086
is_there() {
    name=${1#*:}
    case $1 in
    compiler) command -v "${cc%% *}" >/dev/null ;;
    command:pkg-config) eval "$pkg_config --version" >/dev/null 2>&1 ;;
    command:*) command -v "$name" >/dev/null ;;
    module:hdf5) eval "$pkg_config --exists hdf5 || $pkg_config --exists hdf5-serial" 2>/dev/null ;;
    module:*) eval "$pkg_config --exists $name" 2>/dev/null ;;
    header:*) echo "#include <$name>" | $cc ${CPPFLAGS:-} -fopenmp -fsyntax-only -x c - 2>/dev/null ;;
    file:*) [ -e "$name" ] ;;
    python:*) "${0%/*}/find_python.sh" "$name" >/dev/null ;;
    esac
}

# The group of the row that is asked for, "" if none is: needed ones come first.
group_of() {
    for group in $groups; do
        case ",$1," in *",$group,"*) echo "$group" && return ;; esac
    done
}

# What is missing of what is asked for.
look() {
    needed="" wanted="" from_source=""
    while read -r for test packages; do
        group=$(group_of "$for")
        if [ -z "$group" ] || is_there "$test"; then continue; fi
        # shellcheck disable=SC2086
        set -- $packages
        shift $((column - 1))
        case $group:$1 in
        build:-) from_source="$from_source ${test#*:}" ;;
        *:-) ;;
        build:* | test:*) needed="$needed $1" ;;
        *) wanted="$wanted $1" ;;
        esac
    done <<END
$table
END
}

look
[ -n "$needed$wanted$from_source" ] || exit 0

# Without a compiler that works every header would seem to be missing.
if [ "$cc" != gcc ] && ! is_there compiler; then
    echo "CC=$cc: there is no such compiler"
    exit 2
fi
# shellcheck disable=SC2086
if is_there compiler && ! said=$(echo "int x;" | $cc -fsyntax-only -x c - 2>&1); then
    echo "CC=$cc: the compiler does not work: $said"
    exit 2
fi

# install SUDO PACKAGE...: without a question.
install() {
    sudo=$1 && shift
    echo "Installing $* …"
    # shellcheck disable=SC2086
    said=$({
        DEBIAN_FRONTEND=noninteractive && export DEBIAN_FRONTEND
        set -- $command -o DPkg::Lock::Timeout=120 "$@"
        $sudo "$@" || { $sudo $before && $sudo "$@"; }
    } 2>&1 </dev/null) && return
    printf '%s\n' "$said" | tail -n 5
    return 1
}

# advise PACKAGE...: the command for somebody who may.
advise() {
    sudo=""
    [ "$(id -u)" -eq 0 ] || ! command -v sudo >/dev/null || sudo="sudo "
    [ $column -ne 5 ] || sudo=""
    if [ -n "$command" ]; then
        echo "    ${before:+$sudo$before && }$sudo$command $*"
    else
        echo "    (so Debian calls them)"
    fi
}

if [ -n "$before" ]; then
    # shellcheck disable=SC2086
    if [ "$(id -u)" -eq 0 ]; then
        install "" $needed $wanted && look && installed=yes
    elif sudo -n true 2>/dev/null; then
        install "sudo -n" $needed $wanted && look && installed=yes
    fi
fi
[ -n "$needed$wanted$from_source" ] || exit 0
if [ -n "${installed:-}" ]; then
    echo "Installed, and yet not found (by $pkg_config and $cc; PKG_CONFIG_LIBDIR?):$needed$wanted"
    exit 2
fi
# shellcheck disable=SC2086
if [ -n "$needed" ]; then
    echo "spinet needs packages that are not here. As root, or with sudo:"
    advise $needed $wanted
elif [ -n "$wanted" ]; then
    echo "No figures without Vega, no pictures without node, no tests of pages without Chromium, no downloads without curl, no tests of Python without pytest. As root, or with sudo:"
    advise $wanted
fi
if [ -n "$from_source" ]; then
    echo "There is no package of$from_source here: take the headers from https://github.com/DEShawResearch/random123"
    echo "and set CPPFLAGS=-I/where/they/are/include"
fi
[ -z "$needed$from_source" ] || { echo "Without root: docs/install.md" && exit 2; }
