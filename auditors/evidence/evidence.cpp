#include "auditors/evidence/evidence.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <optional>

#include "auditors/evidence/digest.h"
#include "validator/text/ascii.h"
#include "validator/text/json_text.h"

namespace assay {
namespace {

// Indexed by Outcome.
constexpr std::array<std::string_view, 13> kOutcomes{
    "response",     "dns_failure", "connect_failure", "tls_failure",        "timeout",
    "truncated",    "too_large",   "bad_encoding",    "too_many_redirects", "refused_address",
    "budget_spent", "offline",     "not_recorded"};

// "https://host:port" of an absolute URL.
std::string_view origin_of(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return {};
  return url.substr(0, url.find_first_of("/?#", scheme + 3));
}

std::string_view answered_url(const Evidence& evidence) {
  return evidence.final_url.empty() ? evidence.url : evidence.final_url;
}

// Whether the parameters of one Link value hold rel=next (alone, or among several relations).
bool is_next(std::string_view parameters) {
  while (!parameters.empty()) {
    const std::size_t end = parameters.find(';');
    const std::string_view parameter = ascii::trim_blanks(parameters.substr(0, end));
    parameters = end == std::string_view::npos ? std::string_view{} : parameters.substr(end + 1);
    const std::size_t equals = parameter.find('=');
    if (equals == std::string_view::npos ||
        ascii::trim_blanks(parameter.substr(0, equals)) != "rel")
      continue;
    std::string_view relations = ascii::trim_blanks(parameter.substr(equals + 1));
    if (relations.size() >= 2 && relations.front() == '"' && relations.back() == '"') {
      relations = relations.substr(1, relations.size() - 2);
    }
    while (!relations.empty()) {
      const std::size_t space = relations.find(' ');
      if (relations.substr(0, space) == "next") return true;
      relations =
          space == std::string_view::npos ? std::string_view{} : relations.substr(space + 1);
    }
  }
  return false;
}

}  // namespace

std::string_view to_string(Outcome outcome) { return kOutcomes[static_cast<std::size_t>(outcome)]; }

std::optional<Outcome> parse_outcome(std::string_view id) {
  const auto found = std::find(kOutcomes.begin(), kOutcomes.end(), id);
  if (found == kOutcomes.end()) return std::nullopt;
  return static_cast<Outcome>(found - kOutcomes.begin());
}

void seal(Evidence& evidence) {
  evidence.body_sha256 = evidence.ok() || !evidence.body.empty() ? sha256_hex(evidence.body) : "";
  // Keys are sorted by nlohmann::json, so equal exchanges have equal text.
  const nlohmann::json record = {{"source", evidence.source},
                                 {"url", evidence.url},
                                 {"final_url", evidence.final_url},
                                 {"fetched_at", evidence.fetched_at},
                                 {"outcome", to_string(evidence.outcome)},
                                 {"status", evidence.status},
                                 {"headers", evidence.headers},
                                 {"body_sha256", evidence.body_sha256},
                                 {"error", evidence.error}};
  evidence.id = sha256_hex(compact_json(record));
}

std::string next_target(const Evidence& evidence) {
  const auto header = evidence.headers.find("link");
  if (header == evidence.headers.end()) return {};
  std::string_view rest = header->second;
  const std::string_view base = answered_url(evidence);
  while (true) {
    const std::size_t open = rest.find('<');
    const std::size_t close = rest.find('>', open == std::string_view::npos ? 0 : open);
    if (open == std::string_view::npos || close == std::string_view::npos) return {};
    const std::string_view target = rest.substr(open + 1, close - open - 1);
    rest.remove_prefix(close + 1);
    // A value ends at a comma outside of quotes; targets are inside of <>, so commas there are
    // safe.
    std::size_t end = 0;
    for (bool quoted = false; end < rest.size() && (quoted || rest[end] != ','); ++end) {
      if (rest[end] == '"') quoted = !quoted;
    }
    const std::string_view parameters = rest.substr(0, end);
    rest.remove_prefix(std::min(rest.size(), end + 1));
    if (!is_next(parameters)) continue;
    if (target.starts_with('/') && !target.starts_with("//"))
      return fmt::format("{}{}", origin_of(base), target);
    if (target.starts_with('?'))
      return fmt::format("{}{}", base.substr(0, base.find_first_of("?#")), target);
    return std::string(target);
  }
}

std::string next_link(const Evidence& evidence) {
  std::string target = next_target(evidence);
  return origin_of(target) == origin_of(answered_url(evidence)) ? target : std::string{};
}

}  // namespace assay
