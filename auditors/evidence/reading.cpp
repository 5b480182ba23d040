#include "auditors/evidence/reading.h"

#include <fmt/format.h>

#include <utility>

namespace assay {

using nlohmann::json;

json parse_body(std::string_view body) {
  constexpr std::size_t kMaxDepth = 64;
  std::size_t depth = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < body.size(); ++i) {
    const char c = body[i];
    if (quoted) {
      if (c == '\\') {
        ++i;
      } else if (c == '"') {
        quoted = false;
      }
    } else if (c == '"') {
      quoted = true;
    } else if (c == '[' || c == '{') {
      if (++depth > kMaxDepth) return json(json::value_t::discarded);
    } else if ((c == ']' || c == '}') && depth > 0) {
      --depth;
    }
  }
  return json::parse(body, nullptr, false);
}

Reading read_outcome(const Evidence* evidence) {
  Reading reading;
  reading.evidence = evidence;
  if (evidence == nullptr) return reading;
  if (evidence->ok()) {
    reading.state = ReadState::ok;
    return reading;
  }
  reading.state = ReadState::unreachable;
  if (evidence->outcome != Outcome::response) {
    reading.why =
        evidence->error.empty() ? std::string(to_string(evidence->outcome)) : evidence->error;
    return reading;
  }
  const auto code = evidence->headers.find("x-error-code");
  const std::string detail =
      code == evidence->headers.end() ? std::string{} : fmt::format(" ({})", code->second);
  reading.why = fmt::format("answered {}{}", evidence->status, detail);
  return reading;
}

Observation observe(const Evidence& evidence, json value) {
  return {.source = evidence.source,
          .value = std::move(value),
          .url = evidence.url,
          .fetched_at = evidence.fetched_at,
          .evidence = evidence.id};
}

}  // namespace assay
