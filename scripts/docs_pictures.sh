#!/usr/bin/env bash
# docs_pictures.sh SPINET RESULTS: the pictures of the documents that come from sweeps, anew from those of them that are in RESULTS, as
# `spinet report --pictures png` draws them. RESULTS/NAME is what `spinet experiment NAME` made.
# The pictures of the protocols need no sweep.
set -euo pipefail
spinet=$(realpath "$1") results=${2:?make docs-pictures RESULTS=DIR: a folder of sweeps}
cd "$(dirname "$0")/.."
drawn=$(mktemp -d)
trap 'rm -rf "$drawn"' EXIT

# PICTURE SWEEP FIGURE [FILTER]: docs/images/PICTURE.png is FIGURE of the report of SWEEP, or of its runs that FILTER keeps.
while read -r picture sweep figure filter; do
    [ -f "$results/$sweep/results.csv" ] || { missing=${missing-}" $sweep"; continue; }
    page=$drawn/$sweep$filter
    [ -f "$page.html" ] || "$spinet" report "$results/$sweep" ${filter:+--filter "$filter"} --out "$page.html" --pictures png >&2
    cp "$page-charts/$figure.png" "docs/images/$picture.png"
    echo "docs/images/$picture.png"
done <<'PICTURES'
bandit bandit trials budget=200
clustering-distance clustering clustering-distance
clustering-near clustering clustering-near
conditioning-accuracy conditioning accuracy
continual continual continual difficulty=hard
cue-digits cue-digits accuracy
cue-shapes cue-shapes accuracy
drugs-learning-curves drugs learning-curves
forgetting-accuracy forgetting retention
forgetting-without forgetting retention-without
intrinsic-accuracy intrinsic accuracy-trend
intrinsic-size intrinsic spines-size-trend
intrinsic-survival intrinsic spines-alive-trend
maps-similarity-training maps similarity-training
maps-training maps maps-training-01
memory-retention memory retention
memory-undecided memory retention-undecided
mnist-accuracy mnist accuracy
mnist-all mnist-all accuracy-heat-map
policies-accuracy policies accuracy
policies-sizes policies spines-log-sizes
policies-survival policies spines-survival
reversal conditioning trials condition=reversal|rev-no-dips
reward-window reward-window accuracy
sensitivity sensitivity accuracy-heat-map
shapes-accuracy shapes accuracy
shapes-learning-curves shapes learning-curves
shapes-maps shapes maps
spread-accuracy spread accuracy-trend
PICTURES

"$spinet" spines --protocol all --out "$drawn/protocols" --pictures png >/dev/null
for picture in density survival turnover; do
    find "$drawn/protocols" -name "protocols-$picture.png" -exec cp {} docs/images/ \;
    echo "docs/images/protocols-$picture.png"
done
[ -z "${missing-}" ] || echo "docs_pictures: not in $results:$(printf '%s\n' $missing | sort -u | paste -sd' ')" >&2
