# SPDX-License-Identifier: GPL-3.0-or-later
"""Sweeps from Python are those of the program."""

import shutil
import signal
import subprocess
import sys

import pytest

import spinet
from conftest import root

FACTORS = {"turnover.policy": ["none", "random"], "data.overlap": [0, 2]}


def test_given_factors_when_swept_expect_each_run_to_be_a_training(small, command, tmp_path):
    table = spinet.sweep(FACTORS, seeds=2, folder=tmp_path / "sweep", parameters=small, bar=False)
    assert len(table) == 8 and table["seed"].tolist() == [1, 2] * 4
    row = table.iloc[7]
    assert (row["turnover.policy"], row["data.overlap"]) == ("random", 2)
    run = spinet.Training(spinet.Parameters(small, turnover__policy="random", data__overlap=2), seed=2)
    assert row["accuracy"] == pytest.approx(run.train().test().accuracy, abs=1e-6)
    times = {path: path.stat().st_mtime_ns for path in (tmp_path / "sweep/runs").glob("*/DONE")}
    more = spinet.sweep(FACTORS, seeds=3, folder=tmp_path / "sweep", parameters=small, bar=False)
    assert len(more) == 12 and all(path.stat().st_mtime_ns == then for path, then in times.items())
    assert "8 of 8" in command("verify", tmp_path / "sweep", "--sample", 8)


def test_given_no_folder_when_swept_expect_the_table_alone(small, capsys):
    table = spinet.sweep({"turnover": {"none": {"turnover.policy": "none"},
                                       "often": {"turnover.period": 2}}},
                         seeds=range(7, 8), parameters=small)
    assert table["turnover"].tolist() == ["none", "often"] and table["seed"].tolist() == [7, 7]
    assert "2 of 2 runs" in capsys.readouterr().err


@pytest.mark.parametrize("arguments, message", [
    (({"turnover.policy": ["x"]},), "expected one of none"), (({},), "levels"), ((3,), "a text or a path"),
    (({"turnover.policy": "none"},), "a list of values"), (("nothing",), "experiments/nothing.sweep"),
    (({"a b": {"x": {}}},), "expected a name"), (({"a": {"x": 3}},), "dictionary"),
    ((FACTORS, 0), "seeds"), ((FACTORS, range(5, 2)), "seeds"), ((FACTORS, 2, "/proc/nowhere"), "/proc/nowhere")])
def test_given_what_cannot_be_swept_when_called_expect_what_would_be_right(small, arguments, message):
    with pytest.raises(spinet.Error, match=message):
        spinet.sweep(*arguments, parameters=small, bar=False)


def test_given_ctrl_c_when_sweeping_expect_it_to_stop_and_to_go_on(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(f"""
import sys
sys.path[:0] = {[str(root / "python"), str(root / "python/tests")]!r}
import spinet
from conftest import SMALL
p = spinet.Parameters()
p.update(SMALL)
try:
    table = spinet.sweep({FACTORS!r}, seeds=5, folder={str(tmp_path / "sweep")!r}, parameters=p, threads=1)
    print("whole", len(table))
except KeyboardInterrupt:
    print("stopped")
""")
    for _ in range(5):  # where this process is slow, a sweep may have come to its end before it is stopped
        shutil.rmtree(tmp_path / "sweep", ignore_errors=True)
        process = subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        said = b""
        while b"1 of 20" not in said:
            said += (byte := process.stderr.read(1))
            assert byte, said
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=600)
        if out != b"whole 20\n":
            break
    assert out == b"stopped\n", err
    done = len(list((tmp_path / "sweep/runs").glob("*/DONE")))
    assert 1 <= done < 20
    again = subprocess.run([sys.executable, str(script)], capture_output=True, timeout=600)
    assert again.stdout == b"whole 20\n" and f"{done} of 20".encode() in again.stderr
