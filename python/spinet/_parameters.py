# SPDX-License-Identifier: GPL-3.0-or-later
"""Parameters: every constant of the model, by its name."""

from __future__ import annotations

import ctypes
import os
from ctypes import c_void_p
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from ._library import Error, Handle, Visit, call, library, mapping, needs, shown, text

if TYPE_CHECKING:
    import pandas

PRESETS = ("authors", "supplement")


class NoSuchParameter(Error, AttributeError):
    """There is no parameter, or group of them, of this name."""


def _describe(handle):
    """[(key or group, description as a tuple of texts)], in the order of `spinet params`."""
    rows = []

    @Visit
    def visit(description, _):
        d = description.contents
        rows.append(tuple((getattr(d, name) or b"").decode() for name, _ in d._fields_))
    library.spinet_parameters_describe(handle, visit, None)
    return rows


@lru_cache(maxsize=None)
def _table():
    """{group: {name: range}} and {key: value} of the preset `authors`."""
    rows = _describe(Parameters()._handle)
    groups, values = {}, {}
    for group, name, value, _, choices, _, _ in rows:
        groups.setdefault(group, {})
        if name:
            groups[group][name] = choices
            values[f"{group}.{name}"] = value
    return groups, values


def _from_text(key, value):
    group, name = key.split(".")
    choices = _table()[0][group][name]
    if name == "classes":
        return [int(label) for label in value.split(",") if label.strip()]
    if choices == "true|false":
        return value == "true"
    if "…" not in choices:
        return value
    try:
        return int(value)
    except ValueError:
        return float(value)


def as_text(key, value):
    """A value as the library takes it."""
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if isinstance(value, (bool, np.bool_)):
        return b"true" if value else b"false"
    if value is None:
        return b""
    if isinstance(value, (list, tuple, range)):
        return b",".join(as_text(key, one) for one in value)
    if isinstance(value, (int, float, np.integer, np.floating)):
        value = value.item() if hasattr(value, "item") else value
        is_whole = abs(value) < 1e15 and value == int(value)
        return repr(int(value) if is_whole else value).encode()
    return b"" if isinstance(value, str) and value == "" else text(value, key)


class Group:
    """The parameters of one group, as attributes: `p.turnover.period = 20`."""

    def __init__(self, parameters, group):
        self.__dict__.update(_parameters=parameters, _group=group)

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        return self._parameters[f"{self._group}.{name}"]

    def __setattr__(self, name, value):
        self._parameters[f"{self._group}.{name}"] = value

    def __dir__(self):
        return list(_table()[0][self._group])

    def __repr__(self):
        return "\n".join(f"{self._group}.{name} = {getattr(self, name)!r}" for name in dir(self))


class Parameters:
    """All parameters of the model, under the names of `spinet params`.

    start: a preset, "authors" (the authors' program) or "supplement" (the paper's text); the name
        of a set-up that comes with spinet, "shapes" or "mnist"; the path of a parameter file; or
        other Parameters, which are copied.
    values: parameters by name, with two underscores for the point: turnover__policy="random".

        p = Parameters("mnist", data__classes=[3, 8], turnover__policy="random")
        p.turnover.period = 20
        p["turnover.period"], p.describe().loc["turnover.period"]
    """

    def __init__(self, start: str | os.PathLike | Parameters = "authors", **values: Any):
        pointer = c_void_p()
        preset = start if isinstance(start, str) and start in PRESETS else "authors"
        call("parameters_new", preset.encode(), ctypes.byref(pointer))
        self.__dict__["_handle"] = Handle(pointer, library.spinet_parameters_free)
        if isinstance(start, Parameters):
            self.update(start.changes())
        elif not isinstance(start, str) or start != preset:
            self.read(start)
        self.update({name.replace("__", ".", 1): value for name, value in values.items()})

    def read(self, path: str | os.PathLike) -> None:
        """Takes the keys of a parameter file over; "shapes" and "mnist" are experiments/shapes.cfg
        and experiments/mnist.cfg of spinet."""
        name = text(path, "the parameter file")
        if b"/" not in name and b"." not in name:
            name = b"experiments/" + name + b".cfg"
        call("parameters_read", self._handle, name)

    def update(self, values: dict[str, Any]) -> None:
        """Sets all of {"turnover.period": 20, …}."""
        for key, value in mapping(values, "the parameters").items():
            self[key] = value

    def changes(self) -> dict[str, Any]:
        """{key: value} of those that are not as in the preset "authors"."""
        return {f"{group}.{name}": _from_text(f"{group}.{name}", value)
                for group, name, value, *_ in _describe(self._handle)
                if name and value != _table()[1][f"{group}.{name}"]}

    def describe(self) -> pandas.DataFrame:
        """A pandas.DataFrame, a row a parameter by its key: value, unit, range, source, meaning."""
        pandas = needs("pandas", "describe()")
        rows = [row for row in _describe(self._handle) if row[1]]
        frame = pandas.DataFrame([row[2:] for row in rows],
                                 columns=["value", "unit", "range", "source", "meaning"],
                                 index=[f"{group}.{name}" for group, name, *_ in rows])
        frame["value"] = [_from_text(key, value) for key, value in frame["value"].items()]
        return frame

    def __getitem__(self, key: str) -> Any:
        group, _, name = key.partition(".") if isinstance(key, str) else ("", "", "")
        if name not in _table()[0].get(group, ()):
            raise NoSuchParameter(f"{key if name else shown(key)}: no such parameter: expected one of "
                                  "Parameters().describe(), such as \"turnover.period\"")
        value = ctypes.create_string_buffer(2048)
        call("parameters_get", self._handle, key.encode(), value, len(value))
        return _from_text(key, value.value.decode())

    def __setitem__(self, key: str, value: Any) -> None:
        call("parameters_set", self._handle, text(key, "the parameter's name"), as_text(key, value))

    def __getattr__(self, name: str) -> Group:
        if name.startswith("_"):
            raise AttributeError(name)
        if name not in _table()[0]:
            raise NoSuchParameter(f"{name}: no such group of parameters: expected "
                                  + ", ".join(_table()[0]))
        return Group(self, name)

    def __setattr__(self, name, value):
        raise Error(f"{name}: parameters are in groups: set one as p.turnover.period = 20")

    def __dir__(self):
        return list(_table()[0]) + ["read", "update", "changes", "describe"]

    def __reduce__(self):
        return _restore, (self.changes(),)

    def __repr__(self):
        return "Parameters(" + ", ".join(f"{key.replace('.', '__')}={value!r}"
                                         for key, value in self.changes().items()) + ")"


def _restore(changes):
    parameters = Parameters()
    parameters.update(changes)
    return parameters
