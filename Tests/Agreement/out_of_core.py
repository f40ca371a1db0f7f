"""Fits data larger than the address space that is left, and holds the result against the fit of the mapped file.

Usage: out_of_core.py TRAIN_BINARY FOLDER [ROWS COLUMNS SPARE_MB MEMORY MAX_MB]. Prints a line a check; exits 1 when one
fails. Needs numpy.

The limit is ulimit -v: the least under which `train --version` starts, found by bisection, and SPARE_MB on top. X.npy
is larger than that. Resident memory is polled: RssAnon is what is not the page cache's, and must stay under MAX_MB;
VmHWM includes what is mapped from files.
"""

import os
import resource
import shutil
import subprocess
import sys
import time

import numpy as np

train, folder = os.path.abspath(sys.argv[1]), sys.argv[2]
rows, columns, spare, memory, most = (
    (int(sys.argv[3]), int(sys.argv[4]), int(sys.argv[5]), sys.argv[6], int(sys.argv[7])) if len(sys.argv) > 3
    else (7_000_000, 32, 800, "8MB", 256))
failures = 0


def check(name, passed, figure):
    global failures
    failures += not passed
    print(f"{'ok  ' if passed else 'FAIL'} {name}: {figure}", flush=True)


def limited(kilobytes):
    return lambda: resource.setrlimit(resource.RLIMIT_AS, (kilobytes << 10, kilobytes << 10))


def starts(kilobytes):
    try:
        return subprocess.run([train, "--version"], capture_output=True, preexec_fn=limited(kilobytes),
                              timeout=5).returncode == 0
    except subprocess.TimeoutExpired:
        return False  # a library that waits for memory for ever


def run(arguments, kilobytes=None):
    """Exit code, standard error, seconds and the peaks of what /proc/PID/status says, in MB."""
    start = time.monotonic()
    process = subprocess.Popen([train, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                               preexec_fn=limited(kilobytes) if kilobytes else None)
    peaks = {"RssAnon": 0, "VmHWM": 0, "VmPeak": 0}
    while process.poll() is None:
        try:
            for line in open(f"/proc/{process.pid}/status"):
                name, _, value = line.partition(":")
                if name in peaks:
                    peaks[name] = max(peaks[name], int(value.split()[0]) >> 10)
        except (OSError, IndexError):
            pass
        time.sleep(0.005)
    return process.returncode, process.stderr.read(), time.monotonic() - start, peaks


def figures(seconds, peaks):
    return f"{seconds:.1f} s, RssAnon {peaks['RssAnon']} MB, VmHWM {peaks['VmHWM']} MB, VmPeak {peaks['VmPeak']} MB"


def make_arrays():
    """X.npy and y.npy, a piece at a time."""
    generator = np.random.default_rng(1)
    truth = (generator.standard_normal(columns) / np.sqrt(columns)).astype(np.float32)
    X = np.lib.format.open_memmap("X.npy", mode="w+", dtype=np.float32, shape=(rows, columns))
    y = np.lib.format.open_memmap("y.npy", mode="w+", dtype=np.uint8, shape=(rows,))
    for start in range(0, rows, 500_000):
        end = min(start + 500_000, rows)
        X[start:end] = generator.standard_normal((end - start, columns), dtype=np.float32)
        y[start:end] = generator.random(end - start) < 1 / (1 + np.exp(1 - X[start:end] @ truth))
    X.flush()
    y.flush()


os.makedirs(folder, exist_ok=True)
os.chdir(folder)
low, high = 1 << 10, 16 << 20
while high - low > 1024:
    middle = (low + high) // 2
    low, high = (low, middle) if starts(middle) else (middle, high)
limit = high + (spare << 10)
size = rows * columns * 4 >> 20
print(f"{rows:,} × {columns} float32: X.npy has {size} MB. train starts under ulimit -v {high >> 10} MB; the limit is that "
      f"and {spare} MB", flush=True)
assert size > spare, "X.npy fits into what is spare"

make_arrays()
code, errors, seconds, peaks = run(["dataset", "import-npy", "--X", "X.npy", "--y", "y.npy", "--split", "none", "--out",
                                    "dataset", "--quiet"], limit)
check(f"import-npy under the limit, RssAnon under {most} MB", code == 0 and peaks["RssAnon"] < most,
      figures(seconds, peaks) + errors)
for name in ("X.npy", "y.npy"):
    os.remove(name)

code, errors, seconds, peaks = run(["fit", "--dataset", "dataset", "--name", "streamed", "--quiet", "--memory", memory],
                                   limit)
check(f"fit --memory {memory} under the limit, RssAnon under {most} MB", code == 0 and peaks["RssAnon"] < most,
      figures(seconds, peaks) + errors)
code, errors, seconds, peaks = run(["fit", "--dataset", "dataset", "--name", "failed", "--quiet"], limit)
check("without --memory it does not fit, and the error says what to do",
      code == 1 and "--memory" in errors and not os.path.exists("models/failed"), errors.strip())
code, errors, seconds, peaks = run(["fit", "--dataset", "dataset", "--name", "mapped", "--quiet"])
check("without a limit, mapped", code == 0, figures(seconds, peaks) + errors)
for name in ("model.json", "scaler.json"):
    contents = [open(f"models/{way}/1/{name}", "rb").read() for way in ("streamed", "mapped")
                if os.path.exists(f"models/{way}/1/{name}")]
    check(f"{name} has the same bytes either way", len(contents) == 2 and contents[0] == contents[1],
          f"{[len(x) for x in contents]} bytes")
shutil.rmtree("dataset")
sys.exit(1 if failures else 0)
