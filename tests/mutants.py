#!/usr/bin/env python3
"""Plants mistakes in the catalog and looks whether `assay validate` finds each one, where it was
made, under its rule, and says nothing else.

    mutants.py ASSAY CATALOG [--seed N] [--each N] [--keep FOLDER]

A mutation is a regular expression over the text of one entry and what stands there instead; in the
replacement, « and » enclose what the diagnostic must point at. Each is applied at random places, in
files of several styles. Prices, quotations and long texts are constructed: the catalog has few."""

import argparse
import collections
import json
import os
import random
import re
import subprocess
import sys
import tempfile

TODAY = "2026-06-15"  # when the prices of the catalog were young

CONSTRUCTED = '''\
    cost:
      - input_per_mtok_usd: 0.25
        output_per_mtok_usd: 0.75
        vendor: DeepInfra
        as_of: "2026-05-20"
        source: https://deepinfra.com/pricing?model=x
      - {input_per_mtok_usd: 0.30, output_per_mtok_usd: 0.90, vendor: 'Together AI', as_of: "2026-05-21", source: https://www.together.ai/pricing}
    speed: {tokens_per_sec_output: 80.5, ttft_ms: 350, vendor: Groq, as_of: "2026-05-20", source: "https://groq.com/pricing"}
    recommended_use_cases: [Chat, "Code: completion", 'It''s for drafting']
    known_limitations:
      - text: "Made up for this test: it \\"says\\" nothing."
        source: https://example.org/limits
    reception:
      - author: A. Reader
        date: "2026-03-02"
        quote: >-
          Made up for this test: two lines
          and a dash - no more.
        url: https://example.org/item?id=1#c
    long_form: |
      ## Heading: of a text

      - slug: not-an-entry
        key: value [ { "
      it's prose # with signs
'''
CLOSED = '''
  - slug: constructed-closed-model
    display_name: Constructed Closed Model
    family: constructed
    developer: Example AI
    type: chat
    released_date: "2025-05-13"
    openness: proprietary
    license: Example AI Terms of Service
    osi_approved: false
    architecture: unknown
    context_window: 200000
    cost: {input_per_mtok_usd: 15, output_per_mtok_usd: 75, as_of: "2026-05-20", source: https://example.org/pricing}
    sources:
      - title: Announcement
        url: https://example.org/announcement
'''

# rule, expression, replacement. Lines of an entry are indented by four.
MUTATIONS = [
    # -- syntax
    ("yaml-syntax", r'^(    \w+: )(".*)"$', r'\1«\2»'),
    ("yaml-syntax", r'^(        as_of: )(".*)"$', r'\1«\2»'),
    ("yaml-syntax", r"^(    family: )(\w+)$", r"\1«'\2»"),
    ("yaml-syntax", r'^(    display_name: )(.*)$', r'\1«"\2»'),
    ("yaml-syntax", r'^(    display_name: )([^"\n]*)$', r'\1"\2" «(new)»'),
    ("yaml-syntax", r'^(    \w+: )\[(.*)\]$', r'\1«[»\2'),
    ("yaml-syntax", r'^(    \w+: \[.*\])$', r'\1«]»'),
    ("yaml-syntax", r'^(    speed: )\{(.*)\}$', r'\1«{»\2'),
    ("yaml-syntax", r'^(      - )\{(input.*)\}$', r'\1«{»\2'),
    ("yaml-syntax", r"^(    recommended_use_cases: .*)'It''s for drafting'\]$", r"\1'It'«s for drafting'»]"),
    ("yaml-syntax", r'^    (\w+):( [a-z0-9-]+)$', r'    «\1\2»'),
    ("yaml-syntax", r'^    (\w+): ([a-z0-9-]+)$', r'    «\1:\2»'),
    ("yaml-syntax", r'^(    display_name: )(.*)$', r'\1«\2: new»'),
    ("yaml-syntax", r'^(      - title: )([^"\n:]*)$', r'\1«\2: the card»'),
    ("yaml-syntax", r'^(    developer: )(.*)$', r'\1«@\2»'),
    ("yaml-syntax", r'^(    developer: )(.*)$', r'\1«`\2`»'),
    ("yaml-syntax", r'^(    developer: )(.*)$', r'\1"«\\d»\2"'),
    ("yaml-syntax", r'^(    developer: )(.*)$', r'\1"it«\\' + "'" + r'»s \2"'),
    ("yaml-syntax", r'^(    developer: )(.*)$', r'\1"\2"«#» of old'),
    ("yaml-syntax", r'^(    long_form: \|)$', r'\1 «Text»'),
    ("yaml-alias", r'^(    developer: )(\w+)$', r'\1«*\2*»'),
    ("yaml-tab", r'^    (\w+: [a-z0-9-]+)$', r'«\t»\1'),
    ("yaml-tab", r'^    (family: .*)$', r'  «\t»\1'),
    ("yaml-tab", r'^        (source: .*)$', r'«\t\t»\1'),
    ("yaml-indentation", r'(?<=\n)    (family|developer|license)(: .*\n)(?=    \w)', r'   «\1»\2'),
    ("yaml-indentation", r'(?<=\n)    (family|developer|license)(: .*\n)(?=    \w)', r'  «\1»\2'),
    ("yaml-indentation", r'(?<=\n)    (family|developer|license)(: .*\n)(?=    \w)', r' «\1»\2'),
    ("yaml-indentation", r'(?<=\n)    (family|developer|license)(: .*\n)(?=    \w)', r'     «\1»\2'),
    ("yaml-indentation", r'(?<=\n)    (osi_approved|tokenizer)(: .*\n)(?=    \w)', r'      «\1»\2'),
    ("yaml-indentation", r'\A  - (slug: .*)$', r' «-» \1'),
    ("duplicate-key", r'^    (family|license|architecture)(: .*\n)((?:    \w+: .*\n){1,9})', r'    \1\2\3    «\1»\2'),
    ("duplicate-key", r'^        (score)(: .*\n)(        as_of.*\n)', r'        \1\2\3        «\1»\2'),
    ("yaml-merge-key", r'^    (speed: )\{', r'    \1{«<<»: {ttft_ms: 350}, '),
    ("yaml-encoding", r'^(    developer: )([^"\n]*)$', '\\1\\2 «\x07»'),
    ("colon-in-text", r'^(      - )([A-Z][^:"\n]*)$', r'\1«Open: \2»'),
    # -- shape
    ("unknown-key", r'^    «?family', r'    «famliy»'),
    ("unknown-key", r'^    developer:', r'    «developper»:'),
    ("unknown-key", r'^    license:', r'    «licence»:'),
    ("unknown-key", r'^    context_window:', r'    «context_windw»:'),
    ("unknown-key", r'^    quantizations_available:', r'    «quantisations_available»:'),
    ("unknown-key", r'^    released_date:', r'    «release_date»:'),
    ("unknown-key", r'^    sources:', r'    «source»:'),
    ("unknown-key", r'^        score:', r'        «scores»:'),
    ("unknown-key", r'^        as_of:', r'        «as_off»:'),
    ("unknown-key", r'^        vendor:', r'        «vendr»:'),
    ("unknown-key", r', ttft_ms:', r', «ttf_ms»:'),
    ("unknown-key", r'^      parent:', r'      «parents»:'),
    ("unknown-key", r'^        url:', r'        «link»: x\n        url:'),
    ("unknown-key", r'^    (family: .*)$', r'    \1\n    «colour»: green'),
    ("missing-key", r'^  - «?slug»?(: .*\n(?s:.*?))    family: .*\n', r'  - «slug»\1'),
    ("missing-key", r'^  - «?slug»?(: .*\n(?s:.*?))    osi_approved: .*\n', r'  - «slug»\1'),
    ("missing-key", r'^        (score)(: .*\n)        as_of: .*\n', r'        «\1»\2'),
    ("missing-key", r'^      - (title: .*\n)        url: .*\n(?=.|\Z)', r'      - «title»: Nowhere\n'),
    ("wrong-type", r'^(    params_total: )(\d+)\d{9}$', r'\1«\2B»'),
    ("wrong-type", r'^(    context_window: )\d+$', r'\1«128k»'),
    ("wrong-type", r'^(    context_window: )(\d+)$', r'\1«"\2"»'),
    ("wrong-type", r'^(    osi_approved: )(\w+)$', r'\1«"\2"»'),
    ("wrong-type", r'^(    data_released: )(\w+)$', r'\1«unknown»'),
    ("wrong-type", r'^(    display_name: )(.*)$', r'\1«4.0»'),
    ("wrong-type", r'^(    post_training: )\[(\w+).*$', r'\1«\2»'),
    ("wrong-type", r'^(    tokenizer: )(.*)$', r'\1«[\2]»'),
    ("wrong-type", r'^    (tokenizer): .*$', r'    «\1»:'),
    ("wrong-type", r'^(    tokenizer: ).*$', r'\1«null»'),
    ("wrong-type", r'^(        score: )(.*)$', r'\1«\2%»'),
    ("wrong-type", r'^(      - input_per_mtok_usd: )(.*)$', r'\1«$\2»'),
    ("wrong-type", r'^(    benchmarks:) *\n((?:      .*\n)+)', r'\1 «[]»\n'),
    ("wrong-type", r'^(        variant: ).*$', r'\1«5»'),
    ("not-in-vocabulary", r'^(    type: )\w+$', r'\1«instuct»'),
    ("not-in-vocabulary", r'^(    type: )\w+$', r'\1«Chat»'),
    ("not-in-vocabulary", r'^(    openness: )[\w-]+$', r'\1«open-weight»'),
    ("not-in-vocabulary", r'^(    architecture: )dense$', r'\1«dens»'),
    ("not-in-vocabulary", r'^(    architecture: )moe$', r'\1«MoE»'),
    ("not-in-vocabulary", r'^(    developer_country: )\w+$', r'\1«UK»'),
    ("not-in-vocabulary", r'^(    developer_country: )\w+$', r'\1«USA»'),
    ("not-in-vocabulary", r'^(    quantizations_available: \[.*)gguf', r'\1«ggfu»'),
    ("not-in-vocabulary", r'^(    quantizations_available: \[.*)\]$', r'\1, «q4_k_m»]'),
    ("duplicate-item", r'^(    quantizations_available: \[(\w+), .*)\]$', r'\1, «\2»]'),
    ("duplicate-item", r'^(    post_training: \[([\w-]+), .*)\]$', r'\1, «\2»]'),
    ("pattern", r'^(    released_date: )"(\d+)-(\d+)-(\d+)"$', r'\1«\2/\3/\4»'),
    ("pattern", r'^(    released_date: )"(\d+)-(\d+)-(\d+)"$', r'\1«"\4.\3.\2"»'),
    ("pattern", r'^(    released_date: )"(\d+)-(\d+)-(\d+)"$', r'\1«"\2-\3"»'),
    ("pattern", r'^(        as_of: )"(\d+)-(\d+)-(\d+)"$', r'\1«May \2»'),
    ("pattern", r'^(        url: )https://(.*)$', r'\1«\2»'),
    ("pattern", r'^(        source: )https://(.*)$', r'\1«htps://\2»'),
    ("pattern", r'^(    quantizations_source: )https://huggingface.co/(.*)$', r'\1«\2»'),
    ("range", r'^(    layers_count: )(\d+)$', r'\1«-\2»'),
    ("range", r'^(    hidden_size: )(\d+)$', r'\1«0»'),
    ("range", r'^(    sources:) *\n((?:      .*\n)+)', r'\1 «[]»\n'),
    ("range", r'^(    developer: )(.*)$', r'\1«""»'),
    ("range", r'^(      - input_per_mtok_usd: )(.*)$', r'\1«-\2»'),
    # -- meaning
    ("active-exceeds-total", r'^(    params_total: )(\d+)(\n    params_active: )\2$', r'\1\2\3«\g<2>0»'),
    ("dense-active-differs", r'^(    architecture: dense\n    params_total: )(\d+)(\n    params_active: )\2$', r'\1\2\3«4000000»'),
    ("moe-active-equals-total", r'^(    params_total: )(\d+)(\n    params_active: )\d+$', r'\1\2\3«\2»', "moe"),
    ("moe-without-experts", r'^(    architecture: )(moe)((?:\n    params.*)*)\n    experts: \d+\n    experts_active: \d+$', r'\1«\2»\3'),
    ("experts-on-dense", r'^(    architecture: dense)$', r'\1\n    experts: «8»'),
    ("experts-active-exceeds-experts", r'^(    experts: )(\d+)(\n    experts_active: )\d+$', r'\1\2\3«\g<2>0»'),
    ("kv-bytes-too-many", r'^(    kv_bytes_per_token_fp16: )(\d+)$', r'\1«\g<2>0»', "gqa"),
    ("size-differs-from-name", r'^(    params_total: )(\d\d*)(\n    params_active: )\d+$', r'\1«\g<2>0»\3\g<2>0', "sized"),
    ("proprietary-with-weights-date", r'^(    released_date: )(.*)$', r'\1\2\n    weights_released_date: «\2»', "closed"),
    ("proprietary-with-quantizations", r'^(    released_date: .*)$', r'\1\n    quantizations_available: «[gguf]»', "closed"),
    ("missing-quantizations-source", r'^    (quantizations_available)(: \[.*\n)    quantizations_source: .*\n', r'    «\1»\2'),
    ("licence-osi-mismatch", r'^(    license: (?:MIT|Apache-2.0)\n    osi_approved: )true$', r'\1«false»'),
    ("licence-osi-mismatch", r'^(    license: (?:Llama|Gemma|DeepSeek).*\n    osi_approved: )false$', r'\1«true»'),
    ("licence-osi-mismatch", r'^(    openness: open\n    license: )(?:MIT|Apache-2.0)\n(    osi_approved: )true$', r'\1Gemma Terms of Use\n\2«true»'),
    ("almost-spdx", r'^(    license: )Apache-2.0$', r'\1«Apache 2.0»'),
    ("almost-spdx", r'^(    license: )Apache-2.0$', r'\1«apache-2.0»'),
    ("almost-spdx", r'^(    license: )MIT$', r'\1«MIT License»'),
    ("almost-spdx", r'^(    license: )Llama (.*) Community License$', r'\1«Llama \2 Comunity License»'),
    ("unknown-licence", r'^(    license: )Gemma Terms of Use$', r'\1«Google Weights»'),
    ("openness-licence-mismatch", r'^(    openness: )source-available\n(    license: (?:Llama|Mistral|CC))', r'\1«open»\n\2'),
    ("openness-licence-mismatch", r'^(    weights_released_date: .*\n)(    openness: )open\n(    license: Apache-2.0\n(?s:.*?))    quantizations_available: .*\n    quantizations_source.*\n', r'\2«proprietary»\n\3'),
    ("near-word", r'^(    runtimes_supporting: \[.*)llama-cpp', r'\1«llama.cpp»'),
    ("near-word", r'^(    runtimes_supporting: \[.*)vllm', r'\1«vLLM»'),
    ("near-word", r'^(    post_training: \[.*)rejection-sampling', r'\1«rejection_sampling»'),
    ("near-word", r'^(    tokenizer: )deepseek$', r'\1«depseek»'),
    ("near-word", r'^(    tokenizer: )llama3$', r'\1«Llama3»'),
    ("near-word", r'^      humaneval:$', r'      «human_eval»:'),
    ("near-word", r'^      mmlu_pro:$', r'      «mmlu-pro»:'),
    ("near-word", r'^(    developer: )Alibaba$', r'\1«Alibabba»'),
    ("near-word", r'^(        vendor: )DeepInfra$', r'\1«Deepinfra»'),
    # -- time
    ("impossible-date", r'^(    released_date: )"(\d+)-\d+-\d+"$', r'\1«"\2-02-30"»'),
    ("impossible-date", r'^(    paper_date: )"(\d+)-\d+-\d+"$', r'\1«"\2-13-01"»'),
    ("impossible-date", r'^(        as_of: )"(\d+)-\d+-\d+"$', r'\1«"\2-04-31"»'),
    ("future-date", r'^(    released_date: )"20(\d+)-(\d+-\d+)"$', r'\1«"22\2-\3"»'),
    ("future-date", r'^(        as_of: )"20(\d+)-(\d+-\d+)"$', r'\1«"2027-\3"»'),
    ("future-date", r'^(        date: )"(\d+)-(\d+-\d+)"$', r'\1«"2026-06-16"»'),
    ("dated-before-release", r'^(        score: .*\n        as_of: )"(\d+)-(\d+-\d+)"$', r'\1«"2019-\3"»', "one score"),
    ("dated-before-release", r'^(      - input.*\n.*\n.*\n        as_of: )"(\d+)-(\d+-\d+)"$', r'\1«"2018-\3"»'),
    ("dated-before-benchmark", r'^      humaneval:\n(        score: .*\n        as_of: )(".*")$', r'      gpqa_diamond:\n\1«\2»', "2023"),
    ("weights-before-release", r'^(    weights_released_date: )"\d+-(\d+-\d+)"$', r'\1«"2019-\2"»'),
    ("stale-price", r'^(      - input.*\n.*\n.*\n        as_of: )"2026-05-20"$', r'\1«"2026-01-20"»', "before 2026"),
    # -- numbers
    ("price-magnitude", r'^(      - input_per_mtok_usd: )0.25$', r'\1«0.00000025»'),
    ("price-magnitude", r'^(        output_per_mtok_usd: )0.75$', r'\1«75»'),
    ("output-cheaper-than-input", r'^(      - input_per_mtok_usd: )0.25\n(        output_per_mtok_usd: )0.75$', r'\g<1>0.75\n\2«0.25»'),
    ("score-out-of-range", r'^(      mmlu:\n        score: )(\d+)\.(\d)$', r'\1«\2\3»'),
    ("score-out-of-range", r'^(      gsm8k:\n        score: )(.*)$', r'\1«-\2»'),
    ("score-as-fraction", r'^(      (?:mmlu|humaneval|math|ifeval):\n        score: )(\d\d)(?:\.(\d+))?$', r'\1«0.\2»'),
    ("context-implausible", r'^(    context_window: )131072$', r'\1«128»'),
    ("context-implausible", r'^(    context_window: )131072$', r'\1«131072000»'),
    ("params-implausible", r'^(    params_total: )(\d+)\d{9}$', r'\1«\2»'),
    ("params-implausible", r'^(    params_active: )(\d+)\d{9}$', r'\1«\2»'),
    ("zero-as-unknown", r'^(    params_total: )\d+\n(    params_active: .*\n)', r'\1«0»\n'),
    # -- sources
    ("insecure-url", r'^(        url: )https(://arxiv.org/.*)$', r'\1«http\2»'),
    ("duplicate-source-url", r'^(    sources:\n      - title: .*\n        url: (.*)\n)', r'\1      - title: Once more\n        url: «\2»\n'),
    ("benchmark-source-unlisted", r'^(        score: .*\n        as_of: .*\n        source: ).*$', r'\1«https://example.org/elsewhere»'),
    ("quantizations-source-elsewhere", r'^(    quantizations_source: )(https://huggingface.co/[\w.-]+)/.*$', r'\1«\2»'),
    ("quantizations-source-elsewhere", r'^(    quantizations_source: )https://huggingface.co/(.*)$', r'\1«https://example.org/\2»'),
    ("quantized-base", r'^(    quantizations_source: )(.*)$', r'\1«\2-AWQ»'),
    ("duplicate-display-name", r'^(    display_name: ).*$', r'\1«Mistral Large 2»', "later unsized"),
    ("duplicate-slug", r'^(  - slug: ).*$', r'\1«mistral-large-2»', "later unrelated"),
    ("duplicate-base-repository", r'^(    quantizations_source: ).*$', r'\1«https://huggingface.co/meta-llama/Llama-2-70b-chat-hf»', "later"),
    ("duplicate-vendor", r"^(      - {input.*, vendor: )'Together AI'", r"\1«'Deep Infra'»"),
    # -- lineage
    ("dangling-lineage", r'^(      parent: )(.*)$', r'\1«\2x»'),
    ("dangling-lineage", r'^(      children: \[)([\w-]+)', r'\1«\2-x»'),
    # -- scalars that two versions of YAML read differently
    ("ambiguous-scalar", r'^(    developer_country: )\w+$', r'\1«NO»'),
    ("ambiguous-scalar", r'^(    context_window: )(\d+)$', r'\1«0\2»'),
    ("ambiguous-scalar", r'^(    tokenizer: ).*$', r'\1«off»'),
    ("ambiguous-scalar", r'^(    training_hardware: ).*$', r'\1«1:30»'),
    ("ambiguous-scalar", r'^(        score: )(\d+)$', r'\1«\g<2>e0»'),
    ("wrong-type", r'^(    vocab_size: )(\d+)(\d{3})$', r'\1«\2_\3»'),
]
MUTATIONS = [(m + ("",))[:4] for m in MUTATIONS]


def constructed(catalog):
    """The catalog with more kinds of labels in it."""
    lines, count = [], 0
    for line in catalog.rstrip("\n").split("\n"):
        if line.startswith("  - slug:"):
            count += 1
        if line == "    sources:" and count % 3 == 0:
            lines += CONSTRUCTED.rstrip("\n").split("\n")
        lines.append(line)
    return "\n".join(lines) + "\n" + CLOSED


def entries_of(text):
    starts = [m.start() for m in re.finditer(r"^  - slug:", text, re.M)] + [len(text)]
    return list(zip(starts, starts[1:]))


def field(entry, name):
    found = re.search(rf"^(?:  - |    ){name}: \"?(.*?)\"?$", entry, re.M)
    return found.group(1) if found else ""


CONDITIONS = {
    "": lambda e: True,
    "moe": lambda e: field(e, "architecture") == "moe",
    "gqa": lambda e: field(e, "attention_variant") == "gqa",
    "closed": lambda e: field(e, "openness") == "proprietary",
    "sized": lambda e: re.search(r"\b\d+(\.\d+)?B\b", field(e, "display_name"))
    and not re.search(r"x\d|-A\d|E\d", field(e, "display_name")),
    "later": lambda e: field(e, "released_date") > "2024-08-01",
    "later unsized": lambda e: field(e, "released_date") > "2025-08-01",
    "later unrelated": lambda e: field(e, "released_date") > "2025-08-01" and "lineage:" not in e,
    "one score": lambda e: e.count("        score:") == 1,
    "2023": lambda e: field(e, "released_date") < "2023-10-31",
    "before 2026": lambda e: field(e, "released_date") < "2026-01-20",
}


def deeper(text):
    head, models, items = text.partition("models:\n")
    return head + models + re.sub(r"^(?=.)", "  ", items, flags=re.M)


def flush(text):
    head, models, items = text.partition("models:\n")
    if re.search(r"^(?!  |$)", items, re.M):
        return None  # a line has lost what would be taken from it
    return head + models + re.sub(r"^  ", "", items, flags=re.M)


STYLES = {
    "as it is": lambda t: t,
    "CRLF": lambda t: t.replace("\n", "\r\n"),
    "deeper": deeper,
    "flush": flush,
}


def plant(base, mutation, chance):
    """One mutated text with its marks, or None where the mutation fits nowhere."""
    _, pattern, replacement, condition = mutation
    spots = []
    for begin, end in entries_of(base):
        entry = base[begin:end]
        if not CONDITIONS[condition](entry):
            continue
        for match in re.finditer(pattern, entry, re.M):
            changed = match.expand(replacement) if match.group() else ""
            if changed.replace("«", "").replace("»", "") != match.group():
                spots.append((begin + match.start(), begin + match.end(), changed, field(entry, "slug")))
    if not spots:
        return None
    begin, end, changed, slug = chance.choice(spots)
    return base[:begin] + changed + base[end:], slug


def position(text, offset):
    line = text.count("\n", 0, offset) + 1
    return line, offset - (text.rfind("\n", 0, offset) + 1) + 1


def run(assay, paths):
    command = [assay, "validate", "--format", "json", "--today", TODAY, *paths]
    out = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if out.returncode not in (0, 1):
        sys.exit(f"mutants: assay ended with {out.returncode}")
    found = collections.defaultdict(list)
    for diagnostic in json.loads(out.stdout)["diagnostics"]:
        found[diagnostic["file"]].append(diagnostic)
    return found


def key(diagnostic):
    return tuple(diagnostic.get(k) or "" for k in ("rule", "entry", "label", "message"))


def show(d):
    return f"{d['rule']} {d['line']}:{d['column']}-{d['end_line']}:{d['end_column']} {d.get('entry')}: {d['message']}"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("assay")
    parser.add_argument("catalog")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--each", type=int, default=2, help="places for each mutation")
    parser.add_argument("--keep", help="folder for the mutated files")
    options = parser.parse_args()
    chance = random.Random(options.seed)
    with open(options.catalog, encoding="utf-8") as file:
        base = constructed(file.read())

    folder = options.keep or tempfile.mkdtemp()
    os.makedirs(folder, exist_ok=True)
    bases, mutants, faults = {}, [], []
    for style, change in STYLES.items():
        bases[style] = os.path.join(folder, f"base-{style.replace(' ', '-')}.yaml")
        with open(bases[style], "w", encoding="utf-8", newline="") as file:
            file.write(change(base))
    for number, mutation in enumerate(MUTATIONS):
        planted = 0
        for each in range(options.each):
            made = plant(base, mutation, chance)
            if made is None:
                break
            marked, slug = made
            style = chance.choice(list(STYLES))
            text = STYLES[style](marked)
            if text is None:
                style, text = "as it is", marked
            begin, end = text.index("«"), text.index("»") - 1
            text = text.replace("«", "", 1).replace("»", "", 1)
            path = os.path.join(folder, f"{number:03}-{each}-{mutation[0]}.yaml")
            with open(path, "w", encoding="utf-8", newline="") as file:
                file.write(text)
            mutants.append((path, mutation, style, slug, position(text, begin), position(text, end)))
            planted += 1
        if planted == 0:
            faults.append(f"fits nowhere: {mutation[0]} {mutation[1]}")

    found = {}
    paths = list(bases.values()) + [m[0] for m in mutants]
    for i in range(0, len(paths), 50):
        found.update(run(options.assay, paths[i : i + 50]))
    known = {style: collections.Counter(map(key, found.get(path, []))) for style, path in bases.items()}
    for style, before in known.items():
        faults += [f"false alarm in the {style} catalog: {k}" for k in before]

    for path, mutation, style, slug, begin, end in mutants:
        got = [d for d in found.get(path, []) if key(d) not in known[style]]
        wanted = (
            len(got) == 1
            and got[0]["rule"] == mutation[0]
            and (got[0]["line"], got[0]["column"]) == begin
            and (got[0]["end_line"], got[0]["end_column"]) == end
            and (mutation[0] == "duplicate-slug" or (got[0].get("entry") or slug) == slug)
        )
        if not wanted:
            faults.append(
                f"{os.path.basename(path)} ({style}, {slug}): wanted {mutation[0]} "
                f"{begin[0]}:{begin[1]}-{end[0]}:{end[1]}, got\n      "
                + ("\n      ".join(map(show, got)) or "nothing")
            )
    for fault in faults:
        print(fault)
    print(f"{len(mutants)} planted mistakes of {len({m[1][0] for m in mutants})} rules in "
          f"{len(STYLES)} styles, {len(faults)} faults")
    sys.exit(1 if faults or len(mutants) < 150 else 0)


if __name__ == "__main__":
    main()
