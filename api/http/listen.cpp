#include "api/http/listen.h"

#include <fmt/format.h>

#include <charconv>
#include <stdexcept>

namespace assay::api {
namespace {

[[noreturn]] void bad_listen(std::string_view text) {
  throw std::runtime_error(
      fmt::format("cannot listen on '{}'; expected ADDRESS:PORT such as 127.0.0.1:8080, [::1]:8080 "
                  "or :8080 (loopback), with a port from 0 (any free port) to 65535",
                  text));
}

}  // namespace

Listen parse_listen(std::string_view text) {
  Listen listen;
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) bad_listen(text);
  std::string_view host = text.substr(0, colon);
  const std::string_view port = text.substr(colon + 1);
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), listen.port);
  if (error != std::errc{} || end != port.data() + port.size() || listen.port < 0 ||
      listen.port > 65535 || port.front() == '-') {
    bad_listen(text);
  }
  if (host.starts_with('[')) {
    if (!host.ends_with(']') || host.size() < 4 ||
        host.substr(1, host.size() - 2).find_first_not_of("0123456789abcdefABCDEF:.") !=
            std::string_view::npos) {
      bad_listen(text);
    }
    host = host.substr(1, host.size() - 2);
  } else if (host.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                    "0123456789.-") != std::string_view::npos) {
    bad_listen(text);
  }
  if (!host.empty()) listen.host = host;
  return listen;
}

}  // namespace assay::api
