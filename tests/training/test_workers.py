"""Several workers, and their parts: shares, addresses, jobs, estimates."""

import json
import os
import signal
import subprocess
import sys
from dataclasses import replace

import keras
import numpy as np
import pytest
import tensorflow as tf

from cnnbook.studies.cluster import small_images, small_job, small_network
from cnnbook.training import Recipe, train, workers
from cnnbook.training.workers.loop import require_separable
from cnnbook.training.workers.watch import NO_ANSWER, PARENT_GONE, Watch
from cnnbook.training.workers.worker import lost, tf_config

# everything that a wrong share of the loss would spoil: 127 is no multiple of 2, the
# penalty and the decay must count once, and the changed images must be the same ones
RECIPE = Recipe(
    epochs=2,
    batch_size=127,
    optimizer="sgd",
    peak=0.05,
    momentum=0.5,
    weight_decay=0.01,
    label_smoothing=0.1,
    shift=1,
    decay="cosine",
    precision="float32",
)
JOB = small_job(
    recipe=RECIPE,
    data_options={"num_images": 400},
    build_options={"widths": [4, 8], "l2": 0.01},
    seed=3,
)


@pytest.fixture(scope="module")
def alone():
    return workers.train_share(JOB, tf.distribute.get_strategy())


def largest_gap(one, other):
    return max(np.abs(a - b).max() for a, b in zip(one, other, strict=True))


@pytest.mark.slow
def test_one_worker_trains_as_keras_does(alone):
    result = train(JOB.make_model, JOB.load_data(), recipe=RECIPE, seed=JOB.seed)
    assert len(alone.losses) == 6
    by_epoch = np.reshape(alone.losses, (2, 3)).mean(axis=1)
    np.testing.assert_allclose(by_epoch, result.history["loss"], rtol=1e-5)
    weights = result.model.get_weights()
    assert largest_gap(alone.model.get_weights(), weights) < 1e-5


@pytest.mark.slow
def test_two_workers_train_as_one_and_fit_still_cannot(alone):
    two = workers.launch(replace(JOB, try_fit=True), num_workers=2, timeout=240)
    np.testing.assert_allclose(two.losses, alone.losses, rtol=1e-5)
    assert largest_gap(two.weights, alone.model.get_weights()) < 1e-5
    assert largest_gap(two.weights, JOB.make_model().get_weights()) > 0.01
    assert two.digests[0] == two.digests[1] == workers.digest(two.model())
    assert two.seconds > 0
    # the day this fails, `cnnbook.training.train` can take the strategy
    assert [said.startswith("ValueError") for said in two.fit] == [True, True]


@pytest.mark.slow
def test_a_worker_that_is_killed_is_named_and_none_is_left():
    seen = []

    def kill_the_second(pids):
        seen.extend(pids)
        os.kill(pids[1], signal.SIGKILL)

    with pytest.raises(
        workers.WorkerFailed, match=r"Worker 1 of 2 at 127.0.0.1:\d+ .* SIGKILL"
    ):
        workers.launch(JOB, num_workers=2, started=kill_the_second)
    for pid in seen:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


@pytest.mark.slow
def test_a_worker_that_raises_is_quoted():
    job = replace(JOB, data_options={"num_images": 0})
    with pytest.raises(
        workers.WorkerFailed, match=r"Worker 0 of 1 .* exit code 1.* empty along n"
    ):
        workers.launch(job, num_workers=1)


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ("x\nCollective ops is aborted by: gone\ny", "another worker. Collective ops"),
        ("Collective ops: see /job:worker/task:1", "worker 1 at b:2. Collective ops"),
    ],
)
def test_whoever_is_lost_is_named_as_far_as_tensorflow_does(message, said):
    assert lost(message, ["a:1", "b:2"]).startswith(said)


def test_workers_that_take_too_long_are_ended():
    with pytest.raises(TimeoutError, match=r"Workers 0, 1 of 2 .* after 0.2 s"):
        workers.launch(JOB, num_workers=2, timeout=0.2)


def test_a_job_that_no_process_could_begin_is_refused_before_any_is_started():
    for change, message in (
        ({"data": "cnnbook.studies.cluster:large_images"}, "`data` must name"),
        ({"build": "small_network"}, "`build` must look like"),
        ({"recipe": replace(RECIPE, batch_size=1)}, "between 1 and 1, got 2"),
    ):
        with pytest.raises(ValueError, match=message):
            workers.launch(replace(JOB, **change), num_workers=2)
    with pytest.raises(ValueError, match="`num_workers` must be 1 or more"):
        workers.launch(JOB, num_workers=0)


def test_a_job_loads_the_data_that_it_names():
    loaded = replace(JOB, data_options={"num_images": 4}).load_data()
    for given, expected in zip(loaded, small_images(num_images=4), strict=True):
        np.testing.assert_array_equal(given, expected)


def test_a_job_is_the_same_after_its_journey():
    sent = workers.Job.from_json(JOB.to_json())
    assert sent == JOB
    assert sent.make_model().count_params() == JOB.make_model().count_params()


def test_recipes_that_workers_could_read_in_different_ways_are_refused():
    with pytest.raises(ValueError, match=r"`recipe\.precision` must be one of"):
        replace(JOB, recipe=Recipe(epochs=1))
    varied = replace(RECIPE, shift=-1, variation=object())
    with pytest.raises(ValueError, match="must have no `variation`"):
        replace(JOB, recipe=varied)


@pytest.mark.parametrize("num_workers", [1, 2, 3, 7, 10])
def test_shares_are_the_whole_batch_none_twice(num_workers):
    batch = np.arange(10)
    parts = [batch[workers.share_of(10, i, num_workers)] for i in range(num_workers)]
    assert np.concatenate(parts).tolist() == batch.tolist()
    assert max(map(len, parts)) - min(map(len, parts)) <= 1


def test_shares_that_cannot_be_are_refused():
    with pytest.raises(ValueError, match="`num_workers` must be between 1 and 4"):
        workers.share_of(4, 0, 5)
    with pytest.raises(ValueError, match="`worker` must be between 0 and 1, got 2"):
        workers.share_of(4, 2, 2)


def test_tensorflow_reads_the_addresses_as_they_were_meant(monkeypatch):
    addresses = ["10.0.0.1:2222", "10.0.0.2:2222"]
    monkeypatch.setenv("TF_CONFIG", tf_config(addresses, 1))
    found = tf.distribute.cluster_resolver.TFConfigClusterResolver()
    assert found.cluster_spec().as_dict() == {"worker": addresses}
    assert (found.task_type, found.task_id) == ("worker", 1)


@pytest.mark.parametrize(
    ("addresses", "index", "message"),
    [
        ([], 0, r"`len\(addresses\)` must be 1 or more"),
        (["10.0.0.1"], 0, 'must look like "host:port", got'),
        (["10.0.0.1:99999"], 0, 'must look like "host:port", got'),
        (["a:1", "a:1"], 0, "Two workers on one machine need two ports"),
        (["a:1", "b:1"], 2, "`index` must be between 0 and 1, got 2"),
    ],
)
def test_addresses_that_lead_nowhere_are_refused(addresses, index, message):
    with pytest.raises(ValueError, match=message):
        tf_config(addresses, index)


def test_batch_normalization_is_refused_unless_workers_exchange_its_means():
    for synchronized in (False, True):
        inputs = keras.Input((4, 4, 1))
        layer = keras.layers.BatchNormalization(synchronized=synchronized, name="norm")
        model = keras.Model(inputs, layer(inputs))
        require_separable(model, 1)
        if synchronized:
            require_separable(model, 2)
        else:
            with pytest.raises(ValueError, match="'norm' for more than one worker"):
                require_separable(model, 2)


def test_dropout_is_refused_inside_a_model_of_models_too():
    inputs = keras.Input((4,))
    inner = keras.Model(inputs, keras.layers.Dropout(0.5, name="drop")(inputs))
    outer = keras.Model(inputs, inner(inputs))
    with pytest.raises(ValueError, match="'drop' for more than one worker"):
        require_separable(outer, 2)


def test_a_digest_knows_the_last_bit_of_a_weight():
    model = small_network(widths=(2,), hidden=2)
    first = workers.digest(model)
    weights = model.get_weights()
    model.set_weights(weights)
    assert workers.digest(model) == first
    weights[0].flat[0] = np.nextafter(weights[0].flat[0], np.float32(9))
    model.set_weights(weights)
    assert workers.digest(model) != first


def test_a_worker_ends_when_nothing_happens_or_its_parent_is_gone(monkeypatch):
    assert Watch("me", patience=60, parent=os.getppid()).verdict() == 0
    assert Watch("me", patience=60, parent=1_000_000_000).verdict() == PARENT_GONE
    watch = Watch("me", patience=10)
    now = watch._last
    monkeypatch.setattr("time.monotonic", lambda: now + 9)
    assert watch.verdict() == 0
    monkeypatch.setattr("time.monotonic", lambda: now + 11)
    assert watch.verdict() == NO_ANSWER
    watch.beat("step 7")
    assert watch.verdict() == 0


def test_a_watch_ends_its_process_and_says_after_what():
    code = (
        "import runpy, time\n"
        f"Watch = runpy.run_path({workers.watch.__file__!r})['Watch']\n"
        "watch = Watch('worker 0', 0.1)\n"
        "watch.beat('step 3')\n"
        "watch.start()\n"
        "time.sleep(30)\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    assert run.returncode == NO_ANSWER
    assert "worker 0: nothing for 0.1 s after step 3. Another worker" in run.stderr


def test_bytes_of_a_ring_by_hand():
    # three workers, three pieces of 4 bytes: each goes round twice, but for one hop
    assert workers.all_reduce_bytes(3, 3) == 2 * (3 - 1) * 4
    assert workers.all_reduce_bytes(3, 1) == 0
    with pytest.raises(ValueError, match="`num_parameters` must be 1 or more"):
        workers.all_reduce_bytes(0, 2)


def test_the_time_of_a_step_by_hand():
    step = workers.StepTime(0.1, num_parameters=1_000_000, bandwidth=1e8, latency=0.001)
    assert step.seconds(1) == 0.1
    assert step.seconds(2) == pytest.approx(0.05 + 4e6 / 1e8 + 0.002)
    assert step.speedup(2) == pytest.approx(0.1 / 0.092)


def test_the_exchange_bounds_what_more_workers_gain():
    step = workers.StepTime(0.1, num_parameters=1_000_000, bandwidth=1e8)
    speedups = [step.speedup(n) for n in (1, 2, 4, 8, 1000)]
    assert speedups[0] == 1
    assert max(speedups) < 0.1 / 0.04  # even if computing cost nothing
    free = workers.StepTime(0.1, num_parameters=1, bandwidth=1e12)
    assert free.speedup(8) == pytest.approx(8, rel=1e-6)


def test_estimates_from_nonsense_are_refused():
    with pytest.raises(ValueError, match="`bandwidth` must be above 0"):
        workers.StepTime(0.1, 10, bandwidth=0)
    with pytest.raises(ValueError, match="`compute` must be 0 or more"):
        workers.StepTime(-1, 10, bandwidth=1)
    with pytest.raises(ValueError, match="`latency` must be 0 or more"):
        workers.StepTime(1, 10, bandwidth=1, latency=-1)


def test_the_small_job_is_what_its_page_says():
    images, labels = small_images(5)
    assert images.shape == (5, 14, 14, 1)
    assert labels.shape == (5,)
    job = small_job(num_steps=8)
    assert json.loads(job.to_json())["data_options"] == {"num_images": 8 * 128}
