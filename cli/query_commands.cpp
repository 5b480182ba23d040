#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <stdexcept>

#include "auditors/evidence/warc.h"
#include "auditors/registry.h"
#include "auditors/report/report.h"
#include "cli/commands.h"
#include "db/store.h"
#include "schema/embedded.h"
#include "validator/json_text.h"
#include "validator/printable.h"
#include "validator/rules/rules.h"
#include "validator/spelling.h"

// Commands that only read: the store's history, and the tables that documentation comes from.

namespace assay::cli {
namespace {

void print_indented(std::string_view text) {
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    fmt::print("    {}\n", text.substr(0, end));
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
  }
}

}  // namespace

int runs(const std::string& db, const std::string& format) {
  const db::Store store(db, db::Access::read_only);
  constexpr std::size_t kShown = 50;
  const std::vector<db::Run> all = store.runs(kShown);
  if (format == "json") {
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (const db::Run& run : all) {
      nlohmann::ordered_json verdict_counts = nlohmann::ordered_json::object();
      for (const auto& [id, count] : run.verdicts) verdict_counts[id] = count;
      list.push_back({{"id", run.id},
                      {"status", run.status},
                      {"started_at", run.started_at},
                      {"finished_at", run.finished_at},
                      {"origin", run.origin},
                      {"summary", verdict_counts},
                      {"requests", run.requests.sent}});
    }
    fmt::print("{}\n", indented_json(list));
    return kClean;
  }
  for (const db::Run& run : all) {
    std::string counts;
    for (const auto& [id, count] : run.verdicts) {
      if (count > 0) counts += fmt::format("{}{} {}", counts.empty() ? "" : ", ", count, id);
    }
    fmt::print("run {:<5} {:<12} {}  {} requests, {}\n", run.id, run.status, run.started_at,
               run.requests.sent, printable(run.origin));
    if (!counts.empty()) fmt::print("          {}\n", counts);
  }
  if (all.empty()) fmt::print(stderr, "{}: no run yet; `assay audit` makes one\n", db);
  return kClean;
}

int show_evidence(const std::string& db, const std::string& id, bool body) {
  const db::Store store(db, db::Access::read_only);
  constexpr std::string_view kPrefix = "sha256:";
  const std::string digest = id.starts_with(kPrefix) ? id.substr(kPrefix.size()) : id;
  const auto record = store.evidence(digest);
  if (!record) throw std::runtime_error(db + ": no evidence " + printable(id));
  if (body) {
    const std::string bytes = store.body(digest).value_or("");
    std::fwrite(bytes.data(), 1, bytes.size(), stdout);
    return kClean;
  }
  const Evidence& seen = record->evidence;
  fmt::print("evidence sha256:{}\nGET {}\n", seen.id, printable(seen.url));
  if (seen.final_url != seen.url) fmt::print("redirected to {}\n", printable(seen.final_url));
  fmt::print("{} {}\n", seen.fetched_at, to_string(seen.outcome));
  if (seen.status != 0) fmt::print("status {}\n", seen.status);
  if (!seen.error.empty()) fmt::print("error {}\n", printable(seen.error));
  for (const auto& [name, value] : seen.headers)
    fmt::print("{}: {}\n", printable(name), printable(value));
  if (!seen.body_sha256.empty())
    fmt::print("body sha256:{}, {} bytes\n", seen.body_sha256, record->body_size);
  return kClean;
}

int export_evidence(const std::string& db, std::int64_t run, const std::string& output) {
  const db::Store store(db, db::Access::read_only);
  const std::optional<db::Run> known = store.run(run);
  if (!known) {
    throw std::runtime_error(fmt::format("{} has no run {}; `assay runs` lists them", db, run));
  }
  const std::vector<Evidence> all = store.evidence_of(run);
  const std::string software = fmt::format("assay/{}", version());
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(output.c_str(), "wbx"),
                                                             std::fclose);
  if (!file) {
    throw std::runtime_error(
        fmt::format("{}: {}; give the name of a new file", output, std::strerror(errno)));
  }
  const auto write = [&](const std::string& bytes) {
    if (std::fwrite(bytes.data(), 1, bytes.size(), file.get()) != bytes.size()) {
      throw std::runtime_error(fmt::format("{}: {}", output, std::strerror(errno)));
    }
  };
  write(warc_header({.software = software,
                     .origin = parse_origin(known->origin),
                     .run = fmt::format("run {} of {}", run, known->catalog_path),
                     .date = known->started_at}));
  for (const Evidence& evidence : all) write(warc_records(evidence, software));
  if (std::fflush(file.get()) != 0) {
    throw std::runtime_error(fmt::format("{}: {}", output, std::strerror(errno)));
  }
  fmt::print("{}: {} exchanges of run {}\n", output, all.size(), run);
  return kClean;
}

int rules() {
  for (const auto& group : rule_groups()) {
    for (const Rule& rule : group) {
      fmt::print("{:<28} {:<8} {:<9} {}\n", rule.id, to_string(rule.severity), rule.group,
                 rule.summary);
    }
  }
  return kClean;
}

int explain(const std::string& word) {
  if (const Rule* rule = find_rule(word); rule != nullptr) {
    fmt::print("{} ({}, {})\n\n{}\n\n{}\n\nWrong:\n", rule->id, to_string(rule->severity),
               rule->group, rule->summary, rule->why);
    print_indented(rule->wrong);
    fmt::print("\nRight:\n");
    print_indented(rule->right);
    return kClean;
  }
  if (const auto verdict = parse_verdict(word)) {
    const VerdictInfo& info = verdicts().at(static_cast<std::size_t>(*verdict));
    fmt::print("{} (verdict)\n\nIt means: {}.\nIt needs: {}.\n", info.id, info.meaning, info.needs);
    return kClean;
  }
  if (const Auditor* auditor = find_auditor(word); auditor != nullptr) {
    fmt::print("{} (auditor)\n\n{}\n", auditor->id, auditor->summary);
    return kClean;
  }
  std::vector<std::string> known;
  for (const auto& group : rule_groups()) {
    for (const Rule& rule : group) known.emplace_back(rule.id);
  }
  for (const VerdictInfo& info : verdicts()) known.emplace_back(info.id);
  for (const Auditor& auditor : auditors()) known.emplace_back(auditor.id);
  const auto nearest = nearest_word(word, known);
  throw std::runtime_error(
      fmt::format("`{}` is no rule, verdict or auditor{}; `assay rules` lists the rules",
                  printable(word), nearest ? fmt::format("; did you mean `{}`?", *nearest) : ""));
}

int schema() {
  const std::string_view text = embedded_schema_file("catalog.schema.json");
  std::fwrite(text.data(), 1, text.size(), stdout);
  return kClean;
}

}  // namespace assay::cli
