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
table = spinet.sweep({"turnover.policy": ["none", "random", "constrained"]}, seeds=5, parameters=hard,
                     bar=False)
groups = table.groupby("turnover.policy", sort=False)["accuracy"]
print(groups.agg(["count", "mean", "std", "min", "max"]).round(3))

# %% [markdown]
# Is the difference more than chance? The same seeds make the same images, so that the runs of two
# policies are pairs.

# %%
accuracy = table.pivot(index="seed", columns="turnover.policy", values="accuracy")
for policy in ("random", "constrained"):
    test = stats.ttest_rel(accuracy[policy], accuracy["none"])
    difference = (accuracy[policy] - accuracy["none"]).mean()
    print(f"{policy} - none: {difference:+.3f}, paired t-test, p = {2 * test.pvalue:.4f} (two tests)")

# %%
fig, ax = plt.subplots(layout="constrained")
ax.boxplot([values for _, values in groups], medianprops={"color": "tab:orange"})
ax.plot([1, 2, 3], accuracy[["none", "random", "constrained"]].T, "o-", color="0.6", linewidth=0.5)
ax.set_xticks([1, 2, 3], [name for name, _ in groups])
ax.set(ylabel="accuracy on hard shapes", xlabel="turnover")
plt.show()
