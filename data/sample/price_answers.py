"""Answers of price sources in their own shapes and units, from the figures in prices.json."""

from decimal import Decimal

ROUTER = "https://router.huggingface.co/v1/models"
OPENROUTER = "https://openrouter.ai/api/v1/models"
LITELLM = ("https://raw.githubusercontent.com/BerriAI/litellm/main/"
           "model_prices_and_context_window.json")
MODELS_DEV = "https://models.dev/api.json"
GENAI_PRICES = ("https://raw.githubusercontent.com/pydantic/genai-prices/main/"
                "prices/new_data/v2/data.json")
# The one model of the catalog with a price: OpenRouter is asked for its hosts.
HOSTS_OF = "meta-llama/llama-3.2-3b-instruct"


def per_token(price):
    """USD per token, as decimal text without an exponent."""
    return format(Decimal(price).scaleb(-6), "f")


def hf_router(rows):
    models = {}
    for key, repository, first, second in rows:
        provider = key.split("/")[0].removeprefix("huggingface_")
        models.setdefault(repository, []).append(
            {"provider": provider, "status": "live",
             "pricing": {"input": float(first), "output": float(second)}})
    return {"object": "list",
            "data": [{"id": name, "object": "model", "providers": models[name]}
                     for name in sorted(models)]}


def openrouter(rows):
    models = [{"id": key, "hugging_face_id": repository,
               "pricing": {"prompt": per_token(first), "completion": per_token(second)}}
              for key, repository, first, second in rows]
    return {"data": models, "total_count": len(models), "links": {"next": None}}


def endpoints(rows):
    """The hosts of one model, from what LiteLLM lists of them on the same day."""
    hosts = [("Cloudflare", "cloudflare", "cloudflare/@cf/" + HOSTS_OF.replace("-llama/", "/")),
             ("DeepInfra", "deepinfra", "deepinfra/meta-llama/Llama-3.2-3B-Instruct")]
    prices = {key: (first, second) for key, first, second in rows}
    listed = [{"provider_name": name, "tag": tag, "status": 0,
               "pricing": {"prompt": per_token(prices[key][0]),
                           "completion": per_token(prices[key][1])}}
              for name, tag, key in hosts if key in prices]
    return {"data": {"id": HOSTS_OF, "endpoints": listed}}


def litellm(rows):
    records = {}
    for key, first, second in rows:
        record = {"litellm_provider": key.split("/")[0], "mode": "chat"}
        if first is not None:
            record["input_cost_per_token"] = float(per_token(first))
            record["output_cost_per_token"] = float(per_token(second))
        records[key] = record
    return records


def models_dev(rows):
    providers = {}
    for key, first, second in rows:
        provider, model = key.split("/", 1)
        models = providers.setdefault(provider, {"id": provider, "models": {}})["models"]
        models[model] = {"id": model, "cost": {"input": float(first), "output": float(second)}}
    return providers


def genai_prices(rows):
    providers = {}
    for key, first, second in rows:
        provider, model = key.split("/", 1)
        providers.setdefault(provider, []).append(
            {"id": model, "match": {"equals": model},
             "prices": {"input_mtok": float(first), "output_mtok": float(second)}})
    return [{"id": provider, "models": providers[provider]} for provider in sorted(providers)]


def exchanges(figures):
    def answer(source, url, shape, of=None):
        stated = figures[of or source]
        return {"url": url, "source": source, "fetched_at": stated["date"] + "T00:00:00.000Z",
                "json": shape(stated["rows"])}

    return [answer("hf_router", ROUTER, hf_router), answer("openrouter", OPENROUTER, openrouter),
            answer("openrouter", f"{OPENROUTER}/{HOSTS_OF}/endpoints", endpoints, "litellm"),
            answer("litellm", LITELLM, litellm), answer("models_dev", MODELS_DEV, models_dev),
            answer("genai_prices", GENAI_PRICES, genai_prices)]
