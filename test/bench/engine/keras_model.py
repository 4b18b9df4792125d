"""A Keras model from a network description: its layer types and arguments are Keras' own."""

import keras
import numpy as np

SKIPPED = {"kernel_initializer", "depthwise_initializer", "gamma_initializer", "resized"}


class ClassToken(keras.layers.Layer):
    """Learnt tokens in front of the others."""

    def build(self, shape):
        self.token = self.add_weight(shape=(1, 1, shape[-1]), initializer="random_normal", name="token")

    def call(self, x):
        return keras.ops.concatenate([keras.ops.repeat(self.token, keras.ops.shape(x)[0], axis=0), x], axis=1)


class PositionalEmbedding(keras.layers.Layer):
    def build(self, shape):
        self.embedding = self.add_weight(shape=(1, *shape[1:]), initializer="random_normal", name="embedding")

    def call(self, x):
        return x + self.embedding


class SelectToken(keras.layers.Layer):
    def call(self, x):
        return x[:, 0]


class LayerScale(keras.layers.Layer):
    def __init__(self, init_values, **more):
        super().__init__(**more)
        self.init_values = init_values

    def build(self, shape):
        self.gamma = self.add_weight(shape=(shape[-1],), initializer=keras.initializers.Constant(self.init_values), name="gamma")

    def call(self, x):
        return x * self.gamma


OWN = {each.__name__: each for each in (ClassToken, PositionalEmbedding, SelectToken, LayerScale)}


def build(network, classifier, trainable=None):
    outputs = {}
    for layer in network["layers"]:
        config = {k: v for k, v in layer["config"].items() if k not in SKIPPED}
        if layer["type"] == "InputLayer":
            outputs[layer["name"]] = keras.Input(config["shape"])
            continue
        inputs = [outputs[name] for name in layer["inputs"]]
        kind = OWN.get(layer["type"]) or getattr(keras.layers, layer["type"])
        made = kind(name=layer["name"], **config)
        if trainable is not None:
            made.trainable = trainable(layer)
        if layer["type"] == "MultiHeadAttention":
            outputs[layer["name"]] = made(inputs[0], inputs[0])
        else:
            outputs[layer["name"]] = made(inputs[0] if len(inputs) == 1 else inputs)
    last = outputs[network["outputs"][0]]
    if classifier:
        last = keras.layers.Softmax(dtype="float32")(last)
    return keras.Model(outputs[network["layers"][0]["name"]], last)


def noise(*shape):
    return np.random.default_rng(1).standard_normal(shape, dtype="float32")
