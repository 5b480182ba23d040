#include "auditors/sources.h"

#include <algorithm>

namespace assay {
namespace {

constexpr SourceHeader kHubHeaders[] = {
    {.name = "x-error-code"},
    {.name = "x-error-message"},
    {.name = "x-linked-etag", .content = true, .redirect = true},
    {.name = "x-linked-size", .content = true, .redirect = true},
    {.name = "x-repo-commit", .content = true, .redirect = true},
};

constexpr PathKind kHubPaths[] = {
    {.part = "/resolve/", .kind = "resolve"},
    {.part = "/resolve-cache/", .kind = "resolve"},
    {.part = "/api/", .begins = true, .kind = "api"},
};

constexpr SourceTraits kSources[] = {
    {.id = "web", .named_by_catalog = true, .requests_per_second = 5},
    {.id = "huggingface",
     .url = "https://huggingface.co",
     .token_env = "HF_TOKEN",
     .hub_token = true,
     .requests_per_second = 20,
     .concurrency = 6,
     .page_size = "limit",
     .headers = kHubHeaders,
     .path_kinds = kHubPaths},
    {.id = "hf_router", .url = "https://router.huggingface.co"},
    {.id = "openrouter", .url = "https://openrouter.ai"},
    {.id = "litellm",
     .url = "https://raw.githubusercontent.com/BerriAI/litellm/main/"
            "model_prices_and_context_window.json"},
    {.id = "models_dev", .url = "https://models.dev/api.json"},
    {.id = "genai_prices",
     .url = "https://raw.githubusercontent.com/pydantic/genai-prices/main/prices/new_data/v2/"
            "data.json"},
    {.id = "deepinfra", .url = "https://api.deepinfra.com"},
    {.id = "together",
     .url = "https://api.together.xyz",
     .token_env = "TOGETHER_API_KEY",
     .needs_credential = true},
    {.id = "artificial_analysis",
     .url = "https://artificialanalysis.ai",
     .token_env = "ARTIFICIAL_ANALYSIS_API_KEY",
     .credential_line = "x-api-key: ",
     .needs_credential = true},
};

}  // namespace

std::span<const SourceTraits> source_traits() { return kSources; }

const SourceTraits* traits_of_source(std::string_view id) {
  const std::span<const SourceTraits> all = source_traits();
  const auto found = std::find_if(all.begin(), all.end(),
                                  [&](const SourceTraits& source) { return source.id == id; });
  return found == all.end() ? nullptr : &*found;
}

std::string_view path_kind(const SourceTraits& source, std::string_view path) {
  for (const PathKind& row : source.path_kinds) {
    if (row.begins ? path.starts_with(row.part) : path.find(row.part) != std::string_view::npos) {
      return row.kind;
    }
  }
  return "page";
}

}  // namespace assay
