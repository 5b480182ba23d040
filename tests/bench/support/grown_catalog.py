"""Catalogs of any size for benchmarks, made of the project's own.

    grown_catalog.py COUNT FILE [--broken]   writes one; broken: with a mistake in its last entry

The entries of data/models.yaml are repeated. Each repetition gets slugs, display names, repositories
and scores of its own, so that a catalog of any size is as correct as the one it is made of, and no
two entries are the same text. Equal input gives equal bytes.
"""

import re
import sys
from pathlib import Path

_MODELS = Path(__file__).resolve().parents[3] / "data/models.yaml"
_ENTRY = re.compile(r"^  - slug:", re.MULTILINE)
_LINEAGE = re.compile(r"^    lineage:\n(?:      .*\n)+", re.MULTILINE)
_SLUG = re.compile(r"^(  - slug: |      parent: )(.+)$", re.MULTILINE)
_CHILDREN = re.compile(r"^      children: \[(.+)\]$", re.MULTILINE)
_NAME = re.compile(r"^    display_name: (.+)$", re.MULTILINE)
_REPOSITORY = re.compile(r"^    quantizations_source: (\S+)$", re.MULTILINE)
_SCORE = re.compile(r"^(        score: \d+)(?:\.(\d+))?$", re.MULTILINE)


def _repeated(entry, number):
    if number == 0:
        return entry
    entry = _SLUG.sub(rf"\g<1>\g<2>-r{number}", entry)
    entry = _CHILDREN.sub(
        lambda found: "      children: ["
        + ", ".join(f"{slug.strip()}-r{number}" for slug in found[1].split(","))
        + "]",
        entry,
    )
    entry = _NAME.sub(lambda found: f'    display_name: {_suffixed(found[1], f" ({number})")}', entry)
    repository = _REPOSITORY.search(entry)
    if repository:
        entry = re.sub(rf"{re.escape(repository[1])}$", rf"{repository[1]}-r{number}", entry,
                       flags=re.MULTILINE)
    return _SCORE.sub(lambda found: f"{found[1]}.{found[2] or 0}{number:03}", entry)


def _suffixed(scalar, suffix):
    if scalar[0] in "\"'":
        return scalar[:-1] + suffix + scalar[-1]
    return scalar + suffix


def grown_catalog(text, count):
    """The catalog `text` with exactly `count` entries."""
    starts = [found.start() for found in _ENTRY.finditer(text)]
    entries = [text[begin:end] for begin, end in zip(starts, starts[1:] + [len(text)])]
    # Every entry ends alike, wherever it stood in the file.
    entries = [entry.rstrip("\n") + "\n\n" for entry in entries]
    pieces = [text[: starts[0]]]
    for index in range(count):
        number, place = divmod(index, len(entries))
        entry = _repeated(entries[place], number)
        if index - place + len(entries) > count:  # the last repetition lacks some relatives
            entry = _LINEAGE.sub("", entry)
        pieces.append(entry)
    return "".join(pieces).rstrip("\n") + "\n"


def broken(text):
    """The catalog with one mistake, in its last entry, that the schema knows."""
    at = text.rindex("\n    params_total: ")
    end = text.index("\n", at + 1)
    return text[:at] + "\n    params_total: 7B" + text[end:]


if __name__ == "__main__":
    made = grown_catalog(_MODELS.read_text(), int(sys.argv[1]))
    Path(sys.argv[2]).write_text(broken(made) if "--broken" in sys.argv else made)
