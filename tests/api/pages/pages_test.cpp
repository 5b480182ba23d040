#include <filesystem>
#include <fstream>

#include "api/embedded.h"
#include "api/pages/wording.h"
#include "support/catch.h"
#include "support/http/served.h"

using assay::api::Response;

namespace {

std::size_t count(const std::string& text, const std::string& sought) {
  std::size_t found = 0;
  for (std::size_t at = text.find(sought); at != std::string::npos;
       at = text.find(sought, at + 1)) {
    ++found;
  }
  return found;
}

}  // namespace

TEST_CASE("every template is embedded and escapes its values") {
  int templates = 0;
  for (const auto& file : std::filesystem::directory_iterator(ASSAY_SOURCE_DIR "/api/templates")) {
    const std::string name = file.path().filename().string();
    CAPTURE(name);
    const std::string_view text = assay::embedded_api_file(name);
    CHECK_FALSE(text.empty());
    if (file.path().extension() != ".tpl") continue;
    ++templates;
    CHECK((text.starts_with("{{%AUTOESCAPE context=\"HTML\"}}") ||
           text.starts_with("{{%AUTOESCAPE context=\"XML\"}}")));
    CHECK(text.find(":none}}") == std::string_view::npos);
    CHECK(text.find("style=") == std::string_view::npos);
    CHECK(count(std::string(text), "<script") ==
          count(std::string(text), "<script src=\"{{SCRIPT}}\""));
  }
  CHECK(templates > 3);
}

TEST_CASE("the first page lists every model with its verdicts as numbers") {
  const Served served;
  const Response page = served.get("/");
  CHECK(page.status == 200);
  CHECK(header(page, "Content-Type") == "text/html; charset=utf-8");
  CHECK_THAT(header(page, "Content-Security-Policy"), ContainsSubstring("default-src 'none'"));
  CHECK_THAT(page.body, ContainsSubstring("<a href=\"/models/alpha-7b\"><bdi>Alpha 7B</bdi></a>"));
  CHECK_THAT(page.body, ContainsSubstring("source unreachable"));
  CHECK_THAT(page.body, ContainsSubstring("Gamma"));
  CHECK_THAT(page.body, ContainsSubstring(">none yet<"));
  CHECK(count(page.body, "<tr>") == 4);
}

TEST_CASE("a witness stays on the page while its source fails") {
  Served served;
  assay::db::Store& store = served.store();
  const auto judge = [&](assay::Verdict verdict, std::vector<assay::Observation> seen) {
    const std::int64_t run = store.begin_run(samples::run());
    store.add_findings(
        run, "alpha-7b",
        {samples::finding("alpha-7b", "quantizations_available.gguf", verdict, std::move(seen))},
        {"quantizations"});
    store.finish_run(run, {});
  };
  const nlohmann::json witness{{"repository", "quants/Alpha-7B-GGUF"},
                               {"commit", "0123456789abcdef"}};
  judge(assay::Verdict::supported, {samples::observation(served.seen, witness)});
  const std::string before = served.get("/models/alpha-7b").body;
  CHECK_THAT(before, ContainsSubstring("quants/Alpha-7B-GGUF"));
  judge(assay::Verdict::source_unreachable, {});
  const std::string page = served.get("/models/alpha-7b").body;
  CHECK_THAT(page, ContainsSubstring("quants/Alpha-7B-GGUF"));
  CHECK_THAT(page, ContainsSubstring(
                       "<dt>Last confirmed</dt><dd><time datetime=\"2026-11-23T03:00:01.000Z\">"));
  CHECK_THAT(page, ContainsSubstring("last tried by"));
  // Once it is established that nothing shows it, what showed it before is history.
  judge(assay::Verdict::contradicted, {samples::observation(served.seen, nullptr)});
  CHECK_THAT(served.get("/models/alpha-7b").body, ContainsSubstring("no repository has shown it"));
  judge(assay::Verdict::source_unreachable, {});
  CHECK_THAT(served.get("/models/alpha-7b").body, ContainsSubstring("no repository has shown it"));
}

TEST_CASE("the drawing is of the kind of network") {
  const auto drawn = [](const std::string& lines) {
    std::string catalog = Served::kCatalog;
    catalog.insert(catalog.find("    osi_approved: false"), lines);
    const std::string page = Served(catalog).get("/models/alpha-7b").body;
    return page.substr(page.find("class=\"flow\""));
  };
  const std::string dense = drawn("    architecture: dense\n");
  CHECK_THAT(dense, ContainsSubstring("<strong>Attention</strong>"));
  CHECK_THAT(dense, ContainsSubstring("<strong>Dense MLP"));
  CHECK_THAT(dense, ContainsSubstring("Tokens in"));
  CHECK_THAT(dense, ContainsSubstring("Tokens out"));
  const std::string ssm = drawn("    architecture: ssm\n");
  CHECK_THAT(ssm, ContainsSubstring("<strong>State-space mixer</strong>"));
  CHECK_THAT(ssm, !ContainsSubstring("<strong>Attention"));
  CHECK_THAT(ssm, !ContainsSubstring("MLP</strong>"));
  const std::string hybrid = drawn("    architecture: hybrid-mamba-transformer-moe\n");
  CHECK_THAT(hybrid, ContainsSubstring(
                         "<strong>Attention or another mixer, depending on the layer</strong>"));
  CHECK_THAT(hybrid, ContainsSubstring("<strong>Mixture of experts, in some layers"));
  const std::string embedding = drawn("    type: embedding\n");
  CHECK_THAT(embedding, ContainsSubstring("Vector out"));
  CHECK_THAT(embedding, !ContainsSubstring("Tokens out"));
  CHECK_THAT(drawn("    type: vision-language\n"), ContainsSubstring("Tokens and images in"));
}

TEST_CASE("the page of a model shows what each source states now") {
  Served served;
  assay::db::Store& store = served.store();
  assay::Offer offer;
  offer.provider = "together";
  offer.provider_known = true;
  offer.model = "alpha";
  offer.pointer = "/0";
  offer.input.exact = offer.input.nominal = assay::Decimal::parse("0.0509");
  offer.input.state = assay::OfferPrice::State::value;
  offer.source = "litellm";
  assay::Offer other = offer;
  other.source = "models_dev";
  other.input.exact = other.input.nominal = assay::Decimal::parse("0.00000006");
  const std::int64_t run = store.begin_run(samples::run());
  for (const assay::Offer& each : {offer, other}) {
    const assay::Evidence list = samples::evidence("https://prices.example/" + each.source,
                                                   each.source, "2026-11-23T03:00:01.000Z");
    store.add_evidence(run, list);
    store.add_offers(run, list, {&each, 1});
    const assay::Offer* joined = &each;
    store.add_joined(run, "alpha-7b", {&joined, 1});
  }
  const std::string page = served.get("/models/alpha-7b").body;
  CHECK_THAT(page, ContainsSubstring("$0.0509"));
  CHECK_THAT(page, ContainsSubstring("$0.00000006"));
  CHECK_THAT(page, ContainsSubstring("models dev"));
  CHECK(count(page, "<th scope=\"row\"><bdi>Together AI</bdi></th>") == 2);
}

TEST_CASE("a page with much to say is made again with less") {
  std::string catalog = Served::kCatalog;
  std::string scores = "    benchmarks:\n";
  for (int i = 0; i < 60; ++i) {
    scores += "      test_" + std::to_string(i) +
              ": {score: 1, as_of: 2026-01-01, source: \"https://scores.example/" +
              std::string(100, 'a') + "\"}\n";
  }
  catalog.insert(catalog.find("    osi_approved: false"), scores);
  const std::string page = Served(catalog).get("/models/alpha-7b").body;
  CHECK(count(page, "https://scores.example/") == 60);
  // Nobody judges scores, so their panels repeat what stands beside them unless room is short.
  CHECK(count(page, "<dt>Claimed</dt>") < 30);
}

TEST_CASE("large figures are shortened by rounding") {
  using assay::api::in_short;
  CHECK(in_short("68976648192") == "69.0B");
  CHECK(in_short("405853388800") == "406B");
  CHECK(in_short("3212749824") == "3.2B");
  CHECK(in_short("999999999") == "1.0B");
  CHECK(in_short("99960000000") == "100B");
  CHECK(in_short("1000") == "1.0K");
  CHECK(in_short("999999999999999") == "1000T");
  CHECK(in_short("999") == "999");
  CHECK(in_short("7b") == "7b");
}

TEST_CASE("the page of a model shows each label with verdict and evidence") {
  const Served served;
  const std::string page = served.get("/models/alpha-7b").body;
  CHECK_THAT(page, ContainsSubstring("verdict on quantizations_available.gguf"));
  CHECK_THAT(page,
             ContainsSubstring("<summary><span class=\"v contradicted\">contradicted</span>"));
  CHECK_THAT(page, ContainsSubstring("href=\"/api/v1/evidence/" + served.seen.id + "\""));
  CHECK_THAT(page, ContainsSubstring("href=\"https://hub.example/api\""));
  CHECK_THAT(page, ContainsSubstring("<bdi>7,000,000,000</bdi>"));
  CHECK_THAT(page, ContainsSubstring("<bdi>$0.10</bdi>"));
  CHECK_THAT(page, ContainsSubstring("found by the audit, not in the catalog"));
  CHECK_THAT(page, ContainsSubstring("not disclosed"));
}

TEST_CASE("no label of an entry is left without its verdict") {
  const Served served(R"(models:
  - slug: all
    display_name: All
    family: f
    developer: d
    params_total: 0
    strange_field: 12
    nested: {deeper: {still: 1}}
    post_training: [sft, dpo]
    cost:
      - {input_per_mtok_usd: 0.10, output_per_mtok_usd: 0.2, vendor: A, source: "https://a.example"}
      - {input_per_mtok_usd: 0.30, vendor: B, extra: 1}
    speed: {tokens_per_sec_output: 50, source: "https://a.example", as_of: 2026-01-01}
    benchmarks: {mmlu: {score: 63.4, as_of: 2026-01-01, source: "https://a.example", odd: x}}
    quantizations_available: [gguf, unheard]
    quantizations_source: https://huggingface.co/a/b
    lineage: {parent: gone, children: [all]}
    sources: [{title: A, url: "https://a.example"}, "https://b.example"]
)");
  const nlohmann::json entry = served.json("/api/v1/models/all")["data"];
  const std::string page = served.get("/models/all").body;
  CHECK(entry["labels"].size() > 20);
  for (const nlohmann::json& label : entry["labels"]) {
    const std::string path = label["label"];
    const bool merged = path.starts_with("post_training.");
    CAPTURE(path);
    CHECK(count(page, "verdict on " + (merged ? "post_training" : path) + "</span>") == 1);
  }
}

TEST_CASE("what the catalog calls unknown and a source knows is shown as found") {
  Served served(R"(models:
  - {slug: alpha-7b, display_name: A, params_total: 0, attention_variant: unknown, layers_count: 3}
)");
  std::vector<assay::Finding> findings;
  for (const auto& [label, observed] : std::map<std::string, nlohmann::json>{
           {"params_total", 7'100'000'000}, {"attention_variant", "gqa"}, {"layers_count", 32}}) {
    findings.push_back(samples::finding("alpha-7b", label, assay::Verdict::unlisted));
    findings.back().auditor = "specs";
    findings.back().claimed = nullptr;
    findings.back().observed = observed;
  }
  served.store().add_findings(served.store().begin_run(samples::run()), "alpha-7b", findings,
                              {"specs"});
  const std::string page = served.get("/models/alpha-7b").body;
  CHECK_THAT(page, ContainsSubstring("7,100,000,000</bdi> <span class=\"unit\">parameters</span> "
                                     "<span class=\"found\">found by the audit"));
  CHECK_THAT(page, ContainsSubstring("<bdi>gqa</bdi> <span class=\"found\">"));
  // A verdict about a value that the catalog has changed since is none about the new one.
  CHECK_THAT(page, ContainsSubstring("<bdi>3</bdi>"));
  CHECK(page.find("<bdi>32</bdi> <span class=\"found\">") == std::string::npos);
}

TEST_CASE("changes lead to their models and runs") {
  Served served;
  auto found =
      samples::finding("alpha-7b", "quantizations_available.awq", assay::Verdict::supported);
  found.claimed = "awq";
  found.observed = "awq";
  served.store().add_findings(served.store().begin_run(samples::run()), "alpha-7b", {found},
                              {"quantizations"});
  const std::string page = served.get("/changes").body;
  CHECK_THAT(page, ContainsSubstring("<a href=\"/models/alpha-7b\"><bdi>Alpha 7B</bdi></a>"));
  CHECK_THAT(page, ContainsSubstring("<span class=\"v contradicted\">contradicted</span>"));
  CHECK_THAT(page, ContainsSubstring("<a href=\"/runs/2\">run 2</a>"));
  CHECK(served.get("/changes?model=alpha-7b&label=quantizations_available").status == 200);
  CHECK_THAT(served.get("/changes?model=none").body, ContainsSubstring("Nothing has changed yet"));
  CHECK(served.get("/changes?before=x").status == 400);
}

TEST_CASE("hostile text in catalog and store stays text") {
  const Served served;
  for (const char* path : {"/", "/models/beta-2b"}) {
    CAPTURE(path);
    const std::string page = served.get(path).body;
    CHECK(count(page, "<script") == 1);  // our own
    CHECK(page.find("<img") == std::string::npos);
    CHECK(page.find("<b>") == std::string::npos);
    CHECK(page.find("=\"javascript:") == std::string::npos);
    CHECK(page.find('\xff') == std::string::npos);
    CHECK_THAT(page, ContainsSubstring("&lt;script&gt;alert("));
  }
  // Text that turns direction is fenced in, so that it cannot turn what follows.
  const std::string page = served.get("/models/beta-2b").body;
  const std::size_t turn = page.find("\xe2\x80\xae \xef\xbf\xbd end");
  REQUIRE(turn != std::string::npos);
  CHECK(page.find("</bdi>", turn) < page.find("<dl>", turn));
}

TEST_CASE("constructed data is labelled on every page") {
  const std::string origin = "recording: sample.json (constructed 2026-08-21, not live)";
  Served served(Served::kCatalog, origin);
  for (const char* path : {"/", "/models/alpha-7b"}) {
    CHECK_THAT(served.get(path).body, ContainsSubstring("class=\"banner\""));
    CHECK_THAT(served.get(path).body, ContainsSubstring("<bdi>" + origin + "</bdi>"));
  }
  served.store().finish_run(served.store().begin_run(samples::run("replay of run 1")), {});
  CHECK_THAT(served.get("/").body, ContainsSubstring("class=\"banner\""));
  served.store().finish_run(served.store().begin_run(samples::run("live")), {});
  CHECK(served.get("/").body.find("class=\"banner\"") == std::string::npos);
}

TEST_CASE("errors outside of api are pages") {
  const Served served;
  const std::string target =
      GENERATE(as<std::string>{}, "/nothing", "/models/none", "/?x=1", "/models/%3Cscript%3E");
  CAPTURE(target);
  const Response response = served.get(target);
  CHECK(response.status >= 400);
  CHECK(header(response, "Content-Type") == "text/html; charset=utf-8");
  CHECK_THAT(response.body, ContainsSubstring("<h1>4"));
  CHECK(response.body.find("<script") == std::string::npos);
}
