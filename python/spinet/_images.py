# SPDX-License-Identifier: GPL-3.0-or-later
"""Images: those in memory, and those that a training is made of."""

from __future__ import annotations

import ctypes
import math
from ctypes import c_void_p
from typing import TYPE_CHECKING

import numpy as np

from ._library import (Error, Handle, Pixels, address, call, library, needs, numbers, real, view,
                       whole_numbers)

if TYPE_CHECKING:
    import matplotlib.figure
    from numpy.typing import ArrayLike


def as_pixels(values, what, shape, white=None):
    """uint8 of this shape. Bytes as they are, switches as 0 and 255; other numbers are scaled so
    that `white` (1 for floats, 255 for whole numbers) becomes 255."""
    array = numbers(values, what, shape)
    if white is None and array.dtype.kind in "iu" and array.size and array.max() == 1:
        raise Error(f"{what}: whole numbers of 0 and 1, of which 255 is white: expected 0 to 255, "
                    "booleans, or floats of 0 to 1")
    if array.dtype == np.uint8 and white is None:
        return np.ascontiguousarray(array)
    least_white = 1 if array.dtype.kind in "bf" else 255
    white = least_white if white is None else real(white, "white")
    if not (np.isfinite(white) and white > 0):
        raise Error(f"white: {white}: expected a number above 0")
    low, high = (array.min(), array.max()) if array.size else (0, 0)
    if low < 0 or high > white:
        raise Error(f"{what}: pixels of {low:g} to {high:g}: expected 0 to {white:g}, or say "
                    "which value is white: white=…")
    return np.ascontiguousarray(np.floor(array * (255 / white) + 0.5), dtype=np.uint8)


class Images:
    """Labelled images in memory, as numpy, torchvision and scikit-learn have them.

    pixels: [n][height][width], or with one channel [n][1][height][width] or
        [n][height][width][1], or [n][pixels] of square images. 0 is black and silent. uint8 is
        taken as it is; of other types `white` (1 for floats, 255 for whole numbers) is white.
    labels: [n] whole numbers, 0 to 999.

        digits = sklearn.datasets.load_digits()
        spinet.Images(digits.images, digits.target, white=16)
        spinet.Images(torchvision_set.data, torchvision_set.targets)
    """

    def __init__(self, pixels: ArrayLike, labels: ArrayLike, white: float | None = None):
        self.pixels: np.ndarray
        self.labels: np.ndarray
        self.labels = whole_numbers(labels, "labels", (None,), 0, 999)
        n = len(self.labels)
        array = numbers(pixels, "images", None)
        if n == 0 or array.shape[:1] != (n,):
            raise Error(f"images: {len(array) if array.ndim else 'no list of'} images, {n} labels: "
                        "expected one label for each of one image or more")
        shape = array.shape
        if len(shape) == 4 and 1 in (shape[1], shape[3]):
            array = array[:, 0] if shape[1] == 1 else array[..., 0]
        elif len(shape) == 2 and math.isqrt(shape[1]) ** 2 == shape[1]:
            array = array.reshape(shape[0], math.isqrt(shape[1]), math.isqrt(shape[1]))
        self.pixels = as_pixels(array, "images", (n, None, None), white)

    def __len__(self) -> int:
        return len(self.labels)

    def _struct(self):
        n, height, width = self.pixels.shape
        return Pixels(n, height, width, address(self.pixels), address(self.labels))


class TaskImages:
    """The images that a training is made of: `train` and `test`. (With input.channels = edges they are
    the edges in them, 4 height x 2 width; with on-off on and off, 2 height x width.)

    train_pixels, test_pixels: uint8 [n][height][width]; train_labels, test_labels: int32 [n];
    classes: the labels of the classes, in their order; tested: int32, which of the test images a
    test shows, in its order. Arrays are views and cannot be written to."""

    train_pixels: np.ndarray
    train_labels: np.ndarray
    test_pixels: np.ndarray
    test_labels: np.ndarray
    tested: np.ndarray
    classes: list[int]

    def __init__(self, handle):
        self._handle = handle
        for name in ("train.pixels", "train.labels", "test.pixels", "test.labels", "tested"):
            setattr(self, name.replace(".", "_"), view("images_view", handle, name))
        self.classes = [int(label) for label in view("images_view", handle, "classes")]

    @property
    def shape(self) -> tuple[int, int]:
        """(height, width) in pixels."""
        return self.train_pixels.shape[1:]

    def plot(self, columns: int = 8) -> matplotlib.figure.Figure:
        """The first training images of each class, a row a class. Returns the figure."""
        pyplot = needs("matplotlib.pyplot", "plot()")
        figure, axes = pyplot.subplots(len(self.classes), columns, squeeze=False,
                                       figsize=(columns, len(self.classes)))
        for row, label in zip(axes, self.classes):
            of_class = self.train_pixels[self.train_labels == label]
            for axis, image in zip(row, of_class[:columns]):
                axis.imshow(image, cmap="gray", vmin=0, vmax=255)
            for axis in row:
                axis.axis("off")
        return figure


def make_images(parameters, seed, train, test):
    """A handle: those of the parameters' group `data`, or those given."""
    pointer = c_void_p()
    if train is None and test is None:
        call("images_new", parameters._handle, seed, ctypes.byref(pointer))
    else:
        for images, name in ((train, "train"), (test, "test")):
            if not isinstance(images, Images):
                raise Error(f"{name}: expected spinet.Images: give both train and test, or neither")
            if len(images) == 0:
                raise Error(f"{name}: there are no images")
        call("images_from_memory", parameters._handle, seed, ctypes.byref(train._struct()),
             ctypes.byref(test._struct()), ctypes.byref(pointer))
    return Handle(pointer, library.spinet_images_free)
