# SPDX-License-Identifier: GPL-3.0-or-later
# %% [markdown]
# # Inside a cell
# What does a pyramidal cell do while it sees an image? Its voltages, dendrite by dendrite, after 60
# training presentations.

# %%
import matplotlib.pyplot as plt
import numpy as np

import spinet

run = spinet.Training("shapes", seed=8)
for step in run:
    if step.presentation == 60:
        break
image = run.images.test_pixels[0]
seen = run.present(image)
cell = int(np.argmax(seen.counts[:run.network.n_cells]))
print(f"cell {cell} fires {seen.counts[cell]} times in {run.parameters.input.duration_ms} ms")

# %% [markdown]
# `watch` keeps the voltages of some cells in every millisecond.

# %%
watched = run.present(image, watch=[cell])
soma, dendrites = watched.v[:, 0], watched.v_b[:, 0]
fig, (top, middle, bottom) = plt.subplots(3, 1, sharex=True, figsize=(8, 7), layout="constrained")
run_of_all = watched.raster[watched.raster[:, 1] < run.network.n_cells]
top.plot(run_of_all[:, 0], run_of_all[:, 1], "|", color="black", markersize=2)
top.set(ylabel="pyramidal cell")
middle.plot(dendrites + 60 * np.arange(dendrites.shape[1]), color="tab:green", linewidth=0.6)
middle.set(ylabel="dendrites (60 mV apart)")
bottom.plot(soma, color="tab:blue", linewidth=0.8)
bottom.set(ylabel="soma (mV)", xlabel="time (ms)", xlim=(0, 800))
plt.show()

# %% [markdown]
# Do dendritic spikes come before somatic ones? How many dendrites spiked in the 20 ms before each:

# %%
has_dspike = dendrites >= run.parameters.pyramidal.dspike_peak_mv - 1
spikes = watched.raster[watched.raster[:, 1] == cell, 0]
before = [has_dspike[max(t - 20, 0):t].any(axis=0).sum() for t in spikes]
print(f"{len(spikes)} somatic spikes, each after dendritic spikes in {np.mean(before):.1f} of "
      f"{dendrites.shape[1]} dendrites, on average")

# %% [markdown]
# Spikes of one's own: how many of this cell's inputs must fire together?

# %%
inputs = np.unique(run.network.inputs[run.network.cells == cell])
for n in (1, 2, 4, 8, len(inputs)):
    answer = run.present({int(source): [100] for source in inputs[:n]}, watch=[cell])
    print(f"{n:2} of {len(inputs)} inputs: dendrites up to {answer.v_b.max():5.1f} mV, soma up to "
          f"{answer.v.max():5.1f} mV, {answer.counts[cell]} spikes")
