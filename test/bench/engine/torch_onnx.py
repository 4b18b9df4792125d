"""Writes a network of the bench as PyTorch exports it: float32, channels first, a batch of fixed size.

usage: torch_onnx.py NETWORK BATCH FILE"""

import json
import logging
import sys

import torch

from torch_imports import torchvision_network
from torch_model import Network


def main(network_file, batch, file):
    with open(network_file) as opened:
        network = json.load(opened)
    model = (torchvision_network(network) or Network(network)).eval()
    height, width, channels = network["layers"][0]["config"]["shape"]
    x = torch.randn(int(batch), channels, height, width)
    logging.disable(logging.WARNING)
    torch.onnx.export(model, (x,), file, dynamo=True, external_data=False, verbose=False)


if __name__ == "__main__":
    main(*sys.argv[1:])
    print("@{}")
