#include "api/parameters.h"

#include <fmt/format.h>

#include <algorithm>

#include "api/http/message.h"
#include "api/problem.h"
#include "auditors/registry.h"
#include "validator/text/dates.h"

namespace assay::api {
namespace {

// Words as a list in prose: "a, b or c".
std::string one_of(const std::vector<std::string>& words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += i + 1 == words.size() ? " or " : ", ";
    text += words[i];
  }
  return text;
}

// As format_time() writes it; empty when the text is not a time. An unencoded plus arrives as a
// space.
std::string normal_time(std::string text) {
  std::replace(text.begin(), text.end(), ' ', '+');
  const std::int64_t time = parse_time_or_date(text);
  return time < 0 ? std::string{} : format_time(time);
}

bool is_allowed(ValueKind values, const std::string& value, const Vocabulary& vocabulary) {
  if (values == ValueKind::time) return !normal_time(value).empty();
  const std::vector<std::string> words = allowed_words(values, vocabulary);
  return words.empty() || std::find(words.begin(), words.end(), value) != words.end();
}

void check_value(const Parameter& parameter, const std::string& value, bool is_page,
                 const Vocabulary& vocabulary) {
  if (value.empty() && is_page) return;
  if (value.empty()) {
    throw Problem(
        400, "bad-parameter",
        fmt::format("the parameter '{}' is empty; omit it or give it a value", parameter.name),
        std::string(parameter.name));
  }
  if (!is_allowed(parameter.values, value, vocabulary)) {
    throw bad_parameter(parameter.name, value, allowed_values(parameter.values, vocabulary));
  }
}

}  // namespace

std::vector<std::string> allowed_words(ValueKind values, const Vocabulary& vocabulary) {
  std::vector<std::string> words;
  switch (values) {
    case ValueKind::text:
    case ValueKind::time:
    case ValueKind::limit:
    case ValueKind::cursor:
      break;
    case ValueKind::format:
      return {"json", "ndjson", "csv"};
    case ValueKind::yes:
      return {"true"};
    case ValueKind::verdict:
      for (const VerdictInfo& info : verdicts()) words.emplace_back(info.id);
      break;
    case ValueKind::auditor:
      for (const Auditor& auditor : auditors()) words.emplace_back(auditor.id);
      break;
    case ValueKind::openness:
      if (const Terms* terms = vocabulary.terms_of("openness")) words = terms->words;
      break;
    case ValueKind::quantization:
      for (const QuantizationFamily& family : vocabulary.quantizations) words.push_back(family.id);
      break;
  }
  return words;
}

std::string allowed_values(ValueKind values, const Vocabulary& vocabulary) {
  switch (values) {
    case ValueKind::text:
      return "any text";
    case ValueKind::time:
      return "an RFC 3339 time such as 2026-11-23T03:00:00Z, or a date";
    case ValueKind::limit:
      return "a number from 1 to 1000";
    case ValueKind::cursor:
      return "the cursor in 'next' of the previous page";
    default:
      return one_of(allowed_words(values, vocabulary));
  }
}

void check_parameters(const Route& route, const Request& request, const Vocabulary& vocabulary) {
  const bool is_page = !request.path.starts_with("/api/");
  std::vector<std::string_view> seen;
  for (const auto& [name, value] : request.query) {
    const auto known = std::find_if(route.parameters.begin(), route.parameters.end(),
                                    [&](const Parameter& each) { return each.name == name; });
    if (known == route.parameters.end()) {
      std::vector<std::string_view> allowed;
      for (const Parameter& each : route.parameters) allowed.push_back(each.name);
      throw Problem(
          400, "unknown-parameter",
          allowed.empty()
              ? fmt::format("unknown parameter '{}'; no parameters are allowed here", name)
              : fmt::format("unknown parameter '{}'; allowed: {}", name, fmt::join(allowed, ", ")),
          name);
    }
    if (std::find(seen.begin(), seen.end(), name) != seen.end()) {
      throw Problem(400, "bad-parameter",
                    fmt::format("the parameter '{}' is given more than once", name), name);
    }
    check_value(*known, value, is_page, vocabulary);
    seen.push_back(name);
  }
}

std::string time_of(const Request& request, std::string_view name) {
  return normal_time(parameter_text(request, name));
}

}  // namespace assay::api
