"""Features of a folder of photographs in Keras: tf.data decodes and resizes on threads that it chooses itself, ahead of the network. Prints images a
second as JSON.

usage: keras_files.py NETWORK FOLDER PRECISION DECODING [WAY...]
DECODING: exact: pictures are decoded at their full size; fast: they may be shrunk while they are. WAY: names of those to try; none: all."""

import json
import os
import sys
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import keras
import tensorflow as tf

from keras_model import build

BATCH = 32


def shrink_of(path, size):
    """The most by which libjpeg can shrink the pictures and leave twice the size; they have one size, as those of the bench do."""
    height, width, _ = tf.io.decode_jpeg(tf.io.read_file(path), channels=3).shape
    return next((ratio for ratio in (8, 4, 2) if min(height, width) >= 2 * ratio * size), 1)


def pictures(paths, size, ratio):
    def read(path):
        picture = tf.io.decode_jpeg(tf.io.read_file(path), channels=3, ratio=ratio)
        return tf.image.resize(picture, (size, size)) / 127.5 - 1

    data = tf.data.Dataset.from_tensor_slices(paths).map(read, num_parallel_calls=tf.data.AUTOTUNE)
    return data.batch(BATCH).prefetch(tf.data.AUTOTUNE)


def main(network_file, folder, precision, decoding, *ways):
    keras.mixed_precision.set_global_policy("mixed_bfloat16" if precision == "bfloat16" else "float32")
    network = json.load(open(network_file))
    size = network["layers"][0]["config"]["shape"][0]
    paths = sorted(os.path.join(base, name) for base, _, names in os.walk(folder) for name in names)
    model = build(network, False)
    readers = {"decode_jpeg": 1} | ({"decode_jpeg, ratio": shrink_of(paths[0], size)} if decoding == "fast" else {})
    rates = {}
    for name, ratio in readers.items():
        if ways and name not in ways:
            continue
        data = pictures(paths, size, ratio)
        model.predict(data.take(2), verbose=0)
        start = time.perf_counter()
        model.predict(data, verbose=0)
        rates[name] = len(paths) / (time.perf_counter() - start)
    print("@" + json.dumps({"ways": rates}))


if __name__ == "__main__":
    main(*sys.argv[1:])
