"""Keras' transfer-learning guide on a folder of photographs: the frozen base stays in the loop. Prints seconds as JSON.

usage: keras_folder.py NETWORK FOLDER EPOCHS TRAINED_FROM [fit]
TRAINED_FROM: the first layer that is trained."""

import json
import os
import sys
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
start = time.perf_counter()
import keras
import tensorflow as tf

from keras_model import build

network = json.load(open(sys.argv[1]))
names = [layer["name"] for layer in network["layers"]]
first = names.index(sys.argv[4])
size = network["layers"][0]["config"]["shape"][0]
data = keras.utils.image_dataset_from_directory(sys.argv[2], image_size=(size, size), batch_size=32, seed=1, verbose=False)
data = data.map(lambda x, y: (x / 127.5 - 1, y), num_parallel_calls=tf.data.AUTOTUNE).prefetch(tf.data.AUTOTUNE)
model = build(network, True, lambda layer: names.index(layer["name"]) >= first)
model.compile(keras.optimizers.Adam(1e-3), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
seconds = []
for _ in range(int(sys.argv[3])):
    begun = time.perf_counter()
    model.fit(data, verbose=0)
    seconds.append(time.perf_counter() - begun)
print("@" + json.dumps({"start": time.perf_counter() - start - sum(seconds), "ways": {"fit": seconds}}))
