"""Holds the tracking client against MLflow itself: a server on the loopback, MLflow's own client, and its model server.

Usage: mlflow_check.py TRAIN_BINARY FOLDER. Needs mlflow, onnx, onnxruntime. Exits 1 when a check fails.
"""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request

import numpy as np
import pandas as pd

from check import check, finish, run

train, folder = os.path.abspath(sys.argv[1]), sys.argv[2]
os.makedirs(folder, exist_ok=True)
os.chdir(folder)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def server(name, *arguments, path, environment={}):
    """Runs `mlflow ARGUMENTS --port PORT` until it answers, and stops it and its workers at the end."""
    port = free_port()
    log = open(f"{name}.log", "wb")
    process = subprocess.Popen(
        [sys.executable, "-m", "mlflow", *arguments, "--host", "127.0.0.1", "--port", str(port)], stdout=log, stderr=log,
        env=os.environ | environment | {"PATH": f"{os.path.dirname(sys.executable)}:{os.environ['PATH']}"},
        start_new_session=True)
    try:
        address, began = f"http://127.0.0.1:{port}", time.monotonic()
        while True:
            assert process.poll() is None and time.monotonic() - began < 240, open(f"{name}.log").read()
            with contextlib.suppress(OSError):
                urllib.request.urlopen(address + path).read()
                break
            time.sleep(0.2)
        print(f"     {name} answers after {time.monotonic() - began:.1f} s", flush=True)
        yield address
    finally:
        with contextlib.suppress(ProcessLookupError, subprocess.TimeoutExpired):
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(30)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def one_run(command):
    """The newest recorded run of a command, with its steps."""
    runs = json.loads(run(train, "runs", "list", "--command", command, "--last", "1", "--json").stdout)["runs"]
    return json.loads(run(train, "runs", "show", runs[0]["path"], "--json").stdout)


run(train, "synth", "--users", "200", "--propositions", "60", "--requests", "4000", "--days", "7", "--seed", "5",
    "--out", "log", "--quiet")
run(train, "dataset", "build", "--events", "log/events.jsonl", "--propositions", "log/propositions.jsonl", "--out",
    "data", "--quiet")

# Nobody at the address: the work is kept, and may be sent later.
nowhere = f"http://127.0.0.1:{free_port()}"
failed = run(train, "fit", "--dataset", "data", "--name", "later", "--quiet", "--mlflow", nowhere, code=1)
later = one_run("fit")
check("no server: exit code 1, the model and the run are whole",
      later["state"] == "done" and os.path.exists("models/later/1/model.json") and "train runs push" in failed.stderr)

with server("server", "server", "--backend-store-uri", f"sqlite:///{os.getcwd()}/mlflow.db", "--artifacts-destination",
            f"{os.getcwd()}/artifacts", "--workers", "1", path="/health") as address:
    import mlflow
    from mlflow.tracking import MlflowClient

    mlflow.set_tracking_uri(address)
    client = MlflowClient()
    send = ["--mlflow", address, "--mlflow-experiment", "checks", "--quiet"]
    run(train, "fit", "--dataset", "data", "--mlflow-alias", "champion", *send)
    run(train, "eval", "--model", "models/ranker/1", "--dataset", "data", "--bootstrap", "50", *send)
    run(train, "fit", "--dataset", "data", "--l2", "0", "--tolerance", "1e-300", "--max-iterations", "2", *send, code=1)
    found = mlflow.search_runs(experiment_names=["checks"], order_by=["attribute.start_time"])
    check("mlflow.search_runs finds fit, eval and the fit that failed",
          list(zip(found["tags.command"], found["status"]))
          == [("fit", "FINISHED"), ("eval", "FINISHED"), ("fit", "FAILED")], f"{len(found)} runs")
    check("the failed one says why", "did not converge" in found["tags.error"][2])

    fit, eval_, name = client.get_run(found["run_id"][0]), client.get_run(found["run_id"][1]), lambda n: n.replace("@", "_at_")
    manifest = json.load(open("models/ranker/1/manifest.json"))
    check("parameters are the manifest's",
          all(fit.data.params[k] == str(v) for k, v in manifest["parameters"].items()), fit.data.params)
    metrics = json.load(open("models/ranker/1/metrics.json"))
    wanted = {f"{side}/{name(k)}": v["value"] for side, values in metrics.items() for k, v in values.items()}
    check("final metrics are metrics.json's, to the bit", all(fit.data.metrics[k] == v for k, v in wanted.items()),
          f"{len(wanted)} of {len(fit.data.metrics)}")
    runs = json.loads(run(train, "runs", "list", "--json").stdout)["runs"]
    local = json.loads(run(train, "runs", "show", runs[1]["path"], "--json").stdout)
    steps = client.get_metric_history(fit.info.run_id, "gradient_norm")
    check("metrics of every step are there",
          [s.value for s in sorted(steps, key=lambda s: s.step)][:len(local["steps"])]
          and {(s["step"], s["gradient_norm"]) for s in local["steps"]} <= {(s.step, s.value) for s in steps},
          f"{len(local['steps'])} steps")
    report = json.loads(run(train, "eval", "--model", "models/ranker/1", "--dataset", "data", "--bootstrap", "50", "--json",
                            "--quiet", "--no-run").stdout)
    check("the evaluation's metrics with their intervals are `train eval`'s",
          all(eval_.data.metrics[f"test/{name(k)}{suffix}"] == v[end] for k, v in report["metrics"].items() if v
              for suffix, end in (("", "value"), ("_low", "low"), ("_high", "high")) if end in v))
    dataset = fit.inputs.dataset_inputs[0].dataset
    check("the dataset is an input with its fingerprint",
          manifest["dataset"]["fingerprint"].startswith(dataset.digest) and len(dataset.digest) == 36, dataset.name)

    listed = lambda path=None: {a.path for a in client.list_artifacts(fit.info.run_id, path)}
    files = {f"artifact/{f}" for f in os.listdir("models/ranker/1")}
    check("artifacts are listed: the run, the model's folder, the MLflow model",
          listed() == {"run.json", "metrics.jsonl", "artifact", "model"} and listed("artifact") == files
          and {"model/MLmodel", "model/model.onnx"} <= listed("model"))
    copy = mlflow.artifacts.download_artifacts(run_id=fit.info.run_id, artifact_path="artifact", dst_path="copy")
    check("the downloaded model is byte for byte ours", run(train, "models", "verify", "models/ranker/1") and all(
        open(f"{copy}/{f}", "rb").read() == open(f"models/ranker/1/{f}", "rb").read() for f in os.listdir(copy)))

    version = client.get_model_version_by_alias("ranker", "champion")
    check("version 1 is registered from the run and bears the alias",
          (version.version, version.run_id, version.status) in ((v, fit.info.run_id, "READY") for v in (1, "1")))
    run(train, "fit", "--dataset", "data", "--l2", "10", *send)
    check("another fit is version 2, and the alias stays",
          {str(v.version) for v in client.search_model_versions("name='ranker'")} == {"1", "2"}
          and str(client.get_model_version_by_alias("ranker", "champion").version) == "1")
    run(train, "runs", "push", later["path"], *send, "--mlflow-alias", "champion")
    check("the run from before is pushed", str(client.get_model_version_by_alias("later", "champion").version) == "1")
    run(train, "runs", "push", later["path"], *send, code=1)

    run(train, "predict", "--model", "models/ranker/1", "--dataset", "data", "--out", "p.npy", "--quiet")
    run(train, "predict", "--model", "models/ranker/1", "--dataset", "data", "--out", "z.npy", "--log-odds", "--quiet")
    probability, log_odds = np.load("p.npy"), np.load("z.npy")
    features = [c["name"] for c in json.load(open("data/dataset.json"))["features"]]
    X = pd.DataFrame(np.load("data/test/X.npy"), columns=features)
    loaded = mlflow.pyfunc.load_model("models:/ranker@champion").predict(X[features[::-1]])
    difference = np.max(np.abs(loaded["probability"].to_numpy() - probability))
    check("models:/ranker@champion scores as we do, the columns in any order", difference <= 1e-6,
          f"largest difference {difference:.1e} over {len(X)} rows")

    with server("model", "models", "serve", "--model-uri", "models:/ranker@champion", "--env-manager", "local",
                path="/ping", environment={"MLFLOW_TRACKING_URI": address}) as scoring:
        rows = X.iloc[:1000]
        request = urllib.request.Request(
            scoring + "/invocations", headers={"Content-Type": "application/json"},
            data=json.dumps({"dataframe_split": json.loads(rows.to_json(orient="split", index=False, double_precision=15))}
                            ).encode())
        answer = pd.DataFrame(json.load(urllib.request.urlopen(request))["predictions"])
        difference = np.max(np.abs(answer["probability"].to_numpy() - probability[:1000]))
        odds = np.max(np.abs(answer["log_odds"].to_numpy() - log_odds[:1000]))
        check("mlflow models serve scores as we do", difference <= 1e-6,
              f"largest difference {difference:.1e}, of log-odds {odds:.1e}, over {len(answer)} rows")

run(train, "models", "export", "models/ranker/1", "--format", "mlflow", "--out", "exported")
loaded = mlflow.pyfunc.load_model("exported").predict(X)
check("the exported folder loads without a server", np.max(np.abs(loaded["probability"].to_numpy() - probability)) <= 1e-6)
finish("MLflow")
