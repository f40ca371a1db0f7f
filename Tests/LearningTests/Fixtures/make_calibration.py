"""Writes calibration.json: what scikit-learn's calibration finds. Usage: python make_calibration.py > calibration.json"""

import json

import numpy as np
from scipy.optimize import root
from sklearn.calibration import _sigmoid_calibration
from sklearn.isotonic import IsotonicRegression


def exact(z, y, w):
    """The root of the gradient of Platt's objective, from scikit-learn's answer, as far as float64 goes."""
    positives, negatives = w[y == 1].sum(), w[y == 0].sum()
    target = np.where(y == 1, (positives + 1) / (positives + 2), 1 / (negatives + 2))

    def gradient(parameters):
        p = 1 / (1 + np.exp(-(parameters[0] * z + parameters[1])))
        return [np.sum(w * (p - target) * z), np.sum(w * (p - target))]

    a, b = _sigmoid_calibration(z, y, w)
    found = root(gradient, [-a, -b], tol=1e-14)
    return [float(-a), float(-b)], [float(v) for v in found.x]


cases = []
for name, rows, spread, shift, decimals, weighted in [
    ("plain", 400, 1.5, -1, 6, False), ("ties", 300, 2, 0, 1, False), ("weighted", 250, 1, -2, 6, True),
    ("few rows", 12, 1, 0, 3, False), ("far out", 200, 40, 5, 4, False), ("balanced away", 300, 1, 3, 5, False),
]:
    generator = np.random.default_rng(len(name))
    z = np.round(generator.normal(shift, spread, rows), decimals)
    y = (generator.random(rows) < 1 / (1 + np.exp(-(0.8 * z / max(1, spread / 2) - 0.5)))).astype(int)
    y[:2] = [0, 1]
    w = np.round(generator.uniform(0, 3, rows), 2) if weighted else np.ones(rows)
    if weighted:
        w[::7] = 0
    w = w.astype(np.float32).astype(np.float64)
    sklearn, root_of = exact(z, y, w)
    isotonic = IsotonicRegression(out_of_bounds="clip").fit(z, y, sample_weight=w)
    asked = np.round(np.linspace(z.min() - 1, z.max() + 1, 41), 6)
    cases.append({
        "name": name, "scores": z.tolist(), "labels": y.tolist(), "weights": w.tolist() if weighted else None,
        "platt_sklearn": sklearn, "platt": root_of, "x": isotonic.X_thresholds_.tolist(),
        "y": isotonic.y_thresholds_.tolist(), "asked": asked.tolist(), "isotonic": isotonic.predict(asked).tolist(),
    })
print(json.dumps(cases))
