# SPDX-License-Identifier: GPL-3.0-or-later
"""spinet: bio-realistic spiking networks whose synapses come and go (Malakasis, Chavlis & Poirazi,
2023), in Python.

    import spinet
    run = spinet.Training("shapes", seed=8)
    for step in run:
        print(step.presentation, step.accuracy, step.strong_fraction)
    print(run.test().accuracy)
    run.plot_maps()

Training: a network that learns; Parameters: every constant of the model; Images: data of your own;
policy, rule: how synapses come and go, and what tags become, in functions of your own; sweep:
many trainings; load, results, learning_curves, synapse_log, trace: what is in folders. Results are those of the program
`spinet` with the same parameters and seed, byte for byte. What cannot be is an Error, whose message
says what would be right. docs/python.md is a way in."""

from ._folders import Trace, learning_curves, load, results, synapse_log, trace
from ._images import Images, TaskImages
from ._library import VERSION as __version__
from ._library import Error, library as _shared
from ._parameters import Parameters
from ._rules import Policy, Random, Rule, policy, rule
from ._sweep import sweep
from ._training import Network, Presentation, Step, Test, Training


def version() -> str:
    """Version and revision of the library: "0.1.0 (1a2b3c4d5e6f)"."""
    return _shared.spinet_version().decode()


__all__ = ["Error", "Images", "Network", "Parameters", "Policy", "Presentation", "Random", "Rule",
           "Step", "TaskImages", "Test", "Trace", "Training", "learning_curves", "load", "policy",
           "results", "rule", "sweep", "synapse_log", "trace", "version"]
