#include "auditors/evidence/evidence.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <nlohmann/json.hpp>
#include <optional>

#include "auditors/evidence/digest.h"
#include "validator/ascii.h"

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

// Takes "Z" or "+hh:mm" from the end of a time.
std::optional<std::chrono::minutes> take_offset(std::string_view& text) {
  if (text.ends_with('Z') || text.ends_with('z')) {
    text.remove_suffix(1);
    return std::chrono::minutes(0);
  }
  constexpr std::size_t kSize = 6;
  if (text.size() < kSize) return std::nullopt;
  const std::string_view zone = text.substr(text.size() - kSize);
  text.remove_suffix(kSize);
  const auto digit = [&](std::size_t at) { return zone[at] - '0'; };
  for (const std::size_t at : {1U, 2U, 4U, 5U}) {
    if (digit(at) < 0 || digit(at) > 9) return std::nullopt;
  }
  const int hours = digit(1) * 10 + digit(2);
  const int minutes = digit(4) * 10 + digit(5);
  if ((zone[0] != '+' && zone[0] != '-') || zone[3] != ':' || hours > 23 || minutes > 59) {
    return std::nullopt;
  }
  return std::chrono::minutes((zone[0] == '-' ? -1 : 1) * (hours * 60 + minutes));
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
  evidence.id = sha256_hex(record.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

std::string format_time(std::int64_t unix_milliseconds) {
  using namespace std::chrono;
  const sys_time<milliseconds> time{milliseconds{unix_milliseconds}};
  const auto day = floor<days>(time);
  const year_month_day date{day};
  const hh_mm_ss clock{time - day};
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count(),
                     clock.subseconds().count());
}

std::int64_t parse_time(std::string_view text) {
  using namespace std::chrono;
  constexpr std::string_view kShape = "0000-00-00T00:00:00";
  const std::optional<minutes> offset = take_offset(text);
  if (!offset || text.size() < kShape.size()) return -1;
  std::array<int, 6> part{};
  std::size_t index = 0;
  for (std::size_t i = 0; i < kShape.size(); ++i) {
    if (kShape[i] != '0') {
      const bool lower = kShape[i] == 'T' && text[i] == 't';
      if (text[i] != kShape[i] && !lower) return -1;
      ++index;
    } else {
      if (text[i] < '0' || text[i] > '9') return -1;
      part[index] = part[index] * 10 + (text[i] - '0');
    }
  }
  int fraction = 0;
  std::string_view rest = text.substr(kShape.size());
  if (!rest.empty()) {
    if (rest.front() != '.' || rest.size() < 2 || rest.size() > 10) return -1;
    int scale = 100;
    for (const char digit : rest.substr(1)) {
      if (digit < '0' || digit > '9') return -1;
      fraction += (digit - '0') * scale;
      scale /= 10;
    }
  }
  const year_month_day date{year{part[0]}, month{static_cast<unsigned>(part[1])},
                            day{static_cast<unsigned>(part[2])}};
  if (!date.ok() || part[3] > 23 || part[4] > 59 || part[5] > 60) return -1;
  const auto time = sys_days{date} + hours{part[3]} + minutes{part[4]} + seconds{part[5]} +
                    milliseconds{fraction} - *offset;
  const auto count = duration_cast<milliseconds>(time.time_since_epoch()).count();
  return count < 0 ? -1 : count;
}

std::string next_link(const Evidence& evidence) {
  const auto header = evidence.headers.find("link");
  if (header == evidence.headers.end()) return {};
  std::string_view rest = header->second;
  const std::string_view base =
      evidence.final_url.empty() ? std::string_view(evidence.url) : evidence.final_url;
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
    const std::string_view origin = origin_of(base);
    if (target.starts_with('/') && !target.starts_with("//"))
      return fmt::format("{}{}", origin, target);
    if (target.starts_with('?'))
      return fmt::format("{}{}", base.substr(0, base.find_first_of("?#")), target);
    return origin_of(target) == origin ? std::string(target) : std::string{};
  }
}

std::string encode_query(std::string_view text) {
  std::string encoded;
  for (const char c : text) {
    const bool unreserved = ascii::is_alphanumeric(c) || (c >= '0' && c <= '9') || c == '-' ||
                            c == '.' || c == '_' || c == '~';
    if (unreserved) {
      encoded.push_back(c);
    } else {
      encoded += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return encoded;
}

}  // namespace assay
