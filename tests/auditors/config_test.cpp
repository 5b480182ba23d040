#include "auditors/read_config.h"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <stdexcept>
#include <string>

#include "support/catch.h"

using assay::Config;
using std::chrono::milliseconds;

namespace {

using Variables = std::map<std::string, std::string, std::less<>>;

assay::Environment environment_of(const Variables& variables) {
  return [&variables](std::string_view name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional(found->second);
  };
}

Config load(std::string_view yaml, const Variables& variables = {}) {
  return assay::load_config("assay.yaml", yaml, environment_of(variables));
}

std::string problem(std::string_view yaml, const Variables& variables = {}) {
  try {
    load(yaml, variables);
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("the defaults are those of the documented table") {
  const Config config = load("");
  REQUIRE(config.sources.size() == 9);
  const assay::SourceConfig* hub = config.source("huggingface");
  REQUIRE(hub != nullptr);
  CHECK(hub->url == "https://huggingface.co");
  CHECK(hub->token_env == "HF_TOKEN");
  CHECK(hub->concurrency == 6);
  CHECK(hub->requests_per_second == 20);
  CHECK(hub->enabled);
  CHECK(config.source("together")->token_env == "TOGETHER_API_KEY");
  CHECK(config.source("together")->enabled);
  CHECK(config.source("artificial_analysis")->token_env == "ARTIFICIAL_ANALYSIS_API_KEY");
  CHECK(config.source("nothing") == nullptr);
  for (const auto& [id, source] : config.sources) {
    CHECK(source.id == id);
    CHECK(source.url.starts_with("https://"));
    CHECK(source.max_body_bytes == std::size_t{16} << 20U);
    CHECK(source.timeout == milliseconds(30'000));
  }
  CHECK(config.time_budget == milliseconds(600'000));
  CHECK_FALSE(config.allow_private_catalog_urls);
  CHECK(config.price_max_age_days == 90);
  CHECK_FALSE(config.offline);
}

TEST_CASE("a file changes what it names and nothing else") {
  const Config config = load(R"(
sources:
  huggingface: {url: "https://hub.example/", token_env: MY_TOKEN}
  deepinfra:
    enabled: false
    requests_per_second: 0.5
    concurrency: 2
    max_body_mib: 3
    timeout_s: 1.5
  together: {key_env: OTHER_KEY}
  openrouter:
  web: {concurrency: 9}
network: {time_budget_s: 60, allow_private_catalog_urls: true}
prices: {max_age_days: 30}
)");
  CHECK(config.source("huggingface")->url == "https://hub.example");
  CHECK(config.source("huggingface")->token_env == "MY_TOKEN");
  CHECK(config.source("huggingface")->concurrency == 6);
  CHECK_FALSE(config.source("deepinfra")->enabled);
  CHECK(config.source("deepinfra")->requests_per_second == 0.5);
  CHECK(config.source("deepinfra")->concurrency == 2);
  CHECK(config.source("deepinfra")->max_body_bytes == std::size_t{3} << 20U);
  CHECK(config.source("deepinfra")->timeout == milliseconds(1500));
  CHECK(config.source("deepinfra")->url == "https://api.deepinfra.com");
  CHECK(config.source("together")->token_env == "OTHER_KEY");
  CHECK(config.source("openrouter")->url == "https://openrouter.ai");
  CHECK(config.source("web")->concurrency == 9);
  CHECK(config.time_budget == milliseconds(60'000));
  CHECK(config.allow_private_catalog_urls);
  CHECK(config.price_max_age_days == 30);
}

TEST_CASE("JSON is read as well") {
  CHECK(load(R"({"sources": {"models_dev": {"enabled": false}}})").source("models_dev")->enabled ==
        false);
}

TEST_CASE("mistakes are told with their place and what to do") {
  CHECK(problem("sources:\n  hugingface: {}\n") ==
        "assay.yaml:2:3: unknown key `hugingface` in `sources`; did you mean `huggingface`?");
  CHECK(problem("netwrk: {}\n") ==
        "assay.yaml:1:1: unknown key `netwrk` in the configuration; did you mean `network`?");
  CHECK(problem("network: {zzz: 1}\n") ==
        "assay.yaml:1:11: unknown key `zzz` in `network`; its keys are time_budget_s, "
        "allow_private_catalog_urls");
  CHECK(problem("sources: [a]\n") ==
        "assay.yaml:1:10: `sources` is a list, expected a mapping; its keys are web, "
        "huggingface, hf_router, openrouter, litellm, models_dev, genai_prices, deepinfra, "
        "together, artificial_analysis");
  CHECK(problem("sources:\n  litellm:\n    concurrency: many\n") ==
        "assay.yaml:3:18: `concurrency` is `many`, expected an integer from 1 to 64; change the "
        "value or remove the key");
  CHECK(problem("prices: {max_age_days: }\n") ==
        "assay.yaml:1:10: `max_age_days` is a null, expected an integer from 1 to 36500; change "
        "the value or remove the key");
}

TEST_CASE("values out of range are mistakes") {
  for (const std::string source :
       {"requests_per_second: 0", "requests_per_second: .inf", "requests_per_second: .nan",
        "requests_per_second: \"5\"", "concurrency: 0", "concurrency: 65", "concurrency: 1.5",
        "concurrency: 99999999999999999999", "max_body_mib: 0", "max_body_mib: -1", "timeout_s: 0",
        "timeout_s: 1e9", "enabled: yes", "enabled: 1", "url: 5", "url: [a]", "token_env: ''",
        "token_env: 5", "max_body_mib: {}"}) {
    CAPTURE(source);
    CHECK_THAT(problem("sources:\n  litellm:\n    " + source + "\n"),
               ContainsSubstring("assay.yaml:3:"));
  }
}

TEST_CASE("the URL of a source is an http address without secrets") {
  for (const std::string url : {"huggingface.co", "ftp://a", "https://", "https://a b",
                                "https://me:hunter2@a", "https://a?key=1", "https://a#b"}) {
    CAPTURE(url);
    const std::string told = problem("sources: {litellm: {url: '" + url + "'}}\n");
    CHECK_THAT(told, ContainsSubstring("assay.yaml:1:26: the `url` of a source"));
    CHECK(told.find("hunter2") == std::string::npos);
  }
  // A secret where the name of a variable belongs is not repeated either.
  const std::string told = problem("sources: {together: {key_env: 'sk-12 345'}}\n");
  CHECK_THAT(told, ContainsSubstring("not the name of an environment variable"));
  CHECK(told.find("345") == std::string::npos);
}

TEST_CASE("a file that is not YAML is told as such") {
  CHECK_THAT(problem("sources: [\n"), ContainsSubstring("assay.yaml:"));
  CHECK_THAT(problem("network: {}\nnetwork: {}\n"), ContainsSubstring("assay.yaml:2:1"));
  CHECK_THAT(problem("just text\n"), ContainsSubstring("assay.yaml:1:1"));
}

TEST_CASE("the environment wins over the file") {
  const std::string yaml = "sources: {huggingface: {url: \"https://file.example\"}}\n";
  CHECK(load(yaml, {{"HF_ENDPOINT", "http://127.0.0.1:8000/"}}).source("huggingface")->url ==
        "http://127.0.0.1:8000");
  CHECK(load(yaml, {{"HF_ENDPOINT", ""}}).source("huggingface")->url == "https://file.example");
  CHECK_THAT(problem("", {{"HF_ENDPOINT", "hub"}}), ContainsSubstring("HF_ENDPOINT"));
  for (const std::string value : {"1", "ON", "yes", "True"}) {
    CHECK(load("", {{"HF_HUB_OFFLINE", value}}).offline);
  }
  for (const std::string value : {"", "0", "off", "no", "2"}) {
    CHECK_FALSE(load("", {{"HF_HUB_OFFLINE", value}}).offline);
  }
}

TEST_CASE("a credential comes from the variable that its source names") {
  const assay::SourceConfig source = *load("").source("together");
  Variables variables;
  const auto environment = environment_of(variables);
  CHECK_FALSE(assay::credential(source, environment));
  variables["TOGETHER_API_KEY"] = "  key \r\n";
  CHECK(assay::credential(source, environment) == "key");
  variables["TOGETHER_API_KEY"] = "key\r\nX-Other: header";
  CHECK_FALSE(assay::credential(source, environment));
  variables["TOGETHER_API_KEY"] = " \n";
  CHECK_FALSE(assay::credential(source, environment));
  CHECK_FALSE(assay::credential(*load("").source("litellm"), environment));
}

TEST_CASE("the Hub's token is looked for where the Hub's own client does") {
  const auto folder = std::filesystem::temp_directory_path() / "assay_config_test";
  std::filesystem::create_directories(folder / "home" / ".cache" / "huggingface");
  const auto write = [](const std::filesystem::path& path, const std::string& text) {
    std::ofstream(path, std::ios::binary) << text;
  };
  write(folder / "token", "from-hf-home\n");
  write(folder / "path", "from-path\n");
  write(folder / "home" / ".cache" / "huggingface" / "token", "from-cache\n");
  write(folder / "large", std::string(100'000, 'x'));

  const assay::SourceConfig hub = *load("").source("huggingface");
  Variables variables;
  const auto environment = environment_of(variables);
  CHECK_FALSE(assay::credential(hub, environment));
  variables["HOME"] = (folder / "home").string();
  CHECK(assay::credential(hub, environment) == "from-cache");
  variables["HF_HOME"] = folder.string();
  CHECK(assay::credential(hub, environment) == "from-hf-home");
  variables["HF_TOKEN_PATH"] = (folder / "path").string();
  CHECK(assay::credential(hub, environment) == "from-path");
  variables["HUGGING_FACE_HUB_TOKEN"] = "older";
  CHECK(assay::credential(hub, environment) == "older");
  variables["HF_TOKEN"] = "newer";
  CHECK(assay::credential(hub, environment) == "newer");
  variables["HF_HUB_DISABLE_IMPLICIT_TOKEN"] = "1";
  CHECK_FALSE(assay::credential(hub, environment));
  assay::SourceConfig named = hub;
  named.token_env = "MY_TOKEN";
  variables["MY_TOKEN"] = "mine";
  CHECK(assay::credential(named, environment) == "mine");

  variables = {{"HF_TOKEN_PATH", (folder / "large").string()}};
  CHECK_FALSE(assay::credential(hub, environment));
  variables = {{"HF_TOKEN_PATH", folder.string()}};
  CHECK_FALSE(assay::credential(hub, environment));
  variables = {{"HF_TOKEN_PATH", "/dev/zero"}};
  CHECK_FALSE(assay::credential(hub, environment));
  std::filesystem::remove_all(folder);
}

TEST_CASE("each source has one row of traits and an id of its own") {
  std::set<std::string_view> ids;
  for (const assay::SourceTraits& traits : assay::source_traits()) {
    CAPTURE(std::string(traits.id));
    CHECK(ids.insert(traits.id).second);
    CHECK(assay::traits_of_source(traits.id) == &traits);
    CHECK(traits.url.empty() == traits.named_by_catalog);
    CHECK((!traits.needs_credential || !traits.token_env.empty()));
  }
  CHECK(assay::traits_of_source("nothing") == nullptr);
}

TEST_CASE("paths are told apart as their source counts them") {
  const assay::SourceTraits& hub = *assay::traits_of_source("huggingface");
  CHECK(assay::path_kind(hub, "/api/models/a/b") == "api");
  CHECK(assay::path_kind(hub, "/a/b/resolve/main/config.json") == "resolve");
  CHECK(assay::path_kind(hub, "/api/resolve-cache/models/a/b/f") == "resolve");
  CHECK(assay::path_kind(hub, "/a/b") == "page");
  CHECK(assay::path_kind(*assay::traits_of_source("web"), "/api/models") == "page");
}
