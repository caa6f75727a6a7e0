#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Opens every table and HDF5 file of a run that records everything, and of a sweep, as somebody would who has not read
# docs/files.md: pandas.read_csv and h5py, nothing else said. Needs Debian's python3-pandas and python3-h5py.
set -euo pipefail
cd "$(dirname "$0")/../.."
/usr/bin/python3 -c "import pandas, h5py" 2>/dev/null || { echo "skipped: needs python3-pandas and python3-h5py" && exit 0; }
spinet=$(realpath "${SPINET:-build/spinet}") work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$spinet" train --config experiments/shapes.cfg --seed 3 --quiet --no-pictures --log-synapses --record-spikes \
    --set turnover.policy=clustered --set intrinsic.form=kesten --set record.maps_period=10 \
    --set stopping.max_presentations=40 --set rest.before_test_days=2 --set record.test_days=1,2 --out "$work/run"
"$spinet" trace "$work/run" --presentation 2 --most-active --no-pictures --out "$work/run/trace"
"$spinet" spines "$work/run" >/dev/null
"$spinet" sweep experiments/demo.sweep --runs 2 --quiet --set record.network=true --out "$work/sweep"
"$spinet" stats "$work/sweep/results.csv" --json "$work/sweep/stats.json" >/dev/null
/usr/bin/python3 - "$work" <<'END'
import glob, json, sys
import h5py, pandas

bad = []
def check(ok, path, what):
    if not ok:
        bad.append(f"{path}: {what}")

def no_constant(name):
    raise ValueError(f"{name} is no JSON")

texts = {"kind", "population", "pop_name", "model_type", "model_template", "source", "target", "dendrites", "data_set", "classes",
         "policy", "stopped_by", "spines", "group", "born", "scale", "birth", "death", "turnover", "task", "run"}
n = 0
for path in sorted(glob.glob(sys.argv[1] + "/**/*", recursive=True)):
    if path.endswith((".csv", ".csv.gz")):
        table = pandas.read_csv(path, sep=" " if path.endswith("_types.csv") else ",") # SONATA's have spaces
        check(len(table) > 0 and len(set(table.columns)) == len(table.columns), path, "no rows, or two columns of a name")
        for name in table.columns:
            check(not name.startswith("Unnamed") and not name.replace(".", "").isdigit(), path, f"column {name}: no header?")
            check(table[name].dtype != object or name in texts, path, f"column {name}: text where numbers are meant")
    elif path.endswith(".json"):
        json.load(open(path, encoding="utf-8"), parse_constant=no_constant)
    elif path.endswith(".h5"):
        def visit(name, item):
            for key, value in item.attrs.items():
                check(key == "sha256" or not isinstance(value, bytes), path, f"{name}: attribute {key} is bytes")
        h5py.File(path).visititems(visit)
    else:
        continue
    n += 1
run = sys.argv[1] + "/run/"
synapses = pandas.read_csv(run + "network.csv")
with h5py.File(run + "network.h5") as file:
    edges = file["edges/inputs_to_neurons"]
    plastic = synapses[synapses.plastic == 1]
    check((plastic.cell.values == edges["target_node_id"][:]).all(), run, "cells of network.csv and network.h5")
    check((plastic.row.values == file["nodes/inputs/0/row"][:][edges["source_node_id"][:]]).all(), run, "rows of pixels")
maps = pandas.read_csv(run + "maps.csv").set_index("label")
sums = plastic.groupby("class").weight.sum()
check(((maps.sum(axis=1) - sums).abs() < 1e-2).all(), run, "maps.csv and the weights of network.csv")
answers = pandas.read_csv(run + "predictions.csv")
scores = answers.filter(like="active_")
said = scores.idxmax(axis=1).str.replace("active_", "").astype(int)
decided = answers.prediction.notna()
check((said[decided] == answers.prediction[decided]).all(), run, "scores and predictions")
print("\n".join(bad) or f"{n} files open as tables")
sys.exit(bool(bad))
END
