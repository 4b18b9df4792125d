"""PyTorch at its best: every usual way is tried, and the fastest is measured."""

import os
import sys
import time

import torch
import torch._inductor.config

from protocol import read_network, serve
from torch_imports import torchvision_network
from torch_model import Network
from torch_quantised import quantised

CHOOSING_SECONDS = 0.5


def seconds_of(ways):
    """Seconds of the fastest call of each way, after a warm-up; a way that this version cannot go is left out."""
    times = {}
    for name, way in ways.items():
        try:
            for _ in range(3):
                way()
            calls, end = [], time.perf_counter() + CHOOSING_SECONDS
            while time.perf_counter() < end:
                start = time.perf_counter()
                way()
                calls.append(time.perf_counter() - start)
            times[name] = min(calls)
        except Exception as error:
            print(f"{name}: {error!r:.200}", file=sys.stderr)
    return times


def samples_of(network, count):
    """Channels last in memory, so that a batch needs no rearranging."""
    return torch.randn(count, *network["layers"][0]["config"]["shape"])


def channels_first(batch):
    return batch.permute(0, 3, 1, 2) if batch.ndim == 4 else batch


class InOrder:
    """Batches one after the other."""

    def __init__(self, task, x):
        self.parts = [channels_first(part) for part in x.split(task["batch"])]
        self.at = 0

    def __call__(self):
        self.at = (self.at + 1) % len(self.parts)
        return self.parts[self.at]


class Shuffled:
    """Batches in a new order for every pass."""

    def __init__(self, task, x):
        self.x, self.y, self.batch, self.left = x, torch.arange(len(x)) % 10, task["batch"], []

    def __call__(self):
        if not self.left:
            self.left = [rows for rows in torch.randperm(len(self.x)).split(self.batch) if len(rows) == self.batch]
        rows = self.left.pop()
        return channels_first(self.x[rows]), self.y[rows]


def autocast(run):
    def in_bfloat16(x):
        with torch.autocast("cpu", dtype=torch.bfloat16):
            return run(x)

    return in_bfloat16


def model_of(network):
    return (torchvision_network(network) or Network(network)).to(memory_format=torch.channels_last)


def inference_model(network):
    return model_of(network).eval()


def frozen_trace(model, batches):
    """None where this version cannot."""
    try:
        return torch.jit.optimize_for_inference(torch.jit.trace(model, batches()))
    except Exception as error:
        print(f"frozen TorchScript: {error!r:.200}", file=sys.stderr)
        return None


def inference_ways(network, task, batches):
    """Plain ways; `torch.compile` with freezing is a switch of the whole process and comes after them."""
    model = inference_model(network)
    if task.get("isPlain"):
        return {"eager": lambda: model(batches())}
    compiled = torch.compile(model)
    runs = {"eager": model, "compile": compiled, "frozen TorchScript": frozen_trace(model, batches)}
    runs = {name: run for name, run in runs.items() if run is not None}
    if task["precision"] == "bfloat16":
        runs |= {"autocast": autocast(model), "compile, autocast": autocast(compiled)}
    return {name: lambda run=run: run(batches()) for name, run in runs.items()}


def freezing_ways(network, task, batches):
    compiled = torch.compile(inference_model(network))
    runs = {"compile, freezing": compiled}
    if task["precision"] == "bfloat16":
        runs["compile, freezing, autocast"] = autocast(torch.compile(inference_model(network)))
    return {name: lambda run=run: run(batches()) for name, run in runs.items()}


def set_freezing(on):
    torch._dynamo.reset()
    torch._inductor.config.freezing = on


def int8_ways(network, batches):
    model = quantised(inference_model(network), batches)
    runs = {"PT2E": torch.compile(model), "PT2E, autocast": autocast(torch.compile(model))}
    return {name: lambda run=run: run(batches()) for name, run in runs.items()}


def prepare_int8(network, batches):
    """Only compiled with freezing does PyTorch compute in int8."""
    set_freezing(True)
    ways = int8_ways(network, batches)
    times = seconds_of(ways)
    best = min(times, key=times.get)
    return best, ways[best]


def prepare_inference(network, task, x):
    batches = InOrder(task, x)
    if task["precision"] == "int8":
        return prepare_int8(network, batches)
    ways = inference_ways(network, task, batches)
    times = seconds_of(ways)
    if task.get("isPlain"):
        return "eager", ways["eager"]
    set_freezing(True)
    ways |= freezing_ways(network, task, batches)
    times |= seconds_of({name: way for name, way in ways.items() if name not in times})
    best = min(times, key=times.get)
    if "freezing" not in best:
        set_freezing(False)
        seconds_of({best: ways[best]})
    return best, ways[best]


def training_ways(network, task, x):
    loss = torch.nn.CrossEntropyLoss()
    batches = Shuffled(task, x)

    def way(is_compiled):
        model = model_of(network).train()
        run = torch.compile(model) if is_compiled else model
        if task["optimizer"] == "adam":
            optimizer = torch.optim.Adam(model.parameters(), 1e-3, fused=True)
        else:
            optimizer = torch.optim.SGD(model.parameters(), 1e-3, momentum=0.9, fused=True)

        def step():
            x, y = batches()
            optimizer.zero_grad()
            loss(run(x), y).backward()
            optimizer.step()

        return step

    return {"eager": way(False)} if task.get("isPlain") else {"eager": way(False), "compile": way(True)}


def prepare(task):
    network = read_network(task)
    x = samples_of(network, task["samples"])
    is_training = task["kind"] != "features"
    with torch.set_grad_enabled(is_training):
        if is_training:
            ways = training_ways(network, task, x)
            times = seconds_of(ways)
            best = min(times, key=times.get)
            way = ways[best]
        else:
            best, way = prepare_inference(network, task, x)

    def measure():
        with torch.set_grad_enabled(is_training):
            start = time.perf_counter()
            for _ in range(task["batches"]):
                way()
            return {"value": task["batch"] * task["batches"] / (time.perf_counter() - start), "note": best}

    return measure


if __name__ == "__main__":
    torch.set_num_threads(os.cpu_count())
    serve(prepare)
