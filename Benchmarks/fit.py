"""Times `train fit` beside its peers on the same arrays in one run and writes Markdown.

Usage: fit.py TRAIN_BINARY FOLDER [--runs 5] [--bandwidth BYTES_A_SECOND] [--peers NAME,NAME] ROWSxCOLUMNS…

Data: float32 standard normal features, already standardised, labels drawn from a logistic model (seed 1). L2, C = 1.
Peers: their fit alone, arrays in memory, in a process of their own (peers/fit_one.py). Ours twice: the solver alone, as
theirs, and all of `train fit`'s work on the mapped file: the scaler's pass and the solver. Contenders take turns, so
that a slow moment of the machine hits all; a peer whose first run takes over 20 times the fastest is run that once.
A contender that ends over 1e-6 above the least objective, relative, is marked.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys

import numpy as np

here = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(here, "peers"))
from fit_one import PEERS, TOLERANCE  # noqa: E402

arguments = argparse.ArgumentParser()
arguments.add_argument("train")
arguments.add_argument("folder")
arguments.add_argument("shapes", nargs="+", metavar="ROWSxCOLUMNS")
arguments.add_argument("--runs", type=int, default=5)
arguments.add_argument("--bandwidth", type=float, help="bytes a second that memory gives, for the roofline")
arguments.add_argument("--peers", default=",".join(PEERS))
arguments.add_argument("--json", help="adds each shape's medians to this file, a line each")
options = arguments.parse_args()
peers = [peer for peer in options.peers.split(",") if peer]
WHOLE, SOLVER, EXACT = "train fit, scaler and solver", "train fit, solver alone", "train fit, solver, its default 1e-9"


def make(folder, rows, columns):
    os.makedirs(folder, exist_ok=True)
    generator = np.random.default_rng(1)
    X = generator.standard_normal((rows, columns), dtype=np.float32)
    truth = generator.standard_normal(columns) / np.sqrt(columns)
    y = (generator.random(rows) < 1 / (1 + np.exp(-(X @ truth - 1)))).astype(np.uint8)
    X = ((X - X.mean(axis=0, dtype=np.float64)) / X.std(axis=0, dtype=np.float64)).astype(np.float32)
    np.save(f"{folder}/X.npy", X)
    np.save(f"{folder}/y.npy", y)
    subprocess.run([options.train, "dataset", "import-npy", "--X", f"{folder}/X.npy", "--y", f"{folder}/y.npy",
                    "--split", "none", "--out", f"{folder}/dataset", "--quiet"], check=True, stdout=subprocess.DEVNULL)


def ours(folder, tolerance):
    measure = ["/usr/bin/env", "python3", os.path.join(here, "peers", "peak.py")]
    command = [options.train, "fit", "--dataset", f"{folder}/dataset", "--models", f"{folder}/models", "--json",
               "--quiet", "--tolerance", str(tolerance)]
    result = subprocess.run(measure + command, check=True, capture_output=True, text=True)
    report = json.loads(result.stdout)
    report["peak_bytes"] = int(result.stderr.split()[-1])
    return report


def theirs(peer, folder):
    result = subprocess.run([sys.executable, os.path.join(here, "peers", "fit_one.py"), peer, folder, "1"],
                            capture_output=True, text=True)
    if result.returncode != 0:
        print(f"{peer} failed: {result.stderr.strip().splitlines()[-1]}", file=sys.stderr)
        return None
    return json.loads(result.stdout.strip().splitlines()[-1])


def bench(rows, columns):
    folder = os.path.join(options.folder, f"{rows}x{columns}")
    make(folder, rows, columns)
    found = {name: [] for name in [SOLVER, WHOLE, EXACT, *peers]}
    for run in range(options.runs):
        report = ours(folder, TOLERANCE)
        found[WHOLE].append(report)
        found[SOLVER].append(report | {"seconds": report["solver_seconds"]})
        report = ours(folder, 1e-9)
        found[EXACT].append(report | {"seconds": report["solver_seconds"]})
        for peer in peers:
            fastest = min(min(r["seconds"] for r in found[p]) for p in peers if found[p]) if run else float("inf")
            if run and (not found[peer] or found[peer][0]["seconds"] > 20 * fastest):
                continue
            result = theirs(peer, folder)
            if result:
                found[peer].append(result)
    found = {name: results for name, results in found.items() if results}
    median = {name: statistics.median(r["seconds"] for r in results) for name, results in found.items()}
    objective = {name: results[0]["objective"] for name, results in found.items()}
    peak = {name: max(r["peak_bytes"] for r in results) for name, results in found.items()}
    least = min(objective.values())
    size = rows * columns * 4
    one_pass = size / options.bandwidth if options.bandwidth else None

    print(f"\n### {rows:,} × {columns}\n")
    if one_pass:
        print(f"{size / 1e6:.0f} MB of features; one pass at memory speed ({options.bandwidth / 1e9:.1f} GB/s): "
              f"{one_pass * 1000:.1f} ms.\n")
    print("| | seconds | times our solver | passes at memory speed | GB/s over our passes | objective above the least "
          "| peak memory, MB | runs |\n| --- | --- | --- | --- | --- | --- | --- | --- |")
    for name in sorted(found, key=median.get):
        gap = objective[name] / least - 1
        passes = f"{median[name] / one_pass:.1f}" if one_pass else ""
        rate = ""
        if name in (SOLVER, EXACT):
            rate = f"{size * found[name][0]['gradient_passes'] / median[name] / 1e9:.1f}"
        print(f"| {name} | {median[name]:.4f} | {median[name] / median[SOLVER]:.1f} | {passes} | {rate} | {gap:.1e}"
              f"{' **not reached**' if gap > 1e-6 else ''} | {peak[name] / 1e6:.0f} | {len(found[name])} |")
    ratios = {}
    if peers:
        rivals = [name for name in peers if name in median]
        fastest = min(rivals, key=median.get)
        ratios = {"solver": median[fastest] / median[SOLVER], "whole": median[fastest] / median[WHOLE]}
        print(f"\nThe fastest peer, {fastest}: {ratios['solver']:.1f} times our solver, {ratios['whole']:.1f} times "
              "scaler and solver.")
    if options.json:
        with open(options.json, "a") as file:
            file.write(json.dumps({"rows": rows, "columns": columns, "pass": one_pass, "seconds": median,
                                   "ratios": ratios}) + "\n")
    subprocess.run(["rm", "-r", folder], check=True)
    return ratios


print("## Fitting\n\nMedian seconds. Objective: relative to the least of the table; over 1e-6 above it is marked. Peak memory is "
      "of the whole process, arrays and libraries included; a mapped file counts as far as it is resident.")
ratios = [bench(*(int(part) for part in shape.split("x"))) for shape in options.shapes]
if len(ratios) > 1 and all(ratios):
    for name in ("solver", "whole"):
        mean = np.exp(np.mean([np.log(r[name]) for r in ratios]))
        print(f"\nGeometric mean of fastest peer / {name}: {mean:.1f}, the least {min(r[name] for r in ratios):.1f}.")
