"""The loop of Keras' guide in PyTorch: DataLoader workers, the frozen base in the loop, without gradients. Eager, then
compiled, each from a fresh network. Prints seconds as JSON.

usage: torch_folder.py NETWORK FOLDER EPOCHS TRAINED_FROM [WAY...]
WAY: eager or compile; none: both."""

import json
import os
import sys
import time

start = time.perf_counter()
import torch
import torchvision

from torch_model import Network


def loader(folder, size):
    t = torchvision.transforms
    transform = t.Compose([t.Resize((size, size)), t.ToTensor(), t.Normalize([0.5] * 3, [0.5] * 3)])
    images = torchvision.datasets.ImageFolder(folder, transform)
    return torch.utils.data.DataLoader(images, 32, shuffle=True, num_workers=os.cpu_count(), persistent_workers=True)


def train(network, frozen, data, epochs, is_compiled):
    """Seconds of each epoch."""
    model = Network(network).to(memory_format=torch.channels_last)
    for name, module in model.parts.items():
        module.train(name not in frozen)
        module.requires_grad_(name not in frozen)
    run = torch.compile(model, dynamic=False) if is_compiled else model
    optimizer = torch.optim.Adam([p for p in model.parameters() if p.requires_grad], 1e-3, fused=True)
    loss = torch.nn.CrossEntropyLoss()
    seconds = []
    for _ in range(epochs):
        begun = time.perf_counter()
        for x, y in data:
            optimizer.zero_grad()
            loss(run(x.to(memory_format=torch.channels_last)), y).backward()
            optimizer.step()
        seconds.append(time.perf_counter() - begun)
    return seconds


def main(network_file, folder, epochs, trained_from, *ways):
    torch.set_num_threads(os.cpu_count())
    with open(network_file) as file:
        network = json.load(file)
    names = [layer["name"] for layer in network["layers"]]
    frozen = {name.replace(".", "_") for name in names[: names.index(trained_from)]}
    data = loader(folder, network["layers"][0]["config"]["shape"][0])
    started = time.perf_counter() - start
    seconds = {way: train(network, frozen, data, int(epochs), way == "compile") for way in ways or ("eager", "compile")}
    print("@" + json.dumps({"start": started, "ways": seconds}))


if __name__ == "__main__":
    main(*sys.argv[1:])
