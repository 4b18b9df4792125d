"""Makes test/fixtures/imports/onnx: narrow networks as PyTorch's two exporters write them, and graphs of a few nodes for what operators may be
asked to do, each with what ONNX Runtime computes for it:  PYTHON make-onnx-fixtures.py

Needs torch, torchvision, timm, onnx, onnxscript, onnxruntime, safetensors."""
import pathlib
import re
import warnings

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import TensorProto, helper, numpy_helper
from safetensors.numpy import save_file
from timm.models.vision_transformer import VisionTransformer
from torch import nn
from torchvision.models import convnext
from torchvision.models import vision_transformer as torchvision_vit
from torch_reference import randomise

warnings.filterwarnings("ignore")
FOLDER = pathlib.Path(__file__).resolve().parents[2] / "test" / "fixtures" / "imports" / "onnx"
CLASSES = 5


class Residual(nn.Module):
    """Convolution, maximum over padded windows, a block with a shortcut, a classifier over a flattened map."""

    def __init__(self):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(3, 6, 7, 2, 3, bias=False), nn.BatchNorm2d(6)
        self.pool = nn.MaxPool2d(3, 2, 1, ceil_mode=True)
        self.conv2, self.bn2 = nn.Conv2d(6, 8, 3, 2, 1, groups=2, bias=False), nn.BatchNorm2d(8, eps=1e-3, momentum=0.03)
        self.conv3, self.bn3 = nn.Conv2d(8, 8, 3, 1, 1, bias=False), nn.BatchNorm2d(8)
        self.short = nn.Sequential(nn.Conv2d(6, 8, 1, 2, bias=False), nn.BatchNorm2d(8))
        self.dropout, self.fc = nn.Dropout(), nn.Linear(8 * 1 * 2, CLASSES)

    def forward(self, x):
        x = self.pool(self.bn1(self.conv1(x)).relu())
        y = self.bn3(self.conv3(self.bn2(self.conv2(x)).relu()))
        x = nn.functional.avg_pool2d((y + self.short(x)).relu(), 2, 2, count_include_pad=False)
        return self.fc(self.dropout(x.flatten(1)))


class Gates(nn.Module):
    """Depthwise convolution, squeeze and excite, every gate, concatenation, a convolution as the classifier."""

    def __init__(self):
        super().__init__()
        self.stem, self.dw = nn.Conv2d(3, 8, 3, 2, 1), nn.Conv2d(8, 8, 5, 2, 2, groups=8, bias=False)
        self.norm, self.act = nn.BatchNorm2d(8), nn.Hardswish()
        self.reduce, self.expand = nn.Conv2d(8, 4, 1), nn.Conv2d(4, 8, 1)
        self.point, self.silu = nn.Conv2d(16, 8, 1), nn.SiLU()
        self.prelu, self.head = nn.PReLU(8), nn.Conv2d(8, CLASSES, 1)

    def forward(self, x):
        x = nn.functional.relu6(self.stem(x))
        y = self.act(self.norm(self.dw(x)))
        gate = nn.functional.hardsigmoid(self.expand(nn.functional.leaky_relu(self.reduce(y.mean((2, 3), keepdim=True)), 0.1)))
        z = torch.cat([y * gate, nn.functional.max_pool2d(x, 2)], 1)
        z = self.prelu(self.silu(self.point(z)))
        return self.head(nn.functional.adaptive_avg_pool2d(z, 1)).flatten(1)


def small_vit():
    return VisionTransformer(img_size=16, patch_size=4, embed_dim=6, depth=1, num_heads=3, mlp_ratio=1, num_classes=CLASSES, init_values=0.1)


def small_torchvision_vit():
    return torchvision_vit.VisionTransformer(image_size=16, patch_size=8, num_layers=1, num_heads=2, hidden_dim=8, mlp_dim=12, num_classes=CLASSES)


def small_convnext():
    return convnext.ConvNeXt([convnext.CNBlockConfig(4, 6, 1), convnext.CNBlockConfig(6, None, 1)], num_classes=CLASSES)


def export(name, model, size, newer, seed, **options):
    torch.manual_seed(seed)
    model = randomise(model.eval(), seed)
    x = torch.randn(1, 3, *size)
    path = FOLDER / f"{name}.onnx"
    if newer:
        torch.onnx.export(model, (x,), str(path), dynamo=True, external_data=False, verbose=False, **options)
        slim = onnx.load(path)
        # Stack traces, with paths of the machine in them, are most of the file.
        for node in slim.graph.node:
            kept = [prop for prop in node.metadata_props if prop.key == "namespace"]
            del node.metadata_props[:]
            for prop in kept:
                # `layer1: torch.nn.modules.container.Sequential` as `layer1: Sequential`.
                node.metadata_props.add(key="namespace", value=re.sub(r": (?:\w+\.)+(?=\w)", ": ", prop.value))
        for value in [*slim.graph.input, *slim.graph.output, *slim.graph.value_info, *slim.graph.initializer]:
            del value.metadata_props[:]
        del slim.graph.value_info[:]
        del slim.graph.metadata_props[:]
        onnx.save(slim, path)
    else:
        torch.onnx.export(model, x, str(path), dynamo=False, input_names=["input"], output_names=["logits"],
                          dynamic_axes={"input": {0: "batch"}}, **options)
    path.chmod(0o644)
    write_reference(name, path, x.numpy())


def write_reference(name, path, x):
    """The graph's outputs, maps with channels last."""
    session = onnxruntime.InferenceSession(str(path))
    first = session.get_inputs()[0]
    outputs = session.run(None, {first.name: x})
    last = lambda value: np.ascontiguousarray(np.moveaxis(value, 1, -1) if value.ndim == 4 else value, dtype=np.float32)
    tensors = {"input": x if first.shape[-1] == 3 else last(x), "logits": last(outputs[0])}
    target = FOLDER / f"{name}.reference.safetensors"
    save_file({key: np.ascontiguousarray(value) for key, value in tensors.items()}, str(target))
    target.chmod(0o644)


RANDOM = np.random.default_rng(13)


def weights(*shape, dtype=np.float32):
    return RANDOM.uniform(-0.5, 0.5, shape).astype(dtype)


def graph(name, nodes, initializers, opset=17, shape=("batch", 3, 7, 8), as_inputs=False, **more):
    """A few nodes from `x` to `y`."""
    tensors = [value if isinstance(value, TensorProto) else numpy_helper.from_array(value, key) for key, value in initializers.items()]
    inputs = [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)]
    if as_inputs:
        inputs += [helper.make_tensor_value_info(each.name, each.data_type, each.dims) for each in tensors]
    made = helper.make_graph([helper.make_node(op, ins, outs, **attributes) for op, ins, outs, attributes in nodes], "g", inputs,
                             [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)], tensors)
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", opset)], ir_version=3 if as_inputs else 8)
    for key, value in more.items():
        helper.set_model_props(model, {key: value})
    path = FOLDER / f"{name}.onnx"
    onnx.save(model, path)
    path.chmod(0o644)
    sides = [size if isinstance(size, int) else 1 for size in shape]
    write_reference(name, path, RANDOM.normal(size=sides).astype(np.float32))


def operators():
    conv = {"w": weights(4, 3, 3, 3), "b": weights(4)}
    one = lambda op="Conv", ins=("x", "w", "b"), **attributes: [(op, list(ins), ["y"], attributes)]
    graph("pads-uneven", one(pads=[0, 2, 1, 0], strides=[2, 2]), conv)
    graph("pads-same-upper", one(auto_pad="SAME_UPPER", strides=[2, 2]), conv)
    graph("pads-same-lower", one(auto_pad="SAME_LOWER", strides=[2, 2]), conv)
    graph("dilated", one(dilations=[2, 2], pads=[2, 2, 2, 2]), conv)
    graph("max-ceil", one("MaxPool", ["x"], kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1], ceil_mode=1), {})
    graph("average-counted", one("AveragePool", ["x"], kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 0, 1], count_include_pad=1), {})
    graph("average-uncounted", one("AveragePool", ["x"], kernel_shape=[3, 2], strides=[2, 2], pads=[1, 0, 1, 1]), {})
    graph("flattened", [("Conv", ["x", "w", "b"], ["c"], {"strides": [3, 3]}), ("Flatten", ["c"], ["f"], {}), ("Gemm", ["f", "k", "o"], ["y"], {"alpha": 0.5, "beta": 2.0, "transB": 1})],
          {**conv, "k": weights(5, 16), "o": weights(5)})
    graph("channels-last", [("Transpose", ["x"], ["t"], {"perm": [0, 3, 1, 2]}), ("Conv", ["t", "w", "b"], ["c"], {}), ("Relu", ["c"], ["r"], {}),
                            ("Transpose", ["r"], ["l"], {"perm": [0, 2, 3, 1]}), ("ReduceMean", ["l"], ["m"], {"axes": [1, 2], "keepdims": 0}), ("MatMul", ["m", "k"], ["y"], {})],
          {**conv, "k": weights(4, 5)}, shape=("batch", 7, 8, 3))
    graph("opset-9", [("Conv", ["x", "w", "b"], ["c"], {}), ("Clip", ["c"], ["r"], {"min": 0.0, "max": 6.0}), ("GlobalAveragePool", ["r"], ["g"], {}),
                      ("Reshape", ["g", "s"], ["f"], {}), ("Gemm", ["f", "k", "o"], ["p"], {}), ("Softmax", ["p"], ["y"], {})],
          {**conv, "s": np.array([-1, 4]), "k": weights(4, 5), "o": weights(5)}, opset=9, as_inputs=True)
    graph("half", [("Cast", ["w"], ["v"], {"to": 1}), ("Conv", ["x", "v"], ["c"], {}), ("Add", ["c", "b"], ["y"], {})],
          {"w": weights(4, 3, 3, 3, dtype=np.float16), "b": weights(1, 4, 1, 1)})
    typed = helper.make_tensor("w", TensorProto.FLOAT, (4, 3, 1, 1), weights(12).tolist())
    graph("typed-fields", [("Conv", ["x", "w"], ["c"], {}), ("HardSigmoid", ["c"], ["y"], {})], {"w": typed})
    graph("pixels", [("Sub", ["x", "m"], ["a"], {}), ("Div", ["a", "s"], ["d"], {}), ("Pad", ["d", "p"], ["e"], {}), ("Conv", ["e", "w", "b"], ["y"], {})],
          {**conv, "m": weights(1, 3, 1, 1), "s": weights(3, 1, 1) + 2, "p": np.array([0, 0, 1, 0, 0, 0, 2, 1])})
    cubic = {"half": np.float32([0.5]), "one": np.float32([1]), "three": np.float32([3]), "c": np.float32([0.044715]), "r": np.float32([0.7978846])}
    graph("gelu-tanh", [("Conv", ["x", "w", "b"], ["u"], {}), ("Pow", ["u", "three"], ["u3"], {}), ("Mul", ["c", "u3"], ["k"], {}), ("Add", ["u", "k"], ["s"], {}),
                        ("Mul", ["s", "r"], ["q"], {}), ("Tanh", ["q"], ["t"], {}), ("Add", ["t", "one"], ["o"], {}), ("Mul", ["u", "half"], ["h"], {}), ("Mul", ["h", "o"], ["y"], {})],
          {**conv, **cubic})
    graph("hard-swish", [("Conv", ["x", "w", "b"], ["u"], {}), ("Add", ["u", "three"], ["a"], {}), ("Clip", ["a", "zero", "six"], ["k"], {}), ("Div", ["k", "six"], ["s"], {}), ("Mul", ["u", "s"], ["y"], {})],
          {**conv, "three": np.float32(3), "zero": np.float32(0), "six": np.float32(6)})
    graph("named", [("GlobalAveragePool", ["x"], ["g"], {}), ("Flatten", ["g"], ["f"], {}), ("Gemm", ["f", "k"], ["y"], {})], {"k": weights(3, 3)},
          names="{0: 'a cat', 1: \"a dog's\", 2: 'a bird'}")
    external()


def external():
    """Weights in a file beside the model's, after eight bytes that are not theirs."""
    w = numpy_helper.from_array(weights(4, 3, 1, 1), "w")
    raw = w.raw_data
    (FOLDER / "external.bin").write_bytes(b"\0" * 8 + raw)
    w.ClearField("raw_data")
    w.data_location = TensorProto.EXTERNAL
    for key, value in {"location": "external.bin", "offset": "8", "length": str(len(raw))}.items():
        w.external_data.add(key=key, value=value)
    graph("external", [("Conv", ["x", "w"], ["y"], {})], {"w": w})


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    export("residual", Residual(), (20, 28), False, 1, training=torch.onnx.TrainingMode.PRESERVE, do_constant_folding=False, opset_version=17)
    export("residual-folded", Residual(), (20, 28), True, 1)
    export("gates-opset12", Gates(), (16, 16), False, 2, opset_version=12)
    export("gates", Gates(), (16, 16), True, 2)
    export("convnext-opset14", small_convnext(), (16, 16), False, 3, opset_version=14)
    export("vit-opset14", small_vit(), (16, 16), False, 4, opset_version=14)
    export("vit", small_vit(), (16, 16), True, 4)
    export("vit-torchvision", small_torchvision_vit(), (16, 16), True, 5)
    operators()


main()
