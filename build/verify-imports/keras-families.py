"""Builds models of Keras Applications with random weights and statistics and saves each with what Keras computes for it:

    python keras-families.py FOLDER [NAME ...]        NAME: as in keras.applications; all of them when left out

FOLDER/<name>/model.keras and model.h5 with reference.safetensors (`input`, `logits`, `layer:<name>` of three inner activations), which
compare-import.mjs reads: node compare-import.mjs FOLDER/<name>/model.keras SIDE"""

import os
import sys

os.environ["CUDA_VISIBLE_DEVICES"] = ""
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["KERAS_BACKEND"] = "tensorflow"

import keras
import numpy as np
from safetensors.numpy import save_file

NAMES = [
    "VGG16", "VGG19", "ResNet50", "ResNet101", "ResNet152", "ResNet50V2", "ResNet101V2", "ResNet152V2",
    "MobileNet", "MobileNetV2", "MobileNetV3Small", "MobileNetV3Large", "DenseNet121", "DenseNet169", "DenseNet201",
    "InceptionV3", "InceptionResNetV2", "Xception", "NASNetMobile", "NASNetLarge",
    *[f"EfficientNetB{number}" for number in range(8)], *[f"EfficientNetV2{name}" for name in ("B0", "B1", "B2", "B3", "S", "M", "L")],
    *[f"ConvNeXt{name}" for name in ("Tiny", "Small", "Base", "Large", "XLarge")],
]  # fmt: skip
SIZES = {"InceptionV3": 96, "InceptionResNetV2": 96, "Xception": 96, "NASNetMobile": 224, "NASNetLarge": 331}


def randomise(model, random):
    for layer in model.layers:
        if hasattr(layer, "layers"):
            randomise(layer, random)
        elif layer.weights:
            layer.set_weights([draw(weight.path.split("/")[-1], weight.shape, random) for weight in layer.weights])


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


def main(folder, names):
    os.makedirs(folder, exist_ok=True)
    for name in names or NAMES:
        random = np.random.default_rng(len(name))
        size = SIZES.get(name, 64)
        model = getattr(keras.applications, name)(weights=None, input_shape=(size, size, 3), classes=10)
        randomise(model, random)
        own = os.path.join(folder, name)
        os.makedirs(own, exist_ok=True)
        model.save(os.path.join(own, "model.keras"))
        model.save(os.path.join(own, "model.h5"))
        x = random.uniform(0, 255 if name.startswith(("Eff", "ConvNeXt", "MobileNetV3")) else 1, (2, size, size, 3)).astype("float32")
        last = next(layer for layer in reversed(model.layers) if getattr(layer, "activation", None) is not None)
        last.activation = keras.activations.linear
        inner = [layer for layer in model.layers if "Pool" in type(layer).__name__ or type(layer).__name__ in ("Add", "Concatenate", "Multiply")]
        chosen = [inner[0], inner[len(inner) // 2], inner[-1]]
        outputs = keras.Model(model.input, [model.output, *[layer.output for layer in chosen]])(x, training=False)
        tensors = {"input": x, "logits": outputs[0].numpy()}
        tensors |= {f"layer:{layer.name}": value.numpy() for layer, value in zip(chosen, outputs[1:])}
        save_file({key: np.ascontiguousarray(value) for key, value in tensors.items()}, os.path.join(own, "reference.safetensors"))
        print(name, model.count_params(), flush=True)
        keras.backend.clear_session()


main(sys.argv[1], sys.argv[2:])
