#!/usr/bin/env bash
# docs_results.sh RESULTS: docs/results/NAME.csv anew from the sweep RESULTS/NAME, with the columns that it has already. Where one of them
# is `day`, a row for each day of a run's retention.csv. Zeros at the end of a number are left out.
set -euo pipefail
cd "$(dirname "$0")/.."
results=${1:?a folder of results}
for file in docs/results/*.csv; do
    name=${file##*/}
    sweep=$results/${name%.csv}
    [ -f "$sweep/results.csv" ] || continue
    awk -F, -v head="$(head -1 "$file")" -v runs="$sweep/runs" '
        function fail(message) { print message > "/dev/stderr"; exit 2 }
        function shorten(value) { if (value ~ /^-?[0-9]+\.[0-9]+$/) sub(/\.?0+$/, "", value); return value }
        function put(    i, name, value) {
            for (i = 1; i <= n; i++) {
                name = wanted[i]
                value = $at[name]
                if (has_days && name == "day") value = day[of_day["days"]]
                else if (has_days && name in of_day && at[name] > at["seed"]) value = day[of_day[name]]
                printf "%s%s", shorten(value), i < n ? "," : "\n"
            }
        }
        function put_days(    i, path, line) {
            for (i = 1; i < at["seed"]; i++) path = path $i "-"
            path = runs "/" path "s" $at["seed"] "/retention.csv"
            if ((getline line < path) <= 0) fail(path ": cannot be read")
            for (i = split(line, day, ","); i > 0; i--) of_day[day[i]] = i
            while ((getline line < path) > 0) {
                split(line, day, ",")
                if (day[of_day["spines"]] == "all") put()
            }
            close(path)
        }
        NR == 1 {
            print head
            n = split(head, wanted)
            for (i = 1; i <= NF; i++) at[$i] = i
            for (i = 1; i <= n; i++) {
                has_days = has_days || wanted[i] == "day"
                if (!(wanted[i] in at) && wanted[i] != "day" && !(wanted[i] == "mean_weight")) fail(FILENAME ": no column " wanted[i])
            }
            at["mean_weight"] = NF + 1
            next
        }
        has_days { put_days(); next }
        { put() }' "$sweep/results.csv" >"$file.new"
    mv "$file.new" "$file"
done
