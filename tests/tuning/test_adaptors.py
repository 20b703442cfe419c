"""Other people's engines: their proposals, their start, and what they know."""

import numpy as np
import pytest

from cnnbook.tuning import (
    Choice,
    HyperoptSearch,
    Integer,
    KerasTunerSearch,
    OptunaSearch,
    Real,
    Space,
    Trial,
    search_in_process,
)

SPACE = Space(
    {
        "rate": Real(1e-4, 0.1, log=True),
        "width": Integer(4, 16, log=True),
        "depth": Integer(1, 3),
        "dropout": Real(0.0, 0.5),
        "optimizer": Choice(("adam", "sgd")),
    }
)
LINE = Space({"x": Real(0.0, 10.0)})
ENGINES = [
    (OptunaSearch, "tpe", 30),
    (OptunaSearch, "random", 10),
    (HyperoptSearch, "tpe", 30),
    (HyperoptSearch, "anneal", 30),
    (HyperoptSearch, "random", 10),
    (KerasTunerSearch, "bayesian", 4),
    (KerasTunerSearch, "random", 10),
]
# where the Gaussian process finds nothing to explain
pytestmark = pytest.mark.filterwarnings("ignore:.*close to the specified lower bound")


def peak(config, **_):
    return {"score": -((config["x"] - 7) ** 2)}


def plain(config, **_):
    return {"score": config["dropout"] - config["width"] / 100}


@pytest.mark.parametrize(("kind", "method", "num"), ENGINES)
def test_proposals_lie_in_the_space_and_repeat(kind, method, num):
    engine = kind(SPACE, num, 2, method, seed=1)
    trials = search_in_process(plain, engine)
    assert len(trials) == num
    for trial in trials:
        SPACE.require(trial.config)
        assert trial.epochs == 2
    # nothing is kept between two questions: asked again, it answers the same
    for number in (0, num // 2, num - 1):
        again = engine.propose(number, trials[:number])
        assert again.config == trials[number].config
    other = kind(SPACE, num, 2, method, seed=2).propose(0, [])
    assert other.config != trials[0].config


@pytest.mark.parametrize(
    ("kind", "method", "start", "num"),
    [
        (OptunaSearch, "tpe", 10, 40),
        (HyperoptSearch, "tpe", 20, 50),
        (HyperoptSearch, "anneal", 5, 35),
        (KerasTunerSearch, "bayesian", 3, 8),
    ],
)
def test_a_guided_engine_goes_where_the_scores_are(kind, method, start, num):
    trials = search_in_process(peak, kind(LINE, num, 1, method))
    distance = np.array([abs(t.config["x"] - 7) for t in trials])
    # half of all random draws are within 2.5 of the peak
    assert np.median(distance[start:]) < 1.7


def test_tpe_is_random_search_for_ten_trials():
    engines = [OptunaSearch(LINE, 12, 1, method) for method in ("tpe", "random")]
    tpe, chance = (search_in_process(peak, engine) for engine in engines)
    same = [a.config == b.config for a, b in zip(tpe, chance, strict=True)]
    assert same == [True] * 10 + [False] * 2


def test_failed_trials_are_not_taken_for_results():
    engine = OptunaSearch(LINE, 30, 1, "tpe")
    done = [t for t in search_in_process(peak, engine) if t.number < 20]
    failed = Trial(20, {"x": 1.0}, 1, (0,), status="failed", error="no")
    assert engine.propose(21, [*done, failed]) == engine.propose(21, done)


def test_whole_numbers_have_the_same_chances_in_hyperopt():
    space = Space({"n": Integer(1, 4)})
    engine = HyperoptSearch(space, 200, 1, "random")
    draws = [engine.propose(i, []).config["n"] for i in range(200)]
    assert min(np.bincount(draws, minlength=5)[1:]) > 30


@pytest.mark.parametrize("kind", [OptunaSearch, HyperoptSearch, KerasTunerSearch])
def test_an_unknown_method_is_refused(kind):
    with pytest.raises(ValueError, match="`method` must be one of"):
        kind(SPACE, 3, 1, "guess")
    with pytest.raises(ValueError, match="`num_trials` must be 1 or more"):
        kind(SPACE, 0, 1, "random")


def test_after_the_last_trial_there_is_nothing():
    assert OptunaSearch(LINE, 3, 1, "random").propose(3, []) is None
