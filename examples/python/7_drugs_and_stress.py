# SPDX-License-Identifier: GPL-3.0-or-later
# %% [markdown]
# # Drugs and stress
# Living spines come, change and go by themselves. A protocol changes how: ketamine and psilocybin
# bring new ones, chronic stress takes them (docs/spines.md has the sources, and what is measured and
# what is not). Here networks rest for 60 days, and we count.

# %%
import matplotlib.pyplot as plt
import numpy as np

import spinet

DOSE = 20  # days after the beginning


def days_of(protocol, seed=1):
    """Number of plastic synapses on each day, and the part of those of the dose that is left."""
    run = spinet.Training(spinet.Parameters(
        "shapes", intrinsic__form="kesten", intrinsic__births="rate", protocol__preset=protocol,
        protocol__dose_day=DOSE, connections__plastic=4000), seed=seed)
    counts, left, of_dose = [], [], None
    for day in range(60):
        if day == DOSE:
            of_dose = run.network.ids.copy()
        counts.append(len(run.network.ids))
        left.append(np.nan if of_dose is None else np.isin(of_dose, run.network.ids).mean())
        run.rest(1)
    return np.array(counts), np.array(left)


protocols = ("none", "ketamine", "psilocybin", "chronic-stress", "stress-then-ketamine")
days = {protocol: days_of(protocol) for protocol in protocols}
for protocol, (counts, left) in days.items():
    change = counts / days["none"][0]
    print(f"{protocol:21} spines beside none, 1, 7 and 30 days after: {change[DOSE + 1]:.2f} "
          f"{change[DOSE + 7]:.2f} {change[DOSE + 30]:.2f}; of the old ones {left[-1]:.2f} are left")

# %%
fig, ax = plt.subplots(layout="constrained")
for protocol, (counts, _) in days.items():
    ax.plot(np.arange(60) - DOSE, counts / days["none"][0], label=protocol)
ax.set(xlabel="days after the dose (stress: after its first day)", ylabel="spines, beside none")
ax.legend()
plt.show()
