"""ONNX Runtime at its best: float32 as PyTorch exports it with every graph optimisation, and its own static int8."""

import os
import subprocess
import sys
import tempfile
import time

import numpy as np
import onnxruntime
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process

from protocol import read_network, serve

HERE = os.path.dirname(os.path.abspath(__file__))
CHOOSING_SECONDS = 0.5
CALIBRATION_BATCHES = 2


def session_of(file, profile=None):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = os.cpu_count()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
    if profile is not None:
        options.enable_profiling, options.profile_file_prefix = True, profile
    return onnxruntime.InferenceSession(file, options, providers=["CPUExecutionProvider"])


def exported(task, folder):
    """By a process of its own, whose memory is not the contender's."""
    file = os.path.join(folder, "float32.onnx")
    command = [sys.executable, f"{HERE}/torch_onnx.py", task["network"], str(task["batch"]), file]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return file


def quantise(file, batches, folder, form):
    """Weights per channel, activations uint8; `form` is how the file says it."""
    prepared, target = os.path.join(folder, "prepared.onnx"), os.path.join(folder, f"{form}.onnx")
    quant_pre_process(file, prepared, skip_symbolic_shape=True)
    types = {"activation_type": QuantType.QUInt8, "weight_type": QuantType.QInt8, "per_channel": True}
    quantize_static(prepared, target, Calibration(file, batches), quant_format=QuantFormat[form], **types)
    return target


class Calibration(CalibrationDataReader):
    def __init__(self, file, batches):
        name = session_of(file).get_inputs()[0].name
        self.left = iter([{name: batches()} for _ in range(CALIBRATION_BATCHES)])

    def get_next(self):
        return next(self.left, None)


class Batches:
    """One after the other, channels first in memory as the exported network takes them."""

    def __init__(self, task, shape):
        height, width, channels = shape
        random, batch = np.random.default_rng(1), task["batch"]
        count = task["samples"] // batch
        self.parts = [random.standard_normal((batch, channels, height, width), dtype="float32") for _ in range(count)]
        self.at = 0

    def __call__(self):
        self.at = (self.at + 1) % len(self.parts)
        return self.parts[self.at]


def files_of(task, batches, folder):
    """By the name of the way."""
    file = exported(task, folder)
    if task["precision"] == "float32":
        return {"float32": file}
    forms = ["QDQ"] if task.get("isPlain") else ["QDQ", "QOperator"]
    return {f"int8 {form}": quantise(file, batches, folder, form) for form in forms}


def way_of(file, batches):
    session = session_of(file)
    name = session.get_inputs()[0].name
    return lambda: session.run(None, {name: batches()})


def seconds_of(way):
    for _ in range(2):
        way()
    calls, end = [], time.perf_counter() + CHOOSING_SECONDS
    while time.perf_counter() < end:
        start = time.perf_counter()
        way()
        calls.append(time.perf_counter() - start)
    return min(calls)


def prepare(task):
    if task["kind"] != "features" or task["precision"] == "bfloat16":
        raise ValueError("ONNX Runtime computes features in float32 and int8")
    batches = Batches(task, read_network(task)["layers"][0]["config"]["shape"])
    with tempfile.TemporaryDirectory() as folder:
        ways = {name: way_of(file, batches) for name, file in files_of(task, batches, folder).items()}
    times = {name: seconds_of(way) for name, way in ways.items()}
    best = min(times, key=times.get)
    way = ways[best]
    ways.clear()

    def measure():
        start = time.perf_counter()
        for _ in range(task["batches"]):
            way()
        return {"value": task["batch"] * task["batches"] / (time.perf_counter() - start), "note": best}

    return measure


if __name__ == "__main__":
    serve(prepare)
