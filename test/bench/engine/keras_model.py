"""A Keras model from a network description: its layer types and arguments are Keras' own."""

import keras
import numpy as np

SKIPPED = {"kernel_initializer", "depthwise_initializer", "gamma_initializer"}


def build(network, classifier, trainable=None):
    outputs = {}
    for layer in network["layers"]:
        config = {k: v for k, v in layer["config"].items() if k not in SKIPPED}
        if layer["type"] == "InputLayer":
            outputs[layer["name"]] = keras.Input(config["shape"])
            continue
        inputs = [outputs[name] for name in layer["inputs"]]
        made = getattr(keras.layers, layer["type"])(name=layer["name"], **config)
        if trainable is not None:
            made.trainable = trainable(layer)
        outputs[layer["name"]] = made(inputs[0] if len(inputs) == 1 else inputs)
    last = outputs[network["outputs"][0]]
    if classifier:
        last = keras.layers.Softmax(dtype="float32")(last)
    return keras.Model(outputs[network["layers"][0]["name"]], last)


def noise(*shape):
    return np.random.default_rng(1).standard_normal(shape, dtype="float32")
