"""How often the 95 % intervals of `train metrics` hold the truth, over simulated sets of clustered rows.

Usage: coverage.py TRAIN_BINARY FOLDER [SETS]. Needs numpy and scikit-learn. SETS is 2000 for the figures in the docs; CI
takes fewer. Each set is a draw from a known population, in which the rows of a request share an effect, or the requests
of a user do; the truth is the metric of a very large draw. Exits 1 when coverage is farther from 95 % than chance allows:
1 % for what the bootstrap and DeLong leave, and 3.5 binomial standard errors.
"""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, roc_auc_score

train, folder = sys.argv[1:3]
sets = int(sys.argv[3]) if len(sys.argv) > 3 else 2000
os.makedirs(folder, exist_ok=True)
K = 3
# How rows depend on each other, what is drawn, and how many: users, requests a user, rows a request.
DESIGNS = {"rows": (1000, 1, 1), "requests": (400, 1, 6), "users": (250, 4, 4)}


def draw(random, design, users, requests, size):
    """Scores (log-odds) and labels, users × requests × rows; what is shared makes rows alike in score and in label."""
    shape = (users, requests, size)
    shared = np.zeros(shape)
    if design != "rows":
        shared = shared + random.normal(0, 0.7, (users, 1, 1) if design == "users" else (users, requests, 1))
    logits = random.normal(-0.6, 0.9, shape) + 0.7 * shared
    chance = 1 / (1 + np.exp(-(0.2 + 0.9 * logits + 0.7 * shared)))
    return logits, (random.random(shape) < chance).astype(np.uint8)


def truth(design):
    """The metrics of some two million rows."""
    users, requests, size = DESIGNS[design]
    logits, labels = draw(np.random.default_rng(99), design, 2_000_000 // (requests * size), requests, size)
    z, y = logits.ravel(), labels.ravel()
    p = 1 / (1 + np.exp(-z))
    line = LogisticRegression(C=np.inf, solver="newton-cholesky", tol=1e-10).fit(z[:, None], y)
    found = dict(auc=roc_auc_score(y, z), average_precision=average_precision_score(y, z),
                 log_loss=np.logaddexp(0, np.where(y == 1, -z, z)).mean(), brier=((p - y) ** 2).mean(),
                 calibration_slope=line.coef_[0, 0], calibration_intercept=line.intercept_[0])
    if size > 1:
        ranked = np.take_along_axis(labels, np.argsort(-logits, axis=2), axis=2).reshape(-1, size)
        ranked = ranked[ranked.any(axis=1)].astype(float)
        places = np.arange(1, size + 1)
        discount = (places <= K) / np.log2(places + 1)
        ideal = np.cumsum(discount)[ranked.sum(axis=1).astype(int) - 1]
        hits = np.cumsum(ranked, axis=1)
        found |= {f"ndcg@{K}": (ranked @ discount / ideal).mean(), "mrr": (1 / (ranked.argmax(axis=1) + 1)).mean(),
                  "map": ((hits / places * ranked).sum(axis=1) / hits[:, -1]).mean(),
                  f"precision@{K}": (hits[:, K - 1] / K).mean(), f"recall@{K}": (hits[:, K - 1] / hits[:, -1]).mean(),
                  f"hit_rate@{K}": (hits[:, K - 1] > 0).mean()}
    return found


def intervals(design, seed):
    logits, labels = draw(np.random.default_rng([7, seed]), design, *DESIGNS[design])
    users, requests, size = DESIGNS[design]
    path = lambda name: os.path.join(folder, f"{design}-{seed}-{name}.npy")
    arrays = dict(scores=logits.ravel(), labels=labels.ravel())
    if design != "rows":
        arrays["group"] = np.repeat(np.arange(users * requests), size)
    if design == "users":
        arrays["user"] = np.repeat(np.arange(users), requests * size)
    arguments = [train, "metrics", "--kind", "log-odds", "--k", str(K), "--seed", str(seed), "--json"]
    for name, array in arrays.items():
        np.save(path(name), array)
        arguments += [f"--{name}", path(name)]
    result = subprocess.run(arguments, capture_output=True, text=True)
    for name in arrays:
        os.remove(path(name))
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)["metrics"]


failed = 0
margin = 0.01 + 3.5 * (0.95 * 0.05 / sets) ** 0.5
with ThreadPoolExecutor(os.cpu_count()) as pool:
    for design in DESIGNS:
        true = truth(design)
        results = list(pool.map(lambda seed: intervals(design, seed), range(sets)))
        for name, value in true.items():
            below = sum(found[name]["high"] < value for found in results) / sets
            above = sum(found[name]["low"] > value for found in results) / sets
            coverage = 1 - below - above
            passed = abs(coverage - 0.95) <= margin
            failed += not passed
            print(f"{'ok  ' if passed else 'FAIL'} {design}: {name} {coverage:.2%} (truth {value:.4f}; "
                  f"too low {below:.2%}, too high {above:.2%})", flush=True)
print(f"coverage: {sets} sets a design, {failed} outside 95 % ± {margin:.2%}")
sys.exit(failed > 0)
