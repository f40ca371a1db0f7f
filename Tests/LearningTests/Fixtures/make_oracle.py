"""Expected scalers and coefficients, from scikit-learn.

    python3 -m venv venv && venv/bin/pip install numpy==2.4.6 scipy==1.17.1 scikit-learn==1.9.1
    venv/bin/python make_oracle.py > oracle.json

Data is not stored: `generate` makes it from a counter-based SplitMix64 in integer and basic float64 arithmetic alone,
and SyntheticRows.swift repeats it bit for bit.
"""

import json
import sys
import warnings

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler



def uniform(seed, count, offset):
    """`count` numbers in [0, 1) with 24 bits, from draw `offset` on."""
    with np.errstate(over="ignore"):
        k = np.arange(offset, offset + count, dtype=np.uint64) + np.uint64(seed << 40)
        z = (k + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = z ^ (z >> np.uint64(31))
    return (z >> np.uint64(40)).astype(np.float64) * 2.0**-24


def generate(case):
    n, d, seed = case["rows"], case["columns"], case["seed"]
    u = uniform(seed, n * (4 * d + 2), 0).reshape(n, 4 * d + 2)
    v = np.empty((n, d))
    for j in range(d):
        v[:, j] = u[:, 4 * j] + u[:, 4 * j + 1] + u[:, 4 * j + 2] + u[:, 4 * j + 3] - 2.0
    score = np.zeros(n)
    for j in range(d):
        score = score + (((j * 37) % 11) - 5) * 0.25 * v[:, j]
    noise = case["noise"] * (u[:, 4 * d] - 0.5)
    y = (score + noise > case["threshold"]).astype(np.uint8)
    x = np.empty((n, d), dtype=np.float32)
    for j in range(d):
        x[:, j] = ((v[:, j] + 0.5 * v[:, 0]) * 2.0 ** (j % 7 - 3) + (j % 5 - 2) * 3.0).astype(np.float32)
    kind = case["kind"]
    if kind == "duplicate":
        x[:, d - 1] = x[:, 1]
        x[:, d - 2] = x[:, 2]
    if kind == "constant":
        x[:, 1] = 0.1
        x[:, 2] = 0.0
        x[:, 3] = -7.0
    if kind == "huge":
        x[:, 1] = (v[:, 1] * 1e30).astype(np.float32)
        x[:, 2] = (v[:, 2] * 1e-30).astype(np.float32)
        x[:, 3] = (v[:, 3] + 4096.0).astype(np.float32)
    weights = None
    if case["weights"] == "fractional":
        weights = (u[:, 4 * d + 1] + 0.5).astype(np.float32)
    if case["weights"] == "integer":
        weights = np.floor(u[:, 4 * d + 1] * 4).astype(np.float32)
    return x, y, weights


BASE = {"rows": 2000, "columns": 12, "seed": 1, "noise": 6.0, "threshold": 0.0, "l2": 1.0, "balanced": False,
        "weights": "none", "kind": "plain"}
CASES = {
    "plain": {},
    "strong penalty": {"l2": 250.0, "seed": 2},
    "weak penalty": {"l2": 0.001, "seed": 3},
    "balanced": {"balanced": True, "threshold": 2.5, "seed": 4},
    "fractional weights": {"weights": "fractional", "seed": 5},
    "integer weights, balanced": {"weights": "integer", "balanced": True, "threshold": 1.0, "seed": 6},
    "fewer rows than columns": {"rows": 40, "columns": 60, "seed": 7},
    "duplicate columns": {"kind": "duplicate", "seed": 8},
    "constant columns": {"kind": "constant", "seed": 9},
    "separable": {"noise": 0.0, "seed": 10},
    "huge, tiny and far columns": {"kind": "huge", "seed": 11},
    "one column": {"columns": 1, "seed": 12, "noise": 3.0},
    "many rows": {"rows": 30000, "columns": 33, "seed": 13, "noise": 12.0},
    "many columns": {"rows": 6000, "columns": 130, "seed": 14, "noise": 20.0},
}


def solve(case):
    x, y, weights = generate(case)
    scaler = StandardScaler().fit(x.astype(np.float64), sample_weight=weights)
    scaled = scaler.transform(x.astype(np.float64))
    w = np.ones(len(y)) if weights is None else weights.astype(np.float64)
    model = LogisticRegression(
        solver="newton-cholesky", C=1 / case["l2"], tol=1e-13, max_iter=500,
        class_weight="balanced" if case["balanced"] else None)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(scaled, y, sample_weight=w)
    if case["balanced"]:
        totals = np.bincount(y, weights=w)
        w = w * (w.sum() / (2 * totals))[y]
    coef, intercept = model.coef_[0], float(model.intercept_[0])
    z = scaled @ coef + intercept
    margin = np.where(y == 1, z, -z)
    residual = -np.where(y == 1, 1.0, -1.0) * w / (1 + np.exp(margin))
    gradient = np.append(scaled.T @ residual + case["l2"] * coef, residual.sum())
    norm = np.abs(gradient).max() / w.sum()
    print(f"{norm:.1e}  {y.mean():.3f}", file=sys.stderr)
    assert norm < 1e-12, norm
    return {
        **case, "positives": int(y.sum()), "mean": scaler.mean_.tolist(), "scale": scaler.scale_.tolist(),
        "coefficients": coef.tolist(), "intercept": intercept,
        "objective": float((w * np.logaddexp(0, -margin)).sum() + 0.5 * case["l2"] * coef @ coef),
        "checksum": float(x.astype(np.float64)[:, -1].sum()),
    }


if __name__ == "__main__":
    json.dump([{"name": name, **solve({**BASE, **case})} for name, case in CASES.items()], sys.stdout, indent=0)
    print()
