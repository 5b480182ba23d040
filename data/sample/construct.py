#!/usr/bin/env python3
"""Builds hub.json, a recording of answers of the Hugging Face Hub and of price sources, from
figures.json and prices.json.

The answers have the shapes of the real ones, but none of them was captured. Names, parameter
counts and configuration figures are public; whatever else an answer needs (commit ids, sizes,
checksums, downloads, dates) is derived from the names, so that every run gives the same bytes.

    construct.py           writes hub.json beside this file
    construct.py --check   fails when hub.json is not what would be written
"""

import json
import re
import sys
from pathlib import Path
from urllib.parse import quote

import price_answers
from repository import (commit, config, day, files, native, number, object_id, sha1, sha256,
                        sidecar, tensors)

HERE = Path(__file__).resolve().parent
BASE_URL = "https://huggingface.co"

LIST_FIELDS = ["sha", "disabled", "gated", "private", "downloads", "tags", "library_name",
               "baseModels", "siblings", "config", "safetensors"]
INFO_FIELDS = ["baseModels", "cardData", "childrenModelCount", "config", "disabled", "downloads",
               "gated", "inferenceProviderMapping", "lastModified", "library_name", "private",
               "safetensors", "sha", "siblings", "tags"]

# Repositories with a copy of the config.json of a gated base, and that base.
COPIES = {}


def is_lfs(name):
    return name.endswith((".gguf", ".safetensors")) or name == "tokenizer.json"


def blob(repository, name):
    """The git id of a file. A copy of a gated config.json is the same file."""
    same = COPIES.get(repository) if name == "config.json" else None
    return sha1("blob", same or repository, name)


def sibling(repository, name, size):
    entry = {"rfilename": name, "size": size, "blobId": blob(repository, name)}
    if is_lfs(name):
        entry["lfs"] = {"sha256": sha256("lfs", repository, name), "size": size, "pointerSize": 135}
    return entry


def tree_entry(repository, name, size):
    entry = {"type": "file", "oid": blob(repository, name), "size": size, "path": name}
    if is_lfs(name):
        entry["lfs"] = {"oid": sha256("lfs", repository, name), "size": size, "pointerSize": 135}
    return entry


def tags(repository, model):
    family, base, relation = repository["family"], repository["base"], repository["relation"]
    result = {"mlx": ["mlx", "safetensors"], "mlx-legacy": ["mlx", "safetensors"],
              "unquantized": ["mlx", "safetensors"],
              "awq": ["safetensors", "4-bit", "awq"], "gptq": ["safetensors", "4-bit", "gptq"],
              "bnb": ["safetensors", "4-bit", "bitsandbytes"], "exl2": ["safetensors", "exl2"],
              "fp8": ["safetensors", "fp8"], "nvfp4": ["safetensors", "8-bit"],
              "int8": ["safetensors", "8-bit", "compressed-tensors"],
              "int4": ["safetensors", "compressed-tensors"],
              "adapter": ["safetensors", "lora"], "exl2-branches": ["exl2"]}.get(family)
    if result is None:
        result = ["gguf"] if family.startswith("gguf") else ["safetensors"]
    result = [*result, model["config"]["model_type"], f"base_model:{base}"]
    if relation:
        result.append(f"base_model:{relation}:{base}")
    return [*result, f"license:{model['license']}", "endpoints_compatible", "region:us"]


def projection(model, stored):
    """What the Hub shows of a config.json: a few keys, and few of the quantization_config."""
    shown = {key: model["config"][key] for key in ("architectures", "model_type")}
    block = stored.get("quantization_config")
    if block is not None:
        kept = ("bits", "quant_method", "load_in_4bit", "load_in_8bit", "modules_to_not_convert")
        shown["quantization_config"] = {key: block[key] for key in kept if key in block}
    return shown


def row(repository, model):
    """One item of a listing, with the fields of LIST_FIELDS."""
    name, family = repository["id"], repository["family"]
    item = {"_id": object_id(name), "id": name, "sha": commit(name),
            "disabled": repository.get("disabled", False), "gated": repository.get("gated", False),
            "private": False, "downloads": number(40, 90_000, name, "downloads"),
            "tags": tags(repository, model),
            "siblings": [{"rfilename": n} for n in files(repository, model)]}
    if family.startswith("mlx") or family == "unquantized":
        item["library_name"] = "mlx"
    elif not family.startswith("gguf") and family != "exl2-branches":
        item["library_name"] = "peft" if family == "adapter" else "transformers"
    if "config.json" in files(repository, model):
        item["config"] = projection(model, config(repository, model))
    if held := tensors(repository, model):
        item["safetensors"] = {"parameters": held, "total": sum(held.values())}
    if repository["relation"]:
        item["baseModels"] = {"relation": repository["relation"],
                              "models": [{"_id": object_id(repository["base"]),
                                          "id": repository["base"]}]}
    return item


def base_row(model):
    name = model["base"]
    base = {"id": name, "family": "base"}
    return {"_id": object_id(name), "id": name, "sha": commit(name), "disabled": False,
            "gated": model["gated"], "private": False,
            "downloads": number(90_000, 4_000_000, name, "downloads"),
            "tags": ["transformers", "safetensors", model["config"]["model_type"],
                     f"license:{model['license']}", "region:us"],
            "library_name": "transformers",
            "siblings": [{"rfilename": n} for n in files(base, model)],
            "config": projection(model, native(model)),
            "safetensors": {"parameters": tensors(base, model), "total": model["parameters"]}}


def info(model, counts):
    """The answer about a base repository, with the fields of INFO_FIELDS."""
    card = {"license": model["license"]}
    if "license_name" in model:
        card["license_name"] = model["license_name"]
    base = {"id": model["base"], "family": "base"}
    return {**base_row(model), "cardData": card, "childrenModelCount": counts,
            "lastModified": day(model["base"]),
            "siblings": [sibling(model["base"], n, s) for n, s in files(base, model).items()]}


def search_words(base):
    """What assay searches the Hub for: the name without what it says of its packaging."""
    words = base.split("/")[1].removeprefix("Meta-")
    while (left := re.sub(r"[-_.](bf16|hf)$", "", words, flags=re.IGNORECASE)) != words:
        words = left
    return words


def info_url(repository):
    return f"/api/models/{repository}?blobs=true" + "".join(f"&expand={x}" for x in INFO_FIELDS)


def list_url(parameter, value, limit=1000):
    fields = "".join(f"&expand={x}" for x in LIST_FIELDS)
    order = "&sort=createdAt&direction=1"
    return f"/api/models?{parameter}={quote(value, safe='')}&limit={limit}{order}{fields}"


def api(url, body, **headers):
    return {"url": url, "headers": {"content-type": "application/json; charset=utf-8",
                                    "etag": f'W/"{sha1("etag", url)[:20]}"', **headers},
            "json": body}


def refused(url, status, code, text):
    return {"url": url, "status": status,
            "headers": {"content-type": "text/plain; charset=utf-8", "x-error-code": code},
            "text": text}


def pages(url, rows, size):
    """A listing in pages of at most `size` rows, each but the last with a link to the next."""
    exchanges, here = [], url
    for start in range(0, max(len(rows), 1), size):
        headers, following = {}, None
        if start + size < len(rows):
            following = f"{url}&cursor={sha256('cursor', url, str(start))[:32]}"
            headers["link"] = f'<{BASE_URL}{following}>; rel="next"'
        exchanges.append(api(here, rows[start:start + size], **headers))
        here = following
    return exchanges


def contents(repository, model, branch="main"):
    """config.json, the file list and what else tells the format, at the head of a branch."""
    name, head = repository["id"], commit(repository["id"], branch)
    held = files(repository, model)
    resolve = f"/{name}/resolve/{head}"
    served = {"content-type": "text/plain; charset=utf-8", "x-repo-commit": head}
    exchanges = []
    wanted = {"config.json": config(repository, model)}
    if repository.get("writer"):
        wanted["hf_quant_config.json"] = sidecar(repository)
    for file, body in wanted.items():
        url = f"{resolve}/{file}"
        if repository.get("disabled"):
            headers = {"x-error-message": "Access to this resource is disabled."}
            exchanges.append({"url": url, "status": 403, "headers": headers, "text": ""})
        elif file not in held:
            exchanges.append(refused(url, 404, "EntryNotFound", "Entry not found"))
        elif repository.get("gated"):
            text = f"Access to model {name} is restricted."
            exchanges.append(refused(url, 401, "GatedRepo", text))
        else:
            exchanges.append({"url": url, "headers": served, "json": body})
    entries = [tree_entry(name, *item) for item in held.items()]
    exchanges.append(api(f"/api/models/{name}/tree/{head}?recursive=true", entries))
    return exchanges


def branches(repository, model):
    """References of a repository that keeps one quantization per branch, and one such branch."""
    name, branch = repository["id"], "4_25"
    refs = [{"name": x, "ref": f"refs/heads/{x}", "targetCommit": commit(name, x)}
            for x in ("main", branch)]
    held = {"id": name, "base": model["base"], "family": "exl2", "bits": 4.25}
    return [api(f"/api/models/{name}/refs", {"tags": [], "branches": refs, "converts": []}),
            *contents(held, model, branch)]


def about_model(model):
    base = model["base"]
    derived = [{"base": base, "relation": "quantized", **x} for x in model["derived"]]
    for repository in derived:
        # Found by search only: no relation is tagged, or the relation is to another base.
        if repository["relation"] == "search":
            repository["relation"] = "quantized" if repository["base"] != base else None
    if model.get("copy"):
        copy = f"assay-example/{base.split('/')[1]}"
        COPIES[copy] = base
        derived.append({"id": copy, "base": base, "relation": None, "family": "base"})
    rows = {x["id"]: row(x, model) for x in derived}

    def related(relation):
        found = [rows[x["id"]] for x in derived if x["relation"] == relation and x["base"] == base]
        return sorted(found, key=lambda item: -item["downloads"])

    quantized, tuned = related("quantized"), related("finetune")
    counts = {"adapter": number(0, 300, base, "adapter"), "merge": number(0, 40, base, "merge"),
              "quantized": model.get("quantized_count", len(quantized)), "finetune": len(tuned)}
    words = search_words(base)
    # For copies of a gated config.json assay searches by the whole name.
    names = [words] + [name for name in [base.split("/")[1]] if name != words and model["gated"]]

    def similar(name):
        found = [base_row(model), *(x for x in rows.values() if name.lower() in x["id"].lower())]
        return sorted(found, key=lambda item: -item["downloads"])

    exchanges = [api(info_url(base), info(model, counts)),
                 *pages(list_url("filter", f"base_model:quantized:{base}"), quantized,
                        model.get("page_size", 1000)),
                 *pages(list_url("filter", f"base_model:finetune:{base}"), tuned, 1000),
                 *(x for name in names for x in pages(list_url("search", name), similar(name), 1000)),
                 # Where pages are small, the search's only page looks full and is asked for again.
                 *(pages(list_url("search", words, 500), similar(words), 500)
                   if "page_size" in model else []),
                 *contents({"id": base, "family": "base", "gated": model["gated"]}, model)]
    for repository in derived:
        exchanges += contents(repository, model)
        if repository["family"] == "exl2-branches":
            exchanges += branches(repository, model)
    return exchanges


def unanswered(case):
    exchange = {"url": info_url(case["base"])}
    kept = ("outcome", "status", "json", "text")
    return exchange | {key: case[key] for key in kept if key in case}


def recording(figures, prices):
    exchanges = [x for model in figures["models"] for x in about_model(model)]
    exchanges += [unanswered(case) for case in figures["unanswered"]]
    exchanges += price_answers.exchanges(prices)
    urls = [x["url"] for x in exchanges]
    assert len(urls) == len(set(urls)), "an exchange is recorded twice"
    return {"assay_recording": 1, "origin": "constructed", "date": figures["date"],
            "note": "Constructed from public figures in the shapes of the sources' answers; not captured. "
                    "Commit ids, checksums, sizes, counts and downloads are made up, and only some "
                    "of the repositories that exist are listed, so a verdict over this recording "
                    "says nothing about a model. The organization assay-example does not exist.",
            "base": BASE_URL, "exchanges": exchanges}


def render(value, indent=0, width=150):
    """JSON with each value on one line where it fits, so that a change shows as a small diff."""
    flat = json.dumps(value, ensure_ascii=False)
    if indent + len(flat) <= width or not isinstance(value, (dict, list)) or not value:
        return flat
    pad = " " * (indent + 1)
    if isinstance(value, dict):
        inner = [f"{json.dumps(k)}: {render(v, indent + 1, width)}" for k, v in value.items()]
        return "{\n" + ",\n".join(pad + x for x in inner) + "\n" + " " * indent + "}"
    inner = [render(v, indent + 1, width) for v in value]
    return "[\n" + ",\n".join(pad + x for x in inner) + "\n" + " " * indent + "]"


def main():
    figures = json.loads((HERE / "figures.json").read_text(encoding="utf-8"))
    prices = json.loads((HERE / "prices.json").read_text(encoding="utf-8"))
    text = render(recording(figures, prices)) + "\n"
    target = HERE / "hub.json"
    if "--check" in sys.argv[1:]:
        if not target.exists() or target.read_text(encoding="utf-8") != text:
            sys.exit("hub.json is not what construct.py writes; run construct.py")
        return
    target.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
