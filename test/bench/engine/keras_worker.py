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


def prepare(task):
    network = read_network(task)
    count = task["batch"] * task["batches"]
    x = noise(count, *network["layers"][0]["config"]["shape"])
    ways = {}
    for policy in ["float32", "mixed_bfloat16"] if task["precision"] == "bfloat16" else ["float32"]:
        keras.mixed_precision.set_global_policy(policy)
        if task["kind"] == "features":
            model = build(network, False)
            ways[policy] = lambda model=model: model.predict(x, batch_size=task["batch"], verbose=0)
        else:
            model = build(network, True)
            model.compile(optimizer(task), loss="categorical_crossentropy")
            y = keras.utils.to_categorical(np.arange(count) % 10, 10)
            ways[policy] = lambda model=model: model.fit(x, y, batch_size=task["batch"], verbose=0)
    best = fastest(ways)

    def measure():
        start = time.perf_counter()
        ways[best]()
        return {"value": count / (time.perf_counter() - start), "note": best}

    return measure


def fastest(ways):
    times = {}
    for name, way in ways.items():
        way()
        start = time.perf_counter()
        way()
        times[name] = time.perf_counter() - start
    return min(times, key=times.get)


if __name__ == "__main__":
    serve(prepare)
