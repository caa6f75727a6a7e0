# SPDX-License-Identifier: GPL-3.0-or-later
# %% [markdown]
# # Ten digits
# With ten classes an error signal decides who learns, and edges are the inputs (docs/model.md). On
# MNIST (`datasets/fetch.sh mnist`) that is `spinet.Training("mnist10").train()`, some minutes. Here are
# digits in some fonts, and only the beginning of a training.

# %%
import matplotlib.pyplot as plt
import numpy as np

import spinet

rng = np.random.default_rng(3)


def digits(n):
    """n images of 28 x 28 of the digits 0 to 9 in turn, shifted, turned and in different fonts."""
    images, labels = np.zeros((n, 28, 28), np.uint8), np.arange(n) % 10
    fig = plt.figure(figsize=(0.28, 0.28), dpi=100)
    for image, label in zip(images, labels):
        fig.clear()
        fig.text(*rng.normal(0.5, 0.03, 2), str(label), ha="center", va="center",
                 rotation=rng.normal(0, 8), fontsize=rng.uniform(13, 17),
                 weight=rng.choice(["normal", "bold"]),
                 family=rng.choice(["DejaVu Sans", "DejaVu Serif", "DejaVu Sans Mono", "STIXGeneral"]))
        fig.canvas.draw()
        image[:] = 255 - np.asarray(fig.canvas.buffer_rgba())[:, :, 0]
    plt.close(fig)
    return spinet.Images(images, labels)


train, test = digits(500), digits(200)
fig, axes = plt.subplots(2, 10, figsize=(8, 1.8))
for ax, image in zip(axes.flat, train.pixels):
    ax.imshow(image, cmap="gray")
    ax.axis("off")
plt.show()

# %%
p = spinet.Parameters("mnist10", stopping__max_presentations=400, turnover__period=100,
                      test__sample_from="test", test__sample_period=100, test__sample_images=100)
run = spinet.Training(p, seed=1, train=train, test=test, threads=2)
for step in run:
    if step.accuracy == step.accuracy:
        print(f"{step.presentation}: {step.accuracy:.2f} of the images right")
result = run.test()
print(result)

# %%
fig, ax = plt.subplots(layout="constrained")
ax.imshow(result.confusion, cmap="Blues")
for (row, column), n in np.ndenumerate(result.confusion):
    ax.text(column, row, n or "", ha="center", va="center", color="white" if n > 10 else "black")
ax.set(xlabel="taken for", ylabel="digit", xticks=range(10), yticks=range(10))
plt.show()
