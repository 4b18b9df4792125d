"""Features of a folder of photographs in PyTorch: DataLoader workers decode and resize, the compiled network in channels last computes. Every usual
way to read is tried. Prints images a second as JSON.

usage: torch_files.py NETWORK FOLDER PRECISION DECODING [WAY...]
DECODING: exact: pictures are decoded at their full size; fast: they may be shrunk while they are. WAY: names of those to try; none: all."""

import json
import os
import sys
import time

import torch
import torch._inductor.config
import torchvision
from PIL import Image
from torchvision.transforms import v2

from torch_model import Network

BATCH = 32


def pillow(path, size):
    with Image.open(path) as image:
        return v2.functional.pil_to_tensor(image.convert("RGB").resize((size, size), Image.BILINEAR))


def draft(path, size):
    """libjpeg's own shrinking, to no less than twice the size."""
    with Image.open(path) as image:
        image.draft("RGB", (2 * size, 2 * size))
        return v2.functional.pil_to_tensor(image.convert("RGB").resize((size, size), Image.BILINEAR))


def torchvision_io(path, size):
    return v2.functional.resize(torchvision.io.decode_image(path, "RGB"), [size, size], antialias=True)


READERS = {"exact": {"Pillow": pillow, "torchvision.io": torchvision_io}, "fast": {"Pillow, draft": draft}}


class Photographs(torch.utils.data.Dataset):
    def __init__(self, folder, size, read):
        self.size, self.read = size, read
        self.paths = sorted(os.path.join(base, name) for base, _, names in os.walk(folder) for name in names)

    def __len__(self):
        return len(self.paths)

    def __getitem__(self, index):
        return (self.read(self.paths[index], self.size).float() / 255 - 0.5) / 0.5


def loader(folder, size, read):
    """As many workers as cores, which is the best that two of them allow."""
    data = Photographs(folder, size, read)
    return torch.utils.data.DataLoader(data, BATCH, num_workers=os.cpu_count(), persistent_workers=True)


def run_of(network, precision):
    torch._inductor.config.freezing = True
    run = torch.compile(Network(network).eval().to(memory_format=torch.channels_last), dynamic=False)

    def in_precision(x):
        with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16, enabled=precision == "bfloat16"):
            # The last batch may be smaller, and another size would be compiled anew.
            full = torch.cat([x, x[:1].expand(BATCH - len(x), -1, -1, -1)]) if len(x) < BATCH else x
            return run(full.to(memory_format=torch.channels_last))[: len(x)].float()

    return in_precision


def rate(run, data):
    """Of a second pass: the first starts the workers and compiles."""
    for _ in data:
        break
    start, images = time.perf_counter(), 0
    for x in data:
        images += len(run(x))
    return images / (time.perf_counter() - start)


def main(network_file, folder, precision, decoding, *ways):
    torch.set_num_threads(os.cpu_count())
    with open(network_file) as file:
        network = json.load(file)
    size = network["layers"][0]["config"]["shape"][0]
    run = run_of(network, precision)
    for _ in range(3):
        run(torch.randn(BATCH, 3, size, size))
    readers = READERS["exact"] | (READERS["fast"] if decoding == "fast" else {})
    rates = {name: rate(run, loader(folder, size, read)) for name, read in readers.items() if not ways or name in ways}
    print("@" + json.dumps({"ways": rates}))


if __name__ == "__main__":
    main(*sys.argv[1:])
