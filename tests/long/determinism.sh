#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Whole runs by every kernel on 1, 2, 3 and 7 threads, with every spike recorded: the same bytes for
# one kernel, the same spikes from the fast ones, and how often the naive one differs. Then a build by
# the other compiler (CLANG=clang): the golden data, and the same runs.
set -euo pipefail
export LC_ALL=C
cd "$(dirname "$0")/../.."
spinet=${SPINET:-build/spinet}
clang=${CLANG:-clang}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
task=(train --quiet --no-pictures --seed 5 --record-spikes --log-synapses
    --set stopping.max_presentations=60 --set data.test_per_class=40)

fail() { echo "$1" && exit 1; }

# All files of a run but the manifest, result.csv without its seconds.
digest() {
    (cd "$1" && find . -type f ! -name manifest.json | sort | while read -r file; do
        if [ "$file" = ./result.csv ]; then
            echo "$(sed 's/,[^,]*$//' "$file" | sha256sum) $file"
        else
            echo "$(sha256sum <"$file") $file"
        fi
    done) | sha256sum
}

kernels=()
for kernel in naive portable avx2 avx512; do
    for threads in 1 2 3 7; do
        out=$folder/$kernel-$threads
        if ! said=$("$spinet" "${task[@]}" --kernel $kernel --threads $threads --out "$out" 2>&1); then
            case $said in
            *"this processor does not have it"*) echo "$kernel: not on this processor" && continue 2 ;;
            *) fail "$kernel on $threads threads: $said" ;;
            esac
        fi
        [ "$(digest "$out")" = "$(digest "$folder/$kernel-1")" ] || fail "$kernel: $threads threads differ from one"
    done
    kernels+=("$kernel")
    echo "$kernel: $(find "$out" -type f ! -name manifest.json | wc -l) files, the same bytes on 1, 2, 3 and 7 threads"
done

for kernel in "${kernels[@]}"; do
    [ "$kernel" = naive ] || cmp "$folder/portable-1/spikes.h5" "$folder/$kernel-1/spikes.h5" || fail "$kernel: other spikes"
done
echo "fast kernels: the same spikes ($(wc -c <"$folder/portable-1/spikes.h5") bytes of spikes.h5)"

# The naive kernel adds up in another order: where a voltage meets its threshold to within rounding,
# it may decide otherwise. One network, the images of the golden data, and all counts of each image.
for kernel in portable "${kernels[@]}"; do
    "$spinet" replay --quiet --network "$folder/portable-1/network.csv" --images tests/golden/trained/test_images.csv.gz \
        --kernel "$kernel" --out "$folder/$kernel.csv"
    echo "replay by $kernel: $(diff "$folder/portable.csv" "$folder/$kernel.csv" 2>/dev/null | grep -c '^>' || true) of" \
        "$(($(wc -l <"$folder/$kernel.csv") - 1)) images with other counts than portable"
done

echo "── built by $clang"
make -s BUILD="$folder/clang" CC="$clang" "$folder/clang/spinet" >"$folder/made" 2>&1 || fail "$(tail -5 "$folder/made")"
make -s test ONLY=golden BUILD="$folder/clang" CC="$clang" | grep -v '^  ' | tail -3
for kernel in "${kernels[@]}"; do
    one=$folder/$kernel-1 other=$folder/$kernel-clang
    "$folder/clang/spinet" "${task[@]}" --kernel $kernel --threads 2 --out "$other" >/dev/null
    for file in spikes.h5 predictions.csv learning_curve.csv; do
        cmp "$one/$file" "$other/$file" || fail "$kernel by $clang: another $file"
    done
    # exp of another library may round the last digit of a weight another way
    paste -d, <(cut -d, -f1-4 "$one/network.csv") <(cut -d, -f1-4 "$other/network.csv") | awk -F, -v kernel=$kernel '
        $1 != $5 || $2 != $6 { other++ }
        $4 == 1 { plastic++ }
        { d = $3 > $7 ? $3 - $7 : $7 - $3; n += d > 0; if (d > most) most = d }
        END {
            printf "%s: the same spikes, predictions and learning curve; %d of %d plastic weights differ, by %.2g at most\n",
                kernel, n, plastic, most
            exit other > 0 || most > 1e-5
        }' || fail "$kernel by $clang: another network"
done
