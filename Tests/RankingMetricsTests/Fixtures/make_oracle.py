"""Writes oracle.json: random and degenerate samples with the metrics that reference tools give for them.

    python3 -m venv venv && venv/bin/pip install numpy==2.4.6 scipy==1.17.1 scikit-learn==1.9.1
    venv/bin/python make_oracle.py            # in this folder; the same bytes every time

AUC, average precision, log loss, Brier score and NDCG come from scikit-learn. The other ranking metrics come from
counting through every order of the tied rows, the DeLong and Obuchowski intervals from their definition over all
pairs, the bins from the edges of scikit-learn's calibration_curve, random numbers from their published recurrences.
"""

import itertools
import json
import math
import os
import warnings

import numpy as np
from scipy.stats import norm
from sklearn.calibration import calibration_curve
from sklearn.metrics import (
    average_precision_score,
    brier_score_loss,
    log_loss,
    ndcg_score,
    roc_auc_score,
)

warnings.filterwarnings("ignore")
CUTS = [1, 4, 50]


MASK = (1 << 64) - 1


def splitmix64(state):
    """Steele, Lea & Flood 2014, by the recurrence."""
    while True:
        state = (state + 0x9E3779B97F4A7C15) & MASK
        z = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        yield z ^ (z >> 31)


def xoshiro256starstar(state):
    """Blackman & Vigna 2021, by the recurrence."""

    def rotated(x, k):
        return ((x << k) | (x >> (64 - k))) & MASK

    a, b, c, d = state
    while True:
        yield (rotated(b * 5 & MASK, 7) * 9) & MASK
        t = (b << 17) & MASK
        c, d = c ^ a, d ^ b
        b, a = b ^ c, a ^ d
        c, d = c ^ t, rotated(d, 45)


def streams():
    """Seed, stream number and the first numbers of the stream, as replicates of a bootstrap draw from them."""
    for seed, stream in [(0, 0), (42, 0), (42, 1), (MASK, 999)]:
        mixer = splitmix64(next(splitmix64(seed)) ^ stream)
        yield [seed, stream, *itertools.islice(xoshiro256starstar(list(itertools.islice(mixer, 4))), 4)]


def classification(p, y, w):
    """Metrics of probabilities p for labels y with weights w (or None)."""
    logits = np.array([round(math.log(v / (1 - v)), 2) if 0 < v < 1 else 40.0 * (2 * v - 1) for v in p])
    both = len(set(y[w > 0] if w is not None else y)) == 2
    positive = (y[w > 0] if w is not None else y).sum() > 0
    out = {
        "auc": roc_auc_score(y, p, sample_weight=w) if both else None,
        "ap": average_precision_score(y, p, sample_weight=w) if positive else None,
        "logLoss": log_loss(y, p, sample_weight=w, labels=[0, 1]),
        # log(1 + exp(-m)) in NumPy's own stable form
        "logitLoss": np.average(np.logaddexp(0, np.where(y == 1, -logits, logits)), weights=w),
        "brier": brier_score_loss(y, p, sample_weight=w, pos_label=1),
    }
    for bins in (10, 15):
        out[f"ece{bins}"] = calibration_error(p, y, w, bins)
    return logits, out


def calibration_error(p, y, w, bins):
    edges = np.linspace(0, 1, bins + 1)
    ids = np.searchsorted(edges[1:-1], p)
    w = np.ones(len(p)) if w is None else w
    if np.all(w == 1):
        true, predicted = calibration_curve(y, p, n_bins=bins, strategy="uniform")
        counts = np.bincount(ids, minlength=bins)
        counts = counts[counts > 0]
        return float(np.sum(counts * np.abs(true - predicted)) / len(p))
    return float(sum(abs(np.sum((w * (y - p))[ids == b])) for b in range(bins)) / np.sum(w))


def delong(s, y, clusters):
    """Area and 95 % interval after Obuchowski 1997; with a cluster for each row, DeLong et al. 1988."""
    pos, neg = s[y == 1], s[y == 0]
    if len(pos) == 0 or len(neg) == 0:
        return None
    psi = (pos[:, None] > neg[None, :]) + 0.5 * (pos[:, None] == neg[None, :])
    area = psi.mean()
    v10, v01 = psi.mean(axis=1), psi.mean(axis=0)
    c10, c01 = clusters[y == 1], clusters[y == 0]
    ids = np.unique(clusters)
    a = np.array([(v10[c10 == c] - area).sum() for c in ids])
    b = np.array([(v01[c01 == c] - area).sum() for c in ids])
    k10, k01, k = len(np.unique(c10)), len(np.unique(c01)), len(ids)
    if k10 < 2 or k01 < 2:
        return None
    m, n = len(pos), len(neg)
    s10 = k10 / ((k10 - 1) * m) * (a * a).sum()
    s01 = k01 / ((k01 - 1) * n) * (b * b).sum()
    s11 = k / (k - 1) * (a * b).sum()
    margin = norm.ppf(0.975) * math.sqrt(max(0, s10 / m + s01 / n + 2 * s11 / (m * n)))
    return [area, max(0, area - margin), min(1, area + margin)]


def orders(s):
    """Every order of the rows by descending score, over all orders of ties."""
    ties = [[i for i in range(len(s)) if s[i] == v] for v in sorted(set(s), reverse=True)]
    for parts in itertools.product(*(itertools.permutations(t) for t in ties)):
        yield [i for part in parts for i in part]


def one_order(hits, k):
    first = hits.index(1) + 1
    return [
        sum(hits[:k]) / k,
        sum(hits[:k]) / sum(hits),
        float(any(hits[:k])),
        1 / first,
        1 / first if first <= k else 0.0,
        np.mean([sum(hits[: i + 1]) / (i + 1) for i, hit in enumerate(hits) if hit]),
    ]


def ranking(s, rel, offsets, enumerate_ties):
    """Means over the requests that have a positive."""
    out = {"used": 0}
    sums = {}
    for begin, end in zip(offsets, offsets[1:]):
        r, q = rel[begin:end], s[begin:end]
        if not (r > 0).any():
            continue
        out["used"] += 1
        for k in CUTS:
            # ndcg_score refuses a single row, which can only be in its place.
            value = ndcg_score([r], [q], k=k) if len(r) > 1 else 1.0
            sums.setdefault(f"ndcg{k}", []).append(value)
            if enumerate_ties:
                found = [one_order([int(r[i] > 0) for i in order], k) for order in orders(list(q))]
                names = [f"precision{k}", f"recall{k}", f"hitRate{k}", "mrr", f"mrr{k}", "map"]
                for name, mean in zip(names, np.mean(found, axis=0)):
                    if name in ("mrr", "map") and k != CUTS[0]:
                        continue
                    sums.setdefault(name, []).append(mean)
    out.update({name: float(np.mean(values)) for name, values in sums.items()})
    return out


def sizes(rng, total, largest):
    out = []
    while sum(out) < total:
        out.append(int(rng.integers(0, largest + 1)))
    return np.concatenate([[0], np.cumsum(out)]).tolist()


def case(rng, index):
    kind = index % 10
    largest = [6, 6, 12, 4, 6, 6, 8, 1, 6, 30][kind]
    offsets = sizes(rng, int(rng.integers(12, 45)), largest)
    n = offsets[-1]
    p = rng.random(n)
    if kind in (1, 4, 5, 7):  # many ties
        p = np.round(p, 1)
    elif kind == 3:  # all tied
        p = np.full(n, 0.25)
    elif kind == 8:  # certain predictions and bin edges
        p = rng.choice([0.0, 1.0, 0.1, 0.3, 0.6, 0.7, 1 / 3, 0.2, 0.4], n)
    elif kind == 6:  # tiny and close probabilities
        p = 10.0 ** rng.integers(-18, 0, n)
    p = np.array([float(f"{v:.4g}") for v in p])
    y = (rng.random(n) < (p if kind < 8 else 0.3)).astype(int)
    if index % 23 == 5:
        y[:] = 1
    if index % 23 == 11:
        y[:] = 0
    if index % 4 == 1 and len(offsets) > 2:
        y[offsets[1] : offsets[2]] = 1
    w = None
    if kind in (2, 5, 8):
        w = np.round(rng.random(n) * 3, 2)
        w[rng.random(n) < 0.15] = 0
        if w.sum() == 0:
            w[0] = 1
    grades = rng.choice([0, 0, 0, 1, 2, 3, 0.5], n)
    if kind in (4, 6):
        grades = np.where(y > 0, grades, 0)
    enumerable = all(
        math.prod(math.factorial(c) for c in np.unique(p[a:b], return_counts=True)[1]) <= 720
        for a, b in zip(offsets, offsets[1:])
    )
    logits, expected = classification(p, y, w)
    rows = np.arange(n)
    requests = np.repeat(np.arange(len(offsets) - 1), np.diff(offsets))
    expected["delong"] = delong(p, y, rows)
    expected["obuchowski"] = delong(p, y, requests)
    out = {
        "name": f"{index}: " + ["plain", "ties", "weights", "all tied", "ties, graded", "ties, weights", "tiny",
                                "one row each", "edges, weights", "large requests"][kind],
        "probabilities": p.tolist(), "logits": logits.tolist(), "labels": y.tolist(),
        "relevance": grades.tolist(), "offsets": offsets,
        "classification": expected,
        "binary": ranking(p, y, offsets, enumerable),
        "graded": ranking(p, grades, offsets, enumerable),
    }
    if w is not None:
        out["weights"] = w.tolist()
    return out


def rounded(value):
    """Twelve digits are enough for a tolerance of 1e-9, and keep the file small."""
    if isinstance(value, dict):
        return {k: rounded(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [rounded(v) for v in value]
    if value is None or isinstance(value, int):
        return value
    value = float(f"{float(value):.12g}")
    return int(value) if value.is_integer() else value


def main():
    rng = np.random.default_rng(20240917)
    cases = [case(rng, index) for index in range(200)]
    for c in cases:
        for part in ("classification", "binary", "graded", "relevance"):
            c[part] = rounded(c[part])
    probabilities = [0.5, 0.6, 0.975, 0.995, 0.9999, 1e-10, 0.025]
    out = {
        "splitMix64": [seed := 1234567, *itertools.islice(splitmix64(seed), 5)],
        "xoshiro256": [*itertools.islice(xoshiro256starstar([1, 2, 3, 4]), 5)],
        "streams": list(streams()),
        "normalQuantiles": [[p, float(norm.ppf(p))] for p in probabilities],
        # numpy.quantile of 1, 4, 9, … 400
        "quantiles": [[c, *np.quantile(np.arange(1, 21) ** 2, [(1 - c) / 2, (1 + c) / 2]).tolist()]
                      for c in (0.5, 0.9, 0.95, 0.999)],
        "cases": cases,
    }
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "oracle.json")
    with open(path, "w") as file:
        json.dump(out, file, separators=(",", ":"))
        file.write("\n")


main()
