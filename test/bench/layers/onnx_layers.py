"""Runs a network in ONNX Runtime with its profile, which goes into a file.

usage: onnx_layers.py NETWORK PRECISION BATCH CALLS FILE"""

import os
import shutil
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "engine"))
from onnx_worker import Batches, files_of, session_of
from protocol import read_network


def main(network_file, precision, batch, calls, target):
    task = {"network": network_file, "precision": precision, "batch": int(batch), "samples": int(batch)}
    batches = Batches(task, read_network(task)["layers"][0]["config"]["shape"])
    with tempfile.TemporaryDirectory() as folder:
        file = list(files_of(task, batches, folder).values())[-1]
        session = session_of(file, os.path.join(folder, "profile"))
        name = session.get_inputs()[0].name
        times = []
        for _ in range(int(calls) + 2):
            start = time.perf_counter()
            session.run(None, {name: batches()})
            times.append(time.perf_counter() - start)
        shutil.move(session.end_profiling(), target)
    print("@end", sorted(times)[len(times) // 2] * int(calls) * 1000)


if __name__ == "__main__":
    main(*sys.argv[1:])
