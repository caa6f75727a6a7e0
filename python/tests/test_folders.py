# SPDX-License-Identifier: GPL-3.0-or-later
"""What spinet wrote, as tables."""

import pytest

import spinet
from conftest import SMALL
from test_training import settings


def test_given_a_sweep_when_read_expect_every_run(command, tmp_path):
    sweep = tmp_path / "small.sweep"
    sweep.write_text("title = \"small\"; runs = 2; set = [%s]; factors: ({ name = \"turnover\"; levels = ("
                     "{ name = \"none\"; set = [\"turnover.policy=none\"]; },"
                     "{ name = \"random\"; set = [\"turnover.policy=random\"]; }); });"
                     % ", ".join(f'"{key}={value}"' for key, value in SMALL.items()))
    command("sweep", sweep, "--quiet", "--out", tmp_path / "out")
    results = spinet.results(tmp_path / "out")
    assert len(results) == 4 and set(results["turnover"]) == {"none", "random"}
    curves = spinet.learning_curves(tmp_path / "out")
    assert len(curves) == 48 and curves["run"].nunique() == 4
    assert curves.groupby("run")["pruned"].sum().gt(0).sum() == 2


def test_given_a_run_when_read_expect_its_tables(command, small, tmp_path):
    small["record.synapses"] = True
    run = spinet.Training(small, seed=61).train()
    run.save(tmp_path / "run")
    log = spinet.synapse_log(tmp_path / "run")
    assert log["death"].isna().sum() == 1000 and len(log) > 1000
    assert list(log[log["death"].isna()]["id"]) == sorted(run.network.ids.tolist())
    assert list(spinet.learning_curves(tmp_path / "run")["pruned"]) == [s.pruned for s in run.steps]
    assert spinet.results(tmp_path / "run")["accuracy"].iloc[0] == pytest.approx(run.test().accuracy)


def test_given_a_trace_when_read_expect_cells_in_time(command, tmp_path):
    pytest.importorskip("h5py")
    command("trace", *settings(SMALL), "--presentation", 2, "--cell", "3,5", "--no-pictures", "--out",
            tmp_path / "trace")
    trace = spinet.trace(tmp_path / "trace")
    assert trace.steps.loc[3].shape == (600, 12) and set(trace.synapses["cell"]) == {3, 5}
    ids = trace.synapses.query("cell == 5 and id >= 0")["id"]
    assert list(trace.minutes.loc[5].index.unique("synapse")) == list(ids)


@pytest.mark.parametrize("read", [spinet.results, spinet.learning_curves, spinet.synapse_log,
                                  spinet.trace, spinet.load])
def test_given_folders_that_are_none_when_read_expect_an_error(read, tmp_path):
    (tmp_path / "file").write_text("x")
    for folder in (tmp_path / "nothing", tmp_path, tmp_path / "file", "", "a\0b", None, 3):
        with pytest.raises(spinet.Error):
            read(folder)
