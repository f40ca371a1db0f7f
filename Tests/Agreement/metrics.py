"""Holds every metric of `train metrics` against scikit-learn, pytrec_eval and SciPy on 200 seeded inputs.

Usage: metrics.py TRAIN_BINARY FOLDER [--ranx]. Needs numpy, scikit-learn, scipy and pytrec_eval-terrier; ranx with --ranx.
Inputs are random and degenerate: ties, one class, weights, requests of a single row, k beyond every request. Prints a line
a metric with the largest difference; exits 1 when one is above 1e-9, or a metric is defined on one side only.

Where a peer does something else by design, the reference is the documented definition: pytrec_eval breaks ties by the
name of the document, so tied requests are held against its mean over every order of the tied rows.
"""

import itertools
import json
import math
import os
import subprocess
import sys
import warnings

import numpy as np
import pytrec_eval
from scipy.optimize import root
from scipy.special import expit
from scipy.stats import entropy
from sklearn.calibration import calibration_curve
from sklearn.metrics import (average_precision_score, brier_score_loss, log_loss, ndcg_score, precision_recall_curve,
                             roc_auc_score, roc_curve)

warnings.filterwarnings("ignore")
train, folder, with_ranx = sys.argv[1], sys.argv[2], "--ranx" in sys.argv
os.makedirs(folder, exist_ok=True)
os.chdir(folder)
largest, compared, failures = {}, {}, []
INPUTS, TOLERANCE = 200, 1e-9


def hold(name, ours, theirs, seed, tolerance=TOLERANCE):
    """Compares one number, or its absence, on both sides."""
    compared[name] = compared.get(name, 0) + 1
    if ours is None or theirs is None:
        if (ours is None) != (theirs is None):
            failures.append(f"input {seed}: {name} is {ours}, expected {theirs}")
        return
    error = abs(ours - theirs) / max(1, abs(theirs))
    largest[name] = max(largest.get(name, 0), error)
    if not error <= tolerance:
        failures.append(f"input {seed}: {name} is {ours!r}, expected {theirs!r}")


def draw(seed):
    """One input: scores of some kind, labels, requests, weights or none, what is shown."""
    random = np.random.default_rng(seed)
    sizes = random.integers(1, (2, 7, 13)[seed % 3], random.integers(1, 60))
    if seed % 10 == 9:
        sizes[:] = 1
    rows = sizes.sum()
    logits = random.normal(-1, 1.5, rows)
    if seed % 4 == 1:
        logits = np.round(logits)
    if seed % 16 == 5:
        logits[:] = 0.5
    labels = (random.random(rows) < expit(0.7 * logits - 0.3)).astype(np.uint8)
    if seed % 20 == 3:
        labels[:] = seed % 40 == 3
    weights = random.choice([0.0, 0.5, 1.0, 2.5], rows) if seed % 5 == 2 else None
    kind = ("log-odds", "probability", "score")[seed // 3 % 3]
    scores = expit(logits) if kind == "probability" else logits
    if kind == "probability" and seed % 7 == 0:
        scores[random.integers(0, rows)] = seed % 2
    return dict(scores=scores, labels=labels, group=np.repeat(np.arange(len(sizes)), sizes), weight=weights, kind=kind,
                proposition=random.integers(0, 15, rows), category=random.integers(0, 4, rows),
                k=(1, 3, 5, 50)[seed // 2 % 4])


def ours(data):
    arguments = [train, "metrics", "--json", "--curves", "--bootstrap", "0", "--kind", data["kind"], "--k", str(data["k"])]
    for name in ("scores", "labels", "group", "weight", "proposition", "category"):
        if data[name] is not None:
            np.save(name, data[name])
            arguments += [f"--{name}", f"{name}.npy"]
    result = subprocess.run(arguments, capture_output=True, text=True)
    assert result.returncode == 0, f"{arguments}: {result.stderr}"
    result = json.loads(result.stdout)
    return {name: value and value["value"] for name, value in result["metrics"].items()}, result


def orders(scores):
    """The scores with ties broken in every way."""
    ties = [np.flatnonzero(scores == value) for value in np.unique(scores)]
    for permutation in itertools.product(*(itertools.permutations(range(len(tie))) for tie in ties)):
        broken, rank = np.empty(len(scores)), 0
        for tie, places in zip(ties, permutation):
            broken[tie] = rank + np.array(places)
            rank += len(tie)
        yield broken


def order_count(scores):
    return math.prod(math.factorial(count) for count in np.unique(scores, return_counts=True)[1])


def by_trec(requests, labels, k):
    """The mean over requests, each with its orders, of the mean over these."""
    queries = {f"{q} {o}": (rows, scores) for q, (rows, broken) in enumerate(requests)
               for o, scores in enumerate(broken)}
    evaluator = pytrec_eval.RelevanceEvaluator(
        {name: {str(i): int(labels[i]) for i in rows} for name, (rows, _) in queries.items()},
        {"recip_rank", "map", f"P.{k}", f"recall.{k}", f"success.{k}"})
    results = evaluator.evaluate({name: {str(i): float(score) for i, score in zip(rows, scores)}
                                  for name, (rows, scores) in queries.items()})
    return [np.mean([np.mean([results[f"{q} {o}"][name] for o in range(len(broken))])
                     for q, (_, broken) in enumerate(requests)])
            for name in ("recip_rank", "map", f"P_{k}", f"recall_{k}", f"success_{k}")]


def calibration(logits, labels, weights):
    """The unpenalised logistic line, by SciPy; None where classes or log-odds do not overlap."""
    used = weights > 0
    zero, one = logits[used & (labels == 0)], logits[used & (labels == 1)]
    if not len(zero) or not len(one) or not (zero.max() > one.min() and one.max() > zero.min()):
        return None, None

    def gradient(line):
        residual = weights * (expit(line[0] + line[1] * logits) - labels)
        return [residual.sum(), (residual * logits).sum()]

    def hessian(line):
        chance = expit(line[0] + line[1] * logits)
        curvature = weights * chance * (1 - chance)
        cross = (curvature * logits).sum()
        return [[curvature.sum(), cross], [cross, (curvature * logits**2).sum()]]

    found = root(gradient, [0, 1], jac=hessian, tol=1e-13).x
    for _ in range(5):
        found = found - np.linalg.solve(hessian(found), gradient(found))
    return found[1], found[0]


def check(seed):
    data = draw(seed)
    metrics, report = ours(data)
    scores, labels, k = data["scores"], data["labels"], data["k"]
    weights = np.ones(len(scores)) if data["weight"] is None else data["weight"]
    positive, negative = weights[labels == 1].sum() > 0, weights[labels == 0].sum() > 0

    hold("auc", metrics["auc"],
         roc_auc_score(labels, scores, sample_weight=weights) if positive and negative else None, seed)
    hold("average_precision", metrics["average_precision"],
         average_precision_score(labels, scores, sample_weight=weights) if positive else None, seed)
    if data["kind"] != "score":
        known = weights.sum() > 0
        p = scores if data["kind"] == "probability" else expit(scores)
        loss = (log_loss(labels, p, sample_weight=weights, labels=[0, 1]) if data["kind"] == "probability" else
                np.average(np.logaddexp(0, np.where(labels == 1, -scores, scores)), weights=weights)) if known else None
        hold("log_loss", metrics["log_loss"], loss, seed)
        hold("brier", metrics["brier"], brier_score_loss(labels, p, sample_weight=weights) if known else None, seed)
        bins = np.maximum(np.searchsorted(np.linspace(0, 1, 11), p) - 1, 0)
        sums = [abs((weights * (labels - p))[bins == b].sum()) for b in range(10)]
        hold("ece", metrics["ece"], sum(sums) / weights.sum() if known else None, seed)
        finite = ((p > 0) & (p < 1)).all()
        slope, intercept = calibration(scores if data["kind"] == "log-odds" else np.log(p) - np.log1p(-p), labels,
                                       weights) if finite else (None, None)
        hold("calibration_slope", metrics["calibration_slope"], slope, seed)
        hold("calibration_intercept", metrics["calibration_intercept"], intercept, seed)
        if data["weight"] is None:
            true, predicted = calibration_curve(labels, p, n_bins=10)
            full = [bin for bin in report["reliability"] if bin["count"]]
            hold("reliability bins", len(full), len(true), seed)
            for bin, rate, mean in zip(full, true, predicted):
                hold("reliability: positive rate", bin["positive_rate"], rate, seed)
                hold("reliability: mean probability", bin["mean_probability"], mean, seed)

    points = report["operating_points"]
    if positive and negative and data["weight"] is None:
        x, y, thresholds = roc_curve(labels, scores, drop_intermediate=False)
        precision, recall, levels = precision_recall_curve(labels, scores)
        hold("curves: first and last point", points[0]["recall"] + points[-1]["recall"], 1, seed)
        for point in points[1:]:
            at = np.flatnonzero(thresholds == point["threshold"])[0]
            hold("roc curve", point["recall"], y[at], seed)
            hold("roc curve", point["false_positive_rate"], x[at], seed)
            at = np.flatnonzero(levels == point["threshold"])[0]
            hold("precision-recall curve", point["precision"], precision[at], seed)
            taken = scores >= point["threshold"]
            hold("gain curve", point["share"], taken.mean(), seed)
            hold("lift curve", point["lift"], labels[taken].mean() / labels.mean(), seed)

    starts = np.flatnonzero(np.r_[True, data["group"][1:] != data["group"][:-1]])
    requests = np.split(np.arange(len(labels)), starts[1:])
    ranked = max(map(len, requests)) > 1
    useful = [rows for rows in requests if labels[rows].any()] if ranked else []
    # A request of one row has but one order; scikit-learn refuses it.
    gain = [ndcg_score([labels[rows]], [scores[rows]], k=k) if len(rows) > 1 else 1 for rows in useful]
    hold("ndcg", metrics[f"ndcg@{k}"], np.mean(gain) if useful else None, seed)
    tied = any(len(np.unique(scores[rows])) < len(rows) for rows in useful)
    # Without ties trec_eval gets the scores themselves; a tie of many rows has too many orders to go through.
    if all(order_count(scores[rows]) <= 200 for rows in useful):
        every = [(rows, list(orders(scores[rows])) if tied else [scores[rows]]) for rows in useful]
        theirs = by_trec(every, labels, k) if useful else [None] * 5
        for name, value in zip(("mrr", "map", f"precision@{k}", f"recall@{k}", f"hit_rate@{k}"), theirs):
            hold(name.split("@")[0] + (" (ties: mean over orders)" if tied else ""), metrics[name], value, seed)
        if with_ranx and useful and not tied:
            by_ranx(useful, scores, labels, k, metrics, seed)

    shown = [rows[np.argsort(-scores[rows], kind="stable")[:k]] for rows in requests]
    if ranked and all(len(np.unique(scores[rows])) == len(rows) for rows in requests):
        universe = np.unique(data["proposition"])
        counts = np.array([sum((data["proposition"][rows] == item).sum() for rows in shown) for item in universe])
        hold("coverage", metrics[f"coverage@{k}"], (counts > 0).mean(), seed)
        several = len(universe) > 1
        hold("exposure entropy", metrics[f"exposure_entropy@{k}"],
             entropy(counts) / np.log(len(universe)) if several else None, seed)
        gini = np.abs(counts[:, None] - counts).sum() / (2 * len(counts) * counts.sum())
        hold("exposure gini", metrics[f"exposure_gini@{k}"], gini if several else None, seed)
        if k > 1:
            pairs = [np.mean([a != b for a, b in itertools.combinations(data["category"][rows], 2)])
                     for rows in shown if len(rows) > 1]
            hold("diversity", metrics[f"diversity@{k}"], np.mean(pairs) if pairs else None, seed)


def by_ranx(useful, scores, labels, k, metrics, seed):
    import ranx

    qrels = ranx.Qrels({str(q): {str(i): 1 for i in rows if labels[i]} for q, rows in enumerate(useful)})
    run = ranx.Run({str(q): {str(i): float(scores[i]) for i in rows} for q, rows in enumerate(useful)})
    result = ranx.evaluate(qrels, run, ["mrr", "map", f"precision@{k}", f"recall@{k}", f"hit_rate@{k}", f"ndcg@{k}"])
    for name, value in result.items():
        ours = metrics[name]
        hold(f"{name.split('@')[0]} (ranx)", ours, value, seed)


for seed in range(INPUTS):
    check(seed)
for name in sorted(compared):
    print(f"{name}: {compared[name]} comparisons, largest difference {largest.get(name, 0):.1e}")
for failure in failures[:20]:
    print(f"FAIL {failure}")
print(f"metrics: {INPUTS} inputs, {sum(compared.values())} comparisons, {len(failures)} differ by more than {TOLERANCE}")
sys.exit(len(failures) > 0)
