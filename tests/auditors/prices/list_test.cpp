#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "auditors/prices/sources/raw_json.h"
#include "auditors/prices/sources/source.h"
#include "support/catch.h"

// Documents of price sources: tokens, units, noise, and what is no list.

namespace {

using namespace assay;
using prices::PriceList;

const prices::PriceSource& source(std::string_view id) {
  const auto all = prices::sources();
  return *std::find_if(all.begin(), all.end(),
                       [&](const prices::PriceSource& one) { return one.id == id; });
}

const Vocabulary& vocabulary() {
  static const Vocabulary all = load_vocabulary();
  return all;
}

Evidence document(std::string body) {
  Evidence evidence;
  evidence.url = "https://prices.example/list";
  evidence.status = 200;
  evidence.fetched_at = "2026-08-21T00:00:00.000Z";
  evidence.body = std::move(body);
  return evidence;
}

PriceList read(std::string_view id, std::string body) {
  return source(id).read_list(Answer(document(std::move(body))), vocabulary());
}

// One priced record of DeepInfra, with a token as it is given.
PriceList deepinfra(const std::string& token) {
  return read("deepinfra", R"([{"model_name":"Qwen/A","pricing":{"type":"tokens",)"
                           R"("cents_per_input_token":)" +
                               token + R"(,"cents_per_output_token":0.0001}}])");
}

}  // namespace

TEST_CASE("numbers keep their tokens and doubled keys are seen") {
  const auto root = prices::parse_raw_json(
      R"({"a":8.8e-07,"b":0.10,"c":18446744073709551616,"d":-1,"e":"x","f":1,"f":2,"g":1,"g":1})");
  REQUIRE(root);
  CHECK(root->get("a")->text == "8.8e-07");
  CHECK(root->get("b")->text == "0.10");
  CHECK(root->get("c")->text == "18446744073709551616");
  CHECK(root->get("d")->text == "-1");
  CHECK(root->string("e") == "x");
  CHECK(root->string("a").empty());
  CHECK(root->get("f") == nullptr);
  CHECK(root->contradicts_itself("f"));
  CHECK(root->get("g")->text == "1");
  CHECK_FALSE(root->contradicts_itself("g"));
}

TEST_CASE("what is no honest JSON is refused without harm", "[slow]") {
  CHECK_FALSE(prices::parse_raw_json(""));
  CHECK_FALSE(prices::parse_raw_json("[1,"));
  CHECK_FALSE(prices::parse_raw_json("[NaN]"));
  CHECK_FALSE(prices::parse_raw_json("[1e999]"));
  CHECK_FALSE(prices::parse_raw_json(std::string(100'000, '[')));
  CHECK_FALSE(prices::parse_raw_json("\"\xff\""));
  std::string many = "[";
  for (int i = 0; i < 2'000'001; ++i) many += "0,";
  CHECK_FALSE(prices::parse_raw_json(many + "0]"));
}

TEST_CASE("cents per token become dollars per million to the digit and noise is told") {
  const auto [token, exact, nominal] = GENERATE(table<std::string, std::string, std::string>({
      {"3.7e-06", "0.037", "0.037"},
      {"2.9999999999999997e-05", "0.29999999999999997", "0.3"},
      {"0.000123456789012345", "1.23456789012345", "1.23456789012345"},
      {"0.00010000000000000015", "1.0000000000000015", "1"},
      {"0.000100000000000015", "1.00000000000015", "1.00000000000015"},
      {"0.000100000000000000015", "1.00000000000000015", "1"},
      {"\"0.0001\"", "1", "1"},
      {"0", "0", "0"},
  }));
  CAPTURE(token);
  const PriceList list = deepinfra(token);
  REQUIRE(list.problem.empty());
  const OfferPrice& price = list.offers.front().input;
  REQUIRE(price.exact);
  CHECK(price.exact->text() == exact);
  CHECK(price.nominal->text() == nominal);
  CHECK(price.noisy() == (exact != nominal));
  CHECK(price.pointer == "/0/pricing/cents_per_input_token");
}

TEST_CASE("absent and zero and unusable prices are different things") {
  using State = OfferPrice::State;
  CHECK(read("deepinfra", R"([{"model_name":"Qwen/A","pricing":{"type":"tokens",)"
                          R"("cents_per_input_token":null,"cents_per_output_token":0.0001}},)"
                          R"({"model_name":"Qwen/B","pricing":{"type":"tokens",)"
                          R"("cents_per_input_token":0,"cents_per_output_token":0.0001}}])")
            .offers.front()
            .input.state == State::absent);
  CHECK(deepinfra("0").offers.front().input.state == State::zero);
  // A list whose only record is unreadable is no list.
  CHECK_FALSE(deepinfra("-0.5").problem.empty());
  CHECK_FALSE(deepinfra("{}").problem.empty());
  CHECK_FALSE(deepinfra("\"free\"").problem.empty());
}

TEST_CASE("a list of five megabytes is read whole", "[slow]") {
  std::string body = "{";
  std::size_t records = 0;
  while (body.size() < 5'000'000) {
    body += fmt::format(
        R"({}"deepinfra/meta-llama/Model-{}":{{"litellm_provider":"deepinfra","mode":"chat",)"
        R"("input_cost_per_token":2e-08,"output_cost_per_token":{}e-09,"note":"{}"}})",
        records == 0 ? "" : ",", records, 10 + records % 90, std::string(200, 'x'));
    ++records;
  }
  const PriceList list = read("litellm", body + "}");
  CHECK(list.problem.empty());
  CHECK(list.records == records);
  CHECK(list.offers.size() == records);
  const auto found = list.of_model("META-LLAMA/model-77");
  REQUIRE(found.size() == 1);
  CHECK(found.front()->output.exact->text() == "0.087");
}

TEST_CASE("variants of a record are offers of their own") {
  const PriceList list = read(
      "litellm",
      R"({"together_ai/Qwen/A":{"litellm_provider":"together_ai","mode":"chat",)"
      R"("input_cost_per_token":2e-07,"output_cost_per_token":6e-07,)"
      R"("input_cost_per_token_batches":1e-07,"output_cost_per_token_batches":3e-07,)"
      R"("input_cost_per_token_above_200k_tokens":4e-07,)"
      R"("output_cost_per_token_above_200k_tokens":8e-07,"input_cost_per_token_cache_hit":1e-08}})");
  REQUIRE(list.offers.size() == 3);
  CHECK(list.offers[0].variant.empty());
  CHECK(list.offers[1].variant == "above_200k");
  CHECK(list.offers[2].variant == "batch");
  CHECK(list.offers[2].input.exact->text() == "0.1");
  for (const Offer& offer : list.offers) {
    CHECK(offer.provider == "together");
    CHECK(offer.provider_known);
    CHECK(offer.model == "Qwen/A");
  }
}

TEST_CASE("every source has a name and a reader and every list a canary") {
  std::set<std::string_view> ids;
  for (const prices::PriceSource& one : prices::sources()) {
    CHECK(ids.insert(one.id).second);
    CHECK_FALSE(one.name.empty());
    for (const std::string body : {"", "null", "[]", "{}", "<html></html>", R"({"data":[]})",
                                   R"([{"id":1}])", R"({"a":{"b":1}})"}) {
      INFO(one.id << ": " << body);
      CHECK_FALSE(one.read_list(Answer(document(body)), vocabulary()).problem.empty());
    }
  }
}

TEST_CASE("a row of genai-prices stays an offer of its own when the names that it matches change") {
  const auto offers_with = [](const std::string& match) {
    const PriceList list = read(
        "genai_prices",
        R"([{"id":"google","models":[{"id":"gemini-live","match":)" + match +
            R"(,"prices":{"input_mtok":1,"output_mtok":2}},)"
            R"({"id":"x","match":{"equals":"gemini-pro"},"prices":{"input_mtok":3,"output_mtok":4}}]}])");
    CHECK(list.problem.empty());
    std::vector<std::string> found;
    for (const Offer& offer : list.offers) {
      found.push_back(offer.model + (offer.use == Offer::Use::comparable ? "" : " aside"));
    }
    return found;
  };
  using Offers = std::vector<std::string>;
  CHECK(offers_with(R"({"starts_with":"gemini-live"})") ==
        Offers{"gemini-live aside", "gemini-pro", "x aside"});
  CHECK(offers_with(R"({"or":[{"starts_with":"gemini-live"},{"equals":"gemini-live-2"}]})") ==
        Offers{"gemini-live aside", "gemini-live-2", "gemini-pro", "x aside"});
  CHECK(offers_with(R"({"equals":"gemini-live"})") ==
        Offers{"gemini-live", "gemini-pro", "x aside"});
  // What is another row's exact name is that row's.
  CHECK(offers_with(R"({"equals":"x"})") == Offers{"gemini-live aside", "gemini-pro", "x"});
}
