"""Fits one peer to FOLDER's sparse rows in this process: prints seconds of the fit alone, and the objective it reached.

Usage: sparse_one.py PEER FOLDER TOLERANCE. No intercept anywhere, since LIBLINEAR and snapml penalise theirs.
"""

import json
import os
import resource
import sys
import time
import warnings

import numpy as np
import scipy.sparse

# By peer: tolerances to try, the loosest first. The first one that reaches the objective counts.
PEERS = {
    "LIBLINEAR dual": [1e-1, 1e-2, 1e-3],
    "LIBLINEAR primal": [1e-2, 1e-3, 1e-4],
    "snapml dual": [1e-3, 1e-4, 1e-5],
    "snapml primal": [1e-3, 1e-4, 1e-5],
    "scikit-learn newton-cg": [1e-2, 1e-3, 1e-4],
    "scikit-learn lbfgs": [1e-4, 1e-5],
    "scikit-learn saga": [1e-3, 1e-4],
}


def load(folder):
    columns = np.load(f"{folder}/columns.npy")
    n, k = columns.shape
    X = scipy.sparse.csr_matrix(
        (np.ones(n * k), columns.ravel(), np.arange(0, n * k + 1, k)), shape=(n, 1_000_000))
    return X, np.load(f"{folder}/y.npy")


def objective(X, y, w):
    z = X @ w
    return float(np.sum(np.logaddexp(0, z) - y * z) + 0.5 * w @ w)


def fit(peer, tolerance, X, y):
    """The seconds of the fit, and its weights."""
    library, solver = peer.split(" ")
    if library == "LIBLINEAR":
        from liblinear.liblinearutil import parameter, problem, train
        rows, options = problem(np.where(y == 1, 1, -1), X), parameter(
            f"-s {7 if solver == 'dual' else 0} -c 1 -B -1 -e {tolerance} -q")
        start = time.perf_counter()
        model = train(rows, options)
        seconds = time.perf_counter() - start
        found = np.array(model.w[:model.nr_feature])
        w = np.zeros(X.shape[1])
        w[:len(found)] = found * (1 if model.label[0] == 1 else -1)
        return seconds, w
    if library == "snapml":
        from snapml import LogisticRegression
        # snapml takes a tolerance on the change of the model, and float32 values.
        model = LogisticRegression(regularizer=1.0, fit_intercept=False, dual=solver == "dual", n_jobs=os.cpu_count(),
                                   tol=tolerance, max_iter=2000)
        X = X.astype(np.float32)
    else:
        from sklearn.linear_model import LogisticRegression
        model = LogisticRegression(C=1.0, solver=solver, fit_intercept=False, tol=tolerance, max_iter=1000)
    start = time.perf_counter()
    model.fit(X, y)
    return time.perf_counter() - start, np.asarray(model.coef_, dtype=np.float64).ravel()


if __name__ == "__main__":
    warnings.filterwarnings("ignore")
    peer, folder, tolerance = sys.argv[1], sys.argv[2], float(sys.argv[3])
    X, y = load(folder)
    seconds, w = fit(peer, tolerance, X, y)
    print(json.dumps({"seconds": seconds, "objective": objective(X, y, w),
                      "peak_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}))
