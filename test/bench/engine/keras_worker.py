"""Keras 3 on TensorFlow: fit and predict."""

import os
import sys
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import keras
import numpy as np

from keras_model import build, noise
from protocol import read_network, serve


def optimizer(task):
    return keras.optimizers.Adam(1e-3) if task["optimizer"] == "adam" else keras.optimizers.SGD(1e-3, momentum=0.9)


def way(task, network, policy, x, jit=False):
    keras.mixed_precision.set_global_policy(policy)
    batch = task["batch"]
    if task["kind"] == "features":
        model = build(network, False)
        if task.get("usesXla"):
            model.compile(jit_compile=jit)
        return lambda: model.predict(x, batch_size=batch, verbose=0)
    model = build(network, True)
    model.compile(optimizer(task), loss="categorical_crossentropy", jit_compile=jit if task.get("usesXla") else "auto")
    y = keras.utils.to_categorical(np.arange(len(x)) % 10, 10)
    return lambda: model.fit(x, y, batch_size=batch, epochs=passes(task), verbose=0)


def passes(task):
    return max(1, round(task["batch"] * task["batches"] / task["samples"]))


def prepare(task):
    network = read_network(task)
    x = noise(task["samples"], *network["layers"][0]["config"]["shape"])
    policies = ["float32", "mixed_bfloat16"] if task["precision"] == "bfloat16" else ["float32"]
    ways = {policy: way(task, network, policy, x) for policy in policies}
    if task.get("usesXla") and not task.get("isPlain"):
        ways |= {f"{policy}, XLA": way(task, network, policy, x, True) for policy in policies}
    best = fastest(ways)

    def measure():
        start = time.perf_counter()
        ways[best]()
        return {"value": len(x) * passes(task) / (time.perf_counter() - start), "note": best}

    return measure


def fastest(ways):
    times = {}
    for name, run in ways.items():
        try:
            run()
            start = time.perf_counter()
            run()
            times[name] = time.perf_counter() - start
        except Exception as error:  # a way that this version cannot go is left out
            print(f"{name}: {error!r:.200}", file=sys.stderr)
    return min(times, key=times.get)


if __name__ == "__main__":
    serve(prepare)
