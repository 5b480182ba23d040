#include "auditors/audit_order.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>

#include "support/catch.h"

namespace {

using namespace assay;

// An auditor that asks each entry's repository one thing.
std::vector<Request> plan(const Subject& entry, const Config&, const EvidenceSet&) {
  return {{.source = "huggingface", .url = entry.repository}};
}
const Auditor kAuditor{.id = "one",
                       .summary = {},
                       .covers = [](std::string_view) { return true; },
                       .plan = plan,
                       .judge = nullptr};

std::vector<Subject> entries(std::size_t count) {
  std::vector<Subject> all;
  for (std::size_t i = 0; i < count; ++i) {
    Subject& entry = all.emplace_back();
    entry.slug = fmt::format("model-{:03}", i);
    entry.repository = "https://hub/" + entry.slug;
  }
  return all;
}

std::vector<std::string> order(std::size_t count, std::int64_t now,
                               const std::map<std::string, Attempts>& known) {
  const Auditor* auditor = &kAuditor;
  std::vector<std::string> slugs;
  for (const Subject& entry :
       in_fair_order(entries(count), {&auditor, 1}, Config{}, now, [&](const std::string& url) {
         const auto found = known.find(url);
         return found == known.end() ? Attempts{} : found->second;
       })) {
    slugs.push_back(entry.slug);
  }
  return slugs;
}

constexpr std::int64_t kHour = 3'600'000;

}  // namespace

TEST_CASE("what was never asked for goes first and what was asked last goes last") {
  const std::map<std::string, Attempts> known{{"https://hub/model-000", {900, 0}},
                                              {"https://hub/model-002", {500, 0}}};
  CHECK(order(4, 1000, known) ==
        std::vector<std::string>{"model-001", "model-003", "model-002", "model-000"});
}

TEST_CASE("what failed waits longer after each failure and then has its turn") {
  // Among eleven sound entries its place is the tenth when it is due, else the last.
  const auto due = [](int failures, std::int64_t hours) {
    const auto slugs = order(12, 1 + hours * kHour, {{"https://hub/model-000", {1, failures}}});
    const bool tenth = slugs.at(9) == "model-000";
    CHECK((tenth || slugs.back() == "model-000"));
    return tenth;
  };
  CHECK_FALSE(due(1, 0));
  CHECK(due(1, 1));
  CHECK_FALSE(due(2, 23));
  CHECK(due(2, 24));
  CHECK_FALSE(due(3, 71));
  CHECK(due(3, 72));
  CHECK(due(1'000'000, 72));
}

// D8: dead sources were picked again day after day and took most of the capacity.
TEST_CASE("D8 readable entries keep their window with a third of the sources dead") {
  constexpr std::size_t kEntries = 100;
  // A nightly run has time for 40 answers; a dead source costs as much as four.
  constexpr int kNightly = 40;
  std::map<std::string, Attempts> known;
  std::map<std::string, int> verified;  // night of the last answer
  int oldest = 0;
  for (int night = 1; night <= 60; ++night) {
    const std::int64_t now = night * 24 * kHour;
    int left = kNightly;
    for (const std::string& slug : order(kEntries, now, known)) {
      const bool dead = std::stoi(slug.substr(6)) % 10 < 3;
      left -= dead ? 4 : 1;
      if (left < 0) break;
      Attempts& attempts = known["https://hub/" + slug];
      attempts.last = now;
      attempts.failures = dead ? attempts.failures + 1 : 0;
      if (!dead) verified[slug] = night;
    }
    // From the second week on: with all of the capacity for readable ones it would be two nights.
    if (night < 14) continue;
    CHECK(verified.size() == 70);
    for (const auto& [slug, when] : verified) oldest = std::max(oldest, night - when);
  }
  CHECK(oldest <= 3);
}
