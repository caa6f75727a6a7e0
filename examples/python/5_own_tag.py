# SPDX-License-Identifier: GPL-3.0-or-later
# %% [markdown]
# # A tag of one's own
# After a presentation each synapse's calcium becomes a tag, which proteins may turn into a change of
# weight. In the model much calcium tags for potentiation and some for depression (docs/model.md §4).
# What if nothing were ever depressed?

# %%
import matplotlib.pyplot as plt
import numpy as np

import spinet


def model(c):
    """The tags of the model: two sigmoids of calcium, where the old tag has faded."""
    new = 2 / (1 + np.exp(35 - 100 * c.calcium)) - 1 / (1 + np.exp(38 - 190 * c.calcium))
    return np.where(np.abs(c.tag) < 0.1, new, c.tag)


@spinet.rule
def only_potentiation(c):
    return np.maximum(model(c), 0)


calcium = np.linspace(0, 0.6, 200)
fig, ax = plt.subplots(layout="constrained")
shown = type("Synapses", (), {"calcium": calcium, "tag": np.zeros(200)})
ax.plot(calcium, model(shown), label="the model's tag")
ax.plot(calcium, np.maximum(model(shown), 0), "--", label="without depression")
ax.set(xlabel="calcium of a presentation", ylabel="tag")
ax.legend()
plt.show()

# %% [markdown]
# Two networks from the same seed:

# %%
runs = {"with depression": spinet.Training("shapes", seed=8),
        "without depression": spinet.Training("shapes", seed=8, rule=only_potentiation)}
for name, run in runs.items():
    run.train()
    print(f"{name:19} {run.test()}, {run.presentation} presentations, mean weight "
          f"{run.network.weights.mean():.2f}")

# %%
fig, axes = plt.subplots(1, 2, sharey=True, figsize=(8, 3), layout="constrained")
for ax, (name, run) in zip(axes, runs.items()):
    ax.hist(run.network.weights, bins=np.linspace(0, 1, 41))
    ax.set(title=name, xlabel="weight", ylabel="synapses")
plt.show()
