// Whatever goes into the store comes out again.
#include <random>

#include "db/store.h"
#include "support/catch.h"
#include "support/seed.h"
#include "support/store_samples.h"
#include "support/temp_dir.h"
#include "validator/text/dates.h"

using assay::Evidence;
using assay::Finding;
using assay::db::Access;
using assay::db::Store;

namespace {

class Generator {
 public:
  explicit Generator(unsigned seed) : random_(seed) {}

  std::size_t below(std::size_t bound) { return random_() % bound; }

  // Pieces that have broken programs before; `invalid` allows what is not UTF-8.
  std::string text(bool invalid) {
    static const std::vector<std::string> pieces{"a",
                                                 "'",
                                                 "\"",
                                                 ";--",
                                                 "%s",
                                                 "\\",
                                                 "\n",
                                                 "<b>",
                                                 "{{x}}",
                                                 "é",
                                                 "\xf0\x9f\x8e\xaf",
                                                 "\xe2\x80\xae",
                                                 "null",
                                                 "0.10",
                                                 std::string(1, '\0'),
                                                 " ",
                                                 "\xff",
                                                 "\xc3",
                                                 "\xed\xa0\x80",
                                                 std::string(300, 'z')};
    std::string made;
    for (std::size_t i = below(6); i > 0; --i) {
      const std::string& piece = pieces[below(pieces.size())];
      const bool is_utf8 = piece != "\xff" && piece != "\xc3" && piece != "\xed\xa0\x80";
      if (invalid || is_utf8) made += piece;
    }
    return made;
  }

  nlohmann::json value(int depth = 3) {
    switch (below(depth > 0 ? 8 : 6)) {
      case 0:
        return nullptr;
      case 1:
        return below(2) == 0;
      case 2:
        return static_cast<std::int64_t>(random_()) * 1'234'567'891;
      case 3:
        return -1.0 / static_cast<double>(1 + below(1000));
      case 4:
        return 18'446'744'073'709'551'615ULL;
      case 5:
        return text(false);
      case 6:
        return nlohmann::json::array({value(depth - 1), value(depth - 1)});
      default:
        return {{text(false), value(depth - 1)}};
    }
  }

  Evidence evidence() {
    Evidence made;
    made.source = text(true);
    made.url = text(true) + std::to_string(below(1'000'000));
    made.final_url = text(true);
    made.fetched_at = assay::format_time(static_cast<std::int64_t>(random_()) * 1000 + 7);
    made.outcome = static_cast<assay::Outcome>(below(13));
    made.status = static_cast<int>(below(600));
    for (std::size_t i = below(5); i > 0; --i) made.headers[text(true)] = text(true);
    for (std::size_t i = below(20); i > 0; --i) made.body += text(true);
    made.error = text(true);
    seal(made);
    return made;
  }

  Finding finding(const std::string& slug, const std::vector<Evidence>& known) {
    Finding made;
    made.slug = slug;
    made.label = text(true) + std::to_string(below(1'000'000));
    made.auditor = text(true) + "x";
    made.claimed = value();
    made.observed = value();
    made.verdict = assay::verdicts()[below(assay::verdicts().size())].verdict;
    made.reason = text(true);
    for (std::size_t i = below(4); i > 0; --i) {
      if (known.empty() || below(4) == 0) {
        made.observations.push_back({text(true), value(), text(true), "", ""});
      } else {
        made.observations.push_back(samples::observation(known[below(known.size())], value()));
      }
    }
    return made;
  }

 private:
  std::mt19937 random_;
};

}  // namespace

TEST_CASE("a round trip through the store is identity") {
  const unsigned seed = assay::test::fresh_seed();
  CAPTURE(seed);
  Generator generate(seed);
  const TempDir dir;
  Store store(dir.file("a.db"), Access::read_write);
  const std::int64_t run = store.begin_run(samples::run());
  std::vector<Evidence> known;
  for (int i = 0; i < 40; ++i) {
    known.push_back(generate.evidence());
    store.add_evidence(run, known.back());
  }
  for (Evidence each : known) {
    const std::string body = std::exchange(each.body, "");
    const auto record = store.evidence(each.id);
    REQUIRE(record);
    Evidence read = record->evidence;
    CHECK(read.id == each.id);
    CHECK(read.headers == each.headers);
    CHECK(read.url == each.url);
    CHECK(store.body(each.id).value_or("") == body);
    // The id is the digest of all fields, so sealing what was read must lead to it again.
    read.body = body;
    read.id.clear();
    seal(read);
    CHECK(read.id == each.id);
  }
  for (int i = 0; i < 40; ++i) {
    const std::string slug = generate.text(true) + std::to_string(i);
    std::vector<Finding> findings;
    for (int n = 0; n < 5; ++n) findings.push_back(generate.finding(slug, known));
    store.add_findings(run, slug, findings, {});
    assay::db::FindingFilter filter;
    filter.slug = slug;
    const auto periods = store.findings(filter);
    REQUIRE(periods.size() == findings.size());
    for (std::size_t n = 0; n < findings.size(); ++n) CHECK(periods[n].finding == findings[n]);
  }
}

TEST_CASE("invalid UTF-8 inside of a value becomes the replacement character") {
  const TempDir dir;
  Store store(dir.file("a.db"), Access::read_write);
  const std::int64_t run = store.begin_run(samples::run());
  Finding finding = samples::finding("m", "a", assay::Verdict::contradicted);
  finding.observed =
      "a\xff"
      "b";
  store.add_findings(run, "m", {finding}, {});
  store.add_findings(run, "m", {finding}, {});
  REQUIRE(store.history("m", "").size() == 1);
  CHECK(store.findings({})[0].finding.observed ==
        "a\xef\xbf\xbd"
        "b");
}

TEST_CASE("a value nested too deeply is refused") {
  const TempDir dir;
  Store store(dir.file("a.db"), Access::read_write);
  const std::int64_t run = store.begin_run(samples::run());
  Finding finding = samples::finding("m", "a", assay::Verdict::contradicted);
  for (int i = 0; i < 1'000; ++i) {
    finding.observed = nlohmann::json::array({std::move(finding.observed)});
  }
  CHECK_THROWS_AS(store.add_findings(run, "m", {finding}, {}), assay::db::Error);
  CHECK(store.findings({}).empty());
}
