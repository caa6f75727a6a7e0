#!/usr/bin/env bash
# docs_tables.sh [--check] [SPINET]: writes the tables of the documents anew from docs/results/. A line
#     <!-- spinet stats docs/results/NAME.csv … -->
# is followed by what this command prints, up to <!-- end -->. With --check nothing is written; exit
# code 1 if a document says something else.
set -euo pipefail
cd "$(dirname "$0")/.."
check=; [ "${1:-}" != --check ] || { check=1; shift; }
spinet=${1:-build/spinet}
new=$(mktemp); trap 'rm -f "$new"' EXIT

rewrite() { # FILE
    local line is_inside= words
    while IFS= read -r line; do
        [ "$line" != '<!-- end -->' ] || is_inside=
        [ -n "$is_inside" ] || printf '%s\n' "$line"
        if [[ $line =~ ^'<!-- spinet '(.*)' -->'$ ]]; then
            read -ra words <<<"${BASH_REMATCH[1]}"
            "$spinet" "${words[@]}" || { echo "$1: $line" >&2; exit 2; }
            is_inside=1
        fi
    done <"$1"
    [ -z "$is_inside" ] || { echo "$1: the last table has no <!-- end -->" >&2; exit 2; }
}

differs=0
for file in README.md docs/*.md; do
    grep -q '^<!-- spinet ' "$file" || continue
    rewrite "$file" >"$new"
    if cmp -s "$new" "$file"; then continue; fi
    if [ -n "$check" ]; then
        diff "$file" "$new" | sed "s|^|$file: |" >&2 || true
        differs=1
    else
        cat "$new" >"$file"
        echo "$file"
    fi
done
exit $differs
