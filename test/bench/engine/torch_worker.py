"""PyTorch at its best: every usual way is tried, and the fastest is measured."""

import os
import time

import torch

from protocol import read_network, serve
from torch_model import Network, batch

torch.set_num_threads(os.cpu_count())


def fastest(ways):
    times = {}
    for name, way in ways.items():
        try:
            for _ in range(3):
                way()
            start = time.perf_counter()
            for _ in range(4):
                way()
            times[name] = time.perf_counter() - start
        except Exception as error:  # a way that this version cannot go
            print(name, repr(error)[:200], file=__import__("sys").stderr)
    return min(times, key=times.get)


def inference_ways(network, task):
    x = batch(network, task["batch"])
    model = Network(network).to(memory_format=torch.channels_last).eval()
    ways = {"eager": lambda: model(x)}
    compiled = torch.compile(model)
    ways["compile"] = lambda: compiled(x)
    frozen = torch.jit.optimize_for_inference(torch.jit.trace(model, x))
    ways["frozen TorchScript"] = lambda: frozen(x)
    if task["precision"] == "bfloat16":
        def autocast():
            with torch.autocast("cpu", dtype=torch.bfloat16):
                return model(x)
        ways["autocast"] = autocast
        def compiled_autocast():
            with torch.autocast("cpu", dtype=torch.bfloat16):
                return compiled(x)
        ways["compile, autocast"] = compiled_autocast
    return ways


def freezing_way(network, task):
    import torch._inductor.config as config
    config.freezing = True
    torch._dynamo.reset()
    x = batch(network, task["batch"])
    model = Network(network).to(memory_format=torch.channels_last).eval()
    compiled = torch.compile(model)
    return lambda: compiled(x)


def training_ways(network, task):
    x = batch(network, task["batch"])
    y = torch.arange(task["batch"]) % 10
    loss = torch.nn.CrossEntropyLoss()
    ways = {}
    for name in ["eager", "compile"]:
        model = Network(network).to(memory_format=torch.channels_last).train()
        run = torch.compile(model) if name == "compile" else model
        kind = torch.optim.Adam(model.parameters(), 1e-3, fused=True) if task["optimizer"] == "adam" else torch.optim.SGD(
            model.parameters(), 1e-3, momentum=0.9, fused=True)

        def step(run=run, kind=kind):
            kind.zero_grad()
            loss(run(x), y).backward()
            kind.step()

        ways[name] = step
    return ways


def prepare(task):
    network = read_network(task)
    if task["kind"] == "features":
        with torch.no_grad():
            ways = inference_ways(network, task)
            best = fastest(ways)
            freezing = {"compile, freezing": freezing_way(network, task), best: ways[best]}
            best = fastest(freezing)
            way = freezing[best]
    else:
        ways = training_ways(network, task)
        best = fastest(ways)
        way = ways[best]

    def measure():
        with torch.set_grad_enabled(task["kind"] != "features"):
            start = time.perf_counter()
            for _ in range(task["batches"]):
                way()
            return {"value": task["batch"] * task["batches"] / (time.perf_counter() - start), "note": best}

    return measure


if __name__ == "__main__":
    serve(prepare)
