# SPDX-License-Identifier: GPL-3.0-or-later
"""Wrong arguments for every public function: each is refused by spinet.Error, or taken, and nothing
crashes.

    python3 python/tests/fuzz.py [SECONDS [SEED]]"""

import faulthandler
import os
import random
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import spinet  # noqa: E402


class Odd:
    """Objects that lie about what they are."""

    def __array__(self, *_, **__):
        raise RuntimeError("no array")

    def __index__(self):
        return 2**70

    def __fspath__(self):
        return "/proc/nowhere"


def shown(arguments):
    return ", ".join(" ".join(repr(argument).split())[:100] for argument in arguments)


def make_values(r):
    """A value that is wrong for nearly everything."""
    n = r.choice([0, 1, 2, 3, 80, 400, 1000, 1001])
    return r.choice([
        None, True, 0, 1, -1, 2**31, -2**31, 2**64, 2**70, 0.5, -0.0, float("nan"), float("inf"), 1e300,
        "", "x", "random", "none", "a\0b", b"bytes", "/proc/nowhere", ".", "é" * 3000, [], (), {}, set(),
        [1, "a"], [[1], [1, 2]], [None], {0: [1]}, {-1: [0]}, {"a": 3}, {0: [5, 5]}, {10**9: [1]},
        {0: [0.5]}, {0: np.array([2**40])}, Odd(), object(), len, iter([]), range(3), range(5, 2),
        np.zeros(n), np.ones(n, int), np.full(n, np.nan), np.arange(n), np.arange(n)[::-1],
        np.zeros((n, 2)), np.zeros((20, 20), np.uint8), np.full((20, 20), 300), np.zeros((20, 21)),
        np.zeros((n, 20, 20), np.uint8), np.zeros((n, 1, 20, 20)), np.zeros((n, 0)), np.zeros((0, 3)),
        np.array(["a"] * n), np.zeros(n, complex), np.zeros(n, "M8[s]"), np.zeros(n, bool),
        np.zeros(n, [("input", "i4"), ("dendrite", "i4"), ("weight", "f8")]), np.array(3),
        np.float32(0.5), np.int64(7), np.uint64(2**63), np.asfortranarray(np.ones((20, 20))),
        np.zeros((20, 40), np.uint8)[:, ::2], spinet.Parameters(), spinet.Error, 1 + 2j])


SMALL = {"data.train_per_class": 7, "data.test_per_class": 6, "input.duration_ms": 100,
         "input.onset_ms": 10, "input.active_ms": 80, "turnover.period": 2,
         "stopping.max_presentations": 6, "stopping.fraction": 1}


def small():
    parameters = spinet.Parameters()
    parameters.update(SMALL)
    return parameters


def targets(r, run, folder):
    """(name, function, names of its arguments) of everything public."""
    net, p, v = run.network, small(), lambda: make_values(r)
    images = spinet.Images(np.zeros((4, 20, 20), np.uint8), [1, 2, 1, 2])

    def follow(**own):
        training = spinet.Training(small(), seed=1, **own)
        training.train()

    def by_policy(a, b, c):
        follow(policy=spinet.policy(lambda network, now, rng: r.choice([(a, b), (a, b, c), a])))

    def by_random(a, b):
        follow(policy=spinet.policy(lambda network, now, rng: ([], rng.synapses(a, cells=b))))

    def by_memory(a, b):
        def choose(network, now, rng, memory):
            memory.a = b
            return [], [], False
        follow(policy=spinet.policy(choose, memory={"a": a}))

    def by_rule(a, b, c):
        rule = spinet.rule(lambda c: a)
        rule.gate(lambda c: b)

        def finish(consolidation):
            consolidation.weight[:] = c
        rule.finish(finish)
        follow(rule=rule)

    return [
        (spinet.Parameters, 1), (lambda a: spinet.Parameters(turnover__period=a), 1),
        (p.read, 1), (p.update, 1), (p.__getitem__, 1), (p.__setitem__, 2),
        (lambda a, b: p.__setitem__(r.choice(list(p.changes())), a), 2),
        (lambda a: setattr(p.data, "classes", a), 1), (lambda a: getattr(p, str(a)), 1),
        (spinet.Images, 2), (spinet.Images, 3), (lambda a: spinet.Images(a, [1, 2]), 1),
        (lambda a: spinet.Images(np.zeros((2, 4, 4)), a), 1),
        (lambda a: spinet.Training(a), 1), (lambda a: spinet.Training(small(), seed=a), 1),
        (lambda a, b: spinet.Training(small(), train=a, test=b), 2),
        (lambda a: spinet.Training(small(), train=images, test=images, threads=a), 1),
        (lambda a: spinet.Training(small(), kernel=a), 1),
        (lambda a: spinet.Training(small(), policy=a), 1),
        (lambda a: spinet.Training(small(), rule=a), 1),
        (run.present, 1), (run.present, 2), (run.present, 3), (run.present, 4),
        (lambda a: run.present(run.images.train_pixels[0], a), 1),
        (lambda a: run.present({0: [1]}, watch=a), 1), (lambda a: run.present(
            {a: v()} if isinstance(a, (int, float, str, bytes, Odd, type(None))) else {}), 1)
        if r.random() < 0.5 else (lambda a: run.present({3: a}), 1),
        (run.rest, 1), (run.test, 1), (run.train, 1), (run.turnover, 0), (run.consolidate, 0), (run.step, 0),
        (lambda: run.maps, 0), (lambda: run.network.synapses, 0), (lambda: run.curve, 0),
        (lambda: run.test().predictions, 0), (lambda: net.positions, 0), (lambda: net.born, 0),
        (net.set_weights, 2), (lambda a: net.set_weights(net.ids[:5], a), 1),
        (lambda a: net.set_weights(a, 0.5), 1), (net.set_synapses, 3), (net.set_synapses, 6),
        (lambda a, b: net.set_synapses([1, 2], [3, 4], [0.5, 0.5], a, b), 2),
        (lambda a: run.save(folder / "saved", a), 1), (run.save, 1),
        (spinet.load, 1), (lambda a, b: spinet.load(folder / "saved", train=a, test=b), 2),
        (lambda a, b: spinet.load(folder / "saved", policy=a, rule=b), 2),
        (spinet.results, 1), (spinet.learning_curves, 1), (spinet.synapse_log, 1), (spinet.trace, 1),
        (lambda a, b: spinet.sweep(a, b, parameters=p, bar=False), 2),
        (lambda a, b: spinet.sweep({"turnover.policy": a}, b, parameters=p, bar=False), 2),
        (lambda a, b: spinet.sweep({"x": {"y": {"turnover.period": a}}}, 1, b, parameters=p, bar=False), 2),
        (lambda a, b, c: spinet.sweep("shapes", 1, only=a, settings=b, bar=c), 3),
        (spinet.policy, 1), (lambda a: spinet.policy(name=a)(len), 1),
        (lambda a: spinet.policy(memory={"a": a})(len), 1), (lambda a: spinet.policy(memory=a)(len), 1),
        (spinet.rule, 1), (by_policy, 3), (by_random, 2), (by_memory, 2), (by_rule, 3),
    ]


def fuzz(seconds, seed):
    """For so long; returns how many calls were made and refused. An exception that is no
    spinet.Error is a failure, and says by which arguments."""
    r = random.Random(seed)
    calls = refused = 0
    end = time.monotonic() + seconds
    before = os.getcwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)  # some names are of folders that can be made
        while time.monotonic() < end or calls < 200:
            run = spinet.Training(small(), seed=1)
            views = [run.network.weights, run.network.ids, run.images.train_pixels]
            for function, n in r.sample(targets(r, run, Path(folder)), 12):
                arguments = [make_values(r) for _ in range(n)]
                calls += 1
                try:
                    function(*arguments)
                except spinet.Error as error:
                    refused += 1
                    if not str(error) or "\n" in str(error):
                        raise AssertionError(f"seed {seed}: message {error!r} of {shown(arguments)}")
                except Exception as error:
                    raise AssertionError(f"seed {seed}, call {calls}: {function} {shown(arguments)}") from error
            assert all(np.isfinite(view.sum()) for view in views)
        os.chdir(before)
    return calls, refused


if __name__ == "__main__":
    faulthandler.enable()
    duration = float(sys.argv[1]) if len(sys.argv) > 1 else 600
    start = int(sys.argv[2]) if len(sys.argv) > 2 else int(time.time())
    print("seed", start, flush=True)
    print("%d calls, %d refused, none crashed" % fuzz(duration, start))
