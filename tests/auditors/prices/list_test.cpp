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

namespace {

Offer base_of(const PriceList& list) {
  REQUIRE(!list.offers.empty());
  return list.offers.front();
}

PriceList route(const std::string& pricing) {
  Evidence evidence = document(R"({"data":{"id":"lab/model","endpoints":[{"tag":"deepinfra/fp8",)"
                               R"("provider_name":"DeepInfra","pricing":{)" +
                               pricing + "}}]}}");
  return source("openrouter").read_model(Answer(std::move(evidence)), vocabulary());
}

}  // namespace

TEST_CASE("a route states what is billed and its discount the list price") {
  const auto [discount, list_price] = GENERATE(table<std::string, std::string>({
      {"0.9", "0.3"},
      {"\"0.9\"", "0.3"},
      {"0.90000000000000002", "0.3"},
      {"0.75", "0.12"},
      {"-0.5", "0.02"},
      {"0.4", "0.05"},
  }));
  CAPTURE(discount);
  const PriceList list =
      route(R"("prompt":"0.00000003","completion":"0.00000006","discount":)" + discount);
  REQUIRE(list.offers.size() == 2);
  const Offer& base = list.offers[0];
  CHECK(base.variant == "fp8");
  CHECK(base.use == Offer::Use::comparable);
  CHECK(base.input.nominal->text() == list_price);
  REQUIRE(list.promotion(base) == &list.offers[1]);
  CHECK(list.offers[1].variant == "fp8 promotion");
  CHECK(list.offers[1].input.nominal->text() == "0.03");
  CHECK_FALSE(list.offers[1].terms.empty());
  CHECK(list.records == 1);
}

TEST_CASE("no discount is no promotion and one that makes no sense is not read") {
  const std::string prices = R"("prompt":"0.00000003","completion":"0.00000006")";
  for (const std::string none :
       {"", R"(,"discount":0)", R"(,"discount":null)", R"(,"discount":"0.0")"}) {
    CAPTURE(none);
    const PriceList list = route(prices + none);
    REQUIRE(list.offers.size() == 1);
    CHECK(base_of(list).input.nominal->text() == "0.03");
  }
  for (const std::string bad : {"35", "true", "\"\"", "\"half\"", "{}", "[0.5]", "1.5", "-3"}) {
    CAPTURE(bad);
    CHECK_FALSE(route(prices + R"(,"discount":)" + bad).problem.empty());
  }
  // All of it off: what it costs otherwise nobody says.
  const PriceList free = route(R"("prompt":"0","completion":"0","discount":1)");
  REQUIRE(free.offers.size() == 2);
  CHECK(base_of(free).use == Offer::Use::set_aside);
}

TEST_CASE("DeepInfra states the list price and its discount what is billed until its end") {
  const auto read_with = [](const std::string& pricing, const std::string& row) {
    return read("deepinfra", R"([{"model_name":"Qwen/A","pricing":{"type":"tokens",)"
                             R"("cents_per_input_token":7.5e-05,"cents_per_output_token":0.00024)" +
                                 pricing + "}" + row + "}]");
  };
  const std::string half = R"(,"discount":0.35)";
  for (const auto& [pricing, row] :
       {std::pair{half, std::string{}},
        {std::string{}, half},
        {half, half},
        {half, std::string(R"(,"discount_ends_at":1796083200)")},
        {half, std::string(R"(,"discount_ends_at":1796083200000)")},
        {half + R"(,"discount_ends_at":"2026-12-01T00:00:00Z")", std::string{}}}) {
    CAPTURE(pricing, row);
    const PriceList list = read_with(pricing, row);
    REQUIRE(list.offers.size() == 2);
    CHECK(list.offers[0].input.nominal->text() == "0.75");
    CHECK(list.offers[1].input.nominal->text() == "0.4875");
    const bool has_end = (pricing + row).find("ends") != std::string::npos;
    CHECK((list.offers[1].terms == "35 % off until 2026-12-01") == has_end);
  }
  // No time that anybody means.
  CHECK(read_with(half, R"(,"discount_ends_at":9223372036854775807)").offers[1].terms ==
        "35 % off");
  // It ended before the answer.
  CHECK(read_with(half, R"(,"discount_ends_at":"2026-08-20")").offers.size() == 1);
  // Two that differ are none.
  CHECK_FALSE(read_with(half, R"(,"discount":0.5)").problem.empty());
}

TEST_CASE("discounts that vanish from a list at once are a fault") {
  const auto list_with = [](const std::string& key, int discounts) {
    std::string rows;
    for (int i = 0; i < 12; ++i) {
      rows +=
          fmt::format(R"({}{{"model_name":"Qwen/A{}","pricing":{{"type":"tokens",)"
                      R"("cents_per_input_token":1e-05,"cents_per_output_token":2e-05{}}}}})",
                      i == 0 ? "" : ",", i, i < discounts ? fmt::format(R"(,"{}":0.5)", key) : "");
    }
    return document("[" + rows + "]");
  };
  const auto read_after = [&](const Evidence& now, const Evidence& before) {
    return source("deepinfra").read_list(Answer(now, before), vocabulary()).problem;
  };
  CHECK_FALSE(read_after(list_with("renamed", 6), list_with("discount", 6)).empty());
  CHECK(read_after(list_with("discount", 5), list_with("discount", 6)).empty());
  CHECK(read_after(list_with("renamed", 2), list_with("discount", 2)).empty());
  CHECK(read_after(list_with("discount", 6), list_with("renamed", 6)).empty());
  Evidence later = list_with("renamed", 6);
  later.fetched_at = "2026-09-25T00:00:00.000Z";
  CHECK(read_after(later, list_with("discount", 6)).empty());
}

TEST_CASE("a row that its list calls dead is no offer") {
  const auto use_of = [](const std::string& id, const std::string& body) {
    return base_of(read(id, body)).use;
  };
  const auto litellm = [](const std::string& date) {
    return R"({"groq/Qwen/A":{"litellm_provider":"groq","mode":"chat","input_cost_per_token":1e-07,)"
           R"("output_cost_per_token":1e-07,"deprecation_date":)" +
           date + "}}";
  };
  using Use = Offer::Use;
  CHECK(use_of("litellm", litellm("\"2026-08-20\"")) == Use::ended);
  CHECK(use_of("litellm", litellm("\"2026-08-21\"")) == Use::ended);
  CHECK(use_of("litellm", litellm("\"2026-08-22\"")) == Use::comparable);
  CHECK(use_of("litellm", litellm("\"some day\"")) == Use::comparable);
  CHECK(use_of("litellm", litellm("null")) == Use::comparable);
  const auto models_dev = [](const std::string& status) {
    return R"({"groq":{"models":{"Qwen/A":{"cost":{"input":0.1,"output":0.1})" + status + "}}}}";
  };
  CHECK(use_of("models_dev", models_dev(R"(,"status":"deprecated")")) == Use::ended);
  CHECK(use_of("models_dev", models_dev(R"(,"status":"beta")")) == Use::comparable);
  const auto openrouter = [](const std::string& date) {
    return R"({"data":[{"id":"qwen/a","pricing":{"prompt":"0.0000001","completion":"0.0000001"},)"
           R"("expiration_date":)" +
           date + "}]}";
  };
  CHECK(use_of("openrouter", openrouter("\"2026-08-10\"")) == Use::ended);
  CHECK(use_of("openrouter", openrouter("\"2098-12-31\"")) == Use::comparable);
}

TEST_CASE("what changes a price in a way that nobody told sets it aside") {
  const auto use_of = [](const std::string& pricing) {
    return base_of(read("hf_router", R"({"data":[{"id":"Qwen/A","providers":[{"provider":"novita",)"
                                     R"("pricing":{"input":0.1,"output":0.2)" +
                                         pricing + "}}]}]}"))
        .use;
  };
  using Use = Offer::Use;
  CHECK(use_of("") == Use::comparable);
  CHECK(use_of(R"(,"discount":0,"surge":false,"minimum":null)") == Use::comparable);
  CHECK(use_of(R"(,"discount":0.5)") == Use::set_aside);
  CHECK(use_of(R"(,"surge_multiplier":2)") == Use::set_aside);
  CHECK(use_of(R"(,"minimum_charge":0.01)") == Use::set_aside);
}
