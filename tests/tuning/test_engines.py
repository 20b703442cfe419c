"""Engines: what they propose by hand, their laws, and that they need no memory."""

import numpy as np
import pytest

from cnnbook.tuning import (
    WAIT,
    Choice,
    Evolution,
    GridSearch,
    Integer,
    RandomSearch,
    Real,
    Space,
    SuccessiveHalving,
    Trial,
    search_in_process,
)
from tests.tuning.free_objectives import hill

SPACE = Space({"x": Real(0, 5), "y": Choice(("a", "b", "c"))})


def finished(number, proposal, score):
    return Trial(
        number,
        proposal.config,
        proposal.epochs,
        (0,),
        status="failed" if score is None else "done",
        score=score,
    )


def test_grid_search_is_the_grid_in_its_order():
    trials = search_in_process(hill, GridSearch(SPACE, {"x": 2, "y": 3}, epochs=1))
    assert [(t.config["x"], t.config["y"]) for t in trials] == [
        (0, "a"), (0, "b"), (0, "c"), (5, "a"), (5, "b"), (5, "c")
    ]  # fmt: skip


def test_random_search_depends_on_seed_and_number_alone():
    engine = RandomSearch(SPACE, 5, epochs=2, seed=3)
    first = [engine.propose(i, []) for i in range(5)]
    assert first == [engine.propose(i, []) for i in range(5)]
    assert len({p.config["x"] for p in first}) == 5
    assert {p.epochs for p in first} == {2}
    assert engine.propose(5, []) is None
    other = RandomSearch(SPACE, 5, epochs=2, seed=4).propose(0, [])
    assert other.config != first[0].config


def test_random_search_covers_the_space_evenly():
    engine = RandomSearch(Space({"x": Real(0, 1)}), 2000, epochs=1)
    draws = [engine.propose(i, []).config["x"] for i in range(2000)]
    shares = np.histogram(draws, bins=4, range=(0, 1))[0] / 2000
    np.testing.assert_allclose(shares, 0.25, atol=0.03)


def test_the_rungs_by_hand():
    assert SuccessiveHalving(SPACE, 27, 1, 9).rungs() == [(27, 1), (9, 3), (3, 9)]
    assert SuccessiveHalving(SPACE, 8, 2, 7, factor=2).rungs() == [(8, 2), (4, 4)]
    # never a rung of nobody
    assert SuccessiveHalving(SPACE, 4, 1, 100).rungs() == [(4, 1), (1, 3)]


def test_the_best_of_a_rung_go_on_by_hand():
    engine = SuccessiveHalving(SPACE, 6, 1, 3, factor=3)
    drawn = [engine.propose(i, []) for i in range(6)]
    scores = [0.1, 0.5, None, 0.9, 0.5, 0.2]
    known = [finished(i, drawn[i], scores[i]) for i in range(6)]
    assert engine.propose(6, known).config == drawn[3].config
    # of two equals the earlier
    assert engine.propose(7, known).config == drawn[1].config
    assert engine.propose(7, known).epochs == 3
    assert engine.propose(8, known) is None


def test_a_rung_waits_for_the_one_before_it():
    engine = SuccessiveHalving(SPACE, 6, 1, 3, factor=3)
    known = [finished(i, engine.propose(i, []), i / 10) for i in range(5)]
    assert engine.propose(6, known) == WAIT
    # and does not mind the order in which trials came in
    known.append(finished(5, engine.propose(5, []), 0.9))
    assert engine.propose(6, known[::-1]).config == known[5].config


def test_a_failed_trial_is_the_worst():
    engine = SuccessiveHalving(SPACE, 3, 1, 3, factor=3)
    drawn = [engine.propose(i, []) for i in range(3)]
    known = [finished(i, drawn[i], s) for i, s in enumerate([None, -5.0, None])]
    assert engine.propose(3, known).config == drawn[1].config


def test_halving_finds_the_top_of_a_hill_with_a_third_of_the_epochs():
    space = Space({"x": Real(0, 5)})
    halved = search_in_process(hill, SuccessiveHalving(space, 27, 1, 9))
    full = search_in_process(hill, RandomSearch(space, 27, epochs=9))
    best = max(halved, key=lambda t: (t.epochs, t.score))
    assert best.config == max(full, key=lambda t: t.score).config
    assert sum(t.epochs for t in halved) * 3 == sum(t.epochs for t in full)


def test_evolution_changes_one_thing_of_a_survivor():
    space = Space({name: Real(0, 1) for name in "abcd"})
    engine = Evolution(space, 30, epochs=1, population=5, tournament=3)
    known = []
    for i in range(30):
        proposal = engine.propose(i, known)
        if i >= 5:
            changes = [
                sum(proposal.config[k] != t.config[k] for k in space.dimensions)
                for t in known[-5:]
            ]
            assert min(changes) <= 1
        known.append(finished(i, proposal, -abs(proposal.config["a"] - 0.5)))
    assert engine.propose(30, known) is None


def test_evolution_climbs():
    space = Space({name: Real(0, 5) for name in ("x", "y", "z")})

    def steep(config, **_):
        return {"score": -sum((value - 3) ** 2 for value in config.values())}

    late, early = [], []
    for seed in range(5):
        scores = [
            t.score
            for t in search_in_process(steep, Evolution(space, 60, 1, seed=seed))
        ]
        early.append(max(scores[:10]))
        late.append(max(scores))
    assert np.mean(late) > np.mean(early) + 0.5


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: RandomSearch(SPACE, 0, 1), "`num_trials` must be 1 or more"),
        (lambda: RandomSearch(SPACE, 1, 0), "`epochs` must be 1 or more"),
        (lambda: SuccessiveHalving(SPACE, 2, 1, 9), "`num_configs` must be 3 or more"),
        (lambda: SuccessiveHalving(SPACE, 9, 3, 1), "`max_epochs` must be 3 or more"),
        (lambda: SuccessiveHalving(SPACE, 9, 1, 9, 1), "`factor` must be 2 or more"),
        (lambda: Evolution(SPACE, 9, 1, population=1), "`population` must be 2"),
        (lambda: Evolution(SPACE, 9, 1, tournament=0), "`tournament` must be 1"),
    ],
)
def test_impossible_engines_are_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_an_engine_that_waits_for_nothing_is_found_out():
    class Waiting:
        def propose(self, number, trials):
            return WAIT

    with pytest.raises(RuntimeError, match="waits before trial 0"):
        search_in_process(hill, Waiting())


def test_whole_numbers_are_proposed_as_whole_numbers():
    engine = RandomSearch(Space({"n": Integer(1, 9)}), 3, 1)
    assert all(isinstance(engine.propose(i, []).config["n"], int) for i in range(3))
