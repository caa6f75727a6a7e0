# SPDX-License-Identifier: GPL-3.0-or-later
"""Sweeps: a network for every combination of parameters and every seed, on all processors."""

from __future__ import annotations

import ctypes
import os
import re
import sys
import tempfile
import threading
from ctypes import POINTER, Structure, c_bool, c_char_p, c_int32, c_int64, c_void_p
from typing import TYPE_CHECKING, Any

import numpy as np

from . import _library as lib
from ._folders import results
from ._library import Error, Score, library, mapping, switch, text, whole
from ._parameters import Parameters, as_text

if TYPE_CHECKING:
    import pandas

STOPPED = -128  # SPINET_STOPPED


class Level(Structure):
    _fields_ = [("factor", c_char_p), ("name", c_char_p), ("set", POINTER(c_char_p)), ("n_set", c_int32)]


class Progress(Structure):
    _fields_ = [("n_runs", c_int32), ("n_done", c_int32), ("n_failed", c_int32), ("run", c_char_p),
                ("failure", c_char_p), ("score", Score)]


Report = ctypes.CFUNCTYPE(c_bool, POINTER(Progress), c_void_p)


class Options(Structure):
    _fields_ = [("experiment", c_char_p), ("name", c_char_p), ("parameters", c_void_p),
                ("levels", POINTER(Level)), ("n_levels", c_int32), ("first_seed", c_int64),
                ("n_seeds", c_int64), ("only", POINTER(c_char_p)), ("n_only", c_int32),
                ("set", POINTER(c_char_p)), ("n_set", c_int32), ("n_threads", c_int32),
                ("data", c_char_p), ("fresh", c_bool), ("progress", Report), ("progress_data", c_void_p)]


library.spinet_sweep.argtypes = [POINTER(Options), c_char_p]


def _strings(values):
    return (c_char_p * len(values))(*values)


def _settings(settings):
    return [text(key, "a parameter's name") + b"=" + as_text(key, value)
            for key, value in mapping(settings, "what a level sets").items()]


def _list(values, what):
    values = values.tolist() if isinstance(values, np.ndarray) else values
    if not isinstance(values, (list, tuple, range)):
        raise Error(f"{lib.shown(what)}: {lib.shown(values)}: expected a list of values, or, of a factor, "
                    "{level: {parameter: value}}")
    return values


def _levels(factors):
    """The library's levels of {"turnover.policy": ["none", "random"]} or {factor: {level: {key:
    value}}}."""
    levels = []
    for factor, of_factor in factors.items():
        if not isinstance(of_factor, dict):
            of_factor = {re.sub(rb"[^\w.+-]+", b"-", as_text(factor, value)): {factor: value}
                         for value in _list(of_factor, factor)}
        for name, settings in of_factor.items():
            settings = _settings(settings)
            levels.append(Level(text(factor, "a factor's name"), text(name, "a level's name"),
                                _strings(settings), len(settings)))
    return (Level * len(levels))(*levels)


class _Bar:
    """Says how far a sweep has come, and asks it to stop."""

    def __init__(self, is_shown):
        self.is_shown, self.must_stop = is_shown, False
        self.report = Report(self._report)

    def _report(self, progress, _):
        p = progress.contents
        if self.is_shown and p.n_runs:
            filled = 30 * p.n_done // p.n_runs
            said = f", {p.n_failed} failed" if p.n_failed else ""
            sys.stderr.write(f"\r[{'#' * filled}{'.' * (30 - filled)}] {p.n_done} of {p.n_runs} runs{said}"
                             + ("\n" if p.n_done + p.n_failed == p.n_runs else ""))
            sys.stderr.flush()
        return self.must_stop


def sweep(factors: dict[str, Any] | str | os.PathLike, seeds: int | range = 20,
          folder: str | os.PathLike | None = None, *,
          parameters: str | os.PathLike | Parameters = "shapes",
          only: dict[str, str | list[str]] | None = None, settings: dict[str, Any] | None = None,
          threads: int | None = None, bar: bool = True, fresh: bool = False) -> pandas.DataFrame:
    """Trains and tests a network for each combination of levels and each seed, as `spinet sweep`
    does. Returns results.csv as a pandas.DataFrame: a row a run, with its factors, seed, accuracy …
    (docs/files.md).

    factors: {parameter: values}, as {"turnover.policy": ["none", "random"], "data.overlap": [0, 4]};
        or {factor: {level: {parameter: value}}}; or the path of an experiment, NAME.sweep, or the
        name of one that comes with spinet, "shapes". At most 4 factors of 64 levels.
    seeds: how many, from 1; or a range(first, end).
    folder: where a folder a run and results.csv are left, as `spinet report` and `spinet verify`
        take them; the same call later goes on with it. Without one nothing is left.
    parameters: those that the levels do not set; with an experiment, its own.
    only: {factor: levels} of an experiment, to leave the others out; settings: {parameter: value} for
        all runs. threads: runs at a time (None: as many as there are processors). bar: whether to
        say on stderr how far it is. fresh: run all again.
    Ctrl-C stops it when the runs at work are finished. Policies and rules in Python are for
    Training: a sweep has those of the parameters."""
    lib.needs("pandas", "sweep()")
    if folder is None:
        with tempfile.TemporaryDirectory(prefix="spinet-sweep-") as made:
            return sweep(factors, seeds, os.path.join(made, "sweep"), parameters=parameters, only=only,
                         settings=settings, threads=threads, bar=bar, fresh=fresh)
    options = Options(name=b"sweep", fresh=switch(fresh, "fresh"))
    if isinstance(factors, dict):
        base, levels = Parameters(parameters), _levels(factors)  # (both are to outlive the call)
        options.parameters, options.levels = base._handle._as_parameter_, levels
        options.n_levels = len(levels)
    else:
        name = text(factors, "the experiment")
        options.experiment = name if b"/" in name or b"." in name else b"experiments/" + name + b".sweep"
    seeds = seeds if isinstance(seeds, range) else range(1, whole(seeds, "seeds", 1, 2**31) + 1)
    if seeds.step != 1 or not seeds:
        raise Error("seeds: expected how many, or a range(first, end)")
    options.first_seed, options.n_seeds = whole(seeds.start, "seeds", 0, 2**62), len(seeds)
    only = [text(factor, "only") + b"=" + b"|".join(
        text(level, "only") for level in ([levels] if isinstance(levels, str) else _list(levels, factor)))
            for factor, levels in mapping({} if only is None else only, "only").items()]
    settings = _settings({} if settings is None else settings)
    options.only, options.n_only = _strings(only), len(only)
    options.set, options.n_set = _strings(settings), len(settings)
    options.n_threads = len(os.sched_getaffinity(0)) if threads is None else whole(threads, "threads", 1, 1024)
    shown = _Bar(switch(bar, "bar"))
    options.progress = shown.report
    _run(options, text(folder, "folder"), shown)
    return results(folder)


def _run(options, folder, bar):
    """In a thread of its own, so that Ctrl-C reaches this one."""
    said, is_over, interrupted = [], threading.Event(), None

    def work():
        code = library.spinet_sweep(ctypes.byref(options), folder)
        said.extend((code, lib.message()))
        is_over.set()
    threading.Thread(target=work).start()
    while not is_over.is_set():
        try:
            is_over.wait()
        except KeyboardInterrupt as interrupt:
            interrupted, bar.must_stop = interrupt, True
    if interrupted and said[0] == STOPPED:
        raise interrupted
    if said[0] != 0:
        raise Error(said[1])
