"""Writes the fixtures of test/fixtures/imports/keras, h5 and tfjs: cut-down networks with random weights and statistics, each with what
Keras computes for it.

    python make-fixtures.py FOLDER        FOLDER: test/fixtures/imports

Needs keras, tensorflow, tf_keras, h5py, safetensors. The same seed gives the same numbers."""

import json
import os
import sys
import zipfile

os.environ["CUDA_VISIBLE_DEVICES"] = ""
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["KERAS_BACKEND"] = "tensorflow"

import h5py
import keras
import numpy as np
import tf_keras
from safetensors.numpy import save_file

SEED = np.random.default_rng(20261130)


def randomise(model):
    """Weights that keep the signal alive, and statistics that are not 0 and 1."""
    for layer in model.layers:
        if hasattr(layer, "layers"):
            randomise(layer)
        elif layer.weights:
            layer.set_weights([draw(name_of(weight), weight.shape) for weight in layer.weights])


def name_of(weight):
    return getattr(weight, "path", weight.name).split("/")[-1].split(":")[0]


def draw(name, shape):
    shape = tuple(shape)
    if "variance" in name or name in ("gamma", "count"):
        return SEED.uniform(0.5, 1.5, shape).astype("float32")
    if "kernel" in name:
        fan = max(1, int(np.prod(shape[:-1])) if "depthwise" not in name else int(np.prod(shape[:2])))
        return (SEED.standard_normal(shape) / np.sqrt(fan)).astype("float32")
    return (0.3 * SEED.standard_normal(shape)).astype("float32")


def residual(keras, layers, size=16):
    """A stem, two residual blocks as Keras Applications names them, a branch that is joined again, a classifier."""
    image = keras.Input((size, size, 3), name="input_1")
    x = layers.ZeroPadding2D(((1, 1), (1, 1)), name="conv1_pad")(image)
    x = layers.Conv2D(6, 3, strides=2, name="conv1_conv")(x)
    x = layers.BatchNormalization(epsilon=1.001e-5, name="conv1_bn")(x)
    x = layers.Activation("relu", name="conv1_relu")(x)
    for stage, stride in (("conv2_block1", 1), ("conv3_block1", 2)):
        short = layers.Conv2D(8, 1, strides=stride, name=f"{stage}_0_conv")(x)
        x = layers.DepthwiseConv2D(3, strides=stride, padding="same", use_bias=False, name=f"{stage}_1_conv")(x)
        x = layers.BatchNormalization(scale=False, name=f"{stage}_1_bn")(x)
        x = layers.ReLU(6.0, name=f"{stage}_1_relu")(x)
        x = layers.Conv2D(8, 1, activation="swish", name=f"{stage}_2_conv")(x)
        x = layers.Add(name=f"{stage}_add")([short, x])
    a = layers.MaxPooling2D(2, name="mixed_max")(x)
    b = layers.AveragePooling2D(2, strides=2, padding="same", name="mixed_mean")(x)
    x = layers.Concatenate(name="mixed")([a, b])
    x = layers.GlobalAveragePooling2D(name="avg_pool")(x)
    x = layers.Dropout(0.2, name="top_dropout")(x)
    x = layers.Dense(5, activation="softmax", name="predictions")(x)
    return keras.Model(image, x, name="cut_resnet")


def nested(keras, layers):
    """Rescaling, a base of its own inside, a head: how people fine-tune. The base is frozen, so legacy files write it in another order.
    Keras 2 lets names hold slashes."""
    slash = "/" if keras is tf_keras else "_"
    base_input = keras.Input((12, 12, 3), name="base_input")
    x = layers.Conv2D(4, 3, padding="same", use_bias=False, name=f"block{slash}conv")(base_input)
    x = layers.BatchNormalization(name=f"block{slash}bn")(x)
    x = layers.ReLU(name=f"block{slash}relu")(x)
    x = layers.Conv2D(4, 3, padding="same", name="conv2d")(x)
    x = layers.BatchNormalization(name="bn_2")(x)
    base = keras.Model(base_input, x, name="base")
    head = keras.Sequential([layers.GlobalAveragePooling2D(name="pool"), layers.Dense(6, activation="relu", name="hidden")], name="head")
    model = keras.Sequential(
        [keras.Input((12, 12, 3)), layers.Rescaling(1 / 127.5, offset=-1.0, name="rescaling"), base, head, layers.Dense(3, name="dense")],
        name="nested",
    )
    base.trainable = False
    return model


def squeezed(keras, layers):
    """The layers of EfficientNet, MobileNetV3 and Xception that others have not."""
    image = keras.Input((16, 16, 3), name="image")
    x = layers.Rescaling(1 / 255.0, name="rescaling")(image)
    x = layers.Normalization(mean=[0.48, 0.46, 0.41], variance=[0.05, 0.05, 0.06], name="normalization")(x)
    x = layers.Conv2D(8, 3, strides=2, padding="same", name="stem_conv")(x)
    x = layers.Activation("swish", name="stem_activation")(x)
    se = layers.GlobalAveragePooling2D(name="block1a_se_squeeze")(x)
    se = layers.Reshape((1, 1, 8), name="block1a_se_reshape")(se)
    se = layers.Conv2D(2, 1, activation="swish", name="block1a_se_reduce")(se)
    se = layers.Conv2D(8, 1, activation="sigmoid", name="block1a_se_expand")(se)
    x = layers.Multiply(name="block1a_se_excite")([x, se])
    x = layers.SeparableConv2D(10, 3, padding="same", name="block2a_sepconv")(x)
    x = layers.LeakyReLU(0.1, name="block2a_leaky")(x)
    x = layers.PReLU(shared_axes=[1, 2], name="block2b_prelu")(x)
    x = layers.Cropping2D(1, name="block2b_crop")(x)
    x = layers.UpSampling2D(2, name="block2b_up")(x)
    x = layers.UpSampling2D((2, 1), interpolation="bilinear", name="block2b_up_bilinear")(x)
    x = layers.Conv2D(10, 3, groups=2, padding="same", name="block3a_conv")(x)
    x = layers.GlobalMaxPooling2D(keepdims=True, name="max_pool")(x)
    x = layers.Flatten(name="flatten")(x)
    return keras.Model(image, layers.Dense(4, name="predictions")(x), name="squeezed")


def convnext(keras, layers):
    from keras.src.applications import convnext as source

    model = source.ConvNeXt([1, 1, 1, 1], [4, 6, 8, 10], drop_path_rate=0.1, name="cut_convnext", input_shape=(32, 32, 3),
                            weights=None, classes=3, classifier_activation="softmax")
    return model


def gates(keras, layers):
    """Activations written as arithmetic on tensors: relu6(x + 3) / 6 of MobileNetV3, and a plain gate; no classifier."""
    image = keras.Input((8, 8, 3), name="image")
    x = image / 127.5 - 1.0
    x = layers.Conv2D(6, 3, padding="same", name="expanded_conv_1_conv")(x)
    x = layers.Multiply(name="expanded_conv_1_swish")([x, layers.ReLU(6.0, name="expanded_conv_1_relu6")(x + 3.0) * (1.0 / 6.0)])
    se = layers.GlobalAveragePooling2D(keepdims=True, name="expanded_conv_2_pool")(x)
    se = layers.ReLU(6.0, name="expanded_conv_2_relu6")(layers.Conv2D(6, 1, name="expanded_conv_2_gate")(se) + 3.0) * (1.0 / 6.0)
    x = x * se + x
    return keras.Model(image, layers.GlobalAveragePooling2D(name="pool")(x), name="gates")


def attention(keras, layers):
    """Patches whose tokens attend to one another, the second time with dropout and by keywords."""
    image = keras.Input((8, 8, 3), name="image")
    x = layers.Conv2D(8, 4, strides=4, name="patches")(image)
    x = layers.Reshape((4, 8), name="tokens")(x)
    norm = layers.LayerNormalization(epsilon=1e-6, name="norm")(x)
    x = layers.Add(name="add_1")([x, layers.MultiHeadAttention(2, 4, name="attention_1")(norm, norm)])
    more = layers.MultiHeadAttention(2, 3, dropout=0.1, use_bias=False, name="attention_2")(x, value=x, key=x)
    x = layers.Flatten(name="flatten")(layers.Add(name="add_2")([x, more]))
    return keras.Model(image, layers.Dense(3, name="predictions")(x), name="attention")


def save_reference(keras, model, size, path, scale=1.0, inner=()):
    """`input`, `logits` and inner activations by layer name."""
    x = (SEED.uniform(0, 1, (2, size, size, 3)) * scale).astype("float32")
    last = model.layers[-1]
    activation = getattr(last, "activation", None)
    if activation is not None and activation.__name__ == "softmax":
        last.activation = keras.activations.linear
        logits = model(x, training=False).numpy()
        last.activation = activation
    else:
        logits = model(x, training=False).numpy()
    tensors = {"input": x, "logits": logits}
    for name in inner:
        tensors[f"layer:{name}"] = keras.Model(model.input, model.get_layer(name).output)(x, training=False).numpy()
    save_file({name: np.ascontiguousarray(value) for name, value in tensors.items()}, path)


def deflate(path):
    """The same archive with compressed entries: small, and another way to write one."""
    with zipfile.ZipFile(path) as archive:
        entries = [(name, archive.read(name)) for name in archive.namelist()]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries:
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)


def save_tfjs(model, folder, quantise, groups, config_style):
    """As tensorflowjs_converter and TensorFlow.js write it, by hand: tensorflowjs does not install beside a recent TensorFlow."""
    os.makedirs(folder, exist_ok=True)
    config = json.loads(model.to_json())
    topology = {"keras_version": "2.15.0", "backend": "tensorflow", "model_config": {"class_name": config["class_name"], "config": config["config"]}}
    if config_style == "tfjs":
        topology = {"class_name": config["class_name"], "config": config["config"], "keras_version": "tfjs-layers 4.22.0", "backend": "tensor_flow.js"}
    manifest = []
    weights = [(weight.name.split(":")[0], weight.numpy()) for weight in model.weights]
    exact = {}
    for number, part in enumerate(np.array_split(np.arange(len(weights)), groups)):
        entries, content = [], b""
        for index in part:
            name, value = weights[index]
            entry, stored, exact[name] = quantised(name, value, quantise)
            entries.append(entry)
            content += stored
        cut = max(1, len(content) // 2 + 1)
        names = [f"group{number + 1}-shard{shard + 1}of2.bin" for shard in range(2)]
        for shard, name in enumerate(names):
            with open(os.path.join(folder, name), "wb") as file:
                file.write(content[shard * cut : (shard + 1) * cut])
        manifest.append({"paths": names, "weights": entries})
    with open(os.path.join(folder, "model.json"), "w") as file:
        json.dump({"format": "layers-model", "generatedBy": "keras", "modelTopology": topology, "weightsManifest": manifest}, file)
    model.set_weights([exact[weight.name.split(":")[0]] for weight in model.weights])


def quantised(name, value, kind):
    entry = {"name": name, "shape": list(value.shape), "dtype": "float32"}
    value = value.astype("float32")
    if kind is None or value.size < 4:
        return entry, value.tobytes(), value
    if kind == "float16":
        stored = value.astype("float16")
        return {**entry, "quantization": {"original_dtype": "float32", "dtype": "float16"}}, stored.tobytes(), stored.astype("float32")
    levels = 255 if kind == "uint8" else 65535
    low, high = float(value.min()), float(value.max())
    scale = (high - low) / levels or 1.0
    stored = np.clip(np.round((value - low) / scale), 0, levels).astype(kind)
    back = (stored.astype("float64") * scale + low).astype("float32")
    return {**entry, "quantization": {"dtype": kind, "scale": scale, "min": low}}, stored.tobytes(), back


def kinds_of_hdf5(folder):
    """Every way to store what Graft reads: groups and attributes few and many, number formats, chunks with filters."""
    os.makedirs(folder, exist_ok=True)
    for name, libver in (("earliest", "earliest"), ("v108", ("earliest", "v108"))):
        with h5py.File(os.path.join(folder, f"{name}.h5"), "w", libver=libver) as file:
            file.attrs["bytes"] = b"variable"
            file.attrs["fixed"] = np.bytes_("fixed")
            file.attrs["list"] = [b"abc", b"d"]
            file.attrs["nothing"] = h5py.Empty("f")
            many = file.create_group("many")
            for number in range(20):
                many.attrs[f"attribute_{number}"] = "y" * number
                many.create_group(f"name_{number}")
            file["many/name_7"].create_dataset("values", data=np.arange(6, dtype="<f4").reshape(2, 3))
            for dtype in ("<f2", "<f8", ">f4", ">f8", "<i1", "<i2", "<i4", "<i8", "<u1", "<u2", "<u4", "<u8"):
                signed = -1 if "u" not in dtype else 1
                file.create_dataset(dtype.replace("<", "le_").replace(">", "be_"), data=(signed * np.arange(5)).astype(dtype))
            file.create_dataset("scalar", data=np.float32(7.5))
            file.create_dataset("bool", data=np.array([True, False]))
            file.create_dataset("text", data="text")
            values = np.arange(700, dtype="<f4").reshape(7, 100)
            file.create_dataset("chunked", data=values, chunks=(3, 40))
            file.create_dataset("filtered", data=values, chunks=(3, 40), compression="gzip", shuffle=True, fletcher32=True)
            file.create_dataset("lzf", data=values, chunks=(3, 40), compression="lzf")
            file.create_dataset("unwritten", shape=(4,), dtype="<f4")
            file["soft"] = h5py.SoftLink("/scalar")
            file["external"] = h5py.ExternalLink("other.h5", "/scalar")
            file["loop"] = file["/"]
            if name == "v108":
                file.create_dataset("elsewhere", shape=(4,), dtype="<f4", external=[("other.raw", 0, 16)])
    with h5py.File(os.path.join(folder, "latest.h5"), "w", libver="latest") as file:
        file.create_dataset("chunked", data=np.arange(40, dtype="<f4"), chunks=(20,), maxshape=(None,))
        file.create_dataset("whole", data=np.arange(4, dtype="<f4"))
        layout = h5py.VirtualLayout(shape=(4,), dtype="<f4")
        layout[:] = h5py.VirtualSource("other.h5", "x", shape=(4,))
        file.create_virtual_dataset("virtual", layout)


def main(root):
    kinds_of_hdf5(os.path.join(root, "hdf5"))
    folders = {name: os.path.join(root, name) for name in ("keras", "h5", "tfjs")}
    for folder in folders.values():
        os.makedirs(folder, exist_ok=True)
    new, old = keras.layers, tf_keras.layers

    model = residual(keras, new)
    randomise(model)
    inner = ["conv1_relu", "conv3_block1_add", "mixed", "avg_pool"]
    path = os.path.join(folders["keras"], "residual.keras")
    model.save(path)
    deflate(path)
    save_reference(keras, model, 16, os.path.join(folders["keras"], "residual.reference.safetensors"), inner=inner)

    for name, build, size, scale, inner in (
        ("nested", nested, 12, 255.0, []),
        ("squeezed", squeezed, 16, 255.0, ["block1a_se_excite", "block2b_up", "max_pool"]),
        ("convnext", convnext, 32, 255.0, []),
        ("gates", gates, 8, 255.0, ["expanded_conv_1_swish"]),
    ):
        model = build(keras, new)
        randomise(model)
        path = os.path.join(folders["keras"], f"{name}.keras")
        model.save(path)
        deflate(path)
        if name != "convnext":
            model.save(os.path.join(folders["h5"], f"{name}-keras3.h5"))
        save_reference(keras, model, size, os.path.join(folders["keras"], f"{name}.reference.safetensors"), scale, inner)

    for name, build, size, scale in (("residual", residual, 16, 1.0), ("nested", nested, 12, 255.0), ("gates", gates, 8, 255.0)):
        model = build(tf_keras, old)
        randomise(model)
        path = os.path.join(folders["h5"], f"{name}-keras2.h5")
        model.save(path, save_format="h5")
        if name == "nested":
            split_attributes(path)
            model.save(os.path.join(folders["keras"], "nested-keras2.keras"))
            deflate(os.path.join(folders["keras"], "nested-keras2.keras"))
        save_reference(tf_keras, model, size, os.path.join(folders["h5"], f"{name}-keras2.reference.safetensors"), scale)

    for name, build, size, scale, kind, groups, style in (
        ("residual", residual, 16, 1.0, None, 2, "keras"),
        ("uint8", residual, 16, 1.0, "uint8", 1, "keras"),
        ("uint16", residual, 16, 1.0, "uint16", 1, "tfjs"),
        ("float16", nested, 12, 255.0, "float16", 3, "tfjs"),
    ):
        model = build(tf_keras, old)
        randomise(model)
        folder = os.path.join(folders["tfjs"], name)
        save_tfjs(model, folder, kind, groups, style)
        save_reference(tf_keras, model, size, os.path.join(folder, "reference.safetensors"), scale)
    teachable_machine(os.path.join(folders["tfjs"], "teachable-machine"))

    for framework, layers, name, kind in ((keras, new, "attention", "keras"), (tf_keras, old, "attention-keras2", "h5")):
        model = attention(framework, layers)
        randomise_all(model)
        model.save(os.path.join(folders[kind], f"{name}.{kind}"))
        if kind == "keras":
            deflate(os.path.join(folders[kind], f"{name}.{kind}"))
        save_reference(framework, model, 8, os.path.join(folders[kind], f"{name}.reference.safetensors"), inner=["add_1"])


def randomise_all(model):
    """The same, but for the states of random numbers."""
    for weight in model.weights:
        if "float" in str(weight.dtype):
            weight.assign(draw(name_of(weight), weight.shape))


def split_attributes(path):
    """What h5py's limit of 64,512 bytes makes of long lists: names in numbered attributes."""
    with h5py.File(path, "r+") as file:
        group = file["model_weights"]
        names = [name for name in group.attrs["layer_names"]]
        del group.attrs["layer_names"]
        group.attrs["layer_names0"] = names[:2]
        group.attrs["layer_names1"] = names[2:]


def teachable_machine(folder):
    """Sequential of Sequentials, a Functional inside, and the labels beside them."""
    layers = tf_keras.layers
    image = tf_keras.Input((12, 12, 3), name="input_1")
    x = layers.Conv2D(4, 3, strides=2, use_bias=False, name="Conv1")(image)
    x = layers.BatchNormalization(name="bn_Conv1")(x)
    x = layers.ReLU(6.0, name="Conv1_relu")(x)
    base = tf_keras.Model(image, x, name="model1")
    features = tf_keras.Sequential([base, layers.GlobalAveragePooling2D(name="global_average_pooling2d_GlobalAveragePooling2D1")], name="sequential_1")
    head = tf_keras.Sequential(
        [
            tf_keras.Input((4,)),
            layers.Dense(6, activation="relu", name="dense_Dense1"),
            layers.Dense(2, activation="softmax", use_bias=False, name="dense_Dense2"),
        ],
        name="sequential_3",
    )
    model = tf_keras.Sequential([features, head], name="sequential_4")
    model.build((None, 12, 12, 3))
    randomise(model)
    save_tfjs(model, folder, None, 1, "tfjs")
    with open(os.path.join(folder, "metadata.json"), "w") as file:
        json.dump({"tfjsVersion": "1.7.4", "tmVersion": "2.4.10", "packageName": "@teachablemachine/image", "labels": ["cat", "dog"], "imageSize": 12}, file)
    x = SEED.uniform(-1, 1, (2, 12, 12, 3)).astype("float32")
    dense = head.layers[-1]
    hidden = tf_keras.Model(head.input, head.layers[0].output)(features(x, training=False)).numpy()
    save_file({"input": x, "logits": np.ascontiguousarray(hidden @ dense.get_weights()[0])}, os.path.join(folder, "reference.safetensors"))


main(sys.argv[1])
