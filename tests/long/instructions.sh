#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Compares the instructions of a presentation with tests/instructions.csv: neither more nor fewer by over 1 %. Whoever
# changes them writes the new figures there, in the same commit. A compiler that has no rows there is let pass with a word.
set -euo pipefail
cd "$(dirname "$0")/../.."
command -v valgrind >/dev/null || { echo "skipped: needs Debian's valgrind" && exit 0; }
figures=$(mktemp)
trap 'rm -f "$figures"' EXIT
"${1:-build/spinet}" bench --instructions --json "$figures"
python3 - "$figures" tests/instructions.csv <<'END'
import csv, json, sys

bench = json.load(open(sys.argv[1], encoding="utf-8"))
table = {(row["compiler"], row["what"]): int(row["instructions"]) for row in csv.DictReader(open(sys.argv[2]))}
bad = 0
for row in bench["rows"]:
    was = table.get((bench["compiler"], row["what"]))
    if was is None:
        print(f"{row['what']}: tests/instructions.csv has no row of {bench['compiler']}: not compared")
        continue
    change = row["instructions"] / was - 1
    if abs(change) > 0.01:
        bad += 1
        print(f"{row['what']}: {row['instructions']} instructions, {change:+.1%} of the {was} in tests/instructions.csv")
sys.exit(bad > 0)
END
