"""Writes files that hold the weights of a narrow MobileNet of Keras Applications alone, in both forms, whole and without its classifier, into a
folder, for pack-weights.mjs, and what Keras computes into test/fixtures/imports/keras-weights:

    python make-weight-fixtures.py FOLDER FILES        FOLDER: test/fixtures/imports; FILES: a new folder

Needs keras, tensorflow, h5py, safetensors."""

import os
import sys

os.environ["CUDA_VISIBLE_DEVICES"] = ""
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["KERAS_BACKEND"] = "tensorflow"

import h5py
import keras
import numpy as np
from keras.src.legacy.saving import legacy_h5_format
from safetensors.numpy import save_file

SEED = np.random.default_rng(20261130)


def draw(name, shape):
    """Thirty-one numbers over and over: another place has another one, and they pack well."""
    shape = tuple(shape)
    if "variance" in name or name == "gamma":
        numbers = SEED.uniform(0.5, 1.5, 31)
    elif "kernel" in name:
        fan = np.prod(shape[:2]) if "depthwise" in name else np.prod(shape[:-1])
        numbers = SEED.standard_normal(31) / np.sqrt(fan)
    else:
        numbers = 0.3 * SEED.standard_normal(31)
    return np.resize(numbers, shape).astype("float32")


def main(root, folder):
    target = os.path.join(root, "keras-weights")
    os.makedirs(target, exist_ok=True)
    os.makedirs(folder)
    sizes = {"weights": None, "input_shape": (32, 32, 3), "alpha": 0.25}
    whole = keras.applications.MobileNet(**sizes, classes=4)
    for layer in whole.layers:
        if layer.weights:
            layer.set_weights([draw(weight.path.split("/")[-1], weight.shape) for weight in layer.weights])
    part = keras.applications.MobileNet(**sizes, include_top=False, pooling="avg")
    for layer in part.layers:
        if layer.weights:
            layer.set_weights(whole.get_layer(layer.name).get_weights())
    whole.get_layer("predictions").activation = keras.activations.linear
    x = SEED.standard_normal((2, 32, 32, 3)).astype("float32")
    tensors = {"input": x, "logits": whole(x, training=False).numpy(), "features": part(x, training=False).numpy()}
    save_file({name: np.ascontiguousarray(value) for name, value in tensors.items()}, os.path.join(target, "mobilenet.reference.safetensors"))
    for name, model in (("whole", whole), ("without", part)):
        model.save_weights(os.path.join(folder, f"{name}.weights.h5"))
        with h5py.File(os.path.join(folder, f"{name}.h5"), "w") as file:
            legacy_h5_format.save_weights_to_hdf5_group(file, model)


main(*sys.argv[1:3])
