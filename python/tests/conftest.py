# SPDX-License-Identifier: GPL-3.0-or-later
"""The package beside these tests, the program that was built with its library, and a small task."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

root = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(root / "python"))

import spinet  # noqa: E402

# What runs behind a shell begins with Ctrl-C ignored; the programs that tests start are to be stopped by it.
signal.signal(signal.SIGINT, signal.default_int_handler)

SMALL = {"data.train_per_class": 7, "data.test_per_class": 6, "input.duration_ms": 600,
         "input.active_ms": 450, "connections.w_max": 0.6, "input.rate_max_hz": 60,
         "turnover.threshold": 0.25, "turnover.period": 3, "test.sample_period": 4,
         "test.active_spikes": 0, "stopping.max_presentations": 12, "stopping.fraction": 1}


@pytest.fixture
def small():
    """Parameters of few shapes, shown for half a second."""
    parameters = spinet.Parameters()
    parameters.update(SMALL)
    return parameters


@pytest.fixture
def command():
    """Runs `spinet …` as a user does."""
    program = os.environ.get("SPINET", "build/spinet")

    def run(*words):
        done = subprocess.run([str(root / program), *map(str, words)], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout
    return run
