"""Times `train fit` beside scikit-learn's solvers on the same arrays in one run: medians and the ratio.

Usage: fit.py TRAIN_BINARY FOLDER [ROWS COLUMNS [RUNS]]. Needs numpy and scikit-learn.

Ours is the time that `train fit` reports: scaler and solver over the mapped dataset. Theirs is StandardScaler and
LogisticRegression.fit over the same float32 array in memory, tol 1e-6. Every solver must reach our objective.
"""

import json
import os
import statistics
import subprocess
import sys
import time

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

train, folder = sys.argv[1:3]
rows, columns = (int(x) for x in sys.argv[3:5]) if len(sys.argv) > 4 else (1_000_000, 32)
runs = int(sys.argv[5]) if len(sys.argv) > 5 else 5

os.makedirs(folder, exist_ok=True)
os.chdir(folder)
generator = np.random.default_rng(1)
X = generator.standard_normal((rows, columns), dtype=np.float32)
truth = generator.standard_normal(columns) / np.sqrt(columns)
y = (generator.random(rows) < 1 / (1 + np.exp(-(X @ truth - 1)))).astype(np.uint8)
np.save("X.npy", X)
np.save("y.npy", y)
subprocess.run([train, "dataset", "import-npy", "--X", "X.npy", "--y", "y.npy", "--split", "none", "--out", "dataset",
                "--quiet"], check=True, stdout=subprocess.DEVNULL)


def ours():
    out = subprocess.run([train, "fit", "--dataset", "dataset", "--models", "models", "--json", "--quiet"],
                         check=True, capture_output=True, text=True).stdout
    report = json.loads(out)
    return report["seconds"], report["objective"]


def theirs(solver):
    start = time.perf_counter()
    scaled = StandardScaler().fit_transform(X)
    model = LogisticRegression(C=1.0, solver=solver, tol=1e-6, max_iter=1000).fit(scaled, y)
    seconds = time.perf_counter() - start
    z = scaled.astype(np.float64) @ model.coef_[0].astype(np.float64) + float(model.intercept_[0])
    return seconds, np.sum(np.logaddexp(0, z) - y * z) + 0.5 * float(np.sum(model.coef_.astype(np.float64) ** 2))


contenders = {"train fit": ours}
for solver in ("newton-cholesky", "lbfgs", "newton-cg"):
    contenders[f"scikit-learn {solver}"] = lambda solver=solver: theirs(solver)
times = {name: [] for name in contenders}
objective = {}
for _ in range(runs):
    for name, contender in contenders.items():
        seconds, objective[name] = contender()
        times[name].append(seconds)

medians = {name: statistics.median(values) for name, values in times.items()}
print(f"{rows:,} × {columns} float32, L2 C=1, {os.cpu_count()} cores, median of {runs} runs\n")
print("| | seconds | times ours | objective above ours, relative |\n| --- | --- | --- | --- |")
for name, median in medians.items():
    gap = objective[name] / objective["train fit"] - 1
    print(f"| {name} | {median:.3f} | {median / medians['train fit']:.1f} | {gap:.1e} |")
fastest = min(median for name, median in medians.items() if name != "train fit")
print(f"\nfastest peer / train fit: {fastest / medians['train fit']:.1f}")
