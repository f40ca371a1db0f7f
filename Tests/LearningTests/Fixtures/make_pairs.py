"""Expected coefficients of pairwise fits, from scikit-learn on the difference rows themselves.

    python3 -m venv venv && venv/bin/pip install numpy==2.4.6 scipy==1.17.1 scikit-learn==1.9.1 statsmodels==0.15.0
    venv/bin/python make_pairs.py > pairs.json

Data is make_oracle.py's, requests are make_standard_errors.py's. Every other difference has its sign and its label turned,
which leaves its loss as it is: scikit-learn wants two labels.
"""

import json
import sys
import warnings

import numpy as np
from make_oracle import BASE, generate
from make_standard_errors import requests
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

CASES = {
    "pairs": {"pair_weight": "pair", "seed": 81},
    "pairs, weights with zeros": {"pair_weight": "pair", "weights": "integer", "l2": 3.0, "seed": 82},
    "requests alike": {"pair_weight": "request", "l2": 0.1, "seed": 83},
    "requests alike, fractional weights": {"pair_weight": "request", "weights": "fractional", "seed": 84},
    "rare positives": {"pair_weight": "pair", "threshold": 4.0, "seed": 85},
}


def solve(case):
    x, y, weights = generate(case)
    groups = requests(len(y))
    scale = StandardScaler().fit(x.astype(np.float64), sample_weight=weights).scale_
    w = np.ones(len(y)) if weights is None else weights.astype(np.float64)
    differences, pair_weights, skipped = [], [], 0
    for g in range(groups[-1] + 1):
        rows = np.flatnonzero((groups == g) & (w > 0))
        pairs = [(i, j) for i in rows[y[rows] == 1] for j in rows[y[rows] == 0]]
        skipped += not pairs
        products = [w[i] * w[j] for i, j in pairs]
        differences += [(x[i] - x[j]).astype(np.float64) / scale for i, j in pairs]
        pair_weights += [p / sum(products) for p in products] if case["pair_weight"] == "request" else products
    # As the fit has them, in float32.
    d, c = np.array(differences), np.array(pair_weights).astype(np.float32).astype(np.float64)
    sign = np.where(np.arange(len(d)) % 2 == 0, 1.0, -1.0)
    model = LogisticRegression(
        solver="newton-cholesky", C=1 / case["l2"], tol=1e-13, max_iter=500, fit_intercept=False)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(d * sign[:, None], (sign > 0).astype(int), sample_weight=c)
    coef = model.coef_[0]
    z = d @ coef
    norm = np.abs(d.T @ (-c / (1 + np.exp(z))) + case["l2"] * coef).max() / c.sum()
    print(f"{norm:.1e}  {len(d)} pairs, {skipped} skipped", file=sys.stderr)
    assert norm < 1e-12, norm
    return {
        **case, "pairs": len(d), "skipped": skipped, "coefficients": coef.tolist(),
        "objective": float((c * np.logaddexp(0, -z)).sum() + 0.5 * case["l2"] * coef @ coef),
    }


if __name__ == "__main__":
    json.dump([{"name": name, **solve({**BASE, **case})} for name, case in CASES.items()], sys.stdout, indent=0)
    print()
