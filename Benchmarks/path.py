"""Times `train fit --path` beside glmnet and scikit-learn on the same arrays in one run: an L1 path, and the ratios.

Usage: path.py TRAIN_BINARY FOLDER [ROWS COLUMNS [RUNS]]. Needs numpy, scikit-learn and R with glmnet (r-cran-glmnet).

All fit the same penalties on standardised features, the intercept free, and the objective of each of their models is computed
here, in float64. Ours is the time that `train fit` reports: scaler and path over the mapped dataset. glmnet's is that of the
call, over a float64 matrix in memory; `thresh` is the loosest power of ten at which it comes within 1e-6 of our objective at
every value (its default is 1e-7). scikit-learn fits only every tenth value, each begun at the one before where the solver
can; its time for the whole path is these times ten, and so an estimate. LIBLINEAR penalises the intercept, so that it is
scaled by 100 to make that small.
"""

import json
import os
import statistics
import subprocess
import sys
import time
import warnings

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

train, folder = os.path.abspath(sys.argv[1]), sys.argv[2]
rows, columns = (int(x) for x in sys.argv[3:5]) if len(sys.argv) > 4 else (200_000, 256)
runs = int(sys.argv[5]) if len(sys.argv) > 5 else 3
peers = os.environ.get("PEERS", "glmnet liblinear saga").split()
TOLERANCE = 1e-6

GLMNET = """
suppressMessages(library(glmnet))
n <- %d; d <- %d
x <- matrix(readBin("X.f64", "double", n * d), n, d)
y <- readBin("y.u8", "integer", n, size = 1, signed = FALSE)
lambda <- scan("lambda.txt", quiet = TRUE)
seconds <- system.time(fit <- glmnet(x, y, family = "binomial", lambda = lambda, thresh = %g, maxit = 1e7))[["elapsed"]]
writeBin(as.vector(rbind(as.matrix(fit$beta), fit$a0)), "glmnet.f64")
cat(seconds, length(fit$lambda))
"""

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
scaler = StandardScaler().fit(X.astype(np.float64))


def objectives(weights, intercepts, l1):
    """Of models of the standardised features, one a column."""
    total = np.zeros(len(intercepts))
    for start in range(0, rows, 20_000):
        part = slice(start, start + 20_000)
        z = ((X[part].astype(np.float64) - scaler.mean_) / scaler.scale_) @ weights + intercepts
        total += np.sum(np.logaddexp(0, z) - y[part, None] * z, axis=0)
    return total + l1 * np.abs(weights).sum(axis=0)


def ours():
    out = subprocess.run([train, "fit", "--dataset", "dataset", "--path", "--rule", "none", "--json", "--quiet"],
                         check=True, capture_output=True, text=True).stdout
    report = json.loads(out)
    values = report["path"]["values"]
    weights = np.array([value["coefficients"] for value in values]).T
    return report["path_seconds"], weights, np.array([value["intercept"] for value in values]), report["path"]


def glmnet(thresh):
    with open("path.R", "w") as script:
        script.write(GLMNET % (rows, columns, thresh))
    seconds, count = subprocess.run(["Rscript", "path.R"], check=True, capture_output=True, text=True).stdout.split()
    assert int(count) == len(l1), f"glmnet stopped after {count} values"
    raw = np.fromfile("glmnet.f64").reshape(len(l1), columns + 1).T
    return float(seconds), raw[:-1] * scaler.scale_[:, None], raw[-1] + scaler.mean_ @ raw[:-1]


def scikit_learn(solver, chosen):
    start = time.perf_counter()
    scaled = StandardScaler().fit_transform(X)
    extra = {"intercept_scaling": 100} if solver == "liblinear" else {"warm_start": True}
    model = LogisticRegression(l1_ratio=1, solver=solver, tol=1e-6 if solver == "liblinear" else 1e-5, max_iter=1000,
                               random_state=0, **extra)
    weights, intercepts = np.zeros((columns, len(chosen))), np.zeros(len(chosen))
    for k, index in enumerate(chosen):
        model.set_params(C=1 / l1[index]).fit(scaled, y)
        weights[:, k], intercepts[k] = model.coef_[0], model.intercept_[0]
    return time.perf_counter() - start, weights, intercepts


def row(name, seconds, gap, note):
    same = "yes" if gap.max() <= TOLERANCE else "no"
    print(f"| {name} | {seconds:.2f} | {seconds / base:.1f} | {gap.max():.1e} | {same} | {note} |", flush=True)


warnings.simplefilter("ignore")
times = []
for _ in range(runs):
    seconds, weights, intercepts, path = ours()
    times.append(seconds)
base = statistics.median(times)
l1 = np.array([value["l1"] for value in path["values"]])
best = objectives(weights, intercepts, l1)
reported = np.array([value["objective"] for value in path["values"]])
assert np.max(np.abs(reported / best - 1)) < 1e-9, "our objectives are not what we say they are"
nonzeros = [value["non_zeros"] for value in path["values"]]
print(f"L1 path of {len(l1)} values down to {l1[-1] / l1[0]:.0e} of the largest, {rows:,} × {columns} float32, "
      f"{os.cpu_count()} cores; {nonzeros[0]} to {nonzeros[-1]} weights, {path['gradient_passes']} gradient and "
      f"{path['hessian_passes']} Hessian passes\n")
print("| | seconds | times ours | largest objective above ours, relative | same optimum | |")
print("| --- | --- | --- | --- | --- | --- |")
row("train fit --path", base, np.zeros(1), f"median of {runs}")

np.savetxt("lambda.txt", l1 / rows, fmt="%.17g")
if "glmnet" in peers:
    X.T.astype(np.float64).tofile("X.f64")
    y.tofile("y.u8")
    for thresh in (float(x) for x in os.environ.get("THRESH", "1e-7 1e-8 1e-9").split()):
        seconds, weights, intercepts = glmnet(thresh)
        gap = objectives(weights, intercepts, l1) / best - 1
        row(f"glmnet, thresh {thresh:g}", seconds, gap, "one run")
        if gap.max() <= TOLERANCE:
            break
    os.remove("X.f64")
chosen = list(range(9, len(l1), 10))
for solver in ("liblinear", "saga"):
    if solver in peers:
        seconds, weights, intercepts = scikit_learn(solver, chosen)
        gap = objectives(weights, intercepts, l1[chosen]) / best[chosen] - 1
        row(f"scikit-learn {solver}", seconds * len(l1) / len(chosen), gap,
            f"estimate: {seconds:.1f} s for {len(chosen)} of {len(l1)}")
