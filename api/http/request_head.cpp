#include "api/http/request_head.h"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

#include "validator/ascii.h"

namespace assay::api {
namespace {

constexpr std::size_t kMostFields = 100;
constexpr std::array<std::string_view, 7> kMethods{"GET",   "HEAD",   "POST",   "PUT",
                                                   "PATCH", "DELETE", "OPTIONS"};

struct Refused {
  int status;
  const char* why;
};

// `known` is in lower case.
bool is_name(std::string_view name, std::string_view known) {
  return ascii::equal_ignoring_case(name, known);
}

bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return ascii::is_alphanumeric(c) ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  });
}

bool is_number(std::string_view text) {
  return !text.empty() && text.size() <= 18 &&
         text.find_first_not_of("0123456789") == std::string_view::npos;
}

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

// Calls `take` with each line, without its end; the empty one ends the head.
template <class Take>
void each_line(std::string_view head, Take take) {
  while (!head.empty()) {
    const std::size_t end = head.find('\n');
    if (end == std::string_view::npos || end == 0 || head[end - 1] != '\r') {
      throw Refused{400, "each line of a request's head ends in CR LF (RFC 9112, section 2.2)"};
    }
    const std::string_view line = head.substr(0, end - 1);
    if (line.empty()) return;
    take(line);
    head.remove_prefix(end + 1);
  }
}

class Reader {
 public:
  explicit Reader(RequestHead& out) : out_(out) {}

  void line(std::string_view line) {
    if (fields_ == 0 && out_.bytes.empty()) return request_line(line);
    if (line.size() > kLongestLine || ++fields_ > kMostFields) {
      throw Refused{
          431, "a request may have 100 header fields of 8000 bytes; send fewer or shorter ones"};
    }
    field(line);
  }

  void finish() {
    if (out_.bytes.empty())
      throw Refused{400, "a request begins with a line such as GET /api/v1/models HTTP/1.1"};
    if (hosts_ != 1 && !(old_ && hosts_ == 0)) {
      throw Refused{400, "a request has one field Host, as each client of HTTP/1.1 sends it"};
    }
    if (chunked_ && (lengths_ > 0 || old_)) {
      throw Refused{
          400, "the body has two lengths, or one that HTTP/1.0 does not know; none is needed here"};
    }
    if (chunked_ || length_ > 0) out_.last = true;
    if (old_) out_.last = true;
    // Without either there is none (RFC 9112, section 6.3); the library would wait for its end.
    if (bodied_ && !chunked_ && lengths_ == 0) out_.bytes += "Content-Length: 0\r\n";
    if (out_.last) out_.bytes += "Connection: close\r\n";
    out_.bytes += "\r\n";
  }

 private:
  void request_line(std::string_view line) {
    const std::size_t first = line.find(' ');
    const std::size_t last = line.rfind(' ');
    const bool three = first != std::string_view::npos && first < last;
    const std::string_view method = line.substr(0, std::min(first, line.size()));
    std::string_view target = three ? line.substr(first + 1, last - first - 1) : std::string_view{};
    out_.target = std::string(target);
    if (line.size() > kLongestLine)
      throw Refused{414, "an address may have 8000 bytes; use fewer or shorter parameters"};
    const bool visible =
        std::all_of(target.begin(), target.end(), [](char c) { return c > ' ' && c != '\x7f'; });
    if (!three || target.empty() || !visible || !is_token(method)) {
      out_.target.clear();
      throw Refused{400, "a request begins with a line such as GET /api/v1/models HTTP/1.1"};
    }
    const std::string_view version = line.substr(last + 1);
    old_ = version == "HTTP/1.0";
    if (!old_ && version != "HTTP/1.1") {
      if (version.starts_with("HTTP/")) throw Refused{400, "only HTTP/1.0 and HTTP/1.1 are spoken"};
      throw Refused{400, "the first line of a request ends in HTTP/1.1 or HTTP/1.0"};
    }
    if (std::find(kMethods.begin(), kMethods.end(), method) == kMethods.end()) {
      throw Refused{405, "the method is not known here; GET, HEAD and OPTIONS are answered"};
    }
    bodied_ = method != "GET" && method != "HEAD" && method != "OPTIONS";
    // Schemes know no case (RFC 3986, section 3.1).
    std::string address(target);
    const std::size_t scheme = target.find("://");
    if (target.front() != '/' && scheme != std::string_view::npos) {
      address = ascii::lower(target.substr(0, scheme)) + std::string(target.substr(scheme));
    }
    out_.bytes = std::string(method) + " " + address + " " + std::string(version) + "\r\n";
  }

  void field(std::string_view line) {
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) {
      throw Refused{400,
                    "each line of a request's head is a name, a colon without a blank before it, "
                    "and a value"};
    }
    const std::string_view name = line.substr(0, colon);
    const std::string_view value = trimmed(line.substr(colon + 1));
    const bool clean = std::none_of(value.begin(), value.end(), [](char c) {
      return (static_cast<unsigned char>(c) < ' ' && c != '\t') || c == '\x7f';
    });
    if (!clean)
      throw Refused{400, "a header field holds a control character; leave it out or encode it"};
    if (is_name(name, "range") || is_name(name, "if-range")) return;
    if (is_name(name, "connection")) return connection(value);
    if (is_name(name, "host")) host(value);
    if (is_name(name, "content-length")) length(value);
    if (is_name(name, "transfer-encoding")) coding(value);
    out_.bytes.append(name).append(": ").append(value).append("\r\n");
  }

  // Options in any case, in a list (RFC 9110, section 7.6.1); the library knows one spelling.
  void connection(std::string_view value) {
    while (!value.empty()) {
      const std::size_t comma = std::min(value.find(','), value.size());
      if (ascii::lower(trimmed(value.substr(0, comma))) == "close") out_.last = true;
      value.remove_prefix(std::min(comma + 1, value.size()));
    }
  }

  void host(std::string_view value) {
    ++hosts_;
    const bool fine = std::all_of(value.begin(), value.end(), [](char c) {
      return ascii::is_alphanumeric(c) || static_cast<unsigned char>(c) >= 0x80 ||
             std::string_view("-._~%!$&'()*+,;=:[]").find(c) != std::string_view::npos;
    });
    if (!fine) throw Refused{400, "the header field Host holds no name or address of a host"};
  }

  void length(std::string_view value) {
    if (++lengths_ > 1 || !is_number(value)) {
      throw Refused{400, "Content-Length is one number of bytes, given once"};
    }
    length_ = std::stoull(std::string(value));
  }

  void coding(std::string_view value) {
    if (chunked_) throw Refused{400, "Transfer-Encoding is given once"};
    if (ascii::lower(value) != "chunked")
      throw Refused{400, "of transfer codings only chunked is known here"};
    chunked_ = true;
  }

  RequestHead& out_;
  std::size_t fields_ = 0;
  std::size_t hosts_ = 0;
  std::size_t lengths_ = 0;
  unsigned long long length_ = 0;
  bool chunked_ = false;
  bool old_ = false;     // HTTP/1.0
  bool bodied_ = false;  // of a method that the library reads a body of
};

}  // namespace

RequestHead checked_head(std::string_view head) {
  RequestHead out;
  out.bytes.reserve(head.size() + 64);
  Reader reader(out);
  try {
    each_line(head, [&](std::string_view line) { reader.line(line); });
    reader.finish();
  } catch (const Refused& refused) {
    RequestHead refusal = refused_head(refused.status, refused.why);
    refusal.target = std::move(out.target);
    return refusal;
  }
  return out;
}

RequestHead refused_head(int status, std::string why) {
  RequestHead out;
  out.status = status;
  out.why = std::move(why);
  out.last = true;
  return out;
}

}  // namespace assay::api
