"""One space and one objective, handed to any search engine, on one machine or many."""

from cnnbook.tuning.adaptors import HyperoptSearch, KerasTunerSearch, OptunaSearch
from cnnbook.tuning.engines import (
    WAIT,
    Engine,
    Evolution,
    GridSearch,
    Proposal,
    RandomSearch,
    SuccessiveHalving,
)
from cnnbook.tuning.objective import load_objective, run_trial
from cnnbook.tuning.search import search, search_in_process
from cnnbook.tuning.space import Choice, Config, Dimension, Integer, Real, Space
from cnnbook.tuning.trials import Trial, TrialTable, best_trial, trial_frame

__all__ = [
    "WAIT",
    "Choice",
    "Config",
    "Dimension",
    "Engine",
    "Evolution",
    "GridSearch",
    "HyperoptSearch",
    "Integer",
    "KerasTunerSearch",
    "OptunaSearch",
    "Proposal",
    "RandomSearch",
    "Real",
    "Space",
    "SuccessiveHalving",
    "Trial",
    "TrialTable",
    "best_trial",
    "load_objective",
    "run_trial",
    "search",
    "search_in_process",
    "trial_frame",
]
