#include "auditors/audit.h"

#include <map>
#include <set>

#include "auditors/evidence/recording.h"
#include "auditors/read_config.h"
#include "auditors/registry.h"
#include "support/catch.h"

// The pipeline: what is asked, what is kept, who hears of it.

namespace {

using namespace assay;

constexpr const char* kCatalog =
    "models:\n"
    "  - {slug: a, params_total: 1}\n"
    "  - {slug: b, params_total: 2}\n"
    "  - {slug: c, params_total: 3}\n";

int parses = 0;  // how often a body was parsed
std::string body_of(const Evidence& evidence) {
  ++parses;
  return evidence.body;
}

const std::string kList = "https://prices.example/list";
const std::string kMore = "https://prices.example/more";

std::vector<Request> plan_list(const Subject& subject, const Config&, const EvidenceSet& known) {
  std::vector<Request> wanted{{.source = "list", .url = kList, .shared = true}};
  // What the list says decides what else is asked, per entry.
  if (known.find(kList) != nullptr) {
    wanted.push_back({.source = "list", .url = kMore + "/" + subject.slug});
  }
  return wanted;
}

std::vector<Finding> judge_list(const Subject& subject, const Config&, const EvidenceSet& known) {
  const Evidence* list = known.find(kList);
  if (list == nullptr || known.find(kMore + "/" + subject.slug) == nullptr) return {};
  Finding finding;
  finding.label = "params_total";
  finding.verdict = Verdict::supported;
  finding.reason = known.parsed(*list, body_of);
  if (const Evidence* before = known.previous(kList)) {
    finding.reason += " after " + known.parsed(*before, body_of);
  }
  for (const OfferPeriod& past : known.offer_history) finding.reason += " " + past.first_seen;
  return {finding};
}

OffersRead offers_of_list(const Subject&, const Config&, const EvidenceSet& known) {
  static const std::vector<Offer> offers(2);
  return {.documents = {{.evidence = known.find(kList), .offers = offers}},
          .joined = {&offers.front()}};
}

const Auditor kLister{.id = "lister",
                      .summary = "",
                      .covers = [](std::string_view label) { return label == "params_total"; },
                      .plan = plan_list,
                      .judge = judge_list,
                      .offers = offers_of_list};

Evidence answer(const std::string& url, const std::string& body) {
  Evidence evidence;
  evidence.source = "list";
  evidence.url = url;
  evidence.final_url = url;
  evidence.status = 200;
  evidence.fetched_at = "2026-08-01T00:00:00.000Z";
  evidence.body = body;
  seal(evidence);
  return evidence;
}

// Counts what was asked, and answers one request per drain step so that entries overlap.
struct Run {
  std::multiset<std::string> asked;
  std::vector<std::string> reported;
  std::vector<Finding> findings;
  std::vector<std::string> offer_calls;

  void go(AuditPlan plan) {
    const Source source("models.yaml", kCatalog);
    const Document document(source);
    const std::vector<Subject> all = subjects(document);
    REQUIRE(all.size() == 3);
    const Config config;
    const Auditor* auditor = &kLister;
    Transport inner = replay({answer(kList, "prices"), answer(kMore + "/a", ""),
                              answer(kMore + "/b", ""), answer(kMore + "/c", "")},
                             "2026-08-01T00:00:00.000Z");
    plan.subjects = all;
    plan.auditors = {&auditor, 1};
    plan.config = &config;
    plan.transport = {.submit =
                          [&](Request request, Done done) {
                            asked.insert(request.url);
                            inner.submit(std::move(request), std::move(done));
                          },
                      .drain = inner.drain};
    plan.on_evidence = [&](const Evidence& evidence) { reported.push_back(evidence.url); };
    plan.on_findings = [&](const Subject&, const std::vector<Finding>& some) {
      findings.insert(findings.end(), some.begin(), some.end());
    };
    audit(plan);
  }
};

}  // namespace

TEST_CASE("a shared answer is asked for and parsed once in a run") {
  parses = 0;
  Run run;
  run.go({});
  CHECK(run.asked.count(kList) == 1);
  CHECK(run.asked.size() == 4);
  CHECK(run.reported.size() == 4);
  REQUIRE(run.findings.size() == 3);
  for (const Finding& finding : run.findings) CHECK(finding.reason == "prices");
  CHECK(parses == 1);
}

TEST_CASE("an earlier good answer and the history of offers lie beside the new answer") {
  Run run;
  std::vector<std::string> asked_before;
  run.go({.last_good =
              [&](const Evidence& now) {
                asked_before.push_back(now.url);
                return answer(now.url, "older prices");
              },
          .offer_history =
              [](const Subject& subject) {
                OfferPeriod period;
                period.first_seen = "since " + subject.slug;
                return std::vector<OfferPeriod>{period};
              }});
  CHECK(asked_before == std::vector<std::string>{kList});
  REQUIRE(run.findings.size() == 3);
  CHECK(run.findings[0].reason == "prices after older prices since a");
  CHECK(run.findings[2].reason == "prices after older prices since c");
}

TEST_CASE("offers are reported once per document and joined once per entry") {
  Run run;
  std::vector<std::string> documents;
  std::vector<std::string> joined;
  run.go({.on_offers =
              [&](const OfferDocument& document) {
                CHECK(document.offers.size() == 2);
                documents.push_back(document.evidence->url);
              },
          .on_joined =
              [&](const Subject& subject, std::span<const Offer* const> offers) {
                CHECK(offers.size() == 1);
                joined.push_back(subject.slug);
              }});
  CHECK(documents == std::vector<std::string>{kList});
  CHECK(joined == std::vector<std::string>{"a", "b", "c"});
}

TEST_CASE("only evidence of the set can be parsed through it") {
  EvidenceSet set;
  set.add(answer(kList, "prices"));
  const Evidence stranger = answer(kList, "prices");
  CHECK_THROWS_AS(set.parsed(stranger, body_of), std::logic_error);
  CHECK(set.parsed(*set.find(kList), body_of) == "prices");
}

TEST_CASE("a source that is switched off makes labels unaudited and asks nobody") {
  const Source source("models.yaml",
                      "models:\n"
                      "  - slug: a\n"
                      "    license: MIT\n"
                      "    params_total: 1000000\n"
                      "    quantizations_source: https://huggingface.co/lab/Model\n"
                      "    quantizations_available: [gguf]\n"
                      "    cost: {input_per_mtok_usd: 0.1, vendor: DeepInfra}\n");
  const Document document(source);
  const std::vector<Subject> all = subjects(document);
  Config config = load_config("", "", [](std::string_view) { return std::nullopt; });
  for (auto& [id, configured] : config.sources) configured.enabled = false;
  std::vector<const Auditor*> chosen;
  for (const Auditor& auditor : auditors()) chosen.push_back(&auditor);
  std::map<std::string, Finding> found;
  std::set<std::string> unread;
  audit({.subjects = all,
         .auditors = chosen,
         .config = &config,
         .transport = {.submit = [](const Request& request, const Done&) { FAIL(request.url); },
                       .drain = [] {}},
         .on_unread = [&](const Subject&, const Unread& one) { unread.insert(one.auditor); },
         .on_findings =
             [&](const Subject&, const std::vector<Finding>& some) {
               for (const Finding& finding : some) found[finding.label] = finding;
             }});
  for (const char* label :
       {"license", "params_total", "quantizations_available.gguf", "cost.input_per_mtok_usd"}) {
    CAPTURE(label);
    REQUIRE(found.count(label) == 1);
    CHECK(found.at(label).verdict == Verdict::unaudited);
    CHECK(found.at(label).reason.find("switched off") != std::string::npos);
  }
  // What was unlisted before stays so.
  for (const char* auditor : {"license", "specs", "quantizations", "prices"}) {
    CHECK(unread.count(auditor) == 1);
  }
}
