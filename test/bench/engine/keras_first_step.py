"""From the start of the process to the first training step done. usage: keras_first_step.py NETWORK"""

import json
import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import keras
import numpy as np

from keras_model import build, noise

network = json.load(open(sys.argv[1]))
model = build(network, True)
model.compile(keras.optimizers.SGD(1e-3, momentum=0.9), loss="categorical_crossentropy")
x = noise(32, *network["layers"][0]["config"]["shape"])
model.fit(x, keras.utils.to_categorical(np.arange(32) % 10, 10), batch_size=32, verbose=0)
print("@{}")
