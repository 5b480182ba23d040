// Old evidence goes, and no verdict with it.
#include <fmt/format.h>

#include <filesystem>

#include "db/store.h"
#include "support/catch.h"
#include "support/store_samples.h"
#include "support/temp_dir.h"
#include "validator/text/dates.h"

using assay::Evidence;
using assay::Verdict;
using assay::db::Access;
using assay::db::FindingFilter;
using assay::db::Period;
using assay::db::PruneReport;
using assay::db::Store;

namespace {

constexpr std::int64_t kStart = 1'795'402'800'000;  // 2026-11-23T03:00:00Z
constexpr std::int64_t kOneDay = 86'400'000;

// Forty nights: a listing that changes every ten, a file of a commit that is used every night, and
// a page that is read in the first night only.
class StoredNights {
 public:
  StoredNights() : store(dir.file("a.db"), Access::read_write, [this] { return now; }) {
    for (int night = 0; night < 40; ++night) {
      now = kStart + night * kOneDay;
      assay::db::Run begun = samples::run();
      begun.started_at.clear();
      const std::int64_t run = store.begin_run(begun);
      const Evidence listing =
          answer("listing", night, std::string(20'000, 'a') + std::to_string(night / 10));
      const Evidence file = answer("file", 0, std::string(5'000, 'f'));
      store.add_evidence(run, listing);
      store.add_evidence(run, file);
      if (night == 0) store.add_evidence(run, answer("page", 0, std::string(30'000, 'p')));
      const Verdict verdict = night < 15 ? Verdict::supported : Verdict::contradicted;
      store.add_findings(
          run, "m",
          {samples::finding("m", "x", verdict,
                            {samples::observation(listing, 1), samples::observation(file, 2)})},
          {"quantizations"});
      store.finish_run(run, {});
      moments.push_back(store.newest_moment());
      listings.push_back(listing);
    }
  }

  static Evidence answer(const std::string& name, int night, const std::string& body) {
    return samples::evidence("https://hub.example/" + name, body,
                             assay::format_time(kStart + night * kOneDay + 1));
  }

  // What was known of the label in each night, without the evidence.
  std::vector<std::string> known() const {
    std::vector<std::string> all;
    for (const std::string& moment : moments) {
      FindingFilter then;
      then.as_of = moment;
      for (const Period& period : store.findings(then)) {
        all.push_back(fmt::format("{} {} {} {}", moment, to_string(period.finding.verdict),
                                  period.since, period.finding.reason));
        CHECK(period.confirmed_at <= moment);
        for (const auto& seen : period.finding.observations) CHECK(seen.evidence.size() == 64);
      }
    }
    return all;
  }

  TempDir dir;
  std::int64_t now = kStart;
  Store store;
  std::vector<std::string> moments;
  std::vector<Evidence> listings;
};

}  // namespace

TEST_CASE("pruning keeps every verdict and what is still used") {
  StoredNights nights;
  const std::vector<std::string> known = nights.known();
  REQUIRE(known.size() == 40);
  const std::string path = nights.dir.file("a.db");

  const PruneReport would = nights.store.prune(kStart + 35 * kOneDay, true);
  CHECK(would.bodies > 0);
  CHECK(nights.store.body(nights.listings[0].id));
  CHECK(nights.store.evidence_of(1).size() == 3);

  // What was written last is in the file beside it until the database is compacted.
  const auto before = std::filesystem::file_size(path) + std::filesystem::file_size(path + "-wal");
  const PruneReport gone = nights.store.prune(kStart + 35 * kOneDay, false);
  CHECK(gone.bodies == would.bodies);
  CHECK(gone.evidence == would.evidence);
  CHECK(gone.judgements == would.judgements);
  CHECK(gone.bodies == 4);  // three listings and the page
  CHECK(gone.evidence > 20);
  CHECK(gone.judgements > 20);
  CHECK(std::filesystem::file_size(path) <= before);

  CHECK(nights.known() == known);
  CHECK(nights.store.history("m", "").size() == 2);
  CHECK(nights.store.changes({}).size() == 1);
  CHECK(nights.store.runs(100).size() == 40);
  CHECK_FALSE(nights.store.body(nights.listings[0].id));
  CHECK(nights.store.body(nights.listings[39].id));
  CHECK(nights.store.newest_evidence("https://hub.example/file"));
  CHECK_FALSE(nights.store.newest_evidence("https://hub.example/page"));
  CHECK(nights.store.evidence_of(40).size() == 2);
  CHECK_THROWS_AS(nights.store.evidence_of(1), assay::db::Error);
  // The exchange that first showed the verdict is still named, its body is not there.
  const auto first = nights.store.evidence(nights.listings[0].id);
  REQUIRE(first);
  CHECK(first->body_size == 20'001);
  CHECK_FALSE(first->body_stored);

  const PruneReport again = nights.store.prune(kStart + 35 * kOneDay, false);
  CHECK(again.bodies + again.evidence + again.judgements == 0);
}

TEST_CASE("a body that was pruned and is seen again is stored again") {
  StoredNights nights;
  nights.store.prune(kStart + 35 * kOneDay, false);
  const std::int64_t run = nights.store.begin_run(samples::run());
  const Evidence back = StoredNights::answer("listing", 41, nights.listings[0].body);
  nights.store.add_evidence(run, back);
  CHECK(nights.store.body(back.id) == back.body);
  CHECK(nights.store.body(nights.listings[0].id) == back.body);
}
