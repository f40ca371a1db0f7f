"""Holds `train` against scikit-learn on one dataset: coefficients, AUC and NDCG; and against itself: same bytes twice.

Usage: agree.py TRAIN_BINARY FOLDER. Needs numpy and scikit-learn. Prints a line a check; exits 1 when one fails.
"""

import json
import os
import subprocess
import sys

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss, ndcg_score, roc_auc_score
from sklearn.preprocessing import StandardScaler

train, folder = sys.argv[1:]
failures = 0


def check(name, passed, figure):
    global failures
    failures += not passed
    print(f"{'ok  ' if passed else 'FAIL'} {name}: {figure}", flush=True)


def run(*arguments, code=0):
    result = subprocess.run([train, *arguments], capture_output=True, text=True)
    assert result.returncode == code, f"{arguments} ended with {result.returncode}: {result.stderr}"
    return result


def files(path):
    found = {}
    for root, _, names in os.walk(path):
        for name in names:
            with open(os.path.join(root, name), "rb") as file:
                found[os.path.relpath(os.path.join(root, name), path)] = file.read()
    return found


os.makedirs(folder, exist_ok=True)
os.chdir(folder)
for copy in "ab":
    run("synth", "--users", "2000", "--propositions", "200", "--requests", "50000", "--days", "28", "--seed", "7",
        "--out", f"log-{copy}", "--quiet")
    run("dataset", "build", "--events", f"log-{copy}/events.jsonl", "--propositions",
        f"log-{copy}/propositions.jsonl", "--out", f"dataset-{copy}/demo", "--quiet")
check("synth twice gives the same bytes", files("log-a") == files("log-b"), f"{len(files('log-a'))} files")
check("dataset build twice gives the same bytes", files("dataset-a") == files("dataset-b"),
      f"{len(files('dataset-a'))} files")

fit = json.loads(run("fit", "--dataset", "dataset-a/demo", "--models", "models", "--threads", "2", "--json").stdout)
run("fit", "--dataset", "dataset-b/demo", "--models", "models", "--threads", "1", "--quiet")
one, two = files("models/ranker/1"), files("models/ranker/2")
check("model at 2 threads and at 1 has the same bytes", one == two, f"{sorted(one)}")

load = lambda side, name: np.load(f"dataset-a/demo/{side}/{name}.npy")
X, y = load("train", "X").astype(np.float64), load("train", "y")
scaler = StandardScaler().fit(X)
reference = LogisticRegression(C=1.0, solver="newton-cholesky", tol=1e-12, max_iter=200).fit(scaler.transform(X), y)
model = json.load(open("models/ranker/1/model.json"))
theirs = np.append(reference.coef_[0], reference.intercept_)
run("fit", "--dataset", "dataset-a/demo", "--models", "models", "--name", "newton", "--solver", "newton", "--quiet")
for name, fitted in (("auto", model), ("newton", json.load(open("models/newton/1/model.json")))):
    ours = np.append(fitted["coefficients"], fitted["intercept"])
    error = np.max(np.abs(ours - theirs) / np.abs(theirs))
    check(f"coefficients of --solver {name} equal scikit-learn's to 1e-6", error <= 1e-6,
          f"largest relative difference {error:.1e}")

test, labels, group = load("test", "X").astype(np.float64), load("test", "y"), load("test", "group")
scores = reference.decision_function(scaler.transform(test))
report = json.loads(
    run("eval", "--model", "models/ranker/1", "--dataset", "dataset-a/demo", "--bootstrap", "200", "--json").stdout)
metric = lambda name: report["metrics"][name]["value"]
auc = roc_auc_score(labels, scores)
check("AUC equals roc_auc_score to 1e-9", abs(metric("auc") - auc) <= 1e-9, f"{metric('auc'):.10f}, {auc:.10f}")
loss = log_loss(labels, reference.predict_proba(scaler.transform(test))[:, 1])
check("log loss equals log_loss to 1e-7", abs(metric("log_loss") - loss) <= 1e-7, f"{metric('log_loss'):.9f}")
starts = np.flatnonzero(np.r_[True, group[1:] != group[:-1]])
for k in (5, 10):
    values = [ndcg_score([labels[rows]], [scores[rows]], k=k)
              for rows in np.split(np.arange(len(labels)), starts[1:]) if labels[rows].any()]
    name = f"ndcg@{k}"
    check(f"NDCG@{k} equals ndcg_score to 1e-9", abs(metric(name) - np.mean(values)) <= 1e-9,
          f"{metric(name):.10f}, {np.mean(values):.10f} over {len(values)} requests")

best = json.load(open("log-a/truth.json"))["test"]["auc"]
share = (metric("auc") - 0.5) / (best - 0.5)
check("test AUC is above 0.75", metric("auc") > 0.75, f"{metric('auc'):.4f}")
check("at least 85 % of the way from 0.5 to the true AUC", share >= 0.85, f"{share:.1%} of the way to {best:.4f}")
lead = report["baselines"]["popularity"]["ndcg@5_lead"]
check("NDCG@5 as served is above popularity beyond its interval", lead["low"] > 0,
      f"{lead['value']:.4f} ({lead['low']:.4f} … {lead['high']:.4f})")
check("the fit says that it converged", fit["converged"] and fit["gradient_norm"] <= 1e-9, f"{fit['gradient_norm']:.1e}")

print(f"agreement: {14 - failures} passed, {failures} failed")
sys.exit(failures > 0)
