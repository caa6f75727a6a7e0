# SPDX-License-Identifier: GPL-3.0-or-later
"""Turnover policies and plasticity rules in Python, as the library's tables of functions."""

from __future__ import annotations

import ctypes
from ctypes import c_void_p
from types import SimpleNamespace
from typing import TYPE_CHECKING, Callable

import numpy as np

from . import _library as lib
from ._library import Error, address, array_at, call, mapping, numbers, row, whole, whole_numbers

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


class Random(np.random.Generator):
    """numpy's Generator, made anew for each call of a policy of the training's seed, the
    presentation and the next synapse's id: what it draws depends on these alone."""

    def __init__(self, training, now):
        super().__init__(np.random.Philox(key=training.seed, counter=[0, 0, now, 0]))
        self._training = training

    def synapses(self, n: int, cells: range | None = None) -> np.ndarray:
        """n new synapses from any input to any dendrite of any pyramidal cell, or of the cells of
        a range(first, end); weights connections.w_min to connections.w_max. They are those that
        turnover.policy = random would grow next. Structured array [n] of (input, dendrite,
        weight)."""
        n_cells = self._training.network.n_cells
        cells = range(n_cells) if cells is None else cells
        if not isinstance(cells, range) or cells.step != 1 or len(cells) == 0:
            raise Error(f"cells: expected a range(first, end) of the cells 0 to {n_cells - 1}")
        new = np.zeros(whole(n, "n", 0, 2**27), lib.NEW_SYNAPSE)
        call("random_synapses", self._training._handle, whole(cells.start, "cells", 0, n_cells - 1),
             whole(len(cells), "cells", 1, n_cells), address(new), len(new))
        return new


def as_new_synapses(values):
    """[n] of the library's structure, from such an array or rows of (input, dendrite, weight)."""
    if isinstance(values, np.ndarray) and values.dtype == lib.NEW_SYNAPSE:
        return np.ascontiguousarray(values.ravel())
    rows = numbers(values, "new synapses", (None, 3))
    new = np.zeros(len(rows), lib.NEW_SYNAPSE)
    for place, name in enumerate(("input", "dendrite")):
        new[name] = whole_numbers(rows[:, place], f"new synapses, {name}", (None,))
    new["weight"] = rows[:, 2]
    return new


class _Memory:
    """What a policy or rule remembers: arrays by name, in checkpoints, copied to and from a state
    of the library's, {begun, an array each}."""

    def __init__(self, initial):
        self.initial = {}
        for name, value in mapping({} if initial is None else initial, "memory").items():
            if not isinstance(name, str) or not name.isidentifier():
                raise Error(f"memory: {lib.shown(name)}: expected names")
            self.initial[name] = row(value, f"memory.{name}").copy()
            if self.initial[name].dtype not in lib.TYPES:
                raise Error(f"memory.{name}: {self.initial[name].dtype}: expected uint8, int32, int64, "
                            "float32 or float64")
        begun = lib.Field(b"is begun", 0, 0, 1)
        fields = [lib.Field(name.encode(), lib.TYPES.index(array.dtype),
                            8 + i * ctypes.sizeof(lib.Array), 0)
                  for i, (name, array) in enumerate(self.initial.items())]
        self.fields = (lib.Field * (len(fields) + 1))(begun, *fields)
        self.bytes = 8 + len(fields) * ctypes.sizeof(lib.Array) if fields else 0

    def _slots(self, state):
        return ctypes.c_uint8.from_address(state), (lib.Array * len(self.initial)).from_address(state + 8)

    def load(self, state):
        """A namespace of arrays; None without a memory."""
        if not self.bytes:
            return None
        begun, slots = self._slots(state)
        return SimpleNamespace(**{
            name: array_at(slot.values, slot.n, array.dtype, None).copy() if begun.value
            else array.copy() for slot, (name, array) in zip(slots, self.initial.items())})

    def store(self, state, memory):
        if not self.bytes:
            return
        libc = ctypes.CDLL(None)
        libc.malloc.restype, libc.malloc.argtypes = c_void_p, [ctypes.c_size_t]
        libc.free.argtypes = [c_void_p]
        begun, slots = self._slots(state)
        for slot, (name, array) in zip(slots, self.initial.items()):
            given = row(getattr(memory, name, None), f"memory.{name}")
            with np.errstate(invalid="ignore", over="ignore"):
                new = np.ascontiguousarray(given, array.dtype)
            if array.dtype.kind != "f" and (new != given).any():
                raise Error(f"memory.{name}: {given.dtype}: expected numbers that fit {array.dtype}")
            libc.free(slot.values)
            slot.values = libc.malloc(new.nbytes) if new.nbytes else None
            slot.n = len(new)
            if new.nbytes:
                ctypes.memmove(slot.values, address(new), new.nbytes)
        begun.value = 1


class _Own:
    """What policies and rules have in common: a name, a memory, and functions that are called."""

    def __init__(self, function, name=None, memory=None):
        if not callable(function):
            raise Error(f"a policy or rule: {lib.shown(function)}: expected a function")
        name = getattr(function, "__name__", "own") if name is None else name
        self.name, self.function = lib.text(name, "the name"), function
        self.memory = _Memory(memory)
        self.__doc__ = getattr(function, "__doc__", None)

    def _guard(self, training, work):
        """Runs `work(training)` in a callback. What it raises ends the call that led to it."""
        training = training()
        try:
            work(training)
            return 0
        except BaseException as error:  # no exception may pass through C
            training._raised = error
            said = f"{self.name.decode(errors='replace')}: {type(error).__name__}: {error}"
            return lib.library.spinet_fail(-1, said.encode(errors="replace"))

    def _call(self, function, state, *arguments):
        """With the memory, which is kept if the function comes to an end."""
        memory = self.memory.load(state)
        given = function(*arguments) if memory is None else function(*arguments, memory)
        self.memory.store(state, memory)
        return given


class Policy(_Own):
    """A turnover policy (docs/model.md §5), made by @spinet.policy."""

    _observe = None

    def observe(self, function: Callable) -> Policy:
        """As a decorator: function(network, now[, memory]) is called after presentation `now`, with
        its calcium, before it is consolidated. Returns the policy."""
        self._observe = _Own(function).function
        return self

    def bind(self, training):
        """The library's table of functions for a weak reference to a training."""
        def choose(_handle, state, _data, is_over):
            def work(of):
                now = of.presentation
                given = self._call(self.function, state, of.network, now, Random(of, now))
                if not isinstance(given, tuple) or len(given) not in (2, 3):
                    raise Error(f"returned {lib.shown(given)}: expected the ids to prune and the new "
                                "synapses, and, if it may be, whether turnover is over for good")
                ids = lib.as_ids(given[0], "ids to prune")
                new = as_new_synapses(given[1])
                call("prune", of._handle, address(ids), len(ids))
                call("grow", of._handle, address(new), len(new))
                over = len(ids) <= of.parameters.turnover.over_at if len(given) < 3 else given[2]
                is_over[0] = bool(over)
            return self._guard(training, work)

        def observe(_handle, state, _data):
            return self._guard(training, lambda of: self._call(
                self._observe, state, of.network, of.presentation + 1))

        return lib.Policy(self.name, self.memory.bytes, self.memory.fields,
                          len(self.memory.initial) and len(self.memory.fields), lib.Choose(choose),
                          lib.Observe(observe) if self._observe else lib.Observe())


class Rule(_Own):
    """A plasticity rule (docs/model.md §4), made by @spinet.rule."""

    _gate = _finish = None

    def gate(self, function: Callable) -> Rule:
        """As a decorator: function(c[, memory]) returns bool [n_cells], which pyramidal cells make
        proteins, and so may turn their tags into weights. Returns the rule."""
        self._gate = _Own(function).function
        return self

    def finish(self, function: Callable) -> Rule:
        """As a decorator: function(c[, memory]) is called after the 138 minutes of a consolidation,
        and may change c.weight (0 to 1), c.learning_rate (from 0) and c.tag in place. Returns the
        rule."""
        self._finish = _Own(function).function
        return self

    def _callback(self, training, function, put):
        if function is None:
            return lib.Consolidate()

        def callback(c, state, _data):
            def work(of):
                shown = _show(c.contents, of._handle)
                given = self._call(function, state, shown)
                if given is not None:
                    put(shown, given)
            return self._guard(training, work)
        return lib.Consolidate(callback)

    def bind(self, training):
        def put_tags(c, tags):
            c.tag[:] = numbers(tags, "tags", c.tag.shape)

        def put_synthesis(c, cells):
            c.synthesis[:] = numbers(cells, "cells that make proteins", c.synthesis.shape) != 0

        def put_nothing(_, given):
            raise Error(f"finish returned {lib.shown(given)}: expected changes of c.weight, "
                        "c.learning_rate and c.tag in place")

        return lib.Rule(self.name, self.memory.bytes, self.memory.fields,
                        len(self.memory.initial) and len(self.memory.fields),
                        self._callback(training, self._gate, put_synthesis),
                        self._callback(training, self.function, put_tags),
                        self._callback(training, self._finish, put_nothing))


def _show(c, keep):
    """A consolidation with its arrays in place; those that a rule may change can be written to."""
    def of(pointer, n, dtype, writable=False):
        return array_at(pointer, n, dtype, keep, writable)
    n, cells = c.n_synapses, c.n_cells
    return SimpleNamespace(
        presentation=c.presentation, teacher=c.teacher, n_synapses=n, n_cells=cells,
        n_dendrites=c.n_dendrites, id=of(c.id, n, "i4"), source=of(c.source, n, "i4").copy(),
        dendrite=of(c.dendrite, n, "i4"), calcium=of(c.calcium, n, "f4"),
        tag=of(c.tag, n, "f4", True), weight=of(c.weight, n, "f4", True),
        learning_rate=of(c.learning_rate, n, "f4", True), spikes=of(c.spikes, cells, "i4").copy(),
        cell_calcium=of(c.cell_calcium, cells, "f4").copy(),
        synthesis=of(c.synthesis, cells, "?", True))


def policy(function: Callable | None = None, *, name: str | None = None,
           memory: dict[str, ArrayLike] | None = None) -> Policy:
    """Makes a turnover policy of function(network, now, rng[, memory]), for Training(policy=…).

    It is called every turnover.period presentations, with the network as it is, the presentations
    done, and random numbers (`rng`: numpy's Generator, with rng.synapses). It returns the ids to
    prune [n], and the synapses to grow: rng.synapses(n), or rows [n][3] of (input, dendrite,
    weight 0 to 1). Turnover is over for good once a policy pruned turnover.over_at or fewer, unless
    it says itself, as a third value, whether it is.

    memory: what is remembered from one turnover to the next, in checkpoints, too: {name: array of
        one dimension, as it is at first}; the function gets it as its last argument, and sets
        memory.name, to an array of any length.

        @spinet.policy
        def oldest(network, now, rng):
            return np.sort(network.ids)[:50], rng.synapses(50)
    """
    if function is None:
        return lambda function: Policy(function, name, memory)
    return Policy(function, name, memory)


def rule(function: Callable | None = None, *, name: str | None = None,
         memory: dict[str, ArrayLike] | None = None) -> Rule:
    """Makes a plasticity rule of function(c[, memory]), for Training(rule=…): it returns what the
    tags of all synapses become after a presentation, finite numbers [c.n_synapses].

    c.calcium, c.tag (those of before, decayed), c.weight, c.learning_rate: float32 [n_synapses];
    c.id, c.source (the input), c.dendrite: int32 [n_synapses]; c.spikes (int32), c.cell_calcium
    (float32), c.synthesis (bool): [n_cells] of the pyramidal cells; c.presentation, c.teacher (the
    class that was taught, from 0; -1: none), c.n_dendrites (of a cell).
    rule.gate and rule.finish make the other two parts; memory is that of spinet.policy.

        @spinet.rule
        def only_potentiation(c):
            return np.where(c.calcium > 0.35, 1, c.tag)
    """
    if function is None:
        return lambda function: Rule(function, name, memory)
    return Rule(function, name, memory)
