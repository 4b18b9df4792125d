"""Writes what the networks of Keras Applications are, for files that hold their weights alone:

    python describe-keras.py FILE [NAME ...]

A list: `family`, `name` of the model in Keras, `layers` ([class, name, inputs, what decides numbers, "ops" for functions]), and `without`: where the
network without its classifier ends. pack-applications.mjs makes the file that Graft reads of it. Needs keras."""

import json
import os
import sys

os.environ["CUDA_VISIBLE_DEVICES"] = ""
os.environ["KERAS_BACKEND"] = "numpy"

import keras

# Nobody looks at the numbers.
for kind in (keras.initializers.VarianceScaling, keras.initializers.TruncatedNormal, keras.initializers.RandomNormal):
    kind.__call__ = lambda self, shape, dtype=None: keras.ops.zeros(shape, dtype)

NAMES = [
    "VGG16", "VGG19", "ResNet50", "ResNet101", "ResNet152", "ResNet50V2", "ResNet101V2", "ResNet152V2",
    "MobileNet", "MobileNetV2", "MobileNetV3Small", "MobileNetV3Large", "DenseNet121", "DenseNet169", "DenseNet201",
    "InceptionV3", "InceptionResNetV2", "Xception", "NASNetMobile", "NASNetLarge",
    *[f"EfficientNetB{number}" for number in range(8)], *[f"EfficientNetV2{name}" for name in ("B0", "B1", "B2", "B3", "S", "M", "L")],
    *[f"ConvNeXt{name}" for name in ("Tiny", "Small", "Base", "Large", "XLarge")],
]  # fmt: skip
# Names of initial values and the like, which decide nothing once there are weights.
IDLE = ("initializer", "regularizer", "constraint", "dtype", "trainable", "name", "seed", "synchronized", "renorm", "ragged", "sparse", "optional")
USUAL = {"data_format": "channels_last", "invert": False, "noise_shape": None, "max_value": None, "negative_slope": 0.0, "threshold": 0.0, "groups": 1,
         "depth_multiplier": 1, "use_bias": True, "activation": "linear", "dilation_rate": [1, 1], "padding": "valid", "center": True, "scale": True,
         "keepdims": False, "rms_scaling": False, "mean": None, "variance": None}
IMAGENET_STD = [0.229, 0.224, 0.225]


def describe(model):
    config = json.loads(model.to_json())["config"]
    output = config["output_layers"][0]
    return config["name"], [layer_of(layer) for layer in config["layers"]], output if isinstance(output, str) else output[0]


def layer_of(layer):
    kind = layer["class_name"]
    config = {} if "Input" in kind else {key: value for key, value in layer["config"].items() if matters(kind, key, value)}
    inputs = []
    for node in layer["inbound_nodes"]:
        collect(node["args"], inputs)
    return [kind, layer["config"]["name"], inputs, config, *(["ops"] if ".ops" in layer.get("module", "") else [])]


def matters(kind, key, value):
    if key == "noise_shape":
        return value is not None
    if any(word in key for word in IDLE) or (key == "strides" and "Conv" in kind and value == [1, 1]):
        return False
    return not (key in USUAL and type(value) is type(USUAL[key]) and value == USUAL[key])


def collect(value, found):
    if isinstance(value, dict) and value.get("class_name") == "__keras_tensor__":
        found.append(value["config"]["keras_history"][0])
    elif isinstance(value, (list, tuple)):
        for item in value:
            collect(item, found)
    elif isinstance(value, (int, float)):
        found.append(value)


def rescaled(layers):
    """With weights of ImageNet Keras has a Rescaling behind the Normalization of EfficientNet B0 to B7."""
    own = ["Rescaling", "rescaling_1", ["normalization"], {"scale": [1 / std**0.5 for std in IMAGENET_STD], "offset": 0.0}]
    found = []
    for layer in layers:
        kind, name, inputs, config = layer[:4]
        found.append([kind, name, ["rescaling_1" if each == "normalization" else each for each in inputs], config, *layer[4:]])
        if name == "normalization":
            found.append(own)
    return found


def main(path, names):
    families = []
    for name in names or NAMES:
        size = 96
        build = getattr(keras.applications, name)
        keras.backend.clear_session()
        title, layers, _ = describe(build(weights=None, input_shape=(size, size, 3)))
        keras.backend.clear_session()
        _, _, end = describe(build(weights=None, input_shape=(size, size, 3), include_top=False))
        if end not in [layer[1] for layer in layers]:
            # ConvNeXt: the norm behind the pooling.
            end = layers[-1][2][0]
        if name.startswith("EfficientNetB"):
            layers = rescaled(layers)
        print(name, len(layers), "without:", end, flush=True)
        families.append({"family": name.lower(), "name": title, "layers": layers, "without": end})
    with open(path, "w", encoding="utf-8") as file:
        json.dump(families, file, separators=(",", ":"))


main(sys.argv[1], sys.argv[2:])
