"""The same as measure.ts with scikit-learn and umap-learn: `measure_peers.py TASK` prints what it measured as JSON."""
import json
import resource
import sys
import time
import warnings

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import NearestNeighbors
from sklearn.preprocessing import StandardScaler

warnings.filterwarnings("ignore")
task = json.loads(sys.argv[1])
rows, classes, labelled = task["rows"], task["classes"], task["labels"]
features = np.fromfile(task["file"], dtype=np.float32).reshape(rows, -1)
labels = np.arange(rows) % classes
figures = {}


def timed(work):
    started = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - started)


scaled = StandardScaler().fit_transform(features)
model = LogisticRegression(C=64 / features.shape[1], max_iter=1000, warm_start=True)


def fit(count):
    model.fit(scaled[:count], labels[:count])
    model.predict_proba(scaled)


figures["fitted"] = timed(lambda: fit(labelled))
figures["afterLabel"] = float(np.median([timed(lambda: fit(labelled + i + 1)) for i in range(task["rounds"])]))
near = NearestNeighbors(n_neighbors=100, metric="cosine", algorithm="brute").fit(features)
figures["similar"] = float(np.median([timed(lambda: near.kneighbors(features[-1:])) for _ in range(task["rounds"])]))
megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
if task["groups"] and task["umap"]:
    from umap import UMAP

    # Its first call compiles.
    UMAP(n_neighbors=15).fit_transform(features[:100])
    figures["umap"] = timed(lambda: UMAP(n_neighbors=15, min_dist=0.1, metric="cosine").fit_transform(features))
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print("@" + json.dumps({"figures": figures, "megabytes": megabytes, "peak": peak}))
