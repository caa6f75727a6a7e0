# SPDX-License-Identifier: GPL-3.0-or-later
# %% [markdown]
# # A sweep and its statistics
# One run is an anecdote. `spinet.sweep` trains a network for each combination of levels and each seed,
# on all processors, and returns a table. With a folder it goes on after any interruption, and with more
# seeds it keeps what is done.

# %%
import matplotlib.pyplot as plt
from scipy import stats

import spinet

hard = spinet.Parameters("shapes", data__stability=0, data__overlap=4, stopping__max_presentations=150,
                         test__max_images=200)
table = spinet.sweep({"turnover.policy": ["none", "random"]}, seeds=6, parameters=hard,
                     bar=False)
groups = table.groupby("turnover.policy", sort=False)["accuracy"]
print(groups.agg(["count", "mean", "std", "min", "max"]).round(3))

# %% [markdown]
# Is the difference more than chance? The same seed makes the same images, so that the runs of both
# policies are pairs.

# %%
accuracy = table.pivot(index="seed", columns="turnover.policy", values="accuracy")
difference = accuracy["random"] - accuracy["none"]
low, high = stats.t.interval(0.95, len(difference) - 1, difference.mean(), stats.sem(difference))
print(f"random - none: {difference.mean():.3f} ({low:.3f} to {high:.3f})")
print("paired t-test: p =", stats.ttest_rel(accuracy["random"], accuracy["none"]).pvalue.round(4))
print("Wilcoxon's signed ranks: p =", stats.wilcoxon(difference).pvalue.round(4))

# %%
fig, ax = plt.subplots(layout="constrained")
ax.boxplot([values for _, values in groups], medianprops={"color": "tab:orange"})
ax.plot([1, 2], accuracy[["none", "random"]].T, "o-", color="0.6", linewidth=0.5)
ax.set_xticks([1, 2], [name for name, _ in groups])
ax.set(ylabel="accuracy on hard shapes", xlabel="turnover")
plt.show()
