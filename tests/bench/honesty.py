#!/usr/bin/env python3
# Whether a fault ever becomes a fact.
# apt: catch2
# preset: dev
# build: auditors_tests prices_tests
"""usage: ./run bench honesty [--short] [--schedules N] [--write-readme]

Judges the worlds of the golden cases under random faults: each schedule spoils some answers of a Hub or of
price sources in memory, and every verdict must be that of the healthy run or say that nothing could be
learnt. Prints how many verdicts held, were withheld and were false; ends with 1 when one was false.
--short: 200 schedules of each kind of the Hub's instead of 2,000; those of price sources are played all.
"""

import argparse
import os
import re
import subprocess
import sys
from pathlib import Path

from support import readme

TESTS = Path(os.environ["ASSAY"]).parent / "tests"
CAMPAIGNS = [
    ("Hub: faults of connections, statuses and shapes", "auditors_tests",
     "no fault of the Hub becomes a fact"),
    ("Hub: lists that move, errors sent as files, clocks that jump", "auditors_tests",
     "neither lists that move nor errors sent as files nor clocks that jump become facts"),
    ("price sources", "prices_tests", "no fault of a price source becomes a fact"),
]
COUNTS = re.compile(r"(\d+) schedules over (\d+) worlds, (\d+) faults .*: (\d+) verdicts, (\d+) held, "
                    r"(\d+) withheld, (\d+) schedules with a false one")


def play(program, test, schedules):
    """The counts that the test prints, or what it printed where it prints none."""
    ended = subprocess.run([TESTS / program, test], capture_output=True, text=True,
                           env={**os.environ, "ASSAY_FAULT_SCHEDULES": str(schedules)})
    found = COUNTS.search(ended.stdout)
    return [int(number) for number in found.groups()] if found else ended.stdout + ended.stderr


def main():
    parser = argparse.ArgumentParser(prog="./run bench honesty")
    parser.add_argument("--short", action="store_true", help="200 schedules of each kind")
    parser.add_argument("--schedules", type=int)
    parser.add_argument("--write-readme", action="store_true", help="put the table into README.md")
    options = parser.parse_args()
    schedules = options.schedules or (200 if options.short else 2000)
    rows = [["faults", "schedules", "worlds", "faults injected", "verdicts", "held", "withheld", "false"]]
    wrong = 0
    for name, program, test in CAMPAIGNS:
        counts = play(program, test, schedules)
        if isinstance(counts, str):
            sys.exit(f"{test}: it printed no counts\n{counts}")
        rows.append([name, *(f"{count:,}" for count in counts)])
        wrong += counts[-1]
        print(f"{name}: {counts[3]:,} verdicts, {counts[4]:,} held, {counts[5]:,} withheld, "
              f"{counts[-1]} schedules with a false one", flush=True)
    lines = readme.table(rows)
    print("\n" + "\n".join(lines))
    if options.write_readme:
        readme.write("honesty", lines)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
