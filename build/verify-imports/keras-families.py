"""Writes one network of Keras Applications with random weights and statistics, in every format of Keras, and what Keras makes of it:

    python keras-families.py FOLDER keras|tf_keras NAME SIDE        NAME: as in keras.applications

FOLDER gets the files, `reference.safetensors` (`input`, `logits`, `features`: what the classifier is given, `layer:<name>` of three inner
activations), `stepped.keras` (after one step of SGD; Keras 3 only) and `files.json`, which compare-import.mjs reads."""

import json
import os
import sys

os.environ["CUDA_VISIBLE_DEVICES"] = ""
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["KERAS_BACKEND"] = "tensorflow"

import h5py
import numpy as np
import tensorflow as tf
from safetensors.numpy import save_file

BATCH, RATE, MOMENTUM = 4, 0.01, 0.9


def randomise(model, random):
    for layer in model.layers:
        if hasattr(layer, "layers"):
            randomise(layer, random)
        elif layer.weights:
            layer.set_weights([draw(name_of(weight), weight.shape, random) for weight in layer.weights])


def name_of(weight):
    return getattr(weight, "path", weight.name).split("/")[-1].split(":")[0]


def draw(name, shape, random):
    shape = tuple(shape)
    if "variance" in name:
        return random.uniform(0.5, 1.5, shape).astype("float32")
    if name == "gamma":
        return random.uniform(0.6, 1.2, shape).astype("float32")
    if "kernel" in name:
        fan = max(1, int(np.prod(shape[:2]) if shape[-1] == 1 or "depthwise" in name else np.prod(shape[:-1])))
        return (random.standard_normal(shape) * np.sqrt(1.5 / fan)).astype("float32")
    return (0.1 * random.standard_normal(shape)).astype("float32")


def norms_of(model, keras):
    return [layer for layer in model._flatten_layers() if isinstance(layer, keras.layers.BatchNormalization)]


def settle(model, x, keras):
    """Statistics of the batch as moving ones: else the signal fades from block to block, and any network gives the same."""
    norms = norms_of(model, keras)
    momenta = [layer.momentum for layer in norms]
    for layer in norms:
        layer.momentum = 0.0
    model(x, training=True)
    for layer, momentum in zip(norms, momenta):
        layer.momentum = momentum


def with_logits(model, keras):
    """The network before its softmax, what its last weighted layer is given, and three inner layers."""
    last = next(layer for layer in reversed(model.layers) if getattr(layer, "activation", None) is not None)
    last.activation = keras.activations.linear
    classifier = next(layer for layer in reversed(model.layers) if layer.weights)
    inner = [layer for layer in model.layers if "Pool" in type(layer).__name__ or type(layer).__name__ in ("Add", "Concatenate", "Multiply")]
    chosen = [inner[round(share * (len(inner) - 1))] for share in (0, 0.5, 1)]
    tensors = {"logits": model.output, "features": classifier.input, **{f"layer:{layer.name}": layer.output for layer in chosen}}
    return keras.Model(model.input, list(tensors.values())), list(tensors)


def without_dropping(model):
    for layer in model._flatten_layers():
        for rate in ("rate", "drop_path_rate"):
            if isinstance(getattr(layer, rate, None), float):
                setattr(layer, rate, 0.0)


def step(model, x, keras):
    """One step on the classes 0, 1 ...; the loss. BatchNorm's average of variances is kept as TensorFlow's own op, PyTorch and Graft define it:
    Keras 3 divides a batch's squares by n there, they by n - 1."""
    norms = norms_of(model, keras)
    before = [norm.moving_variance.numpy() for norm in norms]
    optimizer = keras.optimizers.SGD(RATE, momentum=MOMENTUM)
    with tf.GradientTape() as tape:
        logits = model(x, training=True)
        loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(tf.range(BATCH), logits))
    gradients = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(gradients, model.trainable_variables))
    for norm, old in zip(norms, before):
        kept, n = norm.momentum * old, BATCH * int(np.prod(norm.input.shape[1:-1]))
        norm.moving_variance.assign(kept + (norm.moving_variance.numpy() - kept) * n / (n - 1))
    return float(loss)


def largest_difference(received, expected):
    """Of any weight, relative to its largest value."""
    return max(float(np.abs(one - other).max() / np.abs(other).max()) for one, other in zip(received, expected) if other.any())


def distance(received, expected, before):
    """Of all weights together, as a part of what the step changed."""
    total = lambda a, b: sum(float(np.sum((one - other).astype("float64") ** 2)) for one, other in zip(a, b)) ** 0.5
    return total(received, expected) / total(expected, before)


def shaken(x, random):
    """Another last digit, which shows how far a network's own answer is determined."""
    return (x * (1 + 1.2e-7 * random.choice([-1, 1], x.shape))).astype("float32")


def legacy_weights(model, path, program):
    if program == "tf_keras":
        return model.save_weights(path, save_format="h5")
    from keras.src.legacy.saving import legacy_h5_format

    with h5py.File(path, "w") as file:
        legacy_h5_format.save_weights_to_hdf5_group(file, model)


def main(folder, program, name, side):
    if program == "tf_keras":
        import tf_keras as keras
    else:
        import keras
    own = lambda file: os.path.join(folder, file)
    random = np.random.default_rng(len(name))
    model = getattr(keras.applications, name)(weights=None, input_shape=(side, side, 3), classes=10)
    randomise(model, random)
    raw = name.startswith(("Eff", "ConvNeXt", "MobileNetV3"))
    x = random.standard_normal((BATCH, side, side, 3))
    x = (127.5 * (1 + x) if raw else x).astype("float32")
    settle(model, x, keras)
    model.save(own("model.keras"))
    model.save(own("model.h5"))
    model.save_weights(own("only.weights.h5"))
    legacy_weights(model, own("weights-alone.h5"), program)
    # Anew: a Normalization takes the numbers that were set only when it is loaded.
    model = keras.models.load_model(own("model.keras"))
    outputs, names = with_logits(model, keras)
    of = lambda images: {key: value.numpy() for key, value in zip(names, outputs(images, training=False))}
    exact, other = of(x), of(shaken(x, random))
    tensors = {"input": x, **exact}
    save_file({key: np.ascontiguousarray(value) for key, value in tensors.items()}, own("reference.safetensors"))
    files = ["model.h5", "only.weights.h5", "weights-alone.h5"]
    told = {"first": "model.keras", "family": None, "others": [{"file": file, "family": None} for file in files]}
    told["ownOutputs"] = largest_difference(other.values(), exact.values())
    if program == "keras":
        told |= stepped(model, x, random, keras, own("stepped.keras"))
    with open(own("files.json"), "w") as file:
        json.dump(told, file)


def stepped(model, x, random, keras, path):
    without_dropping(model)
    before = model.get_weights()
    step(model, shaken(x, random), keras)
    other = model.get_weights()
    model.set_weights(before)
    loss = step(model, x, keras)
    exact = model.get_weights()
    model.save(path)
    own = {"ownWeights": largest_difference(other, exact), "ownChange": distance(other, exact, before)}
    return {"stepped": os.path.basename(path), "rate": RATE, "momentum": MOMENTUM, "loss": loss, **own}


main(*sys.argv[1:4], int(sys.argv[4]))
