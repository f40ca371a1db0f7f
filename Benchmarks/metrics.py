"""Times `train metrics` beside its peers on the same arrays in one run and writes Markdown.

Usage: metrics.py TRAIN_BINARY FOLDER [RUNS]

AUC of 10,000,000 scores, float32 with ties; NDCG@10 of 100,000 requests of 20 rows. Ours is the time that the command
reports for the metric over mapped arrays, single-threaded Python peers get arrays in memory; what ranx and
pytrec_eval need to build their own structures from arrays is timed apart. Every value must equal ours to 1e-9.
"""

import json
import statistics
import subprocess
import sys
import time

import numpy as np

train, folder = sys.argv[1:3]
runs = int(sys.argv[3]) if len(sys.argv) > 3 else 5


def timed(work):
    started = time.perf_counter()
    value = work()
    return time.perf_counter() - started, value


def ours(metric, *arguments):
    out = subprocess.run([train, "metrics", *arguments, "--metrics", metric, "--bootstrap", "0", "--json", "--quiet"],
                         check=True, capture_output=True, text=True).stdout
    report = json.loads(out)
    return report["seconds"], report["metrics"][metric]["value"]


def table(title, contenders):
    """contenders: name → a call that gives (seconds, value). The first is ours."""
    times, values = {name: [] for name in contenders}, {}
    for _ in range(runs):
        for name, contender in contenders.items():
            seconds, values[name] = contender()
            times[name].append(seconds)
    mine, *_ = contenders
    median = {name: statistics.median(all_) for name, all_ in times.items()}
    print(f"\n### {title}\n\n| | seconds | times ours | difference to ours |\n| --- | --- | --- | --- |")
    for name in sorted(contenders, key=median.get):
        difference = abs(values[name] - values[mine])
        print(f"| {name} | {median[name]:.4f} | {median[name] / median[mine]:.1f} | {difference:.1e}"
              f"{' **differs**' if difference > 1e-9 else ''} |")


generator = np.random.default_rng(1)
n = 10_000_000
scores = generator.standard_normal(n).astype(np.float32)
labels = (generator.random(n) < 1 / (1 + np.exp(-scores))).astype(np.uint8)
np.save(f"{folder}/scores.npy", scores)
np.save(f"{folder}/labels.npy", labels)
from sklearn.metrics import ndcg_score, roc_auc_score  # noqa: E402
from sklearnex.metrics import roc_auc_score as intel_roc_auc_score  # noqa: E402

print("## Metrics\n\nMedian seconds; theirs with the library imported and warm.")
arrays = ["--scores", f"{folder}/scores.npy", "--labels", f"{folder}/labels.npy"]
table(f"AUC of {n:,} scores", {
    "train metrics": lambda: ours("auc", *arrays),
    "scikit-learn": lambda: timed(lambda: roc_auc_score(labels, scores)),
    "scikit-learn-intelex": lambda: timed(lambda: intel_roc_auc_score(labels, scores)),
})

requests, size = 100_000, 20
scores = generator.standard_normal((requests, size)).astype(np.float32)
labels = (generator.random((requests, size)) < 0.15).astype(np.uint8)
labels[labels.sum(axis=1) == 0, 0] = 1
np.save(f"{folder}/scores.npy", scores.ravel())
np.save(f"{folder}/labels.npy", labels.ravel())
np.save(f"{folder}/groups.npy", np.repeat(np.arange(requests, dtype=np.int64), size))

import pytrec_eval  # noqa: E402
import ranx  # noqa: E402

queries, documents = [f"q{i}" for i in range(requests)], [f"d{j}" for j in range(size)]
as_dict = lambda matrix, kind: {q: {d: kind(v) for d, v in zip(documents, row)} for q, row in zip(queries, matrix)}
started = time.perf_counter()
qrels, run = as_dict(labels, int), as_dict(scores, float)
dictionaries = time.perf_counter() - started
started = time.perf_counter()
ranx_qrels, ranx_run = ranx.Qrels(qrels), ranx.Run(run)
ranx_build = time.perf_counter() - started
started = time.perf_counter()
ranx.evaluate(ranx_qrels, ranx_run, "ndcg@10")
ranx_warm = time.perf_counter() - started
evaluator = pytrec_eval.RelevanceEvaluator(qrels, {"ndcg_cut.10"})
arrays += ["--groups", f"{folder}/groups.npy"]
table(f"NDCG@10 of {requests:,} requests of {size} rows", {
    "train metrics": lambda: ours("ndcg@10", *arrays),
    "scikit-learn": lambda: timed(lambda: ndcg_score(labels, scores, k=10)),
    "pytrec_eval": lambda: timed(
        lambda: float(np.mean([r["ndcg_cut_10"] for r in evaluator.evaluate(run).values()]))),
    "ranx": lambda: timed(lambda: float(ranx.evaluate(ranx_qrels, ranx_run, "ndcg@10"))),
})
print(f"\nBeforehand: dictionaries for pytrec_eval {dictionaries:.1f} s; for ranx {ranx_build:.1f} s more, and "
      f"{ranx_warm:.1f} s to compile at the first call.")
