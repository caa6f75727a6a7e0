# SPDX-License-Identifier: GPL-3.0-or-later
"""What is in folders: runs to go on with, and tables to read."""

from __future__ import annotations

import ctypes
import os
from ctypes import c_uint64, c_void_p
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from . import _library as lib
from ._images import Images, make_images
from ._library import Error, Handle, call, library, needs
from ._parameters import Parameters
from ._rules import Policy, Rule
from ._training import Training

if TYPE_CHECKING:
    import pandas


def load(folder: str | os.PathLike, *, train: Images | None = None, test: Images | None = None,
         policy: Policy | None = None, rule: Rule | None = None, threads: int = 1) -> Training:
    """The Training whose folder this is, as it was: made by Training.save, `spinet train` or a
    sweep. An unfinished one goes on from its checkpoint; a finished one is done again from its
    manifest, which takes as long as it took. Images that were in memory, policies and rules in
    Python are no part of a folder: give them again."""
    name = lib.text(folder, "folder")
    path = Path(name.decode(errors="surrogateescape"))
    parameters, images, seed = c_void_p(), c_void_p(), c_uint64()
    in_memory = train is not None or test is not None
    call("run_open", name, ctypes.byref(parameters), ctypes.byref(seed),
         None if in_memory else ctypes.byref(images))
    given = Parameters()
    given.__dict__["_handle"] = Handle(parameters, library.spinet_parameters_free)
    handle = (make_images(given, seed.value, train, test) if in_memory
              else Handle(images, library.spinet_images_free))
    training = Training.__new__(Training)
    training._begin(given, seed.value, handle, policy, rule, threads)
    if (path / "DONE").exists():
        training.train()
    else:
        training._call("training_restore", name)
    return training


def _folder(folder):
    path = Path(lib.text(folder, "folder").decode(errors="surrogateescape"))
    if not os.path.isdir(path):
        raise Error(f"{path}: there is no such folder")
    return path


def _read(path, **how):
    """A CSV file of spinet's."""
    pandas = needs("pandas", f"reading {path.name}")
    try:
        return pandas.read_csv(path, **how)
    except (OSError, ValueError) as error:  # pandas' own are ValueErrors
        raise Error(f"{path}: cannot be read ({error})") from None


def _runs(folder, name):
    """{run: path} of the files of this name: of the run that the folder is, or of all runs of a
    sweep."""
    found = [folder / name] if (folder / name).exists() else sorted(folder.glob(f"runs/*/{name}"))
    if not found:
        raise Error(f"{folder}: no {name} in it, nor in its runs/*")
    return {path.parent.name: path for path in found}


def results(folder: str | os.PathLike) -> pandas.DataFrame:
    """A pandas.DataFrame of results: of a sweep (results.csv), a row a run with its factors, seed
    and accuracy; of a run (result.csv), one row (docs/files.md)."""
    folder = _folder(folder)
    for name in ("results.csv", "result.csv"):
        if (folder / name).exists():
            return _read(folder / name)
    raise Error(f"{folder}: neither a results.csv nor a result.csv in it")


def _together(folder, name):
    pandas = needs("pandas", f"reading {name}")
    frames = {run: _read(path) for run, path in _runs(_folder(folder), name).items()}
    return pandas.concat(frames, names=["run"]).reset_index(level=0).reset_index(drop=True)


def learning_curves(folder: str | os.PathLike) -> pandas.DataFrame:
    """A pandas.DataFrame of learning_curve.csv of a run, or of all runs of a sweep: `run` (the name
    of its folder), then the columns of docs/files.md."""
    return _together(folder, "learning_curve.csv")


def synapse_log(folder: str | os.PathLike) -> pandas.DataFrame:
    """A pandas.DataFrame of synapse_log.csv.gz of a run, or of all runs of a sweep: `run`, then a row
    a synapse that ever was (docs/files.md). With record.synapses."""
    return _together(folder, "synapse_log.csv.gz")


class Trace(NamedTuple):
    """A record of `spinet trace`: three pandas.DataFrames.

    steps: by cell and ms, mV: soma, bap, dendrite_0 …; minutes: by cell, synapse (its id) and minute
    of the consolidation: tag, weight, learning_rate; synapses: a row a synapse onto a cell: cell,
    id, source, dendrite (of the cell, from 0), effect, weight (before the presentation)."""

    steps: pandas.DataFrame
    minutes: pandas.DataFrame
    synapses: pandas.DataFrame


def trace(folder: str | os.PathLike) -> Trace:
    """What `spinet trace` recorded of some cells in a presentation, a Trace (docs/files.md has the
    units). Needs h5py."""
    pandas, h5py = needs("pandas", "trace()"), needs("h5py", "trace()")
    path = _folder(folder) / "trace.h5"
    try:
        file = h5py.File(path, "r")
    except OSError as error:
        raise Error(f"{path}: cannot be read ({error})") from None
    steps, minutes, synapses = {}, {}, {}
    with file:
        for name in sorted(file["cells"], key=int):
            cell, number = file["cells"][name], int(name)
            columns = {"soma": cell["soma"][:], "bap": cell["bap"][:]}
            columns.update((f"dendrite_{i}", v) for i, v in enumerate(cell["dendrites"][:]))
            steps[number] = pandas.DataFrame(columns, index=file["time/step"][:])
            synapses[number] = pandas.DataFrame({key: cell[f"synapses/{key}"][:] for key in
                                                 ("id", "source", "dendrite", "effect", "weight")})
            if "tag" in cell:
                ids = cell["synapses/id"][:len(cell["tag"])]
                index = pandas.MultiIndex.from_product([ids, np.arange(cell["tag"].shape[1])])
                minutes[number] = pandas.DataFrame({key: cell[key][:].ravel() for key in
                                                    ("tag", "weight", "learning_rate")}, index=index)
    return Trace(pandas.concat(steps, names=["cell", "ms"]),
                 pandas.concat(minutes, names=["cell", "synapse", "minute"]) if minutes
                 else pandas.DataFrame(columns=["tag", "weight", "learning_rate"]),
                 pandas.concat(synapses, names=["cell"]).reset_index(level=0).reset_index(drop=True))
