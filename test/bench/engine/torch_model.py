"""A PyTorch module from a network description."""

import torch
from torch import nn

ACTIVATIONS = {"relu": nn.ReLU, "relu6": nn.ReLU6, "silu": nn.SiLU, "tanh": nn.Tanh, "sigmoid": nn.Sigmoid}


def pair(value):
    return (value, value) if isinstance(value, int) else tuple(value)


class Network(nn.Module):
    """Runs the layers in their order; channels first inside, sizes of TensorFlow's `same` by symmetric padding."""

    def __init__(self, network):
        super().__init__()
        self.plan = network["layers"]
        self.out = network["outputs"][0]
        self.parts = nn.ModuleDict()
        channels, sizes = {}, {}
        for layer in self.plan:
            name, kind, config = layer["name"].replace(".", "_"), layer["type"], layer["config"]
            before = [channels[i] for i in layer["inputs"]]
            size = [sizes[i] for i in layer["inputs"]]
            module, count, extent = self.make(kind, config, before, size)
            if module is not None:
                self.parts[name] = module
            channels[layer["name"]], sizes[layer["name"]] = count, extent

    @staticmethod
    def make(kind, config, before, size):
        if kind == "InputLayer":
            shape = config["shape"]
            return (None, shape[-1], shape[0]) if len(shape) == 3 else (None, shape[0], 1)
        count, extent = before[0], size[0]
        if kind in ("Conv2D", "DepthwiseConv2D"):
            kernel, stride = pair(config["kernel_size"]), pair(config.get("strides", 1))
            same = config.get("padding", "valid") == "same"
            padding = tuple(k // 2 for k in kernel) if same else 0
            filters = config["filters"] if kind == "Conv2D" else count
            groups = 1 if kind == "Conv2D" else count
            conv = nn.Conv2d(count, filters, kernel, stride, padding, groups=groups, bias=config.get("use_bias", True))
            extent = -(-extent // stride[0]) if same else (extent - kernel[0]) // stride[0] + 1
            act = ACTIVATIONS.get(config.get("activation"))
            return (nn.Sequential(conv, act(inplace=True)) if act else conv), filters, extent
        if kind == "BatchNormalization":
            norm = nn.BatchNorm2d(count, eps=config.get("epsilon", 1e-3), momentum=1 - config.get("momentum", 0.99))
            nn.init.uniform_(norm.bias, -0.1, 0.1)
            norm.running_mean.uniform_(-0.1, 0.1)
            return norm, count, extent
        if kind == "ReLU":
            return (nn.ReLU6(inplace=True) if config.get("max_value") == 6 else nn.ReLU(inplace=True)), count, extent
        if kind == "Activation":
            return ACTIVATIONS[config["activation"]](), count, extent
        if kind == "Dense":
            dense = nn.Linear(count, config["units"])
            act = ACTIVATIONS.get(config.get("activation"))
            return (nn.Sequential(dense, act()) if act else dense), config["units"], 1
        if kind == "MaxPooling2D":
            pool = pair(config.get("pool_size", 2))
            return nn.MaxPool2d(pool), count, extent // pool[0]
        if kind == "Flatten":
            return nn.Flatten(), count * extent * extent, 1
        if kind == "Dropout":
            return nn.Dropout(config.get("rate", 0.5)), count, extent
        if kind == "ZeroPadding2D":
            (top, bottom), (left, right) = config["padding"]
            return nn.ZeroPad2d((left, right, top, bottom)), count, extent + top + bottom
        return None, count, extent

    def forward(self, x):
        values = {}
        for layer in self.plan:
            inputs = [values[i] for i in layer["inputs"]]
            kind = layer["type"]
            if kind == "InputLayer":
                y = x
            elif kind == "Add":
                y = inputs[0] + inputs[1]
            elif kind == "GlobalAveragePooling2D":
                y = inputs[0].mean((2, 3))
            else:
                y = self.parts[layer["name"].replace(".", "_")](inputs[0])
            values[layer["name"]] = y
        return values[self.out]
