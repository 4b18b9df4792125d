"""Keras 3 on TensorFlow: fit and predict."""

import os
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import keras
import numpy as np

from keras_model import build, noise
from protocol import read_network, serve


def optimizer(task):
    return keras.optimizers.Adam(1e-3) if task["optimizer"] == "adam" else keras.optimizers.SGD(1e-3, momentum=0.9)


def way(task, network, policy, x):
    keras.mixed_precision.set_global_policy(policy)
    batch = task["batch"]
    if task["kind"] == "features":
        model = build(network, False)
        return lambda: model.predict(x, batch_size=batch, verbose=0)
    model = build(network, True)
    model.compile(optimizer(task), loss="categorical_crossentropy")
    y = keras.utils.to_categorical(np.arange(len(x)) % 10, 10)
    return lambda: model.fit(x, y, batch_size=batch, epochs=passes(task), verbose=0)


def passes(task):
    return max(1, round(task["batch"] * task["batches"] / task["samples"]))


def prepare(task):
    network = read_network(task)
    x = noise(task["samples"], *network["layers"][0]["config"]["shape"])
    policies = ["float32", "mixed_bfloat16"] if task["precision"] == "bfloat16" else ["float32"]
    ways = {policy: way(task, network, policy, x) for policy in policies}
    best = fastest(ways)

    def measure():
        start = time.perf_counter()
        ways[best]()
        return {"value": len(x) * passes(task) / (time.perf_counter() - start), "note": best}

    return measure


def fastest(ways):
    times = {}
    for name, run in ways.items():
        run()
        start = time.perf_counter()
        run()
        times[name] = time.perf_counter() - start
    return min(times, key=times.get)


if __name__ == "__main__":
    serve(prepare)
