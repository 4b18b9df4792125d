"""Writes test/fixtures/imports/layers/pytorch.json: what PyTorch makes of each layer that Graft says in its own words.

Usage: layers.py FILE. Needs torch.
"""

import json
import sys

import torch
from torch import nn
from torch.nn import functional as F

HEIGHT, WIDTH, CHANNELS = 7, 6, 4


def nhwc(values):
    """Row-major with the channels last, in seven digits."""
    return [float(f"{value:.7g}") for value in values.permute(0, 2, 3, 1).flatten().tolist()]


def weight(values):
    return {"shape": list(values.shape), "values": [float(f"{value:.9g}") for value in values.flatten().tolist()]}


def convolution(layer):
    """OIHW to HWIO."""
    return {"kernel": weight(layer.weight.permute(2, 3, 1, 0)), "bias": weight(layer.bias)}


def beyond(size, pool, stride, padding):
    """What ceil_mode adds behind the padding: PyTorch leaves out a window that would begin in it."""
    count = -(-(size + 2 * padding - pool) // stride) + 1
    if (count - 1) * stride >= size + padding:
        count -= 1
    return max(0, (count - 1) * stride + pool - size - 2 * padding)


def sides(pad, pool=0, stride=1, ceil=False):
    more = [beyond(size, pool, stride, pad) if ceil else 0 for size in (HEIGHT, WIDTH)]
    return [[pad, pad + extra] for extra in more]


def cases(x):
    zeros = ["ZeroPadding2D", {"padding": [[1, 1], [1, 1]]}]
    pool = {"pool_size": 3, "strides": 2}
    yield "MaxPool2d(3, 2, 1)", [["MaxPooling2D", {**pool, "padding": sides(1)}]], nn.MaxPool2d(3, 2, 1)(x), {}
    yield "MaxPool2d(2, 2, ceil_mode)", [["MaxPooling2D", {"pool_size": 2, "padding": sides(0, 2, 2, True)}]], nn.MaxPool2d(
        2, 2, ceil_mode=True
    )(x), {}
    yield "AvgPool2d(3, 2, 1, count_include_pad=False)", [["AveragePooling2D", {**pool, "padding": sides(1)}]], nn.AvgPool2d(
        3, 2, 1, count_include_pad=False
    )(x), {}
    yield "AvgPool2d(3, 2, 1)", [zeros, ["AveragePooling2D", pool]], nn.AvgPool2d(3, 2, 1)(x), {}
    over = [[0, beyond(size, 3, 2, 1)] for size in (HEIGHT, WIDTH)]
    yield "AvgPool2d(3, 2, 1, ceil_mode)", [zeros, ["AveragePooling2D", {**pool, "padding": over}]], nn.AvgPool2d(
        3, 2, 1, ceil_mode=True
    )(x), {}
    grouped = nn.Conv2d(CHANNELS, 6, 3, 2, 1, groups=2)
    config = {"filters": 6, "kernel_size": 3, "strides": 2, "groups": 2}
    yield "Conv2d in groups", [zeros, ["Conv2D", config]], grouped(x), convolution(grouped)
    dilated = nn.Conv2d(CHANNELS, 2, 3, 1, 1, dilation=2)
    config = {"filters": 2, "kernel_size": 3, "dilation_rate": 2}
    yield "Conv2d with dilation", [zeros, ["Conv2D", config]], dilated(x), convolution(dilated)
    prelu = nn.PReLU(CHANNELS)
    prelu.weight.data = torch.rand(CHANNELS)
    alpha = {"alpha": weight(prelu.weight.reshape(1, 1, CHANNELS))}
    yield "PReLU", [["PReLU", {"shared_axes": [1, 2]}]], prelu(x), alpha
    yield "LeakyReLU", [["LeakyReLU", {"negative_slope": 0.01}]], F.leaky_relu(x), {}
    between = F.interpolate(x, scale_factor=(2, 3), mode="bilinear", align_corners=False)
    yield "interpolate, bilinear", [["UpSampling2D", {"size": [2, 3], "interpolation": "bilinear"}]], between, {}
    activations = {
        "hard_silu": F.hardswish,
        "hard_sigmoid": F.hardsigmoid,
        "gelu": F.gelu,
        "gelu_tanh": lambda values: F.gelu(values, approximate="tanh"),
        "silu": F.silu,
        "elu": F.elu,
        "selu": F.selu,
        "softplus": F.softplus,
    }
    for name, activation in activations.items():
        yield name, [["Activation", {"activation": name}]], activation(x), {}


def main(path):
    torch.manual_seed(0)
    x = torch.randn(2, CHANNELS, HEIGHT, WIDTH) * 2
    with torch.no_grad():
        found = [{"name": n, "layers": l, "y": nhwc(y), "weights": w} for n, l, y, w in cases(x)]
    with open(path, "w", encoding="utf-8") as file:
        json.dump({"torch": torch.__version__, "x": nhwc(x), "cases": found}, file)
        file.write("\n")


main(sys.argv[1])
