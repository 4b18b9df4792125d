"""Runs a network as PyTorch's fastest frozen form, between two marks: ONEDNN_VERBOSE=1 has oneDNN write a line for each call.

usage: torch_layers.py NETWORK PRECISION BATCH CALLS"""

import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "engine"))
import torch

from protocol import read_network
from torch_worker import autocast, channels_first, inference_model, samples_of, set_freezing


def main(network_file, precision, batch, calls):
    torch.set_num_threads(os.cpu_count())
    network = read_network({"network": network_file})
    x = channels_first(samples_of(network, int(batch)))
    set_freezing(True)
    with torch.no_grad():
        compiled = torch.compile(inference_model(network))
        run = autocast(compiled) if precision == "bfloat16" else compiled
        for _ in range(3):
            run(x)
        print("@begin", flush=True)
        start = time.perf_counter()
        for _ in range(int(calls)):
            run(x)
        print("@end", (time.perf_counter() - start) * 1000, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
