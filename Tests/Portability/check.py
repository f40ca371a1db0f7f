"""What the checks of this folder share: running `train`, and a line a check."""

import subprocess
import sys

failures = 0
passes = 0


def check(name, passed, figure=""):
    """Prints a line and counts."""
    global failures, passes
    failures += not passed
    passes += bool(passed)
    print(f"{'ok  ' if passed else 'FAIL'} {name}{': ' if figure != '' else ''}{figure}", flush=True)


def run(train, *arguments, code=0, folder=None):
    """Runs `train` and expects it to end with that code."""
    result = subprocess.run([train, *arguments], capture_output=True, text=True, cwd=folder)
    assert result.returncode == code, f"{arguments} ended with {result.returncode}: {result.stderr}"
    return result


def finish(title):
    """Prints the sum and ends the process, with code 1 where a check failed."""
    print(f"{title}: {passes} passed, {failures} failed")
    sys.exit(failures > 0)
