"""Expected elastic net fits: single ones from scikit-learn's saga, a path from glmnet.

    python3 -m venv venv && venv/bin/pip install numpy==2.4.6 scipy==1.17.1 scikit-learn==1.9.1
    apt-get install r-cran-glmnet
    venv/bin/python make_lasso.py > lasso.json

Data is that of make_oracle.py. glmnet gets the standardised features of StandardScaler, and lambda = l1 / n.
"""

import json
import os
import subprocess
import sys
import tempfile
import warnings

import numpy as np
from make_oracle import BASE, generate
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

SINGLE = {
    "lasso": {"l1": 40.0, "l2": 0.0, "seed": 61},
    "small penalty": {"l1": 0.5, "l2": 0.0, "seed": 62},
    "elastic net": {"l1": 15.0, "l2": 30.0, "seed": 63},
    "weights": {"l1": 25.0, "l2": 1.0, "seed": 64, "weights": "fractional", "threshold": 1.5},
    "balanced": {"l1": 25.0, "l2": 0.0, "seed": 65, "balanced": True, "threshold": 2.5},
    "constant columns": {"l1": 30.0, "l2": 0.0, "seed": 66, "kind": "constant"},
    "fewer rows than columns": {"l1": 1.0, "l2": 0.5, "seed": 67, "rows": 60, "columns": 90},
}
PATHS = {
    "path of the lasso": {"alpha": 1.0, "seed": 71, "columns": 20},
    "path of the elastic net": {"alpha": 0.4, "seed": 72, "columns": 20, "threshold": 1.0},
}

GLMNET = """
library(glmnet)
x <- as.matrix(read.csv("x.csv", header = FALSE)); y <- scan("y.csv", quiet = TRUE)
fit <- glmnet(x, y, family = "binomial", alpha = %r, lambda = scan("lambda.csv", quiet = TRUE), standardize = FALSE,
              thresh = 1e-20, maxit = 1e8)
write.table(format(as.matrix(rbind(fit$beta, fit$a0)), digits = 17), "fit.csv", sep = ",", quote = FALSE,
            row.names = FALSE, col.names = FALSE)
cat(as.character(packageVersion("glmnet")), R.version$version.string, file = stderr())
"""


def prepare(case):
    x, y, weights = generate(case)
    scaled = StandardScaler().fit(x.astype(np.float64), sample_weight=weights).transform(x.astype(np.float64))
    return scaled, y, np.ones(len(y)) if weights is None else weights.astype(np.float64)


def violation(scaled, y, w, coef, intercept, l1, l2):
    residual = w * (1 / (1 + np.exp(-(scaled @ coef + intercept))) - y)
    g = scaled.T @ residual + l2 * coef
    miss = np.where(coef == 0, np.maximum(np.abs(g) - l1, 0), np.abs(g + l1 * np.sign(coef)))
    return max(miss.max(), abs(residual.sum())) / w.sum()


def single(case):
    scaled, y, w = prepare(case)
    total = case["l1"] + case["l2"]
    model = LogisticRegression(solver="saga", l1_ratio=case["l1"] / total, C=1 / total, tol=1e-14, max_iter=200_000,
                               random_state=0, class_weight="balanced" if case["balanced"] else None)
    model.fit(scaled, y, sample_weight=w)
    if case["balanced"]:
        w = w * (w.sum() / (2 * np.bincount(y, weights=w)))[y]
    coef, intercept = model.coef_[0], float(model.intercept_[0])
    miss = violation(scaled, y, w, coef, intercept, case["l1"], case["l2"])
    print(case, f"{miss:.1e}", int((coef != 0).sum()), file=sys.stderr)
    assert miss < 1e-9
    return {**case, "coefficients": coef.tolist(), "intercept": intercept}


def path(case):
    scaled, y, w = prepare(case)
    alpha = case["alpha"]
    slope = np.abs(scaled.T @ (y - y.mean())).max()
    totals = slope / alpha * np.geomspace(1, 1e-3, 8)
    with tempfile.TemporaryDirectory() as folder:
        for name, values in (("x", scaled), ("y", y), ("lambda", totals / len(y))):
            np.savetxt(os.path.join(folder, name + ".csv"), values, delimiter=",", fmt="%.17g")
        with open(os.path.join(folder, "path.R"), "w") as script:
            script.write(GLMNET % alpha)
        subprocess.run(["Rscript", "path.R"], cwd=folder, check=True)
        fits = np.loadtxt(os.path.join(folder, "fit.csv"), delimiter=",")
    values = []
    for k, total in enumerate(totals):
        coef, intercept = fits[:-1, k], float(fits[-1, k])
        miss = violation(scaled, y, w, coef, intercept, alpha * total, (1 - alpha) * total)
        print(case, k, f"{miss:.1e}", int((coef != 0).sum()), file=sys.stderr)
        assert miss < 1e-8
        values.append({"l1": alpha * total, "l2": (1 - alpha) * total, "coefficients": coef.tolist(),
                       "intercept": intercept})
    return {**case, "values": values}


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    json.dump({
        "single": [{"name": name, **single({**BASE, **case})} for name, case in SINGLE.items()],
        "paths": [{"name": name, **path({**BASE, **case})} for name, case in PATHS.items()],
    }, sys.stdout, indent=0)
    print()
