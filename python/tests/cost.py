# SPDX-License-Identifier: GPL-3.0-or-later
"""What Python costs: processor time of `spinet train` beside that of a loop over its steps in Python,
and of the same with turnover in Python. Whole processes of one thread, in turns, less what it takes to
start Python and to import; medians. Exit code 1 if the loop takes 3 % more or the policy 10 %, or
`import spinet` 0.2 s.

    SPINET=build/spinet python3 python/tests/cost.py [ROUNDS [PRESENTATIONS]]"""

import os
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

root = Path(__file__).resolve().parents[2]
rounds, presentations = (int(word) for word in (sys.argv[1:] + ["7", "2000"][len(sys.argv) - 1:]))
program = os.environ.get("SPINET", str(root / "build/spinet"))
os.environ.update(PYTHONPATH=str(root / "python"), OMP_NUM_THREADS="1")

LOOP = f"""
import sys
import spinet

@spinet.policy
def like_random(network, now, rng):
    weak = network.ids[network.weights <= 0.2]
    return weak, rng.synapses(len(weak)), False

p = spinet.Parameters("shapes", stopping__fraction=1, stopping__max_presentations={presentations},
                      turnover__over_at=-1)
run = spinet.Training(p, seed=8, policy=like_random if sys.argv[2] == "policy" else None)
for step in run:
    step.accuracy
run.save(sys.argv[1])
"""
COMMANDS = {
    "spinet train": [program, "train", "--config", str(root / "experiments/shapes.cfg"), "--set",
                     "stopping.fraction=1", "--set", f"stopping.max_presentations={presentations}",
                     "--set", "turnover.over_at=-1", "--seed", "8", "--threads", "1", "--quiet",
                     "--checkpoint-every", "0", "--no-pictures", "--out"],
    "loop": [sys.executable, "-c", LOOP],
    "policy": [sys.executable, "-c", LOOP],
    "import": [sys.executable, "-c", "import numpy, spinet"],
    "python": [sys.executable, "-c", "pass"],
}


def seconds(name):
    """Of user and system, of one run."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with tempfile.TemporaryDirectory() as folder:
        words = [] if name == "spinet train" else [name]
        subprocess.run(COMMANDS[name] + [folder + "/run"] + words, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


taken = {name: [] for name in COMMANDS}
for _ in range(rounds):
    for name in COMMANDS:
        taken[name].append(seconds(name))
median = {name: statistics.median(times) for name, times in taken.items()}
train, imports = median["spinet train"], median["import"] - median["python"]
loop, policy = (median[name] - median["import"] for name in ("loop", "policy"))
print(f"{presentations} presentations, medians of {rounds}: spinet train {train:.2f} s, loop in Python "
      f"{loop:.2f} s ({100 * (loop / train - 1):+.1f} %), with turnover in Python {policy:.2f} s "
      f"({100 * (policy / train - 1):+.1f} %)")
print(f"before that: starting Python {median['python']:.2f} s, import spinet {imports:.2f} s, numpy's "
      "among them")
sys.exit(loop > 1.03 * train or policy > 1.1 * train or imports > 0.2)
