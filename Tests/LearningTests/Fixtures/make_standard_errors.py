"""Expected covariances of coefficients, from statsmodels and from the formula in NumPy.

    python3 -m venv venv && venv/bin/pip install numpy==2.4.6 scipy==1.17.1 scikit-learn==1.9.1 statsmodels==0.15.0
    venv/bin/python make_standard_errors.py > standard_errors.json

Data is make_oracle.py's. Requests have 1 to 7 rows: request g has 5g mod 7 + 1, the last what is left. Request g is of
user 11g mod 61: each has several, far from each other.
"""

import json
import sys

import numpy as np
import statsmodels.api as sm
from make_oracle import BASE, generate, solve
from sklearn.preprocessing import StandardScaler

# l2 = 0 and no weights: statsmodels. All others: the formula.
CASES = {
    "plain": {"l2": 0.0, "seed": 51},
    "rare positives": {"l2": 0.0, "threshold": 4.0, "seed": 52},
    "one column": {"l2": 0.0, "columns": 1, "noise": 3.0, "seed": 53},
    "many rows": {"l2": 0.0, "rows": 30000, "columns": 33, "noise": 12.0, "seed": 54},
    "huge, tiny and far columns": {"l2": 0.0, "kind": "huge", "seed": 55},
    "penalty": {"l2": 1.0, "seed": 56},
    "strong penalty": {"l2": 250.0, "seed": 57},
    "penalty, fractional weights": {"l2": 3.0, "weights": "fractional", "seed": 58},
    "penalty, weights with zeros, balanced": {
        "l2": 0.5, "weights": "integer", "balanced": True, "threshold": 1.0, "seed": 59},
    "penalty, duplicate columns": {"l2": 2.0, "kind": "duplicate", "seed": 60},
    "penalty, many columns": {"l2": 1.0, "rows": 6000, "columns": 130, "noise": 20.0, "seed": 61},
}


def requests(rows):
    """The request of each row."""
    result = []
    while len(result) < rows:
        g = result[-1] + 1 if result else 0
        result += [g] * (5 * g % 7 + 1)
    return np.array(result[:rows])


def by_statsmodels(x, y, groups, users):
    model = sm.Logit(y, np.column_stack([x, np.ones(len(y))]))
    options = {"method": "newton", "tol": 1e-14, "maxiter": 100, "disp": 0}
    plain = model.fit(cov_type="nonrobust", **options)
    cluster = model.fit(cov_type="cluster", cov_kwds={"groups": groups}, **options)
    user = model.fit(cov_type="cluster", cov_kwds={"groups": users}, **options)
    print(f"{np.abs(model.score(plain.params)).max() / len(y):.1e}", file=sys.stderr)
    return plain.params, {
        kind: {
            "covariance": fit.cov_params(), "standard_errors": fit.bse, "z": fit.tvalues, "p": fit.pvalues,
            "low": fit.conf_int()[:, 0], "high": fit.conf_int()[:, 1],
        } for kind, fit in [("hessian", plain), ("request", cluster), ("user", user)]
    }


def by_formula(case, x, y, weights, groups, users):
    found = solve(case)
    params = np.append(found["coefficients"], found["intercept"])
    x = np.column_stack([x, np.ones(len(y))])
    c = np.ones(len(y)) if weights is None else weights.astype(np.float64)
    counted = c > 0
    if case["balanced"]:
        c = c * (c.sum() / (2 * np.bincount(y, weights=c)))[y]
    p = 1 / (1 + np.exp(-(x @ params)))
    penalty = np.full(x.shape[1], case["l2"])
    penalty[-1] = 0
    bread = np.linalg.inv((x * (c * p * (1 - p))[:, None]).T @ x + np.diag(penalty))

    def sandwich(clusters):
        scores = np.zeros((clusters.max() + 1, x.shape[1]))
        np.add.at(scores, clusters, x * (c * (p - y))[:, None])
        g, n, k = len(np.unique(clusters[counted])), counted.sum(), x.shape[1]
        return bread @ (scores.T @ scores) @ bread * (g / (g - 1) * (n - 1) / (n - k))

    return params, {
        kind: {"covariance": matrix, "standard_errors": np.sqrt(np.diag(matrix))}
        for kind, matrix in [("hessian", bread), ("request", sandwich(groups)), ("user", sandwich(users))]
    }


def expected(case):
    x, y, weights = generate(case)
    groups = requests(len(y))
    users = groups * 11 % 61
    x = StandardScaler().fit(x.astype(np.float64), sample_weight=weights).transform(x.astype(np.float64))
    if case["l2"] == 0:
        params, kinds = by_statsmodels(x, y, groups, users)
    else:
        params, kinds = by_formula(case, x, y, weights, groups, users)
    for values in kinds.values():
        # A row of the matrix is enough to hold the rest of it to, beside the diagonal.
        values["last_row"] = values.pop("covariance")[-1]
    return {
        **case, "coefficients": params.tolist(),
        **{kind: {name: v.tolist() for name, v in values.items()} for kind, values in kinds.items()},
    }


if __name__ == "__main__":
    json.dump([{"name": name, **expected({**BASE, **case})} for name, case in CASES.items()], sys.stdout, indent=0)
    print()
