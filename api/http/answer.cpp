#include "api/http/answer.h"

#include <fmt/format.h>

#include <array>
#include <ctime>
#include <exception>
#include <string>
#include <string_view>

#include "api/problem.h"

namespace assay::api {
namespace {

std::string_view reason_phrase(int status) {
  if (status == 304) return "Not Modified";
  return status < 400 ? "OK" : title_of(status);
}

// RFC 9110, section 5.6.7.
std::string http_date(std::time_t time) {
  std::tm utc{};
  gmtime_r(&time, &utc);
  std::array<char, 32> text{};
  // The program never leaves the "C" locale, whose names of days and months these are.
  return {text.data(), std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &utc)};
}

// Whether a header name or value stays on its line, so that it cannot start another field.
bool is_one_line(std::string_view text) {
  return text.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
}

// Writes pieces as they are made.
bool write_stream(Connection& connection, const Response& answer, bool chunked) {
  std::string piece;
  while (answer.stream(piece)) {
    if (piece.empty()) continue;
    if (chunked) piece = fmt::format("{:x}\r\n{}\r\n", piece.size(), piece);
    if (!connection.write(piece)) return false;
    piece.clear();
  }
  return !chunked || connection.write("0\r\n\r\n");
}

}  // namespace

bool write_answer(Connection& connection, const RequestHead& asked, const Response& answer,
                  bool last) {
  const std::string& body = answer.shared_body ? *answer.shared_body : answer.body;
  const bool empty = answer.status == 204 || answer.status == 304;  // RFC 9110, section 8.6
  const bool chunked = answer.stream && !asked.old;
  std::string head = fmt::format("HTTP/1.1 {} {}\r\nDate: {}\r\n", answer.status,
                                 reason_phrase(answer.status), http_date(std::time(nullptr)));
  for (const auto& [name, value] : answer.headers) {
    if (!is_one_line(name) || !is_one_line(value)) continue;
    head.append(name).append(": ").append(value).append("\r\n");
  }
  if (chunked) {
    head += "Transfer-Encoding: chunked\r\n";
  } else if (!answer.stream && !empty) {
    head += fmt::format("Content-Length: {}\r\n", body.size());
  }
  head += last ? "Connection: close\r\n\r\n" : "Keep-Alive: timeout=5\r\n\r\n";
  if (!connection.write(head)) return false;
  if (empty || asked.request.method == "HEAD") return true;
  if (!answer.stream) return connection.write(body);
  try {
    return write_stream(connection, answer, chunked);
  } catch (const std::exception&) {
    return false;
  }
}

}  // namespace assay::api
