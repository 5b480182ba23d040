#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "auditors/config.h"
#include "auditors/fetch/fetcher.h"
#include "support/http/fake_http_server.h"

namespace assay::test {

/// A fetcher with short waits and a single source, "hub", whose credential is "secret-token".
class Fetching {
 public:
  explicit Fetching(const std::string& url) {
    SourceConfig source;
    source.id = "hub";
    source.url = url;
    source.token_env = "HUB_TOKEN";
    source.requests_per_second = 1000;
    source.traits = *traits_of_source("huggingface");
    source.timeout = std::chrono::milliseconds(3000);
    config.sources.emplace("hub", source);
    config.time_budget = std::chrono::milliseconds(20'000);
    variables["HUB_TOKEN"] = "secret-token";
    options.user_agent = "assay/test";
    options.backoff_base = std::chrono::milliseconds(10);
    options.connect_timeout = std::chrono::milliseconds(1000);
  }
  explicit Fetching(const FakeHttpServer& server) : Fetching(server.url()) {}

  SourceConfig& source() { return config.sources.at("hub"); }

  /// Fetches all in one drain; the answers in the order of the requests.
  std::vector<Evidence> all(const std::vector<Request>& requests) {
    const Environment environment = [this](std::string_view name) -> std::optional<std::string> {
      const auto found = variables.find(name);
      return found == variables.end() ? std::nullopt : std::optional(found->second);
    };
    Fetcher fetcher(config, environment, recall, options);
    std::vector<Evidence> answers(requests.size());
    calls = 0;
    for (std::size_t i = 0; i < requests.size(); ++i) {
      fetcher.submit(requests[i], [this, &answers, i](Evidence evidence) {
        ++calls;
        answers[i] = std::move(evidence);
      });
    }
    fetcher.drain();
    counts = fetcher.counts();
    return answers;
  }
  Evidence get(const std::string& url, const std::string& from = "hub") {
    return all({{from, url, false}}).front();
  }

  Config config;
  Fetcher::Options options;
  Recall recall;
  std::map<std::string, std::string, std::less<>> variables;
  std::size_t calls = 0;  ///< of Done in the last drain
  RequestCounts counts;
};

}  // namespace assay::test
