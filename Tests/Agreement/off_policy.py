"""Holds `train ope` against the Open Bandit Pipeline on the Open Bandit data: logged at random, evaluated as BTS.

Usage: off_policy.py TRAIN_BINARY FOLDER. FOLDER/wheel holds the wheel of obp 0.4.1 unpacked, with its data. Needs numpy, scikit-learn, pandas and pyyaml. The package's estimators are run as they are; only PyTorch, which
they name for tensors and which these numbers do not use, is left out. Prints a line an estimate; exits 1 where one
differs by more than 1e-6 in relative terms.
"""

import json
import os
import subprocess
import sys
import types

import numpy as np
import pandas as pd
import yaml
from sklearn.linear_model import LogisticRegression

train, folder = sys.argv[1], os.path.abspath(sys.argv[2])
torch = types.ModuleType("torch")
torch.Tensor = type("Tensor", (), {})
sys.modules["torch"] = torch
for name in ("obp", "obp.ope", "obp.policy"):
    # The packages' own __init__ pull in plotting and neural policies; their modules do not need these.
    module = types.ModuleType(name)
    module.__path__ = [os.path.join(folder, "wheel", *name.split("."))]
    sys.modules[name] = module
from obp.ope import estimators as obp  # noqa: E402

ACTIONS, POSITIONS = 34, 3
work = os.path.join(folder, "off-policy")
os.makedirs(work, exist_ok=True)
os.chdir(work)
failures = 0


def load(policy):
    log = pd.read_csv(os.path.join(folder, "wheel", "obp", "dataset", "obd", policy, "men", "men.csv"), index_col=0).sort_values("timestamp")
    return dict(action=log["item_id"].to_numpy(), position=log["position"].to_numpy() - 1,
                reward=log["click"].to_numpy().astype(float), pscore=log["propensity_score"].to_numpy())


def bts(draws=20_000):
    """What Bernoulli Thompson sampling shows, with the prior that the campaign began with, by simulation."""
    prior = yaml.safe_load(open(os.path.join(folder, "wheel", "obp", "policy", "conf", "prior_bts.yaml")))["men"]
    random = np.random.default_rng(12345)
    samples = random.beta(prior["alpha"], prior["beta"], (draws, ACTIONS))
    shown = np.argsort(-samples, axis=1)[:, :POSITIONS]
    return np.stack([np.bincount(shown[:, place], minlength=ACTIONS) / draws for place in range(POSITIONS)], axis=1)


def expected(log):
    """Rewards by item and position, fitted on the log itself."""
    def design(action, position):
        return np.hstack([np.eye(ACTIONS)[action], np.eye(POSITIONS)[position]])
    model = LogisticRegression(C=1).fit(design(log["action"], log["position"]), log["reward"])
    actions, places = np.meshgrid(np.arange(ACTIONS), np.arange(POSITIONS), indexing="ij")
    return model.predict_proba(design(actions.ravel(), places.ravel()))[:, 1].reshape(ACTIONS, POSITIONS)


def hold(name, ours, theirs):
    global failures
    passed = abs(ours - theirs) <= 1e-6 * max(abs(theirs), 1e-9)
    failures += not passed
    print(f"{'ok  ' if passed else 'FAIL'} {name}: {ours:.9f}, obp {theirs:.9f}", flush=True)


log = load("random")
rounds = len(log["reward"])
policy = np.tile(bts(), (rounds, 1, 1))
rewards = np.tile(expected(log), (rounds, 1, 1))
for name, array in dict(reward=log["reward"], propensity=log["pscore"], action=log["action"],
                        position=log["position"] + 1, policy=policy, expected=rewards).items():
    np.save(name, array)
files = [part for name in ("reward", "propensity", "action", "position", "policy", "expected")
         for part in (f"--{name}", f"{name}.npy")]
for clip, switch in ((np.inf, np.inf), (10, 5), (2, 1)):
    options = ["--switch-at", str(switch)] + ([] if clip == np.inf else ["--clip", str(clip)])
    result = subprocess.run([train, "ope", *files, *options, "--json"], capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    ours = json.loads(result.stdout)
    inputs = dict(reward=log["reward"], action=log["action"], position=log["position"], action_dist=policy)
    model = dict(estimated_rewards_by_reg_model=rewards)
    behaviour = dict(pscore=log["pscore"])
    # This version clips nothing itself; a propensity raised to π / clip is a weight cut off at clip.
    taken = policy[np.arange(rounds), log["action"], log["position"]]
    raised = dict(pscore=np.maximum(log["pscore"], taken / clip))
    theirs = dict(
        ips=obp.InverseProbabilityWeighting().estimate_policy_value(**inputs, **raised),
        snips=obp.SelfNormalizedInverseProbabilityWeighting().estimate_policy_value(**inputs, **raised),
        dm=obp.DirectMethod().estimate_policy_value(**inputs, **model),
        dr=obp.DoublyRobust().estimate_policy_value(**inputs, **raised, **model),
        switch_dr=obp.SwitchDoublyRobust(tau=switch).estimate_policy_value(**inputs, **behaviour, **model))
    for name, value in theirs.items():
        hold(f"{name}, clip {clip}, switch {switch}", ours["estimates"][name]["value"], value)
print(f"random → bts: rate of clicks on the BTS log itself {load('bts')['reward'].mean():.5f}; "
      + ", ".join(f"{name} {e['value']:.5f} ({e['low']:.5f} … {e['high']:.5f})" for name, e in ours["estimates"].items()))
print(f"off-policy: {15 - failures} passed, {failures} failed")
sys.exit(failures > 0)
