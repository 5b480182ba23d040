#include "auditors/fetch/response_headers.h"

#include <algorithm>
#include <iterator>
#include <optional>

#include "validator/text/ascii.h"

namespace assay {
namespace {

constexpr std::size_t kMaxBytes = 64 * 1024;
constexpr std::size_t kMaxValue = 4 * 1024;

enum class Repeat { first, joined };

struct Field {
  std::string_view name;
  bool content = false;           // describes the body, so it outlives a 304
  Repeat repeat = Repeat::first;  // what several fields of this name mean
  bool whole = false;             // of no use when shortened
  bool of_exchange = false;  // of this one exchange: tells why it failed, nothing of the content
};

constexpr Field kKept[] = {
    {"content-type", true},
    {"date", false, Repeat::first, false, true},
    {"deprecation"},
    {"etag", true},
    {"last-modified", true},
    {"link", true, Repeat::joined, true},
    {"location", false, Repeat::first, true},
    {"ratelimit", false, Repeat::joined, false, true},
    {"ratelimit-policy", false, Repeat::joined, false, true},
    {"retry-after"},
    {"sunset"},
    {"x-request-id", false, Repeat::first, false, true},
};

std::optional<Field> find_field(std::string_view name, std::span<const SourceHeader> kept) {
  const auto named = [&](const auto& field) { return field.name == name; };
  const auto* known = std::find_if(std::begin(kKept), std::end(kKept), named);
  if (known != std::end(kKept)) return *known;
  const auto own = std::find_if(kept.begin(), kept.end(), named);
  if (own == kept.end()) return std::nullopt;
  return Field{own->name, own->content};
}

std::string printable(std::string_view value) {
  std::string result;
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x80) {
      result.push_back('?');
    } else if (byte >= 0x20 && byte != 0x7F) {
      result.push_back(c);
    } else if (c == '\t') {
      result.push_back(' ');
    }
  }
  const std::size_t begin = result.find_first_not_of(' ');
  if (begin == std::string::npos) return {};
  return result.substr(begin, result.find_last_not_of(' ') - begin + 1);
}

std::string_view opaque_tag(std::string_view tag) {
  if (tag.starts_with("W/") || tag.starts_with("w/")) tag.remove_prefix(2);
  if (tag.size() >= 2 && tag.front() == '"' && tag.back() == '"') {
    tag = tag.substr(1, tag.size() - 2);
  }
  return tag;
}

}  // namespace

bool ResponseHeaders::add_line(std::string_view line) {
  bytes_ += line.size();
  if (bytes_ > kMaxBytes) return false;
  while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
  if (line.starts_with("HTTP/")) {
    fields_.clear();
    content_encoding_.clear();
    open_ = true;
    complete_ = false;
    const std::size_t status = line.find(' ');
    interim_ = status != std::string_view::npos && line.substr(status + 1).starts_with('1');
    return true;
  }
  if (open_ && line.empty()) {
    open_ = false;
    complete_ = !interim_;
  }
  const std::size_t colon = line.find(':');
  if (!open_ || colon == std::string_view::npos) return true;
  const std::string name = ascii::lower(line.substr(0, colon));
  if (name == "content-encoding") {
    if (!content_encoding_.empty()) content_encoding_ += ", ";
    content_encoding_ += printable(line.substr(colon + 1));
    return true;
  }
  const std::optional<Field> field = find_field(name, kept_);
  if (!field) return true;
  std::string value = printable(line.substr(colon + 1));
  const auto known = fields_.find(name);
  if (known != fields_.end()) {
    if (field->repeat == Repeat::first) return true;
    value = known->second + ", " + value;
  }
  if (value.size() > kMaxValue) {
    if (field->whole) return false;
    value.resize(kMaxValue);
  }
  fields_[name] = std::move(value);
  return true;
}

std::string_view ResponseHeaders::get(std::string_view name) const {
  const auto found = fields_.find(std::string(name));
  return found == fields_.end() ? std::string_view{} : std::string_view(found->second);
}

bool same_etag(std::string_view a, std::string_view b) { return opaque_tag(a) == opaque_tag(b); }

ResponseHeaders::Fields lasting_fields(ResponseHeaders::Fields fields) {
  std::erase_if(fields, [](const auto& entry) {
    const std::optional<Field> field = find_field(entry.first, {});
    return field && field->of_exchange;
  });
  return fields;
}

ResponseHeaders::Fields confirmed_fields(const ResponseHeaders::Fields& stored,
                                         const ResponseHeaders::Fields& not_modified,
                                         std::span<const SourceHeader> kept) {
  ResponseHeaders::Fields result = lasting_fields(not_modified);
  for (const auto& [name, value] : stored) {
    const std::optional<Field> field = find_field(name, kept);
    if (field && field->content) result.emplace(name, value);
  }
  return result;
}

}  // namespace assay
