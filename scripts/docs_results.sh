#!/usr/bin/env bash
# docs_results.sh RESULTS: docs/results/NAME.csv anew from the sweep RESULTS/NAME, with the columns that it has already. With a column
# `day` a run has a row for each day of its retention.csv, of those that the file has, if any; a column `sample_N` is the sample accuracy
# after N presentations, `recall_N` the recall of the N-th class by the read-out of the parameters. Zeros at the end of a number are left out.
set -euo pipefail
cd "$(dirname "$0")/.."
results=${1:?a folder of results}
for file in docs/results/*.csv; do
    name=${file##*/}
    sweep=$results/${name%.csv}
    [ -f "$sweep/results.csv" ] || continue
    days=$(awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "day") c = i } NR > 1 && c { print $c }' "$file" | sort -u | paste -sd,)
    awk -F, -v head="$(head -1 "$file")" -v runs="$sweep/runs" -v days=",$days," '
        function fail(message) { print message > "/dev/stderr"; exit 2 }
        function open(name,    i, path, line) { # a table of the run, whose columns are then `column`
            for (i = 1; i < at["seed"]; i++) path = path $i "-"
            path = runs "/" path "s" $at["seed"] "/" name
            if ((getline line < path) <= 0) fail(path ": cannot be read")
            split("", column)
            for (i = split(line, cell, ","); i > 0; i--) column[cell[i]] = i
            return path
        }
        function sample(presentation,    path, line, value) {
            path = open("learning_curve.csv")
            while ((getline line < path) > 0) {
                split(line, cell, ",")
                if (cell[column["presentation"]] == presentation) value = cell[column["sample_accuracy"]]
            }
            close(path)
            return value
        }
        function recall(class,    path, line, n, value) {
            path = open("confusion.csv")
            while ((getline line < path) > 0) {
                split(line, cell, ",")
                if (cell[column["readout"]] == "rule" && ++n == class) value = cell[column["recall"]]
            }
            close(path)
            return value
        }
        function value_of(name) {
            if (name ~ /^recall_[0-9]/) return recall(substr(name, 8))
            if (name ~ /^sample_/) return sample(substr(name, 8))
            if (name == "day") return cell[column["days"]]
            if (has_days && name in column && !(name in at && at[name] <= at["seed"])) return cell[column[name]]
            if (name in at) return $at[name]
            fail(FILENAME ": no column " name)
        }
        function put(    i, value) {
            for (i = 1; i <= n; i++) {
                value = value_of(wanted[i])
                if (value ~ /^-?[0-9]+\.[0-9]+$/) sub(/\.?0+$/, "", value)
                printf "%s%s", value, i < n ? "," : "\n"
            }
        }
        function put_days(    path, line) {
            path = open("retention.csv")
            while ((getline line < path) > 0) {
                split(line, cell, ",")
                if (cell[column["spines"]] == "all" && (days == ",," || index(days, "," cell[column["days"]] ","))) put()
            }
            close(path)
        }
        NR == 1 {
            print head
            n = split(head, wanted)
            for (i = 1; i <= NF; i++) at[$i] = i
            for (i = 1; i <= n; i++) has_days = has_days || wanted[i] == "day"
            next
        }
        has_days { put_days(); next }
        { put() }' "$sweep/results.csv" >"$file.new"
    mv "$file.new" "$file"
done
