"""Holds a fit by several processes under mpirun against the fit of one, and sees every kind of failure end all of them.

Usage: ranks.py TRAIN_BINARY FOLDER. The binary is built with the trait MPI. Needs numpy and mpirun. Prints a line a
check; exits 1 when one fails.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import time

import numpy as np

train, folder = os.path.abspath(sys.argv[1]), sys.argv[2]
failures = 0
environment = {**os.environ, "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"}


def check(name, passed, figure):
    global failures
    failures += not passed
    print(f"{'ok  ' if passed else 'FAIL'} {name}: {figure}", flush=True)


def mpirun(ranks, *arguments):
    return ["mpirun", "--oversubscribe", "-n", str(ranks), train, *arguments]


def run(command, code=0):
    result = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=120)
    assert result.returncode == code, f"{command} ended with {result.returncode}: {result.stderr}"
    return result


def dataset(name, rows, X, y, group, weight):
    for array, values in (("X", X), ("y", y), ("group", group), ("weight", weight)):
        np.save(f"{array}.npy", values[rows])
    run([train, "dataset", "import-npy", "--X", "X.npy", "--y", "y.npy", "--group", "group.npy", "--weight",
         "weight.npy", "--split", "none", "--out", name, "--quiet"])


def numbers(path):
    model = json.load(open(f"{path}/model.json"))
    errors = model.get("standard_errors") or {"coefficients": [], "intercept": 1.0}
    scaler = json.load(open(f"{path}/scaler.json"))
    return np.array(model["coefficients"] + [model["intercept"]] + errors["coefficients"] + [errors["intercept"]]
                    + scaler["mean"] + scaler["scale"])


def difference(a, b):
    return float(np.max(np.abs(a - b) / np.abs(b)))


os.makedirs(folder, exist_ok=True)
os.chdir(folder)
generator = np.random.default_rng(3)
rows, columns = 300_000, 12
X = generator.standard_normal((rows, columns), dtype=np.float32) + np.arange(columns, dtype=np.float32)
y = (generator.random(rows) < 1 / (1 + np.exp(1 - X @ (generator.standard_normal(columns) / 4)))).astype(np.uint8)
group = np.repeat(np.arange(rows // 3), 3)
weight = generator.integers(1, 4, rows).astype(np.float32)
dataset("whole", slice(None), X, y, group, weight)

for solver, options in (("auto", []), ("newton", ["--class-weight", "balanced", "--standard-errors", "request"]),
                        ("nested", ["--memory", "2MB"])):
    fit = ["fit", "--dataset", "whole", "--solver", solver, "--quiet", *options]
    run([train, *fit, "--name", f"{solver}-alone"])
    for ranks in (1, 2, 3):
        name = f"{solver}-{ranks}"
        output = run(mpirun(ranks, *fit, "--name", name, "--json")).stdout
        error = difference(numbers(f"models/{name}/1"), numbers(f"models/{solver}-alone/1"))
        check(f"--solver {solver} {' '.join(options)}: {ranks} ranks find what one process finds, to 1e-9",
              error <= 1e-9, f"largest relative difference {error:.1e}")
        check(f"--solver {solver}: {ranks} ranks print one result and write one model",
              json.loads(output)["model"] == f"models/{name}/1" and os.listdir(f"models/{name}") == ["1"],
              os.listdir(f"models/{name}"))

cuts = [0, 30_000, 30_003, rows]
for rank in range(3):
    dataset(f"shard-{rank}", slice(cuts[rank], cuts[rank + 1]), X, y, group, weight)
run(mpirun(3, "fit", "--dataset", "shard-{rank}", "--name", "shards", "--quiet"))
error = difference(numbers("models/shards/1"), numbers("models/auto-alone/1"))
check("3 shards of very different sizes give what the whole gives, to 1e-9", error <= 1e-9, f"{error:.1e}")
reference = json.load(open("models/shards/1/manifest.json"))
check("the manifest counts the rows and ranks of all shards",
      reference["dataset"]["rows"] == rows and reference["parameters"]["ranks"] == 3, reference["dataset"])
run(mpirun(2, "fit", "--dataset", "whole", "--name", "warm", "--warm-start", "auto-alone", "--quiet"))
error = difference(numbers("models/warm/1"), numbers("models/auto-alone/1"))
check("a warm start by 2 ranks ends at the same optimum", error <= 1e-6, f"{error:.1e}")


def failing(name, command, *words):
    start = time.monotonic()
    result = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=60)
    seconds = time.monotonic() - start
    said = all(word in result.stderr for word in words)
    check(f"{name} ends all ranks within 10 s with a message and without a model",
          result.returncode != 0 and seconds < 10 and said and not os.path.exists("models/failed"),
          f"{seconds:.1f} s, exit {result.returncode}" + ("" if said else result.stderr))


failing("a missing shard", mpirun(4, "fit", "--dataset", "shard-{rank}", "--name", "failed", "--quiet"),
        "rank 3 of 4", "shard-3")
with open("shard-2/train/X.npy", "r+b") as file:
    file.seek(128 + 4 * (1000 * columns + 5))
    file.write(np.float32(np.nan).tobytes())
failing("a NaN in one shard", mpirun(3, "fit", "--dataset", "shard-{rank}", "--name", "failed", "--quiet"),
        "shard-2/train/X.npy", "row 1000", "x5")
failing("a fit that does not converge",
        mpirun(3, "fit", "--dataset", "whole", "--name", "failed", "--quiet", "--max-iterations", "1", "--solver",
               "newton"), "did not converge")
shutil.rmtree("shard-2")
dataset("shard-2", slice(0, 300), X[:, :-1], y, group, weight)
failing("a shard with other features", mpirun(3, "fit", "--dataset", "shard-{rank}", "--name", "failed", "--quiet"),
        "differ in their features")

# A rank that is killed amid the fit: first stopped, so that the others come to wait for it, whatever the machine's speed.
rows = 1_000_000
X = generator.standard_normal((rows, 64), dtype=np.float32)
y = (generator.random(rows) < 1 / (1 + np.exp(-X[:, 0]))).astype(np.uint8)
dataset("large", slice(None), X, y, np.arange(rows), np.ones(rows, dtype=np.float32))


def status(pid):
    return open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()


def is_alive(pid):
    try:
        return status(pid)[0] not in "ZX"
    except OSError:
        return False


def ranks_of(process):
    """Process ids by rank, of those that mpirun has started."""
    found = {}
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            parent = int(status(pid)[1])
            variables = open(f"/proc/{pid}/environ").read().split("\0") if parent == process.pid else []
        except (OSError, IndexError):
            continue
        for variable in variables:
            if variable.startswith("OMPI_COMM_WORLD_RANK="):
                found[int(variable.split("=")[1])] = int(pid)
    return found


def processor_seconds(pid):
    fields = status(pid)
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


for victim, sign in ((1, signal.SIGKILL), (0, signal.SIGKILL), (1, signal.SIGTERM)):
    process = subprocess.Popen(
        mpirun(2, "fit", "--dataset", "large", "--name", "failed", "--quiet", "--solver", "newton", "--threads", "1",
               "--memory", "1MB"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)
    pids = {}
    while process.poll() is None and len(pids) < 2:
        pids = ranks_of(process)
    try:
        while processor_seconds(pids[victim]) < 0.3:
            time.sleep(0.005)
        os.kill(pids[victim], signal.SIGSTOP)
    except (KeyError, OSError):
        check("the fit lasts long enough to be interrupted", False, f"{pids}, exit {process.poll()}")
        continue
    time.sleep(1)
    waits = process.poll() is None and not os.path.exists("models/failed")
    start = time.monotonic()
    os.kill(pids[victim], sign)
    if sign != signal.SIGKILL:
        os.kill(pids[victim], signal.SIGCONT)
    try:
        _, errors = process.communicate(timeout=30)
    except subprocess.TimeoutExpired:
        process.kill()
        errors = ""
    while any(map(is_alive, pids.values())) and time.monotonic() < start + 10:
        time.sleep(0.01)
    seconds = time.monotonic() - start
    check(f"rank {victim} of 2 ended by {sign.name} amid the fit ends all within 10 s with a message",
          waits and seconds < 10 and process.returncode != 0 and f"rank {victim}" in errors
          and not os.path.exists("models/failed"),
          f"{seconds:.1f} s, exit {process.returncode}" + ("" if waits else ", it was over before")
          + ("" if f"rank {victim}" in errors else errors))

sys.exit(1 if failures else 0)
