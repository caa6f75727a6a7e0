# SPDX-License-Identifier: GPL-3.0-or-later
# %% [markdown]
# # A rule of turnover of one's own
# With `random`, a weak synapse may come back on any other cell, so that cells compete for synapses.
# What if every cell kept its number? A policy is a function of the network: it returns the ids of the
# synapses to prune, and those to grow.

# %%
import matplotlib.pyplot as plt
import numpy as np

import spinet


@spinet.policy
def per_cell(network, now, rng):
    is_weak = network.weights <= 0.2
    of_cell = np.bincount(network.cells[is_weak], minlength=network.n_cells)
    new = [rng.synapses(n, cells=range(cell, cell + 1)) for cell, n in enumerate(of_cell) if n]
    return network.ids[is_weak], np.concatenate(new) if new else []


# %% [markdown]
# And one with a memory, which is in checkpoints, too: synapses are spared for the first two turnovers
# that they are weak in.

# %%
@spinet.policy(memory={"ids": np.zeros(0, np.int32), "warnings": np.zeros(0, np.int32)})
def patient(network, now, rng, memory):
    warned = dict(zip(memory.ids.tolist(), memory.warnings.tolist()))
    weak = network.ids[network.weights <= 0.2]
    counts = np.array([warned.get(i, 0) + 1 for i in weak.tolist()], np.int32)
    memory.ids, memory.warnings = weak[counts < 3], counts[counts < 3]
    pruned = weak[counts >= 3]
    return pruned, rng.synapses(len(pruned)), False


# %%
hard = spinet.Parameters("shapes", data__stability=0, data__overlap=4)
runs = {"random": spinet.Training(hard, seed=3), "per cell": spinet.Training(hard, seed=3, policy=per_cell),
        "patient": spinet.Training(hard, seed=3, policy=patient)}
for name, run in runs.items():
    run.train()
    per = np.bincount(run.network.cells, minlength=run.network.n_cells)
    print(f"{name:9} {run.test()}, {run.presentation} presentations, "
          f"{per.min()} to {per.max()} synapses a cell")

# %%
fig, ax = plt.subplots(layout="constrained")
for name, run in runs.items():
    pruned = [step for step in run.steps if step.pruned]
    ax.plot([s.presentation for s in pruned], [s.pruned for s in pruned], "o-", label=name)
ax.set(xlabel="presentations", ylabel="synapses replaced")
ax.legend()
plt.show()

# %% [markdown]
# One seed is an anecdote: the notebook on sweeps shows how to compare.
