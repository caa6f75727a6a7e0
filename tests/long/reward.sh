#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# docs/reward.md's facts that take many runs: a reward teaches from 0.3 to 2 s after the onset of the input and neither before nor
# after; dips teach discrimination, amphetamine impairs it, and a D2 antagonist mends it: 95 % intervals of the differences seed by seed.
# Under a minute of one core.
set -euo pipefail
cd "$(dirname "$0")/../.."
spinet=$(realpath "${SPINET:-build/spinet}") work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$spinet" sweep experiments/reward-window.sweep --runs 3 --quiet --out "$work/window"
awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "accuracy") column = i; next }
    { inside = $1 >= 0.3 && $1 <= 2; n[inside]++
      if (inside && $column > 0.5 || !inside && $column == 0.5) right[inside]++ }
    END { printf "within the window %d of %d learned, outside %d of %d did not\n", right[1], n[1], right[0], n[0]
          exit !(n[0] > 0 && n[1] > 0 && right[0] == n[0] && right[1] == n[1]) }' "$work/window/results.csv"
"$spinet" sweep experiments/conditioning.sweep --only "condition=two-cues|no-dips|amphetamine|antagonist" --quiet \
    --out "$work/drugs"
awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "accuracy") column = i; next }
    { accuracy[$1, $2] = $column; seed[$2] }
    function compare(a, b,    s, d, n, sum, squares, mean, half) {
        for (s in seed) { d = accuracy[b, s] - accuracy[a, s]; n++; sum += d; squares += d * d }
        mean = sum / n; half = 2.093 * sqrt((squares / n - mean * mean) / (n - 1)) # t of 19 degrees of freedom
        printf "%s - %s: %+.3f (%.3f to %.3f)\n", b, a, mean, mean - half, mean + half
        return n != 20 || mean - half <= 0
    }
    END { exit compare("no-dips", "two-cues") + compare("amphetamine", "two-cues") + compare("amphetamine", "antagonist") > 0 }' "$work/drugs/results.csv"
