#include "api/http/message.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "api/problem.h"
#include "auditors/evidence/evidence.h"
#include "validator/text/ascii.h"
#include "validator/text/percent.h"

namespace assay::api {
namespace {

constexpr std::string_view kCursorMark = "1.";

template <typename Number>
bool read_number(std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size();
}

}  // namespace

Request make_request(std::string method, std::string_view target) {
  Request request;
  request.method = std::move(method);
  // Proxies may send the absolute form; what precedes the path does not matter here.
  const std::size_t colon = std::min(target.find("://"), target.size());
  const std::string scheme = ascii::lower(target.substr(0, colon));
  if (colon < target.size() && (scheme == "http" || scheme == "https")) {
    const std::size_t path = target.find('/', colon + 3);
    target = path == std::string_view::npos ? "/" : target.substr(path);
  }
  target = target.substr(0, target.find('#'));
  const std::size_t mark = target.find('?');
  request.path = percent_decoded(target.substr(0, mark), UrlPart::path);
  if (mark == std::string_view::npos) return request;
  std::string_view query = target.substr(mark + 1);
  while (!query.empty()) {
    const std::size_t end = query.find('&');
    const std::string_view pair = query.substr(0, end);
    query = end == std::string_view::npos ? std::string_view{} : query.substr(end + 1);
    if (pair.empty()) continue;
    const std::size_t equals = pair.find('=');
    request.query.emplace_back(percent_decoded(pair.substr(0, equals), UrlPart::query),
                               equals == std::string_view::npos
                                   ? std::string{}
                                   : percent_decoded(pair.substr(equals + 1), UrlPart::query));
  }
  return request;
}

const std::string* parameter(const Request& request, std::string_view name) {
  for (const auto& [key, value] : request.query) {
    if (key == name) return &value;
  }
  return nullptr;
}

std::string parameter_text(const Request& request, std::string_view name) {
  const std::string* value = parameter(request, name);
  return value == nullptr ? std::string{} : *value;
}

std::size_t limit_of(const Request& request) {
  std::size_t limit = kDefaultLimit;
  const std::string* text = parameter(request, "limit");
  if (text != nullptr && (!read_number(*text, limit) || limit < 1 || limit > kMaxLimit)) {
    throw bad_parameter("limit", *text, fmt::format("a number from 1 to {}", kMaxLimit));
  }
  return limit;
}

std::string make_cursor(std::string_view position) {
  std::string cursor(kCursorMark);
  for (const char c : position) cursor += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return cursor;
}

std::string cursor_of(const Request& request) {
  const std::string* text = parameter(request, "cursor");
  if (text == nullptr) return {};
  std::string_view hex = *text;
  const bool marked = hex.starts_with(kCursorMark);
  if (marked) hex.remove_prefix(kCursorMark.size());
  std::string position;
  for (std::size_t i = 0; marked && i + 1 < hex.size(); i += 2) {
    const int high = ascii::hex_value(hex[i]);
    const int low = ascii::hex_value(hex[i + 1]);
    if (high < 0 || low < 0) break;
    position += static_cast<char>(high * 16 + low);
  }
  if (position.empty() || make_cursor(position) != *text) {
    throw bad_cursor();
  }
  return position;
}

std::string next_url(const Request& request, std::string_view position) {
  std::string url = percent_encoded(request.path, is_unreserved_or_slash);
  char separator = '?';
  for (const auto& [key, value] : request.query) {
    if (key == "cursor") continue;
    url += fmt::format("{}{}={}", separator, percent_encoded(key), percent_encoded(value));
    separator = '&';
  }
  return url + separator + "cursor=" + make_cursor(position);
}

bool accepts_gzip(const Request& request) {
  const auto header = request.headers.find("accept-encoding");
  if (header == request.headers.end()) return false;
  std::string_view rest = header->second;
  while (!rest.empty()) {
    const std::size_t comma = rest.find(',');
    std::string item(rest.substr(0, comma));
    rest.remove_prefix(comma == std::string_view::npos ? rest.size() : comma + 1);
    std::erase_if(item, [](char c) { return c == ' ' || c == '\t'; });
    const std::size_t weight = item.find(";q=");
    if (item.substr(0, weight) != "gzip") continue;
    return weight == std::string::npos ||
           item.find_first_not_of("0.", weight + 3) != std::string::npos;
  }
  return false;
}

bool etag_matches(std::string_view if_none_match, std::string_view etag) {
  while (!if_none_match.empty()) {
    const std::size_t end = if_none_match.find(',');
    std::string_view one = if_none_match.substr(0, end);
    if_none_match =
        end == std::string_view::npos ? std::string_view{} : if_none_match.substr(end + 1);
    while (!one.empty() && (one.front() == ' ' || one.front() == '\t')) one.remove_prefix(1);
    while (!one.empty() && (one.back() == ' ' || one.back() == '\t')) one.remove_suffix(1);
    if (one == "*") return true;
    if (one.starts_with("W/")) one.remove_prefix(2);
    if (one == etag) return true;
  }
  return false;
}

}  // namespace assay::api
