#!/usr/bin/env python3
"""A second calculation over real price files, independent of assay's reading.

prices_reference.py DATA PROVIDERS < offers

DATA is a folder with price files as served, PROVIDERS schema/vocabularies/providers.json. Standard
input has lines "file TAB pointer TAB price" as assay read them: each is looked up in the file and
multiplied out with Python's decimals. Prints JSON: how many prices were checked, which are wrong, how
many base prices each file holds, and for each pair of lists how many of their common offers disagree.
"""
import decimal
import json
import os
import sys

decimal.getcontext().prec = 120
Decimal = decimal.Decimal
POWER = {"litellm": 6, "openrouter": 6, "models_dev": 0, "genai_prices": 0}


def load(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file, parse_float=Decimal, parse_int=Decimal)


def source_of(name):
    return next(source for source in POWER if name.startswith(source))


def resolve(document, pointer):
    for step in pointer.split("/")[1:]:
        step = step.replace("~1", "/").replace("~0", "~")
        document = document[int(step)] if isinstance(document, list) else document[step]
    return document


def number(value):
    """A price, or None: not there, no number, or negative (a sentinel)."""
    if isinstance(value, bool) or not isinstance(value, (str, Decimal)):
        return None
    value = Decimal(value)
    return None if value < 0 else value


def cleaned(value):
    """Without the noise of binary floating point: 12 significant digits."""
    return decimal.Context(prec=12).create_decimal(value).normalize()


def exact_names(match):
    names = {match["equals"]} if "equals" in match else set()
    for clause in match.get("or", []):
        names |= exact_names(clause)
    return names


def base_prices(source, document):
    """(own name of the provider, model, input, output) of every base offer with both prices."""
    if source == "litellm":
        for key, record in document.items():
            if key == "sample_spec" or not isinstance(record, dict):
                continue
            provider = record.get("litellm_provider")
            if provider:
                yield provider, key, record.get("input_cost_per_token"), record.get("output_cost_per_token")
    elif source == "models_dev":
        for provider, record in document.items():
            for model, row in record["models"].items():
                cost = row.get("cost", {})
                yield provider, model, cost.get("input"), cost.get("output")
    elif source == "genai_prices":
        for provider in document:
            for row in provider["models"]:
                prices = row["prices"]
                if isinstance(prices, list):
                    continue  # dated or by the time of day
                pair = [prices.get("input_mtok"), prices.get("output_mtok")]
                pair = [price["base"] if isinstance(price, dict) else price for price in pair]
                for name in exact_names(row["match"]):
                    yield provider["id"], name, pair[0], pair[1]
    else:
        for row in document["data"]:
            if ":" not in row["id"] and not row["id"].startswith("~"):
                yield "OpenRouter", row["id"], row["pricing"].get("prompt"), row["pricing"].get("completion")


def keyed(source, document, providers):
    """Prices by (provider, model without regard to case); keys with two prices are left out."""
    known = {name: row["id"] for row in providers for name in row["sources"].get(source, [])}
    prefixes = [prefix for row in providers for prefix in row.get("model_prefixes", [])]
    found = {}
    for own, model, first, second in base_prices(source, document):
        pair = (number(first), number(second))
        if pair[0] is None or pair[1] is None:
            continue
        provider = known.get(own, own)
        if source == "litellm" and "/" in model:
            head, rest = model.split("/", 1)
            if head == own or known.get(head, head) == provider:
                model = rest
        model = model.lower()
        for prefix in prefixes:
            if model.startswith(prefix) and len(model) > len(prefix):
                model = model[len(prefix):]
        pair = tuple(cleaned(price.scaleb(POWER[source])) for price in pair)
        found.setdefault((provider, model), set()).add(pair)
    return {key: pairs.pop() for key, pairs in found.items() if len(pairs) == 1}


def main():
    folder, vocabulary = sys.argv[1:3]
    with open(vocabulary, encoding="utf-8") as file:
        providers = json.load(file)["providers"]
    names = sorted(name for name in os.listdir(folder)
                   if name.endswith(".json") and any(name.startswith(s + "_") for s in POWER))
    documents = {name: load(os.path.join(folder, name)) for name in names}
    checked, wrong = 0, []
    for line in sys.stdin:
        name, pointer, price = line.rstrip("\n").split("\t")
        value = Decimal(resolve(documents[name], pointer)).scaleb(POWER[source_of(name)])
        checked += 1
        if value != Decimal(price):
            wrong.append([name, pointer, str(value), price])
    keys = {name: keyed(source_of(name), documents[name], providers) for name in names}
    pairs = {}
    for i, first in enumerate(names):
        for second in names[i + 1:]:
            common = keys[first].keys() & keys[second].keys()
            differ = sum(keys[first][key] != keys[second][key] for key in common)
            pairs[f"{first} {second}"] = [differ, len(common)]
    base = {name: sum(number(a) is not None or number(b) is not None
                      for _, _, a, b in base_prices(source_of(name), documents[name]))
            for name in names}
    json.dump({"checked": checked, "wrong": wrong[:20], "pairs": pairs, "base": base}, sys.stdout)


main()
