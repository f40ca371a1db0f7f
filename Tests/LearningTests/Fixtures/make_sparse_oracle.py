"""Expected coefficients of sparse rows, from scikit-learn.

    python3 -m venv venv && venv/bin/pip install numpy==2.4.6 scipy==1.17.1 scikit-learn==1.9.1
    venv/bin/python make_sparse_oracle.py > sparse_oracle.json

Data is not stored: `generate` makes it, entry by entry, as SparseRows.swift does.
"""

import json
import sys
import warnings

import numpy as np
from make_oracle import uniform
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import MaxAbsScaler


def generate(case):
    rows, columns = case["rows"], case["columns"]
    u = iter(uniform(case["seed"], rows * 14, 0).tolist())
    entries, labels, weights = [], [], []
    for row in range(rows):
        seen, score = {}, -0.5
        for _ in range(6):
            x = next(u)
            column = int(x * x * x * (columns - 3))
            value = np.floor(next(u) * 16) / 4 - 2 if case["values"] else 1.0
            if row == 7 or value == 0 or column in seen:
                continue
            seen[column] = value
            score += ((column * 7) % 5 - 2) * 0.5 * value
        entries += [(row, column, value) for column, value in seen.items()]
        labels.append(int(score + 4 * (next(u) - 0.5) > 0))
        weights.append(np.floor(next(u) * 4))
    row, column, value = zip(*entries)
    return csr_matrix((value, (row, column)), shape=(rows, columns)), np.array(labels), np.array(weights)


CASES = {
    "binary": {},
    "values, max-abs": {"values": True, "max_abs": True, "seed": 22},
    "weights, balanced": {"values": True, "weighted": True, "balanced": True, "seed": 23},
    "no intercept, strong penalty": {"intercept": False, "l2": 30.0, "seed": 24},
    "more columns than rows": {"rows": 60, "columns": 500, "seed": 25, "l2": 0.1},
}
BASE = {"rows": 900, "columns": 35, "seed": 21, "l2": 1.0, "values": False, "weighted": False, "balanced": False,
        "intercept": True, "max_abs": False}


def solve(case):
    X, y, weights = generate(case)
    scaled = MaxAbsScaler().fit_transform(X) if case["max_abs"] else X
    w = weights if case["weighted"] else np.ones(len(y))
    model = LogisticRegression(
        solver="newton-cholesky", C=1 / case["l2"], tol=1e-13, max_iter=500, fit_intercept=case["intercept"],
        class_weight="balanced" if case["balanced"] else None)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(scaled.toarray(), y, sample_weight=w)
    if case["balanced"]:
        w = w * (w.sum() / (2 * np.bincount(y, weights=w)))[y]
    coef, intercept = model.coef_[0], float(np.ravel(model.intercept_)[0]) if case["intercept"] else 0.0
    z = scaled @ coef + intercept
    residual = w * (1 / (1 + np.exp(-z)) - y)
    gradient = scaled.T @ residual + case["l2"] * coef
    assert np.abs(gradient).max() / w.sum() < 1e-12
    return {
        **{key: value for key, value in case.items() if key != "intercept"}, "positives": int(y.sum()), "entries": X.nnz, "coefficients": coef.tolist(), "intercept": intercept,
        "objective": float((w * np.logaddexp(0, np.where(y == 1, -z, z))).sum() + 0.5 * case["l2"] * coef @ coef),
    }


if __name__ == "__main__":
    json.dump([{"name": name, **solve({**BASE, **case})} for name, case in CASES.items()], sys.stdout, indent=0)
    print()
