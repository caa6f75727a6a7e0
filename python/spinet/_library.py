# SPDX-License-Identifier: GPL-3.0-or-later
"""libspinet.so: where it is, its functions as spinet.h declares them, and how what is given to them
is checked. Nothing here is for users."""

import ctypes
import importlib
import os
import signal
import threading
import weakref
from contextlib import contextmanager
from ctypes import (CDLL, CFUNCTYPE, POINTER, Structure, c_bool, c_char_p, c_double, c_float, c_int,
                    c_int32, c_int64, c_size_t, c_uint32, c_uint64, c_void_p)
from pathlib import Path

import numpy as np

VERSION = "0.1.0"


class Error(ValueError):
    """What was asked for cannot be; the message is one line that says what would be right."""

    def __init__(self, message):
        super().__init__(str(message).replace("\n", " "))


# ---- structures of spinet.h ----

class View(Structure):
    _fields_ = [("values", c_void_p), ("type", c_int), ("n_dimensions", c_int32),
                ("shape", c_int64 * 3), ("unit", c_char_p)]


class Description(Structure):
    _fields_ = [(name, c_char_p) for name in
                ("group", "name", "value", "unit", "range", "source", "meaning")]


class Pixels(Structure):
    _fields_ = [("n", c_int32), ("height", c_int32), ("width", c_int32), ("pixels", c_void_p),
                ("labels", c_void_p)]


class Field(Structure):
    _fields_ = [("name", c_char_p), ("type", c_int), ("offset", c_size_t), ("n", c_int32)]


class Array(Structure):
    _fields_ = [("values", c_void_p), ("n", c_int64)]


Choose = CFUNCTYPE(c_int, c_void_p, c_void_p, c_void_p, POINTER(c_bool))
Observe = CFUNCTYPE(c_int, c_void_p, c_void_p, c_void_p)
End = CFUNCTYPE(None, c_void_p, c_void_p)


class Policy(Structure):
    _fields_ = [("name", c_char_p), ("state_bytes", c_size_t), ("fields", POINTER(Field)),
                ("n_fields", c_int32), ("choose", Choose), ("observe", Observe), ("end", End),
                ("data", c_void_p)]


class Consolidation(Structure):
    _fields_ = [("presentation", c_int32), ("teacher", c_int32), ("n_synapses", c_int32),
                ("id", c_void_p), ("source", c_void_p), ("dendrite", c_void_p),
                ("calcium", c_void_p), ("tag", c_void_p), ("weight", c_void_p),
                ("learning_rate", c_void_p), ("n_cells", c_int32), ("n_dendrites", c_int32),
                ("spikes", c_void_p), ("cell_calcium", c_void_p), ("synthesis", c_void_p)]


Consolidate = CFUNCTYPE(c_int, POINTER(Consolidation), c_void_p, c_void_p)


class Rule(Structure):
    _fields_ = [("name", c_char_p), ("state_bytes", c_size_t), ("fields", POINTER(Field)),
                ("n_fields", c_int32), ("gate", Consolidate), ("set_tags", Consolidate),
                ("finish", Consolidate), ("end", End), ("data", c_void_p)]


class Options(Structure):
    _fields_ = [("seed", c_uint64), ("n_threads", c_int32), ("kernel", c_char_p),
                ("policy", POINTER(Policy)), ("rule", POINTER(Rule))]


class Step(Structure):
    _fields_ = [("presentation", c_int32), ("stop", c_int), ("n_tested", c_int32),
                ("n_correct", c_int32), ("strong_fraction", c_float), ("n_pruned", c_int32),
                ("n_grown", c_int32), ("n_lost", c_int32), ("n_born", c_int32)]


class Score(Structure):
    _fields_ = [("n", c_int32), ("n_correct", c_int32), ("n_ties", c_int32),
                ("n_undecided", c_int32), ("n_wrong", c_int32), ("n_correct_by_spikes", c_int32),
                ("n_ties_by_spikes", c_int32), ("n_undecided_by_spikes", c_int32),
                ("accuracy_over_thresholds", c_double)]


class Moment(Structure):
    _fields_ = [("step", c_int32), ("n_neurons", c_int32), ("n_dendrites", c_int32),
                ("v", c_void_p), ("v_b", c_void_p), ("has_spike", c_void_p)]


NEW_SYNAPSE = np.dtype([("input", "i4"), ("dendrite", "i4"), ("weight", "f8")])
SYNAPSE = np.dtype([("source", "i4"), ("dendrite", "i4"), ("id", "i4"), ("weight", "f4"),
                    ("learning_rate", "f4"), ("tag", "f4")])
SPIKE = np.dtype([("step", "i4"), ("source", "i4")])
TYPES = [np.dtype(name) for name in ("u1", "i4", "i8", "f4", "f8", "u4", "u8")]  # enum spinet_type

Visit = CFUNCTYPE(None, POINTER(Description), c_void_p)
Look = CFUNCTYPE(None, POINTER(Moment), c_void_p)
_new = POINTER(c_void_p)

_FUNCTIONS = {  # all that return a status
    "parameters_new": [c_char_p, _new],
    "parameters_read": [c_void_p, c_char_p],
    "parameters_set": [c_void_p, c_char_p, c_char_p],
    "parameters_get": [c_void_p, c_char_p, c_char_p, c_size_t],
    "images_new": [c_void_p, c_uint64, _new],
    "images_from_memory": [c_void_p, c_uint64, POINTER(Pixels), POINTER(Pixels), _new],
    "images_view": [c_void_p, c_char_p, POINTER(View)],
    "prune": [c_void_p, c_void_p, c_int32],
    "grow": [c_void_p, c_void_p, c_int32],
    "random_synapses": [c_void_p, c_int32, c_int32, c_void_p, c_int32],
    "training_new": [c_void_p, c_void_p, POINTER(Options), _new],
    "training_step": [c_void_p, POINTER(Step)],
    "training_past": [c_void_p, c_int32, POINTER(Step)],
    "training_present": [c_void_p, c_void_p, c_int32, c_bool],
    "training_present_spikes": [c_void_p, c_void_p, c_int64, c_bool],
    "training_consolidate": [c_void_p],
    "training_rest": [c_void_p, c_double],
    "training_turnover": [c_void_p, POINTER(c_int32), POINTER(c_int32)],
    "training_test": [c_void_p, c_int32, c_void_p, POINTER(Score)],
    "training_view": [c_void_p, c_char_p, POINTER(View)],
    "training_set_weights": [c_void_p, c_void_p, c_void_p, c_int32],
    "training_set_synapses": [c_void_p, c_void_p, c_int32],
    "training_surgery": [c_void_p, c_char_p, c_uint32],
    "training_watch": [c_void_p, Look, c_void_p],
    "training_restore": [c_void_p, c_char_p],
    "training_write": [c_void_p, c_char_p, c_bool, POINTER(Score)],
    "run_open": [c_char_p, _new, POINTER(c_uint64), _new],
    "fail": [c_int, c_char_p],
}


def _places():
    """Where the library may be: as the user says, beside the package, where `make` built it, below
    the PREFIX of `make install`, and where the system looks."""
    here = Path(__file__).resolve().parent
    if os.environ.get("SPINET_LIBRARY"):
        return [os.environ["SPINET_LIBRARY"]]
    files = [here / "lib/libspinet.so", here.parents[1] / "build/libspinet.so"]
    if len(here.parents) > 2:
        files.append(here.parents[2] / "libspinet.so.0")
    return [str(file) for file in files if file.exists()] + ["libspinet.so.0"]


def _load():
    said = []
    for place in _places():
        try:
            library = CDLL(place)
            break
        except OSError as error:
            said.append(str(error))
    else:
        raise ImportError("spinet: its library cannot be loaded (" + "; ".join(said) + "): build it "
                          "by `make` in the folder of the sources, install it by `make install`, or "
                          "say in SPINET_LIBRARY where libspinet.so is")
    try:
        library.spinet_version.restype = library.spinet_error.restype = c_char_p
        for name, types in _FUNCTIONS.items():
            getattr(library, "spinet_" + name).argtypes = types
        library.spinet_parameters_describe.argtypes = [c_void_p, Visit, c_void_p]
        library.spinet_parameters_describe.restype = None
        library.spinet_training_stopped.argtypes = [c_void_p]
        for name in ("parameters_free", "images_free", "training_free"):
            getattr(library, "spinet_" + name).argtypes = [c_void_p]
            getattr(library, "spinet_" + name).restype = None
    except AttributeError as error:
        raise ImportError(f"spinet: {place} is of another version than this package, {VERSION} "
                          f"({error}): build or install both from the same sources") from None
    return library


library = _load()


def message():
    """The library's, in which options of the program are called as they are here."""
    said = library.spinet_error().decode(errors="replace")
    for option, argument in (("--overwrite", "overwrite=True"), ("--fresh", "fresh=True"), ("--set ", "settings: ")):
        said = said.replace(option, argument)
    return said


def call(name, *arguments):
    """Calls spinet_`name`; Error with the library's message if it fails."""
    if getattr(library, "spinet_" + name)(*arguments) != 0:
        raise Error(message())


def _free(free, pointer, needs):
    free(pointer)


class Handle:
    """A pointer of the library's. It is freed when nobody has the handle any more: no object, no
    view, and no other handle that `needs` it."""

    def __init__(self, pointer, free, *needs):
        self._as_parameter_ = pointer.value if isinstance(pointer, c_void_p) else pointer
        finalizer = weakref.finalize(self, _free, free, self._as_parameter_, needs)
        finalizer.atexit = False  # another thread may still be at work


def array_at(address, n, dtype, keep, writable=False):
    """[n] values at an address, in place, valid as long as `keep` is kept."""
    dtype = np.dtype(dtype)
    if n == 0 or not address:
        return np.empty(0, dtype)
    buffer = (ctypes.c_char * (n * dtype.itemsize)).from_address(address)
    buffer.keep = keep
    array = np.frombuffer(buffer, dtype)
    array.flags.writeable = writable
    return array


def view(function, handle, name):
    """The array of this name of images or a training, in place."""
    v = View()
    call(function, handle, name.encode(), ctypes.byref(v))
    shape = tuple(v.shape[:v.n_dimensions])
    return array_at(v.values, int(np.prod(shape)), TYPES[v.type], handle).reshape(shape)


# ---- what users give ----

def text(value, what):
    """As bytes for the library, which has no use for a zero in them."""
    try:
        value = os.fspath(value)
    except TypeError:
        raise Error(f"{what}: expected a text or a path, not {shown(value)}") from None
    value = value.encode(errors="surrogateescape") if isinstance(value, str) else value
    if b"\0" in value or not value:
        raise Error(f"{what}: expected a text that is not empty and has no zero byte in it")
    return value


def shown(value):
    """Of a value in a message: short, and what it is."""
    said = repr(value) if isinstance(value, (int, float, str, bytes, bool, type(None))) else ""
    return said if said and len(said) <= 60 else f"a {type(value).__name__}"


def whole(value, what, least, most):
    """A whole number of this range: int, what numpy takes for one, or a float without a fraction."""
    is_whole = isinstance(value, (float, np.floating)) and value.is_integer()
    try:
        number = int(value) if is_whole else value.__index__()
    except (AttributeError, TypeError):
        number = None
    if number is None or isinstance(value, (bool, np.bool_)) or not least <= number <= most:
        raise Error(f"{what}: {shown(value)}: expected a whole number, {least} to {most}")
    return int(number)


def real(value, what):
    return float(numbers(value, what, ()))


def switch(value, what):
    if not isinstance(value, (bool, np.bool_)):
        raise Error(f"{what}: {shown(value)}: expected True or False")
    return bool(value)


def mapping(value, what):
    if not isinstance(value, dict):
        raise Error(f"{what}: {shown(value)}: expected a dictionary")
    return value


def numbers(values, what, shape):
    """A numpy array of finite numbers of this shape, in which None stands for any length; a shape of
    None is any."""
    expected = "numbers" if shape is None else (
        " x ".join("n" if n is None else str(n) for n in shape) + " numbers" if shape else "a number")
    try:
        array = np.asarray(values)
    except Exception as error:  # of numpy's, or of the object's own __array__
        raise Error(f"{what}: no array ({error}): expected {expected}") from None
    if shape and array.size == 0 and None in shape and array.ndim <= len(shape):
        array = np.zeros([0 if n is None else n for n in shape],
                         array.dtype if array.dtype.kind in "biuf" else np.int64)
    if array.dtype.kind not in "biuf":
        given = "text" if array.dtype.kind in "US" else f"values of type {array.dtype}"
        raise Error(f"{what}: {given}: expected {expected}")
    if shape is not None and (array.ndim != len(shape) or any(n not in (None, m) for n, m in zip(shape, array.shape))):
        given = " x ".join(map(str, array.shape)) or "one number"
        raise Error(f"{what}: {given}: expected {expected}")
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        raise Error(f"{what}: value {np.argmax(~np.isfinite(array.ravel()))} is not finite")
    return array


def row(values, what, n=None):
    """[n] finite numbers, of any length if that is None; one number stands for as many, or for one."""
    array = numbers(values, what, None)
    return np.full(1 if n is None else n, array) if array.ndim == 0 else numbers(array, what, (n,))


def whole_numbers(values, what, shape, least=-2**31, most=2**31 - 1):
    """The same as int32, C-contiguous; refuses numbers that are not whole or out of range."""
    array = numbers(values, what, shape)
    bad = (array < least) | (array > most)
    if array.dtype.kind == "f":
        bad |= array != np.floor(array)
    if bad.any():
        at = int(np.argmax(bad.ravel()))
        raise Error(f"{what}: value {at} is {array.ravel()[at]}: expected whole numbers, {least} to "
                    f"{most}")
    return np.ascontiguousarray(array, dtype=np.int32)


def as_ids(values, what, shape=(None,)):
    """Ids of synapses; refuses a mask, which would pass for the ids 0 and 1."""
    if numbers(values, what, shape).dtype.kind == "b":
        raise Error(f"{what}: a mask: expected ids, as network.ids[mask]")
    return whole_numbers(values, what, shape)


def address(array):
    return array.ctypes.data


def needs(module, what):
    """A package that only some functions need."""
    try:
        return importlib.import_module(module)
    except ImportError:
        package = module.split(".")[0]
        raise Error(f"{what} needs {package}: `apt-get install python3-{package}` or `pip install "
                    f"{package}`") from None


@contextmanager
def uninterrupted():
    """Ctrl-C waits until what is inside is over, and is then what it always is."""
    before = None
    if threading.current_thread() is threading.main_thread():
        before = signal.getsignal(signal.SIGINT)
    if not callable(before):
        yield
        return
    came = []
    signal.signal(signal.SIGINT, lambda *signal_and_frame: came.append(signal_and_frame))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
        if came:
            before(*came[0])
