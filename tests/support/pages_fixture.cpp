// Writes catalogs and databases for the tests of pages in a browser: pages_fixture FOLDER makes
// FOLDER/{verdicts,hostile,empty}.{yaml,db}. Its models do not exist.
#include <filesystem>
#include <fstream>
#include <iostream>
#include <tuple>

#include "support/store_samples.h"

namespace {

using assay::Finding;
using assay::Verdict;
using nlohmann::json;

// One model that carries every verdict, and one that no audit has seen.
constexpr const char* kVerdicts = R"(models:
  - slug: every-verdict
    display_name: Every Verdict 8x7B
    family: example
    developer: Nobody
    developer_country: EU
    type: instruct
    released_date: "2025-03-01"
    weights_released_date: "2025-03-01"
    openness: open-weights
    license: Apache-2.0
    osi_approved: true
    architecture: moe
    params_total: 46702792704
    params_active: 12879925248
    experts: 8
    experts_active: 2
    layers_count: 32
    hidden_size: 4096
    vocab_size: 32000
    context_window: 32768
    attention_variant: gqa
    position_encoding: rope
    post_training: [sft, dpo]
    quantizations_available: [gguf, awq, gptq, exl2]
    quantizations_source: https://huggingface.co/example/every-verdict
    benchmarks:
      mmlu: {score: 70.6, as_of: "2025-03-01", source: "https://example.org/report", variant: 5-shot}
      gsm8k: {score: 58.4, as_of: "2025-03-01", source: "https://example.org/report"}
    cost:
      - {input_per_mtok_usd: 0.60, output_per_mtok_usd: 0.60, vendor: Provider A, as_of: "2025-04-01", source: "https://example.org/prices"}
      - {input_per_mtok_usd: 0.24, output_per_mtok_usd: 0.24, vendor: Provider B, as_of: "2025-04-01", source: "https://example.org/prices", via_artificial_analysis: true}
    release_context: A model made up for the tests of these pages.
    recommended_use_cases: [looking at every verdict]
    notable_innovations: [it carries all nine verdicts]
    known_limitations: [{text: It does not exist., source: "https://example.org/report"}]
    reception: [{author: A test, date: "2025-03-02", quote: It carries them all., url: "https://example.org/said"}]
    long_form: |
      ## Purpose

      A page with **every** verdict, `code`, and [a link](https://example.org/).

      - one
      - two
    lineage: {parent: never-audited}
    sources:
      - {title: The report, url: "https://example.org/report"}
      - {title: The prices, url: "https://example.org/prices"}
  - slug: never-audited
    display_name: Never Audited 1B
    family: example
    developer: Nobody
    openness: proprietary
    lineage: {children: [every-verdict]}
    sources: [{title: A page, url: "https://example.org/"}]
)";

Finding finding(const std::string& label, json claimed, json observed, Verdict verdict,
                std::string reason, const assay::Evidence& seen) {
  Finding result = samples::finding("every-verdict", label, verdict);
  result.auditor = label.substr(0, label.find_first_of(".["));
  result.claimed = std::move(claimed);
  result.observed = observed;
  result.reason = std::move(reason);
  result.observations = {samples::observation(seen, std::move(observed))};
  return result;
}

void write(const std::string& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

assay::OfferPrice stated(const char* price) {
  assay::OfferPrice result;
  result.exact = result.nominal = assay::Decimal::parse(price);
  result.state = assay::OfferPrice::State::value;
  result.raw = price;
  return result;
}

// Prices of a few months: steps, an offer that went and came back, one of a model that is no entry.
void write_prices(assay::db::Store& store) {
  struct Night {
    const char* date;
    const char* a;  ///< input price at one provider
    const char* b;  ///< at another; null when it does not offer the model
  };
  constexpr Night kNights[]{{"2026-08-01", "0.60", "0.24"},  {"2026-08-20", "0.60", "0.24"},
                            {"2026-09-05", "0.50", "0.24"},  {"2026-09-30", "0.50", nullptr},
                            {"2026-10-20", "0.55", nullptr}, {"2026-11-01", "0.55", "0.20"},
                            {"2026-11-20", "0.55", "0.20"}};
  for (const Night& night : kNights) {
    const std::int64_t run = store.begin_run(samples::run());
    const assay::Evidence list = samples::evidence("https://prices.example/list.json", night.date,
                                                   std::string(night.date) + "T03:00:00.000Z");
    store.add_evidence(run, list);
    std::vector<assay::Offer> offers;
    for (const auto& [provider, model, price] :
         {std::tuple{"provider-a", "every-verdict", night.a},
          std::tuple{"provider-b", "every-verdict", night.b},
          std::tuple{"provider-b", "another-model", "1.25"}}) {
      if (price == nullptr) continue;
      assay::Offer& offer = offers.emplace_back();
      offer.source = "litellm";
      offer.provider = provider;
      offer.model = model;
      offer.input = stated(price);
      offer.output = stated(provider == std::string("provider-a") ? "0.90" : price);
    }
    store.add_offers(run, list, offers);
    offers.pop_back();
    std::vector<const assay::Offer*> joined;
    for (const assay::Offer& offer : offers) joined.push_back(&offer);
    store.add_joined(run, "every-verdict", joined);
    store.finish_run(run, {1, 0, 0, 100});
  }
}

void write_verdicts(const std::string& folder) {
  write(folder + "/verdicts.yaml", kVerdicts);
  assay::db::Store store(folder + "/verdicts.db", assay::db::Access::read_write);
  const assay::Evidence seen = samples::evidence("https://huggingface.co/api/models/example",
                                                 R"({"id":1})", "2026-11-23T03:00:01.000Z");
  const assay::Evidence page =
      samples::evidence("https://example.org/prices", R"({"price":1})", "2026-11-23T03:00:02.000Z");
  const json witness = {{"repository", "example/every-verdict-GGUF"},
                        {"commit", std::string(40, 'c')},
                        {"format", "GGUF files Q4_K_M Q8_0"},
                        {"bytes", 26'441'000'000},
                        {"files", 2}};
  for (int round = 0; round < 2; ++round) {
    const std::int64_t run = store.begin_run(samples::run());
    store.add_evidence(run, seen);
    store.add_evidence(run, page);
    Finding gguf = finding("quantizations_available.gguf", "gguf", "gguf", Verdict::supported,
                           "example/every-verdict-GGUF holds complete GGUF files", seen);
    gguf.observations.front().value = witness;
    if (round == 0) {  // the repository came between the runs, so that there is a change
      gguf.verdict = Verdict::contradicted;
      gguf.observed = nullptr;
      gguf.reason = "none of the listed repositories holds GGUF files";
    }
    const auto offer = [&](const char* provider, const char* price) {
      return json{{"provider", provider},
                  {"model", "every-verdict"},
                  {"price", price},
                  {"currency", "USD"}};
    };
    Finding outdated =
        finding("cost[Provider B].input_per_mtok_usd", "0.24", "0.20", Verdict::outdated,
                "the provider charges 0.20 since 2026-01-05", page);
    outdated.observations.front().value = offer("provider-b", "0.20");
    const json both = {{"input_per_mtok_usd", "0.30"}, {"output_per_mtok_usd", "0.90"}};
    Finding disputed = finding("cost[Provider A].input_per_mtok_usd", "0.60", "0.50",
                               Verdict::disputed, "two sources state two prices", page);
    disputed.observations.front().value = offer("provider-a", "0.50");
    disputed.observations.push_back(samples::observation(seen, offer("provider-a", "0.55")));
    store.add_findings(
        run, "every-verdict",
        {gguf,
         finding("quantizations_available.awq", "awq", nullptr,
                 round == 0 ? Verdict::source_unreachable : Verdict::contradicted,
                 "every listing was read; none holds AWQ weights", seen),
         finding("quantizations_available.gptq", "gptq", nullptr, Verdict::source_unreachable,
                 "the Hub answered 503 to the listing", seen),
         finding("quantizations_available.exl2", "exl2", nullptr, Verdict::verifier_unable,
                 "one candidate is gated, so its files could not be read", seen),
         finding("quantizations_available.mlx", nullptr, "mlx", Verdict::unlisted,
                 "example/every-verdict-MLX holds MLX weights; the entry does not list it", seen),
         finding("head_dim", nullptr, 128, Verdict::unlisted, "config.json states 128", seen),
         finding("layers_count", 32, 28, Verdict::contradicted, "config.json states 28", seen),
         finding("hidden_size", 4096, 4096, Verdict::supported, "config.json states 4096", seen),
         finding("benchmarks.mmlu.score", 70.6, nullptr, Verdict::unsupported,
                 "the page was read whole and does not name the benchmark", page),
         outdated,
         finding("cost[Provider C]", nullptr, both, Verdict::unlisted,
                 "Provider C offers it; the entry does not list it", page),
         disputed},
        {"quantizations_available", "head_dim", "layers_count", "hidden_size", "benchmarks", "cost",
         ""});
    store.finish_run(run, {2, 0, 0, 1234});
  }
  write_prices(store);
}

// Text that would do harm if it were taken for anything but text.
std::vector<std::string> hostile_texts() {
  return {
      "</title></script><script>window.hacked=1</script>",
      "\"'><img src=x onerror=\"window.hacked=1\"><svg onload='window.hacked=1'>",
      "javascript:window.hacked=1",
      "https://x.example/\"onmouseover=\"window.hacked=1\" <b>",
      "\xe2\x80\xae\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d \xd9\x85\xd8\xb1\xd8\xad\xd8\xa8\xd8\xa7 "
      "\xe2\x81\xa6",
      std::string(10'000, 'W'),
      "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x9a\x80\xf0\x9f\x8f\xb4\xf0\x9f\x87\xa9\xf0\x9f\x87"
      "\xaa",
      "{{NAME}} {{#ROW}} <!-- ]]> --> &amp; ${7*7} \\ %0d%0a",
      "a\nb\r\n\tc",
  };
}

std::string entry(const std::string& slug, const std::string& text) {
  // A JSON text is a YAML text.
  const json price = {{"input_per_mtok_usd", text},
                      {"output_per_mtok_usd", text},
                      {"vendor", text},
                      {"as_of", text},
                      {"source", text},
                      {"via_artificial_analysis", text}};
  json entry = {{"slug", slug}, {"cost", {price, price}}, {"speed", price}, {text, text}};
  for (const char* key : {"display_name",
                          "family",
                          "developer",
                          "developer_country",
                          "type",
                          "released_date",
                          "weights_released_date",
                          "paper_date",
                          "openness",
                          "license",
                          "osi_approved",
                          "data_released",
                          "architecture",
                          "params_total",
                          "params_active",
                          "experts",
                          "layers_count",
                          "hidden_size",
                          "head_dim",
                          "kv_heads",
                          "vocab_size",
                          "context_window",
                          "attention_variant",
                          "position_encoding",
                          "tokenizer",
                          "training_hardware",
                          "pretraining_tokens",
                          "quantizations_source",
                          "release_context",
                          "long_form"}) {
    entry[key] = text;
  }
  for (const char* key : {"post_training", "runtimes_supporting", "recommended_use_cases",
                          "notable_innovations", "quantizations_available"}) {
    entry[key] = {text, "plain"};
  }
  const json score = {
      {"score", text}, {"as_of", text}, {"source", text}, {"variant", text}, {"notes", text}};
  entry["benchmarks"] = {{"mmlu", score}, {text, score}};
  entry["lineage"] = {{"parent", text}, {"children", {text, "hostile-1"}}, {"note", text}};
  entry["known_limitations"] = json::array({{{"text", text}, {"source", text}}});
  entry["reception"] =
      json::array({{{"author", text}, {"date", text}, {"quote", text}, {"url", text}}});
  entry["sources"] = json::array(
      {{{"title", text}, {"url", text}}, {{"title", text}, {"url", "https://x.example/" + text}}});
  return "  - " + entry.dump() + "\n";
}

void write_hostile(const std::string& folder) {
  std::string catalog = "models:\n";
  int number = 0;
  for (const std::string& text : hostile_texts()) {
    catalog += entry("hostile-" + std::to_string(++number), text);
  }
  write(folder + "/hostile.yaml", catalog);
  assay::db::Store store(folder + "/hostile.db", assay::db::Access::read_write);
  number = 0;
  for (const std::string& text : hostile_texts()) {
    assay::db::Run run = samples::run("recording: " + text);
    run.catalog_path = text;
    run.auditors = {text};
    const std::int64_t id = store.begin_run(run);
    assay::Evidence seen = samples::evidence(text, text, "2026-11-23T03:00:01.000Z");
    store.add_evidence(id, seen);
    Finding bad = samples::finding("hostile-" + std::to_string(++number),
                                   "quantizations_available." + text, Verdict::contradicted);
    bad.claimed = text;
    bad.observed = {{text, text}, {"repository", text}, {"commit", text}};
    bad.reason = text;
    bad.observations = {samples::observation(seen, bad.observed)};
    Finding more = bad;
    more.label = text;
    more.claimed = nullptr;
    more.verdict = Verdict::unlisted;
    store.add_findings(id, bad.slug, {bad, more}, {"quantizations"});
    store.finish_run(id, {});
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  try {
    const std::string folder = argv[1];
    write_verdicts(folder);
    write_hostile(folder);
    write(folder + "/empty.yaml", kVerdicts);
    const assay::db::Store empty(folder + "/empty.db", assay::db::Access::read_write);
  } catch (const std::exception& error) {
    std::cerr << error.what() << "\n";
    return 1;
  }
  return 0;
}
