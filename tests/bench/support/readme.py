"""Puts what a benchmark measured into README.md, with the commit and the date."""

import datetime
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def measured_at():
    def git(*words):
        return subprocess.run(["git", "-C", str(ROOT), *words], capture_output=True, text=True,
                              check=True).stdout.strip()

    changed = git("status", "--porcelain", "--untracked-files=no", "--", ".", ":!README.md")
    return (f"At {git('rev-parse', '--short', 'HEAD')}{' with changes' if changed else ''} "
            f"on {datetime.date.today()}, {os.cpu_count()} processors")


def write(name, lines, readme=ROOT / "README.md"):
    """Replaces what stands between the two marks of the benchmark `name`."""
    begin = f"<!-- written by: ./run bench {name} --write-readme -->\n"
    end = f"<!-- end of: {name} -->\n"
    text = readme.read_text(encoding="utf-8")
    if text.count(begin) != 1 or text.count(end) != 1:
        sys.exit(f"{readme} does not have the lines {begin.strip()} and {end.strip()} once each")
    before, _, rest = text.partition(begin)
    _, _, after = rest.partition(end)
    block = "\n".join([f"{measured_at()}:", "", *lines])
    readme.write_text(f"{before}{begin}{block}\n{end}{after}", encoding="utf-8")
    print(f"\nwritten to {readme}")


def table(rows):
    """Markdown; the first row is the head."""
    head, *body = [f"| {' | '.join(row)} |" for row in rows]
    return [head, "|" + "---|" * len(rows[0]), *body]
