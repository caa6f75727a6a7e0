# SPDX-License-Identifier: GPL-3.0-or-later
# %% [markdown]
# # Images of one's own
# Any numpy array [n][height][width] with labels will do. Here: strokes that rise and strokes that
# fall, at random places.

# %%
import matplotlib.pyplot as plt
import numpy as np

import spinet

rng = np.random.default_rng(7)


def strokes(n):
    """n images of 20 x 20 and their labels: 1 rises, 2 falls."""
    images, labels = np.zeros((n, 20, 20), np.uint8), np.arange(n) % 2 + 1
    for image, label in zip(images, labels):
        row, column = rng.integers(0, 7, 2)
        for k in range(12):
            image[row + (11 - k if label == 1 else k), column + k:column + k + 3] = 255
    return spinet.Images(images, labels)


run = spinet.Training("shapes", seed=1, train=strokes(400), test=strokes(100))
run.images.plot()
plt.show()

# %%
for step in run:
    if step.accuracy == step.accuracy:
        print(step.presentation, step.accuracy)
test = run.test()
print(test)
print(test.confusion)

# %%
run.plot_maps()
plt.show()

# %% [markdown]
# Which images did it get wrong?

# %%
table = test.predictions
wrong = table[table["prediction"] != table["label"]]["image"].to_numpy()[:6]
fig, axes = plt.subplots(1, max(len(wrong), 1), squeeze=False, figsize=(8, 2))
for ax, image in zip(axes[0], wrong):
    ax.imshow(run.images.test_pixels[image], cmap="gray")
for ax in axes[0]:
    ax.axis("off")
plt.show()

# %% [markdown]
# Mistakes are said in words:

# %%
try:
    spinet.Images(np.full((2, 20, 20), 16.0), [1, 2])
except spinet.Error as error:
    print(error)
