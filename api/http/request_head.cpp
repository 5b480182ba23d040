#include "api/http/request_head.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "validator/text/ascii.h"

namespace assay::api {
namespace {

constexpr std::size_t kMostFields = 100;

struct Refused {
  int status;
  std::string why;
};

constexpr const char* kLongAddress =
    "a request target may have at most 8000 bytes; use fewer or shorter parameters";

[[noreturn]] void refuse(std::string why) { throw Refused{400, std::move(why)}; }

bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return ascii::is_alphanumeric(c) ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  });
}

// Only printable or non-ASCII bytes, and blanks if `blanks`.
bool is_visible(std::string_view text, bool blanks) {
  return std::all_of(text.begin(), text.end(), [&](char c) {
    return blanks && (c == ' ' || c == '\t') ? true
                                             : static_cast<unsigned char>(c) > ' ' && c != '\x7f';
  });
}

// Refuses a head without an end.
[[noreturn]] void refuse_part(std::string_view head) {
  if (head.size() < kLongestHead) {
    throw Refused{408, "the request was not complete within 20 seconds, or paused for 5"};
  }
  if (head.find('\n') == std::string_view::npos) throw Refused{414, kLongAddress};
  throw Refused{431,
                "a request head may have at most 65536 bytes; send fewer or shorter header fields"};
}

class Reader {
 public:
  explicit Reader(RequestHead& out) : out_(out) {}

  void request_line(std::string_view line) {
    const std::size_t first = line.find(' ');
    const std::size_t last = line.rfind(' ');
    const bool three = first != std::string_view::npos && first < last;
    const std::string_view target = three ? line.substr(first + 1, last - first - 1) : "";
    const bool readable = !target.empty() && is_visible(target, false);
    if (readable) out_.request = make_request(std::string(line.substr(0, first)), target);
    if (line.size() > kLongestLine) throw Refused{414, kLongAddress};
    if (!readable || !is_token(out_.request.method)) {
      refuse("a request starts with a line such as GET /api/v1/models HTTP/1.1");
    }
    const std::string_view version = line.substr(last + 1);
    out_.old = version == "HTTP/1.0";
    if (out_.old || version == "HTTP/1.1") return;
    if (version.starts_with("HTTP/")) refuse("only HTTP/1.0 and HTTP/1.1 are supported");
    refuse("the first line of a request must end in HTTP/1.1 or HTTP/1.0");
  }

  void field(std::string_view line) {
    if (line.size() > kLongestLine || ++fields_ > kMostFields) {
      throw Refused{431,
                    "a request may have at most 100 header fields of at most 8000 bytes; send "
                    "fewer or shorter ones"};
    }
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) {
      refuse("expected header lines of the form `Name: value`, without a blank before the colon");
    }
    const std::string name = ascii::lower(line.substr(0, colon));
    const std::string_view value = ascii::trim_blanks(line.substr(colon + 1));
    if (!is_visible(value, true)) {
      refuse("a header field has a control character; remove or encode it");
    }
    if (name == "connection") connection(value);
    if (name == "host") host(value);
    if (name == "content-length") length(value);
    if (name == "transfer-encoding") coding(value);
    // A field in several lines is one list (RFC 9110, section 5.3); an empty line adds nothing to
    // it.
    std::string& list = out_.request.headers[name];
    if (!list.empty() && !value.empty()) list += ", ";
    list += value;
  }

  void finish() {
    if (hosts_ != 1 && !(out_.old && hosts_ == 0)) {
      refuse("expected exactly one Host header field");
    }
    if (chunked_ && (lengths_ > 0 || out_.old)) {
      refuse("conflicting Content-Length and Transfer-Encoding; no body is needed here");
    }
    if (length_ > kLongestBody) {
      throw Refused{413, fmt::format("the request's body has more than {} bytes; none is needed "
                                     "here",
                                     kLongestBody)};
    }
    out_.last = out_.last || chunked_ || length_ > 0 || out_.old;
  }

 private:
  // A list of options in any case (RFC 9110, section 7.6.1).
  void connection(std::string_view value) {
    while (!value.empty()) {
      const std::size_t comma = std::min(value.find(','), value.size());
      if (ascii::lower(ascii::trim_blanks(value.substr(0, comma))) == "close") out_.last = true;
      value.remove_prefix(std::min(comma + 1, value.size()));
    }
  }

  void host(std::string_view value) {
    ++hosts_;
    const bool fine = std::all_of(value.begin(), value.end(), [](char c) {
      return ascii::is_alphanumeric(c) || static_cast<unsigned char>(c) >= 0x80 ||
             std::string_view("-._~%!$&'()*+,;=:[]").find(c) != std::string_view::npos;
    });
    if (!fine) refuse("the Host header field is not a host name or address");
  }

  void length(std::string_view value) {
    constexpr std::size_t kDigits = 18;  // always fit into length_
    if (++lengths_ > 1 || value.empty() || value.size() > kDigits ||
        !std::all_of(value.begin(), value.end(), ascii::is_digit)) {
      refuse("Content-Length must be a single number, given once");
    }
    length_ = std::stoull(std::string(value));
  }

  void coding(std::string_view value) {
    if (chunked_) refuse("Transfer-Encoding must be given once");
    if (ascii::lower(value) != "chunked")
      refuse("chunked is the only transfer coding supported here");
    chunked_ = true;
  }

  RequestHead& out_;
  std::size_t fields_ = 0;
  std::size_t hosts_ = 0;
  std::size_t lengths_ = 0;
  unsigned long long length_ = 0;
  bool chunked_ = false;
};

}  // namespace

RequestHead parse_head(std::string_view head) {
  RequestHead out;
  Reader reader(out);
  try {
    for (std::size_t begin = 0, end = 0;; begin = end + 1) {
      end = head.find('\n', begin);
      if (end == std::string_view::npos) refuse_part(head);
      if (end == begin || head[end - 1] != '\r') {
        refuse("each line of a request head must end in CR LF (RFC 9112, section 2.2)");
      }
      const std::string_view line = head.substr(begin, end - 1 - begin);
      if (begin == 0) {
        reader.request_line(line);
      } else if (line.empty()) {
        break;
      } else {
        reader.field(line);
      }
    }
    reader.finish();
  } catch (const Refused& refused) {
    out.status = refused.status;
    out.why = refused.why;
    out.last = true;
  }
  return out;
}

}  // namespace assay::api
