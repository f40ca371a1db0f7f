"""Fits one peer to arrays on disk and prints one JSON object: seconds, peak memory, objective.

Usage: fit_one.py PEER FOLDER L2. FOLDER holds X.npy (float32, already standardised) and y.npy (0 or 1).

A process of its own for each fit, so that peak memory is the peer's and no thread pool is shared. Only the fit is
timed, with the arrays in memory and the library imported. The objective is computed here in float64 from what the peer
returns: Σ log(1+exp(−ỹz)) + ½·l2·‖w‖², intercept free.
"""

import json
import os
import resource
import shutil
import sys
import tempfile
import time

import numpy as np

TOLERANCE = 1e-7  # of the largest gradient entry, divided by the rows, where a peer counts so


def sklearn(solver, **more):
    def load(l2):
        from sklearn.linear_model import LogisticRegression

        options = {"tol": TOLERANCE, "max_iter": 10_000} | more
        model = LogisticRegression(C=1 / l2, solver=solver, **options)
        return lambda X, y: linear(model.fit(X, y))

    return load


def linear(model):
    return np.ravel(model.coef_), float(np.ravel(model.intercept_)[0])


def sklearnex(l2):
    from sklearnex.linear_model import LogisticRegression

    model = LogisticRegression(C=1 / l2, solver="lbfgs", tol=TOLERANCE, max_iter=10_000)
    return lambda X, y: linear(model.fit(X, y))


def snapml(l2):
    from snapml import LogisticRegression

    model = LogisticRegression(regularizer=l2, fit_intercept=True, n_jobs=2, tol=1e-6, max_iter=10_000)
    return lambda X, y: linear(model.fit(X, y))


def xgboost(l2):
    import xgboost as xgb

    def fit(X, y):
        # gblinear multiplies lambda by the rows; its own tolerance is of the coefficients' change.
        parameters = {
            "booster": "gblinear", "objective": "binary:logistic", "lambda": l2 / len(y), "nthread": 2,
            "updater": "coord_descent", "tolerance": 1e-6, "eta": 1.0,
        }
        model = xgb.train(parameters, xgb.DMatrix(X, y), num_boost_round=100)
        dump = json.loads(model.get_dump(dump_format="json")[0])
        return np.array(dump["weight"]), float(dump["bias"][0]) + base_score(model)

    def base_score(model):
        score = json.loads(model.save_config())["learner"]["learner_model_param"]["base_score"]
        p = float(score.strip("[]"))
        return np.log(p / (1 - p))

    return fit


def vowpal_wabbit(l2):
    """L-BFGS over a text file of its own format: it has no other way in for arrays. Parsing is timed, writing is not.

    It penalises the intercept as well, so its optimum is another one by a little.
    """
    import vowpalwabbit

    folder = tempfile.mkdtemp()
    path = os.path.join(folder, "rows.vw")

    def prepare(X, y):
        with open(path, "w") as file:
            for row, label in zip(X, y):
                features = " ".join(f"x{j}:{v:.9g}" for j, v in enumerate(row))
                file.write(f"{'1' if label else '-1'} |f {features}\n")

    def fit(X, y):
        model = vowpalwabbit.Workspace(
            f"--bfgs --loss_function logistic --l2 {l2} --passes 12 --termination 1e-9 --holdout_off -d {path} "
            f"--cache_file {folder}/cache -k -b 18 --quiet")
        coefficients = np.array([model.get_weight_from_name(f"x{j}", "f") for j in range(X.shape[1])])
        intercept = model.get_weight(11_650_396 & (2**18 - 1))  # where it keeps the constant feature
        shutil.rmtree(folder)
        return coefficients, intercept

    fit.prepare = prepare
    return fit


PEERS = {
    "scikit-learn newton-cholesky": sklearn("newton-cholesky"),
    "scikit-learn lbfgs": sklearn("lbfgs"),
    "scikit-learn newton-cg": sklearn("newton-cg"),
    "scikit-learn-intelex lbfgs": sklearnex,
    "LIBLINEAR (in scikit-learn)": sklearn("liblinear", tol=1e-6, intercept_scaling=1000.0),
    "snapml": snapml,
    "XGBoost gblinear": xgboost,
    "Vowpal Wabbit bfgs": vowpal_wabbit,
}


def objective(X, y, l2, coefficients, intercept):
    w = coefficients.astype(np.float64)
    total = 0.5 * l2 * float(w @ w)
    for start in range(0, len(y), 65_536):
        z = X[start:start + 65_536].astype(np.float64) @ w + intercept
        total += float(np.sum(np.logaddexp(0, z) - y[start:start + 65_536] * z))
    return total


if __name__ == "__main__":
    peer, folder, l2 = sys.argv[1], sys.argv[2], float(sys.argv[3])
    X, y = np.load(f"{folder}/X.npy"), np.load(f"{folder}/y.npy")
    fit = PEERS[peer](l2)
    getattr(fit, "prepare", lambda X, y: None)(X, y)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.perf_counter()
    coefficients, intercept = fit(X, y)
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps({
        "seconds": seconds, "peak_bytes": peak * 1024, "beyond_data_bytes": (peak - before) * 1024,
        "objective": objective(X, y, l2, coefficients, intercept),
    }))
