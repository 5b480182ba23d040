#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <random>
#include <sstream>

#include "auditors/prices/sources/source.h"
#include "support/catch.h"
#include "support/golden.h"
#include "support/http/served.h"
#include "support/real_data.h"
#include "validator/vocabulary.h"

// From a source's token to what people and programs read: no digit is lost on the way.

namespace {

using namespace assay;
using nlohmann::json;

// A decimal token times 10^power as plain digits without needless zeros; by moving its point.
std::string moved(const std::string& token, int power) {
  const std::size_t e = token.find_first_of("eE");
  std::string digits = token.substr(0, e);
  int exponent = power + (e == std::string::npos ? 0 : std::stoi(token.substr(e + 1)));
  if (const std::size_t point = digits.find('.'); point != std::string::npos) {
    exponent -= static_cast<int>(digits.size() - point - 1);
    digits.erase(point, 1);
  }
  digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size()));
  if (digits.empty()) return "0";
  if (exponent >= 0) return digits + std::string(static_cast<std::size_t>(exponent), '0');
  const auto places = static_cast<std::size_t>(-exponent);
  if (digits.size() <= places) digits.insert(0, places - digits.size() + 1, '0');
  digits.insert(digits.size() - places, ".");
  digits.erase(digits.find_last_not_of('0') + 1);
  if (digits.back() == '.') digits.pop_back();
  return digits;
}

std::string random_token(std::mt19937& chance) {
  std::string digits = std::to_string(1 + chance() % 9);
  const std::size_t more = chance() % 14;
  for (std::size_t i = 0; i < more; ++i) digits += static_cast<char>('0' + chance() % 10);
  switch (chance() % 4) {
    case 0:  // 8.8e-07
      if (digits.size() > 1) digits.insert(1, ".");
      return digits + fmt::format("e-{:02}", 4 + chance() % 5);
    case 1:  // 88e-8
      return digits + fmt::format("E-{}", digits.size() + 5);
    case 2:  // 0.00000088
      return "0." + std::string(4 + chance() % 5, '0') + digits;
    default:  // noise of binary floating point
      return "0.00000" + digits.substr(0, 1) + "0000000000000000" +
             std::to_string(1 + chance() % 9);
  }
}

const prices::PriceSource& source(std::string_view id) {
  const auto all = prices::sources();
  return *std::find_if(all.begin(), all.end(),
                       [&](const prices::PriceSource& one) { return one.id == id; });
}

Evidence document(const std::string& id, std::string body, const std::string& date) {
  Evidence evidence;
  evidence.source = id;
  evidence.url = "https://prices.example/" + id;
  evidence.final_url = evidence.url;
  evidence.status = 200;
  evidence.fetched_at = date + "T00:00:00.000Z";
  evidence.body = std::move(body);
  seal(evidence);
  return evidence;
}

// Reads a document as the audit does and joins all of it to one entry.
std::vector<Offer> store_list(Served& served, const Evidence& evidence) {
  const Answer answer(evidence);
  const Vocabulary vocabulary = load_vocabulary();
  const prices::PriceList& list = answer.parsed(source(evidence.source).read_list, vocabulary);
  REQUIRE(list.problem.empty());
  db::Store& store = served.store();
  const std::int64_t run = store.begin_run(samples::run());
  store.add_evidence(run, evidence);
  store.add_offers(run, evidence, list.offers);
  std::vector<const Offer*> joined;
  std::vector<Offer> stored;
  for (const Offer& offer : list.offers) {
    if (offer.use == Offer::Use::unreadable) continue;
    stored.push_back(offer);
    joined.push_back(&offer);
  }
  store.add_joined(run, "alpha-7b", joined);
  store.finish_run(run, {});
  return stored;
}

std::string whole(api::Response response) {
  while (response.stream && response.stream(response.body)) {
  }
  return response.body;
}

std::string key_of(const json& row) {
  return fmt::format("{}|{}|{}|{}", row["source"].get<std::string>(),
                     row["provider"].get<std::string>(), row["model"].get<std::string>(),
                     row["variant"].get<std::string>());
}
std::string key_of(const Offer& offer) {
  return fmt::format("{}|{}|{}|{}", offer.source, offer.provider, offer.model, offer.variant);
}

json text_of(const OfferPrice& price) {
  return price.exact ? json(price.exact->text()) : json(nullptr);
}

// Every row of the answer in ndjson by its offer.
std::map<std::string, json> served_rows(const Served& served) {
  std::map<std::string, json> rows;
  std::istringstream lines(whole(served.get("/api/v1/prices?format=ndjson&current=true")));
  for (std::string line; std::getline(lines, line);) {
    const json row = json::parse(line);
    rows[key_of(row)] = row;
  }
  return rows;
}

}  // namespace

TEST_CASE("a token is moved by its point") {
  CHECK(moved("8.8e-07", 6) == "0.88");
  CHECK(moved("0.00000006", 6) == "0.06");
  CHECK(moved("6E-8", 6) == "0.06");
  CHECK(moved("0.00000100000000000000015", 6) == "1.00000000000000015");
  CHECK(moved("12e-4", 6) == "1200");
  CHECK(moved("0.0", 6) == "0");
}

TEST_CASE("prices are served in every format to the last digit of the source's token") {
  std::mt19937 chance(5);  // NOLINT: the same every time
  std::string text = R"({"together_ai/meta-llama/Llama-3.3-70B-Instruct-Turbo":{"mode":"chat",)"
                     R"("litellm_provider":"together_ai","input_cost_per_token":8.8e-07,)"
                     R"("output_cost_per_token":8.8e-07})";
  std::map<std::string, std::pair<std::string, std::string>> expected;
  for (int i = 0; i < 400; ++i) {
    const std::string input = random_token(chance);
    const std::string output = random_token(chance);
    const std::string model = fmt::format("lab/model-{}", i);
    text += fmt::format(R"(,"together_ai/{}":{{"mode":"chat","litellm_provider":"together_ai",)"
                        R"("input_cost_per_token":{},"output_cost_per_token":{}}})",
                        model, input, output);
    expected["litellm|together|" + model + "|"] = {input, output};
  }
  Served served;
  store_list(served, document("litellm", text + "}", "2026-11-20"));
  const std::map<std::string, json> rows = served_rows(served);
  const std::string csv = whole(served.get("/api/v1/prices?format=csv&current=true"));
  std::size_t compared = 0;
  for (const auto& [key, tokens] : expected) {
    CAPTURE(key, tokens.first, tokens.second);
    const json& row = rows.at(key);
    const std::string input = moved(tokens.first, 6);
    const std::string output = moved(tokens.second, 6);
    CHECK(row["input_per_mtok"] == input);
    CHECK(row["output_per_mtok"] == output);
    CHECK(row["input_raw"] == tokens.first);
    CHECK(csv.find(fmt::format(",{},{},", input, output)) != std::string::npos);
    ++compared;
  }
  CHECK(compared == 400);
  CHECK(served.json("/api/v1/prices?limit=1000")["data"].size() == 401);

  // The page draws a few of them, once there are two readings.
  store_list(served, document("litellm", text + "}", "2026-11-21"));
  const std::string page = whole(served.get("/models/alpha-7b"));
  std::size_t shown = 0;
  for (const auto& [key, tokens] : expected) {
    const std::string last =
        fmt::format("${} input, ${} output</td>", moved(tokens.first, 6), moved(tokens.second, 6));
    shown += page.find(last) != std::string::npos ? 1 : 0;
  }
  CHECK(shown >= 5);
}

TEST_CASE("every row of real price files is served as it was read", "[slow]") {
  const std::filesystem::path data = test::real_data("prices");
  Served served;
  std::map<std::string, Offer> expected;
  for (const auto& [id, file] : {std::pair{"litellm", "litellm_2026-07-01.json"},
                                 {"models_dev", "models_dev_2026-07-01.json"},
                                 {"genai_prices", "genai_prices_v2_2026-08-21.json"},
                                 {"openrouter", "openrouter_models_2026-08-01_half.json"}}) {
    const std::filesystem::path path = data / file;
    for (Offer& offer : store_list(served, document(id, test::read_file(path), "2026-08-21"))) {
      expected.emplace(key_of(offer), std::move(offer));
    }
  }
  const std::map<std::string, json> rows = served_rows(served);
  CHECK(rows.size() == expected.size());
  CHECK(rows.size() > 9'000);
  for (const auto& [key, offer] : expected) {
    INFO(key);
    const json& row = rows.at(key);
    CHECK(row["input_per_mtok"] == text_of(offer.input));
    CHECK(row["output_per_mtok"] == text_of(offer.output));
  }
}
