#include "auditors/report/report.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "validator/text/json_text.h"
#include "validator/text/printable.h"

namespace assay {
namespace {

using nlohmann::ordered_json;

ordered_json finding_json(const Finding& finding) {
  ordered_json observations = ordered_json::array();
  for (const Observation& seen : finding.observations) {
    observations.push_back({{"source", seen.source},
                            {"value", seen.value},
                            {"url", seen.url},
                            {"fetched_at", seen.fetched_at},
                            {"evidence", "sha256:" + seen.evidence}});
  }
  ordered_json auditor = nullptr;
  if (!finding.auditor.empty()) auditor = finding.auditor;
  return {{"slug", finding.slug},         {"label", finding.label},
          {"auditor", auditor},           {"claimed", finding.claimed},
          {"observed", finding.observed}, {"verdict", to_string(finding.verdict)},
          {"reason", finding.reason},     {"observations", observations}};
}

ordered_json offers_json(const std::vector<OfferCount>& counts) {
  ordered_json all = ordered_json::array();
  for (const OfferCount& count : counts) {
    ordered_json unjoined = ordered_json::array();
    for (const OfferCount::Key& key : count.unjoined) {
      ordered_json& row = unjoined.emplace_back();
      row["provider"] = key.provider;
      row["model"] = key.model;
      if (!key.variant.empty()) row["variant"] = key.variant;
    }
    all.push_back({{"source", count.source},
                   {"read", count.read},
                   {"joined", count.joined},
                   {"unjoined", std::move(unjoined)}});
  }
  return all;
}

// Labels that share verdict and reason share the lines, and what they have in common:
// "quantizations_available.{awq,gguf}".
std::string joined(const std::vector<std::string>& labels) {
  if (labels.size() == 1) return labels.front();
  const std::string prefix = labels.front().substr(0, labels.front().find('.') + 1);
  const bool shared =
      !prefix.empty() && std::all_of(labels.begin(), labels.end(),
                                     [&](const auto& label) { return label.starts_with(prefix); });
  if (!shared) return fmt::format("{}", fmt::join(labels, " "));
  std::string text = prefix + "{";
  for (const std::string& label : labels) {
    text += (label == labels.front() ? "" : ",") + label.substr(prefix.size());
  }
  return text + "}";
}

bool same_story(const Finding& a, const Finding& b) {
  return a.slug == b.slug && a.verdict == b.verdict && a.reason == b.reason;
}

std::string_view colour_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::supported:
      return "\x1b[32m";
    case Verdict::contradicted:
    case Verdict::outdated:
    case Verdict::disputed:
      return "\x1b[31m";
    case Verdict::unlisted:
    case Verdict::unsupported:
      return "\x1b[36m";
    case Verdict::source_unreachable:
    case Verdict::verifier_unable:
      return "\x1b[33m";
    case Verdict::unaudited:
      return "\x1b[2m";
  }
  return {};
}

}  // namespace

bool is_noteworthy(Verdict verdict) {
  return verdict != Verdict::supported && verdict != Verdict::unaudited;
}

std::string short_url(std::string_view url) {
  const std::size_t fields = std::min(url.find("&expand="), url.find("?blobs="));
  if (fields == std::string_view::npos) return std::string(url);
  return std::string(url.substr(0, fields)) + "…";
}

std::size_t AuditReport::count(Verdict verdict) const {
  return static_cast<std::size_t>(
      std::count_if(findings.begin(), findings.end(),
                    [&](const Finding& finding) { return finding.verdict == verdict; }));
}

std::string render_audit_json(const AuditReport& report) {
  ordered_json summary;
  for (const VerdictInfo& info : verdicts())
    summary[std::string(info.id)] = report.count(info.verdict);
  ordered_json findings = ordered_json::array();
  for (std::size_t i = 0; i < report.findings.size(); ++i) {
    findings.push_back(finding_json(report.findings[i]));
    const auto silenced = report.acknowledged.findings.find(i);
    if (silenced == report.acknowledged.findings.end()) continue;
    const Acknowledgement& item = silenced->second;
    ordered_json& shown = findings.back()["acknowledged"];
    shown["reason"] = item.reason;
    shown["until"] = item.until.empty() ? ordered_json(nullptr) : ordered_json(item.until);
  }
  ordered_json json = {{"run",
                        {{"id", report.run},
                         {"status", report.status},
                         {"started_at", report.started_at},
                         {"finished_at", report.finished_at},
                         {"catalog_sha256", report.catalog_sha256},
                         {"origin", to_text(report.origin)}}},
                       {"summary", summary},
                       {"requests",
                        {{"sent", report.requests.sent},
                         {"not_modified", report.requests.not_modified},
                         {"retried", report.requests.retried},
                         {"bytes", report.requests.bytes}}},
                       {"findings", findings}};
  if (!report.offers.empty()) json["offers"] = offers_json(report.offers);
  if (!report.acknowledged.stale.empty()) {
    json["stale_acknowledgements"] = report.acknowledged.stale;
  }
  return indented_json(json) + "\n";
}

std::string render_audit_human(const AuditReport& report, bool colour) {
  std::string out;
  std::string entry;
  for (std::size_t i = 0; i < report.findings.size();) {
    const Finding& finding = report.findings[i++];
    if (!is_noteworthy(finding.verdict) || report.acknowledged.findings.count(i - 1) != 0) continue;
    std::vector<std::string> labels{printable(finding.label)};
    while (i < report.findings.size() && same_story(finding, report.findings[i]) &&
           report.acknowledged.findings.count(i) == 0) {
      labels.push_back(printable(report.findings[i++].label));
    }
    if (finding.slug != entry) {
      entry = finding.slug;
      out += fmt::format("{}\n", printable(entry));
    }
    const std::string_view begin = colour ? colour_of(finding.verdict) : std::string_view{};
    const std::string_view end = colour ? "\x1b[0m" : std::string_view{};
    out += fmt::format("  {}{:<18}{} {}\n", begin, to_string(finding.verdict), end, joined(labels));
    out += fmt::format("  {:<18} {}\n", "", printable(finding.reason));
    if (!finding.observations.empty()) {
      const Observation& seen = finding.observations.front();
      const std::size_t more = finding.observations.size() - 1;
      out += fmt::format("  {:<18} {}{}{}\n", "",
                         (finding.verdict == Verdict::source_unreachable ? "asked " : "seen ") +
                             seen.fetched_at + ": ",
                         printable(short_url(seen.url)),
                         more == 0 ? std::string{} : fmt::format(" and {} more", more));
    }
  }
  for (const std::string& stale : report.acknowledged.stale) out += printable(stale) + "\n";
  if (!out.empty()) out += "\n";
  out += fmt::format("{} {}, {} labels\n", report.entries,
                     report.entries == 1 ? "entry" : "entries", report.findings.size());
  for (const VerdictInfo& info : verdicts()) {
    const std::size_t number = report.count(info.verdict);
    if (number > 0) out += fmt::format("  {:>6} {:<18} {}\n", number, info.id, info.meaning);
  }
  if (const std::size_t silenced = report.acknowledged.findings.size(); silenced > 0) {
    out += fmt::format("  {:>6} of these acknowledged, not listed\n", silenced);
  }
  for (const OfferCount& count : report.offers) {
    out += fmt::format("offers of {}: {} read, {} of models in the catalog\n",
                       printable(count.source), count.read, count.joined);
  }
  out += fmt::format("requests: {} sent, {} not modified, {} retried, {} bytes received\n",
                     report.requests.sent, report.requests.not_modified, report.requests.retried,
                     report.requests.bytes);
  return out;
}

}  // namespace assay
