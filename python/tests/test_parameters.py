# SPDX-License-Identifier: GPL-3.0-or-later
"""Parameters by name."""

import copy
import pickle

import numpy as np
import pytest

import spinet


def test_given_set_ups_when_made_expect_their_values(tmp_path):
    assert spinet.Parameters("supplement").pyramidal.tau_adaptation_ms == 120
    mnist = spinet.Parameters("mnist", data__classes=[1, 4], turnover__policy="none")
    assert mnist.data.classes == [1, 4] and mnist.turnover.period == 20
    assert mnist["turnover.policy"] == "none" and mnist.connections.plastic == 1750
    (tmp_path / "mine.cfg").write_text("turnover: { period = 7; };")
    assert spinet.Parameters(tmp_path / "mine.cfg").turnover.period == 7
    assert spinet.Parameters(mnist).data.classes == [1, 4]
    for other in (copy.deepcopy(mnist), pickle.loads(pickle.dumps(mnist)), eval(repr(mnist), {
            "Parameters": spinet.Parameters})):
        assert other.changes() == mnist.changes()


def test_given_values_of_each_kind_when_set_expect_them_back():
    p = spinet.Parameters()
    p.turnover.period = np.int64(20)
    p.input.rate_max_hz = 12.5
    p.teacher.enabled = np.bool_(False)
    p.data.train_images = "a b.csv"
    p["data.classes"] = np.array([3, 8])
    assert (p.turnover.period, p.input.rate_max_hz, p.teacher.enabled, p.data.train_images,
            p.data.classes) == (20, 12.5, False, "a b.csv", [3, 8])
    assert "period" in dir(p.turnover) and "turnover" in dir(p)
    p.data.classes = []
    assert p.data.classes == [] and set(p.changes()) == {
        "turnover.period", "input.rate_max_hz", "teacher.enabled", "data.train_images"}


def test_given_parameters_when_described_expect_units_and_sources():
    table = spinet.Parameters(turnover__period=20).describe()
    assert table.loc["turnover.period"].tolist()[:3] == [20, "presentations", "1 … 1e+06"]
    assert table.loc["input.rate_max_hz", "unit"] == "Hz" and len(table) > 100


@pytest.mark.parametrize("make, message", [
    (lambda: spinet.Parameters("nothing"), "experiments/nothing.cfg"),
    (lambda: spinet.Parameters(turnover__perod=3), "did you mean turnover.period"),
    (lambda: spinet.Parameters(turnover__period=0), "period"),
    (lambda: spinet.Parameters(turnover__period=2.5), "period"),
    (lambda: spinet.Parameters(turnover__period=object()), "period"),
    (lambda: spinet.Parameters(input__rate_max_hz=float("nan")), "rate_max_hz"),
    (lambda: spinet.Parameters().turnover.perod, "turnover.perod: no such parameter"),
    (lambda: spinet.Parameters().trunover, "no such group"),
    (lambda: setattr(spinet.Parameters(), "period", 3), "p.turnover.period = 20"),
    (lambda: spinet.Parameters()[3], "no such parameter"),
    (lambda: spinet.Parameters("/nowhere/x.cfg"), "/nowhere/x.cfg"),
    (lambda: spinet.Parameters(5), "expected a text or a path"),
])
def test_given_what_cannot_be_when_made_expect_what_would_be_right(make, message):
    with pytest.raises(spinet.Error, match=message):
        make()
