// What was known then is answered as it was answered then, whatever came later.
#include <fmt/format.h>

#include <map>
#include <random>
#include <set>

#include "db/store.h"
#include "support/catch.h"
#include "support/seed.h"
#include "support/store_samples.h"
#include "support/temp_dir.h"
#include "validator/text/dates.h"

using assay::Evidence;
using assay::Finding;
using assay::Verdict;
using assay::db::Access;
using assay::db::Change;
using assay::db::ChangeFilter;
using assay::db::FindingFilter;
using assay::db::Period;
using assay::db::Run;
using assay::db::Store;

namespace {

const std::vector<std::string> kSlugs{"a", "b", "c"};
const std::vector<std::string> kAuditors{"quantizations", "prices"};

bool is_fault(Verdict verdict) {
  return verdict == Verdict::source_unreachable || verdict == Verdict::verifier_unable;
}

// Everything that a store says, as text.
std::string text_of(const std::vector<Period>& periods) {
  std::string text;
  for (const Period& period : periods) {
    const Finding& finding = period.finding;
    text += fmt::format("{} {} {} {} {} {} {} {} {}-{} {} {} {}\n", period.id, finding.slug,
                        finding.label, finding.auditor, to_string(finding.verdict),
                        finding.claimed.dump(), finding.observed.dump(), finding.reason,
                        period.first_run, period.last_run, period.open, period.since,
                        period.confirmed_at);
    for (const assay::Observation& seen : finding.observations) {
      text += fmt::format("  {} {} {} {} {}\n", seen.source, seen.value.dump(), seen.url,
                          seen.fetched_at, seen.evidence);
    }
  }
  return text;
}

std::string text_of(const std::optional<Change::Fact>& fact) {
  return fact ? fmt::format("{} {} {} {}", to_string(fact->verdict), fact->claimed.dump(),
                            fact->observed.dump(), fact->reason)
              : "nothing";
}

std::string all_of(const Store& store, const std::string& as_of) {
  FindingFilter current;
  current.as_of = as_of;
  current.limit = 1000;
  std::string text = text_of(store.findings(current));
  current.verdict = "contradicted";
  text += text_of(store.findings(current));
  for (const std::string& slug : kSlugs) text += text_of(store.history(slug, "", 1000, 0, as_of));
  for (const auto& summary : store.summaries(as_of)) {
    text += fmt::format("{} {}", summary.slug, summary.last_audit);
    for (const auto& [verdict, count] : summary.verdicts) text += fmt::format(" {}", count);
    CHECK(store.summary(summary.slug, as_of)->last_audit == summary.last_audit);
  }
  ChangeFilter changes;
  changes.as_of = as_of;
  changes.limit = 1000;
  for (const Change& change : store.changes(changes)) {
    text +=
        fmt::format("\n{} {} {} {} {} {}: {} -> {}", change.id, change.at, change.run, change.slug,
                    change.label, change.auditor, text_of(change.from), text_of(change.to));
  }
  for (const Run& run : store.runs(1000, 0, as_of)) {
    text += fmt::format("\n{} {} {}", run.id, run.started_at, run.finished_at);
    // At its last sign of life a run may be taken for one under way, which has no counts as of
    // then.
    if (run.status != "complete") continue;
    text += run.status;
    text += fmt::format(" {}", run.requests.sent);
    for (const auto& [verdict, count] : run.verdicts) text += fmt::format(" {}", count);
    const std::optional<Run> one = store.run(run.id, as_of);
    for (const auto& source : one->sources) {
      for (const auto& [result, count] : source.results) {
        text += fmt::format(" {} {} {}", source.source, result, count);
      }
    }
  }
  return text;
}

// What is expected of the store, kept in memory. A label has at most one finding per auditor.
class Model {
 public:
  using Key = std::tuple<std::string, std::string, std::string>;  // slug, auditor, label
  struct Fact {
    Verdict verdict;
    std::string claimed;
    std::string observed;
    bool operator==(const Fact&) const = default;
  };

  void judge(const std::string& slug, const std::vector<Finding>& findings,
             const std::vector<std::string>& auditors) {
    for (const std::string& auditor : auditors) {
      std::map<Key, Fact> found;
      bool faulty = false;
      for (const Finding& finding : findings) {
        if (finding.auditor != auditor) continue;
        faulty = faulty || is_fault(finding.verdict);
        found.emplace(Key{slug, auditor, finding.label},
                      Fact{finding.verdict, finding.claimed.dump(), finding.observed.dump()});
      }
      judge(slug, auditor, found, faulty);
    }
  }
  void leave(const std::string& slug) {
    std::erase_if(current, [&](const auto& each) { return std::get<0>(each.first) == slug; });
    std::erase_if(known_, [&](const auto& each) { return std::get<0>(each.first) == slug; });
  }

  std::map<Key, Fact> current;
  std::size_t changes = 0;

 private:
  void judge(const std::string& slug, const std::string& auditor, const std::map<Key, Fact>& found,
             bool faulty) {
    const auto ours = [&](const auto& each) {
      return std::get<0>(each.first) == slug && std::get<1>(each.first) == auditor;
    };
    const bool knew = std::any_of(current.begin(), current.end(), ours) &&
                      std::any_of(ever_.begin(), ever_.end(), [&](const auto& each) {
                        return each == std::pair(slug, auditor);
                      });
    std::map<Key, Fact> next = found;
    for (const auto& [key, fact] : current) {
      if (!ours(std::pair(key, fact)) || found.contains(key)) continue;
      // Nothing here is read again, so what sources have beyond the catalog outlives faults.
      if (fact.claimed == "null" && faulty) next.emplace(key, fact);
    }
    for (const auto& [key, fact] : next) {
      if (is_fault(fact.verdict)) continue;
      const auto before = known_.find(key);
      if (before != known_.end()) {
        changes +=
            before->second.verdict != fact.verdict || before->second.observed != fact.observed ? 1
                                                                                               : 0;
      } else if (knew && !current.contains(key)) {
        ++changes;
      }
      known_[key] = fact;
      ever_.emplace(slug, auditor);
    }
    for (const auto& [key, fact] : std::map(current)) {
      if (!ours(std::pair(key, fact))) continue;
      current.erase(key);
      if (next.contains(key)) continue;
      changes += known_.erase(key);
    }
    current.insert(next.begin(), next.end());
  }

  std::map<Key, Fact> known_;  // what is known of a label, also while its source is silent
  std::set<std::pair<std::string, std::string>> ever_;
};

class World {
 public:
  explicit World(unsigned seed) : random_(seed) {}

  std::size_t below(std::size_t bound) { return random_() % bound; }
  bool once_in(std::size_t n) { return below(n) == 0; }

  // Milliseconds, not always forwards.
  std::int64_t clock() {
    now_ += static_cast<std::int64_t>(below(100'000)) - 20'000;
    return now_;
  }

  std::vector<Evidence> answers(std::int64_t run) {
    std::vector<Evidence> made;
    for (int url = 0; url < 3; ++url) {
      made.push_back(samples::evidence(fmt::format("https://hub.example/{}", url),
                                       fmt::format("{}", once_in(5) ? run : 0),
                                       assay::format_time(1'795'402'800'000 + run * 1000 + url)));
    }
    return made;
  }

  std::vector<Finding> findings(const std::string& slug, const std::vector<std::string>& auditors,
                                const std::vector<Evidence>& known) {
    std::vector<Finding> made;
    for (const std::string& auditor : auditors) {
      for (const char* label : {"x", "y", "z"}) {
        if (once_in(6)) continue;
        Finding finding = samples::finding(slug, auditor + "." + label, Verdict::supported);
        finding.auditor = auditor;
        const std::size_t kind = below(12);
        finding.verdict = kind < 7    ? Verdict::supported
                          : kind < 9  ? Verdict::contradicted
                          : kind < 10 ? Verdict::source_unreachable
                                      : Verdict::unlisted;
        finding.observed = is_fault(finding.verdict) ? nlohmann::json(nullptr)
                                                     : nlohmann::json(below(8) < 6 ? 1 : 2);
        if (finding.verdict == Verdict::unlisted) {
          finding.claimed = nullptr;
          finding.observed = once_in(4) ? 2 : 1;
        }
        finding.reason = fmt::format("reason {}", below(6) < 4 ? 0 : 1);
        // Nobody cites for what is unlisted, so that nothing of it counts as read again.
        if (finding.verdict != Verdict::unlisted) {
          for (std::size_t i = below(3); i > 0; --i) {
            finding.observations.push_back(
                samples::observation(known[below(known.size())], below(4) == 0 ? 1 : 0));
          }
        }
        made.push_back(std::move(finding));
      }
    }
    return made;
  }

 private:
  std::mt19937 random_;
  std::int64_t now_ = 1'795'402'800'000;
};

}  // namespace

TEST_CASE("a store says of a past moment what it said then") {
  const unsigned seed = assay::test::fresh_seed();
  CAPTURE(seed);
  World world(seed);
  Model model;
  const TempDir dir;
  std::map<std::string, std::string> said;  // by moment
  auto store = std::make_unique<Store>(dir.file("a.db"), Access::read_write,
                                       [&world] { return world.clock(); });
  const auto remember = [&] {
    if (world.once_in(3)) said[store->newest_moment()] = all_of(*store, "");
  };
  for (int night = 0; night < 25; ++night) {
    Run begun = samples::run();
    begun.started_at.clear();
    const std::int64_t run = store->begin_run(begun);
    remember();
    const std::vector<Evidence> known = world.answers(run);
    for (const Evidence& evidence : known) store->add_evidence(run, evidence);
    std::vector<std::string> auditors;
    for (const std::string& auditor : kAuditors) {
      if (!world.once_in(4)) auditors.push_back(auditor);
    }
    for (const std::string& slug : kSlugs) {
      if (world.once_in(5)) continue;
      const std::vector<Finding> findings = world.findings(slug, auditors, known);
      store->add_findings(run, slug, findings, auditors);
      model.judge(slug, findings, auditors);
      remember();
    }
    if (world.once_in(6)) {
      store->close_other_entries(run, {"a", "b"});
      model.leave("c");
      remember();
    }
    if (!world.once_in(5)) store->finish_run(run, {run > 0 ? 7U : 0U, 0, 0, 0});
    remember();
    if (world.once_in(4)) {
      store.reset();
      store = std::make_unique<Store>(dir.file("a.db"), Access::read_write,
                                      [&world] { return world.clock(); });
    }

    FindingFilter all;
    all.limit = 1000;
    const std::vector<Period> current = store->findings(all);
    REQUIRE(current.size() == model.current.size());
    for (const Period& period : current) {
      const Finding& finding = period.finding;
      const auto expected = model.current.find({finding.slug, finding.auditor, finding.label});
      REQUIRE(expected != model.current.end());
      CHECK(expected->second ==
            Model::Fact{finding.verdict, finding.claimed.dump(), finding.observed.dump()});
    }
    ChangeFilter changes;
    changes.limit = 1000;
    REQUIRE(store->changes(changes).size() == model.changes);
  }
  store.reset();
  const Store later(dir.file("a.db"), Access::read_only);
  REQUIRE(said.size() > 10);
  for (const auto& [moment, text] : said) {
    CAPTURE(moment);
    CHECK(all_of(later, moment) == text);
  }
  CHECK(later
            .findings({.slug = "",
                       .label_prefix = "",
                       .auditor = "",
                       .verdict = "",
                       .since = "",
                       .as_of = "2001-01-01T00:00:00Z"})
            .empty());
}
