# SPDX-License-Identifier: GPL-3.0-or-later
"""Training in Python is what the program `spinet` does, to the byte, and can be looked at."""

import json
import signal
import subprocess
import sys
import threading
import time

import numpy as np
import pytest

import spinet
from conftest import SMALL, root


def settings(values):
    return [word for key, value in values.items() for word in ("--set", f"{key}={value}")]


def same_but_for_time(a, b):
    """Compares two run folders, file by file."""
    names = sorted(path.name for path in a.iterdir())
    assert names == sorted(path.name for path in b.iterdir())
    assert {"DONE", "network.csv", "network.h5", "predictions.csv", "maps.csv"} <= set(names)
    for name in names:
        x, y = (a / name).read_bytes(), (b / name).read_bytes()
        if name == "manifest.json":
            x, y = json.loads(x), json.loads(y)
            for manifest in (x, y):
                for key in ("started", "seconds", "threads", "host"):
                    manifest.pop(key)
        elif name == "result.csv":  # its last column is the seconds
            x, y = (text.rpartition(b",")[0] for text in (x, y))
        assert x == y, name


@pytest.mark.parametrize("more", [{}, {"rest.before_test_days": 30, "record.synapses": "true",
                                       "intrinsic.form": "kesten", "record.test_days": "5"}])
def test_given_a_seed_when_trained_and_saved_expect_the_folder_of_spinet_train(
        small, command, tmp_path, more):
    small.update(more)
    command("train", *settings({**SMALL, **more}), "--seed", 61, "--no-pictures", "--quiet", "--out",
            tmp_path / "program")
    run = spinet.Training(small, seed=61).train()
    run.save(tmp_path / "python")
    same_but_for_time(tmp_path / "program", tmp_path / "python")
    run.save(tmp_path / "python", overwrite=True)  # the rest before the test goes by once
    same_but_for_time(tmp_path / "program", tmp_path / "python")
    with pytest.raises(spinet.Error, match="or say overwrite=True"):
        run.save(tmp_path / "python")
    again = spinet.load(tmp_path / "program")
    assert again.stopped == "limit" and again.steps == run.steps


def test_given_a_policy_that_does_what_random_does_when_trained_expect_the_same_bytes(
        small, tmp_path):
    @spinet.policy
    def like_random(network, now, rng):
        weak = network.ids[network.weights <= 0.25]
        return weak, rng.synapses(len(weak))

    spinet.Training(small, seed=61).train().save(tmp_path / "a")
    spinet.Training(small, seed=61, policy=like_random).train().save(tmp_path / "b")
    for name in ("network.csv", "learning_curve.csv", "predictions.csv", "maps.csv"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes(), name


def test_given_an_unfinished_training_when_saved_expect_both_to_go_on(small, command, tmp_path):
    run = spinet.Training(small, seed=61)
    for step in run:
        if step.presentation == 7:
            break
    run.save(tmp_path / "half")
    loaded = spinet.load(tmp_path / "half")
    assert loaded.presentation == 7 and loaded.steps == run.steps and len(loaded) == 5
    command("train", "--resume", tmp_path / "half", "--no-pictures", "--quiet")
    loaded.train().save(tmp_path / "whole")
    run.train()
    assert np.array_equal(run.network.weights, loaded.network.weights)
    same_but_for_time(tmp_path / "half", tmp_path / "whole")


def test_given_a_training_when_stepped_expect_steps_that_add_up(small):
    run = spinet.Training(small, seed=61)
    assert len(run) == 12 and bool(run)
    n = len(run.network.ids)
    steps = list(run)
    assert [step.presentation for step in steps] == list(range(1, 13))
    assert run.stopped == "limit" and run.presentation == 12 and len(run) == 0 and bool(run)
    assert n + sum(s.grown - s.pruned for s in steps) == len(run.network.ids)
    assert sum(step.pruned for step in steps) > 0
    assert np.isnan(steps[0].accuracy) and 0 <= steps[3].accuracy <= 1
    assert steps == run.steps and list(run) == []
    assert list(run.curve["pruned"]) == [step.pruned for step in steps]
    with pytest.raises(spinet.Error, match="stopped after 12 presentations"):
        run.step()


def test_given_a_network_when_looked_at_expect_one_order_and_no_copy(small):
    run = spinet.Training(small, seed=61).train()
    network = run.network
    arrays = (network.weights, network.ids, network.inputs, network.dendrites, network.tags,
              network.calcium, network.learning_rates, network.cells, network.classes)
    assert {len(array) for array in arrays} == {1000}
    assert network.weights.ctypes.data == network.weights.ctypes.data
    assert network.weights.dtype == np.float32 and not network.weights.flags.writeable
    assert network.n_cells == 80 and network.n_dendrites == 10 and len(network.creb) == 80
    frame = network.synapses
    assert frame.index.is_monotonic_increasing and len(frame) == 1000
    place = int(np.argmax(network.weights))
    row = frame.loc[network.ids[place]]
    assert np.float32(row["weight"]) == network.weights[place]
    assert row["row"] * 20 + row["column"] == network.inputs[place]
    assert row["class"] == (1 if row["cell"] < 40 else 2)
    maps = run.maps
    assert maps.shape == (2, 20, 20)
    assert maps.sum() == pytest.approx(float(network.weights.sum()), rel=1e-5)
    of_first = network.weights[network.classes == 1].sum()
    assert maps[0].sum() == pytest.approx(float(of_first), rel=1e-5)


def test_given_views_when_the_training_goes_on_and_ends_expect_them_to_be_readable(small):
    small.update({"intrinsic.form": "kesten", "intrinsic.births": "rate", "record.synapses": True,
                  "intrinsic.birth_rate": 0.5})
    run = spinet.Training(small, seed=61)
    views = []
    for _ in range(8):
        views.append((run.network.weights, run.network.ids, run.network.dendrites))
        run.rest(5)
    assert len(run.network.ids) > len(views[0][0])
    run.step()
    del run
    for view in views:
        assert all(np.isfinite(array.sum()) for array in view)


def test_given_a_test_when_made_expect_its_parts_to_agree(small, tmp_path):
    run = spinet.Training(small, seed=61).train()
    test, part = run.test(), run.test(5)
    assert test.n == 12 and part.n == 5 and 0 <= test.accuracy <= 1
    assert test.confusion.sum() == test.n - test.undecided
    assert np.trace(test.confusion) == test.correct
    run.save(tmp_path / "run")
    import pandas
    written = pandas.read_csv(tmp_path / "run/predictions.csv", dtype={"prediction": "Int64"})
    predictions = test.predictions
    assert list(predictions["image"]) == list(written["image"])
    assert list(predictions["label"]) == list(written["label"])
    assert predictions["prediction"].fillna(-1).tolist() == written["prediction"].fillna(-1).tolist()
    assert test.correct == round(float(spinet.results(tmp_path / "run")["accuracy"].iloc[0]) * 12)


def test_given_an_image_when_presented_expect_counts_raster_and_voltages_to_agree(small):
    run = spinet.Training(small, seed=61)
    image = run.images.train_pixels[0]
    seen = run.present(image, teacher=1)
    assert len(seen.raster) == seen.counts.sum() > 0
    assert np.array_equal(np.bincount(seen.raster[:, 1], minlength=len(seen.counts)), seen.counts)
    active = int(np.argmax(seen.counts[:80]))
    watched = run.present(image, teacher=1, watch=[active, 3])
    assert watched.v.shape == (600, 2) and watched.v_b.shape == (600, 2, 10)
    assert np.array_equal(watched.counts, seen.counts)
    spiked = watched.raster[watched.raster[:, 1] == active, 0]
    assert np.array_equal(np.flatnonzero(watched.v[:, 0] == 70), spiked)
    again = run.present(image, teacher=1)
    assert again.v is None and np.array_equal(again.raster, seen.raster)
    assert run.present(image / 255.0).counts.sum() == run.present(image).counts.sum()
    silent = run.present({})
    assert silent.counts.sum() == 0 and len(silent.raster) == 0
    volley = {source: [100, 120, 140, 160] for source in range(400)}
    assert run.present(volley).counts.sum() > 0 == run.present({0: [5]}).counts.sum()


def test_given_the_parts_of_a_step_when_called_expect_the_step(small):
    small.update({"test.sample_period": 0})
    by_hand, run = spinet.Training(small, seed=61), spinet.Training(small, seed=61)
    for step in run:
        label = [1, 2][(step.presentation - 1) % 2]
        images = by_hand.images
        at = np.flatnonzero(images.train_labels == label)[(step.presentation - 1) // 2 % 7]
        by_hand.present(images.train_pixels[at], teacher=label, learns=True)
        by_hand.consolidate()
        by_hand.rest(0)
        if step.presentation % 3 == 0:
            assert by_hand.turnover() == (step.pruned, step.grown)
    assert np.array_equal(by_hand.network.weights, run.network.weights)


def test_given_weights_when_set_expect_the_network_to_have_them(small):
    run = spinet.Training(small, seed=61)
    ids = run.network.ids[:3].copy()
    run.network.set_weights(ids, [0.5, 0.25, 1])
    assert list(run.network.weights[:3]) == [0.5, 0.25, 1]
    run.network.set_weights(run.network.ids, 0)
    assert run.network.weights.sum() == 0 and run.test().undecided == 12
    run.network.set_synapses([3, 399], [7, 799], [0.5, 1])
    assert list(run.network.inputs) == [3, 399] and list(run.network.synapses["cell"]) == [0, 79]
    with pytest.raises(spinet.Error, match="0 to 1"):
        run.network.set_weights([0], [1.5])
    run.network.surgery("lesion size 0.75 1; scale 0.25 all")
    assert list(run.network.weights) == [0.25] and list(run.network.inputs) == [3]
    with pytest.raises(spinet.Error, match="surgery: operation 1: expected shuffle"):
        run.network.surgery("shufle all")
    with pytest.raises(spinet.Error, match="none of this id"):
        run.network.set_weights([77], [0.5])


@pytest.mark.parametrize("channels", ["intensity", "edges", "on-off"])
def test_given_images_of_ones_own_when_trained_expect_them_learned(small, tmp_path, channels):
    made = spinet.Training(small, seed=61).images
    small.input.channels = channels
    of = [spinet.Images(made.train_pixels, made.train_labels),
          spinet.Images(made.test_pixels / 255, made.test_labels)]
    run = spinet.Training(small, seed=61, train=of[0], test=of[1]).train()
    assert run.images.shape == {"intensity": (20, 20), "edges": (80, 40), "on-off": (40, 20)}[channels]
    assert np.array_equal(run.network.weights,
                          spinet.Training(small, seed=61).train().network.weights)
    run.save(tmp_path / "run")
    manifest = json.loads((tmp_path / "run/manifest.json").read_text())
    assert manifest["parameters"]["data"]["kind"] == "files"
    again = spinet.load(tmp_path / "run", train=of[0], test=of[1])
    assert np.array_equal(run.network.weights, again.network.weights)
    with pytest.raises(spinet.Error, match="in memory"):
        spinet.load(tmp_path / "run")


@pytest.mark.parametrize("shape", [(14, 20, 20), (14, 1, 20, 20), (14, 20, 20, 1), (14, 400)])
def test_given_images_of_other_shapes_when_taken_expect_the_same_pixels(shape):
    flat = np.arange(14 * 400) % 17
    images = spinet.Images(flat.reshape(shape).astype(float), np.arange(14) % 2, white=16)
    assert images.pixels.shape == (14, 20, 20) and images.pixels.max() == 255
    assert images.pixels.ravel()[16] == 255 and images.pixels.ravel()[8] == 128


def test_given_threads_when_each_trains_expect_what_one_does_alone(small):
    alone = spinet.Training(small, seed=61).train().network.weights.copy()
    runs = [spinet.Training(small, seed=61) for _ in range(3)]
    shared = spinet.Training(small, seed=61)
    threads = [threading.Thread(target=run.train) for run in runs]
    threads += [threading.Thread(target=lambda: [shared.step() for _ in range(4)]) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(np.array_equal(run.network.weights, alone) for run in runs + [shared])


@pytest.mark.parametrize("in_policy", [False, True])
def test_given_ctrl_c_when_training_expect_it_to_go_on_as_if_nothing_had_been(in_policy, tmp_path):
    script = tmp_path / "script.py"
    script.write_text(f"""
import sys
sys.path[:0] = {[str(root / "python"), str(root / "python/tests")]!r}
import spinet
from conftest import SMALL
p = spinet.Parameters()
p.update({{**SMALL, "stopping.max_presentations": 60, "data.train_per_class": 30}})

@spinet.policy
def slow(network, now, rng):
    if {in_policy} and now == 3:
        print("ready", flush=True)
        sys.stdin.readline() # until Ctrl-C has come
    return network.ids[:9], rng.synapses(9)

run = spinet.Training(p, seed=3, policy=slow)
n = 0
try:
    for step in run:
        n += 1
        if not {in_policy}:
            print("ready", flush=True)
    print("never stopped")
except KeyboardInterrupt:
    print("stopped", run.presentation, n)
run.train()
print("done", run.presentation, len(run.network.ids), float(run.network.weights.sum()))
""")
    command = [sys.executable, str(script)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               text=True)
    lines = [process.stdout.readline()]
    process.send_signal(signal.SIGINT)
    out, err = process.communicate("\n", timeout=600)
    assert process.returncode == 0, err
    assert lines == ["ready\n"] and "stopped" in out and "never" not in out
    undisturbed = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=600).stdout
    assert "never stopped" in undisturbed
    assert out.splitlines()[-1] == undisturbed.splitlines()[-1]
    assert out.splitlines()[-1].startswith("done 60 1000")


def test_given_python_when_spinet_is_imported_expect_nothing_else_that_is_large():
    code = ("import sys; before = set(sys.modules); import spinet; "
            "print([m for m in ('pandas', 'matplotlib', 'h5py', 'scipy') if m in sys.modules])")
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True,
                         cwd=root / "python").stdout
    assert out == "[]\n"


@pytest.mark.parametrize("n_images, n_labels", [(10, 9), (0, 0)])
def test_given_images_without_a_label_each_or_none_when_made_expect_both_numbers(n_images, n_labels):
    with pytest.raises(spinet.Error, match=f"{n_images} images, {n_labels} labels"):
        spinet.Images(np.zeros((n_images, 20, 20), np.uint8), [1] * n_labels)


@pytest.mark.parametrize("dtype", [np.uint8, np.int64])
def test_given_whole_numbers_of_0_and_1_when_taken_for_images_expect_a_word_about_white(dtype):
    with pytest.raises(spinet.Error, match="of which 255 is white"):
        spinet.Images(np.ones((1, 20, 20), dtype), [1])
    assert spinet.Images(np.ones((1, 20, 20), dtype), [1], white=1).pixels.max() == 255
    assert spinet.Images(np.ones((1, 20, 20), bool), [1]).pixels.max() == 255


def test_given_whole_numbers_as_floats_when_used_expect_them_to_be_whole_numbers(small):
    small["turnover.period"] = np.float32(3)
    run = spinet.Training(small, seed=8.0).train(2.0)
    assert small.turnover.period == 3 and run.seed == 8 and run.presentation == 2
    for call in (lambda: run.train(2.5), lambda: run.train("2"), lambda: spinet.Training(small, seed=0.5)):
        with pytest.raises(spinet.Error, match="expected a whole number"):
            call()
    with pytest.raises(spinet.Error, match="labels: text: expected n numbers"):
        spinet.Images(np.zeros((2, 4, 4)), ["three", "eight"])


def test_given_synapses_whose_lives_are_kept_when_trained_expect_their_births(small):
    with pytest.raises(spinet.Error, match="record.synapses"):
        spinet.Training(small).network.born
    small["record.synapses"] = True
    run = spinet.Training(small, seed=61).train()
    born, ids = run.network.born, run.network.ids
    assert (born[ids < 1000] == 0).all() and (born[ids >= 1000] > 0).all() and born.max() <= 12
    assert set(born) <= {0, 3, 6, 9, 12} and len(run.network.positions) == len(born)
