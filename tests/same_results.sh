#!/usr/bin/env bash
# same_results.sh [--quick] OLD NEW [EXPERIMENT...]: runs every experiment at two seeds with two builds of spinet
# and compares what they leave, file by file and byte for byte. --quick: trainings and tests are cut short, all
# experiments take some minutes. Called from the top of the sources, whose experiments/ and datasets/ both use.
# Exit code: 0 the same, 1 not, 2 a wrong argument. What differs is kept, and named.
#
# Left out: times (seconds, started, times.csv), versions, pictures and checkpoints, columns and tables that only NEW has, and in manifests and the like the
# parameters that only NEW knows. Of pages the tables are compared.
# SPDX-License-Identifier: GPL-3.0-or-later
set -euo pipefail
export LC_ALL=C

settings=()
if [ "${1:-}" = --quick ]; then
    settings=(--set stopping.max_presentations=25 --set test.max_images=12)
    shift
fi
if [ $# -lt 2 ]; then
    echo "usage: tests/same_results.sh [--quick] OLD NEW [EXPERIMENT...]   (OLD, NEW: paths to spinet)" >&2
    exit 2
fi
for program in "$1" "$2"; do
    [ -x "$program" ] || { echo "same_results.sh: $program: is no program" >&2 && exit 2; }
done
old=$(realpath "$1") new=$(realpath "$2")
shift 2
if [ $# -eq 0 ]; then
    set -- experiments/*.sweep
    set -- "${@#experiments/}"
    set -- "${@%.sweep}"
fi

top=$(mktemp -d)
mkdir "$top/bin" "$top/old" "$top/new"
# a report without pictures has the same tables, and soon
printf '#!/bin/sh\nexit 1\n' >"$top/bin/node" && chmod +x "$top/bin/node"
export PATH=$top/bin:$PATH

# Everything an experiment leaves, in FOLDER; what is printed, too.
conduct() { # PROGRAM EXPERIMENT FOLDER
    local program=$1 experiment=$2 folder=$3
    if ! "$program" sweep "experiments/$experiment.sweep" --out "$folder" --seeds 1..2 --quiet "${settings[@]}" \
        >"$folder.said" 2>&1; then
        cat "$folder.said" >&2
        return 1
    fi
    (cd "$folder" && "$program" stats results.csv >stats.txt 2>&1) || true # (too few runs: says so)
    if compgen -G "$folder/runs/*/synapse_log.csv.gz" >"$folder.logs"; then
        "$program" spines "$folder" >>"$folder.said" 2>&1 || true # (no pictures)
    fi
    "$program" report "$folder" >>"$folder.said" 2>&1 || true
}

# Spines that learn nothing.
simulate() { # PROGRAM FOLDER
    "$1" spines --protocol all --spines 1000 --out "$2/protocols" >"$2.said" 2>&1 || true
}

# Parameters that only the new build knows: manifests and tables of parameters have more lines for them.
names() { "$1" params --json | grep -oE '"[a-z_]+[.][a-z0-9_]+"' | tr -d '"' | sort; }
comm -13 <(names "$old") <(names "$new") >"$top/added"

# Takes away the columns and tables of runs that only the new build writes: those after all columns of the old one.
later_tables() { # NAME
    local table old_heads new_heads
    (cd "$top/new/$1" && find . -name '*.csv' -o -name activity.csv.gz) | while read -r table; do
        case $table in
            */readout.csv | */confusion.csv | */activity.csv.gz) [ -e "$top/old/$1/$table" ] || rm "$top/new/$1/$table" ;;
        esac
        [ -e "$top/old/$1/$table" ] && [[ $table != *.gz ]] || continue
        old_heads=$(head -n 1 "$top/old/$1/$table") new_heads=$(head -n 1 "$top/new/$1/$table")
        case $new_heads in
            "$old_heads",*) sed -Ei "s/^(([^,]*,){$(grep -o , <<<"$old_heads" | wc -l)}[^,]*),.*/\\1/" "$top/new/$1/$table" ;;
        esac
    done
}

# Takes out of the folders what need not be the same, and names what is not.
compare() { # NAME
    mkdir -p "$top/new/$1"
    find "$top/old/$1" "$top/new/$1" \( -name times.csv -o -name '*.png' -o -name '*.svg' -o -name '*.npz' -o \
        -name 'checkpoint*' \) -delete
    find "$top/old/$1" "$top/new/$1" -name result.csv -exec sed -Ei 's/,[^,]*$//' {} +
    later_tables "$1"
    find "$top/old/$1" "$top/new/$1" \( -name '*.json' -o -name '*.html' \) -exec perl -0777 -i -e '
        open(my $list, "<", shift) or die;
        my %added = map { $_ => 1 } split(/\n/, <$list> // "");
        while (<>) {
            if ($ARGV =~ /html$/) {
                $_ = join("\n", /<table.*?<\/table>/sg) . "\n";
                s{.*>(?:time|revision|version)</td>.*\n}[]g;
                s{^<tr><td class="t">(\w+\.\w+)</td>.*\n}[$added{$1} ? "" : $&]gme;
            } else {
                my $group = "";
                s/^ *"(?:version|revision|started|seconds|host|processor)":.*\n//mg;
                s/,$//mg;
                s/^ *"(\w+)": (.*)\n/$group = $1 if $2 eq "{"; $added{"$group.$1"} ? "" : $&/gme;
                s/^ *"\w+": \{\n *\}\n//mg;
            }
            print;
        }' "$top/added" {} +
    diff -rq "$top/old/$1" "$top/new/$1"
}

n_different=0 n_left_out=0
for name in "$@" spines; do
    start=$SECONDS
    if [ "$name" = spines ]; then
        mkdir "$top/old/spines" "$top/new/spines"
        simulate "$old" "$top/old/spines"
        simulate "$new" "$top/new/spines"
    elif ! conduct "$old" "$name" "$top/old/$name"; then # (it needs what OLD does not know)
        echo "$name: left out, since OLD does not run it"
        n_left_out=$((n_left_out + 1))
        continue
    else
        conduct "$new" "$name" "$top/new/$name" || true # what is missing then differs
    fi
    if compare "$name"; then
        echo "$name: $(find "$top/new/$name" -type f | wc -l) files are the same ($((SECONDS - start)) s)"
        rm -rf "$top/old/$name" "$top/new/$name"
    else
        n_different=$((n_different + 1))
    fi
done
if [ $n_different -gt 0 ]; then
    echo "$n_different of $(($# + 1 - n_left_out)) differ; what they left is in $top" >&2
    exit 1
fi
rm -rf "$top"
