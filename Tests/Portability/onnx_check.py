"""Holds exported models against `train predict` over 1,000,000 rows: ONNX Runtime and scikit-learn must score as we do.

Usage: onnx_check.py TRAIN_BINARY FOLDER. Needs numpy, onnx, onnxruntime and scikit-learn. Exits 1 when a check fails.
"""

import json
import os
import sys
import time

import numpy as np
import onnx
import onnxruntime
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from check import check, finish, run

train, folder = os.path.abspath(sys.argv[1]), sys.argv[2]
os.makedirs(folder, exist_ok=True)
os.chdir(folder)

rows, width, names = 1_000_000, 32, [f"x{i}" for i in range(32)]
draw = np.random.default_rng(7)
# Features as they come, of scales from 1e-3 to 1e5; every fourth lies up to 10,000 times its spread from 0, as times do.
spread = 10.0 ** draw.uniform(-3, 5, width)
centre = spread * np.where(np.arange(width) % 4 == 0, 10.0 ** draw.uniform(1, 4, width), draw.normal(size=width))
X = (draw.normal(size=(rows, width)) * spread + centre).astype(np.float32)
truth = draw.normal(size=width) * 0.4
y = (draw.random(rows) < 1 / (1 + np.exp(2 - (X.astype(np.float64) - centre) / spread @ truth))).astype(np.uint8)
np.save("X.npy", X)
np.save("y.npy", y)
run(train, "dataset", "import-npy", "--X", "X.npy", "--y", "y.npy", "--names", ",".join(names), "--split", "none",
    "--out", "data", "--quiet")
run(train, "fit", "--dataset", "data", "--quiet", "--no-run")


def ours(model, dataset="data"):
    scores = []
    for name, extra in (("p.npy", []), ("z.npy", ["--log-odds"])):
        run(train, "predict", "--model", model, "--dataset", dataset, "--split", "train", "--out", name, *extra)
        scores.append(np.load(name))
    return scores


def rank_changes(mine, theirs, tie):
    """Neighbours in our order, further apart than a tie, that theirs puts the other way round."""
    order = np.argsort(mine, kind="stable")
    return int(np.sum((np.diff(theirs[order]) < 0) & (np.diff(mine[order]) > tie)))


probability, log_odds = ours("models/ranker/1")
run(train, "models", "export", "models/ranker/1", "--format", "onnx", "--out", "ranker.onnx")
model = onnx.load("ranker.onnx")
onnx.checker.check_model(model, full_check=True)
properties = {entry.key: entry.value for entry in model.metadata_props}
check("the checker passes, the metadata name the features", json.loads(properties["features"]) == names)
session = onnxruntime.InferenceSession("ranker.onnx", providers=["CPUExecutionProvider"])
began = time.monotonic()
theirs = dict(zip([o.name for o in session.get_outputs()], session.run(None, {"features": X})))
seconds = time.monotonic() - began
difference = np.max(np.abs(theirs["probability"] - probability))
check(f"ONNX Runtime over {rows:,} rows: probabilities equal to 1e-6", difference <= 1e-6,
      f"largest difference {difference:.1e}, of log-odds {np.max(np.abs(theirs['log_odds'] - log_odds)):.1e}, "
      f"{seconds:.2f} s")
changes = rank_changes(log_odds, theirs["log_odds"], 1e-9)
check("no rank changes beyond ties (log-odds within 1e-9)", changes == 0, f"{changes} changes")
one = session.run(["probability"], {"features": X[:1]})[0]
check("one row scores as in a batch", one.shape == (1,) and abs(one[0] - probability[0]) <= 1e-9)
run(train, "models", "export", "models/ranker/1", "--format", "onnx", "--out", "again.onnx")
check("the same bytes twice", open("ranker.onnx", "rb").read() == open("again.onnx", "rb").read(),
      f"{os.path.getsize('ranker.onnx')} bytes")

# Calibrated on validation: 80,000 rows to train on, 10,000 to calibrate with.
np.save("X-part.npy", X[:100_000])
np.save("y-part.npy", y[:100_000])
run(train, "dataset", "import-npy", "--X", "X-part.npy", "--y", "y-part.npy", "--out", "part", "--quiet")
for version, method in enumerate(("platt", "isotonic"), start=1):
    run(train, "fit", "--dataset", "part", "--name", "calibrated", "--calibration", method, "--quiet", "--no-run")
    mine, mine_odds = ours(f"models/calibrated/{version}", "part")
    run(train, "models", "export", f"models/calibrated/{version}", "--format", "onnx", "--out", f"{method}.onnx")
    onnx.checker.check_model(onnx.load(f"{method}.onnx"), full_check=True)
    calibrated = onnxruntime.InferenceSession(f"{method}.onnx", providers=["CPUExecutionProvider"])
    theirs, odds = calibrated.run(["probability", "log_odds"], {"features": X[: len(mine)]})
    difference = np.max(np.abs(theirs - mine))
    check(f"calibrated by {method}: probabilities equal to 1e-6, log-odds to 1e-9",
          difference <= 1e-6 and np.max(np.abs(odds - mine_odds)) <= 1e-9,
          f"largest difference {difference:.1e}, {len(onnx.load(f'{method}.onnx').graph.node)} nodes")

# The loader of docs/tracking.md, as it stands there.
guide = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../docs/tracking.md")
loader = open(guide).read().split("<!-- loader -->\n```python\n")[1].split("```")[0]
scope = {}
exec(loader, scope)
run(train, "models", "export", "models/ranker/1", "--format", "sklearn-json", "--out", "ranker.json")
pipeline = scope["load_ranker"]("ranker.json")
theirs = pipeline.predict_proba(X.astype(np.float64))[:, 1]
difference = np.max(np.abs(theirs - probability))
check("scikit-learn with the loader of the guide: probabilities equal to 1e-9", difference <= 1e-9,
      f"largest difference {difference:.1e}")

# And the way back: a pipeline that scikit-learn fitted, written as the guide says.
fitted = make_pipeline(StandardScaler(), LogisticRegression(C=1.0, tol=1e-8)).fit(X[:50_000].astype(np.float64), y[:50_000])
scope["save_ranker"](fitted, names, "fitted.json")
run(train, "models", "import", "--json", "fitted.json", "--name", "imported")
imported, _ = ours("models/imported/1")
difference = np.max(np.abs(fitted.predict_proba(X.astype(np.float64))[:, 1] - imported))
check("coefficients from scikit-learn score as there to 1e-9", difference <= 1e-9, f"largest difference {difference:.1e}")
run(train, "models", "export", "models/ranker/1", "--format", "sklearn-json", "--out", "back.json")
run(train, "models", "import", "--json", "back.json", "--name", "back")
same = all(open(f"models/{a}/{f}", "rb").read() == open(f"models/ranker/1/{f}", "rb").read()
           for a in ("back/1",) for f in ("model.json", "scaler.json"))
check("exported and imported again: the same bytes of coefficients and scaler", same)
run(train, "models", "export", "models/calibrated/1", "--format", "sklearn-json", "--out", "platt.json")
theirs = scope["load_ranker"]("platt.json").predict_proba(X[:80_000].astype(np.float64))[:, 1]
difference = np.max(np.abs(theirs - ours("models/calibrated/1", "part")[0]))
check("Platt's calibration goes into the coefficients for scikit-learn", difference <= 1e-9,
      f"largest difference {difference:.1e}")
run(train, "models", "export", "models/calibrated/2", "--format", "sklearn-json", "--out", "no.json", code=1)
check("isotonic calibration is refused there", not os.path.exists("no.json"))
finish("portable models")
