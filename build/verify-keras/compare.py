"""Loads every exported .keras file below a folder with real Keras and compares its outputs with those of Graft.

Usage: compare.py FOLDER. Each folder below holds model.keras and expected.safetensors: `x`, and `y0`, `y1` ... one per head.
Ends with 1 when any output differs by 1e-4 or more.
"""

import json
import os
import struct
import sys
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("KERAS_BACKEND", "tensorflow")

import keras  # noqa: E402
import numpy as np  # noqa: E402

TOLERANCE = 1e-4


def read_safetensors(path):
    data = path.read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    body = data[8 + length :]
    return {
        name: np.frombuffer(body[slice(*entry["data_offsets"])], "<f4").reshape(entry["shape"])
        for name, entry in header.items()
        if name != "__metadata__"
    }


def largest_difference(folder):
    tensors = read_safetensors(folder / "expected.safetensors")
    model = keras.saving.load_model(folder / "model.keras")
    outputs = model.predict(tensors.pop("x"), verbose=0)
    outputs = outputs if isinstance(outputs, list) else [outputs]
    expected = [tensors[f"y{index}"] for index in range(len(tensors))]
    if [output.shape for output in outputs] != [value.shape for value in expected]:
        return float("inf")
    return max(float(np.abs(output - value).max()) for output, value in zip(outputs, expected))


def main(root):
    folders = sorted(path.parent for path in Path(root).glob("*/model.keras"))
    results = {folder.name: largest_difference(folder) for folder in folders}
    print(f"Keras {keras.__version__}, backend {keras.backend.backend()}")
    for name, difference in results.items():
        print(f"{name}: largest difference {difference:.2e}")
    is_good = len(results) > 0 and all(difference < TOLERANCE for difference in results.values())
    print("All within 1e-4." if is_good else "NOT within 1e-4.")
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
