#include <fmt/format.h>

#include <functional>
#include <map>
#include <nlohmann/json.hpp>

#include "support/catch.h"
#include "support/golden.h"
#include "support/worlds/price_world.h"

// A fault never becomes a fact: every golden world of prices, with each of its answers spoilt in
// each of these ways. A verdict is then the one of the sound world, or source_unreachable, or
// verifier_unable; and nothing is unlisted that was not.

namespace {

using namespace assay;

using Spoil = std::function<void(Evidence&)>;

void outcome(Evidence& evidence, Outcome how) {
  evidence.outcome = how;
  evidence.status = 0;
  evidence.body.clear();
  evidence.error = "spoilt";
}

void status(Evidence& evidence, int code) {
  evidence.status = code;
  evidence.body = "no";
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at)) {
    text.replace(at, from.size(), to);
    at += to.size();
  }
}

const std::map<std::string, Spoil>& faults() {
  static const std::map<std::string, Spoil> all{
      {"timeout", [](Evidence& e) { outcome(e, Outcome::timeout); }},
      {"truncated", [](Evidence& e) { outcome(e, Outcome::truncated); }},
      {"too large", [](Evidence& e) { outcome(e, Outcome::too_large); }},
      {"offline", [](Evidence& e) { outcome(e, Outcome::offline); }},
      {"401", [](Evidence& e) { status(e, 401); }},
      {"403", [](Evidence& e) { status(e, 403); }},
      {"404", [](Evidence& e) { status(e, 404); }},
      {"410", [](Evidence& e) { status(e, 410); }},
      {"429", [](Evidence& e) { status(e, 429); }},
      {"500", [](Evidence& e) { status(e, 500); }},
      {"empty body", [](Evidence& e) { e.body.clear(); }},
      {"html", [](Evidence& e) { e.body = "<!doctype html><div id=root></div>"; }},
      {"half", [](Evidence& e) { e.body.resize(e.body.size() / 2); }},
      {"null", [](Evidence& e) { e.body = "null"; }},
      {"[]", [](Evidence& e) { e.body = "[]"; }},
      {"{}", [](Evidence& e) { e.body = "{}"; }},
      {"no rows", [](Evidence& e) { e.body = R"({"data":[]})"; }},
      {"an error that says 200", [](Evidence& e) { e.body = R"({"error":"try again"})"; }},
      {"renamed prices",
       [](Evidence& e) {
         for (const std::string_view key : {"\"input", "\"output", "\"prompt\"", "\"completion\"",
                                            "\"cents_per", "\"price_1m"}) {
           replace_all(e.body, key, "\"new_" + std::string(key.substr(1)));
         }
       }},
      {"renamed names",
       [](Evidence& e) {
         for (const std::string_view key :
              {"\"id\"", "\"provider\"", "\"model_name\"", "\"litellm_provider\"", "\"models\"",
               "\"provider_name\"", "\"tag\""}) {
           replace_all(e.body, key, "\"new_" + std::string(key.substr(1)));
         }
       }},
      {"in another unit",
       [](Evidence& e) {
         for (const std::string_view key :
              {"\"input\":", "\"output\":", "\"input_mtok\":", "\"output_mtok\":",
               "\"cents_per_input_token\":", "\"cents_per_output_token\":",
               "\"input_cost_per_token\":", "\"output_cost_per_token\":"}) {
           replace_all(e.body, key, std::string(key) + "777777");
         }
       }},
      {"prices are objects",
       [](Evidence& e) {
         for (const std::string_view key :
              {"\"input\":", "\"prompt\":", "\"input_mtok\":", "\"cents_per_input_token\":",
               "\"input_cost_per_token\":"}) {
           replace_all(e.body, key, std::string(key) + "{},\"was\":");
         }
       }},
  };
  return all;
}

bool allowed(Verdict verdict, Verdict sound) {
  return verdict == sound || verdict == Verdict::source_unreachable ||
         verdict == Verdict::verifier_unable;
}

}  // namespace

TEST_CASE("no fault of a price source becomes a fact", "[slow]") {
  std::size_t judged = 0;
  std::size_t silenced = 0;
  for (const auto& path : test::folders_in(test::golden_folder() / "auditors" / "prices")) {
    const auto description = nlohmann::json::parse(test::read_file(path / "world.json"));
    const std::string entry = test::read_file(path / "entry.yaml");
    test::PriceWorld sound(description);
    std::map<std::string, Verdict> healthy;
    for (const Finding& finding : sound.audit(entry)) healthy[finding.label] = finding.verdict;
    for (const auto& [name, url] : sound.urls()) {
      for (const auto& [fault, spoil] : faults()) {
        test::PriceWorld world(description);
        Evidence& evidence = world.answers().at(url);
        spoil(evidence);
        seal(evidence);
        INFO(path.string() << ": " << name << ", " << fault);
        for (const Finding& finding : world.audit(entry)) {
          INFO(finding.label << ": " << to_string(finding.verdict) << ": " << finding.reason);
          ++judged;
          const auto sane = healthy.find(finding.label);
          CHECK(sane != healthy.end());
          if (sane == healthy.end()) continue;
          CHECK(allowed(finding.verdict, sane->second));
          silenced += finding.verdict != sane->second ? 1 : 0;
        }
      }
    }
  }
  // The faults reach what decides, and do not silence everything.
  CHECK(silenced > 200);
  CHECK(judged > 2 * silenced);
}
