# SPDX-License-Identifier: GPL-3.0-or-later
"""Policies and rules in Python."""

import numpy as np
import pytest

import spinet


def test_given_a_policy_with_a_memory_when_saved_and_loaded_expect_it_to_remember(small, tmp_path):
    seen = []

    def make():
        @spinet.policy(memory={"n": 0, "names": np.zeros(0)})
        def oldest(network, now, rng, memory):
            """Replaces the oldest."""
            memory.n = memory.n + 1
            memory.names = np.append(memory.names, now)
            seen.append((int(memory.n[0]), list(memory.names)))
            return np.sort(network.ids)[:50], rng.synapses(50)
        return oldest

    assert make().__doc__ == "Replaces the oldest." and make().name == b"oldest"
    run = spinet.Training(small, seed=61, policy=make())
    for step in run:
        assert step.pruned == (50 if step.presentation % 3 == 0 else 0)
        if step.presentation == 7:
            run.save(tmp_path / "half")
    whole, weights = list(seen), run.network.weights.copy()
    assert whole[-1] == (4, [3, 6, 9, 12])
    seen.clear()
    again = spinet.load(tmp_path / "half", policy=make()).train()
    assert seen == whole[2:] and np.array_equal(again.network.weights, weights)
    with pytest.raises(spinet.Error, match="policy"):
        spinet.load(tmp_path / "half", policy=spinet.policy(lambda *_: None, name="another"))


def test_given_a_policy_when_it_draws_expect_numbers_of_seed_and_presentation_alone(small):
    drawn = []

    @spinet.policy
    def anywhere(network, now, rng):
        drawn.append((now, rng.random(), rng.synapses(2, cells=range(40, 80)).tolist()))
        return [], [(rng.integers(400), rng.integers(800), 0.5)], False

    run = spinet.Training(small, seed=61, policy=anywhere).train()
    first = list(drawn)
    assert [now for now, *_ in first] == [3, 6, 9, 12]
    assert all(400 <= dendrite < 800 for *_, new in first for _, dendrite, _ in new)
    assert len({number for _, number, _ in first}) == 4
    assert len(run.network.ids) == 1004
    drawn.clear()
    spinet.Training(small, seed=61, policy=anywhere).train()
    assert drawn == first


def test_given_an_observer_when_trained_expect_every_presentation_with_its_calcium(small):
    @spinet.policy(memory={"calcium": np.zeros(0)})
    def nothing(network, now, rng, memory):
        assert len(memory.calcium) == now and (memory.calcium > 0).any()
        return [], []

    @nothing.observe
    def nothing(network, now, memory):
        assert len(memory.calcium) == now - 1
        memory.calcium = np.append(memory.calcium, network.calcium.sum())

    small["turnover.over_at"] = -1
    run = spinet.Training(small, seed=61, policy=nothing).train()
    assert run.presentation == 12


@pytest.mark.parametrize("returned, message", [
    (None, "returned None"), (([0.5], []), "whole numbers"), (([7777], []), "none of this id"),
    (([], [(400, 0, 0.5)]), "input 400"), (([], [(0, 0, np.nan)]), "not finite"),
    (([], [(0, 0)]), "expected n x 3"), ((["a"], []), "expected n numbers"),
    (([1, 1], []), "named twice"), (([False, True], []), "a mask")])
def test_given_a_policy_that_returns_nonsense_when_stepped_expect_what_would_be_right(
        small, returned, message):
    run = spinet.Training(small, seed=61, policy=spinet.policy(lambda *_: returned))
    with pytest.raises(spinet.Error, match=message):
        run.train()
    with pytest.raises(spinet.Error, match="can only be freed"):
        run.step()
    assert len(run.network.ids) == 1000


def test_given_a_policy_that_raises_when_stepped_expect_its_exception_behind_the_error(small):
    @spinet.policy
    def broken(network, now, rng):
        return network.nothing_of_this_name

    with pytest.raises(spinet.Error, match="broken: AttributeError") as raised:
        spinet.Training(small, seed=61, policy=broken).train()
    assert isinstance(raised.value.__cause__, AttributeError)


def test_given_a_policy_that_steps_when_stepped_expect_refusal(small):
    @spinet.policy
    def wilful(network, now, rng):
        run.step()

    run = spinet.Training(small, seed=61, policy=wilful)
    with pytest.raises(spinet.Error, match="may only view"):
        run.train()


def test_given_a_rule_when_trained_expect_its_tags_and_what_becomes_of_them(small):
    seen = []

    @spinet.rule(memory={"n": np.int64(0)})
    def up(c, memory):
        memory.n = memory.n + 1
        seen.append(int(memory.n[0]))
        assert c.teacher in (0, 1) and c.presentation == seen[-1] and len(c.source) == c.n_synapses
        return np.where(c.calcium > 0.01, 1, 0)

    @up.gate
    def up(c, memory):
        return np.ones(c.n_cells, bool)

    @up.finish
    def up(c, memory):
        c.weight[c.weight > 0.9] = 0.9

    run = spinet.Training(small, seed=61, rule=up)
    before = dict(zip(run.network.ids.tolist(), run.network.weights.tolist()))
    run.step()
    run.step()
    assert seen == [1, 2] and run.network.tags.max() > 0
    after = dict(zip(run.network.ids.tolist(), run.network.weights.tolist()))
    assert all(after[i] >= before[i] for i in before) and after != before
    assert max(after.values()) <= np.float32(0.9)


def test_given_a_rule_of_nonsense_when_stepped_expect_what_would_be_right(small):
    for returned, message in ((np.zeros(3), "expected 1000"), ("x", "expected 1000 numbers"),
                              (np.full(1000, np.nan), "not finite")):
        run = spinet.Training(small, seed=61, rule=spinet.rule(lambda c: returned))
        with pytest.raises(spinet.Error, match=message):
            run.step()
