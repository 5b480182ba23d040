#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "api/http/message.h"
#include "api/routes.h"
#include "support/store_samples.h"
#include "support/temp_dir.h"

/// A small catalog and a store with one audit of it, asked without a socket.
class Served {
 public:
  static constexpr const char* kCatalog = R"(models:
  - slug: alpha-7b
    display_name: Alpha 7B
    family: alpha
    developer: Acme
    openness: open-weights
    params_total: 7000000000
    osi_approved: false
    cost: {input_per_mtok_usd: 0.10, as_of: 2026-11-01, source: "https://prices.example"}
    quantizations_available: [gguf, awq]
  - slug: beta-2b
    display_name: "<script>alert('\"x\"')</script> \u202Etxet"
    family: beta
    developer: "A & B <b>"
    openness: open
    quantizations_available: [gguf]
  - slug: gamma
    display_name: Gamma
    family: alpha
    developer: Other
    openness: proprietary
)";

  explicit Served(std::string catalog = kCatalog, std::string origin = "live")
      : writer_(dir_.file("a.db"), assay::db::Access::read_write,
                samples::clock_at("2026-11-23T03:00:00.000Z")),
        catalog_("models.yaml", std::move(catalog)),
        vocabulary_(assay::load_vocabulary()) {
    const std::int64_t run = writer_.begin_run(samples::run(origin));
    writer_.add_evidence(run, seen);
    const auto observed = samples::observation(seen, "gguf");
    auto unlisted =
        samples::finding("alpha-7b", "quantizations_available.exl3", assay::Verdict::unlisted,
                         {samples::observation(seen, "exl3")});
    unlisted.claimed = nullptr;
    auto price = samples::finding("alpha-7b", "cost.input_per_mtok_usd", assay::Verdict::unaudited);
    price.claimed = "0.10";
    auto awq =
        samples::finding("alpha-7b", "quantizations_available.awq", assay::Verdict::contradicted,
                         {samples::observation(seen, nullptr)});
    awq.claimed = "awq";
    writer_.add_findings(run, "alpha-7b",
                         {samples::finding("alpha-7b", "quantizations_available.gguf",
                                           assay::Verdict::supported, {observed}),
                          awq, price, unlisted},
                         {"quantizations", ""});
    auto hostile =
        samples::finding("beta-2b", "quantizations_available.gguf", assay::Verdict::supported);
    hostile.reason = "</td><script>alert(1)</script> \xe2\x80\xae \xff end";
    hostile.observations.push_back(
        {"<img src=x>", "gguf", "javascript:alert(1)", "2026-11-23T03:00:01.000Z", ""});
    writer_.add_findings(run, "beta-2b", {hostile}, {"quantizations", ""});
    writer_.finish_run(run, {2, 0, 0, 10});
  }

  assay::api::Response get(const std::string& target,
                           std::map<std::string, std::string> headers = {},
                           const std::string& method = "GET") const {
    assay::api::Request request = assay::api::make_request(method, target);
    request.headers = std::move(headers);
    return assay::api::handle(site(), request);
  }
  nlohmann::json json(const std::string& target) const {
    return nlohmann::json::parse(get(target).body);
  }

  assay::api::Site site() const { return {writer_, catalog_, vocabulary_}; }
  assay::db::Store& store() { return writer_; }
  std::string database() const { return dir_.file("a.db"); }

  const assay::Evidence seen =
      samples::evidence("https://hub.example/api", R"({"a":1})", "2026-11-23T03:00:01.000Z");

 private:
  TempDir dir_;
  assay::db::Store writer_;
  assay::api::Catalog catalog_;
  assay::Vocabulary vocabulary_;
};

inline std::string header(const assay::api::Response& response, const std::string& name) {
  for (const auto& [key, value] : response.headers) {
    if (key == name) return value;
  }
  return {};
}
