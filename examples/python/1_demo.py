# SPDX-License-Identifier: GPL-3.0-or-later
# %% [markdown]
# # The demo
# Two networks learn to tell two moving shapes apart: one keeps the synapses it was born with, in the
# other weak synapses are replaced every ten presentations ("turnover").

# %%
import matplotlib.pyplot as plt

import spinet

runs = {policy: spinet.Training(spinet.Parameters("shapes", turnover__policy=policy), seed=8)
        for policy in ("none", "random")}
for policy, run in runs.items():
    for step in run:
        if step.accuracy == step.accuracy and step.presentation % 100 == 0:
            print(f"{policy}: after {step.presentation} presentations {step.accuracy:.2f}")
    print(policy, run.test())

# %% [markdown]
# Both learned it. The one with turnover needed a third of the images, and what its cells hold, the
# summed weights from each pixel, is a sharp picture of a shape.

# %%
runs["none"].plot_maps().suptitle("without turnover")
runs["random"].plot_maps().suptitle("with turnover")
plt.show()

# %%
fig, ax = plt.subplots(layout="constrained")
for policy, run in runs.items():
    curve = run.curve
    ax.plot(curve.index, curve["strong_fraction"], label=policy)
ax.set(xlabel="presentations", ylabel="part of the synapses that are strong")
ax.legend()
plt.show()

# %% [markdown]
# The synapses are a table like any other:

# %%
synapses = runs["random"].network.synapses
print(synapses.groupby("class")["weight"].describe().round(3))
