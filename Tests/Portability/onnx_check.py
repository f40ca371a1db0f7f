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


def ours(model):
    scores = []
    for name, extra in (("p.npy", []), ("z.npy", ["--log-odds"])):
        run(train, "predict", "--model", model, "--dataset", "data", "--split", "train", "--out", name, *extra)
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
finish("portable models")
