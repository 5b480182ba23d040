#!/usr/bin/env python3
# `assay validate` against two other validators of YAML by JSON Schema, on equal files and schema.
# apt: nodejs npm
# npm: @sourcemeta/jsonschema@16.11.0 ajv-cli@5.0.0
"""usage: ./run bench validate [--short] [--rounds N] [--entries N,N,…] [--write-readme]

Prints seconds, processor seconds and peak memory (medians) of assay, the sourcemeta CLI and ajv-cli
(with js-yaml) on generated catalogs, whether each accepts the correct file and refuses a broken one,
and whether assay meets its targets. Ends with 1 when one is missed. --short: the same in
two rounds, which may take twice as long.
"""

import argparse
import os
import platform
import subprocess
import sys
from pathlib import Path

from support import readme
from support.measure import interleaved, run

ROOT = Path(__file__).resolve().parents[2]
ASSAY = os.environ["ASSAY"]
FOLDER = Path(os.environ["ASSAY_BENCH_DIR"])
PACKAGES = FOLDER / "npm/node_modules"
TODAY = "2026-06-30"  # no price in the catalog is old on that day

# Exit codes that mean: the file was read and does not match.
REFUSAL = {"assay": 1, "sourcemeta": 2, "sourcemeta --fast": 2, "ajv-cli": 1}

# Targets.
MOST_OF_SOURCEMETA = 1.0  # assay's time over that of the sourcemeta CLI, largest file
MOST_OF_FILE = 8.0  # peak memory over the size of the file, largest file
MOST_GROWTH = 1.3  # time per further entry, larger files over smaller ones
MOST_SMALL_SECONDS = 0.040  # smallest file


def sourcemeta():
    """The program itself: its start through Node would count against it."""
    system = {"Linux": "linux", "Darwin": "darwin"}.get(platform.system(), "")
    machine = {"aarch64": "arm64"}.get(platform.machine(), platform.machine())
    found = sorted((PACKAGES / "@sourcemeta/jsonschema").rglob(f"jsonschema-{system}-{machine}"))
    return str(found[0]) if found else str(PACKAGES / ".bin/jsonschema")


def commands(catalog, schema):
    return {
        "assay": [ASSAY, "validate", "--today", TODAY, str(catalog)],
        "sourcemeta": [sourcemeta(), "validate", str(schema), str(catalog)],
        "sourcemeta --fast": [sourcemeta(), "validate", "--fast", str(schema), str(catalog)],
        "ajv-cli": [str(PACKAGES / ".bin/ajv"), "validate", "--strict=false", "-s", str(schema),
                    "-d", str(catalog)],
    }


def outcome(result):
    """What a run did, in words; a peer that fails is not hidden."""
    if result.exit_code == 0:
        return "accepts"
    last = (result.output.strip().splitlines() or [""])[-1]
    if result.exit_code < 0:
        return f"DIED of signal {-result.exit_code}: {last}"
    return f"exit {result.exit_code}"


def catalog(count, *options):
    """A file with a catalog of that many entries. Made by a process of its own, since what this one
    once held would count as memory of the programs that it starts."""
    path = FOLDER / f"catalog-{count}{''.join(options)}.yaml"
    maker = ROOT / "tests/bench/support/grown_catalog.py"
    subprocess.run([sys.executable, "-B", str(maker), str(count), str(path), *options], check=True)
    return path


def table(rows):
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for number, row in enumerate(rows):
        print("| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths)) + " |")
        if number == 0:
            print("|" + "|".join("-" * (width + 2) for width in widths) + "|")


def measure(count, schema, rounds):
    """Measures all programs; returns (table rows, runs by program, size of the file)."""
    scratch = FOLDER / "output.txt"
    good = catalog(count)
    bad = catalog(count, "--broken")
    size = good.stat().st_size
    refusals = {name: run(command, scratch) for name, command in commands(bad, schema).items()}
    measured = interleaved(commands(good, schema), rounds, scratch)
    rows = []
    for name, runs in measured.items():
        rows.append([
            f"{count:,}", f"{size / 1e6:.2f} MB", name, f"{runs.seconds:.3f}",
            f"{runs.cpu_seconds:.3f}", f"{runs.peak_bytes / 1e6:.0f} MB",
            f"{runs.peak_bytes / size:.1f}",
            f"{measured['assay'].seconds / runs.seconds:.2f}",
            ", ".join(sorted({outcome(result) for result in runs.runs})),
            "refuses" if refusals[name].exit_code == REFUSAL[name] else outcome(refusals[name]),
        ])
    return rows, measured, size


def verdicts(results, slack):
    """(text, met) per target. `results`: number of entries -> (runs by program, size). `slack`: how many times
    as long it may take."""
    counts = sorted(results)
    smallest, largest = counts[0], counts[-1]
    runs, size = results[largest]
    ratio = runs["assay"].seconds / runs["sourcemeta"].seconds
    yield f"{ratio:.2f} of the time of the sourcemeta CLI at {largest:,} entries " \
          f"(at most {slack * MOST_OF_SOURCEMETA})", ratio <= slack * MOST_OF_SOURCEMETA
    memory = runs["assay"].peak_bytes / size
    yield f"peak memory {memory:.1f} times the file at {largest:,} entries " \
          f"(under {MOST_OF_FILE})", memory < MOST_OF_FILE
    if len(counts) >= 3:
        # Processor time, which depends less on what else the machine does.
        seconds = [results[count][0]["assay"].cpu_seconds for count in counts]
        first = (seconds[1] - seconds[0]) / (counts[1] - counts[0])
        last = (seconds[-1] - seconds[1]) / (counts[-1] - counts[1])
        yield f"{last * 1e6:.0f} µs of processor time per entry from {counts[1]:,} to {largest:,}, " \
              f"{first * 1e6:.0f} µs from {smallest:,} to {counts[1]:,} " \
              f"(at most {MOST_GROWTH} times as much: linear)", last <= MOST_GROWTH * first
    small = results[smallest][0]["assay"].seconds
    yield f"{small * 1e3:.0f} ms for {smallest:,} entries (under {slack * MOST_SMALL_SECONDS * 1e3:.0f})", \
          small < slack * MOST_SMALL_SECONDS


def main():
    parser = argparse.ArgumentParser(prog="./run bench validate")
    parser.add_argument("--rounds", type=int, default=7, help="runs per program on the largest file")
    parser.add_argument("--entries", default="100,1000,10000", help="sizes of the catalogs")
    parser.add_argument("--short", action="store_true", help="the same in two rounds, times only roughly")
    parser.add_argument("--write-readme", action="store_true")
    arguments = parser.parse_args()
    if arguments.short:
        arguments.rounds = 2
    counts = sorted(int(count) for count in arguments.entries.split(","))

    schema = FOLDER / "catalog.schema.json"
    run([ASSAY, "schema"], schema)
    rows = [["entries", "file", "program", "seconds", "CPU seconds", "peak", "peak / file",
             "assay's time / its", "correct file", "broken file"]]
    results = {}
    for count in counts:
        rounds = arguments.rounds if count > 1000 else 3 * arguments.rounds
        more_rows, runs, size = measure(count, schema, rounds)
        rows += more_rows
        results[count] = (runs, size)

    print(f"medians of {arguments.rounds} interleaved runs ({3 * arguments.rounds} up to 1,000 "
          f"entries) on {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}\n")
    table(rows)
    print()
    missed = 0
    # Two rounds tell times only roughly.
    for text, met in verdicts(results, 2 if arguments.short else 1):
        print(f"{'met   ' if met else 'MISSED'}  {text}")
        missed += not met
    if arguments.write_readme:
        readme.write("validate", readme.table([row[:6] for row in rows]))
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
