#include <fmt/format.h>

#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <regex>

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
      {"no live routes",
       [](Evidence& e) {
         if (e.url.ends_with("/endpoints")) {
           nlohmann::json body = nlohmann::json::parse(e.body);
           body["data"]["endpoints"] = nlohmann::json::array();
           e.body = body.dump();
         }
       }},
      {"discount is a text",
       [](Evidence& e) {
         replace_all(e.body, "\"discount\":", "\"discount\":\"a third\",\"was_discount\":");
       }},
      {"discount in percent",
       [](Evidence& e) { replace_all(e.body, "\"discount\":0.", "\"discount\":"); }},
      {"discount twice",
       [](Evidence& e) {
         replace_all(e.body, "\"discount\":", "\"discount\":0.123,\"discount\":");
       }},
      {"an error that says 401",
       [](Evidence& e) {
         e.status = 401;
         e.body = R"({"error":"Invalid credentials in Authorization header"})";
       }},
      {"discount renamed",
       [](Evidence& e) {
         if (e.url.ends_with("/endpoints")) replace_all(e.body, "\"discount\":0.", "\"off\":0.");
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
  std::size_t worlds = 0;
  std::size_t schedules = 0;
  std::size_t judged = 0;
  std::size_t silenced = 0;
  std::size_t lied = 0;  // schedules in which something false was said
  for (const auto& path : test::folders_in(test::golden_folder() / "auditors" / "prices")) {
    const auto description = nlohmann::json::parse(test::read_file(path / "world.json"));
    const std::string entry = test::read_file(path / "entry.yaml");
    test::PriceWorld sound(description);
    ++worlds;
    std::map<std::string, Verdict> healthy;
    for (const Finding& finding : sound.audit(entry)) healthy[finding.label] = finding.verdict;
    for (const auto& [name, url] : sound.urls()) {
      for (const auto& [fault, spoil] : faults()) {
        test::PriceWorld world(description);
        Evidence& evidence = world.answers().at(url);
        // What discounts meant is told by the last good answer.
        if (fault == "discount renamed" && !description.contains("previous")) world.remember(url);
        spoil(evidence);
        seal(evidence);
        INFO(path.string() << ": " << name << ", " << fault);
        ++schedules;
        bool lies = false;
        for (const Finding& finding : world.audit(entry)) {
          INFO(finding.label << ": " << to_string(finding.verdict) << ": " << finding.reason);
          ++judged;
          const auto sane = healthy.find(finding.label);
          lies = lies || sane == healthy.end() || !allowed(finding.verdict, sane->second);
          CHECK(sane != healthy.end());
          if (sane == healthy.end()) continue;
          CHECK(allowed(finding.verdict, sane->second));
          silenced += finding.verdict != sane->second ? 1 : 0;
        }
        lied += lies ? 1 : 0;
      }
    }
  }
  // As `./run bench honesty` reads it; each schedule spoils one answer.
  fmt::print(
      "price sources: {} schedules over {} worlds, {} faults ({} kinds): {} verdicts, {} held, {} "
      "withheld, {} schedules with a false one\n",
      schedules, worlds, schedules, faults().size(), judged, judged - silenced, silenced, lied);
  // The faults reach what decides, and do not silence everything.
  CHECK(silenced > 200);
  CHECK(judged > 2 * silenced);
}

namespace {

// The findings without the tokens that sources wrote, which are shown as they are.
nlohmann::json without_tokens(const std::vector<Finding>& findings) {
  nlohmann::json all = nlohmann::json::array();
  for (const Finding& finding : findings) {
    nlohmann::json& row = all.emplace_back();
    row = {finding.label, to_string(finding.verdict), finding.observed, finding.reason};
    for (const Observation& seen : finding.observations) {
      nlohmann::json value = seen.value;
      if (value.is_object()) value.erase("raw");
      row.push_back({seen.source, value});
    }
  }
  return all;
}

// Every decimal number of a body as a program may write it after calculating with doubles.
std::string with_noise(const std::string& body) {
  static const std::regex kDecimal(R"re((:\s*)("?)(\d+\.\d+|\d+(?:\.\d+)?e-\d+)\2(?=\s*[,}\]]))re");
  std::string text;
  auto from = body.cbegin();
  for (std::sregex_iterator it(body.begin(), body.end(), kDecimal), end; it != end; ++it) {
    const std::smatch& found = *it;
    text.append(from, found[0].first);
    std::string token = found[3];
    const std::size_t exponent = std::min(token.find('e'), token.size());
    std::string digits = token.substr(0, exponent);
    const bool is_zero = digits.find_first_not_of("0.") == std::string::npos;
    const bool is_noisy = digits.size() > 14;
    if (!is_zero && !is_noisy) {
      if (digits.find('.') == std::string::npos) digits += ".0";
      const std::size_t first = digits.find_first_not_of("0.");
      const auto point = digits.find('.');
      const std::size_t significant = digits.size() - first - (first < point ? 1 : 0);
      digits += std::string(15 - significant, '0') + "04";
    }
    text += found[1].str() + found[2].str() + digits + token.substr(exponent) + found[2].str();
    from = found[0].second;
  }
  return text.append(from, body.cend());
}

}  // namespace

TEST_CASE("noise of binary floating point that comes and goes changes nothing") {
  CHECK(with_noise(R"({"a":0.3,"b":"0.00000002","c":2e-08,"d":0,"e":"1.5 off"})") ==
        R"({"a":0.30000000000000004,"b":"0.000000020000000000000004","c":2.0000000000000004e-08,)"
        R"("d":0,"e":"1.5 off"})");
  std::size_t noisy = 0;
  for (const auto& path : test::folders_in(test::golden_folder() / "auditors" / "prices")) {
    INFO(path.string());
    const auto description = nlohmann::json::parse(test::read_file(path / "world.json"));
    const std::string entry = test::read_file(path / "entry.yaml");
    test::PriceWorld world(description);
    const nlohmann::json plain = without_tokens(world.audit(entry));
    for (auto& [url, evidence] : world.answers()) {
      const std::string body = with_noise(evidence.body);
      noisy += body != evidence.body ? 1 : 0;
      evidence.body = body;
      seal(evidence);
    }
    CHECK(without_tokens(world.audit(entry)) == plain);
  }
  CHECK(noisy > 100);
}
