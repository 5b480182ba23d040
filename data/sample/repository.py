"""What the repositories of the sample hold: their files, sizes and config.json.

Everything that figures.json does not state is derived from names, so that it is the same in every
run. A repository is a dict with `id`, `base`, `family` and, as far as they differ from the usual,
`bits`, `files`, `writer`, `gated` and `disabled`; a model is an item of figures.json.
"""

import hashlib
import json
import math
import re

# Average bits per weight of GGUF file types.
GGUF_BITS = {"IQ1_S": 1.6, "IQ1_M": 1.8, "IQ2_XXS": 2.1, "IQ2_XS": 2.3, "IQ2_S": 2.5,
             "IQ2_M": 2.7, "IQ3_XXS": 3.1, "IQ3_XS": 3.3, "IQ3_S": 3.4, "IQ3_M": 3.7,
             "IQ4_XS": 4.3, "IQ4_NL": 4.5, "Q2_K": 3.0, "Q3_K_S": 3.5, "Q3_K_M": 3.9,
             "Q3_K_L": 4.3, "Q3_K": 3.9, "Q4_0": 4.6, "Q4_1": 5.0, "Q4_K_S": 4.6, "Q4_K_M": 4.85,
             "Q4_K": 4.85, "Q4": 4.85, "Q5_0": 5.6, "Q5_1": 6.0, "Q5_K_S": 5.5, "Q5_K_M": 5.7,
             "Q6_K": 6.6, "Q8_0": 8.5, "MXFP4": 4.3, "BF16": 16.0, "FP16": 16.0, "F16": 16.0}
# Longest first, so that Q4_K_M is not read as Q4_K.
GGUF_LABELS = sorted(GGUF_BITS, key=len, reverse=True)

# Average bits per weight of the other families: the stated bits plus scales and unquantized layers.
OVERHEAD_BITS = {"awq": 0.3, "gptq": 0.3, "exl2": 0.1, "exl3": 0.1, "mlx": 0.5, "mlx-legacy": 0.5,
                 "fp8": 0.1, "bnb": 0.7, "nvfp4": 0.6, "mxfp4": 0.3, "int8": 0.1, "int4": 0.4,
                 "aqlm": 0.3}
SHARD_BYTES = 5_000_000_000
MAX_SHARDS = 6  # real repositories of the largest models have over a hundred


def sha1(*parts):
    return hashlib.sha1("\n".join(parts).encode()).hexdigest()


def sha256(*parts):
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def number(low, high, *parts):
    """A number from low to high (exclusive) that depends on the parts only."""
    return low + int(sha256("number", *parts)[:12], 16) % (high - low)


def object_id(repository):
    return sha256("id", repository)[:24]


def commit(repository, branch="main"):
    return sha1("commit", repository, branch)


def day(repository):
    month, date = number(5, 8, repository, "month"), number(1, 29, repository, "day")
    return f"2026-{month:02}-{date:02}T09:30:00.000Z"


def weight_files(total_bytes, stem="model"):
    """Names and sizes of safetensors files that sum up to about total_bytes."""
    shards = min(MAX_SHARDS, math.ceil(total_bytes / SHARD_BYTES))
    if shards == 1:
        return {f"{stem}.safetensors": total_bytes}
    size = total_bytes // shards
    names = [f"{stem}-{i:05}-of-{shards:05}.safetensors" for i in range(1, shards + 1)]
    return {f"{stem}.safetensors.index.json": 24_576, **dict.fromkeys(names, size)}


def gguf_files(names, parameters):
    """Sizes of GGUF files by the type in their names; shards share the size of their set."""
    sizes = {}
    for name in names:
        shards = re.search(r"-of-(\d{5})\.gguf$", name)
        if re.search(r"mmproj", name, re.IGNORECASE):
            sizes[name] = 858_000_000
            continue
        upper = name.upper()
        label = next((x for x in GGUF_LABELS
                      if re.search(rf"(?<![A-Z0-9]){x}(?![A-Z0-9])", upper)), "Q4_K_M")
        whole = int(parameters * GGUF_BITS[label] / 8)
        sizes[name] = whole // int(shards[1]) if shards else whole
    return sizes


def compressed_tensors(fmt, bits, kind, **scheme):
    weights = {"num_bits": bits, "type": kind, "symmetric": True, "dynamic": False, **scheme}
    return {"quant_method": "compressed-tensors", "format": fmt, "ignore": ["lm_head"],
            "config_groups": {"group_0": {"targets": ["Linear"], "weights": weights}},
            "quantization_status": "compressed"}


def quantization(repository):
    """The keys that config.json has for the format; empty when it says nothing of one."""
    family, bits = repository["family"], repository.get("bits", 4)
    if family in ("mlx", "mlx-legacy"):
        # mlx-lm writes both keys since August 2024, only the first one before.
        block = {"group_size": 64, "bits": bits}
        if family == "mlx-legacy":
            return {"quantization": block}
        block["mode"] = "affine"
        return {"quantization": block, "quantization_config": block}
    if family == "nvfp4":
        if repository.get("writer") == "modelopt-sidecar":
            return {}
        if repository.get("writer") == "modelopt":
            return {"quantization_config": {"quant_method": "modelopt", "quant_algo": "NVFP4",
                                            "producer": {"name": "modelopt", "version": "0.33.0"},
                                            "ignore": ["lm_head"]}}
        return {"quantization_config": compressed_tensors(
            "nvfp4-pack-quantized", 4, "float", strategy="tensor_group", group_size=16)}
    blocks = {
        "awq": {"quant_method": "awq", "bits": bits, "group_size": 128, "zero_point": True,
                "version": "gemm"},
        "gptq": {"quant_method": "gptq", "bits": bits, "group_size": 128, "desc_act": True,
                 "sym": True, "checkpoint_format": "gptq"},
        "exl2": {"quant_method": "exl2", "version": "0.2.4", "bits": bits, "head_bits": 6,
                 "calibration": {"rows": 115, "length": 2048, "dataset": "(default)"}},
        "exl3": {"quant_method": "exl3", "version": "0.0.1", "bits": bits, "head_bits": 6,
                 "calibration": {"rows": 100, "cols": 2048}, "out_scales": "auto",
                 "codebook": "mcg"},
        "bnb": {"quant_method": "bitsandbytes", "load_in_4bit": True, "load_in_8bit": False,
                "bnb_4bit_quant_type": "nf4", "bnb_4bit_use_double_quant": True,
                "bnb_4bit_compute_dtype": "bfloat16"},
        "mxfp4": {"quant_method": "mxfp4",
                  "modules_to_not_convert": ["model.layers.*.self_attn", "lm_head"]},
        "aqlm": {"quant_method": "aqlm", "nbits_per_codebook": 16, "num_codebooks": 1,
                 "in_group_size": 8, "out_group_size": 1},
        "modelopt-fp8": {"quant_method": "modelopt", "quant_algo": "FP8", "ignore": ["lm_head"],
                         "producer": {"name": "modelopt", "version": "0.33.0"}},
        "kv-fp8": {"quant_method": "modelopt", "quant_algo": None,
                   "kv_cache_scheme": {"num_bits": 8, "type": "float", "dynamic": False},
                   "producer": {"name": "modelopt", "version": "0.33.0"}},
        "int8": compressed_tensors("int-quantized", 8, "int", strategy="channel"),
        "int4": compressed_tensors("pack-quantized", 4, "int", strategy="group", group_size=128),
        "native-fp8": {"quant_method": "fp8", "fmt": "e4m3", "weight_block_size": [128, 128],
                       "activation_scheme": "dynamic"},
    }
    if family == "fp8" and repository.get("writer") == "modelopt":
        return {"quantization_config": blocks["modelopt-fp8"]}
    if family == "fp8":
        if repository["id"].split("/")[0] == repository["base"].split("/")[0]:
            return {"quantization_config": blocks["native-fp8"]}
        return {"quantization_config": compressed_tensors(
            "float-quantized", 8, "float", strategy="channel")}
    return {"quantization_config": blocks[family]} if family in blocks else {}


def native(model):
    """The base repository's own quantization, as a family and the keys of its config.json."""
    family = {"fp8": "native-fp8"}.get(model.get("native"), model.get("native", "none"))
    return quantization({"id": model["base"], "base": model["base"], "family": family})


def files(repository, model):
    """All files of a repository with their sizes."""
    family, parameters = repository["family"], model["parameters"]
    result = {".gitattributes": 1519, "README.md": number(1200, 9000, repository["id"], "readme")}
    if family == "exl2-branches":
        return {**result, "measurement.json": 1_903_211}
    if family == "adapter":
        return {**result, "adapter_config.json": 712, "adapter_model.safetensors": 48_680_136}
    if family == "gguf-lora":
        return {**result, **{name: 1_650_000_000 for name in repository["files"]}}
    if family.startswith("gguf"):
        stem = repository["id"].split("/")[1].removesuffix("-GGUF")
        names = repository.get("files", [f"{stem}.Q4_K_M.gguf", f"{stem}.Q8_0.gguf"])
        return {**result, **gguf_files(names, parameters)}
    result["config.json"] = len(json.dumps(config(repository, model), indent=2))
    result |= {"generation_config.json": 184, "tokenizer.json": 9_085_657,
               "tokenizer_config.json": 54_528}
    if repository.get("writer"):
        result["hf_quant_config.json"] = len(json.dumps(sidecar(repository)))
    bits = 16.0
    if family in OVERHEAD_BITS:
        bits = repository.get("bits", 4) + OVERHEAD_BITS[family]
    elif family == "base" and model.get("native"):
        bits = {"fp8": 8.1, "mxfp4": 5.2, "int4": 4.7}[model["native"]]
    stem = "output" if family in ("exl2", "exl3") else "model"
    total = int(parameters * bits / 8)
    names = repository.get("files")
    if names:
        return {**result, **dict.fromkeys(names, total // len(names))}
    return {**result, **weight_files(total, stem)}


def tensors(repository, model):
    """Elements per type in the safetensors files, as the Hub counts them; none where it cannot."""
    family, parameters = repository["family"], model["parameters"]
    if family == "base":
        return {{"fp8": "F8_E4M3", "int4": "I32", "mxfp4": "U8"}.get(model.get("native"), "BF16"):
                parameters}
    if family == "unquantized":
        return {"BF16": parameters}
    if family not in OVERHEAD_BITS or family in ("exl2", "exl3", "aqlm"):
        return {}
    bits = repository.get("bits", 4)
    packed, width = {"mlx": ("U32", 32), "mlx-legacy": ("U32", 32), "fp8": ("F8_E4M3", 8),
                     "int8": ("I8", 8), "bnb": ("U8", 8), "nvfp4": ("U8", 8),
                     "mxfp4": ("U8", 8)}.get(family, ("I32", 32))
    return {"BF16": int(parameters * OVERHEAD_BITS[family] / 16),
            packed: int(parameters * bits / width)}


def config(repository, model):
    """The text of config.json as a value."""
    if repository["family"] == "base":
        return {**model["config"], "torch_dtype": "bfloat16", **native(model)}
    return {**model["config"], "torch_dtype": "bfloat16", **quantization(repository)}


def sidecar(repository):
    """hf_quant_config.json, which NVIDIA's ModelOpt writes beside config.json or instead of it."""
    scheme = {"quant_algo": repository["family"].upper(), "kv_cache_quant_algo": "FP8",
              "exclude_modules": ["lm_head"]}
    return {"producer": {"name": "modelopt", "version": "0.33.0"}, "quantization": scheme}
