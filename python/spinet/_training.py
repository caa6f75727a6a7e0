# SPDX-License-Identifier: GPL-3.0-or-later
"""Training, and what can be seen of it."""

from __future__ import annotations

import ctypes
import os
import threading
import weakref
from ctypes import c_int32, c_void_p
from typing import TYPE_CHECKING, Iterator, NamedTuple

import numpy as np

from . import _library as lib
from ._images import Images, TaskImages, as_pixels, make_images
from ._library import (Error, Handle, address, array_at, call, library, mapping, needs, real, row,
                       switch, uninterrupted, view, whole, whole_numbers)
from ._parameters import Parameters
from ._rules import Policy, Rule

if TYPE_CHECKING:
    import matplotlib.axes
    import matplotlib.figure
    import pandas
    from numpy.typing import ArrayLike

NONE = float("nan")  # one object, so that Steps can be compared
STOPPED = (None, "strong", "limit", "patience", "accuracy")  # enum spinet_stop


class Step(NamedTuple):
    """What a training presentation came to: a row of learning_curve.csv."""

    presentation: int
    accuracy: float  # of the sample test after it, 0 to 1; NaN where none was due
    strong_fraction: float  # of the plastic synapses, those above stopping.strong_weight
    pruned: int  # synapses, by turnover after it
    grown: int
    lost: int  # spines, by themselves (intrinsic.form)
    born: int


def _step(c):
    return Step(c.presentation, c.n_correct / c.n_tested if c.n_tested else NONE,
                c.strong_fraction, c.n_pruned, c.n_grown, c.n_lost, c.n_born)


def _in_place(name, doc):
    return property(lambda self: self._view(name), doc=doc)


class Network:
    """The plastic synapses and pyramidal cells of a training. Arrays are views of the library's own
    memory, which cannot be written to: look them up anew after a step (an old one shows old numbers
    or new ones). Synapses stand in one order in all of them."""

    def __init__(self, training):
        self._training = training
        self._handle = training._handle

    def _view(self, name: str) -> np.ndarray:
        with self._training._lock:
            return view("training_view", self._handle, name)

    weights: np.ndarray = _in_place("weight", "float32 [n_synapses] 0 to 1")
    learning_rates: np.ndarray = _in_place("learning_rate", "float32 [n_synapses]")
    tags: np.ndarray = _in_place(
        "tag", "float32 [n_synapses]; above 0 potentiation, below 0 depression")
    calcium: np.ndarray = _in_place(
        "calcium", "float32 [n_synapses] that has come in and is yet to be consolidated")
    ids: np.ndarray = _in_place("id", "int32 [n_synapses] in order of birth, none ever used twice")
    dendrites: np.ndarray = _in_place(
        "dendrite", "int32 [n_synapses] that it is on; dendrite d is of cell d // n_dendrites")
    creb: np.ndarray = _in_place("creb", "float32 [n_cells] 0 to 1")

    @property
    def inputs(self) -> np.ndarray:
        """int32 [n_synapses] pixel that a synapse is from, row by row; a copy."""
        return self._view("source").copy()

    @property
    def positions(self) -> np.ndarray:
        """float32 [n_synapses] um along the dendrite, with record.synapses; a copy."""
        return self._view("position").copy()

    @property
    def born(self) -> np.ndarray:
        """int32 [n_synapses] presentations that were done when it was grown, 0: the network began with
        it; with record.synapses; a copy. Its age is training.presentation - born."""
        return self._view("born").copy()

    @property
    def n_cells(self) -> int:
        """Pyramidal cells, class by class."""
        return len(self.creb)

    @property
    def n_dendrites(self) -> int:
        """Dendrites of a pyramidal cell."""
        return self._training.parameters.pyramidal.n_dendrites

    @property
    def cells(self) -> np.ndarray:
        """int32 [n_synapses] pyramidal cell that a synapse is on."""
        return self.dendrites // self.n_dendrites

    @property
    def classes(self) -> np.ndarray:
        """int [n_synapses]: label of the class whose cell a synapse is on."""
        labels = np.array(self._training.images.classes)
        return labels[self.cells // (self.n_cells // len(labels))]

    @property
    def synapses(self) -> pandas.DataFrame:
        """A pandas.DataFrame of the plastic synapses, a row each by its id, in order of birth: input,
        row and column (its pixel), cell, dendrite (of all cells), class, weight, learning_rate,
        tag."""
        pandas = needs("pandas", "synapses")
        inputs, width = self.inputs, self._training.images.shape[1]
        return pandas.DataFrame(
            {"input": inputs, "row": inputs // width, "column": inputs % width, "cell": self.cells,
             "dendrite": self.dendrites.copy(), "class": self.classes, "weight": self.weights.copy(),
             "learning_rate": self.learning_rates.copy(), "tag": self.tags.copy()},
            index=pandas.Index(self.ids.copy(), name="id")).sort_index()

    def set_weights(self, ids: ArrayLike, weights: ArrayLike) -> None:
        """Sets the weights, 0 to 1, of the synapses of these ids: [n] and [n], or one for all."""
        ids = lib.as_ids(ids, "ids")
        weights = np.ascontiguousarray(row(weights, "weights", len(ids)), np.float64)
        self._training._call("training_set_weights", address(ids), address(weights), len(ids))

    def set_synapses(self, inputs: ArrayLike, dendrites: ArrayLike, weights: ArrayLike,
                     ids: ArrayLike | None = None, learning_rates: ArrayLike | None = None,
                     tags: ArrayLike = 0) -> None:
        """Replaces all plastic synapses by these, [n] each; ids ascend (0, 1, … without any), and
        learning rates are plasticity.eta_max if not given. Not where places are kept
        (record.synapses, or a mechanism that needs them)."""
        inputs = whole_numbers(inputs, "inputs", (None,))
        rows = np.zeros(len(inputs), lib.SYNAPSE)
        rows["source"] = inputs
        rows["dendrite"] = whole_numbers(dendrites, "dendrites", (len(inputs),))
        rows["id"] = np.arange(len(rows)) if ids is None else lib.as_ids(ids, "ids", rows.shape)
        if learning_rates is None:
            learning_rates = self._training.parameters.plasticity.eta_max
        for name, values in (("weight", weights), ("learning_rate", learning_rates), ("tag", tags)):
            with np.errstate(over="ignore"):  # what is too large is refused below
                rows[name] = row(values, name, len(rows))
        self._training._call("training_set_synapses", address(rows), len(rows))

    def surgery(self, operations: str, draw: int = 0) -> None:
        """Operations on the plastic synapses, as "lesion random 0.2; shuffle cell" (docs/spines.md,
        Surgery). Another draw makes other random choices."""
        self._training._call("training_surgery", lib.text(operations, "operations"),
                             lib.whole(draw, "draw", 0, 2**27 - 1))

    def __repr__(self):
        return f"<Network: {self.n_cells} pyramidal cells, {len(self.ids)} plastic synapses>"


class Test:
    """How test images were answered: n, correct, ties (classes shared the most active cells; the
    lowest of them is the answer), undecided (no cell was active; not correct), wrong (one class
    alone, another one)."""

    __test__ = False  # for pytest

    def __init__(self, images, score, predicted):
        self.n, self.correct = score.n, score.n_correct
        self.ties, self.undecided, self.wrong = score.n_ties, score.n_undecided, score.n_wrong
        self._by_spikes, self._over_thresholds = score.n_correct_by_spikes, score.accuracy_over_thresholds
        self._images, self._predicted = images, predicted

    @property
    def accuracy(self) -> float:
        """correct / n, 0 to 1; NaN of none."""
        return self.correct / self.n if self.n else float("nan")

    @property
    def accuracy_spikes(self) -> float:
        """The accuracy if the class whose cells spiked most, all together, is the answer: without
        test.active_spikes."""
        return self._by_spikes / self.n if self.n else float("nan")

    @property
    def accuracy_thresholds(self) -> float:
        """The mean accuracy of all thresholds for an active cell, 0 to 40 spikes."""
        return self._over_thresholds if self.n else float("nan")

    @property
    def recalls(self) -> np.ndarray:
        """float [n_classes]: the part of a class's images that were answered rightly, in the order of
        images.classes; their mean is the balanced accuracy."""
        true = np.searchsorted(self._images.classes, self.labels)
        n = np.bincount(true, minlength=len(self._images.classes))
        with np.errstate(invalid="ignore"):  # a class without images has no recall
            return np.diag(self.confusion) / n

    @property
    def labels(self) -> np.ndarray:
        """int32 [n]: the labels of the images."""
        return self._images.test_labels[self._images.tested[:self.n]]

    @property
    def confusion(self) -> np.ndarray:
        """int [n_classes][n_classes]: images of a class (row) that were taken for a class (column),
        in the order of images.classes. The undecided are in none."""
        classes = self._images.classes
        table = np.zeros((len(classes), len(classes)), int)
        is_decided = self._predicted >= 0
        true = np.searchsorted(classes, self.labels[is_decided])
        np.add.at(table, (true, self._predicted[is_decided]), 1)
        return table

    @property
    def predictions(self) -> pandas.DataFrame:
        """A pandas.DataFrame, a row an image: image (its index in the test data), label, prediction
        (missing if undecided)."""
        pandas = needs("pandas", "predictions")
        labels = np.array(self._images.classes)[self._predicted]
        return pandas.DataFrame(
            {"image": self._images.tested[:self.n], "label": self.labels,
             "prediction": pandas.Series(labels, dtype="Int64").where(self._predicted >= 0)})

    def __repr__(self):
        return (f"<Test: accuracy {self.accuracy:.4f} on {self.n} images, {self.ties} ties, "
                f"{self.undecided} undecided; {self.accuracy_spikes:.4f} by all spikes>")


class Presentation:
    """What a presentation did to the network, all counted over it.

    counts: int32 [n_neurons] spikes of each neuron: pyramidal cells class by class, then
        interneurons (docs/model.md §1); dendritic: int32 [n_dendrites] dendritic spikes of all
        neurons; raster: int32 [n_spikes][2] step (ms) and neuron of each spike.
    v, v_b: of the pyramidal cells that were watched, float32 [n_steps][n_watched] somata, and
        [n_steps][n_watched][n_dendrites] their dendrites, mV; None if none were."""

    def __init__(self, counts: np.ndarray, dendritic: np.ndarray, raster: np.ndarray,
                 v: np.ndarray | None, v_b: np.ndarray | None):
        self.counts, self.dendritic, self.raster, self.v, self.v_b = counts, dendritic, raster, v, v_b

    def plot(self, ax: matplotlib.axes.Axes | None = None) -> matplotlib.axes.Axes:
        """Draws the raster. Returns the axes."""
        ax = ax or needs("matplotlib.pyplot", "plot()").subplots()[1]
        ax.plot(self.raster[:, 0], self.raster[:, 1], "|", color="black", markersize=2)
        ax.set(xlabel="time (ms)", ylabel="neuron")
        return ax

    def __repr__(self):
        return f"<Presentation: {len(self.raster)} spikes, {self.dendritic.sum()} dendritic spikes>"


class Training:
    """A network in training: stepped a presentation at a time, looked at, tested, saved.

    parameters: Parameters, or what Parameters() takes ("shapes", "mnist", a file).
    seed: all that is random is a function of it; 0 to 2^64 - 1.
    train, test: spinet.Images to learn and to be tested with; without them, those that the
        parameters' group `data` says. data.classes chooses among their labels.
    policy, rule: made by @spinet.policy and @spinet.rule; they count in place of turnover.policy and
        plasticity.rule.
    threads, kernel: how to compute; results do not depend on threads.

        run = spinet.Training("shapes", seed=8)
        for step in run:                # until enough synapses are strong, or stopping.max_presentations
            print(step.presentation, step.accuracy)
        print(run.test().accuracy)

    Ctrl-C ends such a loop between two presentations; the next one goes on from there. Threads may
    share a training, of which one at a time gets on; several trainings run side by side."""

    parameters: Parameters
    seed: int
    images: TaskImages

    def __init__(self, parameters: str | os.PathLike | Parameters = "authors", seed: int = 1, *,
                 train: Images | None = None, test: Images | None = None,
                 policy: Policy | None = None, rule: Rule | None = None, threads: int = 1,
                 kernel: str | None = None):
        parameters = Parameters(parameters)
        seed = whole(seed, "seed", 0, 2**64 - 1)
        self._begin(parameters, seed, make_images(parameters, seed, train, test), policy, rule,
                    threads, kernel)

    def _begin(self, parameters, seed, images, policy=None, rule=None, threads=1, kernel=None):
        if policy is not None and not isinstance(policy, Policy):
            raise Error(f"policy: {lib.shown(policy)}: expected what @spinet.policy makes; one of "
                        "spinet's own is turnover__policy=\"random\" of the parameters")
        if rule is not None and not isinstance(rule, Rule):
            raise Error(f"rule: {lib.shown(rule)}: expected what @spinet.rule makes")
        self.parameters, self.seed = parameters, seed
        self._lock, self._raised = threading.RLock(), None
        own = [one.bind(weakref.ref(self)) if one else None for one in (policy, rule)]
        options = lib.Options(seed, whole(threads, "threads", 0, 1024),
                              None if kernel is None else lib.text(kernel, "kernel"),
                              *(ctypes.pointer(one) if one else None for one in own))
        pointer = c_void_p()
        call("training_new", parameters._handle, images, ctypes.byref(options),
             ctypes.byref(pointer))
        self._handle = Handle(pointer, library.spinet_training_free, images, own, policy, rule)
        self.images = TaskImages(images)

    def _call(self, name, *arguments):
        """A function of the library that works on the training, undisturbed by Ctrl-C."""
        with self._lock, uninterrupted():
            try:
                call(name, self._handle, *arguments)
            except Error as error:
                raised, self._raised = self._raised, None
                if isinstance(raised, (KeyboardInterrupt, SystemExit)):
                    raise raised
                raise error from raised

    # ---- steps ----

    @property
    def network(self) -> Network:
        """The Network as it is."""
        return Network(self)

    def step(self) -> Step:
        """One training presentation with everything that follows it (docs/model.md §6):
        consolidation, sample test, rest, turnover, whether to stop. Returns a Step; Error once
        training has stopped."""
        step = lib.Step()
        self._call("training_step", ctypes.byref(step))
        return _step(step)

    def __iter__(self) -> Iterator[Step]:
        while self.stopped is None:
            yield self.step()

    def __len__(self) -> int:
        """Presentations to come at most, before training stops."""
        return 0 if self.stopped else self.parameters.stopping.max_presentations - self.presentation

    def __bool__(self):
        return True

    def train(self, presentations: int | None = None) -> Training:
        """Steps until training stops, or so many times at most. Returns the training."""
        n = len(self) if presentations is None else whole(presentations, "presentations", 0, 2**31 - 1)
        for _ in range(n):
            if self.stopped:
                break
            self._call("training_step", None)  # unasked for, its sample test goes on beside the next
        return self

    def _past(self, presentation=0):
        step = lib.Step()
        return step if library.spinet_training_past(self._handle, presentation,
                                                    ctypes.byref(step)) == 0 else lib.Step()

    @property
    def presentation(self) -> int:
        """Training presentations done."""
        return self._past().presentation

    @property
    def stopped(self) -> str | None:
        """None while training goes on, "strong" (enough strong synapses), "limit"
        (stopping.max_presentations), "patience" (sample tests became no better) or
        "accuracy" (the last phase of schedule.phases was accurate enough)."""
        return STOPPED[library.spinet_training_stopped(self._handle)]

    @property
    def steps(self) -> list[Step]:
        """All Steps so far, a list."""
        return [_step(self._past(n + 1)) for n in range(self.presentation)]

    @property
    def curve(self) -> pandas.DataFrame:
        """The same as a pandas.DataFrame, a row a presentation."""
        pandas = needs("pandas", "curve")
        return pandas.DataFrame(self.steps, columns=Step._fields).set_index("presentation")

    # ---- the parts of a step ----

    def present(self, what: ArrayLike | dict[int, ArrayLike], teacher: int | None = None,
                learns: bool = False, watch: ArrayLike = ()) -> Presentation:
        """Presents an image, or spikes, once, for input.duration_ms. Counts as no training
        presentation.

        what: an image [height][width] (uint8; or floats 0 to 1), or spikes, {source: times}: inputs
            are pixels 0 to height * width - 1, row by row, then the teachers of the classes; times
            are whole ms from 0.
        teacher: label of the class whose teacher fires, with an image.
        learns: whether synapses take up calcium, for consolidate().
        watch: pyramidal cells whose voltages are kept in each ms; ten to fifty times slower.
        Returns a Presentation."""
        watched = whole_numbers(watch, "watch", (None,), 0, self.network.n_cells - 1)
        learns = switch(learns, "learns")
        if isinstance(what, dict):
            if teacher is not None:
                raise Error("teacher: with spikes, give the teacher's: source height * width + class")
            spikes = _spikes(what)
            name, arguments = "training_present_spikes", (address(spikes), len(spikes))
        else:
            pixels = as_pixels(what, "the image", self.images.shape)
            name, arguments = "training_present", (address(pixels), self._class(teacher))
        moments = _Moments(watched, self.network.n_dendrites)
        with self._lock:
            if len(watched):
                self._call("training_watch", moments.callback, None)
            try:
                self._call(name, *arguments, learns)
            finally:
                if len(watched):
                    self._call("training_watch", lib.Look(), None)
            counts, dendritic, raster = (view("training_view", self._handle, name).copy()
                                         for name in ("spikes", "dendritic_spikes", "raster"))
        return Presentation(counts, dendritic, raster, *moments.arrays())

    def _class(self, label):
        if label is None:
            return -1
        if whole(label, "teacher", 0, 999) not in self.images.classes:
            raise Error(f"teacher: {label}: expected a label of {self.images.classes}, or None")
        return self.images.classes.index(label)

    def consolidate(self) -> None:
        """Calcium becomes tags, and tags, where there are proteins, weights (docs/model.md §4)."""
        self._call("training_consolidate")

    def rest(self, days: float) -> None:
        """Days, 0 to 36500, without presentations: tags and CREB decay, spines may change."""
        self._call("training_rest", real(days, "days"))

    def turnover(self) -> tuple[int, int]:
        """Prunes and grows now. Returns how many synapses: (pruned, grown)."""
        pruned, grown = c_int32(), c_int32()
        self._call("training_turnover", ctypes.byref(pruned), ctypes.byref(grown))
        return pruned.value, grown.value

    # ---- what has been learned ----

    def test(self, n: int = 0) -> Test:
        """Shows the first n test images of the classes (0: all), without teacher and learning.
        Changes nothing. Returns a Test."""
        n = whole(n, "n", 0, 2**31 - 1)
        predicted, score = np.full(len(self.images.tested), -1, np.int32), lib.Score()
        self._call("training_test", n, address(predicted), ctypes.byref(score))
        return Test(self.images, score, predicted[:score.n])

    @property
    def maps(self) -> np.ndarray:
        """float64 [n_classes][height][width]: representation maps, the summed weights from each pixel
        onto the cells of a class (docs/model.md §8)."""
        with self._lock:
            network, n_classes = self.network, len(self.images.classes)
            cells_of_class = network.n_cells // n_classes
            n_inputs = int(np.prod(self.images.shape))
            place = network.cells // cells_of_class * n_inputs + network.inputs
            sums = np.bincount(place, network.weights, n_classes * n_inputs)
        return sums.reshape(n_classes, *self.images.shape)

    def plot_maps(self) -> matplotlib.figure.Figure:
        """Draws the mean training image of each class, and its map below, on one scale. Returns the
        figure."""
        pyplot = needs("matplotlib.pyplot", "plot_maps()")
        maps, images = self.maps, self.images
        figure, axes = pyplot.subplots(2, len(maps), squeeze=False, layout="constrained",
                                       figsize=(2 * len(maps) + 1, 4))
        for top, bottom, label, values in zip(*axes, images.classes, maps):
            of_class = images.train_pixels[images.train_labels == label]
            top.imshow(of_class.mean(axis=0), cmap="gray")
            top.set_title(f"class {label}")
            drawn = bottom.imshow(values, cmap="viridis", vmin=0, vmax=max(maps.max(), 1e-9))
        for axis in axes.flat:
            axis.axis("off")
        figure.colorbar(drawn, ax=list(axes.flat), label="summed weight")
        return figure

    def plot_curve(self) -> matplotlib.figure.Figure:
        """Draws how sample accuracy and strong synapses grew. Returns the figure."""
        pyplot = needs("matplotlib.pyplot", "plot_curve()")
        steps = self.steps
        figure, ax = pyplot.subplots(layout="constrained")
        tested = [step for step in steps if step.accuracy == step.accuracy]
        ax.plot([s.presentation for s in tested], [s.accuracy for s in tested], "o-",
                label="sample accuracy")
        ax.plot([s.presentation for s in steps], [s.strong_fraction for s in steps],
                label="strong synapses")
        ax.set(xlabel="presentations", ylim=(0, 1.02))
        ax.legend()
        return figure

    # ---- folders ----

    def save(self, folder: str | os.PathLike, overwrite: bool = False) -> None:
        """Writes the folder that `spinet train --no-pictures` makes with these parameters and this
        seed (docs/files.md), byte for byte but for times, host and threads; to do so, it rests
        rest.before_test_days. While training goes on: what an interrupted `spinet train` leaves;
        `spinet train --resume` and spinet.load go on with it. overwrite: over a run that is there."""
        score = lib.Score()
        self._call("training_write", lib.text(folder, "folder"),
                   switch(overwrite, "overwrite"),                   ctypes.byref(score))

    def __repr__(self):
        state = f"stopped ({self.stopped})" if self.stopped else "goes on"
        return f"<Training: seed {self.seed}, {self.presentation} presentations, {state}>"


def _spikes(trains):
    """The library's spikes [n] of {source: times}."""
    parts = [np.empty(0, lib.SPIKE)]
    for source, times in mapping(trains, "spikes").items():
        times = whole_numbers(times, f"times of source {lib.shown(source)}", (None,))
        part = np.zeros(len(times), lib.SPIKE)
        part["source"], part["step"] = whole(source, "source", 0, 2**31 - 1), times
        parts.append(part)
    return np.concatenate(parts)


class _Moments:
    """Takes the voltages of some cells in every step of a presentation."""

    def __init__(self, cells, n_dendrites):
        self.v, self.v_b = [], []
        self.cells = cells
        dendrites = cells[:, None] * n_dendrites + np.arange(n_dendrites)

        def look(moment, _):
            m = moment.contents
            self.v.append(array_at(m.v, m.n_neurons, "f4", None)[cells])
            self.v_b.append(array_at(m.v_b, m.n_dendrites, "f4", None)[dendrites])
        self.callback = lib.Look(look)

    def arrays(self):
        return (np.array(self.v), np.array(self.v_b)) if len(self.cells) else (None, None)
