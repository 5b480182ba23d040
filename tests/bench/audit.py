#!/usr/bin/env python3
# What an audit of many models costs: requests, processor time and memory in the first run and in the next
# one, and by how much nights in which nothing changes make the database grow.
"""usage: ./run bench audit [--short] [--models N] [--changed N] [--quota N --window SECONDS]
                        [--write-readme]

Audits a catalog of constructed models, seven quantization families each, against a constructed Hub on
this machine. One model in twenty claims a family that does not exist; before the second run one model in
`--changed` gets a new commit in one of its witnesses; in the third and fourth nothing has changed. Ends
with 1 when a target is missed. With --quota the Hub announces and enforces so many requests per window, as
the real one does: there must be no 429, and nine tenths of what it allows must be used. --short: the same
of 100 models.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

from support import readme
from support.measure import run
from support.model_hub import ModelHub, Quota

ASSAY = os.environ["ASSAY"]
FOLDER = Path(os.environ["ASSAY_BENCH_DIR"]) / "audit"
KINDS = ["info", "quantized", "finetune", "search", "tree", "file", "hop", "other"]

# One per run, for the README.
rows = [["run", "requests per model", "of them redirect hops", "unchanged", "CPU seconds", "peak memory"]]

# Targets, in requests per model, without the hops that follow a redirect of the Hub: which of its addresses
# answers is not for a client to guess.
MOST_FIRST = 12.0
MOST_STEADY = 2.2
LEAST_OF_QUOTA = 0.9
MOST_GROWTH_KIB = 64  # of the database, per 100 models and unchanged night


def auditors():
    known = [name for name in ("quantizations", "specs", "license")
             if subprocess.run([ASSAY, "explain", name], capture_output=True).returncode == 0]
    return ",".join(known)


def measured(hub, chosen, label, models):
    hub.asked.clear()
    hub.not_modified = 0
    result = run([ASSAY, "audit", "--catalog", str(FOLDER / "models.yaml"), "--db",
                  str(FOLDER / "assay.db"), "--config", str(FOLDER / "assay.yaml"), "--only", chosen,
                  "--format", "json"], FOLDER / "output")
    if result.exit_code not in (0, 1, 3):
        sys.exit(f"assay ended with {result.exit_code}: {result.output[-2000:]}")
    sent = sum(hub.asked.values())
    print(f"{label:<7} {sent:>7} {sent / models:>9.2f} "
          + " ".join(f"{hub.asked[kind] / models:>9.2f}" for kind in KINDS)
          + f" {hub.not_modified / models:>9.2f} {result.cpu_seconds:>7.1f} {result.seconds:>7.1f}"
          + f" {result.peak_bytes / 2**20:>8.0f}")
    rows.append([label, f"{sent / models:.2f}", f"{hub.asked['hop'] / models:.2f}", f"{hub.not_modified / models:.2f}",
                 f"{result.cpu_seconds:.1f}", f"{result.peak_bytes / 2**20:.0f} MiB"])
    return (sent - hub.asked["hop"]) / models


def rates(hub):
    """(what, share used, refusals) of each quota so far; the one that is used most holds back the run."""
    return sorted(((kind, quota.share_used() or 0.0, quota.refused)
                   for kind, quota in hub.quotas.items()), key=lambda rate: -rate[1])


def size_of_database():
    """Also what the next checkpoint moves into the file."""
    return sum(file.stat().st_size for file in FOLDER.glob("assay.db*"))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--models", type=int, default=1000)
    parser.add_argument("--changed", type=int, default=50)
    parser.add_argument("--quota", type=int, default=0)
    parser.add_argument("--window", type=int, default=10)
    parser.add_argument("--short", action="store_true", help="100 models")
    parser.add_argument("--write-readme", action="store_true")
    arguments = parser.parse_args()
    if arguments.short:
        arguments.models = 100
    hub = ModelHub(arguments.models)
    if arguments.quota:
        hub.quotas = {kind: Quota(arguments.quota, arguments.window) for kind in ("api", "resolvers")}
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in FOLDER.glob("assay.db*"):
        old.unlink()
    url, stop = hub.serve()
    (FOLDER / "models.yaml").write_text(hub.catalog)
    (FOLDER / "assay.yaml").write_text(
        f"sources:\n  huggingface: {{url: {url}}}\nnetwork: {{time_budget_s: 7200}}\n")
    chosen = auditors()
    print(f"{arguments.models} models, {len(hub.repositories)} repositories; auditors {chosen}")
    print("run      requests per model " + " ".join(f"{kind:>9}" for kind in KINDS)
          + "       304   CPU s wall s peak MiB")
    first = measured(hub, chosen, "first", arguments.models)
    rate = rates(hub)
    hub.change(arguments.changed)
    steady = measured(hub, chosen, "second", arguments.models)
    before = size_of_database()
    for night in ("third", "fourth"):
        measured(hub, chosen, night, arguments.models)
    growth = (size_of_database() - before) / 2 / 1024 / arguments.models * 100
    stop()
    missed = False
    for name, value, unit, most in (
            ("first run", first, "requests per model", MOST_FIRST),
            ("second run", steady, "requests per model", MOST_STEADY),
            ("growth", growth, "KiB per 100 models and unchanged night", MOST_GROWTH_KIB)):
        missed = missed or value > most
        print(f"{name}: {value:.2f} {unit}, at most {most}: "
              + ("met" if value <= most else "MISSED"))
    for kind, share, refused in rate:
        print(f"quota of {kind}: {share:.3f} used by the first run, {refused} requests refused")
    if rate:
        good = rate[0][1] >= LEAST_OF_QUOTA and not any(refused for _, _, refused in rate)
        print(f"at least {LEAST_OF_QUOTA} of the quota that holds it back used and nothing refused: "
              + ("met" if good else "MISSED"))
        missed = missed or not good
    if arguments.write_readme:
        readme.write("audit", [*readme.table(rows), "",
                               f"Nights in which nothing changed added {growth:.0f} KiB of database per 100 "
                               "models."])
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
