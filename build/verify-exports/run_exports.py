"""Runs the exports below a folder in the runtimes that this Python has.

Usage: run_exports.py FOLDER. Reads what write-exports.mjs wrote; prints a line of JSON for each export that it can run: its folder, the runtime and
its version, the largest difference from what Graft answers, milliseconds for one input, and what is wrong.
"""

import importlib.metadata
import importlib.util
import json
import os
import statistics
import sys
import time
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")
# Where other programs share the cores, threads that wait by turning round cost hundreds of milliseconds.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import numpy as np  # noqa: E402
from safetensors.numpy import load_file  # noqa: E402

WARM_UPS, RUNS = 2, 9


def distribution(package):
    """What is installed under the name of a package or of its module; None: nothing."""
    try:
        return importlib.metadata.distribution(package)
    except importlib.metadata.PackageNotFoundError:
        names = importlib.metadata.packages_distributions().get(package.replace("-", "_"), [])
        return importlib.metadata.distribution(names[0]) if names else None


def module_at(path):
    spec = importlib.util.spec_from_file_location(f"runtime_{abs(hash(str(path)))}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def compare(folder, facts, inputs):
    runtime = module_at(folder / "runtime.py")
    model = runtime.load(str(folder))
    x = inputs["pixels"].astype("uint8") if facts["takesPixels"] else inputs["prepared"]
    answers = runtime.run(model, x)
    expected = [inputs[f"y{head}"] for head in range(facts["heads"])]
    if [np.asarray(answer).shape for answer in answers] != [value.shape for value in expected]:
        return {"problems": [f"shapes {[np.asarray(answer).shape for answer in answers]}"]}
    difference = max(float(np.abs(answer - value).max()) for answer, value in zip(answers, expected))
    times = []
    for _ in range(WARM_UPS + RUNS):
        started = time.perf_counter()
        runtime.run(model, x[:1])
        times.append(1000 * (time.perf_counter() - started))
    return {"difference": difference, "milliseconds": statistics.median(times[WARM_UPS:]), "problems": []}


def check_onnx(folder, facts, inputs):
    if importlib.util.find_spec("onnx") is None:
        return ["onnx.checker is not here"]
    import onnx

    for path in folder.glob("*.onnx"):
        onnx.checker.check_model(str(path), full_check=True)
    return []


def check_training(folder, facts, inputs):
    """A step of training reaches every weight that learns, and what is dropped in training changes no answer outside of it."""
    import torch

    model = module_at(folder / "model.py").load(folder)
    x = torch.from_numpy(inputs["pixels"].astype("uint8") if facts["takesPixels"] else inputs["prepared"])
    x = x.permute(0, 3, 1, 2) if x.ndim == 4 else x
    model.train()
    outputs = getattr(model, "logits", model.forward)(x)
    outputs = list(outputs.values()) if isinstance(outputs, dict) else [outputs]
    sum((output * torch.arange(1, output.numel() + 1).reshape(output.shape)).sum() for output in outputs).backward()
    lost = [name for name, value in model.named_parameters() if value.requires_grad and (value.grad is None or not torch.isfinite(value.grad).all())]
    return [f"no gradient of {name}" for name in lost[:3]]


CHECKS = {"onnx": check_onnx, "pytorch": check_training}


def main(root):
    inputs = load_file(root / "inputs.safetensors")
    for folder in sorted(path.parent for path in root.glob("*/facts.json")):
        facts = json.loads((folder / "facts.json").read_text())
        if facts["python"] is None or any(distribution(package) is None for package in facts["python"]):
            continue
        try:
            found = compare(folder, facts, inputs)
            found["problems"] += CHECKS.get(facts["format"], lambda *_: [])(folder, facts, inputs)
        except Exception as error:
            found = {"problems": [f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"]}
        package = facts["python"][0]
        print(json.dumps({"folder": folder.name, "runtime": f"{package} {distribution(package).version}", **found}), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
