"""A Hugging Face Hub of many constructed models: generated, the same on every machine."""

import hashlib
import json
import math
import re
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit

FAMILIES = ["gguf", "awq", "gptq", "exl2", "mlx", "fp8", "bnb"]
PARAMETERS = [1_500_000_000, 3_200_000_000, 7_600_000_000, 14_800_000_000, 32_800_000_000]
MLX = {"group_size": 64, "bits": 4, "mode": "affine"}
BLOCKS = {
    "awq": {"quantization_config": {"quant_method": "awq", "bits": 4, "group_size": 128}},
    "gptq": {"quantization_config": {"quant_method": "gptq", "bits": 4, "group_size": 128}},
    "exl2": {"quantization_config": {"quant_method": "exl2", "bits": 4.25}},
    "mlx": {"quantization": MLX, "quantization_config": MLX},
    "fp8": {"quantization_config": {"quant_method": "fp8", "activation_scheme": "dynamic"}},
    "bnb": {"quantization_config": {"quant_method": "bitsandbytes", "load_in_4bit": True}},
}


def digest(text):
    return hashlib.sha1(text.encode()).hexdigest()


class Repository:
    """One repository; `commit` moves when it is changed."""

    def __init__(self, name, parameters, family=None, base=None, relation=None, downloads=0):
        self.name, self.parameters, self.family = name, parameters, family
        self.base, self.relation, self.downloads = base, relation, downloads
        self.revision = 0
        self.children = []

    @property
    def commit(self):
        return digest(f"{self.name} {self.revision}")

    def config(self):
        if self.family == "gguf":
            return None
        return {"architectures": ["LlamaForCausalLM"], "model_type": "llama",
                "num_hidden_layers": 32, "hidden_size": 4096, "num_attention_heads": 32,
                "num_key_value_heads": 8, "vocab_size": 128256, "max_position_embeddings": 131072,
                "torch_dtype": "bfloat16", **BLOCKS.get(self.family, {})}

    def files(self):
        stem = self.name.split("/")[1].removesuffix("-GGUF")
        files = {".gitattributes": 1519, "README.md": 5000}
        if self.family == "gguf":
            files[f"{stem}-Q4_K_M.gguf"] = self.parameters * 6 // 10
            files[f"{stem}-Q8_0.gguf"] = self.parameters * 11 // 10
            return files
        files["config.json"] = len(json.dumps(self.config()))
        size = {None: 20, "fp8": 11}.get(self.family, 6)
        for shard in (1, 2):
            files[f"model-0000{shard}-of-00002.safetensors"] = self.parameters * size // 20
        return files

    def tensors(self):
        if self.family == "gguf":
            return None
        if self.family is None:
            types = {"BF16": self.parameters}
        elif self.family == "fp8":
            types = {"F8_E4M3": self.parameters * 19 // 20, "BF16": self.parameters // 20}
        else:
            word, width = {"mlx": ("U32", 4), "bnb": ("U8", 1)}.get(self.family, ("I32", 4))
            types = {word: self.parameters // 2 // width, "F16": self.parameters // 20}
        return {"parameters": types, "total": sum(types.values())}

    def tags(self):
        tags = ["region:us", "license:apache-2.0", "gguf" if self.family == "gguf" else "safetensors"]
        if self.family in ("awq", "gptq", "exl2", "mlx", "fp8"):
            tags.append(self.family)
        if self.base:
            tags += [f"base_model:{self.base}", f"base_model:{self.relation}:{self.base}"]
        return tags

    def row(self, fields, sizes=False):
        whole = {"sha": self.commit, "disabled": False, "gated": False, "private": False,
                 "downloads": self.downloads, "tags": self.tags(),
                 "lastModified": "2026-06-05T02:58:15.000Z",
                 "cardData": {"license": "apache-2.0"},
                 "library_name": "mlx" if self.family == "mlx" else "transformers",
                 "siblings": [{"rfilename": name, **({"size": size, "blobId": digest(name)}
                                                     if sizes else {})}
                              for name, size in self.files().items()]}
        if self.base:
            whole["cardData"]["base_model"] = self.base
            whole["baseModels"] = {"relation": self.relation,
                                   "models": [{"_id": "0", "id": self.base}]}
        if self.tensors():
            whole["safetensors"] = self.tensors()
        if self.config():
            shown = {"model_type": "llama", "architectures": ["LlamaForCausalLM"]}
            block = self.config().get("quantization_config")
            if block is not None:
                shown["quantization_config"] = {key: block[key]
                                                for key in ("bits", "quant_method", "load_in_4bit")
                                                if key in block}
            whole["config"] = shown
        if sizes:
            whole["childrenModelCount"] = {
                relation: sum(child.relation == relation for child in self.children)
                for relation in ("adapter", "merge", "quantized", "finetune")}
        return {"_id": digest(self.name)[:24], "id": self.name,
                **{key: value for key, value in whole.items() if key in fields}}


def entry(number, base, claims):
    return f"""  - slug: model-{number:04}
    display_name: Model {number:04}
    family: model
    developer: Lab {number % 40}
    type: instruct
    released_date: "2025-03-01"
    openness: open-weights
    license: Apache-2.0
    osi_approved: true
    architecture: dense
    params_total: {base.parameters}
    layers_count: 32
    hidden_size: 4096
    kv_heads: 8
    vocab_size: 128256
    context_window: 131072
    quantizations_available: [{", ".join(claims)}]
    quantizations_source: https://huggingface.co/{base.name}
    sources:
      - title: Model card
        url: https://huggingface.co/{base.name}
"""


class Quota:
    """So many requests per fixed window of seconds, announced and enforced; one bucket."""

    def __init__(self, limit, window):
        self.limit, self.window = limit, window
        self.used = Counter()  # by window
        self.refused = 0

    def take(self):
        """Whether the request is allowed, and the value of the header RateLimit."""
        now = time.monotonic()
        window = int(now // self.window)
        if self.used[window] >= self.limit:
            self.refused += 1
            return False, 0, self._left(now)
        self.used[window] += 1
        return True, self.limit - self.used[window], self._left(now)

    def _left(self, now):
        return math.ceil(self.window - now % self.window)

    def share_used(self):
        """Of what the whole windows between the first and the last one allowed."""
        between = sorted(self.used)[1:-1]
        if not between:
            return None
        allowed = self.limit * (between[-1] - between[0] + 1)
        return sum(self.used[window] for window in between) / allowed


class ModelHub:
    """`false_claims`: one model in so many claims a family that nobody publishes."""

    def __init__(self, models, false_claims=20):
        self.repositories = {}
        self.bases = []
        self.catalog = "models:\n"
        for number in range(models):
            self._add_model(number, number % false_claims == false_claims - 1)
        self.asked = Counter()
        self.not_modified = 0
        self.quotas = {}  # "api", "resolvers"; without one the rest of a large quota is announced

    def _add_model(self, number, false_claim):
        parameters = PARAMETERS[number % len(PARAMETERS)]
        name = f"Model-{number:04}-Instruct"
        base = self._add(Repository(f"lab-{number % 40}/{name}", parameters, downloads=90_000))
        self.bases.append(base)
        held = [family for family in FAMILIES if not (false_claim and family == "gptq")]
        for family in held:
            suffix = {"gguf": "GGUF", "mlx": "4bit", "bnb": "bnb-4bit"}.get(family, family.upper())
            # The popular formats have several repositories.
            for copy in range(1 + (number + len(family)) % 4 if family in ("gguf", "mlx") else 1):
                owner = "mlx-community" if family == "mlx" and copy == 0 else f"quants-{copy}"
                base.children.append(self._add(Repository(
                    f"{owner}/{name}-{suffix}", parameters, family, base.name, "quantized",
                    1000 - copy)))
        for copy in range(number % 6):
            base.children.append(self._add(Repository(
                f"tuner-{copy}/{name}-tuned-{copy}", parameters, None, base.name, "finetune", 10)))
        self.catalog += entry(number, base, FAMILIES)

    def _add(self, repository):
        self.repositories[repository.name] = repository
        return repository

    def change(self, one_in):
        """New commits in one model's witnesses in so many."""
        for base in self.bases[::one_in]:
            base.children[0].revision += 1

    def answer(self, target):
        """Status, headers and body."""
        url = urlsplit(target)
        query = parse_qs(url.query)
        fields = set(query.get("expand", []) + query.get("expand[]", []))
        path = unquote(url.path)
        if path == "/api/models":
            return self._list(query, fields)
        match = re.fullmatch(r"/api/models/([^/]+/[^/]+)(/tree/(\w+))?", path)
        if match:
            repository = self.repositories.get(match[1])
            if repository is None:
                return 401, {}, {"error": "Invalid username or password."}
            if match[2] is None:
                self.asked["info"] += 1
                return 200, {}, repository.row(fields, sizes=True)
            self.asked["tree"] += 1
            return 200, {}, [{"type": "file", "oid": digest(name), "size": size, "path": name}
                             for name, size in repository.files().items()]
        # Small files are answered by a second address, as on the real Hub.
        match = re.fullmatch(r"(/api/resolve-cache/models)?/([^/]+/[^/]+)/(resolve/)?(\w+)/(.+)", path)
        hop = bool(match and match[1])
        repository = self.repositories.get(match[2]) if match else None
        self.asked["hop" if hop else "file" if match else "other"] += 1
        if repository and match[5] == "config.json" and repository.config():
            commit = {"X-Repo-Commit": repository.commit}
            if not hop:
                return 307, {**commit, "Location": f"/api/resolve-cache/models/{match[2]}/{match[4]}/{match[5]}"}, {}
            return 200, commit, repository.config()
        return 404, {"X-Error-Code": "EntryNotFound"}, {"error": "Entry not found"}

    def _list(self, query, fields):
        tag = query.get("filter", [""])[0]
        _, _, rest = tag.partition("base_model:")
        relation, _, base = rest.partition(":")
        if "search" in query:
            self.asked["search"] += 1
            words = query["search"][0]
            family = [repository for repository in self.bases
                      if words.lower() in repository.name.lower()]
            rows = [row for found in family for row in [found, *found.children]]
        else:
            self.asked[relation] += 1
            known = self.repositories.get(base)
            rows = [child for child in (known.children if known else [])
                    if child.relation == relation]
        if query.get("direction") == ["-1"]:
            rows.reverse()
        return 200, {}, [row.row(fields) for row in rows[:int(query.get("limit", ["1000"])[0])]]

    def serve(self):
        """A server on 127.0.0.1 and a free port; its URL and what ends it."""
        hub = self
        lock = threading.Lock()

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def refuse(self, kind, left):
                self.send_response(429)
                self.send_header("RateLimit", f'"{kind}";r=0;t={left}')
                self.send_header("Content-Length", "0")
                self.end_headers()

            def do_GET(self):
                kind = "resolvers" if "/resolve/" in self.path else "api"
                with lock:
                    quota = hub.quotas.get(kind)
                    allowed, rest, left = quota.take() if quota else (True, 90000, 200)
                if not allowed:
                    return self.refuse(kind, left)
                with lock:
                    status, headers, value = hub.answer(self.path)
                    body = json.dumps(value, separators=(",", ":")).encode()
                    tag = f'W/"{hashlib.sha1(body).hexdigest()}"'
                    if status == 200 and self.headers.get("If-None-Match") == tag:
                        status, body = 304, b""
                        hub.not_modified += 1
                self.send_response(status)
                self.send_header("RateLimit", f'"{kind}";r={rest};t={left}')
                if quota:
                    self.send_header("RateLimit-Policy",
                                     f'"fixed window";"{kind}";q={quota.limit};w={quota.window}')
                self.send_header("ETag", tag)
                for name, text in headers.items():
                    self.send_header(name, text)
                if status != 304:
                    self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}", server.shutdown
